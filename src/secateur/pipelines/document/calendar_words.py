"""Months, years and weekdays as English texts write them, to be matched whatever their case."""

from __future__ import annotations

# Python's own names of the months are in the language that the process is set to.
_NAMES = """
    january february march april may june july august september october november december
""".split()
MONTHS = {name: n for n, whole in enumerate(_NAMES, 1) for name in (whole, whole[:3])} | {"sept": 9}
"""The number of each month by its names."""
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
"""A month, whole or in short, without the point behind it."""
WHOLE_MONTH = rf"(?:{'|'.join(_NAMES)})"
MONTH_BEGINS = rf"(?:{'|'.join(name[:3] for name in _NAMES)})"
"""The letters by which a month is known, whatever goes on behind them."""
YEAR = r"(?:19|20)\d\d"
WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
WEEKDAY_BEGINS = r"(?:mon|tue|wed|thu|fri|sat|sun)"


def month_number(name: str) -> int:
    """Returns a month's number by its name, whole or in short, with a point or without."""
    return MONTHS[name.lower().rstrip(".")]
