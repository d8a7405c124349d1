"""The blocks of a document, tables and other passages, and where in them a figure stands."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from secateur.pipelines.document.calendar_words import YEAR
from secateur.pipelines.document.cells import BLOCK_GAP, CELL_GAP, is_figure
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.once import once

_LINES_ABOVE = 6
"""Passages before a table that may be lines above it."""
_LINE = 400
"""Characters of a line above a table, its last, that are kept."""
_TITLES_BETWEEN = 4
"""Titles that may stand between a passage and the table that it leads to."""
_TITLE, _LEAD = 60, 120
"""Most characters of such a title, and of one that ends with a colon."""
_ITEM = re.compile(r"[•●▪◦·–-]\s|\(?(?:[a-z]|[ivx]+|\d{1,2})[.)]\s")
_BULLET = re.compile("[•●▪◦·]")
"""On a line of its own: the item is the next."""
UNIT_HEAD = re.compile(r"(?:units?|scale|multiplier)(?:[ _]of[ _]measure)?", re.IGNORECASE)
"""Head of a column that says in what the others count."""
_YEARS = re.compile(rf"(?<!\d){YEAR}(?!\d)")
_SOME = 4
"""Tables of two years to one of three from which on the latter are an exception."""

Owner = TypeVar("Owner")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Table:
    """A table of a document.

    Attributes:
        start: First character.
        end: One past the last.
        rows: Its cells, row by row.
        first: Number of its first cell among the document's passages.
        body: Number of its first row with figures.
    """

    start: int
    end: int
    rows: tuple[tuple[Passage, ...], ...]
    first: int
    body: int


def once_for_each_table(
    read: Callable[[Owner, Table], Result],
) -> Callable[[Owner, Table], Result]:
    """Keeps what is read of a table while its document is in use: every figure asks for it.

    Args:
        read: Method of what belongs to one document, or function of its layout.

    Returns:
        The same, reading each table once.
    """
    known: WeakKeyDictionary[Owner, dict[int, Result]] = WeakKeyDictionary()

    @wraps(read)
    def kept(owner: Owner, table: Table) -> Result:
        found = known.setdefault(owner, {})
        if table.start not in found:
            found[table.start] = read(owner, table)
        return found[table.start]

    return kept


class Layout:
    """The passages of a document, arranged as a reader sees them.

    Attributes:
        document: The document.
        blocks: Tables, runs of cells that no blank line divides, and the passages between them.
        tables: The tables among them.
    """

    def __init__(self, document: Document) -> None:
        """Arranges a document; nothing is kept of it but references."""
        self.document = document
        self._starts = [passage.start for passage in document.passages]
        self.blocks = tuple(_blocks(document.text, document.passages))
        self.tables = tuple(block for block in self.blocks if isinstance(block, Table))
        self._table_starts = [table.start for table in self.tables]

    def passage_at(self, start: int) -> Passage | None:
        """Finds the passage that a character stands in, None in a document without passages."""
        number = bisect_right(self._starts, start) - 1
        return self.document.passages[number] if number >= 0 else None

    def table_at(self, start: int) -> Table | None:
        """Finds the table that a character stands in, None outside tables."""
        number = bisect_right(self._table_starts, start) - 1
        found = self.tables[number] if number >= 0 else None
        return found if found is not None and start < found.end else None

    def text_of(self, passage: Passage) -> str:
        """Returns what a passage reads."""
        return self.document.text[passage.start : passage.end]

    def above(self, table: Table) -> tuple[str, ...]:
        """Returns the lines above a table, nearest first.

        Returns:
            The ends, at most 400 characters each, of up to six blocks, up to the table before.
        """
        return self._above[table.start]

    @cached_property
    def _above(self) -> dict[int, tuple[str, ...]]:
        found = {}
        for table in self.tables:
            lines: list[str] = []
            for passage in self.before(self.document.passages[table.first], _LINES_ABOVE):
                if passage.kind == "cell":
                    break
                lines.append(self.text_of(passage)[-_LINE:])
            found[table.start] = tuple(lines)
        return found

    @once_for_each_table
    def years(self, table: Table) -> int:
        """Counts the years that a table's heads name."""
        heads = {cell.column for row in table.rows for cell in row if cell.column}
        heads |= {self.text_of(row[0]) for row in table.rows if len(row) == 1}
        return len({year for head in heads for year in _YEARS.findall(head)})

    @cached_property
    def tells_by_years(self) -> bool:
        """Whether how many years a table names tells balances from what passed.

        American filers give two balances and three years of what passed; most others, and small
        companies, two of both.
        """
        named = Counter(self.years(table) for table in self.tables)
        return named[3] > 0 and _SOME * named[3] >= named[2]

    def continued_from(self, table: Table) -> Table | None:
        """Finds the table that another goes on from, titles at most between the two."""
        number = bisect_right(self._table_starts, table.start) - 2
        lines = self.above(table)
        most = (_LEAD if line.endswith(":") else _TITLE for line in lines)
        long = any(len(line) > limit for line, limit in zip(lines, most, strict=True))
        if number < 0 or len(lines) > _TITLES_BETWEEN or long:
            return None
        return self.tables[number]

    def introduction(self, passage: Passage) -> Passage | None:
        """Finds the paragraph that introduces the list of which a passage is an item."""
        number = bisect_right(self._starts, passage.start) - 1
        while number >= 0 and self._is_item(number):
            number -= 1
        found = self.document.passages[number] if number >= 0 else passage
        return None if found is passage or found.kind == "cell" else found

    def before(self, passage: Passage, most: int) -> Sequence[Passage]:
        """Returns up to so many passages before one, nearest first."""
        number = bisect_left(self._starts, passage.start)
        return self.document.passages[max(number - most, 0) : number][::-1]

    def unit_at(self, start: int) -> str:
        """Returns what a cell's row reads under "Unit", empty where nothing stands there."""
        table = self.table_at(start)
        row = table.rows[row_at(table, start)] if table else ()
        units = (self.text_of(cell) for cell in row[1:] if UNIT_HEAD.fullmatch(cell.column or ""))
        return next((unit for unit in units if not is_figure(unit)), "")

    def leads_to_table(self, passage: Passage) -> bool:
        """Whether a table stands next behind a passage."""
        number = bisect_right(self._starts, passage.start)
        following = self.document.passages[number : number + 1]
        return any(other.kind == "cell" for other in following)

    def _is_item(self, number: int) -> bool:
        passage, *before = self.document.passages[max(number - 1, 0) : number + 1][::-1]
        lines = (self.text_of(each) for each in (passage, *before) if each.end == each.start + 1)
        if passage.kind == "list" or any(map(_BULLET.fullmatch, lines)):
            return True
        return _ITEM.match(self.text_of(passage)[:6]) is not None

    def heads(self, table: Table, row: int) -> Iterator[str]:
        """Yields what heads a row of a table as a whole, nearest first.

        Args:
            table: The table.
            row: Number of the row.

        Yields:
            Rows of one cell above it that hold no figure, corners beside repeated heads, and at
            last the cells of the rows above all figures that head no column.
        """
        for number, texts in self._rows_of_heads(table):
            if number < row:
                yield from texts

    @once_for_each_table
    def _rows_of_heads(self, table: Table) -> list[tuple[int, tuple[str, ...]]]:
        """Rows that head others, the last first, with what in them heads no column."""
        columns = {cell.column for cells in table.rows for cell in cells if cell.column}
        found = []
        for number in range(len(table.rows) - 1, -1, -1):
            texts = [self.text_of(cell) for cell in table.rows[number]]
            heads_rows = not is_figure(texts[0]) and all(text in columns for text in texts[1:])
            if number < table.body or heads_rows:
                own = tuple(t for t in texts if not any(t in head for head in columns))
                found.append((number, own))
        return found


