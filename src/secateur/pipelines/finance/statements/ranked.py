"""Gives the rows of statements their concepts, and their cells the sign that these ask for."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from secateur.pipelines.finance.concepts.ranker import Ranked
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.statement import Cell, Row


def with_concepts(book: StatementBook, ranked: Sequence[Ranked]) -> StatementBook:
    """Gives the rows of statements their concepts.

    Args:
        book: Statements with values as printed.
        ranked: What the ranker says of the document's figures.

    Returns:
        The same with concepts, where the ranker commits itself, and the most probable ones beside.
        A value has the sign that its row's most probable concept asks for, shown or not: what may
        be one of several payments is a payment. Of rows that one figure of a caption makes ("issued
        and outstanding") each has another concept.
    """
    places = _Places(ranked)
    statements = []
    for statement in book.statements:
        known: Counter[int] = Counter()
        rows = []
        for row in statement.rows:
            rows.append(_with_concept(row, places, known[_first(row)]))
            known[_first(row)] += 1
        statements.append(replace(statement, rows=tuple(rows)))
    return replace(book, statements=tuple(statements))


class _Places:
    """What is ranked, by place."""

    def __init__(self, ranked: Sequence[Ranked]) -> None:
        cells = sorted(
            ((start, end, number) for number, each in enumerate(ranked)
             for start, end in each.item.cells)
        )  # fmt: skip
        self._starts = [start for start, _, _ in cells]
        self._cells, self._ranked = cells, ranked

    def at(self, cell: Cell) -> Ranked | None:
        number = bisect_right(self._starts, cell.start) - 1
        if number < 0 or self._cells[number][1] < cell.end:
            return None
        return self._ranked[self._cells[number][2]]


def _first(row: Row) -> int:
    return row.cells[0].start if row.cells else -1


def _with_concept(row: Row, places: _Places, before: int) -> Row:
    """A row with its concept.

    Args:
        row: The row.
        places: What is ranked.
        before: How many rows above begin with the same figure.
    """
    found = [places.at(cell) for cell in row.cells]
    known = [each for each in found if each is not None]
    if not known:
        return row
    (names, _), *_ = Counter(each.names for each in known).most_common(1)
    own = max((e for e in known if e.names == names), key=lambda each: each.probability)
    cells = tuple(
        replace(cell, value=-cell.value) if each is not None and each.flipped else cell
        for cell, each in zip(row.cells, found, strict=True)
    )
    chances = own.chances
    if before < len(names):
        chances = _without(chances, names[:before])
        names = names[before:]
    return replace(
        row,
        cells=cells,
        concept=names[0] if own.shown else None,
        concept_probability=own.probability if own.shown else None,
        concept_ranked=names,
        chances=chances,
    )


def _without(chances: Mapping[str, float], names: Sequence[str]) -> Mapping[str, float]:
    """Chances of what is none of these concepts."""
    left = {name: chance for name, chance in chances.items() if name not in names}
    whole = sum(left.values())
    return {name: chance / whole for name, chance in left.items()} if names and whole else chances
