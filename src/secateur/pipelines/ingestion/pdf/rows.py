"""Rows of a PDF's tables, put together from printed lines.

A label may take several lines, or stand a little above the figures of its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from secateur.pipelines.document.calendar_words import MONTH
from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Box
from secateur.pipelines.ingestion.layout.grid import Grid, RawCell, union
from secateur.pipelines.ingestion.layout.spanning import shared, ways_of
from secateur.pipelines.ingestion.layout.textrun import Run
from secateur.pipelines.ingestion.pdf.heads import parted_heads, stacked_heads
from secateur.pipelines.ingestion.pdf.lines import PdfCell, PdfLine

_GOES_ON = re.compile(
    rf"(?:,|&|\b(?:and|or|of|to|in|on|for|from|with|by|the|{MONTH}|(?:at|of) \d{{1,2}}))$",
    re.IGNORECASE,
)
_SIGNS = frozenset("$€£¥%()")
_BESIDE = 0.1
"""Gap below a label, in heights of its line, up to which figures stand in its row."""
_WRAPPED = 0.3
"""Gap below a label, in heights, up to which a line in small letters goes on with it."""
INDENT = 3.0
"""Heights by which a label's second line may stand further in."""


@dataclass(frozen=True)
class _Row:
    """Cells of a row as they are put together, with the box of the last line."""

    cells: tuple[PdfCell, ...]
    last: Box

    @property
    def height(self) -> float:
        return max(self.last[3] - self.last[1], 1.0)

    @property
    def is_label(self) -> bool:
        """Whether it is one cell of text."""
        return len(self.cells) == 1 and not is_figure(self.cells[0].text)


def table_grid(lines: Sequence[PdfLine]) -> Grid:
    """Arranges the lines of a table.

    Args:
        lines: Its lines, from top to bottom.

    Returns:
        Its rows; points serve as grid columns, so that heads stand above their figures.
    """
    grid = Grid()
    left = min(line.box[0] for line in lines)
    for part in _parted(lines):
        _add_rows(part, left, grid)
    return grid


def _parted(lines: Sequence[PdfLine]) -> Iterator[Sequence[PdfLine]]:
    """Parts lines behind figures that heads follow, where columns above and below disagree.

    And where the heads open as those above all figures do: "in € million".
    """
    counts = [sum(1 for _ in figures_of(line)) for line in lines]
    body = next((number for number, count in enumerate(counts) if count), 0)
    corners = {line.cells[0].text for line in lines[:body] if len(line.cells) > 1}
    disagree = len(_columns(lines)) < max(counts)
    first = last = 0
    for number, (line, count) in enumerate(zip(lines, counts, strict=True), 1):
        if count:
            last = number
        elif len(line.cells) > 1 and last > first and (disagree or line.cells[0].text in corners):
            yield lines[first:last]
            first = last
    yield lines[first:]


def _add_rows(lines: Sequence[PdfLine], left: float, grid: Grid) -> None:
    """Appends the rows of lines below heads of their own, in a table that begins at `left`."""
    rows: list[_Row] = []
    for line in stacked_heads(lines, _columns(lines)):
        row = _Row(line.cells, line.box)
        joined = _joined(rows[-1], row, left) if rows else None
        if joined is not None:
            rows[-1] = joined
        else:
            rows.append(row)
    columns = _columns(rows)
    body = next((k for k, row in enumerate(rows) if any(figures_of(row))), len(rows))
    rows[:body] = [replace(row, cells=parted_heads(row.cells, columns)) for row in rows[:body]]
    heads = _heads_of_one(rows[:body], columns)
    others = [cell.box for row in rows for cell in row.cells[1:]]
    for number, row in enumerate(rows):
        grid.start_row()
        spread = _over_several(row, heads) if number < body else {}
        for place, cell in enumerate(row.cells):
            first, last = spread.get(place) or _extent(cell, columns)
            # An indented label heads no column, and leaves none free.
            if row.is_label and not (_stands_in(row, left) and _above_any(cell.box, others)):
                first = left
            run = Run()
            run.add(cell.text)
            end = max(int(last), int(first) + 1)
            grid.rows[-1].append(RawCell(run, int(first), end, box=_rounded(cell.box)))


