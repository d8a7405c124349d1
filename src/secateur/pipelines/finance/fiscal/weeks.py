"""Years of 52 and 53 weeks, and their quarters of 13, end with a week near a month's end."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

FRIDAY = 4
"""Years and quarters end with a week, nearly all on a Friday or later."""
NEAR = 9
"""Days by which their ends move about."""
WEEKS_OFF = timedelta(days=NEAR)
"""By how much a quarter of 13 weeks may end before the month does, or after."""


def ends_a_week(day: date) -> bool:
    """Whether a day ends a week near a month's end, as quarters of 13 weeks do, not the month."""
    after = day + timedelta(days=1)
    return day.weekday() >= FRIDAY and is_near_a_months_end(day) and after.day != 1


def is_near_a_months_end(day: date) -> bool:
    """Whether a day lies where the ends of years and quarters of weeks do."""
    return min(day.day, abs(day.day - 31)) <= NEAR


def weeks_on(day: date, step: int, pattern: date) -> date:
    """Returns the end of the next year or the one before.

    Args:
        day: The end of a year.
        step: 1 for the next year, -1 for the one before.
        pattern: The end of any year, whose month the ends stay near.

    Returns:
        The day 52 or 53 weeks away, whichever comes nearer to the month's end.
    """
    ways = [day + timedelta(weeks=step * weeks) for weeks in (52, 53)]
    early = pattern.day <= NEAR
    month = (pattern.replace(day=1) - timedelta(days=1) if early else pattern).month

    def distance(way: date) -> int:
        # A year that ends with December may end in January of the next.
        years = (way.year - 1, way.year)
        ends = [date(year, month, calendar.monthrange(year, month)[1]) for year in years]
        return min(abs((way - end).days) for end in ends)

    return min(ways, key=distance)
