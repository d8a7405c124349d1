"""The Attention page: for a sentence, which spans each layer read, as strips over the document."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from secateur.app import paging
from secateur.app.controls import DOMAINS, choose, pick, settings
from secateur.app.labels import EVIDENCE
from secateur.app.reading import show_reading
from secateur.app.running import (
    forget,
    made_with,
    outcome,
    show_origin,
    start,
    start_button,
    warn_unless,
)
from secateur.app.tasks import Outline, look, outline
from secateur.app.turning import show_page, turn_to
from secateur.app.viewer import Mark
from secateur.pipelines.lab.kept import LayerReading, mass_of

_PAGE = "attention"
_LOOK = "attention-look"
_CHOSEN = "attention-sentence"
_EMPTY = "The document's sentences will appear here; choose one to see what the model read for it."
_NOTABLE = 0.01
"""Share of attention from which a sentence is marked."""


def show() -> None:
    """Shows the page."""
    st.title("Attention")
    st.caption("For a sentence that you choose: which parts of the document each layer read.")
    path = choose(_PAGE, ("report", "note"), "Report or note")
    chosen = settings(_PAGE, attention=False, dtypes=())
    if start_button("Show sentences", _PAGE, ready=path is not None):
        st.session_state.pop(_CHOSEN, None)
        forget(_LOOK)
        turn_to(_PAGE, 0)
        start(_PAGE, outline, path, limit_s=chosen.limit_s)
        st.rerun()
    found = outcome(_PAGE, _EMPTY)
    if found is None:
        return
    show_origin(_PAGE, (path,))
    pipeline = pick(
        "Read it as",
        DOMAINS,
        default=found.pipeline,
        key=f"attention-pipeline-{made_with(_PAGE)[0]}",
    )
    asked = (pipeline, chosen.options)

    def ask(number: str) -> None:
        """Asks the model what it reads for a sentence."""
        st.session_state[_CHOSEN] = int(number)
        first, last = found.sentences[int(number)]
        start(
            _LOOK, look, found.document, *asked, first, last,
            limit_s=chosen.limit_s,
        )  # fmt: skip

    text, right = st.columns([3, 2], gap="medium")
    with right:
        readings = outcome(_LOOK, "Choose a sentence in the text.")
        if readings is not None:
            warn_unless(made_with(_LOOK)[1:3] == asked)
            st.header("What was read for it")
            _reading(found, readings)
    with text:
        _text(found, readings, ask)


def _reading(found: Outline, readings: Sequence[LayerReading]) -> None:
    stretch = found.sentences[st.session_state[_CHOSEN]]
    cuts = paging.pages(found.document)
    show_reading(
        found.document, readings, stretch, found.sentences, key=_PAGE,
        on_place=lambda at: turn_to(_PAGE, paging.page_of(cuts, at)),
    )  # fmt: skip


def _text(
    found: Outline, readings: Sequence[LayerReading] | None, ask: Callable[[str], None]
) -> None:
    mass = mass_of(readings, found.sentences) if readings else [0.0] * len(found.sentences)
    most = max(mass, default=0.0) or 1.0
    chosen = st.session_state.get(_CHOSEN)
    show_page(
        found.document,
        lambda page: [
            _mark(number, found.sentences[number], mass[number], most, chosen)
            for number, (start, end) in enumerate(found.sentences)
            if page.start < end and start < page.end
        ],
        key=_PAGE,
        on_click=ask,
    )


def _mark(
    number: int, place: tuple[int, int], mass: float, most: float, chosen: int | None
) -> Mark:
    shown = mass >= _NOTABLE
    return Mark(
        *place,
        key=str(number),
        tag=f"{mass:.0%}" if shown else "",
        colour=EVIDENCE,
        title=f"{mass:.1%} of the attention" if shown else "Choose this sentence",
        selected=number == chosen,
        quiet=not shown,
        strength=1 + 2 * mass / most,
    )
