"""Dates as texts print them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from secateur.pipelines.document.calendar_words import MONTH as NAMED_MONTH
from secateur.pipelines.document.calendar_words import YEAR as YEAR
from secateur.pipelines.document.calendar_words import month_number
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.once import once

MONTH = rf"{NAMED_MONTH}\.?"
FULL_DATE = (
    rf"(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s?,?\s+(?P<year>{YEAR})(?!\d)"
)
DAY_FIRST = (
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{MONTH})(?:\s*,)?\s+(?P<year>{YEAR})(?!\d)"
)
IN_DIGITS = rf"(?P<day>\d{{1,2}})\.(?P<digits>\d{{1,2}})\.(?P<year>{YEAR})(?!\d)"
IN_SLASHES = rf"(?P<one>\d{{1,2}})/(?P<two>\d{{1,2}})/(?P<year>{YEAR})(?!\d)"
ISO = rf"(?P<year>{YEAR})-(?P<digits>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?![\d-])"
SHORT = (
    r"(?:(?P<one>\d{1,2})/(?P<two>\d{1,2})/"
    rf"|(?P<day>\d{{1,2}})(?:\.(?P<digits>\d\d)\.|[- ](?P<month>{MONTH})[- ]))"
    r"(?P<year>\d\d)(?![\w/]|[.-]\d)"
)
"""Dates with two digits of the year, which much else looks like: "6/30/24", "30-Jun-24"."""
SHORT_MONTH = rf"(?P<month>{MONTH})[-’'](?P<year>\d\d)(?![\w-])"
_DATE = re.compile(rf"(?<!\w){FULL_DATE}", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"(?<![\w,.]){DAY_FIRST}", re.IGNORECASE)
_IN_DIGITS = re.compile(rf"(?<![\w,.]){IN_DIGITS}")
_IN_SLASHES = re.compile(rf"(?<![\w,./]){IN_SLASHES}")
_ISO = re.compile(rf"(?<![\w,./-]){ISO}")
_SHORT = re.compile(rf"(?<![\w,./-]){SHORT}", re.IGNORECASE)
_SHORT_MONTH = re.compile(rf"(?<![\w,./-]){SHORT_MONTH}", re.IGNORECASE)
# What is in every date without a month's name, in every short one, and in every short month: found
# much sooner than these.
_IN_NUMBERS = re.compile(r"\d[./-]\d\d?[./-]\d")
_IN_SHORT = re.compile(r"\d[-/. ](?:\d\d?|[A-Za-z]{3,9}\.?)[-/. ]\d\d(?!\w)")
_IN_SHORT_MONTH = re.compile(r"[-’']\d\d(?![\w-])")
_LONGEST_MONTH = 10
"""Characters of "September", and a sign behind it."""
_MONTHS, _DIGITS = 12, 2
"""Months of a year, and digits of a year in short."""
_LAST_CENTURY = 70
"""Years of two digits from here on are of the last century."""


class Dates(list[tuple[re.Match[str], date]]):
    """Dates with where they stand in a text.

    Attributes:
        day_first: Whether "3/4/2024" is in April.
        short_years: Whether the text writes "6/30/24" or "Jun-24" for several of its days.
    """

    def __init__(
        self, found: Iterable[tuple[re.Match[str], date]], *, day_first: bool, short_years: bool
    ) -> None:
        """Holds what was found in one text."""
        super().__init__(found)
        self.day_first, self.short_years = day_first, short_years


def read_date(match: re.Match[str], day_first: bool = False) -> date | None:
    """Reads a match of one of the patterns of dates; None for a day that is none.

    Args:
        match: The match.
        day_first: Whether the day stands first in "3/4/2024"; numbers above twelve tell themselves.
    """
    groups = match.groupdict()
    if groups.get("one"):
        one, two = int(groups["one"]), int(groups["two"])
        day, month = (one, two) if one > _MONTHS or (day_first and two <= _MONTHS) else (two, one)
    else:
        named = groups.get("month")
        month = month_number(named) if named else int(groups["digits"])
        day = int(groups["day"])
    try:
        return date(full_year(match["year"]), month, day)
    except ValueError:
        return None


def full_year(digits: str) -> int:
    """Reads "2024", "24" or "98"."""
    year = int(digits)
    return year if len(digits) > _DIGITS else year + (1900 if year >= _LAST_CENTURY else 2000)


def _short_dates(text: str) -> Iterator[re.Match[str]]:
    for hint in _IN_SHORT.finditer(text):
        start = hint.start()
        match = _SHORT.match(text, start - text[max(start - 1, 0) : start].isdigit())
        if match:
            yield match


def _writes_short_years(text: str, short: Sequence[re.Match[str]]) -> bool:
    """Whether a text writes several dates, or months, with two digits of the year."""
    days = {read_date(match) or read_date(match, True) for match in short}
    months = set()
    for year in _IN_SHORT_MONTH.finditer(text):
        match = _SHORT_MONTH.search(text, max(year.start() - _LONGEST_MONTH, 0), year.end())
        months |= {match[0].lower()} if match else set()
    return len(days - {None}) > 1 or len(months) > 1


def _writes_day_first(dates: Iterable[re.Match[str]]) -> bool:
    """Whether "31/12/2024" is among the dates of a text, and never "12/31/2024"."""
    slashes = (match for match in dates if match.groupdict().get("one"))
    pairs = [(int(match["one"]), int(match["two"])) for match in slashes]
    first = any(one > _MONTHS for one, _ in pairs)
    return first and not any(two > _MONTHS for _, two in pairs)


@once
def dates_in(document: Document) -> Dates:
    """Returns the dates that a document names; see `dates_of`."""
    return dates_of(document.text)


def dates_of(text: str, *, day_first: bool | None = None) -> Dates:
    """Returns the dates of a text with where they stand, one way of writing after the other.

    Args:
        text: The text.
        day_first: Whether "3/4/2024" is in April; by default as the text's other dates say.
    """
    in_numbers = (_IN_DIGITS, _IN_SLASHES, _ISO) if _IN_NUMBERS.search(text) else ()
    whole = [m for way in (_DATE, _DAY_FIRST, *in_numbers) for m in way.finditer(text)]
    short = list(_short_dates(text))
    short_years = _writes_short_years(text, short)
    if day_first is None:
        day_first = _writes_day_first([*whole, *short])
    read = ((m, read_date(m, day_first)) for m in (*whole, *(short if short_years else ())))
    found = ((match, day) for match, day in read if day is not None)
    return Dates(found, day_first=day_first, short_years=short_years)
