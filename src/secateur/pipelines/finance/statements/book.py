"""Statements of a report as a person reads them: columns, rows and cells, and their JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from secateur.pipelines.document.document import Box
from secateur.pipelines.export.records import plain_number
from secateur.pipelines.finance.statements.findings import Check, Derived

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
"""Of the JSON of `StatementBook.to_dict`."""
Kind = Literal[
    "income_statement", "comprehensive_income", "balance_sheet", "cash_flow", "equity", "breakdown"
]
Source = Literal["read", "tagged", "both"]
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
        dimensions: Member by axis, where the filing's tags give its cells one.
    """

    label: str
    period: str | None
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What was read of a figure that the filer tagged as something else.

    Attributes:
        value: The number read.
        period: Its period.
        unit: Its unit.
    """

    value: Decimal
    period: str | None
    unit: str | None


@dataclass(frozen=True)
class Cell:
    """One figure of a statement.

    Attributes:
        column: Number of its column, None for a figure inside a row's caption.
        period: Its own period; None where it is the column's.
        unit: As in `Entity.unit`.
        printed: The text of the page.
        value: The number meant, with the sign that the row's concept asks for; without a concept
            as printed. A dash is 0.
        probability: That the figure is one of its type, 0 to 1; None for a dash.
        start: First character in `Document.text`.
        end: One past the last.
        page: Page number from 1 where the format has pages.
        box: Place on the page.
        source: Whether the value was read from the page, tagged by the filer, or both.
        agrees: Whether tag and reading are the same; None where there is one of them alone.
        concept: By its tag, None where it is its row's.
        dimensions: By its tag, member by axis; None where they are its column's and row's.
        reading: What was read, where `agrees` is False.
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
    source: Source = "read"
    agrees: bool | None = None
    concept: str | None = None
    dimensions: Mapping[str, str] | None = None
    reading: Reading | None = None


@dataclass(frozen=True)
class Row:
    """A row of a statement.

    Attributes:
        label: The printed row head in full, without marks of notes; `level` stands for captions.
        level: How many captions it stands under.
        total: Whether it is a total by its head.
        concept: What its figures measure ("us-gaap:Assets"), None where that is not known.
        cells: Its figures in order; none for a caption.
        concept_probability: That `concept` is right, 0 to 1; None without a concept.
        concept_ranked: The most probable concepts, the first first, also where `concept` is None.
        standard: Name of the standard line that it is ("revenue"), None where it is none.
        dimensions: Member by axis, where the filing's tags give its cells one.
        start: First character of its head in `Document.text`; not in the JSON.
        chances: Probability by concept, of the likeliest ones; not in the JSON.
    """

    label: str
    level: int
    total: bool
    concept: str | None
    cells: tuple[Cell, ...]
    concept_probability: float | None = None
    concept_ranked: tuple[str, ...] = ()
    standard: str | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)
    start: int = 0
    chances: Mapping[str, float] = field(default_factory=dict)


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
        source: Whether its tables were found by their printed lines, by the concepts of their tags,
            or by both.
    """

    kind: Kind
    title: str
    section: str | None
    page: int | None
    scale: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    source: Source = "read"


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
        checks: Sums and ties that were tried, those that hold too.
        derived: Lines that follow from standard lines.
    """

    document: str
    company: str | None
    currency: str | None
    fiscal_year_end: str | None
    statements: tuple[Statement, ...]
    missing: tuple[Kind, ...]
    checks: tuple[Check, ...] = ()
    derived: tuple[Derived, ...] = ()

    def to_dataframe(self) -> pd.DataFrame:
        """Returns the cells in long form, one a line.

        Returns:
            A pandas DataFrame with the columns of `statements.long_form.COLUMNS`, which has their
            meaning: among them company, statement, label, concept, standard_line, period, unit,
            value, printed, start and end. `view statements --out book.csv` writes the same.
        """
        # By name: the long form is made from this module, and loads only where it is asked for.
        long_form = import_module("secateur.pipelines.finance.statements.long_form")
        frame: pd.DataFrame = long_form.as_dataframe([self])
        return frame

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
            "checks": [check.to_dict() for check in self.checks],
            "derived": [line.to_dict() for line in self.derived],
        }


def _statement(statement: Statement) -> Mapping[str, Any]:
    return {
        "kind": statement.kind,
        "title": statement.title,
        "section": statement.section,
        "page": statement.page,
        "scale": statement.scale,
        "source": statement.source,
        "columns": [
            {
                "period": column.period,
                "label": column.label,
                "dimensions": dict(column.dimensions),
            }
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
        "concept_probability": row.concept_probability,
        "concept_ranked": list(row.concept_ranked),
        "standard": row.standard,
        "dimensions": dict(row.dimensions),
        "cells": [_cell(cell) for cell in row.cells],
    }


def _cell(cell: Cell) -> Mapping[str, Any]:
    return {
        "column": cell.column,
        "period": cell.period,
        "unit": cell.unit,
        "printed": cell.printed,
        "value": plain_number(cell.value),
        "source": cell.source,
        "agrees": cell.agrees,
        "probability": cell.probability,
        "start": cell.start,
        "end": cell.end,
        "page": cell.page,
        "box": cell.box,
        "concept": cell.concept,
        "dimensions": None if cell.dimensions is None else dict(cell.dimensions),
        "reading": cell.reading and _reading(cell.reading),
    }


def _reading(reading: Reading) -> Mapping[str, Any]:
    return {
        "value": plain_number(reading.value),
        "period": reading.period,
        "unit": reading.unit,
    }
