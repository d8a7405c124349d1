"""Small files that would take any memory there is are refused before a library opens them."""

from __future__ import annotations

import time
import zlib
from pathlib import Path

import bombs
import pytest

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.pdf.tables import read_tables
from secateur.pipelines.ingestion.read import read

MOST_SECONDS = 5
ITSELF = "a drawing of the PDF paints itself; print or save it again"
MANY = (
    "page 1 paints more than 100,000 drawings inside one another; print or save it again, or raise "
    "Limits.forms (--limit forms=N)"
)
RANGES = (
    "merged or linked ranges of the workbook cover more than 1,000,000 cells; save it as CSV, or "
    "raise Limits.merged_cells (--limit merged_cells=N)"
)
PAINT_B = b"BT /T 20 Tf 20 99 Td (Net sales 5) Tj ET"


def deflated(content: bytes) -> bytes:
    return zlib.compress(content)


def escaped(objects: list[bytes]) -> list[bytes]:
    """Names in another notation, and a comment between the name and what paints it."""
    return [
        entry.replace(b"/A Do", b"/#41%x\nDo").replace(b"/Form", b"/F#6frm") for entry in objects
    ]


def own_resources_left_out() -> list[bytes]:
    """A form that has the page's resources, in which it is named itself."""
    objects = bombs.self_painting()
    objects[4] = objects[4].replace(b"/Resources", b"/Nothing")
    return objects


def unknown_packing() -> list[bytes]:
    content = zlib.compress(b"/A Do /A Do")
    entries = b"/Filter/FlateDecode/DecodeParms<</Predictor 1>>"
    return bombs.forms(b"/A Do", {"A": (content, "A")}, entries)


PDFS = {
    "painting itself": (bombs.pdf(bombs.self_painting()), ITSELF),
    "painting itself, packed": (bombs.packed_pdf(bombs.self_painting()), ITSELF),
    "painting itself, escaped": (bombs.pdf(escaped(bombs.self_painting())), ITSELF),
    "painting itself by a string": (
        bombs.pdf(bombs.forms(b"(A) Do", {"A": (b"<41> Do (A)Do", "A")})),
        ITSELF,
    ),
    "painting itself, deflated": (
        bombs.pdf(
            bombs.forms(b"/A Do", {"A": (deflated(b"/A Do " * 9), "A")}, b"/Filter/FlateDecode")
        ),
        ITSELF,
    ),
    "painting itself, in hexadecimal": (
        bombs.pdf(
            bombs.forms(b"/A Do", {"A": (b"/A Do /A Do".hex().encode(), "A")}, b"/Filter/AHx")
        ),
        ITSELF,
    ),
    "painting itself, in a packing of which little is known": (
        bombs.pdf(unknown_packing()),
        ITSELF,
    ),
    "painting itself by the page's resources": (bombs.pdf(own_resources_left_out()), ITSELF),
    "circle": (bombs.pdf(bombs.circle()), ITSELF),
    "circle, packed": (bombs.packed_pdf(bombs.circle()), ITSELF),
    "2^24 forms": (bombs.pdf(bombs.fan_out()), MANY),
    "2^24 forms, packed": (bombs.packed_pdf(bombs.fan_out()), MANY),
    "10^20 forms": (bombs.pdf(bombs.fan_out(20, 10)), MANY),
    "deep": (
        bombs.pdf(bombs.fan_out(50, 1)),
        "drawings of the PDF nest deeper than 30; print or save it again",
    ),
    "content by the gigabyte": (
        bombs.pdf(
            bombs.forms(
                b"/A Do " * 1_000,
                {"A": (deflated(b"0 0 m 9 9 l S " * 100_000), "")},
                b"/Filter/FlateDecode",
            )
        ),
        "page 1 unpacks to more than 100,000,000 bytes of drawings; print or save it again, or "
        "raise Limits.file_bytes (--limit file_bytes=N)",
    ),
}
BOOKS = {
    "2,000 whole sheets": bombs.merged([bombs.WHOLE_SHEET] * 2_000),
    "one whole sheet": bombs.merged([bombs.WHOLE_SHEET]),
    "columns": bombs.merged(["A:C"]),
    "rows": bombs.merged(["1:99"]),
    "many small ones": bombs.merged([f"A{row}:J{row + 9}" for row in range(1, 11_000)]),
    "escaped": bombs.merged(["&#65;1:XFD1048576"]),
    "links": bombs.merged([bombs.WHOLE_SHEET], "hyperlink"),
}


def refusal(path: Path) -> str:
    begin = time.monotonic()
    with pytest.raises(IngestionError) as caught:
        read(path, limits=Limits(memory_bytes=1_000_000_000))
    assert time.monotonic() - begin < MOST_SECONDS
    assert caught.value.kind == "unreadable"
    return str(caught.value)


@pytest.mark.parametrize("name", PDFS)
def test_pdf_whose_forms_paint_without_end(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bomb.pdf"
    data, words = PDFS[name]
    path.write_bytes(data)
    assert refusal(path) == f"{path}: {words}"


@pytest.mark.parametrize("name", BOOKS)
def test_workbook_whose_ranges_cover_too_much(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(BOOKS[name])
    assert refusal(path) == f"{path}: {RANGES}"


def test_tables_of_such_a_pdf_are_refused_too(tmp_path: Path) -> None:
    pytest.importorskip("pdfplumber", reason="secateur[tables] is not installed")
    path = tmp_path / "bomb.pdf"
    path.write_bytes(bombs.pdf(bombs.fan_out()))
    with pytest.raises(IngestionError, match="page 1 paints more than 100,000 drawings"):
        read_tables(path, [1])


def read_bytes(folder: Path, data: bytes, limits: Limits | None = None) -> Document:
    path = folder / "file"
    path.write_bytes(data)
    return read(path, limits=limits or Limits())


@pytest.mark.parametrize("write", [bombs.pdf, bombs.packed_pdf], ids=["plain", "packed"])
def test_forms_that_are_used_again_and_inside_one_another_are_read(tmp_path: Path, write) -> None:
    drawn = {"A": (b"/B Do 1 0 0 1 0 50 cm /B Do", "B"), "B": (PAINT_B, "")}
    document = read_bytes(tmp_path, write(bombs.forms(b"/A Do", drawn)))
    assert document.text.split() == "Net sales 5 Net sales 5".split()


def test_a_form_whose_resources_name_it_and_that_paints_others_only_is_read(tmp_path: Path) -> None:
    # Some programs give all forms of a page the page's own resources.
    drawn = {"A": (b"/B Do", "AB"), "B": (PAINT_B, "AB")}
    document = read_bytes(tmp_path, bombs.pdf(bombs.forms(b"/A Do", drawn)))
    assert document.text == "Net sales 5"


def test_merged_cells_are_read_and_their_bound_can_be_moved(tmp_path: Path) -> None:
    wide = bombs.merged(["A1:J20", "A30:A40"])
    assert "Net sales" in read_bytes(tmp_path, wide).text
    assert "Net sales" in read_bytes(tmp_path, wide, Limits(merged_cells=211)).text
    with pytest.raises(IngestionError, match="cover more than 210 cells"):
        read_bytes(tmp_path, wide, Limits(merged_cells=210))
    with pytest.raises(IngestionError, match="paints more than 2 drawings"):
        read_bytes(tmp_path, bombs.pdf(bombs.fan_out(3)), Limits(forms=2))
