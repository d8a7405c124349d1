"""Gives the rows of a statement what the filer tagged: value, unit, period, concept, dimensions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.finance.figures.facts import exact, is_negative
from secateur.pipelines.finance.figures.numbers import DASHES
from secateur.pipelines.finance.numbers.context import Column as ColumnKey
from secateur.pipelines.finance.statements.statement import Cell, Column, Reading, Row, Statement
from secateur.pipelines.finance.statements.table_rows import (
    column_keys,
    is_total,
    parted,
    row_heads,
)
from secateur.pipelines.ingestion.tagged import Fact

_RANKED = 5
"""Concepts of a row that are kept."""


@dataclass(frozen=True)
class _Tag:
    """A fact with the passage that it is printed in; `column` is None inside a caption."""

    fact: Fact
    passage: Passage
    column: int | None

    @property
    def place(self) -> tuple[int, int]:
        return self.fact.start, self.fact.end


@dataclass
class _Line:
    """Facts that make one row.

    A figure that is tagged with two concepts is in two rows. In a statement of equity, whose
    columns are dimensions, concepts that stand side by side share a row.
    """

    tags: list[_Tag] = field(default_factory=list)

    def takes(self, tag: _Tag, *, beside: bool) -> bool:
        same = [other for other in self.tags if other.place == tag.place]
        if beside:
            return not same
        fact = tag.fact
        return self.tags[0].fact.concept == fact.concept and all(
            other.fact.dimensions == fact.dimensions for other in same
        )

    @property
    def concept(self) -> str:
        """The concept of most facts, of the whole company's where there are any."""
        whole = [tag for tag in self.tags if not tag.fact.dimensions] or self.tags
        return Counter(tag.fact.concept for tag in whole).most_common(1)[0][0]


