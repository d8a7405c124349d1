"""Dates whole again where their day and month were found apart: "29" and "June 2024"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.figures.fiscal import DAY_FIRST, FULL_DATE
from secateur.pipelines.finance.found import Found

_DATES = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (FULL_DATE, DAY_FIRST))


def whole_dates(text: str, found: Sequence[Found]) -> list[Found]:
    """Joins two dates that are one as printed.

    Args:
        text: The document's text.
        found: Dates and all else, ascending and disjoint.

    Returns:
        The same, disjoint.
    """
    whole: list[Found] = []
    for mention in found:
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
