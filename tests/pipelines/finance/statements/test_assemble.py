"""Primary statements are found, and their rows, columns and cells are the company's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from statement_reports import (
    DAYS,
    INCOME,
    SHEET,
    WHOLE,
    YEARS,
    assembled,
    statement,
    table,
    titled,
)

from secateur.pipelines.finance.statements.as_text import as_text


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


def test_raised_marks_of_notes_are_no_words_of_a_row(tmp_path: Path) -> None:
    body = WHOLE.replace(">Net income<", ">Net income<sup>1</sup><", 1)
    assert body != WHOLE
    labels = [row.label for row in assembled(tmp_path, body).statements[0].rows]
    assert "Net income" in labels
