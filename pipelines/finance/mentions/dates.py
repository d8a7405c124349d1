"""Dates whole again: a day and its month found apart, years that end in the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secateur.pipelines.finance.figures.fiscal import DAY_FIRST, FULL_DATE, YEAR
from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import NAMES

_MONTH = 11
"""Characters of the longest month and a space."""
_FISCAL = re.compile(r"FY ?[’']?\d\d(?:\d\d)?(?:[-–/]\d\d)?")
_SPLIT = re.compile(rf"(?:FY ?)?{YEAR}[-–/]\d\d(?!\w|[-–/]\d)")
_CODE = re.compile(r"(?!1[89]|20)\d{4}")
"""Four digits that are no year: a stock code."""
_DATES = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (FULL_DATE, DAY_FIRST))


def whole_dates(text: str, found: Sequence[Found]) -> list[Found]:
    """Joins "29" and "June 2024", and gives "31, 2024" the "Dec." before it and "2023" the "-24".

    "FY24" is a date whatever it was taken for, and "2381" none.

    Args:
        text: The document's text.
        found: Dates and all else, ascending and disjoint.

    Returns:
        The same, disjoint.
    """
    whole: list[Found] = []
    for mention in _fiscal(text, found):
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


def _fiscal(text: str, found: Sequence[Found]) -> Iterator[Found]:
    done = 0
    for mention in found:
        start, end = mention.start, mention.end
        if mention.label in NAMES and _FISCAL.fullmatch(text, start, end):
            mention = replace(mention, label="DATE")
        if mention.label == "DATE" and (start < done or _CODE.fullmatch(text, start, end)):
            continue
        split = _SPLIT.match(text, start) if mention.label == "DATE" else None
        if split and split.end() > end:
            done = split.end()
            mention = replace(mention, end=done)
        yield mention


def _start(text: str, mention: Found, free: int) -> int:
    """Where a date begins that has a day and a year, its month before them."""
    if not text[mention.start].isdigit():
        return mention.start
    dates = _DATES[0].finditer(text, max(free, mention.start - _MONTH), mention.end)
    return min((date.start() for date in dates if date.end() == mention.end), default=mention.start)
