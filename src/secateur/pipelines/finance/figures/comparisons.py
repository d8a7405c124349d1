"""Years that a heading compares: what stands below it is of the later one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.figures.times import Time

_COMPARES = re.compile(r"\b(?:vs|versus|compar(?:ed|ison))\b", re.IGNORECASE)
_ELSE = re.compile(
    r"\b(?:liquidity|capital resources|financial condition|quarterly|inflation|seasonality"
    r"|commitments|obligations|off-balance|pronouncements|critical accounting|outlook"
    r"|forward-looking|risks?|year 2000|backlog)\b",
    re.IGNORECASE,
)
"""In headings of what a discussion of results is followed by."""
_COMPARED = 2
"""Years that a heading compares; one that names more lists them."""
_LONGEST = 100
"""Characters of a heading."""


class Comparisons:
    """Finds the headings of one document that compare two years."""

    def __init__(self, layout: Layout, times: Callable[[str], Sequence[Time]]) -> None:
        """Takes the document and what finds the times of a text."""
        self._layout = layout
        self._times = times

    def time_at(self, start: int) -> Time | None:
        """The later year of the heading that a place stands under: 2014 of "2014 vs. 2013".

        Such a heading holds up to the next one, to one of what follows a discussion of results, or
        to the end of the section in which it stands.
        """
        number = bisect_right(self._found, start, key=lambda found: found[0]) - 1
        return self._found[number][1] if number >= 0 else None

    def later(self, heading: str) -> Time | None:
        """The later of two years that a heading, or what introduces a list, compares."""
        times = self._times(heading) if _COMPARES.search(heading) else ()
        return max(times, key=lambda time: time.last) if len(times) == _COMPARED else None

    @cached_property
    def _found(self) -> list[tuple[int, Time | None]]:
        return list(self._find())

    def _find(self) -> Iterator[tuple[int, Time | None]]:
        section: tuple[str, ...] | None = None
        for passage in self._layout.document.passages:
            heading = self._heading(passage)
            if time := self.later(heading):
                section = passage.section_path
                yield passage.start, time
            elif section is not None and (
                passage.section_path[: len(section)] != section or _ELSE.search(heading)
            ):
                section = None
                yield passage.start, None

    def _heading(self, passage: Passage) -> str:
        """What a passage reads that may head others; nothing of any other."""
        if passage.kind == "cell" or passage.end - passage.start > _LONGEST:
            return ""
        text = self._layout.text_of(passage)
        return "" if text.endswith(".") else text
