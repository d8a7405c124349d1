"""Excel workbooks."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from zip_archives import zipped

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.office.numberformat import shown
from secateur.pipelines.ingestion.parts import bytes_at
from secateur.pipelines.ingestion.read import read

MONEY = "#,##0_);(#,##0)"


@pytest.fixture
def book() -> Workbook:
    return Workbook()


@pytest.fixture
def sheet(book: Workbook) -> Worksheet:
    [first] = book.worksheets
    first.title = "Income"
    return first


def fill(sheet: Worksheet, rows: list[list[object]]) -> None:
    for row in rows:
        sheet.append(row)
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, int):
                cell.number_format = MONEY


def path_of(book: Workbook, folder: Path) -> Path:
    path = folder / "statements.bin"
    book.save(path)
    return path


def cell_of(document: Document, text: str) -> Passage:
    [found] = [p for p in document.passages if document.text[p.start : p.end] == text]
    return found


def test_titles_and_cells_of_a_statement(book: Workbook, sheet: Worksheet, tmp_path: Path) -> None:
    fill(
        sheet,
        [
            ["Consolidated statements"],
            ["(in thousands)"],
            [None, date(2025, 12, 31), date(2024, 12, 31)],
            ["Net sales", 884210, 801334],
            ["Impairment", -8200, 0],
        ],
    )
    sheet["A1"].font = Font(bold=True)
    document = read(path_of(book, tmp_path))
    assert document.text == (
        "Income\n\nConsolidated statements\n\n(in thousands)\n\n"
        "December 31, 2025\tDecember 31, 2024\n"
        "Net sales\t884,210\t801,334\nImpairment\t(8,200)\t0"
    )
    assert [p.kind for p in document.passages][:4] == ["title", "title", "paragraph", "cell"]
    loss = cell_of(document, "(8,200)")
    assert (loss.row, loss.column) == ("Impairment", "December 31, 2025")


def test_a_place_leads_back_to_the_cell(book: Workbook, sheet: Worksheet, tmp_path: Path) -> None:
    fill(sheet, [["Item", "2025"], ["Net sales", 884210], ["Costs", -12]])
    other = book.create_sheet("Cash")
    fill(other, [["Item", "2025"], ["Dividends", 77], ["Interest", 5]])
    path = path_of(book, tmp_path)
    found = cell_of(read(path), "77")
    assert b'r="B2"' in bytes_at(path, found)
    assert b"<v>77</v>" in bytes_at(path, found)


def test_an_empty_row_parts_tables_only_before_heads(
    book: Workbook, sheet: Worksheet, tmp_path: Path
) -> None:
    fill(
        sheet,
        [
            [None, "2025", "2024"],
            ["Revenue", 90, 80],
            [],
            ["Operating expenses:"],
            ["Wages", 40, 30],
            [],
            ["Shares"],
            [None, "Issued", "Held"],
            ["Class A", 7, 6],
        ],
    )
    document = read(path_of(book, tmp_path))
    assert cell_of(document, "40").column == "2025"
    assert cell_of(document, "7").column == "Issued"
    assert cell_of(document, "Shares").kind == "paragraph"


def test_merged_cells_span_their_columns_and_rows(
    book: Workbook, sheet: Worksheet, tmp_path: Path
) -> None:
    fill(
        sheet,
        [
            [None, "Year ended December 31", None],
            [None, "2025", "2024"],
            ["Europe", 11, 12],
            [None, 13, 14],
        ],
    )
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("A3:A4")
    document = read(path_of(book, tmp_path))
    assert cell_of(document, "12").column == "Year ended December 31 2024"
    assert cell_of(document, "13").row == "Europe"


def test_what_is_hidden_is_left_out_and_counted(
    book: Workbook, sheet: Worksheet, tmp_path: Path
) -> None:
    fill(sheet, [["Item", "2025", "secret"], ["Sales", 90, 91], ["Draft", 92, 93]])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    sheet["A2"].comment = Comment("ask Ann", "me")
    workings = book.create_sheet("Workings")
    fill(workings, [["abc", 5]])
    workings.sheet_state = "hidden"
    document = read(path_of(book, tmp_path))
    assert document.text == "Income\n\nItem\t2025\nSales\t90"
    assert document.coverage.dropped == {
        "comment": 7,
        "hidden row or column": len("secret91Draft9293"),
        "hidden sheet": 4,
    }


def test_formulas_without_a_value_are_told(
    book: Workbook, sheet: Worksheet, tmp_path: Path
) -> None:
    fill(sheet, [["Item", "2025"], ["Sales", 90], ["Costs", 80], ["Profit", "=B2-B3"]])
    document = read(path_of(book, tmp_path))
    [warning] = document.warnings
    assert warning.startswith("1 formula without a stored value")


def changed(path: Path, changes: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Replaces bytes of members of a package."""
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    members |= {name: members[name].replace(*change) for name, change in changes.items()}
    path.write_bytes(zipped(members))


