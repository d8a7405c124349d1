"""Dates whole again where day and month were found apart, or the month was not found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.figures.fiscal import DAY_FIRST, FULL_DATE
from secateur.pipelines.finance.found import Found

_MONTH = 11
"""Characters of the longest month and a space."""
_DATES = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (FULL_DATE, DAY_FIRST))


def whole_dates(text: str, found: Sequence[Found]) -> list[Found]:
    """Joins "29" and "June 2024", and gives "31, 2024" the "Dec." before it.

    Args:
        text: The document's text.
        found: Dates and all else, ascending and disjoint.

    Returns:
        The same, disjoint.
    """
    whole: list[Found] = []
    for mention in found:
        if mention.label == "DATE":
            mention = replace(mention, start=_start(text, mention, whole[-1].end if whole else 0))
        before = whole[-1] if whole else None
        if before and before.label == mention.label == "DATE":
            start, end = before.start, mention.end
            if any(pattern.fullmatch(text, start, end) for pattern in _DATES):
                score = min(before.score, mention.score)
                recovered = before.recovered or mention.recovered
                whole[-1] = replace(before, end=end, score=score, recovered=recovered)
                continue
        whole.append(mention)
    return whole


def _start(text: str, mention: Found, free: int) -> int:
    """Where a date begins that has a day and a year, its month before them."""
    if not text[mention.start].isdigit():
        return mention.start
    dates = _DATES[0].finditer(text, max(free, mention.start - _MONTH), mention.end)
    return min((date.start() for date in dates if date.end() == mention.end), default=mention.start)
