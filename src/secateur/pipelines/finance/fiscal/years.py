"""The fiscal years of a document's company, from the dates that it prints."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from secateur.pipelines.document.dates import YEAR, Dates, dates_of
from secateur.pipelines.finance.fiscal.forecasts import is_planned
from secateur.pipelines.finance.fiscal.ranges import find_ranges
from secateur.pipelines.finance.fiscal.weeks import FRIDAY, NEAR, is_near_a_months_end, weeks_on

_ENDED = re.compile(
    rf"(?:(?<!half[ -])years?|\bfiscal(?: year)? {YEAR}|(?P<months>(?:twelve|12)[ -]months?)"
    r"|5[23][ -]weeks?"
    r"|(?P<bare>(?<!quarterly )(?<!months )(?<![ -]month )(?<!weeks )(?<![ -]week )period))"
    r"(?:(?:\s+periods?)?\s+end(?P<past>ed|ing)\s*:?\s*(?:on\s+)?|(?<=(?:ths|eks|ear))\s+to\s+)$",
    re.IGNORECASE,
)
_OF_A_PART = re.compile(r"quarterly (?:report|period)", re.IGNORECASE)
"""On the cover of a report that no year ends with: its twelve months are the last four quarters."""
_LAST_OF_HEADS = re.compile(r"\bend(?:ed|ing)\b[^\n]*(?:\t| {2})[^\n]*\n\s*$", re.IGNORECASE)
"""Heads side by side above a row of dates, of which the first is not the last head's."""
_COVER_WORDS = re.compile(r"annual report|exact name|commission file", re.IGNORECASE)
_QUARTERLY = re.compile(r"10-Q(?:(?!\. [A-Z]).)*$", re.DOTALL)
_SELDOM = 4
"""Part of the mentions of the most frequent year's end that the report's own has at least."""
_SENTENCE = 100
"""Characters before a date in which a report that it ends may be named."""
_REPORT = re.compile(
    r"\b(?:reports?|results|accounts|statements?|(?:financial|fiscal|reporting|accounting) year"
    r"|(?:reporting|interim) period)(?:,? (?:for|of|on|covering))?(?: the)?"
    r"(?: (?:financial )?year)?(?: period)?[\s:,–-]{1,3}$",
    re.IGNORECASE,
)
"""Before a stretch that is named by both ends."""
_A_YEAR = range(363, 371)
"""Days from the first to the last of a year, of one of 52 or 53 weeks too."""
_LABEL = re.compile(rf"\bfiscal(?: +years?)? +({YEAR})\b", re.IGNORECASE)
_LABEL_BEFORE = re.compile(
    rf"\bfiscal(?:\s+years?)?\s+({YEAR})(?:(?:,|,? and) {YEAR})*[”\"’]?,?\s+(?:which\s+)?"
    rf"(?:(?:is|are|was|were|means?|refers?|relates?|represents?|comprises?)\b"
    rf"(?:(?!{YEAR})[^.;\n]){{0,60}}\s)?end(?:ed|s|ing)\s+(?:on\s+)?$",
    re.IGNORECASE,
)
_LABEL_BEHIND = re.compile(rf"\s*\(\W?fiscal(?:\s+years?)?\s+({YEAR})\b", re.IGNORECASE)
COVER = 12_000
"""Characters of a report's cover, and of the dates on it."""
_DAY = timedelta(days=1)
_NEW_YEAR = 3
_PAYMENTS, _FEBRUARY = 5, 2
"""Years of payments due that tables tell, and the last month of early years."""


