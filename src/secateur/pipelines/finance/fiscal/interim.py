"""The fiscal years behind a document that ends none: a quarter's report, a bare table."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from secateur.pipelines.document.calendar_words import month_number
from secateur.pipelines.document.dates import (
    MONTH,
    YEAR,
    Dates,
    dates_in,
    dates_of,
    full_year,
)
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.once import once
from secateur.pipelines.finance.fiscal.ended import HEADLINE, NTH, QUARTER, Interim, interims
from secateur.pipelines.finance.fiscal.forecasts import is_to_end, lies_ahead
from secateur.pipelines.finance.fiscal.lengths import begun
from secateur.pipelines.finance.fiscal.named_years import NamedYears, is_an_offer
from secateur.pipelines.finance.fiscal.ranges import month_end
from secateur.pipelines.finance.fiscal.weeks import WEEKS_OFF, ends_a_week, weeks_on
from secateur.pipelines.finance.fiscal.years import (
    COVER,
    FiscalCalendar,
    as_written,
    day_like,
    find_calendar,
    in_weeks,
)

_YEAR_ENDS = re.compile(
    r"(?:\b(?:fiscal|financial) years?(?: of [\w ]{1,30})? (?:ends?|ending|closes?)"
    r"|(?<!\bhalf[ -])\byears? ended) (?:on |in )?"
    rf"(?:the )?(?:\d{{1,2}}(?:st|th)? )?(?P<month>{MONTH})(?!\w| \d{{1,2}}, \d{{4}}| \d{{4}})",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?<!\w)(?P<order>h1|1h|first half|(?:first|second|third) quarter|q[1-3]|[1-3]q|9m)\s*(?:of )?"
    r"(?:fiscal )?(?:year )?"
    rf"(?:fy\s?|['’])?(?P<year>{YEAR}|\d\d)(?![\w%,.]\d|\d|\s?[-–/]\s?\d)",
    re.IGNORECASE,
)
_SO_FAR = {2: "|first (?:half|six months)|H1|6M", 3: "|first nine months|9M"}
"""What else has ended with a quarter, by its number."""
_LAST_QUARTER = re.compile(r"\bquarter and (?:(?:full|fiscal) )?year (?:of|ended)\b", re.IGNORECASE)
_ORDERS = {"first half": (6,), "h1": (6,), "1h": (6,), "9m": (9,)}
_YEAR_MONTHS, _MARCH, _FEBRUARY = 12, 3, 2
_MONTH_DAYS = 30.4  # of a mean month
_HALF = 6
_LINE_ENDS = re.compile(r"\.?[ \t]*(?:\n|\Z)")
_SIGNED = 60
"""Most characters of the line that a day ends on which a letter was signed."""
_WEEK = 7
"""Days into a month up to which a year of 52 weeks may end."""
_A_YEAR = (timedelta(weeks=52), timedelta(weeks=53))
_OF_A_HALF = re.compile(
    rf"\b(?:half[- ]year(?:ly)?|first[- ]half|interim) (?:[a-z]+ ){{0,3}}(?:for )?(?P<year>{YEAR})"
    rf"(?!\d|[-–/])|(?<!\w)H1 (?P<other>{YEAR})(?!\d)",
    re.IGNORECASE,
)
_OF_A_QUARTER = re.compile(
    rf"(?:(?P<before>{YEAR})\s)?(?<!\w)(?:Q(?P<digit>[1-4])|(?P<word>first|second|third|fourth)"
    rf"[- ]quarter)(?!\w)(?:[^.\n]{{0,30}}?(?P<year>{YEAR}))?",
    re.IGNORECASE,
)
_HALF_OFF = timedelta(days=31)
"""By how much 26 weeks from the beginning of a year may be off six months back from their end."""
_WEEKS_OF_A_QUARTER = timedelta(weeks=13)


@once
def fiscal_calendar(document: Document) -> FiscalCalendar | None:
    """Returns the fiscal years that a document reports on; see `calendar_of`."""
    return calendar_of(document.text, dates_in(document))


def calendar_of(text: str, dates: Dates | None = None) -> FiscalCalendar | None:
    """Finds the fiscal years of a document's company.

    Args:
        text: The document's text.
        dates: Its dates, where these are known.

    Returns:
        Those of `find_calendar`, but where the first pages say that part of a later year has ended
        (a quarter's report that names the last full year), or of one whose end is ahead, the year
        of that part, and with the quarter that is reported on where the headline tells of the
        fourth; a prospectus reports on none; those of `assume_calendar` where no year ends.
    """
    dates = dates_of(text) if dates is None else dates
    found = [one for one in interims(text, dates) if one.past and one.at < COVER]
    annual = find_calendar(text, dates, frozenset(one.day for one in found))
    if annual is None:
        return assume_calendar(text, dates)
    if is_an_offer(text):
        return replace(annual, assumed=True)
    last = max((one.day for one in found), default=annual.end)
    ends = (match.start() for match, day in dates if day == annual.end)
    if last == annual.end or (last < annual.end and not is_to_end(text, ends)):
        both = _LAST_QUARTER.search(text, 0, COVER)
        return _headed(text, replace(annual, reported=annual.end) if both else annual)
    annual = _in_weeks_by(annual, last, {one.day for one in interims(text, dates)})
    label = annual.label_of(last)
    start, end = annual.year(label)
    if (last - annual.end).days >= 366 or end == last:
        return annual
    own = _own(found, last)
    if own and abs(own[0] - start) <= _HALF_OFF:
        own = start, last
    known = annual.known | {label: end}
    annual = replace(
        annual, end=end, label=label, known=known, assumed=True, own=own, reported=last
    )
    return _headed(text, annual)


def _in_weeks_by(annual: FiscalCalendar, last: date, ends: set[date]) -> FiscalCalendar:
    """The years around a part that ends 52 or 53 weeks after that of the year before.

    Where it ends whole weeks after the last year did too, and no end of an earlier year is printed,
    that year began as many weeks before the earlier part's end; a week over quarters of 13 is the
    53rd of this year.
    """
    passed = last - annual.end
    before = next((last - year for year in _A_YEAR if last - year in ends), None)
    if before is None or passed.days <= 0 or passed.days % 7 or annual.label - 1 in annual.known:
        return annual
    over = passed % _WEEKS_OF_A_QUARTER
    begins = before - passed + (over if over == timedelta(weeks=1) else timedelta())
    following = weeks_on(annual.end, 1, annual.end)
    known = {annual.label - 1: begins, annual.label + 1: following}
    return replace(annual, known=annual.known | known)


def assume_calendar(text: str, dates: Dates | None = None) -> FiscalCalendar | None:
    """Assumes the fiscal years of a document in which none ends.

    Args:
        text: The document's text.
        dates: Its dates, where these are known.

    Returns:
        Years that end with the month in which the text says that they do, six months after the
        last "six months ended …", three after the last nine, nine after a first quarter, with March
        where the text names years as "2023-24", else with December, up to that in which the last
        quarter, the last month that the text dates, or the last year that it names ends; years are
        called as the text calls the quarter or half that it reports on. What bears the title of
        that year's annual report reports on it, a letter to shareholders on the last year in which
        it says that something was, or the one before the spring in which it was signed. Of days
        alone two on one weekday a year apart end years; else years end with December, as where
        text says no more than "in 2024". None in a text without any date or year.
    """
    dates = dates_of(text) if dates is None else dates
    found = interims(text, dates)
    months = [
        day
        for match, day in dates
        if (day + timedelta(days=1)).day == 1 and not lies_ahead(text, match.start())
    ]
    named = NamedYears(text)
    headline = _OF_A_QUARTER.search(text, 0, HEADLINE)
    year = named.last(_year_in(headline) or _year_of_half(text))
    if year is None and (named.letter or not dates):
        told = named.told | (_year_before_signing(text, dates) if named.letter else set())
        year = max(told, default=None)
    month = _last_month(text, found)
    month = _MARCH if named.split and month == _YEAR_MONTHS else month
    if named.split and not found:
        return _reporting(named, _ending(max(named.split), month, None, text, dates))
    if not (found or months):
        if year is None:
            return _dated(text, dates)
        return _headed(text, _reporting(named, _ending(year, month, None, text, dates)))
    last = max(one.day for one in found) if found else max(months)
    # Weeks may end in the first days of the month after.
    near = last - WEEKS_OFF if last.day <= WEEKS_OFF.days else last
    years = _ending(near.year + (near.month > month), month, _own(found, last), text, dates)
    years = replace(years, reported=last) if found else _reporting(named, years)
    if years.reported is None and _speaks_of(text, years, last):
        years = replace(years, reported=last)
    return _headed(text, years)


def _year_before_signing(text: str, dates: Dates) -> set[int]:
    """The year before the last day that ends a short line, in the first half of a year."""
    signed = [
        day
        for match, day in dates
        if _LINE_ENDS.match(text, match.end())
        and match.end() - text.rfind("\n", 0, match.start()) <= _SIGNED
    ]
    return {day.year - 1 for day in signed[-1:] if day.month <= _HALF}


def _dated(text: str, dates: Dates) -> FiscalCalendar | None:
    """The years of a text that names only days, a year apart: those of a balance sheet's heads."""
    days = {day for _, day in dates}
    ends = sorted(day for day in days if any(day - weeks in days for weeks in _A_YEAR))
    if ends:
        end = ends[-1]
        before = next(end - weeks for weeks in _A_YEAR if end - weeks in days)
        label = end.year - (end.month == 1 or (end.month, end.day) <= (_FEBRUARY, _WEEK))
        known = {label - 1: before, label: end}
        return as_written(FiscalCalendar(end, label, known, assumed=True), dates)
    return _ending(max(days).year, _YEAR_MONTHS, None, text, dates) if days else None


def _speaks_of(text: str, years: FiscalCalendar, day: date) -> bool:
    """Whether a text names what the day of a quarter's end has ended, if without its year."""
    quarters = enumerate(zip(NTH, years.quarters(years.label_of(day)), strict=True), 1)
    return any(
        re.search(rf"\b(?:{nth}[- ]quarter|Q{n}{_SO_FAR.get(n, '')})\b", text, re.IGNORECASE)
        for n, (nth, quarter) in quarters
        if quarter[1] == day
    )


def _year_in(headline: re.Match[str] | None) -> int:
    """The year that a headline names with a quarter, or the text with the same; 0 for none."""
    if headline is None:
        return 0
    others = _OF_A_QUARTER.finditer(headline.string, headline.start(), COVER)
    same = (other for other in others if _number(other) == _number(headline))
    return next((int(year) for one in same if (year := one["year"] or one["before"])), 0)


def _number(quarter: re.Match[str]) -> int:
    return int(quarter["digit"] or 0) or NTH[quarter["word"].lower()] // QUARTER


def _year_of_half(text: str) -> int:
    """The year that a headline names with its first half before any quarter, 0 for none."""
    said = _OF_A_HALF.search(text, 0, HEADLINE)
    quarter = _OF_A_QUARTER.search(text, 0, said.start() if said else 0)
    return int(said["year"] or said["other"]) if said and not quarter else 0


def _headed(text: str, years: FiscalCalendar) -> FiscalCalendar:
    """The years of a document whose headline says of which quarter or half it is."""
    said = _OF_A_QUARTER.search(text, 0, HEADLINE)
    if _year_of_half(text) == years.label:
        middle = years.quarter(years.label, 2)[1]
        reported = years.reported or middle
        own = (years.year(years.label)[0], middle) if reported == middle else years.own
        return replace(years, reported=reported, own=own)
    if said is None or years.label != _year_in(said):
        return years
    quarter = years.quarter(years.label, _number(said))
    reported = years.reported or quarter[1]
    return replace(years, reported=reported, own=(quarter[0], max(quarter[0], reported)))


def _reporting(named: NamedYears, years: FiscalCalendar) -> FiscalCalendar:
    """The years of a document that reports on the last of them."""
    if not named.is_of(years.label):
        return years
    own = years.year(years.label)
    return replace(years, own=own, reported=own[1])


def _ending(
    year: int, month: int, own: tuple[date, date] | None, text: str, dates: Dates
) -> FiscalCalendar:
    end = month_end(date(year, month, 1))
    label = year if month == _YEAR_MONTHS else _called(text, own, year)
    by_weeks = _end_in_weeks(own[1], end, dates) if own else None
    if by_weeks:
        return replace(in_weeks(by_weeks, label, dates), assumed=True, own=own)
    return as_written(FiscalCalendar(end, label, {label: end}, assumed=True, own=own), dates)


def _end_in_weeks(last: date, end: date, dates: Dates) -> date | None:
    """The end of a year whose quarters end with weeks, one of them on a day; else None.

    Where a text dates the end of that month, in whatever year, years end with it.
    """
    day = last + round((end - last) / _WEEKS_OF_A_QUARTER) * _WEEKS_OF_A_QUARTER
    by_months = any(day_like(other, end) for _, other in dates)
    return day if ends_a_week(last) and abs(day - end) <= WEEKS_OFF and not by_months else None


def _last_month(text: str, found: list[Interim]) -> int:
    """Month with which the years end."""
    said = _YEAR_ENDS.search(text)
    if said:
        return month_number(said["month"])
    parts = [(one.day, one.into) for one in found if one.into] or _headlined(text, found)
    if not parts:
        return _YEAR_MONTHS
    day, months = max(parts)
    month = (day - WEEKS_OFF).month if day.day <= WEEKS_OFF.days else day.month
    return (month - months - 1) % _YEAR_MONTHS + 1


def _headlined(text: str, found: list[Interim]) -> list[tuple[date, int]]:
    """The days that end quarters which a headline counts, with the months of the year before them.

    "Third quarter results" stands above "the 13 weeks ended November 1, 2025".
    """
    own = [one for one in found if one.months == QUARTER and one.at < HEADLINE]
    counted = ((one.day, _OF_A_QUARTER.search(text, 0, one.at)) for one in own)
    return [(day, QUARTER * _number(said)) for day, said in counted if said]


def _own(found: list[Interim], last: date) -> tuple[date, date] | None:
    """First and last day of the one stretch that ends last."""
    lengths = {one.months for one in found if one.day == last}
    if len(lengths) != 1:
        return None
    return begun(last, lengths.pop()), last


def _called(text: str, own: tuple[date, date] | None, year: int) -> int:
    """What the year is called that ends in `year`: by the last half or quarter that is named."""
    if own is None:
        return year
    months = round((own[1] - own[0]).days / _MONTH_DAYS)
    named = [
        full_year(match["year"])
        for match in _PART.finditer(text)
        if months in _ORDERS.get(match["order"].lower(), (QUARTER,))
    ]
    return max((label for label in named if label in (year - 1, year)), default=year)
