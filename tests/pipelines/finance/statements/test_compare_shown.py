"""A comparison for people: in the terminal, as a workbook, in long form, of several companies."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from office import converts
from openpyxl import Workbook, load_workbook
from statement_books import filing

from secateur.pipelines.export.record_tables import as_csv
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.comparison.as_text import as_text
from secateur.pipelines.finance.statements.comparison.compare import compare_statements
from secateur.pipelines.finance.statements.comparison.long_form import COLUMNS
from secateur.pipelines.finance.statements.comparison.sheets import sheets_of
from secateur.pipelines.finance.statements.workbook import write_workbook

Y23, Y24 = "2023-01-01/2023-12-31", "2024-01-01/2024-12-31"
M9 = "2024-01-01/2024-09-30"
FIRST, LAST = "2023-12-31", "2024-12-31"
ANNUAL = filing("10-k.html", {
    "revenue": {Y24: "1200", Y23: "1000"},
    "net_income": {Y24: "-60", Y23: "50"},
    "eps_diluted": {Y24: "-0.30", Y23: "0.25"},
    "shares_diluted": {Y24: "200", Y23: "200.5"},
    "total_assets": {LAST: "900", FIRST: "600"},
    "cash": {LAST: "90", FIRST: "60"}, "payables": {LAST: "9"}, "inventory": {FIRST: "6"},
})  # fmt: skip
QUARTER = filing("10-q.html", {
    "revenue": {M9: "800"}, "total_assets": {"2024-09-30": "850", FIRST: "601"},
    "cash": {"2024-09-30": "80"}, "payables": {"2024-09-30": "8"},
})  # fmt: skip
YEN = filing(
    "kaisha.html",
    {"revenue": {"2023-04-01/2024-03-31": "70000", "2022-04-01/2023-03-31": "50000"},
     "gross_profit": {"2023-04-01/2024-03-31": "7000"}, "total_assets": {"2024-03-31": "9"}},
    company="Kaisha KK", currency="JPY", year_end="03-31",
)  # fmt: skip


def table(text: str, title: str) -> list[list[str]]:
    """The lines of a table of the terminal, in words."""
    lines = text.split(f"{title}\n")[1].split("\n\n")[0].splitlines()
    return [line.split() for line in lines]


def test_a_company_has_tables_of_years_and_of_quarters() -> None:
    text = as_text(compare_statements([ANNUAL, QUARTER]))
    head, filings = text.splitlines()[:2]
    assert head == (
        "Acme Corp.: USD millions, amounts per share in full; fiscal year ends 12-31"
    )  # fmt: skip
    assert filings == "filings: 10-q.html (to 2024-09-30), 10-k.html (to 2024-12-31)"
    years = table(text, "Fiscal years")
    assert years[:6] == [
        ["FY", "FY", "change", "%"],
        ["2023-12-31", "2024-12-31", "on", "the", "year"],
        ["Income", "statement"],
        ["revenue", "1,000", "1,200", "200", "+20.0%"],
        ["net", "income", "50", "-60", "-110", "n.m."],
        ["earnings", "per", "share,", "diluted", "0.25", "-0.30", "-0.55", "n.m."],
    ]
    assert ["weighted", "shares,", "diluted", "200.5", "200.0", "-0.5", "-0.2%"] in years
    assert ["net", "margin", "5.0%", "-5.0%", "-10.0", "pp"] in years
    assert ["payables", "—", "9"] in years
    quarters = table(text, "Quarters")
    assert quarters[:4] == [
        ["Q3", "Q4", "change", "%"],
        ["2024-09-30", "2024-12-31", "on", "the", "year"],
        ["Income", "statement"],
        ["revenue", "—", "400", "d"],
    ]
    assert "d  derived: fiscal year - nine months" in text
    assert "—  not stated" in text


def test_restated_figures_are_marked_and_listed() -> None:
    text = as_text(compare_statements([ANNUAL, QUARTER]))
    assert ["total", "assets", "600", "r", "900", "300", "+50.0%"] in table(text, "Fiscal years")
    assert text.splitlines()[-2:] == [
        "r  1 figure with another value in a later filing:",
        "  total assets, 2023-12-31: 600 in 10-k.html, first 601 in 10-q.html",
    ]


def test_earlier_columns_than_five_are_counted() -> None:
    years = {f"{year}-01-01/{year}-12-31": "5" for year in range(2016, 2025)}
    text = as_text(compare_statements([filing("a", {"revenue": years})]))
    assert "left out, in --json and --out: 4 earlier columns" in text
    assert "2019-12-31" not in text


def test_what_is_before_a_split_is_marked() -> None:
    book = filing("b", {"eps_diluted": {Y24: "0.17"}, "shares_diluted": {Y24: "25070"}})
    old = filing("a", {"eps_diluted": {Y23: "3.85"}, "shares_diluted": {Y23: "2535"}})
    text = as_text(compare_statements([old, book]))
    assert ["earnings", "per", "share,", "diluted", "3.85", "s", "0.17"] in table(
        text, "Fiscal years"
    )
    assert "s  of other shares than the last column" in text


def test_companies_stand_side_by_side_each_in_its_currency() -> None:
    text = as_text(compare_statements([ANNUAL, YEN]))
    lines = [line.split() for line in text.splitlines()]
    assert lines[:7] == [
        ["Companies", "by", "the", "latest", "fiscal", "year"],
        ["Acme", "Corp.", "Kaisha", "KK"],
        ["in", "USD", "millions", "JPY", "millions"],
        ["from", "2024-01-01", "2023-04-01"],
        ["to", "2024-12-31", "2024-03-31"],
        ["fiscal", "year", "ends", "12-31", "03-31"],
        ["on", "the", "year", "on", "the", "year"],
    ]
    assert ["revenue", "1,200", "+20.0%", "70,000", "+40.0%"] in lines
    assert ["gross", "margin", "—", "10.0%"] in lines
    assert ["net", "income", "-60", "n.m.", "—"] not in lines  # a loss has no growth
    notes = [line for line in text.splitlines() if line.startswith("note: ")]
    assert notes == [
        "note: different currencies (JPY, USD): compare margins and growth, no amounts",
        "note: the periods end from 2024-03-31 to 2024-12-31",
    ]


KINDS = {
    "a year": ([Y24, M9], [Y24], "year"),
    "nine months, where one has no year": ([Y24, M9], [M9], "nine_months"),
    "no kind": ([Y24], [M9], None),
}


@pytest.mark.parametrize("case", KINDS)
def test_companies_are_compared_by_a_kind_of_period_that_all_have(case: str) -> None:
    one, other, kind = KINDS[case]
    books = [
        filing(name, {"revenue": dict.fromkeys(periods, "5")}, company=name)
        for name, periods in (("Acme", one), ("Zenith", other))
    ]
    found = compare_statements(books).side_by_side
    assert (found.kind if found else None) == kind


def test_json_of_companies_has_nulls_where_nothing_is_stated() -> None:
    found = compare_statements([ANNUAL, YEN]).to_dict()["side_by_side"]
    assert [column["currency"] for column in found["columns"]] == ["USD", "JPY"]
    rows = {row["line"]: row for row in found["rows"]}
    assert rows["net_income"]["values"] == [-60_000_000, None]
    assert rows["revenue"]["growth_percent"] == [20, 40]


def test_the_long_form_has_each_figure_with_source_or_formula() -> None:
    comparison = compare_statements([ANNUAL, QUARTER])
    lines = list(csv.DictReader(io.StringIO(as_csv(comparison.records(), COLUMNS))))
    assert list(lines[0]) == list(COLUMNS)
    assert len(lines) == len(comparison.companies[0].figures)
    found = {(line["line"], line["label"], line["period"]): line for line in lines}
    year = found["revenue", "FY", Y24]
    assert (year["value"], year["change"], year["change_percent"]) == (
        "1200000000",
        "200000000",
        "20",
    )
    assert (year["document"], year["row"], year["printed"]) == ("10-k.html", "revenue", "1200")
    quarter = found["revenue", "Q4", "2024-10-01/2024-12-31"]
    assert (quarter["formula"], quarter["document"]) == ("fiscal year - nine months", "")
    assert '"document": "10-q.html"' in quarter["inputs"]
    assets = found["total_assets", "", FIRST]
    assert (assets["first_value"], assets["first_document"]) == ("601000000", "10-q.html")
    frame = comparison.to_dataframe()
    assert list(frame.columns) == list(COLUMNS)
    assert frame.value.sum() == sum(float(line["value"]) for line in lines)


def opened(*books: StatementBook) -> Workbook:
    return load_workbook(io.BytesIO(write_workbook(books, sheets_of(compare_statements(books)))))


def test_the_workbook_has_tables_then_the_statements() -> None:
    book = opened(ANNUAL, QUARTER)
    assert book.sheetnames[:8] == [
        "Contents", "Fiscal years", "Quarters", "Nine months", "Derived", "Restated",
        "Income Acme 2024-12", "Balance sheet Acme 2024-12",
    ]  # fmt: skip
    assert [book["Contents"].cell(row, 1).value for row in (2, 3)] == ["Fiscal years", "Quarters"]


def test_a_table_has_values_in_the_unit_and_changes_beside() -> None:
    sheet = opened(ANNUAL, QUARTER)["Fiscal years"]
    lines = [list(line) for line in sheet.iter_rows(min_row=1, max_row=9, values_only=True)]
    assert [line[0] for line in lines[:3]] == [
        "Fiscal years", "Acme Corp.",
        "USD millions, amounts per share in full; fiscal year ends 12-31. 10-q.html, 10-k.html",
    ]  # fmt: skip
    assert lines[4] == [None, "FY", "FY", None, "Change FY", "% FY"]
    assert lines[5] == [None, "2023-12-31", "2024-12-31", None, "2024-12-31", "2024-12-31"]
    assert lines[6:9] == [
        ["Income statement", None, None, None, None, None],
        ["Revenue", 1000, 1200, None, 200, 0.2],
        ["Net income", 50, -60, None, -110, "n.m."],
    ]
    assert sheet.freeze_panes == "B7"
    assert sheet["C8"].number_format == "#,##0_);(#,##0)"
    assert sheet["F8"].number_format == "0.0%"


def test_a_figure_leads_to_its_cell_and_a_derived_one_to_its_formula() -> None:
    book = opened(ANNUAL, QUARTER)
    link = book["Fiscal years"]["C8"].hyperlink
    sheet, place = link.location.replace("'", "").split("!")
    assert book[sheet][place].value == 1200
    assert "10-k.html" in link.tooltip
    quarter = book["Quarters"]["C8"]
    assert (quarter.value, quarter.font.i) == (400, True)
    derived = book["Derived"]
    number = int(quarter.hyperlink.location.rpartition("!A")[2])
    assert [cell.value for cell in derived[number]][:6] == [
        400_000_000, "revenue", "2024-10-01/2024-12-31", "USD", "Acme Corp.",
        "fiscal year - nine months",
    ]  # fmt: skip
    sheet, place = derived.cell(number, 10).hyperlink.location.replace("'", "").split("!")
    assert book[sheet][place].value == 800


def test_restated_figures_are_coloured_and_listed() -> None:
    book = opened(ANNUAL, QUARTER)
    filled = [cell.coordinate for line in book["Fiscal years"].iter_rows() for cell in line
              if cell.fill.fill_type]  # fmt: skip
    assert len(filled) == 1
    assert [cell.value for cell in book["Restated"][2]][:5] == [
        600_000_000, 601_000_000, -1_000_000, "total_assets", FIRST,
    ]  # fmt: skip


def test_companies_have_a_sheet_and_tables_of_their_own() -> None:
    book = opened(ANNUAL, YEN)
    assert book.sheetnames[1:5] == [
        "Companies", "Fiscal years Acme Corp.", "Fiscal years Kaisha KK", "Derived",
    ]  # fmt: skip
    lines = {line[0]: line[1:] for line in book["Companies"].iter_rows(min_row=5, values_only=True)}
    assert lines["in"] == ("USD millions", None, "JPY millions", None)
    assert lines["Revenue"] == (1200, 0.2, 70000, 0.4)
    assert lines["Net income"] == (-60, None, "—", None)
    assert "different currencies" in book["Companies"]["A3"].value


@pytest.mark.slow
def test_libreoffice_converts_the_workbook(tmp_path: Path) -> None:
    books = (ANNUAL, QUARTER, YEN)
    assert converts(write_workbook(books, sheets_of(compare_statements(books))), tmp_path)


@pytest.mark.tree
def test_the_guide_documents_each_column() -> None:
    guide = (Path(__file__).parents[4] / "docs/guides/statements.md").read_text(encoding="utf-8")
    lines = guide.split("## Comparing")[1].splitlines()
    assert [f"| `{name}` | {meaning} |" for name, meaning in COLUMNS.items()] == [
        line for line in lines if line.startswith("| `")
    ]
