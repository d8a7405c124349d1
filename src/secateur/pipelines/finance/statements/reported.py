"""Figures of statements as they are printed: in the unit of their row, with its decimals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from secateur.pipelines.finance.statements.statement import Cell, Row

SCALES = {0: "", 3: "thousands", 6: "millions", 9: "billions", 12: "trillions"}
"""Names of powers of ten."""
_SHARE = -2
"""Power of ten of a percentage."""
_NUMBER = re.compile(r"[.,]?\d[\d.,'’\u00a0\u2009\u202f ]*")
_NEGATIVE = re.compile(r"[^\d]*[(\-–—−]|[^(]*\d\s*[-–—−]\s*$")
_MOST_DECIMALS = 6


@dataclass(frozen=True)
class Reported:
    """A figure as its statement reports it.

    Attributes:
        number: In the reported unit; a percentage as a share of 1.
        unit: "USD millions", "USD per share", "shares, thousands", "%"; None for a zero, which is
            the same in all units.
        number_format: Of Excel: thousands separated, negative in parentheses, decimals as printed.
    """

    number: Decimal
    unit: str | None
    number_format: str


def reported(cell: Cell, row: Row, scale: int) -> Reported:
    """Takes a cell back to what is printed.

    Args:
        cell: The cell.
        row: Its row. A value with a concept has the sign that the concept asks for, and the page
            may have the other one.
        scale: Power of ten of the statement's amounts.

    Returns:
        Number, unit and format.
    """
    value = cell.value
    # Parentheses around a figure inside a row head ("Dividends ($1.79)") are no minus.
    if (cell.concept or row.concept) and cell.column is not None:
        value = -abs(value) if _NEGATIVE.match(cell.printed) else abs(value)
    power, decimals = power_and_decimals(cell, scale)
    if cell.unit == "pure" and power == _SHARE:
        return Reported(value, "%", _format(f"0{_fraction(decimals)}%"))
    number_format = _format(f"#,##0{_fraction(decimals)}", zero=_digits(cell.printed))
    return Reported(value.scaleb(-power), _unit(cell, power) if value else None, number_format)


def unit_name(unit: str | None, power: int) -> str:
    """Names a unit and its power of ten: "USD millions"; "in full" where neither is known."""
    return " ".join(filter(None, [unit, SCALES.get(power, f"x 10^{power}")])) or "in full"


def _unit(cell: Cell, power: int) -> str | None:
    if cell.unit is None:
        return None
    if cell.unit.endswith("/shares"):
        unit, power_name = cell.unit.removesuffix("/shares"), SCALES.get(power, f"x 10^{power}")
        return f"{unit} {power_name}".rstrip() + " per share"
    if cell.unit == "shares" and power:
        return f"shares, {SCALES.get(power, f'x 10^{power}')}"
    return "number" if cell.unit == "pure" else unit_name(cell.unit, power)


def power_and_decimals(cell: Cell, scale: int) -> tuple[int, int]:
    """Power of ten that makes the printed number the value, and the printed decimals.

    A point may part decimals or thousands, so what fits the statement's scale comes first.
    """
    is_amount = cell.unit is not None and cell.unit != "pure" and "shares" not in cell.unit
    usual = scale if is_amount or cell.unit is None else 0
    printed = list(_readings(cell.printed))
    if not cell.value or not printed:
        return usual, printed[0][1] if printed else 0
    fitting = [
        (power, decimals)
        for number, decimals in printed
        if number and (power := _power(abs(cell.value) / number)) is not None
    ]
    known = {_SHARE, 0} if cell.unit == "pure" else set(SCALES)
    for power, decimals in fitting:
        if is_amount and power == scale:
            return power, decimals
    for power, decimals in fitting:
        if power in known:
            return power, decimals
    exponent = cell.value.scaleb(-usual).normalize().as_tuple().exponent
    return usual, min(max(-int(exponent), 0), _MOST_DECIMALS)


def _readings(printed: str) -> Iterator[tuple[Decimal, int]]:
    """Numbers that a text may mean, with their decimals, the most usual one first."""
    match = _NUMBER.search(printed)
    if match is None:
        return
    text = re.sub(r"[^\d.,]", "", match[0]).rstrip(".,")
    digits = Decimal(re.sub(r"\D", "", text))
    for mark in (".", "", ","):
        if not mark or text.count(mark) == 1:
            decimals = len(text) - 1 - text.index(mark) if mark else 0
            yield digits.scaleb(-decimals), decimals


def _power(ratio: Decimal) -> int | None:
    """The power of ten that a ratio is."""
    sign, digits, exponent = ratio.normalize().as_tuple()
    return int(exponent) if (sign, digits) == (0, (1,)) else None


def _digits(printed: str) -> bool:
    return any(sign.isdecimal() for sign in printed)


def _fraction(decimals: int) -> str:
    return f".{'0' * decimals}" if decimals else ""


def _format(plain: str, zero: bool = True) -> str:
    """Excel's format of positive, negative and zero numbers, whose last digits are in line."""
    nothing = plain if zero else '"–"'
    return f"{plain}_);({plain});{nothing}_)"
