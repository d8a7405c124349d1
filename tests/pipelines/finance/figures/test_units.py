"""Unit lines."""

from __future__ import annotations

import pytest

from secateur.pipelines.finance.figures.units import currency_of_head, read_units


@pytest.mark.parametrize(
    ("text", "money", "shares"),
    [
        ("(in millions)", 6, 6),
        ("in CHF 1’000", 3, 3),
        ("All amounts in EUR 1,000 (unaudited)", 3, 3),
        ("Segments for the years ended December 31 (in millions):", 6, 6),
        ("Payments in the next five years (in thousands)", 3, 3),
        ("(In thousands, except share and per share data)", 3, 0),
        ("(in millions, except average price per share)", 6, 6),
        (
            "(In millions, except number of shares, which are reflected in thousands, and "
            "per-share amounts)",
            6,
            3,
        ),
        ("(Dollars in millions; shares in thousands)", 6, 3),
        ("shares in thousands, dollars in millions, except for per share amounts", 6, 3),
        ("dollars and shares in millions", 6, 6),
        ("SHARES IN MILLIONS", None, 6),
        ("($ in billions)", 9, None),
        ("(000s)", 3, 3),
        ("$000", 3, None),
        ("(EUR million)", 6, None),
        ("(€m)", 6, None),
        ("in € million", 6, 6),
        ("(Rs. crore)", 7, None),
        ("(₹ in lakhs)", 5, None),
        ("in Mio. €", 6, None),
        ("(Millions of dollars, except per share amounts)", 6, None),
        ("Thousands of dollars", 3, None),
        ("Balance sheet highlights (thousands of Canadian dollars):", 3, None),
        ("(thousands of Canadian dollars, except per unit amounts)", 3, None),
        ("(dollars and square feet in thousands, except per square foot amounts)", 3, 3),
        ("No. of units in issue (million)", None, 6),
        ("Number of shares, thousands", None, 3),
        ("Net sales Million yen", 6, None),
        ("EURm", 6, None),
        ("(in PLN thousand)", 3, 3),
        ("MEUR", 6, None),
        ("kEUR", 3, None),
        ("in T€", 3, None),
        ("(単位：百万円)", 6, None),
        ("Net sales 億円", 8, None),
        ("(USD thousands, except per share data)", 3, 3),
        ("(USD thousands, except share and per share data)", 3, 0),
        ("(USD thousands)", 3, None),
        ("MGBP", 6, None),
        ("NOKbn", 9, None),
        ("(in '000)", 3, 3),
        ("000’s omitted", 3, 3),
        ("(Rs in lacs)", 5, None),
        ("EUR Mio.", 6, None),
        ("TEUR", 3, None),
        ("€k", 3, None),
        ("(Rs. in Cr.)", 7, None),
        (
            "Amounts in millions of dollars except per share amounts or as otherwise noted",
            6,
            6,
        ),
    ],
)
def test_unit_lines(text: str, money, shares) -> None:
    units = read_units(text)
    assert units is not None
    assert (units.scale("MONEY"), units.scale("SHARES")) == (money, shares)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("(EUR million)", "EUR"), ("(Rs. crore)", "INR"), ("US$ millions", "USD"), ("(£m)", "GBP")],
)
def test_unit_lines_name_the_currency(text: str, currency: str) -> None:
    assert read_units(text).currency == currency


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Square feet in thousands",
        "revenue of EUR 5 million",
        "bonds in denominations of EUR 1,000",
        "they paid all in EUR 1,000",
        "EUR 1,000",
        "paid 3 million yen",
        "in the aggregate",
    ],
)
def test_other_lines_say_nothing(text: str) -> None:
    assert read_units(text) is None


@pytest.mark.parametrize(
    ("head", "currency"),
    [
        ("EPS (Rs.)", "INR"),
        ("Amount in EUR", "EUR"),
        ("2023 US$", "USD"),
        ("Year ended 31 December (unaudited) RMB", "CNY"),
        ("2023 US$ (Note 2(d))", "USD"),
        ("Capex, EUR", "EUR"),
        ("Net assets per share (円)", "JPY"),
        ("¥100 billion notes", None),
        ("Exchange rate to EUR", None),
    ],
)
def test_heads_name_a_currency(head: str, currency: str | None) -> None:
    assert currency_of_head(head) == currency
