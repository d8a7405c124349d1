"""Stretches of time that a text names by both their ends."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from secateur.pipelines.document.calendar_words import month_number
from secateur.pipelines.document.dates import MONTH, YEAR, Dates, dates_of

_INCEPTION = r"(?:date\s+of\s+)?inception"
_TO = r"\s*(?:[-–—]|\bto\b|\bthr(?:ough|u)\b)\s*$"
_FIRST = re.compile(
    rf"(?<![\w./-])(?:from\s+)?(?:{_INCEPTION},?\s*\(?\s*)?"
    rf"(?P<first>(?:{MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{MONTH}|{MONTH})(?:\s?,?\s+{YEAR})?"
    rf"|\d{{1,2}}\.\d{{1,2}}\.(?:{YEAR})?|\d{{1,2}}/\d{{1,2}}/{YEAR}|{YEAR}-\d\d-\d\d)"
    rf"\s*(?:\(?{_INCEPTION}\)|\))?{_TO}",
    re.IGNORECASE,
)
"""What stands before the last day, or month, of a stretch: its first, and "to"."""
_JOIN = re.compile(_TO, re.IGNORECASE)
# Patterns that begin with one set of characters are found four times as fast as those with words.
_JOINED = re.compile(
    r"[-–—tT](?:(?<=[-–—])|(?<=\b[tT])(?:o|hrough|hru|O|HROUGH|HRU)\b)\s*(?=[\djfmasondJFMASOND])"
)
"""Before a number, or the first letter of a month."""
_MONTH_YEAR = re.compile(rf"(?<!\w)({MONTH})(?:\s?,?\s+|\s?-\s?)({YEAR})(?!\d)", re.IGNORECASE)
_MONTHS = re.compile(rf"(?<![\w.,/-])(0?[1-9]|1[0-2])\s?[-–]\s?(0?[1-9]|1[0-2])/({YEAR})(?![\w/])")
_OF_MONTHS = re.compile(r"\d/[12]\d{3}")
_PARTS = (3, 6, 9, 12)
"""Lengths in months of stretches that figures are for."""
_BACK = 60
"""Characters before a date in which a range may begin."""


@dataclass(frozen=True)
class Range:
    """A stretch of time.

    Attributes:
        start: Where the words begin.
        end: Where they end.
        first: First day.
        last: Last day.
    """

    start: int
    end: int
    first: date
    last: date

    @property
    def months(self) -> int:
        """How many calendar months it is, 0 where it is not of whole ones."""
        if self.first.day != 1 or self.last != month_end(self.last):
            return 0
        return 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1


def find_ranges(
    text: str, dates: Dates | None = None, *, day_first: bool | None = None
) -> list[Range]:
    """Finds stretches named by both ends: "Jul–Sep 2024", "1 January to 30 June 2024", "7-9/2024".

    Args:
        text: The text.
        dates: Its dates, where these are known.
        day_first: See `dates_of`.
    """
    joined = [match.end() for match in _JOINED.finditer(text)]
    if not joined:
        return []
    dates = dates_of(text, day_first=day_first) if dates is None else dates
    ends = [(match.span(), day) for match, day in dates]
    for match in filter(None, (_MONTH_YEAR.match(text, at) for at in joined)):
        ends.append((match.span(), month_end(date(int(match[2]), month_number(match[1]), 1))))
    found = [one for span, day in ends if (one := _ending(text, span, day, day_first))]
    return [*found, *(_of_months(text) if _OF_MONTHS.search(text) else ())]


def _ending(text: str, span: tuple[int, int], last: date, day_first: bool | None) -> Range | None:
    """The stretch that ends with a day which stands in a text."""
    start, end = span
    before = max(start - _BACK, 0), start
    said = _JOIN.search(text, max(start - 12, 0), start) and _FIRST.search(text, *before)
    first = _begun(said["first"], last, day_first) if said else None
    if said is None or first is None or first >= last:
        return None
    if first == month_end(first) and last == month_end(last):
        first += timedelta(days=1)  # From one balance to the next.
    return Range(said.start(), end, first, last)


def _begun(words: str, last: date, day_first: bool | None) -> date | None:
    """The first day of a stretch, of the last day's year where it names none, or the one before."""
    own = re.search(YEAR, words)
    for year in (last.year, last.year - 1):
        dated = words if own else f"{words}{'' if words.endswith('.') else ' '}{year}"
        days = [day for _, day in dates_of(dated, day_first=day_first)]
        month = _MONTH_YEAR.fullmatch(dated)
        if month:
            days = [date(int(month[2]), month_number(month[1]), 1)]
        if days and days[0] < last:
            return days[0]
    return None


def _of_months(text: str) -> Iterator[Range]:
    """Finds the ranges of months of Finnish and Swedish reports: "1-9/2024"."""
    for match in _MONTHS.finditer(text):
        first, last, year = map(int, match.groups())
        if last - first + 1 in _PARTS:
            end = month_end(date(year, last, 1))
            yield Range(*match.span(), date(year, first, 1), end)


def month_end(day: date) -> date:
    """Returns the last day of the month that a day lies in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
