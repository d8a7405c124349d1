"""The statements of a report together, their JSON and their cells in long form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from secateur.pipelines.export.record_tables import as_dataframe
from secateur.pipelines.export.records import plain_number
from secateur.pipelines.finance.statements import long_form
from secateur.pipelines.finance.statements.findings import Check, Derived
from secateur.pipelines.finance.statements.statement import Cell, Kind, Reading, Row, Statement

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
"""Of the JSON of `StatementBook.to_dict`."""


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
        return as_dataframe(self.records(), long_form.COLUMNS, long_form.TYPES)

    def records(self) -> Iterator[dict[str, Any]]:
        """Yields the cells in long form, see `long_form.records`."""
        return long_form.records(self.document, self.company, self.statements)

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
        "about": statement.about,
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
