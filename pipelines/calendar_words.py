"""Months and years as English texts write them: patterns for matching without regard to case."""

from __future__ import annotations

import calendar

MONTHS = {
    name: number
    for number in range(1, 13)
    for name in (calendar.month_name[number].lower(), calendar.month_abbr[number].lower())
} | {"sept": 9}
"""The number of each month by its names."""
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
"""A month, whole or in short, without the point behind it."""
WHOLE_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
MONTH_BEGINS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
"""The letters by which a month is known, whatever goes on behind them."""
YEAR = r"(?:19|20)\d\d"
