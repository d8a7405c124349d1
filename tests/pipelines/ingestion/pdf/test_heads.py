"""Column heads of printed tables, by their lines."""

from __future__ import annotations

import pytest

from secateur.pipelines.ingestion.pdf.heads import parted_heads, stacked_heads
from secateur.pipelines.ingestion.pdf.lines import PdfCell, PdfLine, together


def line(bottom: float, *cells: tuple[float, str]) -> PdfLine:
    """A line of cells, each twenty points wide."""
    found = tuple(PdfCell(text, (left, bottom, left + 20, bottom + 10)) for left, text in cells)
    box = (found[0].box[0], bottom, found[-1].box[2], bottom + 10)
    return PdfLine(1, " ".join(cell.text for cell in found), box, bold=False, cells=found)


@pytest.mark.parametrize("columns", [[(300.0, 320.0), (400.0, 420.0)], []], ids=["labels", "none"])
def test_a_year_at_the_left_or_above_no_column_is_no_head(columns: list) -> None:
    lines = [line(50, (10, "2024")), line(30, (10, "Cash"), (300, "1,234"), (400, "5,678"))]
    assert stacked_heads(lines, columns) == lines


def test_heads_that_run_on_are_parted_but_not_beside_one_above_several_columns() -> None:
    columns = [(100.0, 120.0), (140.0, 160.0), (200.0, 220.0), (240.0, 260.0)]
    sales = together(line(50, (100, "Net"), (124, "sales,"), (140, "MSEK")).cells)
    margin = PdfCell("EBITA margin, %", (200, 50, 260, 60))
    assert parted_heads([sales, margin], columns) == (sales, margin)
    alone = parted_heads([sales], columns)
    assert [cell.text for cell in alone] == ["Net", "sales, MSEK"]
