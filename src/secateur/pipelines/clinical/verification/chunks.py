"""A sentence cut at its commas and conjunctions, and the words of the pieces around a value."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

from secateur.pipelines.clinical.verification.context import REACH

Words = tuple[str, ...]


class Chunks:
    """The pieces of a text.

    Args:
        text: The text.
        breaks: What divides pieces.
        words: Reads the words of a piece that are compared.
    """

    def __init__(self, text: str, breaks: re.Pattern[str], words: Callable[[str], Words]) -> None:
        self._text = text
        self._words = words
        spans = [match.span() for match in breaks.finditer(text)]
        self._begins = [0, *(end for _, end in spans)]
        self._ends = [*(start for start, _ in spans), len(text)]

    def before(self, place: int) -> Iterator[Words]:
        """Yields the words of the piece up to a place, then of those before it, nearest first."""
        first = max(place - REACH, 0)
        for number in range(bisect_right(self._begins, place) - 1, -1, -1):
            if self._ends[number] < first:
                return
            begin, end = self._begins[number], self._ends[number]
            yield self._words(self._text[max(begin, first) : min(end, place)])

    def after(self, place: int) -> Words:
        """Returns the words from a place on to the end of its piece."""
        end = self._ends[bisect_left(self._ends, place)]
        return self._words(self._text[place : min(end, place + REACH)])
