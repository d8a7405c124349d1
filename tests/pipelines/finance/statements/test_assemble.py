"""Primary statements are found, and their rows, columns and cells are the company's own."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.statements.as_text import as_text
from secateur.pipelines.finance.statements.assemble import assemble
from secateur.pipelines.finance.statements.book import Statement, StatementBook
from secateur.pipelines.ingestion.read import read

Line = tuple[str, ...]
INCOME: list[Line] = [
    ("Net sales", "500", "450"), ("Cost of sales", "(300)", "(280)"), ("Expenses:",),
    (">Research (1)", "40", "35"), (">Selling", "60", "55"),
    ("Income before income taxes", "100", "80"), ("Provision for income taxes", "20", "16"),
    ("Net income", "$ 80", "$ 64"),
]  # fmt: skip
SHEET: list[Line] = [
    ("Current assets:",), (">Cash", "50", "40"), (">Inventories", "30", "—"),
    ("Total current assets", "80", "40"), ("Goodwill", "20", "20"), ("Total assets", "100", "60"),
    ("Accounts payable", "10", "5"), ("Total liabilities", "10", "5"),
    ("Common stock, $0.01 par value; 900 shares authorized", "90", "55"),
    ("Total liabilities and equity", "100", "60"),
]  # fmt: skip
FLOWS: list[Line] = [
    ("Net income", "80", "64"), ("Depreciation", "10", "9"),
    ("Net cash provided by operating activities", "90", "73"),
    ("Purchases of equipment", "(30)", "(20)"),
    ("Net cash used in investing activities", "(30)", "(20)"),
    ("Dividends", "(50)", "(40)"), ("Net cash used in financing activities", "(50)", "(40)"),
]  # fmt: skip
YEARS = ("Year ended December 31, 2024", "Year ended December 31, 2023")
DAYS = ("December 31, 2024", "December 31, 2023")


def table(heads: Line, lines: list[Line]) -> str:
    rows = [("", *heads), *lines]
    html = ""
    for row in rows:
        cells = "".join(f"<td>{cell}</td>" for cell in row[1:])
        inset = ' style="padding-left:9pt"' if row[0].startswith(">") else ""
        html += f"<tr><td{inset}>{row[0].removeprefix('>')}</td>{cells}</tr>"
    return f"<table>{html}</table>"


def titled(title: str, heads: Line, lines: list[Line]) -> str:
    return f"<p><b>{title}</b></p><p>(in millions)</p>{table(heads, lines)}"


WHOLE = (
    titled("Consolidated Statements of Income", YEARS, INCOME)
    + titled("Consolidated Balance Sheets", DAYS, SHEET)
    + titled("Consolidated Statements of Cash Flows", YEARS, FLOWS)
)


def report(folder: Path, body: str) -> Document:
    path = folder / "report.html"
    path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    return read(path)


def figures(document: Document) -> list[Entity]:
    """What the reader finds: the numbers of tables in millions, each of its column's time."""
    found = []
    for passage in document.passages:
        text = document.text[passage.start : passage.end]
        form = r"\(?\d[\d.,]*\)" if is_figure(text) else r"\d+(?:[.,]\d+)*"
        numbers = re.finditer(rf"{form}|\d[\d.,]*", text) if passage.kind == "cell" else ()
        caption = passage.column is None
        for number in numbers:
            if caption and (text.isdigit() or re.fullmatch(r"20\d\d\)?", number[0])):
                continue
            if caption and not re.search(r"par value|shares", text):
                continue
            if not caption and not is_figure(text):
                continue
            value = Decimal(re.sub(r"[^\d.]", "", number[0]))
            year = (passage.column or "2024")[-4:]
            whole = "Year" in (passage.column or "")
            period = f"{year}-01-01/{year}-12-31" if whole else f"{year}-12-31"
            signed = -value if number[0].startswith("(") else value
            begin = passage.start + number.start()
            found.append(
                Entity(
                    document.doc_id,
                    begin,
                    begin + len(number[0]),
                    number[0],
                    "MONEY",
                    0.9,
                    value=signed * 10**6,
                    unit="USD",
                    scale=6,
                    period=period,
                )
            )
    return found


