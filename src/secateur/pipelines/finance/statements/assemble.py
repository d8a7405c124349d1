"""Assembles statements: the rows and columns of their tables with what each figure means."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from secateur.pipelines.document.calendar_words import YEAR
from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import Layout, Table, layout_of
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.tables import row_labels, row_paths, title
from secateur.pipelines.finance.candidates.found import FIGURES
from secateur.pipelines.finance.concepts.ranker import ranked_concepts
from secateur.pipelines.finance.figures.reader import FigureReader
from secateur.pipelines.finance.fiscal.interim import fiscal_calendar
from secateur.pipelines.finance.numbers.context import Column as ColumnKey
from secateur.pipelines.finance.numbers.context import columns_of
from secateur.pipelines.finance.statements.analysis import analysed
from secateur.pipelines.finance.statements.book import (
    PRIMARY,
    Cell,
    Column,
    Row,
    Statement,
    StatementBook,
)  # fmt: skip
from secateur.pipelines.finance.statements.primary import (
    Primary,
    find_primary,
    kinds_of_tables,
)
from secateur.pipelines.finance.statements.ranked import with_concepts
from secateur.pipelines.finance.views.names import registrant_name

_TOTAL = re.compile(r"(?:sub-?)?total\b|net cash\b|net (?:income|earnings|loss|sales)\b", re.I)
_NOTE_MARKS = re.compile(r"\s*(?:\((?:\d{1,2}|[a-z])\)|\[\d{1,2}\]|[*†‡]+)+$")
_FIGURES_OF_A_SUM = 2
"""Figures from which on a row without a head is a sum, and no number of a note."""
_PAIR = re.compile(r"\s*(?:shares\s*)?(?:and|,|or)(?:\s+and)?\s*")
"""Between two figures of which each is of a day of its own."""
_DATED_BEFORE = re.compile(rf"\b{YEAR}\s*(?:[-–—:]|was|were)?\s*$")
_DATED_BEHIND = re.compile(
    rf"\s*(?:shares\s+)?(?:at|on|in|as of)\s[^;,\d]{{0,20}}(?:\d{{1,2}}, )?{YEAR}"
)
"""Around a figure whose day the caption itself names."""
_TWO_COUNTS = re.compile(
    r"(?:(?!\b(?:no|none)\b)[^;]){0,60}?\b(?:issued\s+(?:and|or)\s+outstanding|outstanding\s+and\s+issued)"
)
_NONE = re.compile(r"\b(?:none|no shares)(?:\s+\w+)?\s+(?:issued|outstanding)\b", re.IGNORECASE)
_DASH = re.compile(r"[$€£¥\s]*[-–—−]+\s*%?")


def assemble(
    document: Document, entities: Sequence[Entity], primary: Sequence[Primary] | None = None
) -> StatementBook:
    """Assembles the primary statements of a report.

    Args:
        document: The report.
        entities: What was found in it, see `secateur.extract`.
        primary: Where the statements stand; by default they are found by their lines.

    Returns:
        Its statements; `missing` names the kinds of which there is none.
    """
    layout = layout_of(document)
    figures = sorted((e for e in entities if e.label in FIGURES), key=lambda e: e.start)
    primary = find_primary(layout) if primary is None else primary
    reader = FigureReader(document, sentences_of(document))
    statements = tuple(_Assembly(layout, figures, each, reader).statement() for each in primary)
    units = Counter(f.unit for f in figures if f.label == "MONEY" and f.unit)
    years = fiscal_calendar(document)
    book = StatementBook(
        document=document.doc_id,
        company=registrant_name(document, entities),
        currency=next((unit for unit, _ in units.most_common(1)), None),
        fiscal_year_end=years.end.strftime("%m-%d") if years else None,
        statements=statements,
        missing=tuple(kind for kind in PRIMARY if kind not in {s.kind for s in statements}),
    )
    ranked = ranked_concepts(document, figures, kinds_of_tables(layout))
    return analysed(with_concepts(book, ranked))


def row_heads(layout: Layout, table: Table) -> Iterator[tuple[int, str]]:
    """Yields for each row of a table how many captions it stands under, and its head."""
    labels = row_labels(layout, table)
    for path, label in zip(row_paths(layout, table), labels, strict=True):
        yield len(path) - bool(label), _NOTE_MARKS.sub("", label).strip()


def column_keys(table: Table) -> dict[int, ColumnKey]:
    """Returns the column of each cell of a table by the cell's first character."""
    # A row without a head begins with a figure, whose column is the first below its head.
    keys = {cells[0].start: (cells[0].column or "", 0) for cells in table.rows}
    return keys | {cell.start: key for key, cell in columns_of(table)}


def is_total(label: str) -> bool:
    """Tells whether a row with this head is a total."""
    return bool(_TOTAL.match(label))


