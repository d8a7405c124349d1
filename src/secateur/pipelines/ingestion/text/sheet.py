"""Sheets of cells, in workbooks and CSV files: where tables begin, and which lines are titles.

A sheet has no tables of its own. What begins with heads of columns, behind an empty row or first
of all, is a table; lines of one cell in front of it are its titles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import PassageKind
from secateur.pipelines.ingestion.layout.blocks import Assembly
from secateur.pipelines.ingestion.layout.grid import Grid, RawCell
from secateur.pipelines.ingestion.layout.tables import add_grid
from secateur.pipelines.ingestion.sections import layout


class SheetRow(NamedTuple):
    """A row that shows something.

    Attributes:
        number: Where it stands, empty rows counted.
        cells: Its cells, at least one.
    """

    number: int
    cells: list[RawCell]


def add_sheet(rows: Sequence[SheetRow], assembly: Assembly) -> None:
    """Appends the titles and tables of a sheet.

    Args:
        rows: Its rows, from the top.
        assembly: The document.
    """
    for table in _tables(rows):
        left = min(cells[0].first for cells in table)
        # A head over several columns is alone in its row, too, but not above the labels.
        titled = (len(cells) == 1 and cells[0].first == left for cells in table)
        titles = next((n for n, is_title in enumerate(titled) if not is_title), len(table))
        for (title,) in table[:titles]:
            kind: PassageKind = "title" if title.run.is_strong else "paragraph"
            layout.add_block(assembly, title.run, kind, title.run.is_strong)
        grid = Grid()
        grid.rows = table[titles:]
        _mark_heads(grid.rows)
        if not layout.add_form(grid, assembly):
            add_grid(grid, assembly)


def _tables(rows: Sequence[SheetRow]) -> Iterator[list[list[RawCell]]]:
    """Rows of one table, or lines of text, at a time; a table may have empty rows too."""
    table: list[list[RawCell]] = []
    for _, block in groupby(enumerate(rows), lambda item: item[1].number - item[0]):
        cells = [row.cells for _, row in block]
        first = next((row for row in cells if len(row) > 1), None)
        if table and (first is None or not any(is_figure(cell.run.text) for cell in first[1:])):
            yield table
            table = []
        table += cells
    if table:
        yield table


def _mark_heads(rows: Sequence[Sequence[RawCell]]) -> None:
    """Marks the first row of several cells as heads, unless it holds figures itself."""
    first = next((row for row in rows if len(row) > 1), ())
    if not any(is_figure(cell.run.text) for cell in first):
        for cell in first:
            cell.head = True
