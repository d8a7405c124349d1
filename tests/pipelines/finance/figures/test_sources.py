"""Where the period of a figure stands: in heads, beside it, above, in the table or list before."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import figure_of
from report_pages import table

YEARS = ["", "2024", "2023"]


def test_a_table_without_heads_goes_on_from_the_one_before(figure) -> None:
    body = "<p>Pension plans</p>" + table(
        YEARS, ["Obligation at end of year", "811", "812"], ["Service cost", "31", "32"]
    )
    body += "<p>44</p><p>Change in plan assets</p>" + table(
        ["Plan assets at end of year", "821", "822"], ["Employer contributions", "41", "42"]
    )
    assert str(figure(body, "822").period) == "2023-12-31"
    assert str(figure(body, "42").period) == "2023-01-01/2023-12-31"


def test_a_line_that_leads_on_does_not_end_a_table(figure) -> None:
    lead = "Earnings per share (face value ₹ 2 each), not annualised for the parts of a year"
    for end, period in ((":", "2023-01-01/2023-12-31"), (".", "2024-01-01/2024-12-31")):
        body = table(YEARS, ["Profit", "811", "812"]) + f"<p>{lead}{end}</p>"
        body += table(["(a) Basic", "5.12", "4.12"], ["(b) Diluted", "5.11", "4.11"])
        assert str(figure(body, "4.12", "PER_SHARE").period) == period


def test_a_paragraph_between_two_tables_ends_the_first(figure) -> None:
    body = table(YEARS, ["Plan assets at end of year", "811", "812"])
    body += f"<p>{'These plans were frozen, and others took their place. ' * 3}</p>"
    body += table(["Reserves at end of year", "821", "822"])
    assert str(figure(body, "822").period) == "2024-12-31"


def test_one_date_among_the_heads_is_that_of_all_columns(figure) -> None:
    body = table(
        ["", "December 31, 2023", "Quoted prices", "Other inputs"],
        ["Money market funds", "$811", "$812", "$813"],
    )
    assert str(figure(body, "813").period) == "2023-12-31"


def test_what_stands_between_columns_of_balances_passed_between_them(figure) -> None:
    body = table(
        ["", "January 1, 2023 Balance", "Purchases", "Sales", "December 31, 2023 Balance"],
        ["Corporate bonds", "$811", "$812", "$(813)", "$814"],
    )
    assert str(figure(body, "811").period) == "2022-12-31"
    assert str(figure(body, "812").period) == "2023-01-01/2023-12-31"
    assert str(figure(body, "(813)").period) == "2023-01-01/2023-12-31"
    assert str(figure(body, "814").period) == "2023-12-31"


def test_rows_that_end_with_a_date_are_balances(figure) -> None:
    body = table(
        ["", "Separation", "Total"],
        ["RESERVE DECEMBER 31, 2022", "811", "812"],
        ["Costs paid", "821", "822"],
        ["RESERVE DECEMBER 31, 2023", "831", "832"],
    )
    assert str(figure(body, "822").period) == "2023-01-01/2023-12-31"
    assert str(figure(body, "832").period) == "2023-12-31"


@pytest.mark.parametrize("row", ["2026", "Year ending December 31, 2026"])
def test_amounts_due_in_years_to_come_stand_at_the_end_of_the_year(figure, row: str) -> None:
    body = "<p>Maturities of debt are as follows:</p>"
    across = body + table(["", row, "2027"], ["Principal", "811", "812"])
    down = body + table(["", "Principal"], [row, "811"], ["2027", "812"])
    assert str(figure(across, "811").period) == "2024-12-31"
    assert str(figure(down, "811").period) == "2024-12-31"


def test_opening_balances_under_dates_are_those_of_the_year_before(figure) -> None:
    heads = ["", "December 31, 2024", "December 31, 2023"]
    body = table(heads, ["Balance at beginning of period", "811", "812"], ["Additions", "1", "2"])
    assert str(figure(body, "811").period) == "2023-12-31"
    assert str(figure(body, "812").period) == "2022-12-31"


def test_a_year_beside_quarters_is_what_passed_in_it(figure) -> None:
    row = ["Gross written premiums", "811", "812", "813"]
    body = table(["", "Q2 2024", "Q2 2023", "2023"], row)
    assert str(figure(body, "813").period) == "2023-01-01/2023-12-31"


@pytest.mark.parametrize("head", ["Chg. %", "% change", "Var. (%)", "YoY %", "$ Change"])
def test_changes_in_percent_are_for_the_later_column_at_their_left(figure, head: str) -> None:
    body = "<p>It pays on May 30, 2025.</p>"
    body += table(["", "Q4 2024", "Q4 2023", head], ["Sales of the year", "811", "812", "4.1%"])
    assert str(figure(body, "4.1%", "PERCENT").period) == "2024-10-01/2024-12-31"


@pytest.mark.parametrize("head", ["’24 vs. ’23", "2024 vs. 2023", "FY24 compared to FY23"])
def test_changes_are_for_the_later_of_two_years(figure, head: str) -> None:
    body = table(["", "2024", "2023", head], ["Sales of the year", "811", "812", "4.1%"])
    assert str(figure(body, "4.1%", "PERCENT").period) == "2024-01-01/2024-12-31"


def test_rates_in_the_head_of_a_row_are_for_its_columns(figure) -> None:
    body = "<p>Our borrowings were as follows:</p>" + table(
        ["", "Issued", "2023", "2024"], ["1.90% Notes", "February 2020", "$811", "$812"]
    )
    assert str(figure(body, "1.90%", "PERCENT").period)[-10:] == "2024-12-31"


@pytest.mark.parametrize("bullet", ["• ", "•</p><p>"])
def test_items_of_a_list_are_for_the_time_that_introduces_it(figure, bullet: str) -> None:
    body = "<p>In June 2023, we issued notes in two parts.</p>"
    body += f"<p>{bullet}The first consisted of $811 million of senior notes.</p>"
    body += f"<p>{bullet}The second consisted of $812 million of senior notes.</p>"
    assert "2023-06-30" in str(figure(body, "$811 million").period)
    assert "2023-06-30" in str(figure(body, "$812 million").period)


def test_the_last_sentence_above_a_table_tells_its_time(figure) -> None:
    body = "<p>Expense was $1, $2 and $3 million in 2021, 2022 and 2023. Amounts outstanding as of "
    body += "December 31, 2024 are as follows:</p>" + table(["", "Amount"], ["Notes owed", "811"])
    assert str(figure(body, "811").period) == "2024-12-31"


def test_times_of_paragraphs_farther_above_are_not_a_tables(figure) -> None:
    body = "<p>We sold the business in the third quarter of 2022, as told in the notes to these "
    body += "statements, together with its plants, its brands and most of its workforce.</p>"
    body += "<p>Notes owed</p>" + table(["", "Amount"], ["Notes owed, total", "811"])
    assert str(figure(body, "811").period)[-10:] == "2024-12-31"


def test_a_sentence_that_opens_with_its_time_tells_that_of_the_next(figure) -> None:
    body = "<p>During 2024, we sold plants that were held for sale at December 31, 2023. "
    body += "We received proceeds of $811 million.</p>"
    assert str(figure(body, "$811 million").period) == "2024-01-01/2024-12-31"


def test_the_head_of_the_first_column_goes_on_in_its_rows(figure) -> None:
    body = table(
        ["Six months ended", "Net sales", "Profit"],
        ["June 30, 2024", "811", "812"],
        ["June 30, 2023", "821", "822"],
    )
    assert str(figure(body, "822").period) == "2023-01-01/2023-06-30"


def test_a_row_s_own_cell_tells_its_time(figure) -> None:
    body = table(
        ["company", "period", "item", "amount"],
        ["Acme Ltd", "31/12/2023", "Closing inventory", "811"],
        ["Acme Ltd", "2022-12-31", "Closing inventory", "821"],
    )
    assert [str(figure(body, text).period) for text in ("811", "821")] == [
        "2023-12-31", "2022-12-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "<p>Net loss was $811, compared to net income of $5 in the second quarter of 2023.</p>",
        "<p>Cash flow for the year was $811, up 12 per cent on the first half of 2023.</p>",
    ],
)
def test_a_time_of_what_is_compared_is_not_the_figure_s(figure, text: str) -> None:
    assert str(figure(text, "$811").period).endswith("2024-12-31")


def test_a_time_behind_from_is_still_the_figure_s(figure) -> None:
    body = "<p>Net cash from operations of $811 came from customers in the year 2023.</p>"
    assert str(figure(body, "$811").period) == "2023-01-01/2023-12-31"


def test_a_new_clause_goes_back_from_what_was_compared(figure) -> None:
    body = (
        "<p>Sales rose to $811 in the third quarter of 2024 from $812 in the third quarter of "
        "2023, and those of parts grew to $813.</p>"
    )
    quarters = ["2024-07-01/2024-09-30", "2023-07-01/2023-09-30", "2024-07-01/2024-09-30"]
    assert [str(figure(body, f"${n}").period) for n in (811, 812, 813)] == quarters


@pytest.mark.parametrize(
    ("text", "number", "year"),
    [
        ("Revenue in 2024 was $29 million, down from $31 million.", "$31", 2023),
        ("Net income was $5 million in 2024, compared to a net loss of $3 million.", "$3", 2023),
        ("Net sales increased from $4 million to $6 million in 2024.", "$4", 2023),
        ("Net sales increased from $4 million to $6 million in 2024.", "$6", 2024),
        ("Revenue in 2024 was $29 million, up from $27 million in 2022.", "$27", 2022),
        ("Sales in 2024 rose 3.5% to $8.2 million from $7.9 million.", "$7.9", 2023),
        ("Debt was $8 million at June 30, 2024, up from $6 million.", "$6", 2024),
        ("Debt was $8 million at December 31, 2024, up from $6 million.", "$6", 2023),
        ("Proceeds from $5 million of notes were received in 2024.", "$5", 2024),
        ("In 2024 prices went from $3 to $4.", "$3", 2024),
    ],
)
def test_what_a_sentence_compares_with_is_a_year_older(figure, text, number, year) -> None:
    period = figure(f"<p>{text}</p>", number).period
    assert period.last.year == year


@pytest.mark.parametrize(
    ("text", "number", "period"),
    [
        (
            "Net income was $8, compared with $7, or $0.55 per share, in the first half of 2023.",
            "$7",
            "2023-01-01/2023-06-30",
        ),
        ("Cash was $8 million, compared to $7 million at the end of 2022.", "$7", "2022-12-31"),
        ("At year-end 2022 cash was $7 million.", "$7", "2022-12-31"),
        ("Profit rose to $8 million from $7 million.", "$7", "2023-01-01/2023-12-31"),
        ("Profit was $8 million, against $7 million last year.", "$7", "2023-01-01/2023-12-31"),
        ("At June 30, 2024 debt was $8, up from $7 a year earlier.", "$7", "2023-06-30"),
        ("At June 30, 2024 debt was $8, up from $7 million.", "$7", "2024-06-30"),
        ("Ann Lee has served since 2009. Revenue was $7 million.", "$7", "2024-01-01/2024-12-31"),
        ("Net sales of the year were $8 (previous year: $7).", "$7", "2023-01-01/2023-12-31"),
        ("At the year end cash and cash equivalents were $8 (2023: $7).", "$7", "2023-12-31"),
        ("Net sales of the year were $8 (2023: $7).", "$7", "2023-01-01/2023-12-31"),
        ("In May 2023 we sold it. During the year $9 was spent.", "$9", "2024-01-01/2024-12-31"),
        ("A dividend of $9, to be paid on March 1, 2025.", "$9", "2024-01-01/2024-12-31"),
        ("In 2025 we expect revenue of $9 million.", "$9", "2025-01-01/2025-12-31"),
        ("Capex was $8 and is expected to be $9 in 2025.", "$8", "2024-01-01/2024-12-31"),
        ("Capex was $8 and is expected to be $9 in 2025.", "$9", "2025-01-01/2025-12-31"),
        ("Revenue is forecast to reach $9 million in 2026.", "$9", "2026-01-01/2026-12-31"),
        ("We expect pension contributions of $9 in 2026.", "$9", "2024-01-01/2024-12-31"),
        ("The notes of $9 million are due in 2026.", "$9", "2024-12-31"),
    ],
)
def test_a_sentence_tells_the_time_of_what_it_says(figure, text, number, period) -> None:
    assert str(figure(f"<p>{text}</p>", number).period) == period


def test_lines_of_a_database_tell_the_time_since_the_last_and_units(tmp_path: Path) -> None:
    text = """date,metric,value,currency,unit
