"""Names the rows of statements that are standard lines, so that companies compare."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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

_FILE = Path(__file__).with_name("standard_lines.toml")
_PREFIX = "us-gaap:"


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


def standard_cells(book: StatementBook) -> Mapping[tuple[str, str], Cell]:
    """Returns the cell of each standard line and period of the whole company."""
    found: dict[tuple[str, str], Cell] = {}
    for statement in book.statements:
        for row in statement.rows:
            for period, cell in _cells(statement, row) if row.standard else ():
                found.setdefault((row.standard or "", period), cell)
    return found


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
        rows = [n for n, row in enumerate(statement.rows) if _is_of(row, concept, statement)]
        if rows:
            return () if taken.keys() & set(rows) else _distinct(line, statement, rows)
        if any(_may_be(row, concept) for row in statement.rows):
            return ()
    return ()


def _is_of(row: Row, concept: str, statement: Statement) -> bool:
    return row.concept == concept and any(True for _ in _cells(statement, row))


def _may_be(row: Row, concept: str) -> bool:
    """Whether a row of unknown concept has a concept as its most probable one."""
    return row.concept is None and bool(row.cells) and concept in row.concept_ranked[:1]


def _distinct(line: StandardLine, statement: Statement, rows: Sequence[int]) -> Sequence[int]:
    """The rows with another period than those above; none of all where values do not agree."""
    seen: dict[str, set[object]] = defaultdict(set)
    chosen = []
    for number in rows:
        cells = list(_cells(statement, statement.rows[number]))
        if any(period not in seen for period, _ in cells):
            chosen.append(number)
        for period, cell in cells:
            seen[period].add(cell.value)
            if line.sign == "positive" and cell.value < 0:
                return ()
    return chosen if all(len(values) == 1 for values in seen.values()) else ()


def _cells(statement: Statement, row: Row) -> Iterator[tuple[str, Cell]]:
    """The cells of the whole company with their periods."""
    for cell in () if row.dimensions else row.cells:
        column = None if cell.column is None else statement.columns[cell.column]
        period = cell.period or (column.period if column else None)
        if period and not (column and column.dimensions):
            yield period, cell
