"""How long what ends on a day has lasted: years, quarters, weeks, twelve months up to it."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from secateur.pipelines.document.dates import MONTH, YEAR
from secateur.pipelines.finance.fiscal.weeks import ends_a_week
from secateur.pipelines.finance.fiscal.years import FiscalCalendar

_IN_WEEKS = {
    "thirteen": 13, "twenty-six": 26, "thirty-nine": 39, "fifty-two": 52, "fifty-three": 53,
}  # fmt: skip
_WEEKS = rf"(?:13|26|39|52|53|{'|'.join(_IN_WEEKS)})[\s-]weeks?"
_NUMBER = {"three": 3, "six": 6, "nine": 9, "twelve": 12}
_QUARTERS = {"two": 2, "three": 3, "four": 4}
TRAILING = r"(?:LTM|TTM|(?:last|latest|trailing|rolling|past)[\s-](?:twelve|12)[\s-]months?)"
LENGTH = (
    r"(?P<length>half[\s-]years?|(?:fiscal\s+)?(?:years?|(?:(?:two|three|four)\s+)?quarters?)"
    r"|(?:(?:three|six|3|6)[\s-](?:and|or)[\s-])?(?:three|six|nine|twelve|3|6|9|12)[\s-]months?|month"
    rf"|{_WEEKS}|{TRAILING})"
    r"(?:(?:\s+periods?)?\s+end(?:ed|ing)\s*:?\s*(?:on\s+)?|(?<=(?:ths|eks|ear|ter|LTM|TTM))\s+to\s+"
    r"|(?<=[LT]TM)\s+(?:at\s+|as\s+of\s+)?)"
)
"""What stands before the day that it ends on: "three months ended", "quarter to", "LTM"."""
MONTH_QUARTER = (
    rf"(?P<quarter_month>{MONTH})\s+(?:(?P<year_of_quarter>{YEAR})\s+quarter"
    rf"|quarter\s+(?:of\s+)?(?P<year_behind>{YEAR}))(?![\w-])"
)
"""A quarter that is called by its last month: "the June 2025 quarter"."""
_OF_WEEKS = re.compile(rf"(\d+|{'|'.join(_IN_WEEKS)})(?=[\s-]weeks?)", re.IGNORECASE)
_TRAILING = re.compile(TRAILING, re.IGNORECASE)
_YEAR_MONTHS, _WEEKS_A_MONTH = 12, 13 / 3


def first_day(day: date, length: str, fiscal: FiscalCalendar) -> date:
    """Tells the first day of what ends on a day.

    Args:
        day: Its last day.
        length: What it is called, as `LENGTH` finds it: "six months", "53 weeks".
        fiscal: The company's years.

    Returns:
        That of the company's own year or quarters where they end then, else so many months before,
        or weeks where one ends then.
    """
    if weeks := _OF_WEEKS.match(length):
        number = _IN_WEEKS.get(weeks[1].lower()) or int(weeks[1])
        return day - timedelta(weeks=number, days=-1)
    months = _months(length.lower())
    label = fiscal.label_of(day)
    if months == _YEAR_MONTHS:
        own_year = fiscal.last_day(label) == day
        return fiscal.year(label)[0] if own_year else begun(day, months)
    quarters = fiscal.quarters(label)
    own = [k for k, (_, last) in enumerate(quarters) if abs((last - day).days) <= 7]
    reach = own[0] - months // 3 + 1 if own and months > 1 else -1
    in_weeks = reach > 0 and quarters[own[0]][1] != day and ends_a_week(day)
    return begun(day, months) if reach < 0 or in_weeks else quarters[reach][0]


def _months(length: str) -> int:
    if "year" in length:
        return 6 if "half" in length else _YEAR_MONTHS
    if "quarter" in length:
        return 3 * _QUARTERS.get(length.split()[0], 1)
    if length.startswith("month"):
        return 1
    number = re.match(r"[a-z]+|\d+", length)
    if number is None or _TRAILING.match(length):
        return _YEAR_MONTHS
    return _NUMBER.get(number[0]) or int(number[0])


def begun(day: date, months: int) -> date:
    """Returns the day after the one that lies so many months before, months' ends kept.

    Of a day that ends a week near a month's end it is so many weeks.
    """
    if ends_a_week(day) and months % 3 == 0:
        return day - timedelta(weeks=round(months * _WEEKS_A_MONTH), days=-1)
    after = day + timedelta(days=1)
    year, number = divmod(after.year * _YEAR_MONTHS + after.month - 1 - months, _YEAR_MONTHS)
    return date(year, number + 1, min(after.day, calendar.monthrange(year, number + 1)[1]))
