"""What a model read for a stretch of a document: strips by layer and the places read most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

import streamlit as st

from secateur.app.plain import shortened
from secateur.app.viewer import Card, Strip, show_cards, show_strips
from secateur.pipelines.document.document import Document
from secateur.pipelines.lab.kept import LayerReading, mass_of, strip

_BINS = 240
"""Bars of the strip that stands for the whole document."""
_CARDS = 6
"""Pieces of the document that are shown, those that got most attention."""
_LONGEST = 220
"""Characters of a piece that are shown."""


def show_reading(
    document: Document,
    readings: Sequence[LayerReading],
    stretch: tuple[int, int],
    pieces: Sequence[tuple[int, int]],
    *,
    key: str,
    on_place: Callable[[int], None],
) -> None:
    """Shows what was read.

    Args:
        document: The document.
        readings: One a layer.
        stretch: The characters that it was read for.
        pieces: What to name places by: sentences or passages.
        key: Of the widgets.
        on_place: Given a character that the user wants to see.
    """
    density = fmean(reading.density for reading in readings)
    elsewhere = fmean(reading.elsewhere for reading in readings)
    if not any(reading.pruned for reading in readings):
        st.caption("This document is so short that all of it was read in every layer.")
    st.caption(
        f"{density:.1%} of the visible pairs were computed for this place; {elsewhere:.1%} of its "
        "attention went to words that are not the document's (separators, repeated titles, the "
        "prompt). Bars: share of the attention, as a square root. Shade: what was read. The "
        "upright line: the place itself."
    )
    show_strips(
        [_strip(number, reading, document) for number, reading in enumerate(readings, 1)],
        stretch[0],
        len(document.text),
        key=f"{key}-strips",
        on_click=lambda at: on_place(int(at)),
    )
    st.markdown("**Read most, over all layers**")
    mass = mass_of(readings, pieces)
    best = sorted(range(len(pieces)), key=lambda number: -mass[number])[:_CARDS]
    show_cards(
        [_card(document, pieces[number], mass[number]) for number in best if mass[number] > 0],
        key=f"{key}-places",
        on_click=lambda at: on_place(int(at)),
    )


def _strip(number: int, reading: LayerReading, document: Document) -> Strip:
    parts = strip(reading, len(document.text), _BINS)
    mass = tuple(share for share, _ in parts)
    most = max(range(_BINS), key=mass.__getitem__)
    return Strip(
        name=f"Layer {number}",
        note=f"{reading.density:.1%} computed",
        said=f"Most attention goes to {most / _BINS:.0%} of the way through the document.",
        mass=mass,
        kept=tuple(kept for _, kept in parts),
    )


def _card(document: Document, piece: tuple[int, int], mass: float) -> Card:
    start, end = piece
    passage = document.passage_at(start)
    place = (passage and passage.section) or "front matter"
    return Card(
        key=str(start),
        text=shortened(document.text[start:end], _LONGEST),
        detail=f"{mass:.1%} of the attention · {place}",
    )
