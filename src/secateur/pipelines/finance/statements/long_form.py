"""Statements in long form: one record a cell, as CSV and as a data frame."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from secateur.pipelines.export.csv_cells import csv_lines
from secateur.pipelines.export.records import plain_number
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.cells import dimensions_of, period_of, unit_of

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
