"""Expressions of time in heads and sentences, as days."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from secateur.pipelines.document.calendar_words import month_number
from secateur.pipelines.document.dates import (
    DAY_FIRST,
    FULL_DATE,
    IN_DIGITS,
    IN_SLASHES,
    ISO,
    MONTH,
    SHORT,
    SHORT_MONTH,
    YEAR,
    full_year,
    read_date,
)
from secateur.pipelines.finance.fiscal.lengths import LENGTH, MONTH_QUARTER, first_day
from secateur.pipelines.finance.fiscal.ranges import find_ranges, month_end
from secateur.pipelines.finance.fiscal.weeks import WEEKS_OFF
from secateur.pipelines.finance.fiscal.years import FiscalCalendar

_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_ORDER |= {f"q{number}": number for number in range(1, 5)}
_ORDER |= {f"{number}q": number for number in range(1, 5)}
NTH = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)"
_HALF = (
    r"(?:h[12]|[12]h|hy|(?:first|second|1st|2nd)\s+half(?:[\s-]year)?"
    r"|first\s+(?:six|nine)\s+months)"
)
_SHORT_YEAR = (
    rf"(?:(?:fy\s?|['’‘])?{YEAR}|(?:fy\s?|['’‘])\d\d|(?<=[1-4][qh])\d\d|(?<=[69]m)\d\d|(?<=hy\s)\d\d)"
    r"(?:[/–-]\d\d)?(?!\w|%|[.,]\d)"
    r"|(?<=[qh][1-4]/|[1-4][qh]/)\d\d(?![\w/%]|[.,]\d)"
    r"|(?:(?<=\bq[1-4] )|(?<=\bh[12] )|(?<=\b[1-4]q )|(?<=\b[69]m ))\d\d(?=\s*(?:$|[);/-]|vs))"
)
_FISCAL = r"fy\s?|(?:fiscal|financial)\s+years?\s+|fiscal\s+"
_LIST = rf"(?P<more>(?:(?:\s?,\s?|\s+)(?:and\s+)?{YEAR}(?!\d))*)"
_TIMES = re.compile(
    rf"(?<!\w)(?:{LENGTH})?{FULL_DATE}{_LIST}"
    rf"|(?<![\w$€£])(?P<order>{NTH}[\s-]+(?:fiscal\s+)?quarters?|q[1-4]|[1-4]q|{_HALF}|[69]m)"
    rf"(?:/|\s*(?:of\s+)?(?:fiscal\s+)?(?:years?\s+)?)(?P<quarter_year>{_SHORT_YEAR})"
    rf"|(?<!\w)(?:ytd|year[ -]to[ -]date)\s+(?P<so_far>{_SHORT_YEAR}|\d\d(?=\s*$))"
    rf"|(?<!\w)(?:{_FISCAL})?(?P<year_before>{YEAR})\s+"
    rf"(?P<order_after>{NTH}[\s-]+(?:fiscal\s+)?quarter|q[1-4]|h[12]|(?:first|second)\s+half)(?!\w)"
    rf"|(?<!\w)(?P<month_alone>{MONTH})(?:\s+of)?\s*,?\s+(?P<month_year>{YEAR})(?!\d)"
    rf"|(?<![\w.,$€£/-])(?P<both_years>(?:{_FISCAL})?{YEAR}[-–/](?:{YEAR}|\d\d)|fy\s?\d\d[-–/]\d\d)"
    r"(?![\d%/-]|[.,]\d)"
    r"|(?<!\w)(?:fy\s?|[’‘'])(?P<short_year>\d\d)(?![^\WAEF]|[AEF]\w|%|[.,]\d)"
    rf"|(?<![\w.,$€£/-])(?:{_FISCAL})?(?P<year_alone>{YEAR})(?![\d%-]|[.,]\d|[–/]\d\d(?!\d))",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(rf"(?<![\w,.])(?:{LENGTH})?{DAY_FIRST}", re.IGNORECASE)
_IN_DIGITS = re.compile(rf"(?<![\w,.])(?:{LENGTH})?{IN_DIGITS}", re.IGNORECASE)
_IN_SLASHES = re.compile(rf"(?<![\w,./])(?:{LENGTH})?{IN_SLASHES}", re.IGNORECASE)
_ISO = re.compile(rf"(?<![\w,./-])(?:{LENGTH})?{ISO}", re.IGNORECASE)
_SHORT = re.compile(rf"(?<![\w,./-])(?:{LENGTH})?{SHORT}", re.IGNORECASE)
_SHORT_MONTH = re.compile(rf"(?<![\w,./-]){SHORT_MONTH}", re.IGNORECASE)
_OTHER_DATES = (_DAY_FIRST, _IN_DIGITS, _IN_SLASHES, _ISO)
_OF_MONTH = re.compile(
    rf"(?<!\w)(?:{LENGTH}(?P<month>{MONTH})(?:\s+of)?\s*,?\s+(?P<year>{YEAR})(?!\d)|{MONTH_QUARTER})",
    re.IGNORECASE,
)
_OF_DAY = re.compile(r"\s+(quarter)(?![\w-])", re.IGNORECASE)
"""Behind the day that a quarter ends on: "the June 30, 2025 quarter"."""
_LED = re.compile(LENGTH, re.IGNORECASE)
_AT_END = re.compile(
    r"\b(?:(?:end|close) of (?:the )?(?:fiscal )?(?:year )?|year[- ]end )$", re.IGNORECASE
)
_TWO_LENGTHS = re.compile(r"(three|six|3|6)[\s-](?:and|or)[\s-]", re.IGNORECASE)
PART = rf"(?:{NTH}\W+(?:fiscal\W+)?quarters?|q[1-4]|[1-4]q|{_HALF}|[69]m)"
_PART = re.compile(PART, re.IGNORECASE)
_PART_OF = re.compile(rf"(?<!\w)({PART}) of (?:the|our|its) $", re.IGNORECASE)
"""Before the year whose part is meant: "the third quarter of the fiscal year ended"."""
_REACH = 40
"""Characters in which such words stand."""
_AND = re.compile(r",?\s*(?:and|or|,)\s+(?:of\s+)?", re.IGNORECASE)
_DECEMBER = 12
_YEAR_FIRST = re.compile(rf"{YEAR}")


@dataclass(frozen=True)
class Time:
    """A stretch of time that a text names.

    Attributes:
        start: Where the words begin.
        end: Where they end.
        first: First day.
        last: Last day.
        kind: "span" where the words say that the time passes ("year ended …", "fourth quarter"),
            "day" for a date, "month", or "year" for a year that may stand for either.
    """

    start: int
    end: int
    first: date
    last: date
    kind: str


def find_times(text: str, fiscal: FiscalCalendar) -> list[Time]:
    """Finds the times that a text names.

    Args:
        text: A head or a sentence.
        fiscal: The company's years, which bare years are taken for.

    Returns:
        In the order of the text; "December 31, 2024, 2023 and 2022" are three.
    """
    found = [time for match in _TIMES.finditer(text) for time in _read(match, fiscal)]
    found = [_closing(time) if _AT_END.search(text, 0, time.start) else time for time in found]
    ways = (*_OTHER_DATES, _SHORT) if fiscal.short_years else _OTHER_DATES
    for match in (match for pattern in ways for match in pattern.finditer(text)):
        found = _outside(found, *match.span())
        found += _dated(match, fiscal)
    for match in _SHORT_MONTH.finditer(text) if fiscal.short_years else ():
        found = _outside(found, *match.span())
        found.append(_in_month(match, match["month"], full_year(match["year"])))
    for match in _OF_MONTH.finditer(text):
        found = _outside(found, *match.span())
        found.append(_to_month(match, fiscal))
    for stretch in find_ranges(text, day_first=fiscal.day_first):
        found = _outside(found, stretch.start, stretch.end)
        found.append(Time(stretch.start, stretch.end, stretch.first, stretch.last, "span"))
    found.sort(key=lambda time: time.start)
    return _of_the_same_length(text, _of_the_same_part(text, found, fiscal), fiscal)


def _outside(times: Sequence[Time], start: int, end: int) -> list[Time]:
    """Leaves out the times that stand in a part of the text."""
    return [time for time in times if time.end <= start or time.start >= end]


def _of_the_same_part(text: str, times: list[Time], fiscal: FiscalCalendar) -> list[Time]:
    """For the years of "the third quarter of 2024 and 2023" the quarter of each."""
    done: list[Time] = []
    for time in times:
        part = done[-1] if done else None
        bare = time.kind == "year" and text[time.start : time.start + 1].isdigit()
        if (
            part
            and bare
            and part.kind == "span"
            and _PART.match(text, part.start, part.end)
            and _AND.fullmatch(text, part.end, time.start)
            and fiscal.label_of(part.last) > fiscal.label_of(time.last)
        ):
            time = moved(part, time, fiscal)
        done.append(time)
    return done


def moved(part: Time, year: Time, fiscal: FiscalCalendar) -> Time:
    """Moves a part of a year into an earlier year, at the place of that year's words."""
    first, last = part.first, part.last
    for _ in range(fiscal.label_of(last) - fiscal.label_of(year.last)):
        first, last = fiscal.year_before(first, last)
    return replace(year, first=first, last=last, kind=part.kind)


