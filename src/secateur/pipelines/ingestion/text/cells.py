"""Cells of tables whose columns are lost: what values and heads look like on a line."""

from __future__ import annotations

import re

from secateur.pipelines.document.calendar_words import MONTH, YEAR
from secateur.pipelines.document.document import Span

Places = tuple[tuple[int, int], ...]
"""Of a line's cells: the character each begins with, and the column it is taken to stand in."""

CURRENCY = r"(?:(?:US|C|A|HK|S)?\$|€|£|¥|₹)"
DASH = r"[-–—−]"
_NUMBER = r"(?:\d+(?:[.,'’]\d+)*|\.\d+)"
_SIGN = rf"(?:{CURRENCY} ?(?:\( ?|{DASH})?|(?:\( ?|{DASH})(?:{CURRENCY} ?)?)"
# Atomic: were there two ways to take the same text, time would grow by powers with a line's values.
VALUE = (
    r"(?>\d+\.\d+ ?%? ?[-–] ?\d+\.\d+ ?%"
    rf"|{_SIGN}?{_NUMBER}(?: ?%(?: ?\))?| ?\)(?: ?%)?| bps)?"
    rf"|(?:{CURRENCY} ?)?{DASH}{{1,2}}(?: ?%)?)"
)
"""A number with its signs, a range of shares, or a dash for zero."""
_MONTH = rf"{MONTH}\.?"
_DAY = rf"(?:{_MONTH} \d{{1,2}},?|\d{{1,2}} {_MONTH},?)"
_PERIOD = (
    rf"(?:fiscal |full )?(?:quarters?|years?|(?:(?:one|three|six|nine|twelve|\d{{1,2}}) )?"
    rf"(?:months|weeks)) ended(?: {_DAY})?(?: {YEAR})?"
    rf"|(?:as of |at )?{_DAY}(?: {YEAR})?|\d{{1,2}}/\d{{1,2}}/(?:\d{{4}}|\d\d)"
    r"|(?:q[1-4]|[1-4]q|h[12]|fy|fiscal|first|second|third|fourth)(?: quarter| half)?"
    rf"(?: ?{YEAR}| ?\d\d)?"
    rf"|{YEAR}(?:[ae]\b| ?\([a-z\d]\))?"
)
_COMPARED = (
    r"(?:[$%] ?)?(?:increase|decrease|change|variance|growth)"
    r"(?: ?\(?(?:decrease|increase|%|\$)\)?)?"
    r"(?: (?:excluding|in|at|ex) (?:constant |local )?(?:currenc(?:y|ies)|fx)"
    r"(?: (?:changes?|effects?|impacts?))?)?(?: ?\(\d\))?"
    r"|(?:as an? )?(?:%|percent(?:age)?) of [a-z ]+?"
    rf"(?=\s+(?:{YEAR}|growth|variance|change)|\s*$)"
    r"|[$€£%]|dollars|percent|amount|basis points?(?: change)?|bps|(?:un)?audited|as restated"
    r"|total|notes?"
)
_HEAD = f"{_PERIOD}|{_COMPARED}"


def _at_end(form: str) -> str:
    """A pattern of one or more cells at the end of a line, white space between them."""
    return rf"(?:(?<=\s)|^)(?:{form})(?:\s+(?:{form}))*$"


