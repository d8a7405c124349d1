"""Dates the cash that a cash flow statement opens and closes with, by arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from secateur.pipelines.finance.statements.statement import Column, Row

_FEWEST = 2
"""Columns in which sums agree, lest they do by chance."""
_CHANGES = 3
"""Rows from the change in cash to the balance that it leads to."""

Amounts = Mapping[int, Decimal]
"""Values of a row by their columns."""


def dated_balances(rows: Sequence[Row], columns: Sequence[Column]) -> list[Row]:
    """Gives the rows of a cash flow statement that are balances the days of these.

    What an opening balance and the change in cash sum to closes the period; a later row with the
    same figures, the rows that it sums up, and what lies between two balances of a day and leads
    from one to the other, are of that day.

    Args:
        rows: The statement's.
        columns: Its columns.

    Returns:
        The rows, cells of balances with a day each.
    """
    done = list(rows)
    closing: list[int] = []
    for number in range(len(done)):
        if _opens(done[number], columns):
            closing = []
            continue
        if _days(done[number], columns) is None and (
            _closes(done, number, columns) or any(_repeats(done[n], done[number]) for n in closing)
        ):
            done[number] = _dated(done[number], columns)
        if _days(done[number], columns) != _ends(done[number], columns):
            continue
        for part in _parts(done, closing, number):
            done[part] = _dated(done[part], columns)
        closing.append(number)
    return done


def _amounts(row: Row) -> Amounts:
    return {cell.column: cell.value for cell in row.cells if cell.column is not None}


def _days(row: Row, columns: Sequence[Column]) -> Mapping[int, str] | None:
    """The day of each cell of a row, None of a row that has others."""
    periods = {
        cell.column: cell.period or columns[cell.column].period or ""
        for cell in row.cells
        if cell.column is not None
    }
    is_balance = periods and all(day and "/" not in day for day in periods.values())
    return periods if is_balance else None


def _ends(row: Row, columns: Sequence[Column]) -> Mapping[int, str]:
    return {n: (columns[n].period or "")[-10:] for n in _amounts(row)}


def _opens(row: Row, columns: Sequence[Column]) -> bool:
    """Whether all cells of a row are of the days before their columns begin."""
    days = _days(row, columns) or {}
    firsts = {n: (columns[n].period or "").partition("/") for n in days}
    return bool(days) and all(
        length and str(date.fromisoformat(first) - timedelta(days=1)) == days[n]
        for n, (first, length, _) in firsts.items()
    )


def _closes(rows: Sequence[Row], number: int, columns: Sequence[Column]) -> bool:
    """Whether a row is the sum of an opening balance and of the change in cash beside it."""
    before = rows[max(number - _CHANGES, 0) : number]
    total = _amounts(rows[number])
    return len(total) >= _FEWEST and any(
        _opens(one, columns) and other is not one and _sum([one, other], total) == total
        for one in before
        for other in before
    )


def _repeats(balance: Row, row: Row) -> bool:
    amounts = _amounts(row)
    return len(amounts) >= _FEWEST and amounts == _amounts(balance)


def _parts(rows: Sequence[Row], closing: Sequence[int], number: int) -> Sequence[int]:
    """Rows between two balances that the latter sums up, or that lead from one to the other."""
    if not closing:
        return ()
    last = _amounts(rows[number])
    between = [n for n in range(closing[0] + 1, number) if rows[n].cells]
    for count in range(1, len(between) + 1):
        if _sum([rows[n] for n in between[-count:]], last) == last:
            return between[-count:]
    first = _amounts(rows[closing[-1]])
    between = [n for n in between if n > closing[-1]]
    moved = _sum([rows[n] for n in between], last)
    ways = ({n: first.get(n, Decimal(0)) + sign * moved[n] for n in last} for sign in (1, -1))
    return between if any(way == last for way in ways) else ()


def _sum(rows: Sequence[Row], columns: Amounts) -> Amounts:
    amounts = [_amounts(row) for row in rows]
    return {n: sum((each.get(n, Decimal(0)) for each in amounts), Decimal(0)) for n in columns}


def _dated(row: Row, columns: Sequence[Column]) -> Row:
    cells = tuple(
        replace(cell, period=(columns[cell.column].period or "")[-10:] or None)
        if cell.column is not None
        else cell
        for cell in row.cells
    )
    return replace(row, cells=cells)