def _of_the_same_length(text: str, times: list[Time], fiscal: FiscalCalendar) -> list[Time]:
    """For each day of "quarters ended June 30, 2025 and March 31, 2025" the quarter it ends."""
    done: list[Time] = []
    length = None
    for time in times:
        led = _LED.match(text, time.start)
        if led or not (done and _AND.fullmatch(text, done[-1].end, time.start)):
            length = led["length"] if led else None
        elif length and time.kind == "day":
            time = _ending(time.start, time.end, time.last, length, fiscal)
        done.append(time)
    return done


def _closing(time: Time) -> Time:
    """The last day of "the end of 2023" and "the end of the first quarter of 2024"."""
    return replace(time, first=time.last, kind="day")


def _read(match: re.Match[str], fiscal: FiscalCalendar) -> Iterator[Time]:
    start, end = match.span()
    if match["month"]:
        yield from _dated(match, fiscal)
    elif order := match["order"] or match["order_after"]:
        year = _full_year(match["quarter_year"] or match["year_before"])
        first, last = _quarters(order.lower())
        day = fiscal.quarter(year, last)[1]
        reported = fiscal.reported
        day = reported if reported and abs(reported - day) <= WEEKS_OFF else day
        yield Time(start, end, fiscal.quarter(year, first)[0], day, "span")
    elif match["so_far"]:
        yield Time(start, end, *_so_far(_full_year(match["so_far"]), fiscal), "span")
    elif match["month_alone"]:
        yield _in_month(match, match["month_alone"], int(match["month_year"]))
    elif years := match["both_years"]:
        yield from _across(years, start, fiscal)
    else:
        year = full_year(match["year_alone"] or match["short_year"])
        yield Time(start, end, *fiscal.year(year), "year")


