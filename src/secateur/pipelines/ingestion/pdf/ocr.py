"""Text recognition on scanned pages by RapidOCR, whose models come in its wheel."""

from __future__ import annotations

from functools import lru_cache, reduce
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2 as pdfium

from secateur.pipelines.document.document import Box
from secateur.pipelines.ingestion.layout.grid import union
from secateur.pipelines.ingestion.pdf.lines import PdfCell, PdfLine

if TYPE_CHECKING:
    from rapidocr_onnxruntime import RapidOCR

_DPI = 150
"""Resolution that pages are recognised at."""
_LARGEST = 2_500
"""Longest side in pixels: a poster is recognised at a lower resolution."""
_SAME_LINE = 0.5
"""Share of the lower one's height that two regions side by side have in common."""
_LEAST_SCORE = 0.5
"""Score, 1 at most, under which what was recognised is no text."""


def is_available() -> bool:
    """Tells whether `secateur[ocr]` is installed."""
    return find_spec("rapidocr_onnxruntime") is not None


def recognise(page: pdfium.PdfPage, number: int) -> list[PdfLine]:
    """Recognises the text of a page.

    Args:
        page: The page.
        number: Its number from 1.

    Returns:
        Its lines from top to bottom; regions apart from one another are cells.
    """
    width, height = page.get_size()
    scale = min(_DPI / 72, _LARGEST / max(width, height, 1))
    picture = page.render(scale=scale).to_pil().convert("RGB")
    found, _ = _engine()(np.asarray(picture))
    cells = []
    for corners, text, score in found or []:
        if text.strip() and float(score) >= _LEAST_SCORE:
            xs, ys = [x / scale for x, _ in corners], [height - y / scale for _, y in corners]
            cells.append(PdfCell(text.strip(), (min(xs), min(ys), max(xs), max(ys))))
    return [_line(row, number) for row in _rows(cells)]


@lru_cache(maxsize=1)
def _engine() -> RapidOCR:
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR()


def _rows(cells: list[PdfCell]) -> list[list[PdfCell]]:
    rows: list[list[PdfCell]] = []
    for cell in sorted(cells, key=lambda cell: -cell.box[3]):
        if rows and _shares_line(rows[-1][0].box, cell.box):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [sorted(row, key=lambda cell: cell.box[0]) for row in rows]


def _shares_line(one: Box, other: Box) -> bool:
    common = min(one[3], other[3]) - max(one[1], other[1])
    return common > _SAME_LINE * min(one[3] - one[1], other[3] - other[1])


def _line(row: list[PdfCell], number: int) -> PdfLine:
    box = reduce(union, (cell.box for cell in row))
    return PdfLine(number, " ".join(cell.text for cell in row), box, bold=False, cells=tuple(row))
