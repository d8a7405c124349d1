"""Totals are found by arithmetic, and what does not add up is told with its cells."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import numpy as np
import pytest

from secateur.pipelines.finance.statements.as_text import as_text
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.checks import with_checks
from secateur.pipelines.finance.statements.findings import Check
from secateur.pipelines.finance.statements.standard import with_standard
from secateur.pipelines.finance.statements.statement import Cell, Column, Kind, Row, Statement
from secateur.pipelines.finance.statements.sums import find_sums

Numbers = list[list[int]]
FOUND = {
    "parts above": ([[101, 203], [317, 411], [418, 614]], ["2 = +0 +1"]),
    "a total of totals": (
        [[101, 203], [317, 411], [418, 614], [700, 31], [55, 66], [755, 97], [1173, 711]],
        ["2 = +0 +1", "5 = +3 +4", "6 = +2 +5"],
    ),
    "within rounding": ([[101, 203], [317, 411], [419, 613]], ["2 = +0 +1"]),
    "costs without a minus": ([[5000, 4000], [317, 411], [99, 88], [4584, 3501]], ["3 = +0 -1 -2"]),
    "a blank": ([[101, 0], [317, 411], [52, 61], [470, 472]], ["3 = +0 +1 +2"]),
    "a row printed twice": (
        [[5000, 4000], [-317, -411], [4683, 3589], [4683, 3589], [-99, -88], [4584, 3501]],
        ["2 = +0 +1", "5 = +3 +4"],
    ),
    "one column that does not add up": (
        [[101, 203, 99], [317, 411, 40], [418, 614, 131]], ["2 = +0 +1 !2:-8"]
    ),
    "small numbers by chance": ([[1, 2], [2, 3], [3, 5]], []),
    "one column by chance": ([[101], [317], [418]], []),
    "no total": ([[101, 203], [317, 411], [419, 911]], []),
}  # fmt: skip


def found_in(table: Numbers, named: Iterable[int] = (), **more: object) -> list[str]:
    heads = [row in named for row in range(len(table))]
    options = {"most_changed": 9, "may_lack": False} | more
    return [
        f"{each.total} = "
        + " ".join(
            f"{'+' if sign > 0 else '-'}{part}"
            for part, sign in zip(each.parts, each.signs, strict=True)
        )
        + "".join(
            f" !{column}:{apart}"
            for column, apart in zip(each.columns, each.differences, strict=True)
            if apart
        )
        for each in find_sums(np.array(table, dtype=np.int64), heads, **options)
    ]


@pytest.mark.parametrize("case", FOUND)
def test_totals_are_found(case):
    table, expected = FOUND[case]
    assert found_in(table) == expected


def test_a_head_makes_one_column_and_small_numbers_enough():
    assert found_in([[101], [317], [418]], named=[2]) == ["2 = +0 +1"]
    assert found_in([[25], [50], [75]], named=[2]) == ["2 = +0 +1"]


def test_the_last_claim_is_no_total_of_the_assets_and_the_others():
    sheet = [[900, 800], [400, 350], [300, 290], [200, 160], [500, 450], [900, 800]]
    assert found_in(sheet, named=[4, 5], most_changed=1) == ["4 = +2 +3", "5 = +1 +4"]
    assert found_in(sheet, named=[4, 5])[0] == "3 = +0 -1 -2"


def test_a_total_that_lacks_a_column_leaves_its_parts_to_the_next():
    accounts = [[900, 0, 500], [25, 0, 25], [150, 0, 0], [175, 0, 0], [40, 31, 0], [1115, 31, 525]]
    assert found_in(accounts, named=[3], may_lack=True) == ["3 = +1 +2", "5 = +0 +3 +4"]
    accounts[5][2] = 526_000
    assert found_in(accounts, named=[3], may_lack=True) == ["3 = +1 +2"]


def test_random_numbers_have_few_totals():
    table = np.random.default_rng(0).integers(1, 10_000, (200, 2)).tolist()
    assert len(found_in(table)) <= 1


YEARS = ("2024-01-01/2024-12-31", "2023-01-01/2023-12-31")
DAYS = ("2024-12-31", "2023-12-31")
Line = tuple[str, str, str, tuple[str, ...]]
"""Head, concept, unit, and numbers as printed."""


def statement(kind: Kind, lines: list[Line], scale: int = 6) -> Statement:
    periods = DAYS if kind == "balance_sheet" else YEARS
    rows = []
    for number, (label, concept, unit, printed) in enumerate(lines):
        cells = []
        for column, text in enumerate(printed):
            value = Decimal(text.strip("()")) * (10**scale if unit in ("USD", "shares") else 1)
            start = 10 * number + column + 1000 * len(kind)
            cells.append(Cell(column, None, unit, text, value, 1.0, start, 0))
        is_total = label.startswith("Total")
        rows.append(Row(label, 0, is_total, f"us-gaap:{concept}", tuple(cells)))
    columns = tuple(Column(period, period) for period in periods)
    return Statement(kind, "", None, None, scale, columns, tuple(rows))


def checked(*statements: Statement) -> StatementBook:
    return with_checks(with_standard(StatementBook("a", None, "USD", None, statements, ())))


def told(*statements: Statement) -> dict[tuple[str, str | None], Decimal]:
    return {(c.what, (c.period or "")[:4]): c.difference for c in checked(*statements).checks}


INCOME: list[Line] = [
    ("Sales", "Revenues", "USD", ("5000", "4000")),
    ("Costs", "CostOfRevenue", "USD", ("(3000)", "(2500)")),
    ("Net income", "NetIncomeLoss", "USD", ("2000", "1500")),
    ("Basic", "EarningsPerShareBasic", "USD/shares", ("4.00", "3.00")),
    ("Shares", "WeightedAverageNumberOfSharesOutstandingBasic", "shares", ("500", "501")),
]
SHEET: list[Line] = [
    ("Cash", "CashAndCashEquivalentsAtCarryingValue", "USD", ("700", "500")),
    ("Stocks", "InventoryNet", "USD", ("500", "400")),
    ("Total assets", "Assets", "USD", ("1200", "900")),
    ("Total liabilities and equity", "LiabilitiesAndStockholdersEquity", "USD", ("1200", "900")),
]
FLOWS: list[Line] = [
    ("Cash at the end", "CashAndCashEquivalentsAtCarryingValue", "USD", ("700", "500")),
]
EARNINGS = "basic earnings per share * basic shares = net income"


def changed(lines: list[Line], number: int, *printed: str) -> list[Line]:
    return [(*line[:3], printed) if n == number else line for n, line in enumerate(lines)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (INCOME, {("Net income = Sales + Costs", y): 0 for y in ("2024", "2023")}
         | {(EARNINGS, y): 0 for y in ("2024", "2023")}),
        (changed(INCOME, 4, "50", "501"),
         {("Net income = Sales + Costs", y): 0 for y in ("2024", "2023")}
         | {(EARNINGS, "2024"): -1_800_000_000, (EARNINGS, "2023"): 0}),
    ],
    ids=["all hold", "shares of another scale"],
)  # fmt: skip
def test_an_income_statement_is_checked(lines, expected):
    assert told(statement("income_statement", lines)) == expected


def test_a_balance_sheet_is_checked():
    lines = changed(SHEET, 3, "1210", "900")
    found = told(statement("balance_sheet", lines))
    assert found["assets = liabilities + equity", "2024"] == -10_000_000
    assert found["assets = liabilities + equity", "2023"] == 0
    assert found["Total assets = Cash + Stocks", "2024"] == 0


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("700", [0]), ("650", [-50_000_000]), ("720", [])],
    ids=["equal", "less", "more, with restricted cash"],
)
def test_cash_of_two_statements(printed, expected):
    flows = statement("cash_flow", changed(FLOWS, 0, printed, "500"))
    cells = tuple(
        Cell(c.column, day, c.unit, c.printed, c.value, c.probability, c.start, c.end)
        for c, day in zip(flows.rows[0].cells, DAYS, strict=True)
    )
    (row,) = flows.rows
    flows = Statement(
        "cash_flow", "", None, None, 6, flows.columns,
        (Row(row.label, 0, False, row.concept, cells),),
    )  # fmt: skip
    found = [
        (check.period, check.difference)
        for check in checked(statement("balance_sheet", SHEET), flows).checks
        if check.what.startswith("cash of")
    ]
    assert [apart for day, apart in found if day == DAYS[0]] == expected
    assert (DAYS[1], 0) in found


def test_a_check_has_its_cells_and_the_table_lists_differences():
    book = checked(statement("balance_sheet", changed(SHEET, 3, "1210", "900")))
    wrong = next(check for check in book.checks if check.difference)
    assert wrong == Check(
        "assets = liabilities + equity", "2024-12-31", Decimal(-10_000_000), (13020, 13030)
    )
    assert as_text(book).splitlines()[-2:] == [
        "checks: 3 of 4 hold",
        "  2024-12-31 differs by -10,000,000: assets = liabilities + equity",
    ]
