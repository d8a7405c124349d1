"""Names the rows of statements that are standard lines, so that companies compare."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.cells import dimensions_of, period_of, unit_of
from secateur.pipelines.finance.statements.standard_rows import Candidate, rows_of
from secateur.pipelines.finance.statements.statement import PRIMARY, Cell, Kind, Row, Statement

_FILE = Path(__file__).with_name("standard_lines.toml")
_PREFIX = "us-gaap:"
STANDARD_COLUMNS = ("document", "company", "standard_line", "period", "value", "unit")
"""Columns of the table over companies by standard line."""


@dataclass(frozen=True)
class StandardLine:
    """A standard line.

    Attributes:
        id: Its name, as in `Row.standard`.
        statement: Kind of the statement whose rows it is looked for in.
        sign: Whether its value is never below zero.
        definition: One sentence.
        concepts: Concepts of us-gaap without prefix, the preferred one first.
        less: The line by which the preferred concept, the parent's share, is less than the whole.
    """

    id: str
    statement: Kind
    sign: Literal["positive", "either"]
    definition: str
    concepts: tuple[str, ...]
    less: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The concepts with their prefix."""
        return tuple(f"{_PREFIX}{name}" for name in self.concepts)


@cache
def standard_lines() -> tuple[StandardLine, ...]:
    """Reads the standard lines, in the order in which they take rows."""
    statements = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        StandardLine(id=name, statement=kind, **{**line, "concepts": tuple(line["concepts"])})
        for kind in PRIMARY
        for name, line in statements.get(kind, {}).items()
    )


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


def with_standard(book: StatementBook) -> StatementBook:
    """Names the rows that are standard lines.

    Args:
        book: Statements whose rows have concepts.

    Returns:
        The same with `Row.standard` set. A line is the rows of the first of its concepts that its
        statement has, one row a period, see `standard_rows.rows_of`; it has none where a value has
        a sign that the line never has.
    """
    return replace(book, statements=tuple(map(_named, book.statements)))


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
            for period, cells in _by_period(statement, row).items():
                if len({cell.value for cell in cells}) == 1:
                    cell = cells[0]
                    figure = StandardFigure(
                        row.standard, period, cell.value, unit_of(cell, row), number, row, cell
                    )
                    found.setdefault((row.standard, period), figure)
    return list(found.values())


def _named(statement: Statement) -> Statement:
    rows = [
        Candidate(number, _chances(row), _values(statement, row))
        for number, row in enumerate(statement.rows)
    ]
    rows = [row for row in rows if row.values]
    concepts = {line.id: line.names for line in standard_lines()}
    names: dict[int, str] = {}
    for line in standard_lines():
        if line.statement == statement.kind:
            found = rows_of(line.names, rows, concepts.get(line.less, ()))
            if not any(row.number in names for row in found):
                names |= dict.fromkeys(_distinct(line, found), line.id)
    return replace(
        statement,
        rows=tuple(replace(row, standard=names.get(n)) for n, row in enumerate(statement.rows)),
    )


def _chances(row: Row) -> Mapping[str, float]:
    return row.chances or ({row.concept: 1.0} if row.concept else {})


def _distinct(line: StandardLine, rows: Sequence[Candidate]) -> list[int]:
    """Numbers of the rows with another period than those above; none where a sign is impossible."""
    if line.sign == "positive" and any(v < 0 for row in rows for v in row.values.values()):
        return []
    seen: set[str] = set()
    chosen = []
    for row in rows:
        if row.values.keys() - seen:
            chosen.append(row.number)
        seen |= row.values.keys()
    return chosen


def _values(statement: Statement, row: Row) -> Mapping[str, Decimal]:
    """The value of a row by period; nothing of one with several for a period."""
    cells = _by_period(statement, row)
    if any(len({cell.value for cell in own}) > 1 for own in cells.values()):
        return {}
    return {period: own[0].value for period, own in cells.items()}


def _by_period(statement: Statement, row: Row) -> dict[str, list[Cell]]:
    """The cells of the row's concept for the whole company."""
    cells: dict[str, list[Cell]] = {}
    for cell in row.cells:
        period = period_of(cell, statement)
        is_whole = not dimensions_of(cell, row, statement)
        if period is not None and is_whole and cell.concept in (None, row.concept):
            cells.setdefault(period, []).append(cell)
    return cells
