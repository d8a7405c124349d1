"""Statements of a report as a person reads them: columns, rows and cells, and their JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from secateur.pipelines.document.document import Box
from secateur.pipelines.export.records import plain_number

SCHEMA_VERSION = 1
"""Of the JSON of `StatementBook.to_dict`."""
Kind = Literal[
    "income_statement", "comprehensive_income", "balance_sheet", "cash_flow", "equity", "breakdown"
]
PRIMARY: tuple[Kind, ...] = (
    "income_statement",
    "comprehensive_income",
    "balance_sheet",
    "cash_flow",
    "equity",
)
"""Kinds of primary statements, in the order of an annual report."""


@dataclass(frozen=True)
class Column:
    """A column of a statement.

    Attributes:
        label: Its printed head.
        period: Period of most of its cells: a day, or first and last day; None where nothing says.
    """

    label: str
    period: str | None


@dataclass(frozen=True)
class Cell:
    """One figure of a statement.

    Attributes:
        column: Number of its column, None for a figure inside a row's caption.
        period: Its own period; None where it is the column's.
        unit: As in `Entity.unit`.
        printed: The text of the page.
        value: The number meant, signed as printed; a dash is 0.
        probability: That the figure is one of its type, 0 to 1; None for a dash.
        start: First character in `Document.text`.
        end: One past the last.
        page: Page number from 1 where the format has pages.
        box: Place on the page.
    """

    column: int | None
    period: str | None
    unit: str | None
    printed: str
    value: Decimal
    probability: float | None
    start: int
    end: int
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True)
class Row:
    """A row of a statement.

    Attributes:
        label: The printed row head in full, without marks of notes; `level` stands for captions.
        level: How many captions it stands under.
        total: Whether it is a total by its head.
        concept: What its figures measure ("us-gaap:Assets"), None where that is not known.
        cells: Its figures in order; none for a caption.
    """

    label: str
    level: int
    total: bool
    concept: str | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Statement:
    """A statement.

    Attributes:
        kind: Which one it is.
        title: The line above that names it, "" where none does.
        section: Section of the document that it stands in.
        page: Page of its first cell.
        scale: Power of ten of most of its amounts: 6 for millions.
        columns: Its columns of figures.
        rows: Its rows in the company's order, captions included.
    """

    kind: Kind
    title: str
    section: str | None
    page: int | None
    scale: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class StatementBook:
    """The statements of one report.

    Attributes:
        document: The document's name.
        company: The company that reports, None where it is not found.
        currency: ISO code of most amounts.
        fiscal_year_end: Month and day ("12-31"), None where the document does not say.
        statements: Primary statements in the order of `PRIMARY`.
        missing: Kinds of which none was found.
    """

    document: str
    company: str | None
    currency: str | None
    fiscal_year_end: str | None
    statements: tuple[Statement, ...]
    missing: tuple[Kind, ...]

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON holds of it, beginning with `schema_version`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "document": self.document,
            "company": self.company,
            "currency": self.currency,
            "fiscal_year_end": self.fiscal_year_end,
            "statements": [_statement(statement) for statement in self.statements],
            "missing": list(self.missing),
        }


def _statement(statement: Statement) -> Mapping[str, Any]:
    return {
        "kind": statement.kind,
        "title": statement.title,
        "section": statement.section,
        "page": statement.page,
        "scale": statement.scale,
        "columns": [
            {"period": column.period, "label": column.label, "dimensions": {}}
            for column in statement.columns
        ],
        "rows": [_row(row) for row in statement.rows],
    }


def _row(row: Row) -> Mapping[str, Any]:
    return {
        "label": row.label,
        "level": row.level,
        "total": row.total,
        "concept": row.concept,
        "dimensions": {},
        "cells": [_cell(cell) for cell in row.cells],
    }


def _cell(cell: Cell) -> Mapping[str, Any]:
    return {
        "column": cell.column,
        "period": cell.period,
        "unit": cell.unit,
        "printed": cell.printed,
        "value": plain_number(cell.value),
        "source": "read",
        "probability": cell.probability,
        "start": cell.start,
        "end": cell.end,
        "page": cell.page,
        "box": cell.box,
    }
