"""The workbook is what an analyst would have made, and says where each figure is from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from office import converts
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from statement_books import BOOK, CHECKED, EMPTY, INCOME, SHEET, cell, row, statement

from secateur.pipelines.finance.statements import workbook
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.workbook import write_workbook


def opened(*books: StatementBook) -> Workbook:
    return load_workbook(io.BytesIO(write_workbook(books)))


def values(sheet: Worksheet, first: int = 1, last: int | None = None) -> list[list[Any]]:
    rows = sheet.iter_rows(min_row=first, max_row=last, values_only=True)
    return [list(line) for line in rows]


@pytest.fixture(scope="module")
def book() -> Workbook:
    return opened(CHECKED)


def test_a_sheet_a_statement_then_lines_checks_breakdowns_and_sources(book: Workbook) -> None:
    assert book.sheetnames == [
        "Contents", "Income", "Balance sheet", "Equity", "Standard lines", "Checks",
        "Net sales_ _Europe__Asia _ of t", "Sources",
    ]  # fmt: skip
    assert book.active.title == "Contents"


def test_contents_lead_to_the_sheets_and_tell_what_is_missing(book: Workbook) -> None:
    sheet = book["Contents"]
    lines = values(sheet, 2)
    assert lines[0] == [
        "Income", "Consolidated Statements of Income", None, "Acme Corp.", "acme.html", "USD",
        "12-31", "Item 8", 45,
    ]  # fmt: skip
    assert sheet["A2"].hyperlink.location == "'Income'!A1"
    missing = [line[1] for line in lines if line[0] == "not found"]
    assert missing == ["statement of comprehensive income", "cash flow statement"]


def test_a_statement_is_headed_by_title_company_unit_and_periods(book: Workbook) -> None:
    assert values(book["Income"], 1, 6) == [
        ["Consolidated Statements of Income", None, None, None],
        ["Acme Corp.", None, None, None],
        ["USD millions, unless a row or column gives another unit. acme.html, Item 8, page 45",
         None, None, None],
        [None] * 4,
        [None, "Unit", "2024", "2023"],
        [None, None, "2024-01-01 to 2024-12-31", "2023-01-01 to 2023-12-31"],
    ]  # fmt: skip


def test_rows_are_in_order_in_the_reported_unit_with_the_printed_sign(book: Workbook) -> None:
    assert values(book["Income"], 7) == [
        ["Revenues:", None, None, None],
        ["Products", None, 39001.5, -1200],
        ["=2+3", None, 0, 0],
        ["Purchases of equipment", None, -30, 20],
        ["Total net income", None, 80, 64],
        ["Diluted", "USD per share", 1.05, -0.9],
        ["Shares", "shares, thousands", 76190, 76000],
        ["Tax rate", "%", 0.214, 0.2],
    ]


FORMATS = {
    "C8": "#,##0.0_);(#,##0.0);#,##0.0_)",
    "C9": '#,##0_);(#,##0);"–"_)',
    "D9": "#,##0_);(#,##0);#,##0_)",
    "D12": "#,##0.00_);(#,##0.00);#,##0.00_)",
    "C14": "0.0%_);(0.0%);0.0%_)",
}


@pytest.mark.parametrize("place", FORMATS)
def test_formats_have_the_printed_decimals(book: Workbook, place: str) -> None:
    assert book["Income"][place].number_format == FORMATS[place]


def test_a_label_like_a_formula_is_text(book: Workbook) -> None:
    assert book["Income"]["A9"].data_type == "s"


def test_captions_and_totals_are_bold_levels_are_indents(book: Workbook) -> None:
    sheet = book["Income"]
    bold = [sheet.cell(number, 1).font.b for number in range(7, 15)]
    assert bold == [True, False, False, False, True, False, False, False]
    labels = [sheet.cell(number, 1).alignment for number in (7, 8, 12)]
    # Excel shows no indent where text is aligned by its kind.
    assert [(label.horizontal, label.indent) for label in labels] == [
        ("left", 0), ("left", 1), ("left", 1),
    ]  # fmt: skip
    assert sheet["C11"].font.b
    assert sheet["C11"].border.top.style == "thin"
    assert sheet["C8"].border.top is None or sheet["C8"].border.top.style is None


def test_a_figure_whose_tag_and_reading_differ_is_coloured(book: Workbook) -> None:
    sheet = book["Income"]
    assert sheet["C11"].fill.fill_type == "solid"
    assert sheet["D11"].fill.fill_type is None
    assert "read as 81,000,000 USD 2024-12-31" in sheet["C11"].hyperlink.tooltip


def test_panes_are_frozen_and_print_fits_a_page_in_landscape(book: Workbook) -> None:
    sheet = book["Income"]
    assert sheet.freeze_panes == "C7"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$5:$6"
    assert 24 <= sheet.column_dimensions["A"].width <= 58


def test_each_figure_leads_to_its_source_and_back(book: Workbook) -> None:
    sources = book["Sources"]
    count = 0
    for name in book.sheetnames[1:4]:
        for line in book[name].iter_rows(min_row=7, min_col=2):
            for figure in line:
                if isinstance(figure.value, (int, float)):
                    count += 1
                    place = figure.hyperlink.location.removeprefix("'Sources'!")
                    back = sources[place].hyperlink.location
                    assert back == f"'{name}'!{figure.coordinate}"
    assert count == 14 + 5 + 11
    heads, first = values(sources, 1, 2)
    assert dict(zip(heads, first, strict=True)) == {
        "Figure": "C8", "Sheet": "Income", "Row": "Products", "Column": "2024",
        "Period": "2024-01-01/2024-12-31", "Printed": "$ 39,001.5", "Value": 39_001_500_000,
        "Unit": "USD", "Source": "read", "Probability": 0.99, "Tag and reading agree": None,
        "Read as": None, "Concept": None, "Section": "Item 8", "Page": 45,
        "Start": INCOME.rows[1].cells[0].start, "End": INCOME.rows[1].cells[0].end,
        "Company": "Acme Corp.", "Document": "acme.html",
    }  # fmt: skip
    assert "Item 8, page 45, “$ 39,001.5”, characters" in book["Income"]["C8"].hyperlink.tooltip


def test_a_figure_in_a_row_head_is_in_the_column_of_its_day_or_one_of_its_own(
    book: Workbook,
) -> None:
    assert values(book["Balance sheet"], 5) == [
        [None, "Unit", "2024", "2023", "Other figures"],
        [None, None, "2024-12-31", "2023-12-31", None],
        [None, None, None, None, "shares"],
        ["Total assets", None, 100, 60, None],
        ["Stock, $0.01 par value", "USD per share", 0.01, 0.01, None],
        ["Stock, at 1999", None, None, None, 7],
    ]


def test_rows_of_a_statement_of_equity_have_the_periods(book: Workbook) -> None:
    days = "2024-01-01 to 2024-12-31"
    assert values(book["Equity"], 5) == [
        [None, "Period", "2024", "2024", "2024", "Other figures"],
        [None, None, "shares, millions", None, None, "USD per share"],
        ["Balance", "2023-12-31", 10, 50, 60, None],
        ["Net income", days, None, 79, 81, None],
        ["Dividends ($0.48 per share)", days, None, -40, -40, None],
        ["Dividends ($0.48 per share)", days, None, None, None, 0.48],
        ["Balance", "2024-12-31", 9, 89, 101, None],
    ]


def test_standard_lines_are_one_a_line_and_period(book: Workbook) -> None:
    sheet = book["Standard lines"]
    assert [line[:4] for line in values(sheet, 2)] == [
        [39_001_500_000, "revenue", "2024-01-01/2024-12-31", "USD"],
        [-1_200_000_000, "revenue", "2023-01-01/2023-12-31", "USD"],
        [80_000_000, "net_income", "2024-01-01/2024-12-31", "USD"],
        [64_000_000, "net_income", "2023-01-01/2023-12-31", "USD"],
        [100_000_000, "total_assets", "2024-12-31", "USD"],
        [60_000_000, "total_assets", "2023-12-31", "USD"],
        [5_000_000, "cash", "2024-01-01/2024-12-31", "USD"],
    ]
    assert sheet["A2"].hyperlink.location == "'Income'!C8"


def test_checks_lead_to_their_cells(book: Workbook) -> None:
    sheet = book["Checks"]
    holds, differs = values(sheet, 2)
    assert holds[:4] == ["holds", "assets = liabilities + equity", "2024-12-31", 0]
    assert differs[0] == "differs"
    assert differs[3:] == [
        -2_000_000, "Acme Corp.", "acme.html", "Balance sheet D8", "character 123,456",
    ]  # fmt: skip
    assert sheet["G2"].hyperlink.location == "'Balance sheet'!C8"
    assert sheet["H3"].hyperlink is None


def test_without_standard_lines_checks_and_statements_the_sheets_say_so() -> None:
    book = opened(EMPTY)
    assert book.sheetnames == ["Contents", "Standard lines", "Checks", "Sources"]
    assert [book[name]["A2"].value for name in book.sheetnames[1:]] == [
        "No row is known to be a standard line.", "No check was made.", "No figure was found.",
    ]  # fmt: skip
    assert values(book["Contents"], 2)[0][:2] == ["not found", "income statement"]


def several() -> Sequence[StatementBook]:
    other = replace(BOOK, document="b.html", company="THE PROCTER & GAMBLE COMPANY")
    return (BOOK, replace(BOOK, document="c.html"), other)


def test_sheets_of_several_reports_are_told_apart() -> None:
    book = opened(*several())
    assert book.sheetnames[1:10] == [
        "Income Acme 2024-12", "Balance sheet Acme 2024-12", "Equity Acme 2024-12",
        "Income Acme 2024-12 (2)", "Balance sheet Acme 2024-12 (2)", "Equity Acme 2024-12 (2)",
        "Income PROCTER 2024-12", "Balance sheet PROCTER 2024-12", "Equity PROCTER 2024-12",
    ]  # fmt: skip
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    assert all(len(name) <= 31 for name in book.sheetnames)
    link = book["Equity PROCTER 2024-12"]["D7"].hyperlink.location.removeprefix("'Sources'!")
    assert book["Sources"][link].hyperlink.location == "'Equity PROCTER 2024-12'!D7"


def test_many_sources_go_over_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_SOURCES", 20)
    book = opened(BOOK)
    assert book.sheetnames[-2:] == ["Sources", "Sources 2"]
    assert book["Sources"].max_row == 21
    assert book["Equity"]["E11"].hyperlink.location.startswith("'Sources 2'!A")


NAMES = ["Sources", "History", "'", "a" * 40, "[]:*?/\\", " ", "𝒳" * 31, "é\x07\ud800"]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_title_makes_a_valid_sheet(name: str) -> None:
    printed = f"3\x0b{name}"
    made = statement("breakdown", name, ("2024-12-31",), row(name, cell(0, printed, "3000000")))
    book = opened(replace(BOOK, statements=(made, made)))
    first, second = book.sheetnames[3:5]
    assert first.casefold() != second.casefold()
    for title in (first, second):
        assert len(title.encode("utf-16-le")) <= 62
        assert not set(title) & set("[]:*?/\\")
        assert title.strip("'") == title
        assert title.casefold() not in ("history", "sources")


def test_a_book_of_several_thousand_figures_is_whole() -> None:
    rows = [row(f"Line {n}", cell(0, str(n), f"{n}000000", start=n)) for n in range(1, 3_000)]
    made = statement("breakdown", "Long", ("2024-12-31",), *rows)
    book = opened(replace(BOOK, statements=(made,)))
    assert book["Sources"].max_row == 3_000


def test_no_figure_is_lost_where_two_are_in_one_column() -> None:
    two = row("Two", cell(0, "5", "5000000"), cell(0, "6", "6000000"))
    book = opened(replace(BOOK, statements=(replace(SHEET, rows=(two,)),)))
    assert values(book["Balance sheet"], 7) == [["Two", 5, None, 6]]


def test_the_unit_line_names_the_unit_of_most_amounts() -> None:
    euros = row("Sales", cell(0, "5", "5000", "EUR"), cell(1, "6", "6000", "EUR"))
    earnings = row("Earnings", cell(0, "5.0", "5", "EUR/shares"), cell(1, "6.0", "6", "EUR/shares"))
    book = opened(replace(BOOK, statements=(replace(SHEET, rows=(euros, earnings)),)))
    assert book["Balance sheet"]["A3"].value.startswith("EUR thousands, unless")
    assert [line[1] for line in values(book["Balance sheet"], 7)] == [None, "EUR per share"]


def test_a_value_without_a_known_scale_is_in_full() -> None:
    odd = row("Odd", cell(0, "five", "5"), cell(1, "12,5", "12500000"))
    book = opened(replace(BOOK, statements=(replace(SHEET, rows=(odd,)),)))
    assert Decimal(str(book["Balance sheet"]["B7"].value)) == Decimal("0.000005")
    assert book["Balance sheet"]["C7"].value == 12.5


@pytest.mark.slow
def test_libreoffice_converts_the_workbook(tmp_path: Path) -> None:
    assert converts(write_workbook(several()), tmp_path)
