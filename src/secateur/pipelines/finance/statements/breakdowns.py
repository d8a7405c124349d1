"""Finds the tables with figures that are no primary statement."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.continued import continued_tables
from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.document.tables import row_labels

_PROSE = 60
"""Characters of a cell from which on it is prose, as in a list of exhibits."""


def find_breakdowns(
    layout: Layout, taken: Sequence[Table], starts: Sequence[int]
) -> Iterator[tuple[Table, ...]]:
    """Finds the tables that hold figures and that no primary statement holds.

    Lists of contents and exhibits, signatures and texts set in columns have no figures that the
    model finds outside their row heads.

    Args:
        layout: The document's.
        taken: Tables of primary statements.
        starts: First characters of the figures that the model found, ascending.

    Yields:
        Each table with those that go on from it, in the order of the document.
    """
    known = {table.start for table in taken}
    for group in continued_tables(layout):
        own = tuple(table for table in group if table.start not in known)
        if any(_has_figures(layout, table, starts) for table in own):
            yield own


def _has_figures(layout: Layout, table: Table, starts: Sequence[int]) -> bool:
    """Whether the model found figures beside row heads, and more cells of them than of prose."""
    if bisect_left(starts, table.start) == bisect_left(starts, table.end):
        return False
    figures = prose = 0
    for row, label in zip(table.rows, row_labels(layout, table), strict=True):
        for cell in row[1:] if label else row:
            text = layout.text_of(cell)
            if is_figure(text):
                figures += bisect_left(starts, cell.start) < bisect_left(starts, cell.end)
            else:
                prose += len(text) > _PROSE
    return figures > prose
