"""Reads the rows of a statement's table, with the column and the type of each cell."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.document.tables import row_labels, row_paths
from secateur.pipelines.finance.numbers.context import MONEY_SIGN, columns_of
from secateur.pipelines.finance.numbers.context import Column as ColumnKey
from secateur.pipelines.finance.numbers.headed import lowest_heads
from secateur.pipelines.finance.numbers.marks import NOTES
from secateur.pipelines.finance.statements.figure_cells import Figures
from secateur.pipelines.finance.statements.statement import Cell, Kind, Row

_TOTAL = re.compile(r"(?:sub-?)?total\b|net cash\b|net (?:income|earnings|loss|sales)\b", re.I)
_NOTE_MARKS = re.compile(r"\s*(?:\((?:\d{1,2}|[a-z])\)|\[\d{1,2}\]|[*†‡]+)+$")
_FIGURES_OF_A_SUM = 2
"""Figures from which on a row without a head is a sum, and no number of a note."""
_MOSTLY = 1.5
"""Part of a row's figures that have the type of all."""
_DASH = re.compile(r"[$€£¥\s]*[-–—−]+\s*%?")


@dataclass(frozen=True)
class Line:
    """A row as it is read.

    Attributes:
        row: The row.
        caption: Its head, which may hold further figures; None of a sum without one.
        is_continued: Whether its table goes on from another without heads of its own.
    """

    row: Row
    caption: Passage | None
    is_continued: bool = False


def row_heads(layout: Layout, table: Table) -> Iterator[tuple[int, str]]:
    """Yields for each row of a table how many captions it stands under, and its head."""
    labels = row_labels(layout, table)
    for path, label, cells in zip(row_paths(layout, table), labels, table.rows, strict=True):
        yield (
            len(path) - bool(label),
            _NOTE_MARKS.sub("", _lowered(layout, label, cells[0])).strip(),
        )


def _lowered(layout: Layout, label: str, cell: Passage) -> str:
    """A row's head without the raised marks of notes at its end."""
    marks = layout.document.note_marks
    first = bisect_left(marks, (cell.start, cell.start))
    last = bisect_left(marks, (cell.end, cell.end))
    for start, end in reversed(marks[first:last]):
        label = label.removesuffix(layout.document.text[start:end].strip()).rstrip(" ,")
    return label


def is_total(label: str) -> bool:
    """Tells whether a row with this head is a total."""
    return bool(_TOTAL.match(label))


def column_keys(layout: Layout, table: Table) -> dict[int, ColumnKey]:
    """Returns the column of each cell of a table by the cell's first character.

    A row without a head begins with its first figure.
    """
    rows = tuple(
        row if label or not is_figure(layout.text_of(row[0])) else (row[0], *row)
        for row, label in zip(table.rows, row_labels(layout, table), strict=True)
    )
    first = {row[0].start: (row[0].column or "", 0) for row in rows}
    return first | {cell.start: key for key, cell in columns_of(replace(table, rows=rows))}


def parted(
    layout: Layout, cells: Sequence[Passage], keys: Mapping[int, ColumnKey]
) -> tuple[Passage, Sequence[Passage]]:
    """Returns the caption of a row with a head, and its other cells.

    A cell that stands in no column belongs to the caption where others stand in theirs behind it,
    or where words precede it: "Common stock, shares issued: | June 2024 | 4,009".

    Args:
        layout: The document's.
        cells: The row.
        keys: Columns of the table's cells.
    """
    headed = [n for n, cell in enumerate(cells) if n and _has_head(keys[cell.start])]
    free = cells[1 : headed[0] if headed else len(cells)]
    worded = bool(free) and not is_figure(layout.text_of(free[0]))
    if not free or not any(map(_has_head, keys.values())) or not (headed or worded):
        return cells[0], cells[1:]
    return replace(cells[0], end=free[-1].end), cells[1 + len(free) :]


