"""Rows and columns of tables whose figures are for a stretch of time by what they are."""

from __future__ import annotations

import pytest
from report_pages import table

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.figures.passing import passes

YEARS = ["", "2024", "2023"]
YEAR, DAY = "2024-01-01/2024-12-31", "2024-12-31"


@pytest.mark.parametrize(
    ("head", "label", "expected"),
    [
        ("Consumer credit growth", "PERCENT", True),
        ("Rate of compensation increase", "PERCENT", False),
        ("Total payments volume", "MONEY", True),
        ("Price per unit of volume", "MONEY", False),
        ("Total devices", "MONEY", False),
    ],
)
def test_growth_and_volumes_pass(page, head: str, label: str, expected: bool) -> None:
    layout = Layout(page(table(YEARS, [head, "8.11", "8.12"])))
    assert passes(layout, layout.tables[-1], 1, label, (head, "2024")) is expected


@pytest.mark.parametrize(
    ("row", "period"),
    [
        ("Gross written premiums – protection", YEAR),
        ("Net premiums earned", YEAR),
        ("Claims incurred, net of reinsurance", YEAR),
        ("Gross unearned premiums", DAY),
    ],
)
def test_what_an_insurer_earns_and_pays_passes(figure, row: str, period: str) -> None:
    assert (
        str(figure(table(["€ 000", "2024", "2023"], [row, "811", "812"]), "811").period) == period
    )


def test_growth_passes_below_a_year(figure) -> None:
    body = table(YEARS, ["Consumer credit growth", "8.1%", "8.2%"])
    assert str(figure(body, "8.1%", "PERCENT").period) == YEAR


def test_what_moves_a_balance_passes_under_whatever_head(page, figure) -> None:
    rows = (
        ["Balance at beginning of period", "$811", "$812"],
        ["Allowance for uncovered matters", "821", "822"],
        ["Balance at end of period", "$831", "$832"],
        ["Allowance for other matters", "841", "842"],
    )
    assert str(figure(table(YEARS, *rows), "821").period) == YEAR
    assert str(figure(table(YEARS, *rows), "$831").period) == DAY
    layout = Layout(page(table(YEARS, *rows)))
    moved = [
        passes(layout, layout.tables[-1], number, "MONEY", (row[0], "2024"))
        for number, row in enumerate(rows, 1)
    ]
    assert moved == [False, True, False, False]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("at January 1", "at December 31"), ("at 1 January 2024", "at 31 December 2024")],
)
def test_what_moves_a_balance_from_day_to_day_passes(page, opening: str, closing: str) -> None:
    rows = (
        [f"Reserve {opening}", "$811", "$812"],
        ["Prior accident years", "(43.4)", "(22.8)"],
        [f"Reserve {closing}", "$831", "$832"],
        ["Recoverables", "841", "842"],
    )
    layout = Layout(page(table(YEARS, *rows)))
    moved = [
        passes(layout, layout.tables[-1], number, "MONEY", (row[0], "2024"))
        for number, row in enumerate(rows, 1)
    ]
    assert moved == [False, True, False, False]


def test_shares_of_sales_pass_with_what_they_are_of(figure) -> None:
    heads = ["", "2024 Amount", "2024 % of Sales"]
    body = table(heads, ["Total devices", "$811", "8.1%"])
    assert str(figure(body, "$811").period) == YEAR
    assert str(figure(body, "8.1%", "PERCENT").period) == YEAR


def test_products_below_a_title_on_sales_pass_but_not_what_is_owed(figure) -> None:
    body = "<p>Oncology sales</p>" + table(
        YEARS, ["Total Ormaxo", "811", "812"], ["Receivables", "821", "822"]
    )
    assert str(figure(body, "811").period) == YEAR
    assert str(figure(body, "821").period) == DAY


def test_a_title_on_sales_counts_above_a_unit_line_too(page) -> None:
    body = "<p>Net sales by region</p><p>(€ million)</p>"
    layout = Layout(page(body + table(["", "H1 2024", "Var."], ["Italy", "811", "8.1%"])))
    assert passes(layout, layout.tables[-1], 1, "MONEY", ("Italy", "H1 2024"))
    assert passes(layout, layout.tables[-1], 1, "PERCENT", ("Italy", "Var."))


