"""What a cell of a spreadsheet shows: its value by its number format (ECMA-376, 18.8.31).

Formats are read as far as they change what a figure says: sign, decimals, grouping, percent, scale
and the text around it. Colours, conditions and widths are not. Dates are written out, since
"06/07/25" does not say which of its numbers is the month.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<digits>[0#?][0#?.,]*|\.[0#?]+)|(?P<plain>.)",
    re.S,
)
_NOT_IN_SECTIONS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]', re.S)
_UNTOLD = re.compile(r"general|[0#?]\s*/\s*[0#?\d]|e[+-]", re.IGNORECASE)
"""Formats of no fixed digits: general, fractions and powers of ten."""
_MOST_DIGITS = 11
"""Significant digits of a general number in a cell of usual width."""


class _Section(NamedTuple):
    """One of the up to three parts of a format for numbers.

    Attributes:
        before: Text in front of the digits.
        behind: Text after them.
        least: Fewest decimals.
        most: Most decimals.
        grouped: Whether thousands are set apart.
        factor: What the value is multiplied by before it is shown.
        leading: Whether a zero before the decimals is shown.
        digits: Whether there are any digits.
    """

    before: str
    behind: str
    least: int
    most: int
    grouped: bool
    factor: float
    leading: bool
    digits: bool


def shown(value: object, number_format: str) -> str:
    """Writes a cell's value as a reader sees it.

    Args:
        value: A number, text, truth value, day, time or nothing.
        number_format: As the cell has it ("#,##0_);(#,##0)").

    Returns:
        "(1,234)", "4.5%", "$ 12.0", "June 30, 2025"; empty for a value that the format hides. A
        negative number keeps a sign where the format tells it by its colour alone.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return _number(value, number_format)
    if isinstance(value, (date, time, timedelta)):
        return _time(value, number_format)
    return str(value)


def _number(value: float, number_format: str) -> str:
    sections = _sections(number_format)
    if sections is None:
        return _general(value)
    place = 0 if value > 0 or len(sections) == 1 else 1
    if value == 0:
        place = 2 if len(sections) > 2 else 0
    section = sections[place]
    if not section.digits:
        return (section.before + section.behind).strip()
    text = _digits(abs(value) * section.factor, section)
    signed = place == 1 and any(c in section.before for c in "-(−–")
    sign = "-" if value < 0 and not signed and text.strip("0.,") else ""
    return f"{sign}{section.before}{text}{section.behind}".strip()


@lru_cache(maxsize=1 << 10)  # A workbook has few formats and many cells.
def _sections(number_format: str) -> list[_Section] | None:
    """The parts for what is above, below and at zero; None for what shows as it is."""
    bare = _NOT_IN_SECTIONS.sub(lambda literal: "\0" * len(literal.group()), number_format)
    if _UNTOLD.search(bare) or not bare or bare == "@":
        return None
    cuts = [0, *(match.end() for match in re.finditer(";", bare)), len(bare) + 1]
    parts = [number_format[start : end - 1] for start, end in pairwise(cuts)]
    return [_section(part) for part in parts[:3]]


def _section(part: str) -> _Section:
    before, behind, digits = "", "", ""
    percent = 0
    for token in _TOKEN.finditer(part):
        if token["digits"] and not digits:
            digits = token["digits"]
            continue
        plain = token["plain"] or ""
        percent += plain == "%"
        literal = token["quoted"] or token["escaped"] or token["currency"] or plain
        if digits:
            behind += literal
        else:
            before += literal
    whole, _, decimals = digits.partition(".")
    scale = len(digits) - len(digits.rstrip(","))
    decimals = decimals.rstrip(",")
    return _Section(
        before,
        behind,
        decimals.count("0"),
        len(decimals),
        "," in whole.rstrip(","),
        100.0**percent / 1000.0**scale,
        "0" in whole,
        bool(digits),
    )


def _digits(value: float, section: _Section) -> str:
    text = f"{value:{',' if section.grouped else ''}.{section.most}f}"
    spare = section.most - section.least
    while spare and text.endswith("0"):
        text, spare = text[:-1], spare - 1
    text = text.removesuffix(".")
    return text if section.leading or value >= 1 else text.removeprefix("0")


def _general(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return format(Decimal(f"{value:.{_MOST_DIGITS}g}"), "f")


def _time(value: date | time | timedelta, number_format: str) -> str:
    """A day in words, as exact as its format shows it."""
    if not isinstance(value, date):
        return str(value)
    bare = _NOT_IN_SECTIONS.sub("", number_format).lower()
    if "y" in bare and "d" not in bare:
        return f"{value:%B} {value.year}" if "m" in bare else str(value.year)
    day = f"{value:%B} {value.day}, {value.year}"
    hours = isinstance(value, datetime) and value.time() != time() and "h" in bare
    return f"{day} {value:%H:%M}" if hours else day