class TableReader:
    """Reads the rows of one table."""

    def __init__(
        self, figures: Figures, kind: Kind, table: Table, keys: dict[ColumnKey, int]
    ) -> None:
        """Takes a table of a statement, and the columns so far, which it adds its own to."""
        self._figures, self._layout, self._table = figures, figures.layout, table
        self._is_breakdown = kind == "breakdown"
        self._numbers = keys
        self._keys = column_keys(self._layout, table)
        self._is_continued = bool(keys) and not any(map(_has_head, self._keys.values()))
        if self._is_continued:
            before = list(keys)
            for start, (_, place) in self._keys.items():
                if 0 < place <= len(before):
                    self._keys[start] = before[place - 1]
        self._lowest = lowest_heads(self._layout, table)
        self._types = self._types_of_columns()
        self._settle_lone_cells()

    def lines(self) -> Iterator[Line]:
        """Yields the rows that have a head or are sums."""
        heads = list(row_heads(self._layout, self._table))
        widths = zip(self._table.rows, heads, strict=True)
        width = max(len(cells) - bool(label) for cells, (_, label) in widths)
        for number, cells in enumerate(self._table.rows):
            level, label = heads[number]
            if not label and number < self._table.body:
                continue
            caption, others = parted(self._layout, cells, self._keys) if label else (None, cells)
            kind = self._type(others)
            is_typed = self._is_typed(others, kind)
            found = [cell for each in others for cell in self._read(each, kind, is_typed)]
            if label or len(found) >= min(_FIGURES_OF_A_SUM, width):
                start = cells[0].start
                row = Row(label, level, is_total(label), None, tuple(found), start=start)
                yield Line(row, caption, self._is_continued)

    def _read(self, passage: Passage, kind: str | None, is_typed: bool) -> Iterator[Cell]:
        """The cells of a passage: its figures, or zero for a dash.

        A number that the model labelled nothing is of the type of its row's other figures.
        """
        key, text = self._keys[passage.start], self._layout.text_of(passage)
        figures = self._within(passage)
        if (
            is_typed
            and is_figure(text)
            and "%" not in text
            and any(f.label != kind for f in figures)
        ):
            figures = ()  # Read again as what the row is of.
        if NOTES.fullmatch(self._lowest.get(key[0], key[0])) or not (figures or is_figure(text)):
            return
        column = self._numbers.setdefault(key, len(self._numbers))
        for figure in figures:
            alone = len(figures) == 1 and is_figure(text)
            yield self._figures.cell(figure, passage if alone else figure, column)
        if figures:
            return
        if _DASH.fullmatch(text):
            yield self._figures.plain(passage, column, None, Decimal(0), None)
        else:
            yield from self._figures.unlabelled(passage, column, self._kind_of(text, key, kind))

    def _kind_of(self, text: str, key: ColumnKey, kind: str | None) -> str | None:
        """The type of an unlabelled number: by its sign, else that of its row.

        In a breakdown its column must have figures too, lest it counts stores or years.
        """
        if "%" in text:
            return "PERCENT"
        if MONEY_SIGN.search(text):
            return "PER_SHARE" if kind == "PER_SHARE" else "MONEY"
        if self._is_breakdown and key not in self._types:
            return None
        return kind

    def _type(self, cells: Sequence[Passage]) -> str | None:
        """The type of most figures of a row; amounts in a primary statement's row without any."""
        labels = Counter(f.label for cell in cells for f in self._within(cell))
        usual = None if self._is_breakdown else "MONEY"
        return next((label for label, _ in labels.most_common(1)), usual)

    def _is_typed(self, cells: Sequence[Passage], kind: str | None) -> bool:
        """Whether a row has a type of its own: amounts a share, shares, in a table of amounts."""
        if kind not in ("PER_SHARE", "SHARES"):
            return False
        labels = [
            (self._types.get(self._keys[cell.start]), figure.label)
            for cell in cells
            for figure in self._within(cell)
            if figure.label != "PERCENT"
        ]
        odd = sum(own == kind != usual for usual, own in labels)
        return odd >= _FIGURES_OF_A_SUM and _MOSTLY * odd >= len(labels)

    def _types_of_columns(self) -> dict[ColumnKey, str]:
        """The type of most figures of each column."""
        found: dict[ColumnKey, Counter[str]] = {}
        for row in self._table.rows:
            for cell in row:
                for figure in self._within(cell):
                    found.setdefault(self._keys[cell.start], Counter())[figure.label] += 1
        return {key: labels.most_common(1)[0][0] for key, labels in found.items()}

    def _settle_lone_cells(self) -> None:
        """Puts a lone cell below a head of several columns into the one of its type."""
        for row in self._table.rows:
            for cell in row:
                head, place = self._keys[cell.start]
                own = [f.label for f in self._within(cell)] if place < 0 else []
                alike = [
                    key for key, kind in self._types.items() if key[0] == head and [kind] == own
                ]
                alike = [key for key in alike if key[1] >= 0]
                if alike:
                    self._keys[cell.start] = alike[0]

    def _within(self, cell: Passage) -> Sequence[Entity]:
        return self._figures.within(cell.start, cell.end)


def _has_head(key: ColumnKey) -> bool:
    return bool(key[0])
