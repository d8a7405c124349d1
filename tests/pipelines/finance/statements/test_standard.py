"""Rows are named by standard lines, and lines that no statement prints are derived from these."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pytest

from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.derived import with_derived
from secateur.pipelines.finance.statements.standard import standard_lines, with_standard
from secateur.pipelines.finance.statements.statement import Cell, Column, Row, Statement

YEARS = ("2024-01-01/2024-12-31", "2023-01-01/2023-12-31")
DAYS = ("2024-12-31", "2023-12-31")
NAMES = {"I": "income_statement", "B": "balance_sheet", "F": "cash_flow"}
Line = tuple
"""Concept, "?" before one that is only the most probable; values; dimensions where it has some."""


def row(line: Line, number: int) -> Row:
    concept, values, dimensions = (*line, {})[:3]
    name = f"us-gaap:{concept.removeprefix('?')}"
    cells = tuple(
        Cell(n, None, "USD", str(value), Decimal(str(value)), 1.0, 100 * number + n, 0)
        for n, value in enumerate(values)
        if value is not None
    )
    known = None if concept.startswith("?") else name
    chances = {name: 0.6 if known is None else 1.0}
    return Row(concept, 0, False, known, cells, 0.0, (name,), None, dimensions, chances=chances)


def book_of(**statements: Iterable[Line]) -> StatementBook:
    found = []
    for letter, lines in statements.items():
        periods = DAYS if letter == "B" else YEARS
        columns = tuple(Column(period, period) for period in periods)
        rows = tuple(row(line, number) for number, line in enumerate(lines))
        found.append(Statement(NAMES[letter], "", None, None, 6, columns, rows))
    return StatementBook("a", None, "USD", None, tuple(found), ())


CONTRACTS = "RevenueFromContractWithCustomerExcludingAssessedTax"
WHOLE = "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"
PART = {"srt:ProductOrServiceAxis": "a:Part"}
CASES = {
    "the preferred concept": ("I", [(CONTRACTS, (8, 7)), ("Revenues", (9, 8))], [None, "revenue"]),
    "the next where it is absent": ("I", [(CONTRACTS, (8, 7))], ["revenue"]),
    "in its own statement only": ("F", [("NetIncomeLoss", (5, 4))], [None]),
    "the parent's net income": (
        "I", [("ProfitLoss", (6, 5)), ("NetIncomeLoss", (5, 4))],
        ["net_income_including_minority", "net_income"],
    ),
    "the group's where no other is printed": ("I", [("ProfitLoss", (6, 5))], ["net_income"]),
    "the parent's equity": (
        "B", [("StockholdersEquity", (5, 4)), (WHOLE, (6, 5))],
        ["total_equity", "total_equity_including_minority"],
    ),
    "one of two that may be preferred": (
        "I", [(CONTRACTS, (8, 7)), ("?Revenues", (9, 8))], [None] * 2
    ),
    "no matter what else is unknown": (
        "I", [(CONTRACTS, (8, 7)), ("?GrossProfit", (9, 8))], ["revenue", None]
    ),
    "two values for a period": ("B", [("Assets", (5, 4)), ("Assets", (6, 4))], [None] * 2),
    "printed twice": (
        "I", [("NetIncomeLoss", (5, 4)), ("NetIncomeLoss", (5, 4))], ["net_income", None]
    ),
    "other periods below": (
        "I", [("NetIncomeLoss", (5, None)), ("NetIncomeLoss", (None, 4))], ["net_income"] * 2
    ),
    "with dimensions": ("I", [("Revenues", (5, 4), PART), ("Revenues", (9, 8))], [None, "revenue"]),
    "a sign that it never has": (
        "F", [("PaymentsToAcquirePropertyPlantAndEquipment", (-5, 4))], [None]
    ),
    "one concept for both": (
        "I", [("EarningsPerShareBasicAndDiluted", (1.5, 1.4))], ["eps_diluted"]
    ),
    "a caption": ("I", [("Revenues", ()), (CONTRACTS, (8, 7))], [None, "revenue"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_rows_are_named(case):
    letter, lines, expected = CASES[case]
    (statement,) = with_standard(book_of(**{letter: lines})).statements
    assert [each.standard for each in statement.rows] == expected


def test_lines_are_named_once_and_have_concepts():
    lines = standard_lines()
    assert len({line.id for line in lines}) == len(lines) > 60
    assert all(line.concepts and line.definition.endswith(".") for line in lines)
    assert {line.sign for line in lines} == {"positive", "either"}


SALES = ("Revenues", (200, 160))
DEBT = [("CashAndCashEquivalentsAtCarryingValue", (30, 20)), ("LongTermDebtNoncurrent", (100, 90))]
DERIVED = {
    "margins": (
        {"I": [SALES, ("GrossProfit", (80, 60)), ("NetIncomeLoss", (-10, 16))]},
        {
            ("gross_margin", "2024"): "0.4", ("gross_margin", "2023"): "0.375",
            ("net_margin", "2024"): "-0.05", ("net_margin", "2023"): "0.1",
            ("revenue_growth", "2024"): "0.25", ("net_income_growth", "2024"): "-1.625",
        },
    ),
    "no margin without revenue": ({"I": [("Revenues", (0, 0)), ("GrossProfit", (8, 6))]}, {}),
    "no growth from a loss": (
        {"I": [("NetIncomeLoss", (8, -6))]}, {}
    ),
    "free cash flow": (
        {"F": [
            ("NetCashProvidedByUsedInOperatingActivities", (90, 60)),
            ("PaymentsToAcquirePropertyPlantAndEquipment", (40, 20)),
        ]},
        {
            ("free_cash_flow", "2024"): "50", ("free_cash_flow", "2023"): "40",
            ("operating_cash_flow_growth", "2024"): "0.5",
        },
    ),
    "net debt": (
        {"B": [*DEBT, ("ShortTermBorrowings", (5, None))]},
        {("net_debt", "2024"): "75", ("net_debt", "2023"): "70"},
    ),
    "net debt where other debt is unknown": ({"B": [*DEBT, ("?SeniorNotes", (5, 4))]}, {}),
    "net debt beside securities": (
        {"B": [*DEBT, ("AvailableForSaleSecuritiesDebtSecuritiesNoncurrent", (5, 4))]},
        {("net_debt", "2024"): "70", ("net_debt", "2023"): "70"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DERIVED)
def test_lines_are_derived(case):
    statements, expected = DERIVED[case]
    book = with_derived(with_standard(book_of(**statements)))
    found = {(line.name, line.period[:4]): line.value for line in book.derived}
    assert found == {key: Decimal(value) for key, value in expected.items()}


def test_a_derived_line_has_formula_and_inputs():
    statements = {"B": [*DEBT, ("ShortTermBorrowings", (5, 4))]}
    first, _ = with_derived(with_standard(book_of(**statements))).to_dict()["derived"]
    assert (first["formula"], first["unit"]) == ("long_term_debt + short_term_debt - cash", "USD")
    assert first["inputs"][1] == {
        "standard": "short_term_debt", "period": "2024-12-31", "value": 5, "start": 200,
    }  # fmt: skip