_VALUES = re.compile(_at_end(VALUE))
_ONE_VALUE = re.compile(VALUE)
_HEADS = re.compile(_at_end(_HEAD), re.IGNORECASE)
_ONE_HEAD = re.compile(_HEAD, re.IGNORECASE)
_ENDED = re.compile(r".*\bended (?=\S)", re.IGNORECASE)
_ENDED_ON = re.compile(rf".*\bended {_DAY} (?={YEAR}$)", re.IGNORECASE)
_ONE_PERIOD = re.compile(_PERIOD, re.IGNORECASE)
_YEARS = re.compile(rf"(?:(?<=\s)|^){YEAR}(?:\s+{YEAR})*(?:\s+[$%]? ?change)*$", re.IGNORECASE)
_CELL = re.compile(rf"{VALUE}|{CURRENCY} ?\(?|\(|\) ?%?|% ?\)?")
_MARKED_YEAR = re.compile(rf"{YEAR} ?(?:\([a-z\d]\))?")
_MARK = re.compile(rf"{YEAR}|\(\d{{1,2}}\)|\d{{1,2}}")
"""A year, the mark of a note, or a day at the end of a label."""
_SEVERAL = 2
"""Years from which on they head columns."""
_LONGEST = 600
"""Characters at the end of a line that are looked at."""
_MAY_HOLD = re.compile(
    rf"[\d)%–—-]\s(?:{CURRENCY}|[(–—−\s-]){{0,8}}\.?\d[\d,.]*\s?[)%]{{0,2}}(?: bps)?[ \t]*$"
    r"|\s[–—−-]{1,2}[ \t]*$",
    re.MULTILINE,
)


def may_hold_rows(text: str) -> bool:
    """Tells whether any line of a text may end in two values, or be one below another."""
    return _MAY_HOLD.search(text) is not None


def values_at_end(line: str) -> list[Span]:
    """Returns where the values stand with which a line ends, from left to right.

    Args:
        line: A line without space behind it.
    """
    match = _VALUES.search(line, max(len(line) - _LONGEST, 0))
    return [one.span() for one in _ONE_VALUE.finditer(line, match.start())] if match else []


def is_year(line: str, span: Span) -> bool:
    """Tells whether a value is a bare year."""
    return re.fullmatch(YEAR, line[slice(*span)]) is not None


def ends_in_values(line: str) -> bool:
    """Tells whether a line ends in a value, not in a year, a day or the mark of a note."""
    line = line.rstrip()
    spans = values_at_end(line)
    return bool(spans) and not (len(spans) == 1 and _MARK.fullmatch(line[slice(*spans[0])]))


def is_cell(text: str) -> bool:
    """Tells whether a text is a value, or a sign of one."""
    return _CELL.fullmatch(text) is not None


def heads_a_year(text: str) -> bool:
    """Tells whether a text is a year, which may bear the mark of a note ("2024 (a)")."""
    return _MARKED_YEAR.fullmatch(text) is not None


def is_head(text: str) -> bool:
    """Tells whether a text is one head, of a period or of what is compared ("% change")."""
    return _ONE_HEAD.fullmatch(text) is not None


def ends_in_years(line: str) -> bool:
    """Tells whether a line ends in years, as lines of heads do."""
    return _YEARS.search(line, max(len(line) - _LONGEST, 0)) is not None


def heads_at_end(line: str, count: int) -> list[Span]:
    """Returns the heads at the end of a line of which each heads as many of some columns.

    Args:
        line: A line without space behind it.
        count: How many columns there are.

    Returns:
        Where they stand; none where their number does not divide that of the columns.
    """
    years, heads = (
        [one.span() for one in _ONE_HEAD.finditer(line, match.start())] if match else []
        for match in (_YEARS.search(line), _HEADS.search(line))
    )
    # "December 31, 2024 2023": the day is of both years.
    own = heads if len(years) < _SEVERAL or len(heads) == count != len(years) else years
    # One alone may be of all columns if it is a period; "Total" is of one, nobody knows which.
    told = len(own) > 1 or (own and _ONE_PERIOD.fullmatch(line[slice(*own[0])]))
    if not told or count % len(own):
        return []
    return [_without_common(line, own), *own[1:]]


def _without_common(line: str, heads: list[Span]) -> Span:
    """The first head without what it says of all: "Quarters ended" before days and years."""
    first, others = line[slice(*heads[0])], [line[slice(*head)] for head in heads[1:]]
    common = _ENDED.match(first)
    if not common or not others or any(_ENDED.match(other) for other in others):
        return heads[0]
    day = _ENDED_ON.match(first)
    cut = day if day and any(heads_a_year(other) for other in others) else common
    return heads[0][0] + cut.end(), heads[0][1]
