"""Columns of running text on a page: which lines reach the end of theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from statistics import median

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.ingestion.pdf.lines import PdfCell, PdfLine

_FULL = 0.85
"""A line that reaches this share of its column's width may go on in the next one."""
_INDENTED = 0.2
"""Share of its column's width at which a line of running text begins at most."""
_LINES = 8
"""Lines that begin one below the other from which on they may be a column of text."""
_USUAL = 0.75
"""Share of the width that half of the lines of running text reach at least."""
_EDGE = 0.25
"""Heights by which lines of one column of text may begin or end beside each other."""
_LEADING = 0.75
"""Most gap between lines of one text, in heights."""


def full_lines(lines: Sequence[PdfLine]) -> tuple[list[bool], list[bool]]:
    """Tells which lines of a page are full.

    Args:
        lines: The lines of the page.

    Returns:
        Whether each reaches the end of its column of text, without columns that of the page; and
        whether it is running text by that, which begins at the left, too.
    """
    whole = min(line.box[0] for line in lines), max(line.box[2] for line in lines)
    columns = _columns(lines)
    reach, running = [], []
    for line in lines:
        own = (each for each in columns if each[0] - 1 <= line.box[0] and line.box[2] <= each[1])
        left, right = next(own, whole)
        reach.append(line.box[2] >= left + _FULL * (right - left))
        running.append(reach[-1] and line.box[0] < left + _INDENTED * (right - left))
    return reach, running


def _columns(lines: Sequence[PdfLine]) -> list[tuple[float, float]]:
    """Left and right ends of columns of text side by side, none on a page without."""
    begins = Counter(round(line.box[0]) for line in lines if len(line.cells) == 1)
    lefts = sorted(left for left, count in begins.items() if count >= _LINES)
    found = []
    for left in lefts:
        ends = [line.box[2] for line in lines if round(line.box[0]) == left]
        beside = next((other for other in lefts if other > median(ends)), inf)
        ends = [end for end in ends if end <= beside]
        if len(ends) >= _LINES and median(ends) - left >= _USUAL * (max(ends) - left):
            found.append((float(left), max(ends)))
    return found if len(found) > 1 else []


def unstretched(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Makes text of the lines whose words stand far apart to fill a narrow column of text.

    Args:
        lines: The lines of a page.

    Returns:
        The same, those of text of one cell.
    """
    found = list(lines)
    for number in range(1, len(found) - 1):
        line = found[number]
        if len(line.cells) > 1 and _is_justified(*found[number - 1 : number + 2]):
            found[number] = replace(line, cells=(PdfCell(line.text, line.box),))
    return found


def _is_justified(above: PdfLine, line: PdfLine, below: PdfLine) -> bool:
    """Whether a line is one of a narrow column of text, stretched to its width.

    It holds more than a label and figures, and begins and ends below a line of text, with another
    such line below, stretched or not.
    """
    near = _EDGE * line.height
    begins = max(abs(line.box[0] - other.box[0]) for other in (above, below))
    return (
        len(above.cells) == 1
        and max(begins, abs(line.box[2] - above.box[2])) <= near
        and max(above.gap_to(line), line.gap_to(below)) <= _LEADING
        and not any(map(_has_figures, (line, below)))
    )


def _has_figures(line: PdfLine) -> bool:
    """Whether a line is a label with nothing but figures behind it."""
    behind = line.cells[1:]
    return bool(behind) and all(is_figure(cell.text) for cell in behind)
