"""Rows and columns of tables whose figures are for a day by what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import period
from report_pages import table

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.figures.standing import stands

DAY, YEAR = "2024-12-31", "2024-01-01/2024-12-31"


@pytest.mark.parametrize("year", ["2024", "1998"])
def test_columns_of_assets_stand_beside_columns_of_income(figure, year: str) -> None:
    body = table(["", f"Income {year}", f"Identifiable assets {year}"], ["Devices", "811", "812"])
    assert str(figure(body, "812").period) == f"{year}-12-31"


@pytest.mark.parametrize(
    ("row", "period"),
    [
        ("Future production costs", DAY),
        ("10% annual discount for timing", DAY),
        ("Standardized measure of discounted future net cash flows", DAY),
        ("Sales of oil and gas, net of production costs", YEAR),
    ],
)
def test_what_reserves_are_worth_stands(figure, row: str, period: str) -> None:
    assert str(figure(table(["", "2024", "2023"], [row, "811", "812"]), "811").period) == period


@pytest.mark.parametrize(
    ("title", "head", "row", "expected"),
    [
        ("E.2 Solvency Capital Requirement", "2024", "Operational risk", DAY),
        ("Overview of risk-weighted exposure amounts", "2024", "Operational risk", DAY),
        ("D. Valuation", "2024 Solvency II value", "Deferred acquisition costs", DAY),
        ("Flow statement of risk-weighted assets", "2024", "Acquisitions", YEAR),
    ],
)
def test_what_is_held_for_risks_stands(
    figure, title: str, head: str, row: str, expected: str
) -> None:
    body = f"<p>{title}</p>" + table(["€ million", head], [row, "811"])
    assert str(figure(body, "811").period) == expected


def test_items_of_the_balance_sheet_stand_under_a_year_of_segments(figure) -> None:
    heads = ["", "Year ended December 31, 2024 Europe", "Year ended December 31, 2024 Total"]
    body = table(heads, ["Revenues", "811", "812"], ["Inventories", "821", "822"])
    assert str(figure(body, "811").period) == YEAR
    assert str(figure(body, "821").period) == DAY


@pytest.mark.parametrize(("span", "day"), [("142,877", "2025-03-31"), ("132,877", "2024-03-31")])
def test_a_row_as_of_a_day_is_for_the_day_under_the_results_of_a_year(
    tmp_path: Path, span: str, day: str
) -> None:
    text = """Consolidated results for the fiscal year ended March 31, 2025

\tTotal assets\tNet assets
As of March 31, 2025\t241,003\t142,877
As of March 31, 2024\t231,003\t132,877
"""
    assert period(tmp_path, text, span) == day


def test_in_a_statement_of_cash_flows_they_are_changes(figure) -> None:
    body = table(
        ["", "Year ended December 31, 2024"],
        ["Net income", "811"],
        ["Inventories", "(821)"],
        ["Cash provided by operating activities", "831"],
    )
    assert str(figure(body, "(821)").period) == YEAR


def test_what_is_lost_on_them_does_not(page) -> None:
    item = "Property, plant and equipment"
    layout = Layout(page(table(["", "2024 Total losses"], [item, "811"])))
    of = layout, layout.tables[-1], 1, "MONEY"
    assert stands(*of, (item, "2024 Total"), dated=False)
    assert not stands(*of, (item, "2024 Total losses"), dated=False)


def test_rates_below_words_on_obligations_stand(figure) -> None:
    body = table(
        ["", "2024", "2023"],
        ["Net periodic benefit cost"],
        ["Service cost discount rate", "4.59%", "4.99%"],
        ["Benefit obligation"],
        ["Discount rate", "5.16%", "4.61%"],
    )
    assert str(figure(body, "4.59%", "PERCENT").period) == YEAR
    assert str(figure(body, "5.16%", "PERCENT").period) == DAY


def test_a_day_in_the_corner_of_a_table_is_that_of_its_figures(figure) -> None:
    body = table(["December 31, 2024", "Notional", "Payables"], ["Swaps", "811", "812"])
    assert str(figure(body, "812").period) == DAY


def test_countries_below_the_name_of_an_item_stand(figure) -> None:
    body = table(
        ["", "2024", "2023"],
        ["Net revenue:"],
        ["Client", "811", "812"],
        ["Long-lived assets:"],
        ["United States", "821", "822"],
    )
    assert str(figure(body, "811").period) == YEAR
    assert str(figure(body, "821").period) == DAY


def test_what_is_left_of_a_buy_back_stands_below_a_stretch(figure) -> None:
    heads = ["Period", "Amount that may yet be purchased"]
    body = table(heads, ["October 1 – October 31, 2024", "$811"])
    assert str(figure(body, "$811").period) == "2024-10-31"


def test_what_plans_of_pay_may_still_issue_stands(page) -> None:
    heads = ["", "Securities to be issued upon exercise", "Securities remaining available"]
    layout = Layout(page(table(heads, ["Directors plan", "811", "812"])))
    for head in heads[1:]:
        assert stands(layout, layout.tables[-1], 1, "SHARES", ("Plan", head), dated=False)


@pytest.mark.parametrize("title", ["Loans by type - period end", "Loans at year-end"])
def test_a_title_says_that_a_table_is_of_the_end_of_its_columns_time(figure, title: str) -> None:
    body = f"<p>{title}</p>" + table(["", "4Q24", "3Q24"], ["Consumer", "811", "812"])
    assert str(figure(body, "811").period) == DAY


def test_results_for_a_year_and_its_end_are_no_balances(figure) -> None:
    body = "<p>Fourth quarter and year-end results</p>"
    body += table(["", "4Q24", "3Q24"], ["Net sales", "811", "812"])
    assert str(figure(body, "811").period) == "2024-10-01/2024-12-31"


def test_losses_by_accident_year_stand_as_known_at_the_end_of_their_columns_year(figure) -> None:
    body = "<p>Incurred losses, for the years ended December 31,</p>"
    body += table(["Accident year", "2023", "2024"], ["2023", "811", "812"], ["2024", "", "822"])
    assert str(figure(body, "811").period) == "2023-12-31"
    assert str(figure(body, "822").period) == DAY
