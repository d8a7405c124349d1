"""Corrections of a report's entities: they live in the session and are kept by download only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from secateur.app.downloads import made_once
from secateur.app.labels import LABELS, spelled
from secateur.app.paging import Page
from secateur.app.plain import plain, plain_line
from secateur.app.running import made_with
from secateur.app.session import session
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.corrections import Action, Correction, corrected, places_of
from secateur.pipelines.export.formats import FORMATS, files_of

_NAMES = {
    "jsonl": "JSON lines", "xlsx": "Excel", "csv": "CSV",
    "conll": "CoNLL, training data", "docbin": "spaCy DocBin", "label-studio": "Label Studio",
}  # fmt: skip
_TRAINING = ("conll", "docbin", "label-studio")
"""Formats that train: in them an entity that is left out counts as none."""


def edited(document: Document, entities: Iterable[Entity]) -> list[Entity]:
    """Returns the entities as corrected so far."""
    return corrected(document, entities, _edits())


def correct(entity: Entity) -> None:
    """Shows what can be decided about an entity."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    decided = (entity.start, entity.label) in {(edit.start, edit.label) for edit in _edits()}
    row.button(
        "Accepted" if decided else "Accept", icon=":material/check:", disabled=decided,
        key="report-accept", on_click=_decide, args=("accepted", entity, entity.label),
    )  # fmt: skip
    row.button(
        "Remove", icon=":material/delete:", on_click=_decide, args=("removed", entity, entity.label)
    )
    key = f"report-label-{entity.start}-{entity.label}"
    row.selectbox(
        "Label",
        list(dict.fromkeys([entity.label, *LABELS])),
        format_func=spelled,
        key=key,
        on_change=lambda: _decide("relabelled", entity, st.session_state[key]),
    )


def offer_addition(document: Document, entities: Sequence[Entity], page: Page) -> None:
    """Shows the form that adds an entity on the page shown, and the way back."""
    edits = _edits()
    with st.expander("Add an entity", icon=":material/add:"), st.form("report-add", border=False):
        text = st.text_input("Its text, as it stands on the page shown", key="report-add-text")
        label = st.selectbox("Label", LABELS, format_func=spelled, key="report-add-label")
        if st.form_submit_button("Add"):
            if places := places_of(document, entities, text, page.start, page.end):
                edits.append(Correction("added", *places[0], label))
                st.rerun()
            st.error(
                "This text does not stand on the page shown as whole words, or only inside an "
                "entity.",
                icon=":material/error:",
            )
    if edits:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.caption(f"{quantity(len(edits), 'correction')} to this result; download to keep them.")
        row.button("Undo the last", icon=":material/undo:", on_click=_undo)
    if edits and edits[-1].action == "added":
        text = document.text[edits[-1].start : edits[-1].end]
        if more := len(places_of(document, entities, text, page.start, page.end)):
            st.caption(
                f"{plain(text)} stands at {quantity(more, 'more place')} on this page; "
                "add it again for the next."
            )


def offer_downloads(
    document: Document, entities: Sequence[Entity], shown: Sequence[Entity]
) -> None:
    """Shows the choice of formats and the button.

    Args:
        document: The document.
        entities: All entities, as corrected.
        shown: Those that pass the filters.
    """
    row = st.container(horizontal=True, vertical_alignment="bottom")
    form = row.selectbox(
        "Download as", _NAMES, format_func=_NAMES.__getitem__, key="report-format",
        persist_state="session",
    )  # fmt: skip
    suffix = FORMATS[form].suffix
    written = entities if form in _TRAINING else shown

    def make() -> bytes:
        return files_of(document, written, form)[suffix]

    try:
        made = made_once("made-entities", (form, document, tuple(written)), make)
    except UsageError as error:
        st.error(plain_line(str(error)), icon=":material/error:")
        return
    row.download_button(
        f"Download ({len(written):,})",
        made,
        file_name=f"{session().name(made_with('report')[0])}.{suffix}",
        icon=":material/download:",
        disabled=not written,
        help="All entities, with your corrections: what is left out would train as none."
        if form in _TRAINING
        else "The entities that pass the filters, with your corrections.",
    )


def _decide(action: Action, entity: Entity, label: str) -> None:
    edit = Correction(action, entity.start, entity.end, label)
    # A second click may come before the button is drawn anew.
    if _edits()[-1:] != [edit]:
        _edits().append(edit)


def _undo() -> None:
    _edits().pop()


def _edits() -> list[Correction]:
    """The corrections of the page's result: each document read in each way has its own."""
    edits: list[Correction] = session().decided.setdefault(("edits", *made_with("report")), [])
    return edits
