"""A summary in the hands of its reader: edit, approve, history, download."""

from __future__ import annotations

import streamlit as st

from secateur.app.plain import plain
from secateur.app.running import busy, forget, outcome, start
from secateur.app.session import session
from secateur.pipelines.document import Document, Summary
from secateur.pipelines.jobs.tasks import check_sentences
from secateur.pipelines.review import Review

_REVIEW = "note-review"
_CHECK = "note-check"
_LIMIT_S = 120.0
_STEPS = {"written": "Written by the model", "edited": "Edited", "approved": "Approved"}


def forget_review() -> None:
    """Drops edits and approval."""
    session().derived.pop(_REVIEW, None)
    forget(_CHECK)


def review_of(summary: Summary) -> Review:
    """Returns where the review of a summary stands; an edit that was checked is taken in."""
    review: Review = session().derived.setdefault(_REVIEW, Review.of(summary))
    return review


def show_review(document: Document, review: Review) -> None:
    """Shows what can be done with a summary.

    Args:
        document: The note.
        review: Where it stands.
    """
    checked = outcome(_CHECK, "")
    if checked is not None:
        forget(_CHECK)
        session().derived[_REVIEW] = review.edit(checked)
        st.rerun()
    if review.approved:
        st.success("Approved. An edit takes the approval back.", icon=":material/verified:")
    row = st.container(horizontal=True)
    row.button(
        "Approve", icon=":material/verified:", on_click=_approve, args=(review,),
        disabled=review.approved or busy(_CHECK) or not review.sentences,
    )  # fmt: skip
    row.download_button(
        "JSON", review.as_json(), file_name=f"{document.doc_id}.summary.json",
        mime="application/json", icon=":material/download:",
        help="With evidence, flags, approval and history.",
    )  # fmt: skip
    with st.expander("Edit", icon=":material/edit:"), st.form("note-edit", border=False):
        text = st.text_area(
            "One sentence a line", "\n".join(s.text for s in review.sentences), height=180,
            key=f"note-text-{len(review.versions)}",
        )  # fmt: skip
        if st.form_submit_button("Save", disabled=busy(_CHECK)):
            lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
            if lines != [sentence.text for sentence in review.sentences]:
                start(_CHECK, check_sentences, document, review.sentences, lines, limit_s=_LIMIT_S)
                st.rerun()
    if len(review.versions) > 1:
        with st.expander(f"History ({len(review.versions)})", icon=":material/history:"):
            for version in reversed(review.versions):
                words = " ".join(sentence.text for sentence in version.sentences)
                when = version.when.replace("T", " ").replace("+00:00", " UTC")
                st.markdown(f"**{_STEPS[version.step]}** · {when}  \n{plain(words)}")


def _approve(review: Review) -> None:
    session().derived[_REVIEW] = review.approve()