def _columns(rows: Sequence[_Row | PdfLine]) -> list[tuple[float, float]]:
    """Where columns of figures stand: a short figure may not lie below the whole of its head."""
    figures = [list(figures_of(row)) for row in rows]
    columns: list[tuple[float, float]] = []
    for first, last in sorted(extent for row in figures for extent in row):
        if columns and first < columns[-1][1]:
            columns[-1] = columns[-1][0], max(columns[-1][1], last)
        else:
            columns.append((first, last))
    # Of what holds two figures of a row nobody knows where one column ends.
    return [
        (start, end)
        for start, end in columns
        if all(sum(start <= first < end for first, _ in row) < 2 for row in figures)
    ]


def _heads_of_one(
    heads: Sequence[_Row], columns: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """The columns with the heads right above them, of a row that has one for each."""
    for row in reversed(heads):
        own = _beside_labels(row, columns)
        if len(own) == len(columns):
            boxes = (row.cells[place].box for place in own)
            return [
                (min(box[0], first), max(box[2], last))
                for box, (first, last) in zip(boxes, columns, strict=True)
            ]
    return list(columns)


def _over_several(
    row: _Row, columns: Sequence[tuple[float, float]]
) -> dict[int, tuple[float, float]]:
    """The extents of heads that share a table's columns, by their places in the row."""
    places = _beside_labels(row, columns)
    if not 1 < len(places) < len(columns):
        return {}
    boxes = [cell.box for cell in row.cells]
    letters = sum(len(cell.text) for cell in row.cells)
    letter = max(sum(box[2] - box[0] for box in boxes) / letters, 1.0)
    printed = [(boxes[place][0] / letter, boxes[place][2] / letter) for place in places]
    ways = ways_of(printed, [(first / letter, last / letter) for first, last in columns])
    spans = shared(ways, len(columns))
    found = zip(places, spans, strict=True) if spans else ()
    return {place: (columns[span[0]][0], columns[span[-1]][1]) for place, span in found}


def _beside_labels(row: _Row, columns: Sequence[tuple[float, float]]) -> list[int]:
    """Places of a row's cells that do not stand where labels do."""
    begins = columns[0][0] if columns else 0.0
    return [place for place, cell in enumerate(row.cells) if cell.box[2] > begins]


def figures_of(row: _Row | PdfLine) -> Iterator[tuple[float, float]]:
    """Yields the extents of the figures of a row, each with the sign before it."""
    sign = None
    for cell in row.cells:
        if set(cell.text) <= _SIGNS:
            sign = cell.box[0] if sign is None else sign
        else:
            if is_figure(cell.text):
                yield (cell.box[0] if sign is None else sign), cell.box[2]
            sign = None


def _extent(cell: PdfCell, columns: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The grid columns of a cell: those of its column for a figure."""
    if is_figure(cell.text):
        for start, end in columns:
            if start <= cell.box[0] and cell.box[2] <= end:
                return start, end
    return cell.box[0], cell.box[2]


def _stands_in(row: _Row, left: float) -> bool:
    """Whether a row begins too far from the left for a label."""
    return row.cells[0].box[0] - left > 2 * INDENT * row.height


def _joined(above: _Row, row: _Row, left: float) -> _Row | None:
    """Joins two rows that print one, the label above its figures; None where they are two."""
    gap = (above.last[1] - row.last[3]) / above.height
    label, first = above.cells[0], row.cells[0]
    beside = first.box[0] > label.box[2] and all(map(_is_figure, row.cells))
    inside = label.box[1] <= row.last[1] and row.last[3] <= label.box[3]
    if not above.is_label or (gap < -1.0 and not (beside and inside)):
        return None
    if gap <= _BESIDE and beside:
        return replace(row, cells=(label, *row.cells))
    indent = (first.box[0] - label.box[0]) / above.height
    goes_on = first.text[0].islower() or _GOES_ON.search(label.text)
    wraps = gap <= _WRAPPED and goes_on and -0.5 < indent < INDENT
    both_heads = row.is_label and _stands_in(above, left) and _stands_in(row, left)
    if wraps or (both_heads and gap <= _BESIDE and _above_any(first.box, [label.box])):
        whole = PdfCell(f"{label.text} {first.text}", union(label.box, first.box))
        return replace(row, cells=(whole, *row.cells[1:]))
    return None


def _is_figure(cell: PdfCell) -> bool:
    return is_figure(cell.text) or set(cell.text) <= _SIGNS


def _above_any(box: Box, columns: Sequence[Box]) -> bool:
    return any(column[0] < box[2] and box[0] < column[2] for column in columns)


def _rounded(box: Box) -> Box:
    return (round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2))
