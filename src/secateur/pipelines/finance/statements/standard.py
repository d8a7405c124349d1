"""Names the rows of statements that are standard lines, so that companies compare."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from secateur.pipelines.finance.statements.book import (
    PRIMARY,
    Cell,
    Kind,
    Row,
    Statement,
    StatementBook,
)
from secateur.pipelines.finance.statements.cells import dimensions_of, period_of, unit_of

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
    """

    id: str
    statement: Kind
    sign: Literal["positive", "either"]
    definition: str
    concepts: tuple[str, ...]


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
        statement has, one row a period; it has none where a row of unknown concept may be of one
        that comes before, where two rows give different values for a period, or where a value has
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
    names: dict[int, str] = {}
    for line in standard_lines():
        if line.statement == statement.kind:
            names |= dict.fromkeys(_rows_of(line, statement, names), line.id)
    return replace(
        statement,
        rows=tuple(replace(row, standard=names.get(n)) for n, row in enumerate(statement.rows)),
    )


def _rows_of(line: StandardLine, statement: Statement, taken: Mapping[int, str]) -> Sequence[int]:
    """Numbers of the rows that are a line; none where that is uncertain."""
    for name in line.concepts:
        concept = f"{_PREFIX}{name}"
        rows = [
            number
            for number, row in enumerate(statement.rows)
            if row.concept == concept and _by_period(statement, row)
        ]
        if rows:
            return () if taken.keys() & set(rows) else _distinct(line, statement, rows)
        if any(_may_be(row, concept) for row in statement.rows):
            return ()
    return ()


def _may_be(row: Row, concept: str) -> bool:
    """Whether a row of unknown concept has a concept as its most probable one."""
    return row.concept is None and bool(row.cells) and concept in row.concept_ranked[:1]


def _distinct(line: StandardLine, statement: Statement, rows: Sequence[int]) -> Sequence[int]:
    """The rows with another period than those above; none of all where values do not agree."""
    seen: dict[str, set[Decimal]] = defaultdict(set)
    chosen = []
    for number in rows:
        cells = _by_period(statement, statement.rows[number])
        if cells.keys() - seen.keys():
            chosen.append(number)
        for period, own in cells.items():
            seen[period] |= {cell.value for cell in own}
    values = set().union(*seen.values())
    is_possible = line.sign == "either" or min(values) >= 0
    return chosen if is_possible and all(len(each) == 1 for each in seen.values()) else ()


def _by_period(statement: Statement, row: Row) -> dict[str, list[Cell]]:
    """The cells of the row's concept for the whole company."""
    cells: dict[str, list[Cell]] = {}
    for cell in row.cells:
        period = period_of(cell, statement)
        is_whole = not dimensions_of(cell, row, statement)
        if period is not None and is_whole and cell.concept in (None, row.concept):
            cells.setdefault(period, []).append(cell)
    return cells
