"""Column heads of printed tables, by their lines."""

from __future__ import annotations

import pytest

from secateur.pipelines.ingestion.pdf.heads import stacked_heads
from secateur.pipelines.ingestion.pdf.lines import PdfCell, PdfLine


def line(bottom: float, *cells: tuple[float, str]) -> PdfLine:
    """A line of cells, each twenty points wide."""
    found = tuple(PdfCell(text, (left, bottom, left + 20, bottom + 10)) for left, text in cells)
    box = (found[0].box[0], bottom, found[-1].box[2], bottom + 10)
    return PdfLine(1, " ".join(cell.text for cell in found), box, bold=False, cells=found)


@pytest.mark.parametrize("columns", [[(300.0, 320.0), (400.0, 420.0)], []], ids=["labels", "none"])
def test_a_year_at_the_left_or_above_no_column_is_no_head(columns: list) -> None:
    lines = [line(50, (10, "2024")), line(30, (10, "Cash"), (300, "1,234"), (400, "5,678"))]
    assert stacked_heads(lines, columns) == lines