def _in_month(match: re.Match[str], name: str, year: int) -> Time:
    first = date(year, month_number(name), 1)
    return Time(*match.span(), first, month_end(first), "month")


def _to_month(match: re.Match[str], fiscal: FiscalCalendar) -> Time:
    """What ends with a month: "six months to June 2025", "the June 2025 quarter"."""
    month = match["month"] or match["quarter_month"]
    year = match["year"] or match["year_of_quarter"] or match["year_behind"]
    last = _in_month(match, month, int(year)).last
    return _ending(*match.span(), last, match["length"] or "quarter", fiscal)


def _so_far(label: int, fiscal: FiscalCalendar) -> tuple[date, date]:
    """A year up to the quarter that is reported on; a whole one where none is."""
    first, last = fiscal.year(label)
    if fiscal.reported is None:
        return first, last
    own = fiscal.quarter_of(fiscal.reported)
    number = fiscal.quarters(fiscal.label_of(own[1])).index(own) + 1
    return first, fiscal.quarter(label, number)[1]


def _full_year(text: str) -> int:
    _, *later = re.split("[/–-]", text)
    return full_year(re.sub(r"\D", "", later[0] if later else text))


def _quarters(order: str) -> tuple[int, int]:
    """First and last quarter of "q2", "second half", "1h", "6m" or "9m"."""
    if order in ("6m", "9m") or "nine" in order:
        return 1, 2 if order == "6m" else 3
    if "h" in order and "q" not in order:
        half = 1 if "1" in order or "first" in order or order == "hy" else 2
        return 2 * half - 1, 2 * half
    number = _ORDER[re.split(r"[\s-]", order)[0]]
    return number, number


def _across(years: str, start: int, fiscal: FiscalCalendar) -> Iterator[Time]:
    """Two years that name one fiscal year ("2023-24")."""
    first, second = re.split("[-–/]", re.sub(r"[^\d/–-]", "", years))
    one = _full_year(first)
    other = _full_year(second)
    if other == one + 1 and fiscal.end.month != _DECEMBER:
        label = other if fiscal.label == fiscal.end.year else one
        yield Time(start, start + len(years), *fiscal.year(label), "year")


def _dated(match: re.Match[str], fiscal: FiscalCalendar) -> Iterator[Time]:
    day = read_date(match, fiscal.day_first)
    if day is None:
        return
    part = _PART_OF.search(match.string, max(match.start() - _REACH, 0), match.start())
    if part and "year" in (match["length"] or ""):
        first, last = (fiscal.quarter(fiscal.label_of(day), n) for n in _quarters(part[1].lower()))
        yield Time(part.start(), match.end(), first[0], last[1], "span")
        return
    named = _OF_DAY.match(match.string, match.end())
    length = match["length"] or (named[1] if named else None)
    start, end = match.span()
    if both := _TWO_LENGTHS.match(length or ""):
        length = (length or "")[both.end() :]
        yield _ending(start, start + both.end(), day, f"{both[1]} months", fiscal)
        start += both.end()
    more = list(_YEAR_FIRST.finditer(match.groupdict().get("more") or ""))
    first_end = end - len(match.groupdict().get("more") or "")
    yield _ending(start, first_end, day, length, fiscal)
    for other in more:
        at = first_end + other.start()
        moved = _in_year(day, int(other.group()), fiscal)
        yield _ending(at, first_end + other.end(), moved, length, fiscal)


def _ending(start: int, end: int, day: date, length: str | None, fiscal: FiscalCalendar) -> Time:
    if length is None:
        return Time(start, end, day, day, "day")
    return Time(start, end, first_day(day, length, fiscal), day, "span")


def _in_year(day: date, year: int, fiscal: FiscalCalendar) -> date:
    """Moves a day into another year; the end of a fiscal year stays one."""
    label = fiscal.label_of(day)
    if fiscal.last_day(label) == day:
        moved = fiscal.last_day(label + year - day.year)
        if moved.year == year:
            return moved
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
