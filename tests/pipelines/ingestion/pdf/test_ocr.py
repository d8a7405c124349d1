"""Scanned PDF files: recognised with `secateur[ocr]`, refused with the way out without it."""

from __future__ import annotations

import warnings
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fpdf import FPDF

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.parse import parse
from secateur.pipelines.ingestion.pdf import ocr

SIZE = (100, 50)
BLANK = Image.new("L", (60, 60), 200)


def printed() -> FPDF:
    pdf = FPDF(format=SIZE)
    pdf.set_font("Helvetica", size=12)
    pdf.add_page()
    pdf.text(10, 12, "Demand was even")
    for line, row in enumerate([("Year", "2024", "2023"), ("Sales", "1,408", "1,379")]):
        for text, x in zip(row, (10, 50, 75), strict=True):
            pdf.text(x, 30 + 8 * line, text)
    return pdf


def scanned(*pictures: Image.Image, before: FPDF | None = None) -> FPDF:
    pdf = before or FPDF(format=SIZE)
    for picture in pictures:
        pdf.add_page()
        pdf.image(picture, 0, 0, *SIZE)
    return pdf


def scan() -> Image.Image:
    document = pdfium.PdfDocument(bytes(printed().output()))
    return document[0].render(scale=3).to_pil()


def read_pdf(folder: Path, pdf: FPDF) -> Document:
    path = folder / "scan.pdf"
    path.write_bytes(bytes(pdf.output()))
    # In this process, in which a test can say that text recognition is not installed.
    return parse(path, Limits())


def test_scan_is_refused_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    with pytest.raises(IngestionError, match=r"scanned and holds no text; install secateur\[ocr\]"):
        read_pdf(tmp_path, scanned(BLANK))


def test_scanned_page_among_others_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    document = read_pdf(tmp_path, scanned(BLANK, BLANK, before=printed()))
    (warning,) = document.warnings
    assert warning.startswith("pages 2, 3 are images without text, not read; install")


@pytest.mark.skipif(not ocr.is_available(), reason="secateur[ocr] is not installed")
class TestRecognition:
    def test_words_figures_and_places(self, tmp_path: Path) -> None:
        document = read_pdf(tmp_path, scanned(scan()))
        assert document.text.replace(" ", "").split("\n") == [
            "Demandwaseven",
            "",
            "Year\t2024\t2023",
            "Sales\t1,408\t1,379",
        ]
        assert document.warnings == ("page 1 is an image: text was recognised and may be wrong",)
        last = document.passages[-1]
        assert (last.page, last.row) == (1, "Sales")
        points = 72 / 25.4
        assert last.box is not None
        assert last.box[0] == pytest.approx(75 * points, abs=6)
        assert last.box[1] < (SIZE[1] - 38 + 1) * points < last.box[3]

    def test_page_without_words_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(IngestionError, match="no text was recognised on it"):
            read_pdf(tmp_path, scanned(BLANK))
