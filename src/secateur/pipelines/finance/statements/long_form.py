"""Statements in long form: one record a cell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from secateur.pipelines.finance.statements.cells import dimensions_of, period_of, unit_of
from secateur.pipelines.finance.statements.statement import Statement

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "document": "name of the document",
        "company": "the company that reports",
        "statement": "kind: income_statement, comprehensive_income, balance_sheet, cash_flow, "
        "equity or breakdown",
        "about": "of a breakdown: segment, product, region or maturity",
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
TYPES: Mapping[str, str] = {
    "statement_number": "int64", "row": "int64", "level": "int64", "total": "bool",
    "concept_probability": "float64", "column": "Int64", "value": "float64", "agrees": "boolean",
    "read_value": "float64",
    "probability": "float64", "start": "int64", "end": "int64", "page": "Int64",
}  # fmt: skip
"""Types of pandas of the columns that are no text."""


def records(
    document: str, company: str | None, statements: Sequence[Statement]
) -> Iterator[dict[str, Any]]:
    """Gives the cells of a report's statements, row by row.

    Args:
        document: The document's name.
        company: The company that reports.
        statements: Its statements.

    Yields:
        A value for each of `COLUMNS`; None where one does not apply.
    """
    for number, statement in enumerate(statements, 1):
        for place, row in enumerate(statement.rows, 1):
            for cell in row.cells:
                column = None if cell.column is None else statement.columns[cell.column]
                dimensions = dimensions_of(cell, row, statement)
                yield {
                    "document": document,
                    "company": company,
                    "statement": statement.kind,
                    "about": statement.about,
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
