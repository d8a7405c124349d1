"""Orders the columns of a statement and settles the periods of their cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from secateur.pipelines.finance.numbers.context import Column as ColumnKey
from secateur.pipelines.finance.statements.statement import Cell, Column, Row
from secateur.pipelines.finance.statements.table_rows import Line


def columns_of_rows(keys: Mapping[ColumnKey, int], rows: Sequence[Row]) -> list[Column]:
    """Returns the columns, each with the period of most of its cells."""
    periods: dict[int, Counter[str]] = {}
    for cell in (cell for row in rows for cell in row.cells):
        if cell.column is not None and cell.period:
            periods.setdefault(cell.column, Counter())[cell.period] += 1
    return [
        Column(head, periods[n].most_common(1)[0][0] if n in periods else None)
        for (head, _), n in keys.items()
    ]


def in_printed_order(lines: Sequence[Line], keys: dict[ColumnKey, int]) -> list[Line]:
    """Numbers columns as they are printed, wherever their first figure is."""
    order: list[int] = []
    for line in lines:
        place = 0
        for column in (cell.column for cell in line.row.cells if cell.column is not None):
            if column not in order:
                order.insert(place, column)
            place = order.index(column) + 1
    numbers = {column: number for number, column in enumerate(order)}
    heads = {column: key for key, column in keys.items()}
    keys.clear()
    keys.update((heads[column], number) for column, number in numbers.items())
    return [
        replace(
            line, row=replace(line.row, cells=tuple(_moved(c, numbers) for c in line.row.cells))
        )
        for line in lines
    ]


def _moved(cell: Cell, numbers: Mapping[int, int]) -> Cell:
    return cell if cell.column is None else replace(cell, column=numbers[cell.column])


def moved_below_heads(line: Line, columns: Sequence[Column]) -> Line:
    """Gives cells below no heads, where all were read for one time, those of their columns."""
    periods = {cell.period for cell in line.row.cells}
    if not line.is_continued or len(periods) != 1:
        return line
    period, begin = periods.pop(), (columns[0].period or "").partition("/")[0]
    is_day = period is not None and "/" not in period
    cells = []
    for cell in line.row.cells:
        own = columns[cell.column].period if cell.column is not None else None
        if own and is_day and "/" in own:
            own = _day_before(own[:10]) if str(period) < begin else own[-10:]
        cells.append(replace(cell, period=own or period))
    return replace(line, row=replace(line.row, cells=tuple(cells)))


def _day_before(day: str) -> str:
    return str(date.fromisoformat(day) - timedelta(days=1))


def lasting(row: Row, columns: Sequence[Column]) -> Row:
    """Gives cells of an income statement, which holds no balances, the period of their column."""
    cells = tuple(
        replace(cell, period=None)
        if cell.column is not None
        and (columns[cell.column].period or "").endswith(f"/{cell.period}")
        else cell
        for cell in row.cells
    )
    return replace(row, cells=cells)


def settled(row: Row, columns: Sequence[Column]) -> Row:
    """Leaves out of cells the period that is their column's."""
    cells = tuple(
        replace(cell, period=None)
        if cell.column is not None and cell.period == columns[cell.column].period
        else cell
        for cell in row.cells
    )
    return replace(row, cells=cells)
