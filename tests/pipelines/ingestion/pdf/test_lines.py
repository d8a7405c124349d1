"""Lines of a page whose letters are placed one by one."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF

from secateur.pipelines.ingestion.read import read

ROWS = (
    (18, ((15, "in CHF million"), (110, "H1 2025"), (160, "H1 2024"))),
    (21, ((15, "Net sales"), (110, "702.5"), (160, "694.0"))),
    (24, ((15, "Operating profit"), (110, "104.7"), (160, "98.8"))),
)


def test_a_page_of_few_lines_is_read_across(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=8)
    for height, cells in ROWS:
        for left, text in cells:
            place = float(left)
            for letter in text:
                pdf.text(place, height, letter)
                place += pdf.get_string_width(letter)
    path = tmp_path / "report.pdf"
    path.write_bytes(bytes(pdf.output()))
    document = read(path)
    lines = ["\t".join(text for _, text in cells) for _, cells in ROWS]
    assert document.text.splitlines() == lines
    (cell,) = (p for p in document.passages if document.text[p.start : p.end] == "98.8")
    assert (cell.row, cell.column) == ("Operating profit", "H1 2024")
