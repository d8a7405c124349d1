"""Balances of a cash flow statement are known by arithmetic, whatever they are called."""

from __future__ import annotations

from decimal import Decimal

import pytest

from secateur.pipelines.finance.statements.balances import dated_balances
from secateur.pipelines.finance.statements.statement import Cell, Column, Row

YEARS = ["2024-01-01/2024-12-31", "2023-01-01/2023-12-31"]
COLUMNS = [Column(year[:4], year) for year in YEARS]
ENDS = [year[-10:] for year in YEARS]
BEGINS = ["2023-12-31", "2022-12-31"]
Line = tuple[str, list[int], list[str] | None]
OPENED: Line = ("Cash, beginning", [10, 7], BEGINS)
CHANGED: Line = ("Increase in cash", [5, 3], None)
CLOSED: Line = ("Cash, end", [15, 10], ENDS)


def rows(lines: list[Line]) -> list[Row]:
    return [
        Row(label, 0, False, None, tuple(
            Cell(n, days[n] if days else None, "USD", str(value), Decimal(value), 1.0, 0, 1)
            for n, value in enumerate(values)
        ))
        for label, values, days in lines
    ]  # fmt: skip


CASES = {
    "what an opening balance and the change sum to": (
        [CHANGED, OPENED, ("Closing", [15, 10], None)], {"Closing"},
    ),
    "parts that the same total sums up": (
        [OPENED, CLOSED, ("At bank", [11, 8], None), ("Pledged", [4, 2], None),
         ("Total", [15, 10], None)],
        {"At bank", "Pledged", "Total"},
    ),
    "parts of which one is dated already": (
        [OPENED, CLOSED, ("At bank", [11, 8], None), ("Pledged", [4, 2], ENDS),
         ("Total", [15, 10], None)],
        {"At bank", "Total"},
    ),
    "what leads from one balance to another": (
        [OPENED, CLOSED, ("Less: pledged", [4, 2], None), ("Cash alone", [11, 8], ENDS)],
        {"Less: pledged"},
    ),
    "payments behind the balance stay": (
        [CHANGED, OPENED, CLOSED, ("Interest paid", [2, 1], None), ("Taxes paid", [3, 4], None)],
        set(),
    ),
    "flows before the balance stay": (
        [("Sales of bonds", [15, 10], None), CHANGED, OPENED, CLOSED], set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_balances_are_of_the_last_day_of_their_columns(name: str) -> None:
    lines, expected = CASES[name]
    before = {label for label, _, days in lines if days == ENDS}
    done = dated_balances(rows(lines), COLUMNS)
    dated = {row.label for row in done if [cell.period for cell in row.cells] == ENDS}
    assert dated - before == expected
    assert [row.label for row in done] == [label for label, _, _ in lines]
