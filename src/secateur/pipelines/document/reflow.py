"""Wrapped lines of running text as the one line that they are, for rules that look for phrases.

A text file prints "$5" at the end of a line and "million" at the beginning of the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.escapes import without_escapes
from secateur.pipelines.document.once import once

_WRAP = re.compile(r"(?<![ \t])[ \t]*\n(?<=[^\n]{50}\n)[ \t]*")
"""Lines shorter than that end where their author wanted, as those of addresses do."""
_HYPHENATED = re.compile(r"\w-")


@dataclass(frozen=True)
class Reflowed:
    """A document whose wrapped lines are joined.

    Attributes:
        document: It, with its passages in their new places; its sections are left out.
        places: Where in the text it came from each of its characters stands, and its end.
    """

    document: Document
    places: NDArray[np.int64]

    def moved(self, offsets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Tells where characters, or ends of stretches, of the former text stand in this one."""
        return np.searchsorted(self.places, offsets)

    def spans(self, former: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Tells where stretches of the former text stand in this one."""
        offsets = np.array(list(former), dtype=np.int64).reshape(-1, 2)
        return list(map(tuple, self.moved(offsets).tolist()))

    def former(self, starts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Tells where characters of this text stood in the former one."""
        return self.places[starts]

    def former_ends(self, ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """Tells where stretches of this text, not empty, ended in the former one."""
        return self.places[ends - 1] + 1


@once
def reflowed(document: Document) -> Reflowed:
    """Returns a document as its analysis reads it: wrapped lines joined, escapes written out."""
    return reflow(without_escapes(document))


def reflow(document: Document) -> Reflowed:
    """Joins the wrapped lines of a document's passages but cells.

    Args:
        document: The document.

    Returns:
        The document with one space, or behind a hyphen nothing, for each such line's end and the
        white space around it.
    """
    text = document.text
    parts: list[str] = []
    kept = np.ones(len(text) + 1, dtype=np.bool_)
    done = 0
    for passage in document.passages:
        if passage.kind == "cell" or text.find("\n", passage.start, passage.end) < 0:
            continue
        for wrap in _WRAP.finditer(text, passage.start, passage.end):
            start, end = wrap.span()
            joint = "" if _HYPHENATED.match(text, start - 2, start) else " "
            kept[start + len(joint) : end] = False
            parts += [text[done:start], joint]
            done = end
    reflowed = Reflowed(document, np.flatnonzero(kept))
    if not parts:
        return reflowed
    whole = replace(
        document,
        text="".join([*parts, text[done:]]),
        passages=tuple(
            replace(passage, start=start, end=end)
            for passage, (start, end) in zip(
                document.passages,
                reflowed.spans((passage.start, passage.end) for passage in document.passages),
                strict=True,
            )
        ),
        sections=(),
        note_marks=tuple(reflowed.spans(document.note_marks)),
    )
    return replace(reflowed, document=whole)
