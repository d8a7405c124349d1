"""Statements are told from what resembles them by titles, balances and accounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_pages import table as page_table
from statement_reports import DAYS, FLOWS, INCOME, SHEET, YEARS, Line, assembled, table, titled

from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.primary import find_primary
from secateur.pipelines.ingestion.read import read

UNNAMED: list[Line] = [
    *SHEET[:5], ("", "100", "60"), *SHEET[6:9], ("", "100", "60"),
]  # fmt: skip
LONGER = [*INCOME, *[(f"Bitcoin of type {n}", str(n), str(n)) for n in range(20)]]
BOTH = [*INCOME, ("Currency translation", "3", "2"), ("Comprehensive income", "83", "66")]
BANK = [line for line in INCOME if not line[0].startswith("Income before")]
ACCOUNTS: list[Line] = [
    ("Common stock:",), ("Beginning balances", "50", "40"), ("Issued", "5", "10"),
    ("Ending balances", "55", "50"), ("Retained earnings:",), ("Beginning balances", "9", "8"),
    ("Net income", "80", "1"), ("Ending balances", "89", "9"),
]  # fmt: skip
SHORT: list[Line] = [
    ("Net income", "80", "64"), ("Translation adjustments", "3", "2"),
    ("Comprehensive income", "83", "66"),
]  # fmt: skip
PAGE = "<p>45</p>"
CASES = {
    "totals without words that balance": (
        titled("Balance Sheets", DAYS, UNNAMED), {"balance_sheet": ("Balance Sheets", 9)},
    ),
    "totals without words over two pages": (
        titled("Balance Sheets", DAYS, UNNAMED[:6]) + PAGE
        + titled("Balance Sheets", DAYS, UNNAMED[6:]),
        {"balance_sheet": ("Balance Sheets", 9)},
    ),
    "a title outweighs a longer discussion": (
        titled("Results of Operations", YEARS, LONGER)
        + titled("Consolidated Statements of Income", YEARS, INCOME),
        {"income_statement": ("Consolidated Statements of Income", 7)},
    ),
    "a title makes up for a line": (
        titled("Consolidated Statements of Income", YEARS, BANK),
        {"income_statement": ("Consolidated Statements of Income", 6)},
    ),
    "an income statement that goes on to comprehensive income": (
        titled("Statements of Comprehensive Income", YEARS, BOTH)
        + titled("Results of Operations", YEARS, LONGER),
        {"income_statement": ("Statements of Comprehensive Income", 9),
         "comprehensive_income": None},
    ),
    "a short statement of comprehensive income": (
        titled("Statements of Comprehensive Income", YEARS, SHORT),
        {"comprehensive_income": ("Statements of Comprehensive Income", 3)},
    ),
    "accounts of equity one below the other": (
        titled("Statements of Equity", YEARS, ACCOUNTS), {"equity": ("Statements of Equity", 6)},
    ),
    "the company's name is no title": (
        "".join(
            f"<p>{title}</p><p>Acme Inc. and Subsidiaries</p>{table(heads, lines)}"
            for title, heads, lines in (
                ("Statements of Income", YEARS, INCOME), ("Balance Sheets", DAYS, SHEET),
                ("Statements of Cash Flows", YEARS, FLOWS), ("Leases", DAYS, SHEET[1:3]),
            )
        ),
        {"income_statement": ("Statements of Income", 7), "balance_sheet": ("Balance Sheets", 9),
         "cash_flow": ("Statements of Cash Flows", 7)},
    ),
    "titles inside the table": (
        table(("",), [("Acme Inc.",), ("Statements of Income",), ("In millions",), ("", *YEARS),
                      *INCOME]),
        {"income_statement": ("Statements of Income", 7)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_statement_is_told_from_what_resembles_it(tmp_path: Path, name: str) -> None:
    body, expected = CASES[name]
    book: StatementBook = assembled(tmp_path, body)
    found = {
        each.kind: (each.title, sum(any(c.column == 0 for c in row.cells) for row in each.rows))
        for each in book.statements
        if each.kind != "breakdown"
    }
    assert {kind: found.get(kind) for kind in expected} == expected
    assert not set(expected) & set(book.missing)


def test_a_statement_of_other_times_behind_it_belongs_to_it(tmp_path: Path) -> None:
    title = "<p>Consolidated Statement of Results of Operations</p>"
    rows = [
        ["Sales", "50", "40"], ["Costs", "30", "25"], ["Profit before taxes", "20", "15"],
        ["Income taxes", "5", "4"], ["Profit", "15", "11"],
    ]  # fmt: skip
    tables = [
        page_table(
            ["", f"{months} Months Ended June 30, 2024", f"{months} Months Ended June 30, 2023"],
            *rows,
        )
        for months in ("Three", "Six")
    ]
    path = tmp_path / "a.html"
    path.write_text(f"{title}{tables[0]}{title}{tables[1]}", encoding="utf-8")
    (found,) = find_primary(layout_of(read(path)))
    assert (found.kind, len(found.tables)) == ("income_statement", 2)
