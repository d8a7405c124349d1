"""Titles that say of what part of a year the paragraphs below them are: "April–June in brief"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from secateur.pipelines.document.document import Passage
from secateur.pipelines.finance.figures.times import Time

_WHOLE = re.compile(r"\b(?:full|whole|fiscal|financial)[- ]year\b|\bfiscal\b", re.IGNORECASE)
_LONGEST = 100
"""Characters of a title."""


class Titles:
    """Finds the times that the titles of one document name."""

    def __init__(self, reported: date, times: Callable[[str], Sequence[Time]]) -> None:
        """Takes the last day of what the document reports on, and what finds a text's times."""
        self._reported = reported
        self._times = times
        self._named = cache(self._name)

    def time_over(self, passage: Passage) -> Time | None:
        """The stretch that the nearest title over a passage names which names one."""
        return next(filter(None, map(self._named, reversed(passage.section_path))), None)

    def _name(self, title: str) -> Time | None:
        """The one time of a title that passes, and not one to come."""
        times = self._times(title) if len(title) <= _LONGEST else ()
        if len(times) != 1 or times[0].last > self._reported:
            return None
        whole = times[0].kind == "year" and _WHOLE.search(title)
        return replace(times[0], kind="span") if whole or times[0].kind == "span" else None
