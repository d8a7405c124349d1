"""Figures go back to what is printed: its number, its unit and its decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from statement_books import cell, row

from secateur.pipelines.finance.statements.reported import reported, unit_name

CASES = {
    "millions": (("39,001", "39001000000", "USD"), 6, "39001", "USD millions", "#,##0"),
    "decimals": (("1,234.5", "1234500000", "USD"), 6, "1234.5", "USD millions", "#,##0.0"),
    "trailing zero": (("1.50", "1500000", "USD"), 6, "1.5", "USD millions", "#,##0.00"),
    "negative": (("(12)", "-12000", "USD"), 3, "-12", "USD thousands", "#,##0"),
    "in full": (("12", "12", "USD"), 0, "12", "USD", "#,##0"),
    "an amount in full among millions": (("5,000", "5000", "USD"), 6, "5000", "USD", "#,##0"),
    "billions among millions": (
        ("1.2 billion", "1200000000", "USD"), 6, "1.2", "USD billions", "#,##0.0",
    ),
    "decimal comma": (("12,5", "12500000", "EUR"), 6, "12.5", "EUR millions", "#,##0.0"),
    "points part thousands": (
        ("1.234", "1234000000", "EUR"), 6, "1234", "EUR millions", "#,##0",
    ),
    "points and a comma": (
        ("1.234,5", "1234500000", "EUR"), 6, "1234.5", "EUR millions", "#,##0.0",
    ),
    "per share": (("$.50", "0.50", "USD/shares"), 6, "0.5", "USD per share", "#,##0.00"),
    "shares in thousands": (
        ("76,190", "76190000", "shares"), 6, "76190", "shares, thousands", "#,##0",
    ),
    "shares in full": (("900", "900", "shares"), 6, "900", "shares", "#,##0"),
    "percent": (("21.4%", "0.214", "pure"), 6, "0.214", "%", "0.0%"),
    "a ratio": (("1.5x", "1.5", "pure"), 6, "1.5", "number", "#,##0.0"),
    "no unit": (("12", "12000000", None), 6, "12", None, "#,##0"),
    "a zero": (("0.0", "0", "USD"), 6, "0", None, "#,##0.0"),
    "words": (("none issued", "0", "shares"), 6, "0", None, "#,##0"),
    "another number than printed": (("17", "25000000", "USD"), 6, "25", "USD millions", "#,##0"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_figure_is_what_is_printed(name: str) -> None:
    (printed, value, unit), scale, number, named, plain = CASES[name]
    found = reported(cell(0, printed, value, unit), row("Row"), scale)
    assert (found.number, found.unit) == (Decimal(number), named)
    assert found.number_format.split("_)")[0] == plain


@pytest.mark.parametrize("dash", ["—", "-", "$ –"])
def test_a_dash_stays_a_dash(dash: str) -> None:
    found = reported(cell(0, dash, "0", None), row("Row"), 6)
    assert found.number_format == '#,##0_);(#,##0);"–"_)'


SIGNS = {
    "as printed": (None, 0, "(30)", "-30000000", -30),
    "paid, by the concept positive": ("us-gaap:Payments", 0, "(30)", "30000000", -30),
    "received, by the concept negative": ("us-gaap:Payments", 0, "30", "-30000000", 30),
    "minus behind": ("us-gaap:Payments", 0, "30-", "30000000", -30),
    "dollar first": ("us-gaap:Payments", 0, "$ (30)", "30000000", -30),
    "parentheses in a row head": ("us-gaap:Dividends", None, "($30)", "30000000", 30),
}


@pytest.mark.parametrize("name", SIGNS)
def test_the_sign_is_the_printed_one(name: str) -> None:
    concept, column, printed, value, expected = SIGNS[name]
    assert reported(cell(column, printed, value), row("R", concept=concept), 6).number == expected


def test_units_have_names() -> None:
    assert unit_name("USD", 6) == "USD millions"
    assert unit_name(None, 0) == "in full"
    assert unit_name("JPY", 8) == "JPY x 10^8"
