"""Document text with marks in it, and lists of cards: both built in the browser from plain text.

What a document says only ever becomes text nodes there, so nothing in it can act as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Mark:
    """A highlighted place.

    Attributes:
        start: First character in the document.
        end: One past the last character.
        key: Sent back when it is clicked.
        tag: Short text beside it.
        colour: #rrggbb.
        title: Shown on hover and read out.
        selected: Whether it is shown as the chosen one, and scrolled to.
        quiet: Whether it shows only under the pointer or the keyboard.
        strength: How strongly it is coloured, 0 to 1; 1 is what the others have.
    """

    start: int
    end: int
    key: str
    tag: str
    colour: str
    title: str
    selected: bool = False
    quiet: bool = False
    strength: float = 1.0


@dataclass(frozen=True)
class Strip:
    """What one layer read, along the document.

    Attributes:
        name: Of the layer.
        note: Short text beside it.
        said: What the drawing shows, for who does not see it.
        mass: Share of the attention that each part of the document got.
        kept: Share of each part that was read.
    """

    name: str
    note: str
    said: str
    mass: tuple[float, ...]
    kept: tuple[float, ...]


@dataclass(frozen=True)
class Card:
    """One entry of a list.

    Attributes:
        key: Sent back when it is clicked.
        text: The entry.
        detail: A smaller line under it.
        flags: What to check, shown as a warning.
        selected: Whether it is shown as the chosen one.
    """

    key: str
    text: str
    detail: str = ""
    flags: tuple[str, ...] = ()
    selected: bool = False


def show_text(
    text: str,
    marks: Iterable[Mark],
    *,
    key: str,
    on_click: Callable[[str], None],
    start: int = 0,
    end: int | None = None,
) -> None:
    """Shows a part of a document.

    Args:
        text: The whole document.
        marks: Disjoint, ascending places; those outside the part are left out.
        key: Of the widget.
        on_click: Given the key of a clicked mark.
        start: First character shown.
        end: One past the last one shown; None is the text's end.
    """
    runs = segments(text, marks, start, len(text) if end is None else end)
    _mount("text", {"runs": runs, "place": f"{start}"}, key, on_click)


def show_cards(cards: Sequence[Card], *, key: str, on_click: Callable[[str], None]) -> None:
    """Shows a list whose entries can be chosen; arguments as for `show_text`."""
    _mount("cards", {"cards": [asdict(card) for card in cards]}, key, on_click)


def show_strips(
    strips: Sequence[Strip], here: int, length: int, *, key: str, on_click: Callable[[str], None]
) -> None:
    """Shows strips over a document, one below the other.

    Args:
        strips: One a layer.
        here: Character that is marked.
        length: Characters of the document.
        key: Of the widget.
        on_click: Given the character that was clicked.
    """
    data = {
        "layers": [asdict(strip) for strip in strips],
        "here": here / max(length, 1),
        "length": length,
        "most": max((share for strip in strips for share in strip.mass), default=0.0) or 1.0,
    }
    _mount("strip", data, key, on_click)


def show_copy(label: str, text: str, *, key: str) -> None:
    """Shows a button that copies a text to the clipboard.

    Args:
        label: Of the button.
        text: What is copied.
        key: Of the widget.
    """
    _mount("copy", {"label": label, "text": text}, key, lambda value: None)


def segments(text: str, marks: Iterable[Mark], start: int, end: int) -> list[dict[str, Any]]:
    """Cuts a part of a text into marked and unmarked runs.

    Args:
        text: The whole text.
        marks: Disjoint, ascending.
        start: First character.
        end: One past the last character.

    Returns:
        Runs that join up to the part; the marked ones with the mark's fields. A mark that crosses
        an end of the part is cut there.
    """
    runs: list[dict[str, Any]] = []
    at = start
    for mark in marks:
        first, last = max(mark.start, at), min(mark.end, end)
        if first >= last:
            continue
        if first > at:
            runs.append({"text": text[at:first]})
        runs.append({"text": text[first:last], "mark": asdict(mark)})
        at = last
    if at < end:
        runs.append({"text": text[at:end]})
    return runs


def _component(kind: str) -> Callable[..., Any]:
    return st.components.v2.component(
        f"secateur.{kind}",
        html="<div data-root></div>",
        css=(_FOLDER / "viewer.css").read_text(encoding="utf-8"),
        js=(_FOLDER / f"{kind}.js").read_text(encoding="utf-8"),
    )


_COMPONENTS = {kind: _component(kind) for kind in ("text", "cards", "strip", "copy")}


def _mount(kind: str, data: dict[str, Any], key: str, on_click: Callable[[str], None]) -> None:
    def clicked() -> None:
        value = st.session_state[key].get("clicked")
        if value is not None:
            on_click(str(value))

    _COMPONENTS[kind](key=key, data=data, on_clicked_change=clicked)