def assembled(folder: Path, body: str = WHOLE) -> StatementBook:
    document = report(folder, body)
    return assemble(document, figures(document))


def statement(book: StatementBook, kind: str) -> Statement:
    return next(each for each in book.statements if each.kind == kind)


def test_each_statement_is_found_and_what_is_missing_is_told(tmp_path: Path) -> None:
    book = assembled(tmp_path)
    assert [each.kind for each in book.statements] == [
        "income_statement", "balance_sheet", "cash_flow",
    ]  # fmt: skip
    assert book.missing == ("comprehensive_income", "equity")
    assert book.currency == "USD"


def test_rows_are_the_company_s_with_levels_totals_and_captions(tmp_path: Path) -> None:
    rows = statement(assembled(tmp_path), "income_statement").rows
    assert [(row.label, row.level, len(row.cells)) for row in rows][2:6] == [
        ("Expenses:", 0, 0), ("Research", 1, 2), ("Selling", 1, 2),
        ("Income before income taxes", 0, 2),
    ]  # fmt: skip
    assert rows[-1].total
    assert not rows[3].total


def test_columns_have_the_period_of_their_cells(tmp_path: Path) -> None:
    book = assembled(tmp_path)
    flows, sheet = statement(book, "cash_flow"), statement(book, "balance_sheet")
    assert [column.period for column in flows.columns] == [
        "2024-01-01/2024-12-31", "2023-01-01/2023-12-31",
    ]  # fmt: skip
    assert [column.period for column in sheet.columns] == ["2024-12-31", "2023-12-31"]
    assert all(cell.period is None for row in flows.rows for cell in row.cells)


def test_a_dash_is_zero_and_payments_have_the_sign_of_their_concept(tmp_path: Path) -> None:
    book = assembled(tmp_path)
    inventories = statement(book, "balance_sheet").rows[2]
    assert [(cell.printed, cell.value) for cell in inventories.cells] == [
        ("30", 30_000_000), ("—", 0),
    ]  # fmt: skip
    bought = statement(book, "cash_flow").rows[3]
    assert [cell.printed for cell in bought.cells] == ["(30)", "(20)"]
    assert [cell.value for cell in bought.cells] == [30_000_000, 20_000_000]


def test_figures_inside_a_caption_are_rows_of_their_own_for_every_day(tmp_path: Path) -> None:
    rows = [
        row
        for row in statement(assembled(tmp_path), "balance_sheet").rows
        if row.label.startswith("Common stock")
    ]
    assert [[cell.printed for cell in row.cells] for row in rows] == [
        ["90", "55"], ["0.01", "0.01"], ["900", "900"],
    ]  # fmt: skip
    assert [cell.period for cell in rows[1].cells] == ["2024-12-31", "2023-12-31"]


def test_a_sum_without_a_head_is_a_row_without_a_label(tmp_path: Path) -> None:
    lines = [*SHEET[:3], ("", "80", "40"), *SHEET[4:]]
    book = assembled(tmp_path, titled("Balance Sheets", DAYS, lines))
    (row,) = (row for row in statement(book, "balance_sheet").rows if not row.label)
    assert [(cell.printed, cell.column) for cell in row.cells] == [("80", 0), ("40", 1)]


def test_a_sum_without_a_head_has_not_its_caption_s(tmp_path: Path) -> None:
    lines = [*INCOME[:2], ("Operations",), ("", "200", "170"), *INCOME[2:]]
    book = assembled(tmp_path, titled("Statements of Income", YEARS, lines))
    (row,) = (r for r in statement(book, "income_statement").rows if not r.label)
    assert [(cell.printed, cell.column) for cell in row.cells] == [("200", 0), ("170", 1)]


