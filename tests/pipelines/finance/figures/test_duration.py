"""What lasts and what stands at a day, whichever heads a company gives its tables."""

from __future__ import annotations

import pytest
from report_pages import table

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.figures.duration import features, name_features, weighed

DATES = ["", "December 31, 2024", "December 31, 2023"]


def test_words_of_a_long_table_do_not_outvote_the_row() -> None:
    found = weighed(["kind=day", "row:sale", *(f"table:{number}" for number in range(16))])
    assert found["kind=day"] == 1.0
    assert found["table:3"] == 0.25
    assert found["row:sale"] == 2.0


def test_concepts_read_as_rows() -> None:
    found = name_features("us-gaap:IncomeTaxesPaidNet")
    assert {"row:taxe", "row:paid", "row:income_taxe", "row-first:income"} <= found


@pytest.mark.parametrize("row", ["Cost of products sold", "Interest expense", "Income taxes paid"])
def test_flows_under_dates_are_for_years(figure, row: str) -> None:
    rows = [row, "811", "812"], ["Gross profit", "821", "822"], ["Net income", "831", "832"]
    body = "<p>Consolidated Statements of Income</p>" + table(DATES, *rows)
    assert str(figure(body, "811").period) == "2024-01-01/2024-12-31"
    assert str(figure(body, "812").period) == "2023-01-01/2023-12-31"


@pytest.mark.parametrize("years", [["2024", "2023", "2022"], ["1999", "1998", "1997"]])
def test_three_years_of_columns_speak_for_flows(page, years: list[str]) -> None:
    flows = table(["", *years], ["Other items", "811", "812", "813"])
    balances = table(["", *years[:2]], ["Other items", "821", "822"])

    def found(body: str, number: str) -> frozenset[str]:
        document = page(body)
        start = document.text.index(number)
        return features(Layout(document), (start, start + 3), "MONEY", "column", None, (0, 0))

    assert "years=3" in found(flows + balances, "811")
    assert "years=2" in found(flows + balances, "821")
    # Where all tables have two years, as in British reports, that tells nothing.
    assert not any(name.startswith("years=") for name in found(balances, "821"))


@pytest.mark.parametrize(
    ("row", "period"),
    [
        ("Staff costs", "2024-01-01/2024-12-31"),
        ("Wages and salaries", "2024-01-01/2024-12-31"),
        ("Turnover", "2024-01-01/2024-12-31"),
        ("Called up share capital", "2024-12-31"),
        ("Trade creditors", "2024-12-31"),
    ],
)
def test_british_line_items_of_two_years_are_known(figure, row: str, period: str) -> None:
    assert str(figure(table(["", "2024", "2023"], [row, "811", "812"]), "811").period) == period


def test_heads_that_say_as_of_or_ended_are_told_apart(page) -> None:
    def found(head: str) -> set[str]:
        document = page(table([head, "2024", "2023"], ["Other items", "811", "812"]))
        start = document.text.index("811")
        all_of_it = features(Layout(document), (start, start + 3), "MONEY", "column", None, (0, 0))
        return {name for name in all_of_it if name.startswith("heads=")}

    assert found("As of June 30") == {"heads=at"}
    assert found("Fiscal years ended June 30") == {"heads=over"}


@pytest.mark.parametrize("row", ["Total assets", "Inventories", "Accounts payable"])
def test_balances_under_dates_are_for_days(figure, row: str) -> None:
    rows = [row, "811", "812"], ["Total liabilities", "821", "822"]
    body = "<p>Consolidated Balance Sheets</p>" + table(DATES, *rows)
    assert str(figure(body, "811").period) == "2024-12-31"
    assert str(figure(body, "812").period) == "2023-12-31"


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ("Cash and cash equivalents, beginning of year", ("2023-12-31", "2022-12-31")),
        ("Cash paid for at the end of the fiscal year", ("2024-12-31", "2023-12-31")),
        ("Opening balance", ("2023-12-31", "2022-12-31")),
        ("Closing cash and cash equivalents", ("2024-12-31", "2023-12-31")),
        ("Balances, net of tax", ("2024-12-31", "2023-12-31")),
        ("Cash and cash equivalents at 1 January", ("2023-12-31", "2022-12-31")),
        ("Shares in issue as at 31 December", ("2024-12-31", "2023-12-31")),
        ("January 1 (restated)", ("2023-12-31", "2022-12-31")),
    ],
)
def test_edges_of_a_period_are_days_among_flows(figure, row: str, days) -> None:
    heads = ["", "Year Ended December 31, 2024", "Year Ended December 31, 2023"]
    flows = ["Net income", "821", "822"], ["Proceeds from debt", "831", "832"]
    body = "<p>Consolidated Statements of Cash Flows</p>" + table(
        heads, *flows, [row, "811", "812"]
    )
    assert str(figure(body, "831").period) == "2024-01-01/2024-12-31"
    assert tuple(str(figure(body, text).period) for text in ("811", "812")) == days


@pytest.mark.parametrize(
    "stock",
    [
        "Common stock, $1 par value (900 shares authorized; shares issued: 2024 - 411, 2023 - 412)",
        "Treasury stock (shares held: 2024 - 411; 2023 - 412)",
    ],
)
def test_shares_in_the_heads_of_a_balance_sheet_are_for_days(figure, stock: str) -> None:
    rows = ["Revenue", "821", "822"], [stock, "(31)", "(32)"]
    body = "<p>Financial position</p>" + table(["", "2024", "2023"], *rows)
    assert str(figure(body, "411", "SHARES").period) == "2024-12-31"
    assert str(figure(body, "412", "SHARES").period) == "2023-12-31"


def test_maturities_of_one_sentence_stand_on_one_day(figure) -> None:
    body = (
        "<p>Future maturities of debt are $7.1 million in fiscal 2025, $7.2 million in "
        "fiscal 2026, $97.3 million in fiscal 2027 and $350.4 million thereafter.</p>"
    )
    spans = ("$7.1 million", "$7.2 million", "$97.3 million", "$350.4 million")
    assert {str(figure(body, span).period) for span in spans} == {"2024-12-31"}
