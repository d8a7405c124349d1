"""Statements in long form: one record a cell, as CSV and as a data frame; and standard lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from secateur.pipelines.export.csv_cells import csv_lines
from secateur.pipelines.export.records import plain_number
from secateur.pipelines.finance.statements.book import Cell, Row, Statement, StatementBook

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "document": "name of the document",
        "company": "the company that reports",
        "statement": "kind: income_statement, comprehensive_income, balance_sheet, cash_flow, "
        "equity or breakdown",
        "statement_number": "number of the statement in the document, from 1",
        "title": "title of the statement",
        "section": "section of the document",
        "row": "number of the row in the statement, from 1, captions counted",
        "label": "printed row head",
        "level": "number of captions that the row is under",
        "total": "whether the row is a total",
        "concept": "what the row measures, as us-gaap:Revenues",
        "concept_probability": "that the concept is right, 0 to 1",
        "standard_line": "standard line that the row is",
        "column": "number of the column in the statement, from 1; empty for a figure in a row head",
        "column_label": "printed head of the column",
        "period": "a day, or first and last day with / between",
        "unit": "USD, USD/shares, shares, pure",
        "dimensions": "member by axis, as JSON",
        "value": "the number meant, in whole units",
        "printed": "the text of the page",
        "source": "read, tagged or both",
        "agrees": "whether tag and reading are the same",
        "read_value": "the number read, where the tag has another number, period or unit",
        "read_period": "its period",
        "read_unit": "its unit",
        "probability": "that the figure is one of its type, 0 to 1",
        "start": "first character in the text of the document",
        "end": "one past the last",
        "page": "page number from 1, where the format has pages",
    }
)
"""Columns of the long form by name, with their meaning."""
_TYPES: Mapping[str, str] = {
    "statement_number": "int64", "row": "int64", "level": "int64", "total": "bool",
    "concept_probability": "float64", "column": "Int64", "value": "float64", "agrees": "boolean",
    "read_value": "float64",
    "probability": "float64", "start": "int64", "end": "int64", "page": "Int64",
}  # fmt: skip
STANDARD_COLUMNS = ("document", "company", "standard_line", "period", "value", "unit")
"""Columns of the table over companies by standard line."""


@dataclass(frozen=True)
class StandardFigure:
    """The figure of a standard line for a period.

    Attributes:
        line: Name of the standard line ("revenue").
        period: A day, or first and last day.
        value: The number meant, with the sign that the row's concept asks for.
        unit: As in `Entity.unit`.
        statement: Number of the statement that it is taken from, from 0.
        row: Its row there.
        cell: Its cell.
    """

    line: str
    period: str
    value: Decimal
    unit: str | None
    statement: int
    row: Row
    cell: Cell


def records(book: StatementBook) -> Iterator[dict[str, Any]]:
    """Gives the cells of a book, row by row.

    Args:
        book: The statements of a report.

    Yields:
        A value for each of `COLUMNS`; None where one does not apply.
    """
    for number, statement in enumerate(book.statements, 1):
        for place, row in enumerate(statement.rows, 1):
            for cell in row.cells:
                column = None if cell.column is None else statement.columns[cell.column]
                dimensions = dimensions_of(cell, row, statement)
                yield {
                    "document": book.document,
                    "company": book.company,
                    "statement": statement.kind,
                    "statement_number": number,
                    "title": statement.title,
                    "section": statement.section,
                    "row": place,
                    "label": row.label,
                    "level": row.level,
                    "total": row.total,
                    "concept": cell.concept or row.concept,
                    "concept_probability": row.concept_probability,
                    "standard_line": row.standard,
                    "column": None if cell.column is None else cell.column + 1,
                    "column_label": column.label if column else None,
                    "period": period_of(cell, statement),
                    "unit": unit_of(cell, row),
                    "dimensions": json.dumps(dimensions, ensure_ascii=False)
                    if dimensions
                    else None,
                    "value": cell.value,
                    "printed": cell.printed,
                    "source": cell.source,
                    "agrees": cell.agrees,
                    "read_value": cell.reading.value if cell.reading else None,
                    "read_period": cell.reading.period if cell.reading else None,
                    "read_unit": cell.reading.unit if cell.reading else None,
                    "probability": cell.probability,
                    "start": cell.start,
                    "end": cell.end,
                    "page": cell.page,
                }


def as_csv(books: Iterable[StatementBook]) -> str:
    """Writes the cells of books as CSV, one line a cell under the names of `COLUMNS`.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    lines = (
        [f"{cell:f}" if isinstance(cell, Decimal) else cell for cell in record.values()]
        for book in books
        for record in records(book)
    )
    return csv_lines(chain([COLUMNS], lines))


def as_dataframe(books: Iterable[StatementBook]) -> pd.DataFrame:
    """Makes a data frame of the cells of books, with the columns `COLUMNS`."""
    # Takes half a second to load, which what only writes files need not wait for.
    import pandas as pd

    found = [
        {
            name: plain_number(value) if isinstance(value, Decimal) else value
            for name, value in record.items()
        }
        for book in books
        for record in records(book)
    ]
    types = {name: _TYPES.get(name, "string") for name in COLUMNS}
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(types)


def standard_figures(book: StatementBook) -> list[StandardFigure]:
    """Finds the figures of standard lines, one a line and period.

    Where several statements have a line, the first that has it for the period counts, a primary one
    before a breakdown. A row with different figures of one period, as in a statement of equity, and
    figures of a member of a dimension, as of a segment, say nothing about the whole company.

    Args:
        book: The statements of a report.

    Returns:
        The figures in the order of the statements, those of breakdowns last.
    """
    found: dict[tuple[str, str], StandardFigure] = {}
    # Sorting is stable: breakdowns come last, and all else stays in its order.
    ordered = sorted(enumerate(book.statements), key=lambda each: each[1].kind == "breakdown")
    for number, statement in ordered:
        for row in statement.rows:
            if row.standard is None:
                continue
            for period, cells in _by_period(row, statement).items():
                if len({cell.value for cell in cells}) == 1:
                    cell = cells[0]
                    figure = StandardFigure(
                        row.standard, period, cell.value, unit_of(cell, row), number, row, cell
                    )
                    found.setdefault((row.standard, period), figure)
    return list(found.values())


def _by_period(row: Row, statement: Statement) -> dict[str, list[Cell]]:
    """The cells of the row's concept for the whole company."""
    cells: dict[str, list[Cell]] = {}
    for cell in row.cells:
        period = period_of(cell, statement)
        is_whole = not dimensions_of(cell, row, statement)
        if period is not None and is_whole and cell.concept in (None, row.concept):
            cells.setdefault(period, []).append(cell)
    return cells


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