@dataclass(frozen=True)
class FiscalCalendar:
    """When a company's fiscal years end.

    Attributes:
        end: Last day of the year that the document reports on.
        label: What that year is called: 2024 for one that ends in February 2025, in some companies.
        known: Ends that the document prints, by the label of their year.
        assumed: Whether the document names no year that ends in it, or reports on none.
        own: First and last day that such a document reports on, where it says of one length only.
        day_first: Whether "3/4/2024" is in April.
        short_years: Whether "6/30/24" and "Jun-24" are dates.
        reported: Last day of the part of a year that such a document reports on, where it says so.
    """

    end: date
    label: int
    known: dict[int, date] = field(default_factory=dict)
    assumed: bool = False
    own: tuple[date, date] | None = None
    day_first: bool = False
    short_years: bool = False
    reported: date | None = None

    def last_day(self, label: int) -> date:
        """Returns the last day of a fiscal year, reckoned in weeks where the printed ends move."""
        if label in self.known:
            return self.known[label]
        if not self._in_weeks:
            return _same_day(self.end, self.end.year + label - self.label)
        day, step = (self.end, self.label), 1 if label > self.label else -1
        while day[1] != label:
            following = day[1] + step
            day = self.known.get(following) or weeks_on(day[0], step, self.end), following
        return day[0]

    def year(self, label: int) -> tuple[date, date]:
        """Returns the first and last day of a fiscal year."""
        return self.last_day(label - 1) + timedelta(days=1), self.last_day(label)

    def label_of(self, day: date) -> int:
        """Returns the label of the fiscal year that a day lies in."""
        label = self.label + day.year - self.end.year - 1
        while self.last_day(label) < day:
            label += 1
        return label

    def quarters(self, label: int) -> list[tuple[date, date]]:
        """Returns the first and last days of the four quarters of a fiscal year."""
        first, last = self.year(label)
        if self._in_weeks:
            ends = [first + timedelta(days=91 * k - 1) for k in range(1, 4)]
        else:
            ends = [_month_end(first, 3 * k) for k in range(1, 4)]
        firsts = [first, *(end + timedelta(days=1) for end in ends)]
        return list(zip(firsts, [*ends, last], strict=True))

    def quarter(self, label: int, number: int) -> tuple[date, date]:
        """Returns the first and last day of a quarter, 1 to 4, of a fiscal year."""
        return self.quarters(label)[number - 1]

    def quarter_of(self, day: date) -> tuple[date, date]:
        """Returns the first and last day of the quarter that a day lies in."""
        return next(each for each in self.quarters(self.label_of(day)) if day <= each[1])

    def ended_by(self, day: date) -> tuple[date, date]:
        """Returns first and last day of the year, or part that is reported on, that a day ends.

        Or that part of the year before. Of any other day it returns the day alone.
        """
        year = self.year(self.label_of(day))
        if year[1] == day:
            return year
        if self.reported is None:
            return day, day
        part = self.own or (self.quarter_of(self.reported)[0], self.reported)
        ways = (part, self.year_before(*part))
        return next((way for way in ways if way[1] == day), (day, day))

    def year_before(self, first: date, last: date) -> tuple[date, date]:
        """Returns the same day, quarters or other stretch of the year before."""
        label = self.label_of(last)
        begins, ends = zip(*self.quarters(label), strict=True)
        if last in ends and (first in begins or first == last):
            before = self.quarters(label - 1)
            day = before[ends.index(last)][1]
            return (day if first == last else before[begins.index(first)][0]), day
        by_months = first.day == 1 and (last + timedelta(days=1)).day == 1
        if (last - first).days % 7 == 6 and not by_months:
            return first - timedelta(weeks=52), last - timedelta(weeks=52)
        return _same_day(first, first.year - 1), _same_day(last, last.year - 1)

    @property
    def _in_weeks(self) -> bool:
        # Ends of calendar months differ by day too (February), but not by weekday rules.
        ends = [*self.known.values(), self.end]
        months = all((day + timedelta(days=1)).day == 1 for day in ends)
        days = {(day.month, day.day) for day in ends}
        one = len(self.known) == 1 and self.end.weekday() >= FRIDAY
        return not months and (len(days) > 1 or (one and is_near_a_months_end(self.end)))


def find_calendar(
    text: str, dates: Dates | None = None, parts: frozenset[date] = frozenset()
) -> FiscalCalendar | None:
    """Finds the fiscal years of a report.

    Args:
        text: The document's text.
        dates: Its dates, where these are known.
        parts: Days on which a part of a year ends, so that a "period" that ends then is no year.

    Returns:
        Its calendar: the end from the cover ("for the fiscal year ended …"), else the last date
        that ends a year in it, of those that do so at least twice where there are any; None where
        no year ends in it.
    """
    dates = dates_of(text) if dates is None else dates
    end = _report_end(text, dates, parts)
    if end is None:
        return None
    label = _label(text, end, dates)
    counts = Counter(day for _, day in dates)
    if counts[end + _DAY]:  # Then the first day of a year is printed with what it opened with.
        counts = Counter({day: n for day, n in counts.items() if not day_like(day - _DAY, end)})
    known = {label: end}
    # Years end on a date or on a day of the week: what else is near took effect then, say.
    ways = [_ends_like(end, counts, alike) for alike in (day_like, _weekday_like)]
    usual = max(ways, key=lambda ends: sum(counts[day] for days in ends.values() for day in days))
    for back, days in usual.items():
        best = max(days, key=lambda day: counts[day])
        if counts[best] > 1 or day_like(best, end):
            known[label - back] = best
    return as_written(FiscalCalendar(end, label, known), dates)


