"""Cells of a table as they are found, each on the columns that it spans."""

from __future__ import annotations

from dataclasses import dataclass

from secateur.pipelines.document import Box
from secateur.pipelines.ingestion.run import Run


@dataclass
class RawCell:
    """One `td` or `th` as found.

    Attributes:
        run: Its text; line breaks stand between its blocks.
        first: Its first grid column.
        last: One past its last grid column.
        head: Whether it is a `th`.
        box: Place on the page where the format has pages.
    """

    run: Run
    first: int
    last: int
    head: bool
    box: Box | None = None


class Grid:
    """Collects the cells of one table on their grid columns."""

    def __init__(self) -> None:
        self.rows: list[list[RawCell]] = []
        self._column = 0
        # Stretches of columns taken by cells from above, by column: (first, last, rows left).
        self._taken: list[tuple[int, int, int]] = []
        self._opened: list[tuple[int, int, int]] = []
        self._passed = 0

    def start_row(self) -> None:
        """Opens a row; cells that span down into it keep their columns taken."""
        left = [(first, last, rows - 1) for first, last, rows in self._taken if rows > 1]
        self._taken = sorted([*left, *self._opened]) if self._opened else left
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
        while self._passed < len(self._taken) and self._taken[self._passed][0] <= self._column:
            self._column = max(self._column, self._taken[self._passed][1])
            self._passed += 1
        first, last = self._column, self._column + columns
        if rows > 1:
            self._opened.append((first, last, rows - 1))
        self._column = last
        if run.length:
            self.rows[-1].append(RawCell(run, first, last, head))
