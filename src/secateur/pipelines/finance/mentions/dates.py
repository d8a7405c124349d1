"""Dates whole again: a day and its month found apart, years that end in the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secateur.pipelines.document.dates import DAY_FIRST, FULL_DATE, MONTH, YEAR
from secateur.pipelines.finance.candidates.found import Found

_LONGEST_MONTH = 11
"""Characters of the longest month and a space."""
_QUARTER = rf"(?:Q[1-4]|[1-4]Q|H[12]|[12]H)(?: ?(?:FY ?)?(?:{YEAR}|[’']?\d\d)(?!\w|[.,]\d))?"
_FISCAL = re.compile(rf"FY ?[’']?\d\d(?:\d\d)?(?:[-–/]\d\d)?|{_QUARTER}")
_LONGER = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:FY ?)?{YEAR}[-–/]\d\d(?!\w|[-–/.]\d)",
        rf"{_QUARTER}(?!\w)",
        FULL_DATE,
        DAY_FIRST,
        rf"(?:\d{{1,2}} {MONTH}(?<!\.)|{MONTH} \d{{1,2}})(?!\w|[,.]?\d|,?\s{YEAR})",
        r"\d{1,2} (?:weeks?|months?) (?:ended|ending|to)(?!\w)",
    )
)
_PART = re.compile(
    rf"(?<!\w)(?:(?:{_QUARTER}|FY|fiscal(?: year)?) (?={YEAR}$)"
    r"|(?:three|six|nine|twelve|three and (?:six|nine)|\d{1,2}) (?=(?:months?|weeks?)\b))",
    re.IGNORECASE,
)
"""What a date takes in before it: the part of its year, and how many months have ended."""
_REACH = 15
"""Characters of "three and nine"."""
_MONTH_OF_YEAR = re.compile(rf"{MONTH} {YEAR}", re.IGNORECASE)
_DAY = re.compile(r"(?<![\w.,/$£€-])(?<!\bnote )(?:0?[1-9]|[12]\d|3[01]) $", re.IGNORECASE)
_LEADS_ON = re.compile(r"\b(?:ended|ending|to)$", re.IGNORECASE)
_GAP = re.compile(r"[\t\n]")
_HOUR = re.compile(r"\d{1,2}")
_CODE = re.compile(r"(?!1[5-9]|20)\d{4}")
"""Four digits that are no year: a stock code."""
_DATE = re.compile(rf"{FULL_DATE}|(?<![\d.])\d{{1,2}}\.\d{{1,2}}\.{YEAR}", re.IGNORECASE)


def whole_dates(text: str, found: Sequence[Found]) -> list[Found]:
    """Joins "29" and "June 2024", "1" and "January", and "52" and "weeks ended" with its day.

    "31, 2024" gets the "Dec." before it, "2023" the "-24"; "FY24" is a date whatever it was taken
    for, and "2381" none.
    """
    whole: list[Found] = []
    for mention, limit in zip(found, _limits(text, found), strict=True):
        free = whole[-1].end if whole else 0
        if mention.is_name and _FISCAL.fullmatch(text, mention.start, mention.end):
            mention = replace(mention, label="DATE")
        if mention.label == "DATE":
            if mention.start < free or _is_none(text, mention):
                continue
            start, end = _start(text, mention, free), _end(text, mention, limit)
            mention = replace(mention, start=start, end=end)
            before = whole[-1] if whole else None
            if before and before.label == "DATE" and _goes_on(text, before, mention):
                whole[-1] = replace(before, end=mention.end)
                continue
        whole.append(mention)
    return whole


def _limits(text: str, found: Sequence[Found]) -> Iterator[int]:
    """Where behind each the next begins that is no date."""
    others = iter([*(other.start for other in found if other.label != "DATE"), len(text)])
    limit = -1
    for mention in found:
        while limit <= mention.start:
            limit = next(others)
        yield limit


def _is_none(text: str, mention: Found) -> bool:
    """Whether a date is a code, or the hour of "9:00"."""
    clock = _HOUR.fullmatch(text, mention.start, mention.end)
    if clock and text[mention.end : mention.end + 1] == ":":
        return True
    return _CODE.fullmatch(text, mention.start, mention.end) is not None


def _end(text: str, mention: Found, limit: int) -> int:
    """Where a date ends that goes on ("29" before "June 2024", "Q4" before "2023")."""
    matches = (form.match(text, mention.start) for form in _LONGER)
    ends = (match.end() for match in matches if match and match.end() <= limit)
    return max([mention.end, *(end for end in ends if not _GAP.search(text, mention.end, end))])


def _goes_on(text: str, first: Found, second: Found) -> bool:
    """Whether "six months ended" goes on to "30 June 2024"."""
    leads = _LEADS_ON.search(text, first.start, first.end)
    return leads is not None and text[first.end : second.start] == " "


def _start(text: str, mention: Found, free: int) -> int:
    """Where a date begins that has a day and a year, its month before them, or "H1" and "six"."""
    parts = _PART.finditer(text, max(free, mention.start - _REACH), mention.end)
    if part := next((part for part in parts if part.end() == mention.start), None):
        return part.start()
    if _MONTH_OF_YEAR.fullmatch(text, mention.start, mention.end):
        day = _DAY.search(text, max(free, mention.start - _REACH), mention.start)
        return day.start() if day else mention.start
    if not text[mention.start].isdigit():
        return mention.start
    dates = _DATE.finditer(text, max(free, mention.start - _LONGEST_MONTH), mention.end)
    return min((date.start() for date in dates if date.end() == mention.end), default=mention.start)