2024-03-31,revenue,221.4,USD,millions
2024-06-30,revenue,225.9,USD,millions
2024-06-30,net_debt,310.2,USD,millions
"""
    found = [figure_of(tmp_path, text, value, name="lines.csv") for value in ("225.9", "310.2")]
    assert [str(one.period) for one in found] == ["2024-04-01/2024-06-30", "2024-06-30"]
    assert found[0].value == 225_900_000


def test_columns_say_what_lines_of_days_hold(tmp_path: Path) -> None:
    text = "Date,Revenue (USD m),Net debt\n2023-12-31,812.4,310.2\n2024-12-31,845.1,288.9\n"
    found = [figure_of(tmp_path, text, value, name="lines.csv") for value in ("812.4", "288.9")]
    assert [str(one.period) for one in found] == ["2023-01-01/2023-12-31", "2024-12-31"]


def test_a_column_behind_each_of_two_years_is_of_the_one_before_it(figure) -> None:
    body = table(
        ["", "2024", "Effective rate", "2023", "Effective rate"],
        ["Senior notes", "811", "2.71%", "812", "2.72%"],
    )
    assert str(figure(body, "2.71%", "PERCENT").period)[-10:] == "2024-12-31"
    assert str(figure(body, "2.72%", "PERCENT").period)[-10:] == "2023-12-31"


@pytest.mark.parametrize("head", ["2030-2034", "2030 through 2034", "Thereafter", "Total"])
def test_several_years_to_come_stand_at_the_end_of_the_year(figure, head: str) -> None:
    body = "<p>Benefit payments are expected as follows:</p>"
    body += table(["", "2025", "2026", head], ["Pension plans", "811", "812", "813"])
    assert str(figure(body, "813").period) == "2024-12-31"


def test_a_table_with_heads_of_its_own_does_not_go_on_from_the_one_before(figure) -> None:
    body = table(YEARS, ["Interest paid", "811", "812"])
    body += table(["", "Notes", "Interest"], ["Total", "$821", "$822"])
    assert "2023" not in str(figure(body, "$822").period)


def test_an_amount_in_the_words_of_a_row_between_two_balances_is_of_their_year(figure) -> None:
    body = table(
        ["", "Retained earnings", "Total"],
        ["Balance at December 31, 2022", "811", "812"],
        ["Dividends declared ($0.45 per share)", "(21)", "(22)"],
        ["Balance at December 31, 2023", "831", "832"],
    )
    assert str(figure(body, "$0.45", "PER_SHARE").period) == "2023-01-01/2023-12-31"


def test_a_total_of_years_to_come_lies_ahead_as_they_do(figure) -> None:
    body = "<p>Leases expire as follows:</p>" + table(
        ["Year", "Annual rent"], ["2025", "$811"], ["2026", "812"], ["Total", "$1,623"]
    )
    assert str(figure(body, "$1,623").period) == "2024-12-31"


def test_changes_and_shares_of_years_are_told_apart_by_how_often_they_stand(figure) -> None:
    shares = table(["", "2024", "%", "2023", "%"], ["Growth", "$811", "8.1%", "$812", "8.2%"])
    assert str(figure(shares, "8.2%", "PERCENT").period)[-10:] == "2023-12-31"
    heads = ["", "2024", "2023", "% Change", "2022", "% Change"]
    changes = table(heads, ["Revenues", "811", "812", "8.1%", "813", "8.2%"])
    assert str(figure(changes, "8.1%", "PERCENT").period)[-10:] == "2024-12-31"
    assert str(figure(changes, "8.2%", "PERCENT").period)[-10:] == "2023-12-31"


@pytest.mark.parametrize(
    "stub",
    ["", "Year", "Year ended December 31,", "Allowance: Years Ended December 31", "Allowance"],
)
def test_a_row_headed_by_a_year_alone_is_of_that_year(figure, stub: str) -> None:
    heads = [stub, "Balance at beginning of year", "Additions", "Balance at end of year"]
    body = table(heads, ["2024", "811", "812", "813"], ["2023", "821", "822", "823"])
    assert [str(figure(body, text).period) for text in ("812", "821", "822", "823")] == [
        "2024-01-01/2024-12-31", "2022-12-31", "2023-01-01/2023-12-31", "2023-12-31",
    ]  # fmt: skip


def test_years_behind_a_name_that_spans_them_are_those_of_its_rows(figure) -> None:
    body = table(["Name", "Year", "Salary"], ["Jane Smith", "2024", "811"], ["2023", "821"])
    body = body.replace("<td>Jane", "<td rowspan='2'>Jane")
    assert str(figure(body, "821").period) == "2023-01-01/2023-12-31"


@pytest.mark.parametrize("event", ["Jane Smith joined us on", "We opened a plant at Leeds on"])
def test_the_day_of_an_event_is_not_that_of_the_year_s_revenue(figure, event: str) -> None:
    body = f"<p>{event} 1 March 2024. It went well. Revenue was £642.7 million.</p>"
    assert str(figure(body, "£642.7 million").period) == "2024-01-01/2024-12-31"


def test_what_an_event_brought_is_of_its_day(figure) -> None:
    body = "<p>On 1 March 2024 we sold the plant. We received cash proceeds of £642.7 million.</p>"
    assert str(figure(body, "£642.7 million").period)[-10:] == "2024-03-01"


def test_a_total_is_for_all_the_months_above_it(figure) -> None:
    body = table(
        ["Period", "Shares purchased"],
        ["October 1 - October 31, 2024", "401"],
        ["November 1 - November 30, 2024", "402"],
        ["Total", "803"],
    )
    assert str(figure(body, "803", "SHARES").period) == "2024-10-01/2024-11-30"
    body = table(["", "Owed"], ["4% notes due April 2025", "811"], ["Total notes", "1,811"])
    assert str(figure(body, "1,811").period)[-10:] == "2024-12-31"


def test_what_leads_from_one_balance_of_a_day_to_another_stands_on_it(figure) -> None:
    body = table(
        ["", "Auto", "Home"],
        ["Gross reserves, December 31, 2023", "$811", "$812"],
        ["Paid", "821", "822"],
        ["Gross reserves, December 31, 2024", "$831", "$832"],
        ["Reinsurance recoverable", "(841)", "(842)"],
        ["Net reserves, December 31, 2024", "$851", "$852"],
    )
    assert str(figure(body, "821").period) == "2024-01-01/2024-12-31"
    assert str(figure(body, "(841)").period) == "2024-12-31"
