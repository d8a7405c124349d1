"""Parts of years that a text says have ended: "six months ended …", "the June 2025 quarter"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from secateur.pipelines.document.calendar_words import month_number
from secateur.pipelines.document.dates import Dates
from secateur.pipelines.finance.fiscal.forecasts import is_planned
from secateur.pipelines.finance.fiscal.lengths import MONTH_QUARTER
from secateur.pipelines.finance.fiscal.ranges import find_ranges, month_end
from secateur.pipelines.finance.fiscal.years import is_reported

NTH = {"first": 3, "second": 6, "third": 9, "fourth": 12}
"""By how many months of a year a quarter has ended."""
QUARTER = 3
HEADLINE = 300
"""Characters in which a release says what it reports on."""
_INTERIM = re.compile(
    r"(?:(?P<nth>first|second|third|fourth) (?:fiscal )?(?=quarter))?"
    r"(?P<length>three|six|nine|[369]|13|26|39|thirteen|twenty-six|thirty-nine|half|quarter)"
    r"(?:[ -](?:months?|weeks?|year)|ly period)?(?: periods?)?"
    r"(?:(?: of (?:fiscal )?(?:year )?\d{4},?)? end(?P<past>ed|ing):? (?:on )?"
    r"|(?<=(?:ths|eks)) to )$",
    re.IGNORECASE,
)
_LENGTHS = {
    word: months
    for months, words in {
        3: "three 3 13 thirteen quarter",
        6: "six 6 26 twenty-six half",
        9: "nine 9 39 thirty-nine",
    }.items()
    for word in words.split()
}
_MONTH_QUARTER = re.compile(rf"(?<!\w){MONTH_QUARTER}", re.IGNORECASE)
_CALLED = re.compile(r"\s?\(?(?:Q(?P<one>[1-4])|(?P<other>[1-4])Q)(?!\w)")
"""Behind the day that ends a quarter: "quarter ended 30 June 2024 (1Q FY24/25)"."""
_SENTENCE = 100
"""Characters before a date in which a stretch of time may be named."""


@dataclass(frozen=True)
class Interim:
    """A stretch of a year that a text says has ended.

    Attributes:
        at: Where the text names it.
        day: Its last day.
        months: How long it is.
        into: How many months of the year have passed by then, 0 where that is not told.
        past: Whether it has ended, not will.
    """

    at: int
    day: date
    months: int
    into: int
    past: bool


def interims(text: str, dates: Dates) -> list[Interim]:
    """Finds the parts of years that a text says have ended, or will.

    Args:
        text: The text.
        dates: Its dates.
    """
    found = []
    for match, day in dates:
        said = _INTERIM.search(text, max(match.start() - _SENTENCE, 0), match.start())
        if said:
            months, nth = _LENGTHS[said["length"].lower()], said["nth"]
            called = _CALLED.match(text, match.end()) if months == QUARTER else None
            into = NTH[nth.lower()] if nth else months * (months > QUARTER)
            into = QUARTER * int(called["one"] or called["other"]) if called else into
            past = (said["past"] or "ed").lower() == "ed"
            found.append(Interim(match.start(), day, months, into, past))
    for called in _MONTH_QUARTER.finditer(text):
        if not is_planned(text, called.start()):
            year = int(called["year_of_quarter"] or called["year_behind"])
            month = month_number(called["quarter_month"])
            last = month_end(date(year, month, 1))
            found.append(Interim(called.start(), last, QUARTER, 0, past=True))
    ranges = find_ranges(text, dates)
    first = min((one.start for one in ranges if one.start < HEADLINE), default=-1)
    for one in ranges:
        months = one.months if one.start == first or is_reported(text, one.start) else 0
        if months in _LENGTHS.values():
            into = months * (months > QUARTER)
            found.append(Interim(one.start, one.last, months, into, past=True))
    return found