@pytest.mark.parametrize(
    "row", ["EPS (EUR)", "Adjusted EPS", "ROCE", "Efficiency ratio", "FFO per unit, diluted"]
)
def test_what_a_year_brings_passes_by_the_names_of_analysts(page, row: str) -> None:
    layout = Layout(page(table(YEARS, [row, "7.1", "7.2"])))
    assert passes(layout, layout.tables[-1], 1, "PERCENT", (row, "2024"))


def test_earnings_a_share_by_class_pass_whatever_their_column_holds(figure) -> None:
    body = "<p>The following table presents earnings per share for fiscal 2024:</p>" + table(
        ["", "Basic Earnings per Share Income Allocation", "Basic Earnings per Share Shares"],
        ["Class A common stock", "$811", "401"],
    )
    assert str(figure(body, "$811").period) == YEAR
    assert str(figure(body, "401", "SHARES").period) == YEAR


def test_columns_between_the_balances_of_a_row_pass(figure) -> None:
    body = table(
        ["", "Balance at beginning of period", "Accruals", "Payments", "Balance at end of period"],
        ["2024", "", "", "", ""],
        ["Accrued rebates", "$811", "821", "(822)", "812"],
    )
    assert str(figure(body, "821").period) == YEAR
    assert str(figure(body, "(822)").period) == YEAR
    assert str(figure(body, "812").period) == DAY


@pytest.mark.parametrize("group", ["Accounts receivable:", "Deferred tax assets:"])
def test_columns_between_balances_pass_below_the_name_of_an_item(figure, group: str) -> None:
    heads = ["", "Balance at beginning of year", "Charged to expenses", "Balance at end of year"]
    body = table(heads, ["2024", "", "", ""], [group], ["Allowances", "$811", "821", "812"])
    assert str(figure(body, "$811").period) == "2023-12-31"
    assert str(figure(body, "821").period) == YEAR
    assert str(figure(body, "812").period) == DAY


def test_columns_between_two_days_pass(figure) -> None:
    heads = ["", "2024 Jan. 1, 2024", "2024 Accretion", "2024 Dec. 31, 2024"]
    body = table(heads, ["Nuclear", "811", "821", "812"])
    assert str(figure(body, "821").period) == YEAR


def test_what_a_new_rule_changes_between_two_days_does_not_pass(page) -> None:
    heads = ["", "January 1, 2024", "Adoption", "December 31, 2024"]
    layout = Layout(page(table(heads, ["Deferred taxes", "811", "821", "812"])))
    assert not passes(layout, layout.tables[-1], 1, "MONEY", ("Deferred taxes", "Adoption"))


@pytest.mark.parametrize("row", ["Net interest margin", "Return on average equity"])
def test_what_balances_earn_passes(figure, row: str) -> None:
    body = table(["", "2024", "2023"], ["Total deposits", "5%", "6%"], [row, "7.1%", "7.2%"])
    assert str(figure(body, "7.1%", "PERCENT").period) == YEAR


def test_average_balances_pass_with_the_rates_beside_them(figure) -> None:
    body = table(["", "2024 Average balance", "2024 Rate"], ["Loans", "811", "6.45%"])
    assert str(figure(body, "811").period) == YEAR
    assert str(figure(body, "6.45%", "PERCENT").period) == YEAR


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("Property and equipment purchased", YEAR),
        ("Unearned premiums", YEAR),
        ("Cash at end of year", DAY),
        ("Less restricted cash", DAY),
    ],
)
def test_what_a_statement_of_cash_flows_states_passes(figure, row: str, expected: str) -> None:
    body = table(YEARS, ["Cash flows from investing activities:"], [row, "811", "812"])
    assert str(figure(body, "811").period) == expected


def test_what_was_paid_for_own_shares_passes(page) -> None:
    heads = ["", "Shares purchased", "Average price paid per share"]
    layout = Layout(page(table(heads, ["October", "811", "$8.12"])))
    of = layout, layout.tables[-1], 1
    assert passes(*of, "SHARES", ("October", "Shares purchased"))
    assert passes(*of, "PER_SHARE", ("October", "Average price paid per share"))
    assert not passes(*of, "MONEY", ("October", "Value of shares yet to be purchased"))


