"""Parts of years that sentences name without the year: "in Q4", "July–September"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from secateur.pipelines.document.calendar_words import month_number
from secateur.pipelines.document.dates import MONTH
from secateur.pipelines.finance.figures.times import Time
from secateur.pipelines.finance.fiscal.ranges import find_ranges, month_end
from secateur.pipelines.finance.fiscal.weeks import WEEKS_OFF
from secateur.pipelines.finance.fiscal.years import FiscalCalendar

_QUARTER = re.compile(
    rf"\bthe (?P<month>{MONTH}) quarter(?! (?:of )?\d|[\w-])"
    r"|(?P<so_far>\b(?:year[ -]to[ -]date|YTD)\b)"
    r"|\b(?:(?P<end>(?:the )?end of )?(?:the )?"
    r"(?P<year_before>(?:last|prior|previous)[- ]year(?:['’]s)? )?"
    r"(?:(?P<word>first|second|third|fourth)[- ](?:fiscal )?quarter|q(?P<digit>[1-4])"
    r"|(?P<half>first|second)[- ]half|(?:first|after) (?P<months>three|six|nine) months)"
    r"(?![ -](?:of )?(?:fiscal )?(?:fy ?)?['’]?\d|\w| of (?:the|our|its) (?:fiscal )?year end)"
    r"(?P<year_ago> (?:of |in )?(?:the )?(?:last|prior|previous) (?:fiscal )?year(?!\w))?"
    r"|(?:during|for|in|over|throughout|(?P<close>at the end of)) (?P<own>the|this) quarter\b"
    r"(?! (?:end|to|before|ago|of))|(?P<ended>at (?:the )?quarter[- ]end)(?!\w)"
    r"|(?:(?:during|for|in|over|throughout|to(?= \w+ half)) (?:the|this) "
    r"|\b(?=full-year [A-Z]?[a-z]))"
    r"(?P<unnamed>half(?:[- ]year)?|(?:(?:full|whole)[- ])?year)"
    r"(?![- ](?:end|to|before|ago|earlier|of|period|in\b|\d)|\w))"
    r"|\bin the (?P<alone>first|second|third|fourth)(?=\s*(?:[,.;)]|$)| (?:and|or|but)\b)",
    re.IGNORECASE,
)
_MONTHS = re.compile(
    rf"\b{MONTH}(?:\s?[-–]\s?|(?<!\bmay) (?:to|through) ){MONTH}(?![\w-]|,?\s?\d)", re.IGNORECASE
)
_IN_MONTH = re.compile(
    rf"\b[Ii]n (?:early |mid-|late )?(?=[A-Z])(?P<month>(?i:{MONTH}))"
    r"(?![\w-]|,?\s?\d|,? (?:of )?(?:last|next|this|the) (?:same )?year)"
)
_MONTH_END = re.compile(rf"\bthe end of ({MONTH})(?![\w-]|,?\s?\d)", re.IGNORECASE)
_OPENING = re.compile(
    r"\bat the (?:beginning|start) of the (?:(?:fiscal|financial) )?year(?![\w-]| (?:end|20))",
    re.IGNORECASE,
)
_NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_QUARTERS = {"three": 1, "six": 2, "nine": 3}
"""Of so many months."""
_YEAR = 4
"""Quarters of a year."""


@dataclass(frozen=True)
class _BarePart:
    """A part of a year named without the year.

    Attributes:
        start: Where its words begin.
        end: Where they end.
        first: Its first quarter, 0 for one that bears no number ("during the quarter").
        last: Its last quarter, 0 for "year to date"; how many quarters one without a number has.
        closing: Whether its end is meant.
        month: The last month of a quarter that is called by it ("the June quarter"), else 0.
        ago: Whether it is said to be of the last year ("the second quarter of last year").
    """

    start: int
    end: int
    first: int
    last: int
    closing: bool
    month: int = 0
    ago: bool = False


class UnnamedYears:
    """Finds the parts of years that the text of one report names without the year."""

    def __init__(self, fiscal: FiscalCalendar, reported: date) -> None:
        """Takes the company's years and the last day of what is reported on."""
        self._fiscal = fiscal
        self._reported = reported

    def times(self, text: str, *, ahead: bool = False) -> Iterator[Time]:
        """Finds the parts of years that a text names without the year.

        Args:
            text: A sentence or a title.
            ahead: Whether it tells what is to come.

        Yields:
            Those of the year that is reported on, or of the one before where that has not come so
            far; ahead the next.
        """
        for part in filter(None, map(self._numbered, _bare_parts(text))):
            if self._fiscal.reported is None and not part.first and part.last == _YEAR:
                continue  # In an annual report headings tell which "the year" is.
            stretch = self._part_ahead if ahead and not part.ago else self._reported_part
            first, last = stretch(part)
            first, kind = (last, "day") if part.closing else (first, "span")
            yield Time(part.start, part.end, first, last, kind)
        if not ahead:
            yield from filter(None, map(self._of_months, _MONTHS.finditer(text)))
            yield from map(self._at_end, _MONTH_END.finditer(text))
            yield from filter(None, map(self._in_month, _IN_MONTH.finditer(text)))
            yield from map(self._at_opening, _OPENING.finditer(text))

    def _of_months(self, match: re.Match[str]) -> Time | None:
        """The last months of such names that have ended: "July–September"."""
        for year in (self._reported.year, self._reported.year - 1):
            for found in find_ranges(f"{match[0]} {year}"):
                if found.last - self._reported <= WEEKS_OFF:
                    return Time(*match.span(), found.first, found.last, "span")
        return None

    def _in_month(self, match: re.Match[str]) -> Time | None:
        """A month of the year that is reported on, if it has ended: "In May we bought"."""
        first, _ = self._fiscal.year(self._fiscal.label_of(self._reported))
        month = month_number(match["month"])
        begin = date(first.year + (month < first.month), month, 1)
        end = month_end(begin)
        if end - self._reported > WEEKS_OFF:
            return None
        return Time(*match.span(), begin, end, "month")

    def _at_end(self, match: re.Match[str]) -> Time:
        """The last end of a month of that name: "at the end of June"."""
        month = month_number(match[1])
        years = (self._reported.year, self._reported.year - 1)
        days = (month_end(date(year, month, 1)) for year in years)
        day = next(day for day in days if day - self._reported <= WEEKS_OFF)
        return Time(*match.span(), day, day, "day")

    def _at_opening(self, match: re.Match[str]) -> Time:
        """The day with which the year before closed: "at the beginning of the year"."""
        day = self._fiscal.year(self._fiscal.label_of(self._reported))[0] - timedelta(days=1)
        return Time(*match.span(), day, day, "day")

    def _numbered(self, part: _BarePart) -> _BarePart | None:
        """A quarter that is called by its last month as the year counts it; others as they are."""
        if not part.month:
            return part
        label = self._fiscal.label_of(self._reported)
        for number, (_, end) in enumerate(self._fiscal.quarters(label), 1):
            if part.month in (end.month, (end - WEEKS_OFF).month):
                return replace(part, first=number, last=number)
        return None

    def _reported_part(self, part: _BarePart) -> tuple[date, date]:
        """First and last day of a part of the year that is reported on, or of the one before."""
        label = self._fiscal.label_of(self._reported)
        if not part.first:
            first, last = self._part_around(self._reported, part.last)
            return first, self._reported if abs(last - self._reported) <= WEEKS_OFF else last
        if not part.last:
            return self._fiscal.year(label)[0], self._reported
        if part.ago or self._fiscal.quarter(label, part.last)[1] - self._reported > WEEKS_OFF:
            label -= 1
        last = self._fiscal.quarter(label, part.last)[1]
        last = self._reported if abs(last - self._reported) <= WEEKS_OFF else last
        return self._fiscal.quarter(label, part.first)[0], last

    def _part_around(self, day: date, quarters: int) -> tuple[date, date]:
        """First and last day of the quarter, half or year in which a day lies."""
        label = self._fiscal.label_of(day)
        if quarters == _YEAR:
            return self._fiscal.year(label)
        if quarters == 1:
            return self._fiscal.quarter_of(day)
        first = 1 if day <= self._fiscal.quarter(label, 2)[1] else 3
        return self._fiscal.quarter(label, first)[0], self._fiscal.quarter(label, first + 1)[1]

    def _part_ahead(self, part: _BarePart) -> tuple[date, date]:
        """First and last day of a part of the year that is to come."""
        if not part.first or not part.last:
            first, last = self._part_around(self._reported, part.last or _YEAR)
            if last > self._reported:
                return first, last
            return self._part_around(self._reported + timedelta(days=1), part.last)
        label = self._fiscal.label_of(self._reported)
        label += self._fiscal.quarter(label, part.last)[1] <= self._reported
        return self._fiscal.quarter(label, part.first)[0], self._fiscal.quarter(label, part.last)[1]


def _bare_parts(text: str) -> list[_BarePart]:
    """Finds parts of a year named without it: "in Q4", "the end of the first half".

    A number alone is of what the part before it is: "in the second quarter and 5% in the first".
    """
    found: list[_BarePart] = []
    for match in _QUARTER.finditer(text):
        word, half = match["word"], match["half"]
        if alone := match["alone"]:
            if not found or not found[-1].first:
                continue
            word, half = (None, alone) if found[-1].last > found[-1].first else (alone, None)
        first = _NUMBERS[word.lower()] if word else int(match["digit"] or 0)
        last = first
        if half:
            last = 2 * _NUMBERS[half.lower()]
            first = last - 1
        elif match["so_far"] or match["months"]:
            first, last = 1, _QUARTERS.get(match["months"], 0)
        elif match["own"] or match["ended"]:
            last = 1
        elif match["unnamed"]:
            last = 2 if match["unnamed"].lower().startswith("half") else 4
        closing = any(match[name] for name in ("end", "close", "ended"))
        month = month_number(match["month"]) if match["month"] else 0
        ago = bool(match["year_before"] or match["year_ago"])
        found.append(_BarePart(*match.span(), first, last, closing, month, ago))
    return found
