"""The report's figures: one row of `figures.csv` each, with expressions and printed forms."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

YEARS = ("2025", "2024", "2023", "2022")
LABELS = {"USD": "MONEY", "USD/share": "PER_SHARE", "shares": "SHARES", "pure": "PERCENT"}
SCALE_WORDS = {3: "thousand", 6: "million", 9: "billion"}
_EXPRESSION = re.compile(r"(?P<left>[\w.]+)(?: (?P<operator>[-+/^]) (?P<right>[\w.]+))?$")


@dataclass(frozen=True)
class Figure:
    """A value as the report states it.

    Attributes:
        value: In units of 10**scale; negative where a table prints parentheses.
        unit: "USD", "USD/share", "shares" or "pure".
        scale: Power of ten of the printed number; -2 for percents.
        digits: Decimals printed in tables.
        period: ISO date, or "start/end" for a duration.
        concept: XBRL concept, None for values the report derives.
        flipped: True where the XBRL fact has the opposite sign (an outflow printed negative).
        member: "axis=member" of the XBRL context, or "".
    """

    value: Decimal
    unit: str
    scale: int
    digits: int
    period: str
    concept: str | None = None
    flipped: bool = False
    member: str = ""


@dataclass(frozen=True)
class Printed:
    """A figure's printed form: `before + number + after` is the entity's text."""

    before: str
    number: str
    after: str
    value: Decimal
    scale: int


def _period(when: str, year: str) -> str:
    if when == "duration":
        return f"{int(year) - 1}-10-01/{year}-09-30"
    return f"{year}-09-30" if when == "instant" else when


def load(path: Path) -> dict[str, Figure]:
    """Read the figures' table.

    Args:
        path: CSV with the columns name, unit, scale, digits, when, concept, member and a year each.

    Returns:
        Figures by "name.year"; empty year cells are left out.

    Raises:
        ValueError: A name stands twice.
    """
    figures: dict[str, Figure] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for year in YEARS:
                if not row[year]:
                    continue
                key = f"{row['name']}.{year}"
                if key in figures:
                    raise ValueError(f"{path.name}: {key!r} stands twice; rename one of the rows")
                figures[key] = Figure(
                    value=Decimal(row[year]),
                    unit=row["unit"],
                    scale=int(row["scale"]),
                    digits=int(row["digits"]),
                    period=_period(row["when"], year),
                    concept=row["concept"].lstrip("-") or None,
                    flipped=row["concept"].startswith("-"),
                    member=row["member"],
                )
    return figures


def evaluate(expression: str, figures: dict[str, Figure]) -> Figure:
    """Look a figure up, or derive one from two.

    Args:
        expression: "a.2025", or two keys joined by " + ", " - ", " / " (share, in percent)
            or " ^ " (growth of the first over the second, in percent).
        figures: What `load` returned.

    Returns:
        The figure; a derived one has no concept.

    Raises:
        ValueError: The expression cannot be read or names an unknown figure.
    """
    match = _EXPRESSION.match(expression)
    if match is None or not {match["left"], match["right"] or match["left"]} <= figures.keys():
        raise ValueError(f"figures: cannot evaluate {expression!r}; see figures.csv for the names")
    left = figures[match["left"]]
    if match["operator"] is None:
        return left
    right = figures[match["right"]]
    if match["operator"] in "+-":
        value = left.value + (right.value if match["operator"] == "+" else -right.value)
        return Figure(value, left.unit, left.scale, left.digits, left.period)
    share = 100 * left.value / right.value - (100 if match["operator"] == "^" else 0)
    return Figure(share, "pure", -2, 1, left.period)


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def in_prose(figure: Figure, style: str) -> Printed:
    """Print a figure for a sentence: "$1.2 billion", "8.3%", "41.8 million".

    Args:
        figure: The figure.
        style: "" for the figure's own scale, "b" for billions, "u" for single units; a
            leading "-" says that the value is negative and prints its magnitude.

    Returns:
        The printed form.

    Raises:
        ValueError: The sign is not the one that the style announces.
    """
    value = -figure.value if style.startswith("-") else figure.value
    if value < 0:
        raise ValueError(f"figures: {figure} is negative; word the sentence so and write '@-'")
    scale, digits = figure.scale, figure.digits
    if style.endswith("b"):
        value, scale, digits = value.scaleb(scale - 9), 9, 1
    if style.endswith("u"):
        value, scale, digits = value.scaleb(scale), 0, 0
    value = _rounded(value, digits)
    after = "%" if scale == -2 else f" {SCALE_WORDS[scale]}" if scale in SCALE_WORDS else ""
    before = "$" if figure.unit.startswith("USD") else ""
    return Printed(before, f"{value:,}", after, value, scale)


def in_cell(figure: Figure) -> Printed:
    """Print a figure for a table cell: parentheses for negatives, a dash for zero."""
    value = _rounded(figure.value, figure.digits)
    percent = "%" if figure.scale == -2 else ""
    if value == 0:
        return Printed("", "—", percent, value, figure.scale)
    opening, closing = ("(", ")") if value < 0 else ("", "")
    return Printed(opening, f"{abs(value):,}", closing + percent, value, figure.scale)