def in_weeks(end: date, label: int, dates: Dates) -> FiscalCalendar:
    """Returns years of 52 and 53 weeks, of which nothing but the last end is known.

    Args:
        end: That end.
        label: What its year is called.
        dates: The dates of the text, which may tell when the year before ended.
    """
    counts = Counter(day for _, day in dates)
    printed = _ends_like(end, counts, _weekday_like).get(1, ())
    before = max(printed, key=lambda day: counts[day], default=weeks_on(end, -1, end))
    return as_written(FiscalCalendar(end, label, {label - 1: before, label: end}), dates)


def as_written(years: FiscalCalendar, dates: Dates) -> FiscalCalendar:
    """Adds how a text writes its dates to the years of its company."""
    return replace(years, day_first=dates.day_first, short_years=dates.short_years)


def _report_end(text: str, dates: Dates, parts: frozenset[date]) -> date | None:
    rolling = _OF_A_PART.search(text, 0, COVER) is not None
    ended = [
        (at, day, match["past"] or "ed")
        for at, day in ((date.start(), day) for date, day in dates)
        if (match := _ENDED.search(text, max(at - 40, 0), at))
        and not (match["bare"] and day in parts)
        and not _LAST_OF_HEADS.search(text, max(at - _SENTENCE, 0), at)
        and not _QUARTERLY.search(text, max(at - _SENTENCE, 0), at)
        and not (rolling and match["months"] and any(day_like(day, part) for part in parts))
    ]
    ended += [
        (one.start, one.last, "ed")
        for one in find_ranges(text, dates)
        if (one.last - one.first).days in _A_YEAR and is_reported(text, one.start)
    ]
    cover = [day for at, day, _ in ended if at < COVER]
    if cover and _COVER_WORDS.search(text, 0, COVER):
        return cover[0]
    past = [day for at, day, tense in ended if tense.lower() == "ed" and not is_planned(text, at)]
    counts = Counter(past or [day for _, day, _ in ended])
    most = max(counts.values(), default=0)
    fewest = max(min(most, 2), most // _SELDOM)
    return max((day for day, count in counts.items() if count >= fewest), default=None)


def is_reported(text: str, at: int) -> bool:
    """Whether words before a stretch of time say that a report is on it.

    Args:
        text: The text.
        at: Where the stretch is named.
    """
    return _REPORT.search(text, max(at - _SENTENCE, 0), at) is not None


def day_like(day: date, end: date) -> bool:
    """Whether two days end the same month or fall on the same day of it."""
    both_last = all((one + timedelta(days=1)).day == 1 for one in (day, end))
    return day.month == end.month and (both_last or day.day == end.day)


def _called(text: str, end: date, dates: Dates) -> int | None:
    """What a text calls the year that ends on a day: "fiscal 2024 ended February 1, 2025"."""
    for match, day in dates:
        if day == end:
            before = _LABEL_BEFORE.search(text, max(match.start() - _SENTENCE, 0), match.start())
            said = before or _LABEL_BEHIND.match(text, match.end())
            if said and abs(int(said[1]) - end.year) <= 1:
                return int(said[1])
    return None


def _label(text: str, end: date, dates: Dates) -> int:
    called = _called(text, end, dates)
    if called is not None:
        return called
    labels = (match for match in _LABEL.finditer(text) if not is_planned(text, match.start()))
    counts = Counter(int(match[1]) for match in labels)
    now, before = counts[end.year], counts[end.year - 1]
    # A company that names its years by their beginning seldom speaks of the next one; a year of
    # weeks that ends within days of New Year bears the name of the year that it lies in.
    early = end.month == 1 and (end.day <= _NEW_YEAR or (end.day <= NEAR and now <= before))
    # Payments fall due in the five years after the one that is reported on.
    due = [all(counts[end.year + k + n] for k in range(_PAYMENTS)) for n in (0, 1)]
    early = early or (end.month <= _FEBRUARY and due == [True, False])
    return end.year - 1 if early or (end.month <= 5 and before > 3 * now) else end.year


def _ends_like(
    end: date, counts: Counter[date], alike: Callable[[date, date], bool]
) -> dict[int, list[date]]:
    """Days like the end of a year near those of others, by how many years these lie back."""
    found: dict[int, list[date]] = {}
    for back in (back for back in range(-1, 12) if back):
        middle = _same_day(end, end.year - back)
        days = [day for day in counts if abs((day - middle).days) <= NEAR and alike(day, end)]
        found |= {back: days} if days else {}
    return found


def _weekday_like(day: date, end: date) -> bool:
    return day.weekday() == end.weekday()


def _same_day(day: date, year: int) -> date:
    last = (day + timedelta(days=1)).day == 1
    most = calendar.monthrange(year, day.month)[1]
    return date(year, day.month, most if last else min(day.day, most))


def _month_end(first: date, months: int) -> date:
    month = first.month - 1 + months
    begin = date(first.year + month // 12, month % 12 + 1, min(first.day, 28))
    return begin - timedelta(days=1)