class _Assembly:
    """Assembles one statement from its tables."""

    def __init__(
        self, layout: Layout, figures: Sequence[Entity], primary: Primary, reader: FigureReader
    ) -> None:
        self._layout, self._figures, self._primary = layout, figures, primary
        self._reader = reader
        self._starts = [figure.start for figure in figures]
        self._keys: dict[ColumnKey, int] = {}
        columns = (cell for table in primary.tables for row in table.rows for cell in row[1:])
        periods = {figure.period for cell in columns for figure in self._within(cell)}
        self._days = {period for period in periods if period and "/" not in period}

    def statement(self) -> Statement:
        """Returns the statement."""
        rows = [row for table in self._primary.tables for row in self._rows(table)]
        periods: dict[int, Counter[str]] = {}
        for cell in (cell for row in rows for cell in row.cells):
            if cell.column is not None and cell.period:
                periods.setdefault(cell.column, Counter())[cell.period] += 1
        columns = [
            Column(head, max(periods[n], key=periods[n].__getitem__) if n in periods else None)
            for (head, _), n in self._keys.items()
        ]
        first = self._primary.tables[0]
        passage = first.rows[0][0]
        scales = Counter(
            figure.scale for table in self._primary.tables for figure in self._inside(table)
            if figure.label == "MONEY"
        )  # fmt: skip
        return Statement(
            kind=self._primary.kind,
            title=title(self._layout, first),
            section=passage.section,
            page=passage.page,
            scale=next((scale for scale, _ in scales.most_common(1) if scale), 0),
            columns=tuple(columns),
            rows=tuple(_settled(row, columns) for row in rows),
        )

    def _rows(self, table: Table) -> Iterator[Row]:
        keys = column_keys(table)
        for (level, label), cells in zip(row_heads(self._layout, table), table.rows, strict=True):
            found = [
                cell
                for each in (cells[1:] if label else cells)
                if is_figure(self._layout.text_of(each))
                for cell in self._read(each, keys[each.start], cells)
            ]
            if not label and len(found) < _FIGURES_OF_A_SUM:
                continue
            start = cells[0].start
            yield Row(label, level, is_total(label), None, tuple(found), start=start)
            for inside in self._captioned(cells[0]) if label else ():
                yield Row(label, level, False, None, inside, start=start)

    def _read(self, passage: Passage, key: ColumnKey, row: Sequence[Passage]) -> Iterator[Cell]:
        """The cell of a passage: its figure, or zero for a dash.

        A number that the model labelled nothing is of the type of its row's other figures.
        """
        column = self._keys.setdefault(key, len(self._keys))
        figure = next(iter(self._within(passage)), None)
        if figure is not None:
            yield self._cell(passage.start, passage.end, column, figure)
        elif (
            unlabelled := self._reader.read(passage.start, passage.end, self._label(row))
        ) is not None:
            yield Cell(
                column, str(unlabelled.period) if unlabelled.period else None, unlabelled.unit,
                self._layout.document.text[passage.start : passage.end], unlabelled.value, None,
                passage.start, passage.end, passage.page, passage.box,
            )  # fmt: skip
        elif _DASH.fullmatch(self._layout.text_of(passage)):
            yield Cell(
                column, None, None, self._layout.text_of(passage), Decimal(0), None,
                passage.start, passage.end, passage.page, passage.box,
            )  # fmt: skip

    def _captioned(self, caption: Passage) -> Iterator[tuple[Cell, ...]]:
        """The figures inside a caption, a row for each thing that they count.

        "974 and 960 issued" and "2024 - 974" are of one day each; "$0.001 par value" is of all
        days that the columns have. "974 issued and outstanding" counts two things.
        """
        text, figures = self._layout.document.text, self._within(caption)
        for number, figure in enumerate(figures):
            before, after = figures[max(number - 1, 0) : number], figures[number + 1 : number + 2]
            dated = any(_PAIR.fullmatch(text, other.end, figure.start) for other in before)
            dated |= any(_PAIR.fullmatch(text, figure.end, other.start) for other in after)
            dated |= bool(_DATED_BEFORE.search(text, caption.start, figure.start))
            dated |= bool(_DATED_BEHIND.match(text, figure.end, caption.end))
            own = self._cell(figure.start, figure.end, None, figure)
            row = (own, *(replace(own, period=day) for day in self._days_beside(figure, dated)))
            yield from [row] * (1 + bool(_TWO_COUNTS.match(text, figure.end, caption.end)))
        for none in _NONE.finditer(text, caption.start, caption.end):
            zero = Cell(
                None,
                None,
                "shares",
                none[0],
                Decimal(0),
                None,
                *none.span(),
                caption.page,
                caption.box,
            )
            yield from [tuple(replace(zero, period=day) for day in sorted(self._days))] * 2

    def _days_beside(self, figure: Entity, dated: bool) -> Sequence[str]:
        return () if dated else sorted(self._days - {figure.period})

    def _cell(self, start: int, end: int, column: int | None, figure: Entity) -> Cell:
        return Cell(
            column,
            figure.period,
            figure.unit,
            self._layout.document.text[start:end],
            figure.value if figure.value is not None else Decimal(0),
            figure.score,
            start,
            end,
            figure.page,
            figure.box,
        )

    def _label(self, row: Sequence[Passage]) -> str:
        """The type of most figures of a row."""
        labels = Counter(figure.label for cell in row[1:] for figure in self._within(cell))
        return next((label for label, _ in labels.most_common(1)), "MONEY")

    def _within(self, place: Passage | Table) -> Sequence[Entity]:
        begin = bisect_left(self._starts, place.start)
        return self._figures[begin : bisect_left(self._starts, place.end)]

    _inside = _within


def _settled(row: Row, columns: Sequence[Column]) -> Row:
    """Leaves out of cells the period that is their column's."""
    cells = tuple(
        replace(cell, period=None)
        if cell.column is not None and cell.period == columns[cell.column].period
        else cell
        for cell in row.cells
    )
    return replace(row, cells=cells)
