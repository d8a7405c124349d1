"""Column heads of a PDF's table that are close to each other, or go on in a line below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Box
from secateur.pipelines.ingestion.pdf.lines import PdfCell, PdfLine, together

_APART = 0.4
"""Gap between words, in heights, from which on they may head two columns."""
_ALIGNED = 0.1
"""Heights by which a head may end beside the figures of its column."""
_BEFORE = 3.0
"""Heights before its figures up to which the middle of a head of the first column stands."""


def stacked_heads(
    lines: Sequence[PdfLine], columns: Sequence[tuple[float, float]]
) -> Sequence[PdfLine]:
    """Puts heads together of which a number stands in a line of its own: "31 March," over "2025".

    Args:
        lines: The lines of a table.
        columns: Left and right ends of its columns of figures.

    Returns:
        The same, with one line for the heads of single columns, each from top to bottom, behind
        those that stand above several columns, and what stands at the left.
    """
    body = next((n for n, line in enumerate(lines) if _count_figures(line) > 1), 0)
    wrapped = any(len(line.cells) == 1 and line.text.isdigit() for line in lines[:body])
    if not wrapped or not columns:
        return lines
    while body and _is_label(lines[body - 1].box, columns, lines[body].height):
        body -= 1  # a label that goes on beside its figures
    found: list[list[PdfCell]] = [[] for _ in columns]
    others = []
    for line in lines[:body]:
        rest: list[PdfCell] = []
        for cell in _hyphenated(parted_heads(line.cells, columns), line):
            column = _column_of(cell, columns, line.height)
            (rest if column is None else found[column]).append(cell)
        others += [replace(line, cells=tuple(rest))] if rest else []
    if not any(found):
        return lines
    heads = together([_stacked(column) for column in found if column])
    line = replace(lines[body - 1], text=heads.text, box=heads.box, cells=heads.words)
    return [*others, line, *lines[body:]]


def _count_figures(line: PdfLine) -> int:
    return sum(is_figure(cell.text) for cell in line.cells)


def _hyphenated(cells: Sequence[PdfCell], line: PdfLine) -> Iterator[PdfCell]:
    """The cells of a line, the last with the hyphen at its end."""
    *others, last = cells
    yield from others
    yield replace(last, text=f"{last.text}-") if line.hyphenated else last


def _column_of(cell: PdfCell, columns: Sequence[tuple[float, float]], height: float) -> int | None:
    """The column that a cell stands above the middle of, None for one above several or labels."""
    left, _, right, _ = cell.box
    if len(_over(cell, columns)) > 1 or _is_label(cell.box, columns, height):
        return None
    between = ((one[1] + other[0]) / 2 for one, other in pairwise(columns))
    return sum(end < (left + right) / 2 for end in between)


def _is_label(box: Box, columns: Sequence[tuple[float, float]], height: float) -> bool:
    return (box[0] + box[2]) / 2 < columns[0][0] - _BEFORE * height


def _stacked(cells: Sequence[PdfCell]) -> PdfCell:
    """Cells one below the other as one."""
    whole = together(sorted(cells, key=lambda cell: -cell.box[1]))
    return replace(whole, text=whole.text.replace("- ", "-"), words=())


def parted_heads(
    cells: Sequence[PdfCell], columns: Sequence[tuple[float, float]]
) -> tuple[PdfCell, ...]:
    """Parts the heads of a row that run on to the next: "Note 2025 2024" above three columns.

    Args:
        cells: The cells of a row of heads.
        columns: Left and right ends of the columns of figures below it.

    Returns:
        The cells, one for each of its columns that it prints a head above, where every head stands
        above a column of its own; a row with a head above several columns as it is.
    """
    parts = tuple(head for cell in cells for head in _parts(cell, columns))
    return tuple(cells) if any(len(_over(part, columns)) > 1 for part in parts) else parts


def _parts(cell: PdfCell, columns: Sequence[tuple[float, float]]) -> Sequence[PdfCell]:
    parts = [together(words) for words in _runs(cell, columns)]
    over = [_over(part, columns) for part in parts]
    own = all(over) and len(set[int]().union(*over)) == sum(map(len, over))
    return parts if own and parts else (cell,)


def _over(cell: PdfCell, columns: Sequence[tuple[float, float]]) -> set[int]:
    """The columns that a cell stands above."""
    left, _, right, _ = cell.box
    return {k for k, (first, last) in enumerate(columns) if first < right and left < last}


def _runs(cell: PdfCell, columns: Sequence[tuple[float, float]]) -> Iterator[list[PdfCell]]:
    """Words that stand closer to each other, and end no column of figures."""
    height = cell.box[3] - cell.box[1]
    run: list[PdfCell] = []
    for word in cell.words:
        ends = run and any(abs(run[-1].box[2] - end) <= _ALIGNED * height for _, end in columns)
        if run and (ends or word.box[0] - run[-1].box[2] >= _APART * height):
            yield run
            run = []
        run.append(word)
    if run:
        yield run
