"""A summary in the hands of its reader: edit, approve, history, download."""

from __future__ import annotations

import streamlit as st

from secateur.app.plain import plain
from secateur.app.running import busy, forget, made_with, outcome, start
from secateur.app.session import session
from secateur.app.tasks import check_sentences
from secateur.pipelines.clinical.handover.review import Review
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.summary import Summary

CHOSEN = "note-sentence"
"""Where the number of the chosen sentence is kept; an edit may give it to another."""

_CHECK = "note-check"
_LIMIT_S = 120.0
"""Seconds that checking edited sentences may take."""
_STEPS = {"written": "Written by the model", "edited": "Edited", "approved": "Approved"}


def end_check() -> None:
    """Ends the comparison of an edit with the note; the edit stays a draft."""
    forget(_CHECK)


def review_of(summary: Summary) -> Review:
    """Returns where the review of the page's result stands: each has its own."""
    review: Review = session().decided.setdefault(_key("review"), Review.of(summary))
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
        session().decided[_key("review")] = review.edit(checked)
        st.session_state.pop(CHOSEN, None)
        st.rerun()
    # Another field for each version and each result, so that none shows the text of another.
    field = f"note-text-{len(review.versions)}-{hash(_key('text'))}"
    written = [sentence.text for sentence in review.sentences]
    draft = session().decided.get(_key("draft"), "\n".join(written))
    unsaved = _lines(st.session_state.get(field, draft)) != written
    if review.approved:
        st.success("Approved. An edit takes the approval back.", icon=":material/verified:")
    row = st.container(horizontal=True)
    row.button(
        "Approve", icon=":material/verified:", on_click=_approve, args=(review, field),
        disabled=review.approved or busy(_CHECK) or unsaved or not written,
    )  # fmt: skip
    row.download_button(
        "JSON", review.as_json(),
        file_name=f"{session().name(made_with('note')[0])}.summary.json",
        mime="application/json", icon=":material/download:",
        help="With evidence, flags, approval and history.",
    )  # fmt: skip
    # No form: a form would keep the text from the server, and approve beside it what it replaces.
    with st.expander("Edit", icon=":material/edit:"):
        text = st.text_area(
            "One sentence a line", draft, height=180, key=field, on_change=_keep, args=(field,)
        )
        if st.button("Save", disabled=busy(_CHECK)) and unsaved:
            start(
                _CHECK, check_sentences, document, review.sentences, _lines(text),
                limit_s=_LIMIT_S,
            )  # fmt: skip
            st.rerun()
    if unsaved:
        st.caption(":material/edit_note: Your edit is not saved yet. Save it before you approve.")
    if len(review.versions) > 1:
        with st.expander(f"History ({len(review.versions)})", icon=":material/history:"):
            for version in reversed(review.versions):
                when = version.when.replace("T", " ").replace("+00:00", " UTC")
                st.markdown(f"**{_STEPS[version.step]}** · {when}  \n{plain(version.text)}")


def _approve(review: Review, field: str) -> None:
    # The click may have come with a text that the button was not drawn for.
    if _lines(st.session_state[field]) == [sentence.text for sentence in review.sentences]:
        session().decided[_key("review")] = review.approve()


def _keep(field: str) -> None:
    """Keeps a draft while other pages are shown."""
    session().decided[_key("draft")] = st.session_state[field]


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _key(what: str) -> tuple[object, ...]:
    return (what, *made_with("note"))