def test_a_formulas_stored_value_is_read(book: Workbook, sheet: Worksheet, tmp_path: Path) -> None:
    fill(sheet, [["Item", "2025"], ["Sales", 90], ["Profit", "=B2-80"]])
    path = path_of(book, tmp_path)
    member = "xl/worksheets/sheet1.xml"
    changed(path, {member: (b"<f>B2-80</f><v></v>", b"<f>B2-80</f><v>10</v>")})
    changed(path, {member: (b"<f>B2-80</f><v />", b"<f>B2-80</f><v>10</v>")})
    document = read(path)
    assert document.warnings == ()
    assert cell_of(document, "10").row == "Profit"


def test_a_far_cell_costs_no_time(book: Workbook, sheet: Worksheet, tmp_path: Path) -> None:
    sheet["A1"], sheet["XFD1048576"] = "Sales", "end"
    assert read(path_of(book, tmp_path), limits=Limits(seconds=20)).text.endswith("end")


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("start", [b"<", b"<!DOCTYPE x [<!ENTITY e 'secret'>]><"])
def test_damaged_workbooks_are_refused(
    book: Workbook, sheet: Worksheet, tmp_path: Path, member: str, start: bytes
) -> None:
    sheet["A1"] = "secret"
    path = path_of(book, tmp_path)
    with zipfile.ZipFile(path) as package:
        xml = package.read(member)
    broken = start + xml[1:] if b"DOCTYPE" in start else xml[: len(xml) // 2]
    changed(path, {member: (xml, broken)})
    with pytest.raises(IngestionError, match=r"save it again") as refused:
        read(path)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("number_format", "value", "text"),
    [
        (MONEY, -1234, "(1,234)"),
        ("#,##0_);[Red]\\(#,##0\\)", -1234.5, "(1,234)"),
        ("#,##0;[Red]#,##0", -7, "-7"),
        ("0.0%", -0.0123, "-1.2%"),
        ("$#,##0.00", 1234.5, "$1,234.50"),
        ('_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', 0, "-"),
        ('_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)', -5, "$(5)"),
        ("#,##0.00\\ [$€-407]", -12, "-12.00 €"),
        ("_-[$£-809]* #,##0.0_-", 12, "£12.0"),
        ("#,##0.0,,", 123456789, "123.5"),
        ('#,##0.0"x"', 2.25, "2.2x"),
        ("#.##", 0.5, ".5"),
        ("0", -0.2, "0"),
        ("#,##0;;", -3, ""),
        ("General", 0.1 + 0.2, "0.3"),
        ("General", 1e-9, "0.000000001"),
        ("General", 1234567.0, "1234567"),
        ("# ?/?", 0.5, "0.5"),
        ("@", 5, "5"),
        ("General", True, "TRUE"),
        ("yyyy", datetime(2025, 6, 30), "2025"),
        ("mmm-yy", datetime(2025, 6, 30), "June 2025"),
        ("dd/mm/yyyy", datetime(2025, 6, 3), "June 3, 2025"),
        ("m/d/yy h:mm", datetime(2025, 6, 3, 4, 5), "June 3, 2025 04:05"),
        ("h:mm", time(4, 5), "04:05:00"),
        ("General", None, ""),
    ],
)
def test_values_read_as_they_are_shown(number_format: str, value: object, text: str) -> None:
    assert shown(value, number_format) == text
