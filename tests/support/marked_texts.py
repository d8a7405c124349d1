"""Texts with what was found in them written in brackets: "paid [Acme, Inc|ORG|0.9]." and back."""

from __future__ import annotations

import re
from collections.abc import Iterable

from secateur.pipelines.finance.candidates.found import Found

_MARK = re.compile(r"\[([^|\]]+)\|([A-Z_]+)(?:\|([\d.]+))?\]")


def read_marks(marked: str) -> tuple[str, list[Found]]:
    """The text, and what the marks say was found; probability 0.8 where none is given."""
    text, found, done = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[done : mark.start()]
        start, done = len(text), mark.end()
        text += mark[1]
        found.append(Found(start, len(text), mark[2], float(mark[3] or 0.8)))
    return text + marked[done:], found


def write_marks(text: str, found: Iterable[Found]) -> str:
    """The text with its marks, without probabilities."""
    parts, done = [], 0
    for other in found:
        parts += [text[done : other.start], f"[{text[other.start : other.end]}|{other.label}]"]
        done = other.end
    return "".join([*parts, text[done:]])
