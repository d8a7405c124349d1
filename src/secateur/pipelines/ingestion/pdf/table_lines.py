"""Tells which printed lines of a PDF's page are rows of tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from secateur.pipelines.document.calendar_words import YEAR
from secateur.pipelines.ingestion.pdf.lines import PdfLine
from secateur.pipelines.ingestion.pdf.rows import INDENT, figures_of

_APART, _MUCH_APART = 0.75, 1.5
"""Mean gap between the labels of a table: in heights of the line, in the usual gap of its rows."""
_LABELS = 3
"""How many labels may stand one below the other in a table."""
_HEAD_GAP = 2.2
"""Gap between the lines of column heads, and below them."""
_MOST_HEADS = 12
"""Lines above a table's first row that may be its heads."""
_SHORT = 12
"""Characters up to which capitals may be a column's head."""
_ALIGNED = 0.6
"""Heights by which figures of a column may end beside each other, with a bracket behind them."""
_LONGEST = 120
"""Characters of a line of a caption inside a table."""
_CAPTIONS, _CAPTION_GAP = 6, 3.5
"""Lines of captions between two rows of a table, and the gap between them in heights."""
_NOTE = re.compile(r"[(\[*†]?\d{0,2}[)\]*†]")
"""Mark before a note below a table."""
_YEAR = re.compile(YEAR)


def are_rows(lines: Sequence[PdfLine], full: Sequence[bool]) -> list[bool]:
    """Tells which lines of a page are rows of tables.

    Args:
        lines: The lines of the page.
        full: Which of them are running text by their width.

    Returns:
        True for lines with cells, for up to three short labels between them, and for the lines of
        column heads above them, with what stands among these.
    """
    rows = [len(line.cells) > 1 for line in lines]
    left = min(line.box[0] for line in lines)
    found = list(rows)
    gaps = [lines[i - 1].gap_to(lines[i]) for i in range(1, len(lines)) if rows[i - 1] and rows[i]]
    apart = max(_APART, _MUCH_APART * median(gaps)) if gaps else _APART
    for at in (number for number, row in enumerate(rows) if row):
        first = at
        while first > 0 and not rows[first - 1] and not full[first - 1]:
            first -= 1
        labels = lines[first:at]
        between = lines[max(first - 1, 0) : at + 1]
        if (
            first > 0
            and rows[first - 1]
            and (_are_labels(between, apart) or _are_captions(between, left))
        ):
            found[first:at] = [True] * len(labels)
        heads = _heads(labels[-_MOST_HEADS:], lines[at], left)
        found[at - heads : at] = [True] * heads
    return found


def _are_labels(lines: Sequence[PdfLine], apart: float) -> bool:
    """Whether the lines between the first and the last, which have cells, are labels of a table."""
    if any(_NOTE.match(line.text) for line in lines[1:-1]):
        return False
    gaps = [above.gap_to(below) for above, below in pairwise(lines)]
    labels = sum(not line.text[0].islower() for line in lines[1:-1])
    return labels <= _LABELS and sum(gaps) <= apart * len(gaps)


def _are_captions(lines: Sequence[PdfLine], left: float) -> bool:
    """Whether lines between two rows with figures in the same columns are captions of one table.

    More white space may stand around them than around labels: "Earnings per share". The row above
    may be one of years, which head the columns.
    """
    above, *captions, below = lines
    return (
        (_are_aligned(above, below) or _count_years(above) == len(list(figures_of(below))) > 1)
        and not _count_years(below)
        and len(captions) <= _CAPTIONS
        and all(_is_caption(line, left) for line in captions)
        and all(one.gap_to(other) <= _CAPTION_GAP for one, other in pairwise(lines))
    )


def _are_aligned(above: PdfLine, below: PdfLine) -> bool:
    """Whether several figures of two lines end below each other."""
    ends = [[last for _, last in figures_of(line)] for line in (above, below)]
    return len(ends[0]) == len(ends[1]) > 1 and all(
        abs(one - other) <= _ALIGNED * below.height for one, other in zip(*ends, strict=True)
    )


def _count_years(line: PdfLine) -> int:
    return sum(_YEAR.fullmatch(cell.text) is not None for cell in line.cells)


def _is_caption(line: PdfLine, left: float) -> bool:
    at_left = line.box[0] - left <= 2 * INDENT * line.height
    return at_left and len(line.text) <= _LONGEST and not _NOTE.match(line.text)


def _heads(labels: Sequence[PdfLine], row: PdfLine, left: float) -> int:
    """How many of the lines above a row begin with a head of one of its columns, or follow one."""
    found = 0
    below = row
    # A row that begins far from the left holds heads itself, one in each cell.
    columns = row.cells[int(row.box[0] - left <= 2 * INDENT * row.height) :]
    for count, line in enumerate(reversed(labels), 1):
        if line.gap_to(below) > _HEAD_GAP or _is_heading(line):
            break
        begins = columns[0].box[0] - INDENT * row.height
        if line.box[0] >= begins:
            found = count
        below = line
    return found


def _is_heading(line: PdfLine) -> bool:
    return line.text.isupper() and len(line.text) > _SHORT
