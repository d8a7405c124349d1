"""PDF files read as paragraphs and rows with page and box; locks are told."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fpdf import FPDF

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.read import read

PROSE = (
    "We make pumps of many kinds in three plants, and we sell them to mills and mines on four"
    " continents. Demand was even in the first half of the year and rose in the second half, when"
    " several mines in the north opened again after the floods."
)


def new_pdf() -> FPDF:
    pdf = FPDF()
    pdf.set_font("Times", size=11)
    pdf.add_page()
    return pdf


def read_pdf(folder: Path, pdf: FPDF | bytes, limits: Limits | None = None) -> Document:
    path = folder / "report.bin"
    path.write_bytes(pdf if isinstance(pdf, bytes) else bytes(pdf.output()))
    return read(path, limits=limits or Limits())


def texts(document: Document) -> list[str]:
    return [document.text[p.start : p.end] for p in document.passages]


def test_wrapped_lines_of_columns_become_paragraphs(tmp_path: Path) -> None:
    told = "Costs rose to EUR 812 million in 2025, 2.8% more than a year before. Sales grew to EUR"
    told += " 901 million, those of pumps by EUR 12 million and those of valves by EUR 7 million."
    pdf = new_pdf()
    for left in (10, 110):
        pdf.set_y(20)
        for _ in range(4):
            pdf.set_x(left)
            pdf.multi_cell(80, 5, told.title(), align="L")
            pdf.ln(6)
    assert set(texts(read_pdf(tmp_path, pdf))) == {told.title()}


def test_a_sign_at_the_end_of_a_line_is_of_the_number_in_the_next(tmp_path: Path) -> None:
    pdf = new_pdf()
    lines = (
        "The result of the segment, which had suffered from the strike in the spring, was EUR -",
        "3.1 million in the first half, and that of the other segments came to no less than of -",
        "12.4 million, as customers paid more slowly than ever and orders fell in two plants -",
        "20 of them are closed by now, and those that are left will be open in the second half.",
    )
    pdf.set_font("Times", size=10)
    for number, line in enumerate(lines):
        pdf.text(10, 20 + 4.5 * number, line)
    (text,) = texts(read_pdf(tmp_path, pdf))
    assert "was EUR -3.1 million" in text
    assert "of -12.4 million" in text
    assert "plants - 20 of them" in text


def test_a_paragraph_goes_on_at_the_top_of_the_next_column(tmp_path: Path) -> None:
    pdf = new_pdf()
    for left, lines in (
        (10, ("Costs rose to EUR 812 million.", "Interest expense on")),
        (110, ("lease liabilities fell.", "They were EUR 6.2 million.")),
    ):
        for number, line in enumerate(lines):
            pdf.text(left, 200 - 180 * (left > 10) + 5 * number, line)
    found = texts(read_pdf(tmp_path, pdf))
    assert found[-1] == "Interest expense on lease liabilities fell. They were EUR 6.2 million."


def test_a_bracket_ends_in_the_paragraph_in_which_it_opens(tmp_path: Path) -> None:
    pdf = new_pdf()
    pdf.multi_cell(0, 5, f"{PROSE}\nIt fell (2024:\n25.8%) again.")
    assert texts(read_pdf(tmp_path, pdf))[-1] == "It fell (2024: 25.8%) again."


def test_wrapped_lines_become_one_paragraph(tmp_path: Path) -> None:
    pdf = new_pdf()
    pdf.multi_cell(0, 5, PROSE)
    pdf.ln(6)
    pdf.multi_cell(0, 5, "It fell again.")
    document = read_pdf(tmp_path, pdf)
    assert texts(document) == [PROSE, "It fell again."]
    assert document.media_type == "application/pdf"


def test_page_and_box_of_a_passage(tmp_path: Path) -> None:
    pdf = new_pdf()
    pdf.text(20, 30, "First")
    pdf.add_page()
    pdf.text(20, 30, "Second")
    first, second = read_pdf(tmp_path, pdf).passages
    assert (first.page, second.page) == (1, 2)
    assert second.box is not None
    left, bottom, right, top = second.box
    points = 72 / 25.4
    assert left == pytest.approx(20 * points, abs=1)
    assert bottom < (297 - 30) * points < top
    assert left < right < left + 60


def test_boxes_are_in_hundredths_of_a_point(tmp_path: Path) -> None:
    pdf = new_pdf()
    pdf.text(20, 30, "Prose")
    for text in ("Net sales", "7.1"):
        pdf.cell(40, 6, text)
    boxes = [passage.box for passage in read_pdf(tmp_path, pdf).passages]
    assert len(boxes) > 1
    assert boxes == [tuple(round(side, 2) for side in box) for box in boxes]


def test_table_rows_know_their_heads(tmp_path: Path) -> None:
    pdf = new_pdf()
    rows = [("(in millions)", "2024", "2023"), ("Net sales", "$ 1,408.4", "$ (379.4)")]
    for row in [*rows, ("Cost of goods", "7.1", "6.0")]:
        for text, width in zip(row, (80, 30, 30), strict=True):
            pdf.cell(width, 6, text, align="R" if width == 30 else "L")
        pdf.ln()
    document = read_pdf(tmp_path, pdf)
    lines = document.text.split("\n")
    assert lines[1:] == ["Net sales\t$ 1,408.4\t$ (379.4)", "Cost of goods\t7.1\t6.0"]
    last = document.passages[-1]
    assert (last.kind, last.row, last.column) == ("cell", "Cost of goods", "2023")
    first = document.passages[-2]
    assert first.box is not None
    assert last.box is not None
    assert first.box[2] < last.box[0]


def test_close_figures_stay_apart(tmp_path: Path) -> None:
    pdf = new_pdf()
    for row in [("Year", "2024", "2023"), ("Net", "(7.2)", "(11.3)"), ("Tax", "$ 8.1", "$ 9.2")]:
        for text, x in zip(row, (20, 60, 70), strict=True):
            pdf.text(x, pdf.get_y() + 10, text)
        pdf.ln(6)
    document = read_pdf(tmp_path, pdf)
    assert document.text.split("\n")[1:] == ["Net\t(7.2)\t(11.3)", "Tax\t$ 8.1\t$ 9.2"]


def test_bold_line_is_a_title_and_items_are_found(tmp_path: Path) -> None:
    pdf = new_pdf()
    for title in ("Item 1. Business", "Item 1A. Risk Factors", "Item 2. Properties"):
        pdf.set_font("Times", style="B", size=11)
        pdf.multi_cell(0, 6, title, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Times", size=11)
        pdf.multi_cell(0, 5, PROSE, new_x="LMARGIN", new_y="NEXT")
    document = read_pdf(tmp_path, pdf)
    assert [(p.kind, p.section) for p in document.passages] == [
        ("title", "Item 1"),
        ("paragraph", "Item 1"),
        ("title", "Item 1A"),
        ("paragraph", "Item 1A"),
        ("title", "Item 2"),
        ("paragraph", "Item 2"),
    ]


def test_a_heading_below_a_full_line_is_not_its_end(tmp_path: Path) -> None:
    pdf = new_pdf()
    lines = (f"HPI: {PROSE[:80]}", "Meds: lisinopril 10 mg daily", "Allergies: latex")
    pdf.multi_cell(0, 5, "\n".join(lines))
    document = read_pdf(tmp_path, pdf)
    assert [section.name for section in document.sections] == ["HPI", "Medications", "Allergies"]


def test_short_lines_stay_apart(tmp_path: Path) -> None:
    pdf = new_pdf()
    for line in ("Alder Mills", "Two Quarry Road", PROSE):
        pdf.multi_cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    assert texts(read_pdf(tmp_path, pdf)) == ["Alder Mills", "Two Quarry Road", PROSE]


def test_long_bold_line_does_not_run_into_the_text(tmp_path: Path) -> None:
    title = "Demand for pumps and for their service in the mills and mines of the far north"
    title += " and the far south of the continent"
    pdf = new_pdf()
    pdf.set_font("Times", style="B", size=11)
    assert 0.9 * pdf.epw < pdf.get_string_width(title) < pdf.epw - 2
    pdf.multi_cell(0, 5, title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Times", size=11)
    pdf.multi_cell(0, 5, PROSE)
    assert texts(read_pdf(tmp_path, pdf)) == [title, PROSE]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["The hospital cared for all the many pa-", "tients."], "patients"),
        (["It has a long and very well planned long-", "term view."], "long-term"),
    ],
    ids=["word known without hyphen", "compound"],
)
def test_hyphen_at_a_line_end(tmp_path: Path, lines: list[str], text: str) -> None:
    pdf = new_pdf()
    for line in [*lines, "All patients came."]:
        pdf.multi_cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    assert text in read_pdf(tmp_path, pdf).text


def test_empty_pages_hold_no_text(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match="no visible text"):
        read_pdf(tmp_path, new_pdf())


def test_password(tmp_path: Path) -> None:
    pdf = new_pdf()
    pdf.text(20, 30, "secret")
    pdf.set_encryption("owner", user_password="user")
    with pytest.raises(IngestionError, match="locked with a password; save it without"):
        read_pdf(tmp_path, pdf)


@pytest.mark.parametrize("cut", [9, 60, 200], ids=["header only", "start", "some objects"])
def test_damaged_file(tmp_path: Path, cut: int) -> None:
    with pytest.raises(IngestionError, match=r"the PDF is damaged|no visible text"):
        read_pdf(tmp_path, bytes(new_pdf().output())[:cut])


def test_too_many_pages(tmp_path: Path) -> None:
    pdf = new_pdf()
    for _ in range(3):
        pdf.add_page()
    with pytest.raises(IngestionError, match="4 pages are more than the limit of 3"):
        read_pdf(tmp_path, pdf, Limits(pages=3))