class TaggedRows:
    """The rows of one statement with the filer's tags.

    Attributes:
        columns: The statement's columns, and those in which nothing was read.
        used: The facts that its rows have.
    """

    def __init__(self, layout: Layout, statement: Statement, facts: Sequence[Fact]) -> None:
        """Takes a statement that was read blind.

        Args:
            layout: The document's.
            statement: What was read.
            facts: The filing's, in the order of the text.
        """
        self.columns = list(statement.columns)
        self.used: list[Fact] = []
        self._layout, self._statement = layout, statement
        self._facts = [fact for fact in facts if is_number(fact)]
        self._starts = [fact.start for fact in self._facts]
        self._read: dict[int, int] = {}
        self._numbers: dict[tuple[int, ColumnKey], int] = {}

    def rows(self) -> Iterator[Row]:
        """Yields the rows in the company's order.

        Periods and dimensions of tagged cells are written out in full.
        """
        read: dict[int, list[Row]] = {}
        for row in self._statement.rows:
            read.setdefault(row.start, []).append(row)
        found = (self._layout.table_at(row.start) for row in self._statement.rows)
        tables = list({table.start: table for table in found if table}.values())
        keys = {table.start: column_keys(self._layout, table) for table in tables}
        self._know_columns(tables, keys)
        for table in tables:
            for (level, label), cells in zip(
                row_heads(self._layout, table), table.rows, strict=True
            ):
                own = read.get(cells[0].start, [])
                own_keys = keys[table.start]
                caption = parted(self._layout, cells, own_keys)[0].end if label else cells[0].start
                tags = list(self._tags(cells, table, own_keys, caption))
                head = Row(label, level, is_total(label), None, (), start=cells[0].start)
                yield from self._row(own or [head], tags) if tags else own

    def _know_columns(
        self, tables: Sequence[Table], keys: Mapping[int, Mapping[int, ColumnKey]]
    ) -> None:
        """Learns the columns of cells from what was read: of a table, and of its heads."""
        for cell in (cell for row in self._statement.rows for cell in row.cells):
            passage, table = self._layout.passage_at(cell.start), self._layout.table_at(cell.start)
            if cell.column is None or passage is None or table not in tables or table is None:
                continue
            key = keys[table.start][passage.start]
            self._read[passage.start] = cell.column
            self._numbers[table.start, key] = cell.column
            if key[0]:
                self._numbers.setdefault((0, key), cell.column)

    def _tags(
        self, cells: Sequence[Passage], table: Table, keys: Mapping[int, ColumnKey], caption: int
    ) -> Iterator[_Tag]:
        """The facts of a row of a table, each once; up to `caption` they stand in its head."""
        starts = [cell.start for cell in cells]
        begin = bisect_left(self._starts, cells[0].start)
        seen = []
        for fact in self._facts[begin : bisect_left(self._starts, cells[-1].end)]:
            passage = cells[bisect_right(starts, fact.start) - 1]
            if fact in seen:
                continue
            seen.append(fact)
            self.used.append(fact)
            if fact.start < caption or not is_figure(self._layout.text_of(passage)):
                yield _Tag(fact, passage, None)
            else:
                yield _Tag(fact, passage, self._column(passage, table, keys[passage.start]))

    def _column(self, passage: Passage, table: Table, key: ColumnKey) -> int:
        known = self._read.get(passage.start)
        known = self._numbers.get((table.start, key)) if known is None else known
        known = self._numbers.get((0, key)) if known is None else known
        if known is None:
            known = self._numbers[table.start, key] = len(self.columns)
            self.columns.append(Column(key[0], None))
        return known

    def _row(self, read: Sequence[Row], tags: Sequence[_Tag]) -> Iterator[Row]:
        """The rows that a row of a table makes: its columns', and those of its caption's figures.

        Numbers of a caption that the filer did not tag are no figures: a model's, a year.
        """
        first, *_ = read
        cells = [cell for row in read for cell in row.cells]
        silent = [cell for cell in first.cells if not _at(cell, tags)]
        lines = self._lines([tag for tag in tags if tag.column is not None])
        for line in lines or [_Line()]:
            tagged = [self._cell(tag, cells, line.concept) for tag in line.tags]
            own = sorted([*silent, *tagged], key=lambda cell: cell.start)
            yield _named(first, line, own)
            silent = []
        inside: dict[object, _Line] = {}
        for tag in (tag for tag in tags if tag.column is None):
            key = (tag.fact.concept, tuple(sorted(tag.fact.dimensions.items())))
            inside.setdefault(key, _Line()).tags.append(tag)
        for line in inside.values():
            tagged = [self._cell(tag, cells, line.concept) for tag in line.tags]
            yield _named(replace(first, total=False), line, tagged)

    def _lines(self, tags: Sequence[_Tag]) -> list[_Line]:
        lines: list[_Line] = []
        beside = (False, True) if self._statement.kind == "equity" else (False,)
        for tag in tags:
            ways = (line for way in beside for line in lines if line.takes(tag, beside=way))
            line = next(ways, None)
            if line is None:
                lines.append(line := _Line())
            line.tags.append(tag)
        return lines

    def _cell(self, tag: _Tag, read: Sequence[Cell], concept: str) -> Cell:
        fact, passage = tag.fact, tag.passage
        value = value_of(fact)
        cell = self._reading(tag, read)
        if cell is None:
            start, end = tag.place if tag.column is None else (passage.start, passage.end)
            printed = self._layout.document.text[start:end]
            page, box = passage.page, passage.box
            cell = Cell(tag.column, None, None, printed, value, None, start, end, page, box)
            agrees = reading = None
        else:
            reading = Reading(cell.value, self._period(cell), cell.unit)
            agrees = self._agrees(fact, reading)
        return replace(
            cell,
            column=tag.column,
            period=period_of(fact),
            unit=fact.unit,
            value=value,
            source="tagged" if agrees is None else "both",
            agrees=agrees,
            concept=None if fact.concept == concept else fact.concept,
            dimensions=fact.dimensions,
            reading=None if agrees else reading,
        )

    def _reading(self, tag: _Tag, read: Sequence[Cell]) -> Cell | None:
        """What was read at a fact's place: a figure of several days is there for each."""
        cells = [cell for cell in read if _at(cell, [tag])]
        same = (cell for cell in cells if self._period(cell) == period_of(tag.fact))
        return next(same, cells[0] if cells else None)

    def _period(self, cell: Cell) -> str | None:
        if cell.period or cell.column is None:
            return cell.period
        return self._statement.columns[cell.column].period

    def _agrees(self, fact: Fact, reading: Reading) -> bool:
        """Whether a reading is the tag's, but for a sign that the concept turns round."""
        value = value_of(fact)
        text = self._layout.document.text
        as_printed = (reading.value < 0) == is_negative(text, fact.start, fact.end)
        return (
            abs(reading.value) == abs(value)
            and (reading.value == value or as_printed)
            and reading.period == period_of(fact)
            and (not value or reading.unit in (None, fact.unit))
        )


def is_number(fact: Fact) -> bool:
    """Tells whether a fact is a number that can be told: a dash tagged as nil is zero."""
    return bool(fact.unit) and (fact.value is not None or _is_dash(fact))


def value_of(fact: Fact) -> Decimal:
    """Returns the number that a fact means, with the sign of its concept."""
    return Decimal(0) if fact.value is None else exact(fact)


def period_of(fact: Fact) -> str | None:
    """Returns a fact's period as in `Entity.period`."""
    return f"{fact.period_start}/{fact.period_end}" if fact.period_start else fact.period_end


def _is_dash(fact: Fact) -> bool:
    return bool(fact.text.strip()) and set(fact.text.strip()) <= DASHES


def _at(cell: Cell, tags: Sequence[_Tag]) -> bool:
    return any(cell.start < tag.fact.end and tag.fact.start < cell.end for tag in tags)


def _named(row: Row, line: _Line, cells: Sequence[Cell]) -> Row:
    """A row with the concept of its facts, which comes before those that were ranked."""
    if not line.tags:
        return replace(row, cells=tuple(cells))
    concept = line.concept
    ranked = (concept, *(other for other in row.concept_ranked if other != concept))[:_RANKED]
    return replace(
        row,
        cells=tuple(cells),
        concept=concept,
        concept_probability=1.0,
        concept_ranked=ranked,
        chances={concept: 1.0},
    )