def test_pay_passes_beside_a_salary(page) -> None:
    heads = ["Name", "Year", "Salary ($)", "All Other Compensation ($)", "Total ($)"]
    layout = Layout(page(table(heads, ["M. Ost", "2024", "811", "821", "831"])))
    for head in heads[2:]:
        assert passes(layout, layout.tables[-1], 1, "MONEY", ("M. Ost", head))


def test_parts_of_other_pay_pass_by_the_title(page) -> None:
    rows = ["Name", "401(k) match ($)"], ["M. Ost", "811"]
    layout = Layout(page(f"<p>All Other Compensation – 2024</p>{table(*rows)}"))
    assert passes(layout, layout.tables[-1], 1, "MONEY", ("M. Ost", "401(k) match ($)"))


@pytest.mark.parametrize("first", ["Audit fees", "Audit-Related Fees"])
def test_fees_of_auditors_pass_with_their_sum(page, first: str) -> None:
    rows = ([row, "811", "812"] for row in (first, "Tax fees", "Total"))
    layout = Layout(page(table(YEARS, *rows)))
    for number, row in enumerate((first, "Tax fees", "Total"), 1):
        assert passes(layout, layout.tables[-1], number, "MONEY", (row, "2024"))


def test_columns_of_sales_pass_whatever_their_rows_are_called(figure) -> None:
    heads = ["Segment", "FY2024 Revenue ($m)", "FY2023 Revenue ($m)"]
    body = table(heads, ["Flow", "811", "812"], ["Valves", "821", "822"], ["Total", "831", "832"])
    assert {str(figure(body, text).period) for text in ("811", "821", "831")} == {YEAR}


def test_a_column_of_deferred_revenue_does_not_pass(page) -> None:
    layout = Layout(page(table(["", "Deferred revenue"], ["Flow", "811"])))
    assert not passes(layout, layout.tables[-1], 1, "MONEY", ("Flow", "Deferred revenue"))


@pytest.mark.parametrize("head", ["Revenue FY24", "EBIT FY24", "EBIT %", "Net income 2024"])
def test_columns_under_a_result_pass_with_a_time_or_a_change_below_it(page, head: str) -> None:
    layout = Layout(page(table(["", head], ["Valves", "811"])))
    label = "PERCENT" if "%" in head else "MONEY"
    assert passes(layout, layout.tables[-1], 1, label, ("Valves", head))


def test_parts_of_an_insurers_ratio_pass(page) -> None:
    layout = Layout(page(table(YEARS, ["Loss ratio"], ["Accident year", "57.9", "59.4"])))
    assert passes(layout, layout.tables[-1], 2, "PERCENT", ("Accident year", "2024"))
    layout = Layout(page(table(YEARS, ["Discount rate"], ["Accident year", "57.9", "59.4"])))
    assert not passes(layout, layout.tables[-1], 2, "PERCENT", ("Accident year", "2024"))


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("Denver", "Average Occupancy 3Q24", True),
        ("Denver", "Average Monthly Rent 3Q24", True),
        ("Average realized gold price ($/oz)", "Q3 2024", True),
        ("Weighted average rent", "2024", False),
        ("Average price of options outstanding", "2024", False),
    ],
)
def test_averages_of_what_is_let_or_sold_pass(page, row: str, column: str, expected: bool) -> None:
    layout = Layout(page(table(["", column], [row, "811"])))
    assert passes(layout, layout.tables[-1], 1, "MONEY", (row, column)) is expected


@pytest.mark.parametrize("head", ["Average weighted amount", "Average unweighted value"])
def test_averages_of_a_liquidity_ratio_pass(figure, head: str) -> None:
    body = "<p>Three months ended December 31, 2024</p>"
    body += table(["", head], ["Retail deposit outflow", "5,213"])
    assert str(figure(body, "5,213").period) == "2024-10-01/2024-12-31"


def test_capital_spending_passes_by_its_title(figure) -> None:
    body = "<p>Capital expenditures by asset, dollars in millions:</p>"
    body += table(YEARS, ["Generation", "$88.1", "$142.0"])
    assert str(figure(body, "$88.1").period) == YEAR


def test_loans_that_perform_no_more_stand_below_a_quarter(figure) -> None:
    heads = ["", "Q4 2024", "Q3 2024"]
    body = table(heads, ["Charge-offs", "811", "812"], ["Nonperforming loans", "702", "688"])
    assert str(figure(body, "811").period) == "2024-10-01/2024-12-31"
    assert str(figure(body, "702").period) == DAY
