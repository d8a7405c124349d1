"""A filing's own tags give the cells of its statements, and the reading checks them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from report_pages import table
from tagged_reports import filing, readings, tag

from secateur.pipelines.finance.statements.as_text import as_text
from secateur.pipelines.finance.statements.assemble import assemble
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.statement import Cell, Row, Statement
from secateur.pipelines.finance.statements.tagged import assemble_tagged, with_tags

YEARS = ["", "Year ended December 31, 2024", "Year ended December 31, 2023"]
DAYS = ["", "December 31, 2024", "December 31, 2023"]
CLASS = "StatementClassOfStockAxis"
PART = "StatementEquityComponentsAxis"
BASIC, DILUTED = "EarningsPerShareBasic", "EarningsPerShareDiluted"
MILLION = 10**6


def row(label: str, concept: str, *texts: str, kind: str = "y", unit: str = "usd") -> list[str]:
    """A row of two years; a figure in parentheses is tagged inside them."""
    cells = []
    for text, year in zip(texts, ("24", "23"), strict=True):
        bare = text.strip("()")
        form = 'format="ixt:fixed-zero"' if bare == "—" else ""
        tagged = tag(bare, concept, kind + year, unit, form)
        cells.append(f"({tagged})" if text.startswith("(") else tagged)
    return [label, *cells]


INCOME = [
    YEARS,
    row("Net sales", "Revenues", "500", "450"),
    row("Cost of sales", "CostOfRevenue", "(300)", "(280)"),
    row("Restructuring", "RestructuringCharges", "—", "7"),
    row("Income before income taxes", "IncomeLossFromContinuingOperationsBeforeIncomeTaxes",
        "100", "80"),
    row("Provision for income taxes", "IncomeTaxExpenseBenefit", "20", "16"),
    row("Net income", "NetIncomeLoss", "80", "64"),
    row("Earnings per share", "EarningsPerShareBasic", "1.25", "1.00", unit="each"),
]  # fmt: skip
SHEET = [
    DAYS,
    row("Cash", "CashAndCashEquivalentsAtCarryingValue", "50", "40", kind="i"),
    row("Inventories", "InventoryNet", "30", "—", kind="i"),
    row("Goodwill", "Goodwill", "20", "20", kind="i"),
    row("Total assets", "Assets", "100", "60", kind="i"),
    row("Accounts payable", "AccountsPayableCurrent", "10", "5", kind="i"),
    row("Retained earnings", "RetainedEarningsAccumulatedDeficit", "90", "55", kind="i"),
    row("Total liabilities and equity", "LiabilitiesAndStockholdersEquity", "100", "60", kind="i"),
]
OTHER_INCOME = [
    YEARS,
    row("Net income", "NetIncomeLoss", "80", "64"),
    row("Currency translation", "OtherComprehensiveIncomeA", "5", "6"),
    row("Comprehensive income", "ComprehensiveIncomeNetOfTax", "85", "70"),
]
NOTE = [
    *OTHER_INCOME[:3],
    *(row(f"Part {n}", f"OtherComprehensiveIncome{n}", "1", "2") for n in range(5)),
    OTHER_INCOME[-1],
]
STRANGE = [
    ["" if n == 0 else f"Line {n}" if lines is not SHEET[0] else "", *lines[1:]]
    for n, lines in enumerate(SHEET)
]
"""A balance sheet of which no line is worded as others word it."""


def page(lines: Sequence[list[str]], title: str = "Consolidated Statements of Income") -> str:
    return f"<p><b>{title}</b></p><p>(in millions)</p>{table(*lines)}"


def book(
    folder: Path, body: str, changed: Mapping[str, Mapping[str, Any]] | None = None
) -> StatementBook:
    document, facts = filing(folder, body)
    return assemble_tagged(document, readings(document, facts, changed or {}), facts)


def statement(found: StatementBook, kind: str = "income_statement") -> Statement:
    return next(each for each in found.statements if each.kind == kind)


def rows(found: StatementBook, label: str, kind: str = "income_statement") -> list[Row]:
    return [each for each in statement(found, kind).rows if each.label == label and each.cells]


def cells(found: StatementBook, label: str, kind: str = "income_statement") -> list[Cell]:
    return [cell for each in rows(found, label, kind) for cell in each.cells]


def test_a_cell_has_the_tag_s_value_and_the_reading_confirms_it(tmp_path: Path) -> None:
    found = book(tmp_path, page(INCOME))
    (cost,) = rows(found, "Cost of sales")
    assert (cost.concept, cost.concept_probability) == ("us-gaap:CostOfRevenue", 1.0)
    assert cost.concept_ranked[0] == "us-gaap:CostOfRevenue"
    # The concept is positive where a cost is printed in parentheses: no disagreement.
    assert [(c.printed, c.value, c.source, c.agrees, c.reading) for c in cost.cells] == [
        ("(300)", 300 * MILLION, "both", True, None), ("(280)", 280 * MILLION, "both", True, None),
    ]  # fmt: skip
    assert [column.period for column in statement(found).columns] == [
        "2024-01-01/2024-12-31", "2023-01-01/2023-12-31",
    ]  # fmt: skip
    assert all(cell.period is None for cell in cost.cells)
    assert [cell.unit for cell in cells(found, "Earnings per share")] == ["USD/shares"] * 2
    assert (found.currency, statement(found).scale, statement(found).source) == ("USD", 6, "both")


MISREAD: Mapping[str, Mapping[str, Any]] = {
    "another value": {"value": Decimal(450)},
    "another sign": {"value": Decimal(-450) * MILLION},
    "another period": {"period": "2022-01-01/2022-12-31"},
    "another unit": {"unit": "EUR"},
}


@pytest.mark.parametrize("name", MISREAD)
def test_a_reading_that_differs_is_told_and_the_tag_counts(tmp_path: Path, name: str) -> None:
    found = book(tmp_path, page(INCOME), {"450": MISREAD[name]})
    right, wrong = cells(found, "Net sales")
    assert right.agrees
    assert (wrong.value, wrong.unit, wrong.period) == (450 * MILLION, "USD", None)
    assert (wrong.source, wrong.agrees) == ("both", False)
    assert wrong.reading is not None
    for attribute, value in MISREAD[name].items():
        assert getattr(wrong.reading, attribute) == value
    assert statement(found).columns[1].period == "2023-01-01/2023-12-31"


def test_dashes_are_zero_with_and_without_a_tag(tmp_path: Path) -> None:
    found = book(tmp_path, page([*INCOME[:3], ["Royalties", "—", "—"], *INCOME[3:]]))
    zero, seven = cells(found, "Restructuring")
    assert (zero.value, zero.source, zero.agrees) == (0, "both", True)
    assert seven.value == 7 * MILLION
    assert [(c.value, c.source, c.agrees) for c in cells(found, "Royalties")] == [
        (0, "read", None), (0, "read", None),
    ]  # fmt: skip


def test_a_dash_tagged_as_nil_has_its_concept(tmp_path: Path) -> None:
    nil = tag("—", "Gains", "y24", more='xsi:nil="true"')
    found = book(tmp_path, page([*INCOME, ["Gains", nil, "3"]]))
    (gains,) = rows(found, "Gains")
    assert gains.concept == "us-gaap:Gains"
    assert [(cell.value, cell.source) for cell in gains.cells] == [
        (0, "both"),
        (3 * MILLION, "read"),
    ]


WORD = 'format="ixt-sec:numwordsen"'
PAR, ISSUED = "CommonStockParOrStatedValuePerShare", "CommonStockSharesIssued"
OUTSTANDING = "CommonStockSharesOutstanding"
BOTH = tag(tag("0.01", PAR, "i24", "each"), PAR, "i23", "each")
COUNTED = tag(tag("900", OUTSTANDING, "i24", "shares"), ISSUED, "i24", "shares")
TWICE = tag(tag("7", ISSUED, "i24", "shares"), ISSUED, "i24", "shares")
CAPTIONS: Mapping[str, tuple[str, list[tuple[str, str, list[str], str]]]] = {
    "of two days": (
        f"Common stock, ${BOTH} par value",
        [(PAR, "", ["2024-12-31", "2023-12-31"], "0.01")],
    ),
    "of two concepts": (
        f"Common stock, {COUNTED} shares issued and outstanding",
        [(ISSUED, "", ["2024-12-31"], "900"),
         (OUTSTANDING, "", ["2024-12-31"], "900")],
    ),
    "of a day each": (
        f"Common stock, shares issued {tag('974', ISSUED, 'i24', 'shares')} and "
        f"{tag('960', ISSUED, 'i23', 'shares')}",
        [(ISSUED, "", ["2024-12-31", "2023-12-31"], "974")],
    ),
    "of a class each": (
        f"Shares: A {tag('5', ISSUED, f'i24-{CLASS}-AMember', 'shares')}, "
        f"B {tag('6', ISSUED, f'i24-{CLASS}-BMember', 'shares')}",
        [(ISSUED, "us-gaap:AMember", ["2024-12-31"], "5"),
         (ISSUED, "us-gaap:BMember", ["2024-12-31"], "6")],
    ),
    "the same fact twice": (
        f"Stock, {TWICE} shares",
        [(ISSUED, "", ["2024-12-31"], "7")],
    ),
    "in words": (
        f"Preferred stock, {tag('one', PAR, 'i24', 'each', WORD)} dollar",
        [(PAR, "", ["2024-12-31"], "one")],
    ),
    "without a tag": ("Common stock of model 787, 40 shares issued", []),
}  # fmt: skip


@pytest.mark.parametrize("name", CAPTIONS)
def test_figures_of_a_caption_are_a_row_a_concept(tmp_path: Path, name: str) -> None:
    caption, expected = CAPTIONS[name]
    lines = [*SHEET[:-1], row(caption, "CommonStockValue", "3", "2", kind="i"), SHEET[-1]]
    document, facts = filing(tmp_path, page(lines, "Consolidated Balance Sheets"))
    found = assemble_tagged(document, readings(document, facts, {}), facts)
    first, *inside = [
        each
        for each in statement(found, "balance_sheet").rows
        if any(word in each.label for word in ("stock", "Stock", "Shares")) and each.cells
    ]
    assert first.concept == "us-gaap:CommonStockValue"
    assert [
        (
            str(each.concept).removeprefix("us-gaap:"),
            "".join(each.dimensions.values()),
            sorted((cell.period or "" for cell in each.cells), reverse=True),
            each.cells[0].printed,
        )
        for each in inside
    ] == expected
    assert all(cell.column is None for each in inside for cell in each.cells)
    sources = {cell.source for each in inside for cell in each.cells}
    assert sources == (set() if not expected else {"tagged"} if name == "in words" else {"both"})


def test_a_figure_of_two_concepts_is_in_a_row_of_each(tmp_path: Path) -> None:
    twice = [
        tag(tag(text, BASIC, year, "each"), DILUTED, year, "each")
        for text, year in (("1.25", "y24"), ("1.00", "y23"))
    ]  # fmt: skip
    found = book(tmp_path, page([*INCOME[:-1], ["Basic and diluted", *twice]]))
    concepts = {each.concept: len(each.cells) for each in rows(found, "Basic and diluted")}
    assert concepts == {f"us-gaap:{BASIC}": 2, f"us-gaap:{DILUTED}": 2}


def test_years_of_different_concepts_are_rows_of_their_own(tmp_path: Path) -> None:
    line = ["Stock of a subsidiary", tag("9", "ProceedsFromIssuance", "y24"),
            f"({tag('8', 'PaymentsForRepurchase', 'y23')})"]  # fmt: skip
    found = book(tmp_path, page([*INCOME, line]))
    assert [(r.concept, [(c.column, c.value) for c in r.cells])
            for r in rows(found, "Stock of a subsidiary")] == [
        ("us-gaap:ProceedsFromIssuance", [(0, 9 * MILLION)]),
        ("us-gaap:PaymentsForRepurchase", [(1, 8 * MILLION)]),
    ]  # fmt: skip


def test_a_row_of_one_member_has_its_dimensions(tmp_path: Path) -> None:
    parts = [tag("200", "Revenues", "y24-ProductOrServiceAxis-ServiceMember"),
             tag("190", "Revenues", "y23-ProductOrServiceAxis-ServiceMember")]  # fmt: skip
    found = book(tmp_path, page([YEARS, ["Services", *parts], *INCOME[1:]]))
    (services,) = rows(found, "Services")
    assert services.dimensions == {"us-gaap:ProductOrServiceAxis": "us-gaap:ServiceMember"}
    assert [cell.dimensions for cell in services.cells] == [None, None]
    assert all(column.dimensions == {} for column in statement(found).columns)


def equity() -> list[list[str]]:
    kept, stock = f"-{PART}-RetainedEarningsMember", f"-{PART}-CommonStockMember"
    parent = f"-{PART}-ParentMember"

    def balance(label: str, day: str, *texts: str) -> list[str]:
        return [label, *(tag(text, "StockholdersEquity", day + part)
                         for text, part in zip(texts, (stock, kept, ""), strict=True))]  # fmt: skip

    return [
        ["", "Common stock", "Retained earnings", "Total"],
        balance("Balance, December 31, 2023", "i23", "30", "50", "80"),
        ["Net income", "", tag("70", "NetIncomeLoss", "y24" + kept),
         tag("71", "ProfitLoss", "y24")],
        ["Issued", tag("5", "StockIssued", "y24" + stock), "", tag("5", "StockIssued", "y24")],
        ["Others", "", "", tag("1", "StockOther", "y24" + parent)],
        balance("Balance, December 31, 2024", "i24", "35", "120", "155"),
    ]  # fmt: skip


def test_columns_of_a_statement_of_equity_are_dimensions(tmp_path: Path) -> None:
    found = statement(book(tmp_path, page(equity(), "Statements of Equity")), "equity")
    assert [column.dimensions for column in found.columns] == [
        {f"us-gaap:{PART}": "us-gaap:CommonStockMember"},
        {f"us-gaap:{PART}": "us-gaap:RetainedEarningsMember"},
        {},
    ]
    lines = {each.label: each for each in found.rows}
    # One printed row, of which the total has a concept of its own.
    assert lines["Net income"].concept == "us-gaap:ProfitLoss"
    assert [cell.concept for cell in lines["Net income"].cells] == ["us-gaap:NetIncomeLoss", None]
    for label, period in (
        ("Balance, December 31, 2023", "2023-12-31"),
        ("Issued", "2024-01-01/2024-12-31"),
        ("Balance, December 31, 2024", "2024-12-31"),
    ):
        columns = ((cell, found.columns[cell.column or 0]) for cell in lines[label].cells)
        assert {cell.period or column.period for cell, column in columns} == {period}
    assert all(cell.dimensions is None for each in found.rows for cell in each.cells)
    assert lines["Others"].dimensions == {f"us-gaap:{PART}": "us-gaap:ParentMember"}


def test_a_cell_of_another_member_than_its_column_has_its_own(tmp_path: Path) -> None:
    lines = equity()
    other = tag("2", "StockIssued", f"y24-{PART}-TreasuryStockCommonMember")
    lines[3] = ["Issued", other, "", tag("2", "StockIssued", "y24")]
    found = statement(book(tmp_path, page(lines, "Statements of Equity")), "equity")
    (issued,) = (each for each in found.rows if each.label == "Issued")
    assert [cell.dimensions for cell in issued.cells] == [
        {f"us-gaap:{PART}": "us-gaap:TreasuryStockCommonMember"}, None,
    ]  # fmt: skip


UNTAGGED = [["", *YEARS[1:]]] + [
    [label, "5", "6"]
    for label in ("Net sales", "Cost of sales", "Expenses", "Interest", "Income before taxes",
                  "Income taxes", "Other", "Net income", "Net income per share")
]  # fmt: skip
FOUND: Mapping[str, tuple[str, list[tuple[str, str]], int]] = {
    "by both": (page(SHEET, "Balance Sheets"), [("balance_sheet", "both")], 7),
    "by its tags": (page(STRANGE, "Schedule"), [("balance_sheet", "tagged")], 7),
    "by its tags, in two tables": (
        page(STRANGE[:5], "Schedule") + table(DAYS, *STRANGE[5:]), [("balance_sheet", "tagged")], 7,
    ),
    "by its lines, of which no concept tells": (
        page([YEARS, *(row(line[0], "Custom", "3", "4") for line in UNTAGGED[1:])]),
        [("income_statement", "read")], 9,
    ),
    "a summary without tags is none": (
        page(UNTAGGED, "Consolidated Statements of Income") + page(SHEET, "Balance Sheets"),
        [("balance_sheet", "both")], 7,
    ),
    "by its tags before a summary": (
        page(UNTAGGED, "Consolidated Statements of Income") + page(INCOME, "Results"),
        [("income_statement", "tagged")], 7,
    ),
    "by its title before a note that tells more": (
        page(OTHER_INCOME, "Consolidated Statements of Comprehensive Income")
        + page(NOTE, "Note 3: Other Comprehensive Income"),
        [("comprehensive_income", "both")], 3,
    ),
    "the first of two alike": (
        page(INCOME[:-1], "Statements of Income, quarter")
        + page(INCOME, "Consolidated Statements of Income, year"),
        [("income_statement", "tagged")], 6,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_statements_are_found_by_their_tags(tmp_path: Path, name: str) -> None:
    body, expected, count = FOUND[name]
    found = book(tmp_path, body)
    primary = [each for each in found.statements if each.kind != "breakdown"]
    assert [(each.kind, each.source) for each in primary] == expected
    assert [len([r for r in each.rows if r.cells]) for each in primary] == [count]
    assert set(found.missing).isdisjoint(kind for kind, _ in expected)


def test_an_untagged_report_is_read(tmp_path: Path) -> None:
    document, facts = filing(tmp_path, page(UNTAGGED))
    assert facts == []
    assert assemble_tagged(document, [], facts) == assemble(document, [])


def test_tags_are_put_over_a_book_that_was_read(tmp_path: Path) -> None:
    document, facts = filing(tmp_path, page(INCOME))
    found = readings(document, facts, {})
    tagged = with_tags(assemble(document, found), document, facts[::-1])
    assert statement(tagged).rows == statement(assemble_tagged(document, found, facts)).rows


def test_the_json_has_what_tags_add(tmp_path: Path) -> None:
    found = book(tmp_path, page(INCOME), {"450": {"value": Decimal(1)}})
    (income,) = json.loads(json.dumps(found.to_dict()))["statements"]
    assert income["source"] == "both"
    right, wrong = next(r for r in income["rows"] if r["label"] == "Net sales")["cells"]
    assert (right["concept"], right["dimensions"], right["reading"]) == (None, None, None)
    assert wrong["reading"] == {"value": 1, "period": "2023-01-01/2023-12-31", "unit": "USD"}


def test_the_table_for_people_tells_what_the_tags_say(tmp_path: Path) -> None:
    body = page([*INCOME, ["Royalties", "—", "—"]])
    lines = as_text(book(tmp_path, body, {"450": {"value": Decimal(450)}})).splitlines()
    at = lines.index("tags confirm 13 cells, contradict 1, are silent on 2")
    assert lines[at + 1] == (
        "  Net sales: printed 450; tagged 450,000,000 USD for 2023-01-01 to 2023-12-31; "
        "read 450 USD for 2023-01-01 to 2023-12-31"
    )
    document, _ = filing(tmp_path, page(UNTAGGED))
    assert "tags" not in as_text(assemble(document, []))


def test_columns_of_one_period_are_headed_by_their_labels(tmp_path: Path) -> None:
    lines = as_text(book(tmp_path, page(equity(), "Statements of Equity"))).splitlines()
    assert lines[1].split("  ")[-1].strip() == "Total"
    assert "Common stock" in lines[1]


def test_the_company_is_called_as_its_tag_says(tmp_path: Path) -> None:
    name = (
        '<p>Annual report of <ix:nonNumeric name="dei:EntityRegistrantName" contextRef="y24">Acme\n'
        "&amp; Co</ix:nonNumeric></p>"
    )
    assert book(tmp_path, name + page(INCOME)).company == "Acme & Co"
    assert book(tmp_path, page(INCOME)).company is None
