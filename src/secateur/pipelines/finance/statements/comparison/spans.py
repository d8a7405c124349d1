"""Lengths of periods and their places in the fiscal year: years, quarters, twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["year", "quarter", "ltm", "half", "nine_months", "instant"]
LEEWAY = 8
"""Days by which ends of periods that belong together differ, as those of weeks and months do."""
_LENGTHS: dict[Kind, range] = {
    "quarter": range(80, 120),
    "half": range(160, 201),
    "nine_months": range(245, 286),
    "year": range(350, 381),
}
"""Days of periods: quarters have 12 to 14 weeks, those of some retailers 16 or 17."""
_NEAR = 15
"""Days by which the ends of years of weeks move about."""
_QUARTER_DAYS = 365.25 / 4
_LEAP_DAY = "02-29"


@dataclass(frozen=True)
class Span:
    """A duration by its first and its last day."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def length(self) -> Kind | None:
        """The kind of period that it is by its length; None for other lengths."""
        return next((kind for kind, days in _LENGTHS.items() if self.days in days), None)

    def __str__(self) -> str:
        return f"{self.first}/{self.last}"


def span_of(period: str) -> Span | None:
    """Reads a duration ("2024-01-01/2024-12-31"); None for an instant or what is no date."""
    first, _, last = period.partition("/")
    if not last:
        return None
    try:
        span = Span(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:  # a damaged filing may have a 30th of February
        return None
    return span if span.first < span.last else None


def end_of(period: str) -> str:
    """The last day of a period."""
    return period.rpartition("/")[2]


def begin_together(one: Span, other: Span) -> bool:
    """Whether two durations begin on about the same day."""
    return abs((one.first - other.first).days) <= LEEWAY


def follows(later: Span, earlier: Span) -> bool:
    """Whether a duration begins right behind another."""
    return abs((later.first - earlier.last).days - 1) <= LEEWAY


def rest_of(longer: Span, shorter: Span) -> Span | None:
    """What is left of a duration without another at its beginning or at its end."""
    if begin_together(longer, shorter) and shorter.last < longer.last:
        return Span(shorter.last + timedelta(days=1), longer.last)
    if shorter.last == longer.last and longer.first < shorter.first:
        return Span(longer.first, shorter.first - timedelta(days=1))
    return None


def is_year_before(earlier: Span, later: Span) -> bool:
    """Whether a duration is the one of the same length that ended a year before."""
    is_as_long = abs(earlier.days - later.days) <= LEEWAY
    return is_as_long and (later.last - earlier.last).days in _LENGTHS["year"]


def is_day_of_year_before(earlier: str, later: str) -> bool:
    """Whether an instant is a year, of 52 or 53 weeks too, before another."""
    try:
        days = (date.fromisoformat(later) - date.fromisoformat(earlier)).days
    except ValueError:
        return False
    return days in _LENGTHS["year"]


def quarter_of(day: date, year_end: str | None) -> int | None:
    """Tells which quarter of the fiscal year ends on a day.

    Args:
        day: The last day of a period.
        year_end: Month and day with which fiscal years end ("12-31").

    Returns:
        1 to 4; None where the year's end is not known.
    """
    end = _next_year_end(day, year_end)
    return None if end is None else 4 - min(round(max((end - day).days, 0) / _QUARTER_DAYS), 3)


def ends_year(day: date, year_end: str | None) -> bool:
    """Whether a fiscal year ends on a day or near it; also where its end is not known."""
    end = _next_year_end(day, year_end)
    return end is None or (end - day).days <= _NEAR


def _next_year_end(day: date, year_end: str | None) -> date | None:
    """The fiscal year's end on or behind a day, or shortly before it."""
    if year_end is None:
        return None
    month_day = "02-28" if year_end == _LEAP_DAY else year_end
    ends = (date.fromisoformat(f"{year}-{month_day}") for year in range(day.year, day.year + 2))
    return next(end for end in ends if (day - end).days <= _NEAR)


def kind_of(period: str, year_end: str | None) -> Kind | None:
    """Tells what kind of period something is.

    Args:
        period: A day, or first and last day.
        year_end: As in `quarter_of`.

    Returns:
        The kind: twelve months that end with no fiscal year are "ltm"; None for other lengths.
    """
    span = span_of(period)
    if span is None:
        return None if "/" in period else "instant"
    kind = span.length
    return "ltm" if kind == "year" and not ends_year(span.last, year_end) else kind


def label_of(kind: Kind, period: str, year_end: str | None) -> str:
    """Names a period without its days: "FY", "Q3", "LTM", "H1", "9M"; "" for an instant."""
    if kind in ("instant", "nine_months"):
        return "" if kind == "instant" else "9M"
    fixed = {"year": "FY", "ltm": "LTM"}
    if kind in fixed:
        return fixed[kind]
    quarter = quarter_of(date.fromisoformat(end_of(period)), year_end)
    if kind == "quarter":
        return f"Q{quarter}" if quarter else "3M"
    return {2: "H1", 4: "H2"}.get(quarter or 0, "6M")
