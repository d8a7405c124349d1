"""Cells of a table as they are found, each on the columns that it spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from secateur.pipelines.document.document import Box
from secateur.pipelines.ingestion.layout.textrun import Run


@dataclass
class RawCell:
    """One `td` or `th` as found.

    Attributes:
        run: Its text; line breaks stand between its blocks.
        first: Its first grid column.
        last: One past its last grid column.
        head: Whether it is a `th`.
        box: Place on the page where the format has pages.
        beside: For the first of a row, the cell before it that spans down from a row above.
    """

    run: Run
    first: int
    last: int
    head: bool = False
    box: Box | None = None
    beside: Run | None = None


def union(left: Box, right: Box) -> Box:
    """Returns the box around two boxes."""
    return (
        min(left[0], right[0]),
        min(left[1], right[1]),
        max(left[2], right[2]),
        max(left[3], right[3]),
    )


class _Taken(NamedTuple):
    """Columns that a cell from above takes of so many rows."""

    first: int
    last: int
    rows: int
    run: Run


class Grid:
    """Collects the cells of one table on their grid columns."""

    def __init__(self) -> None:
        self.rows: list[list[RawCell]] = []
        self._column = 0
        # Stretches of columns taken by cells from above, by column.
        self._taken: list[_Taken] = []
        self._opened: list[_Taken] = []
        self._passed = 0

    def start_row(self) -> None:
        """Opens a row; cells that span down into it keep their columns taken."""
        left = [taken._replace(rows=taken.rows - 1) for taken in self._taken if taken.rows > 1]
        self._taken = sorted([*left, *self._opened], key=lambda taken: taken.first)
        self._opened = []
        self._passed = 0
        self._column = 0
        self.rows.append([])

    def add(self, run: Run, columns: int, rows: int, head: bool) -> None:
        """Appends a cell to the open row.

        Args:
            run: Its text, possibly none.
            columns: How many grid columns it spans.
            rows: How many rows it spans.
            head: Whether it is a `th`.
        """
        if not self.rows:
            self.start_row()
        while self._passed < len(self._taken) and self._taken[self._passed].first <= self._column:
            self._column = max(self._column, self._taken[self._passed].last)
            self._passed += 1
        first, last = self._column, self._column + columns
        if rows > 1:
            self._opened.append(_Taken(first, last, rows - 1, run))
        self._column = last
        if run.length:
            above = () if self.rows[-1] else self._taken[: self._passed]
            beside = next((taken.run for taken in above if taken.run.length), None)
            self.rows[-1].append(RawCell(run, first, last, head=head, beside=beside))
