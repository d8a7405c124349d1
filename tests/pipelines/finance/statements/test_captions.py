"""Figures inside captions are of the days that the captions name."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.statements.captions import caption_rows
from secateur.pipelines.finance.statements.statement import Column

DAYS = ["2024-12-31", "2023-12-31"]
COLUMNS = [Column(f"December 31, {day[:4]}", day) for day in DAYS]
_MARKED = re.compile(r"\{([^}]*)\}")


def read(marked: str, columns: list[Column]) -> list[tuple[str, list[str | None]]]:
    """What is printed and for what periods, row by row; figures stand in braces."""
    text, figures = "", []
    for number, part in enumerate(_MARKED.split(marked)):
        if number % 2:
            label = "MONEY" if "$" in part or part == "787" else "SHARES"
            value = Decimal(re.sub(r"[^\d.]", "", part))
            end = len(text) + len(part)
            figures.append(
                Entity("a", len(text), end, part, label, 0.9, value=value, period=DAYS[0])
            )
        text += part
    rows = caption_rows(text, Passage(0, len(text), "cell"), figures, columns)
    return [(row[0].printed, [cell.period for cell in row]) for row in rows]


BOTH = sorted(DAYS)
CASES = {
    "of all days": ("Stock, ${0.01} par value", [("0.01", BOTH)]),
    "a list, in the order of the columns": (
        "Stock, shares issued: {974} and {960}", [("974", DAYS[:1]), ("960", DAYS[1:])],
    ),
    "a list of amounts": (
        "Receivables, net of allowances of {$16} and of {$23}, respectively",
        [("$16", DAYS[:1]), ("$23", DAYS[1:])],
    ),
    "days before their figures": (
        "Stock (authorized {7}; 2024 - {12.5}; 2023 - {13})",
        [("7", BOTH), ("12.5", DAYS[:1]), ("13", DAYS[1:])],
    ),
    "days before their figures in one clause": (
        "Loans (held for settlement: 2023, {$52}; 2022, {$9}), less reserves: 2023, {$17}",
        [("$52", DAYS[1:]), ("$9", DAYS[:1]), ("$17", DAYS[1:])],
    ),
    "days behind their figures": (
        "Treasury shares, {31} at December 31, 2024 and {18} at December 31, 2023",
        [("31", DAYS[:1]), ("18", DAYS[1:])],
    ),
    "two things on each day": (
        "Stock ({900} authorized; {49} issued and {18} held at December 31, 2024;"
        " {43} issued and {25} held at December 31, 2023)",
        [("900", BOTH), ("49", DAYS[:1]), ("18", DAYS[:1]), ("43", DAYS[1:]), ("25", DAYS[1:])],
    ),
    "a list before a list of days": (
        "Stock, {900} authorized, {56} and {35} held as of December 31, 2024 and 2023",
        [("900", BOTH), ("56", DAYS[:1]), ("35", DAYS[1:])],
    ),
    "one for several days": (
        "Receivables, net of {$83} as of each of December 31, 2024 and December 31, 2023",
        [("$83", BOTH)],
    ),
    "a month alone": ("Stock – shares issued – December 2023 {40}", [("40", DAYS[1:])]),
    "a day on which a debt is due": ("Notes of {$61} due December 31, 2024", [("$61", BOTH)]),
    "issued and outstanding": (
        "Stock, {7} authorized; {5} issued and outstanding",
        [("7", BOTH), ("5", BOTH), ("5", BOTH)],
    ),
    "issued and outstanding, named before": (
        "Stock; issued and outstanding {5} as of December 31, 2024 and {6} as of December 31, 2023",
        [("5", DAYS[:1])] * 2 + [("6", DAYS[1:])] * 2,
    ),
    "none": ("Stock, shares: none issued and outstanding", [("none issued", BOTH)] * 2),
    "a name that begins with a number": ("{787} reach-forward loss", []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_figures_of_a_caption_are_of_the_days_that_it_names(name: str) -> None:
    caption, expected = CASES[name]
    found = [(printed, sorted(filter(None, days))) for printed, days in read(caption, COLUMNS)]
    assert found == [(printed, sorted(days)) for printed, days in expected]


def test_a_list_in_a_statement_of_flows_is_of_its_columns() -> None:
    quarters = [f"{year}-{month}" for month in ("04-01", "01-01") for year in (2024, 2023)]
    columns = [Column("", f"{day}/{day[:4]}-06-30") for day in quarters]
    rows = read("Translation, net of taxes of {$88}, {$58}, {$140} and {$63}", columns)
    assert [days for _, days in rows] == [[column.period] for column in columns]
    assert read("Translation, net of {$88}", columns) == [("$88", [DAYS[0]])]
