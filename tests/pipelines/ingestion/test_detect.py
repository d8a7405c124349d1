"""What a file is, told from its content."""

from __future__ import annotations

import zipfile

import pytest
from fpdf import FPDF
from zip_archives import zipped

from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.detect import (
    CSV,
    EML,
    HTML,
    MARKDOWN,
    PDF,
    TEXT,
    ZIP,
    detect,
)

MEMO = b"Memo. The file begins with %PDF-1.7 and was made by Acme Corporation."
MAIL = b"Subject: about %PDF-1.4\nFrom: a@b.c\nMIME-Version: 1.0\n\nIt ends in %%EOF.\n"


@pytest.fixture(scope="module")
def pdf() -> bytes:
    page = FPDF()
    page.add_page()
    return bytes(page.output())


@pytest.mark.parametrize(
    "junk", [b"", b"\xef\xbb\xbf", b"\r\n ", b"\x00\x01file\x80", b"\x1b%-12345X@PJL JOB\r\n"]
)
def test_pdf_files_may_have_junk_in_front(pdf: bytes, junk: bytes) -> None:
    assert detect(junk + pdf, "a") == PDF


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (MEMO, TEXT),
        (MEMO + b"\nIt ends in startxref and %%EOF.", TEXT),
        (MAIL, EML),
        (b"<html><p>" + MEMO, HTML),
        (b"## Notes\n\n" + MEMO, MARKDOWN),
    ],
)
def test_texts_that_quote_the_mark_of_a_pdf_are_none(data: bytes, kind: str) -> None:
    assert detect(data, "a") == kind


def test_commas_of_thousands_divide_no_table_of_markdown() -> None:
    table = b"# Results\n\n| | 2024 | 2023 |\n|---|---:|---:|\n"
    table += b"| Revenue | 8,204 | 8,377 |\n| Cost | 4,512 | 4,300 |\n| Profit | 3,692 | 4,077 |\n"
    assert detect(table, "a") == MARKDOWN
    assert detect(b"# Results\n\n|a|2024|\n|-|-:|\n|Sales|8|\n", "a") == MARKDOWN
    assert detect(b"Item,2024,2023\nSales ---,8,9\n[A](https://a.org),7,6\n", "a") == CSV


def test_an_archive_that_stores_a_pdf_first_is_an_archive(pdf: bytes) -> None:
    assert detect(zipped({"a.pdf": pdf, "b.txt": b"B"}, zipfile.ZIP_STORED), "a") == ZIP


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("xl/workbook.bin", "is a binary Excel workbook"),
        ("ppt/presentation.xml", "is a PowerPoint file"),
        ("docProps/app.xml", "the Office file is damaged"),
    ],
)
def test_a_damaged_office_file_is_called_what_it_is(member: str, words: str) -> None:
    members = {"[Content_Types].xml": b"x" * 99, member: b"y" * 99, "z": b"z" * 999}
    whole = zipped(members, zipfile.ZIP_STORED)
    with pytest.raises(IngestionError, match=words):
        detect(whole[:-200], "a")