CAPTIONS = {
    "of all days": ("Stock, $0.01 par value", {"0.01": [2024, 2023]}),
    "a day each, in the order of the columns": (
        "Stock, shares issued: 974 and 960", {"974": [2024], "960": [2024]},
    ),
    "a day each, named": (
        "Stock (shares authorized 7; 2024 - 12.5; 2023 - 13)",
        {"7": [2024, 2023], "12.5": [2024], "13": [2024]},
    ),
    "two counts": (
        "Stock, 7 shares authorized; 5 issued and outstanding",
        {"7": [2024, 2023], "5": [2024, 2023]},
    ),
    "none": ("Stock, shares: none issued and outstanding", {"none issued": [2023, 2024]}),
}  # fmt: skip


@pytest.mark.parametrize("name", CAPTIONS)
def test_figures_of_a_caption_are_of_the_days_that_it_names(tmp_path: Path, name: str) -> None:
    caption, expected = CAPTIONS[name]
    lines = [*SHEET[:-2], (caption, "90", "55"), SHEET[-1]]
    book = assembled(tmp_path, titled("Balance Sheets", DAYS, lines))
    rows = [row for row in statement(book, "balance_sheet").rows if row.label == caption][1:]
    found = {row.cells[0].printed: [int(c.period[:4]) for c in row.cells] for row in rows}
    assert found == expected
    twice = [row.cells[0].printed for row in rows if name in ("two counts", "none")]
    assert len(twice) == len(set(twice)) + (name in ("two counts", "none"))


OTHERS = {
    "the parent's alone": titled("Parent Company Balance Sheets", DAYS, SHEET),
    "a summary": titled("Summarized Balance Sheets", DAYS, SHEET),
    "a shorter one": titled("Balance sheet data", DAYS, [SHEET[1], *SHEET[3:]]),
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("first", [True, False], ids=["before", "behind"])
def test_the_consolidated_statement_is_taken(tmp_path: Path, other: str, first: bool) -> None:
    parts = [OTHERS[other], WHOLE]
    book = assembled(tmp_path, "".join(parts if first else parts[::-1]))
    assert statement(book, "balance_sheet").title == "Consolidated Balance Sheets"


def test_a_statement_of_two_tables_is_joined(tmp_path: Path) -> None:
    halves = table(DAYS, SHEET[:6]), table(DAYS, SHEET[6:])
    book = assembled(
        tmp_path, f"<p><b>Balance Sheets</b></p>{halves[0]}<p>Liabilities</p>{halves[1]}"
    )
    sheet = statement(book, "balance_sheet")
    assert [row.label for row in sheet.rows if row.cells][-1] == "Total liabilities and equity"
    assert len(sheet.columns) == 2


def test_a_document_without_statements_says_so(tmp_path: Path) -> None:
    book = assembled(tmp_path, "<p>We sold more in 2024.</p>")
    assert book.statements == ()
    assert "not found: income statement" in as_text(book)


def test_json_follows_the_contract(tmp_path: Path) -> None:
    found = json.loads(json.dumps(assembled(tmp_path).to_dict()))
    assert list(found) == [
        "schema_version", "document", "company", "currency", "fiscal_year_end", "statements",
        "missing", "checks", "derived",
    ]  # fmt: skip
    cell = found["statements"][0]["rows"][0]["cells"][0]
    assert (cell["column"], cell["value"], cell["source"]) == (0, 500_000_000, "read")


def test_the_table_for_people_has_printed_figures(tmp_path: Path) -> None:
    lines = as_text(assembled(tmp_path)).splitlines()
    assert lines[0] == "Consolidated Statements of Income (USD millions)"
    assert re.fullmatch(r"  Research +40 +35", lines[5])
    assert re.fullmatch(r"Net income +80 +64", lines[9])
