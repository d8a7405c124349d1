"""Reads statements from their tables: columns, rows, and the figures inside captions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import Table
from secateur.pipelines.document.tables import title
from secateur.pipelines.finance.numbers.context import Column as ColumnKey
from secateur.pipelines.finance.statements.balances import dated_balances
from secateur.pipelines.finance.statements.captions import caption_rows
from secateur.pipelines.finance.statements.columns import (
    columns_of_rows,
    in_printed_order,
    lasting,
    moved_below_heads,
    settled,
)
from secateur.pipelines.finance.statements.figure_cells import Figures
from secateur.pipelines.finance.statements.statement import Column, Kind, Row, Statement
from secateur.pipelines.finance.statements.table_rows import Line, TableReader


class StatementReader:
    """Reads statements of one document."""

    def __init__(self, document: Document, figures: Sequence[Entity]) -> None:
        """Takes the document and the figures that were found in it, in order."""
        self._figures = Figures(document, figures)

    def read(self, kind: Kind, tables: Sequence[Table]) -> Statement:
        """Reads a statement from its tables."""
        keys: dict[ColumnKey, int] = {}
        lines = [
            line
            for table in tables
            for line in TableReader(self._figures, kind, table, keys).lines()
        ]
        lines = in_printed_order(lines, keys)
        columns = columns_of_rows(keys, [line.row for line in lines if not line.is_continued])
        lines = [moved_below_heads(line, columns) for line in lines]
        rows = [row for line in lines for row in self._with_caption(line, columns)]
        if kind == "cash_flow":
            rows = dated_balances(rows, columns)
        elif kind in ("income_statement", "comprehensive_income"):
            rows = [lasting(row, columns) for row in rows]
        passage = tables[0].rows[0][0]
        return Statement(
            kind=kind,
            title=title(self._figures.layout, tables[0]),
            section=passage.section,
            page=passage.page,
            scale=self._scale(tables),
            columns=tuple(columns),
            rows=tuple(settled(row, columns) for row in rows),
        )

    def _with_caption(self, line: Line, columns: Sequence[Column]) -> Iterator[Row]:
        yield line.row
        if line.caption is not None:
            figures = self._figures.within(line.caption.start, line.caption.end)
            for cells in caption_rows(self._figures.text, line.caption, figures, columns):
                yield replace(line.row, total=False, concept=None, cells=cells)

    def _scale(self, tables: Sequence[Table]) -> int:
        figures = (
            figure for table in tables for figure in self._figures.within(table.start, table.end)
        )
        scales = Counter(figure.scale for figure in figures if figure.label == "MONEY")
        return next((scale for scale, _ in scales.most_common(1) if scale), 0)