@once
def layout_of(document: Document) -> Layout:
    """Returns the layout of a document."""
    return Layout(document)


def row_at(table: Table, start: int) -> int:
    """Finds the number of the row that a character of the table stands in."""
    return max(bisect_right(table.rows, start, key=lambda row: row[0].start) - 1, 0)


def has_figures(text: str, row: Sequence[Passage]) -> bool:
    """Says whether a row has a figure beside its head."""
    return any(is_figure(text[cell.start : cell.end]) for cell in row[1:])


def _blocks(text: str, passages: Sequence[Passage]) -> Iterator[Table | Passage]:
    rows: list[list[Passage]] = []
    first = 0
    for number, passage in enumerate(passages):
        gap = text[passages[number - 1].end : passage.start] if number else BLOCK_GAP
        if rows and (passage.kind != "cell" or BLOCK_GAP in gap):
            yield _table(text, rows, first)
            rows = []
        if passage.kind != "cell":
            yield passage
        elif rows and gap == CELL_GAP:
            rows[-1].append(passage)
        else:
            first = first if rows else number
            rows.append([passage])
    if rows:
        yield _table(text, rows, first)


def _table(text: str, rows: list[list[Passage]], first: int) -> Table:
    body = next((n for n, row in enumerate(rows) if has_figures(text, row)), len(rows))
    return Table(rows[0][0].start, rows[-1][-1].end, tuple(map(tuple, rows)), first, body)
