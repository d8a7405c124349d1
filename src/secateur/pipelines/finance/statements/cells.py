"""Period, unit and dimensions of a cell, which may be those of its row or its column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from secateur.pipelines.finance.statements.statement import Cell, Row, Statement


def dimensions_of(cell: Cell, row: Row, statement: Statement) -> Mapping[str, str]:
    """Member by axis of a cell: its own, or its column's and its row's."""
    if cell.dimensions is not None:
        return cell.dimensions
    column = {} if cell.column is None else statement.columns[cell.column].dimensions
    return {**column, **row.dimensions}


def period_of(cell: Cell, statement: Statement) -> str | None:
    """The period of a cell: its own, or its column's."""
    if cell.period is not None or cell.column is None:
        return cell.period
    return statement.columns[cell.column].period


def unit_of(cell: Cell, row: Row) -> str | None:
    """The unit of a cell; of one without, as of a dash, that of most of its row."""
    units = Counter(other.unit for other in row.cells if other.unit)
    return cell.unit or next((unit for unit, _ in units.most_common(1)), None)
