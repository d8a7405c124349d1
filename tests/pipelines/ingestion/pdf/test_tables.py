"""Ruled tables of selected pages, with empty cells and wrapped text."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fpdf import FPDF

from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.pdf import tables as pdftables
from secateur.pipelines.ingestion.pdf.tables import read_tables

ROWS = (
    ("Segment", "2024", "2023"),
    ("Pumps for mills and mines", "1,408", ""),
    ("Service", "", "(12)"),
)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    pdf = FPDF()
    pdf.set_font("Times", size=11)
    pdf.add_page()
    pdf.multi_cell(0, 5, "No table here.")
    pdf.add_page()
    with pdf.table(width=80, col_widths=(30, 25, 25)) as table:
        for texts in ROWS:
            row = table.row()
            for text in texts:
                row.cell(text)
    path = tmp_path / "report.pdf"
    path.write_bytes(bytes(pdf.output()))
    return path


@pytest.fixture
def _installed() -> None:
    pytest.importorskip("pdfplumber", reason="secateur[tables] is not installed")


@pytest.mark.usefixtures("_installed")
def test_cells_of_the_pages_asked_for(report: Path) -> None:
    assert read_tables(report, [1]) == []
    (table,) = read_tables(report, [2, 1])
    assert table.page == 2
    assert table.rows == ROWS
    left, bottom, right, top = table.box
    assert right - left == pytest.approx(80 * 72 / 25.4, abs=2)
    assert 842 / 2 < bottom < top < 842


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize("page", [0, 3, -1])
def test_missing_page(report: Path, page: int) -> None:
    with pytest.raises(IngestionError, match=f"has no page {page}; its pages are 1 to 2"):
        read_tables(report, [page])


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize(
    ("data", "words"),
    [(b"%PDF-1.7 cut off", "damaged or locked"), (b"HPI: secret", "is not a PDF; use `read`")],
    ids=["damaged", "text"],
)
def test_refusals(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(IngestionError, match=words):
        read_tables(path, [1])


def test_missing_extra(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdftables, "find_spec", lambda name: None)
    with pytest.raises(IngestionError, match=r"install secateur\[tables\]"):
        read_tables(report, [1])
