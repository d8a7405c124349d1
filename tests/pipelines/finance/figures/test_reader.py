"""Figures of whole pages: hard cases of tables and prose."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from report_pages import COVER, table
from time_growth import LINEAR, growth

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.figures.reader import FigureReader, with_figures

HEADS = ["", "2024", "2023"]


def test_a_table_takes_the_scale_of_the_line_above(figure) -> None:
    body = "<p>(in millions, except per share data)</p>" + table(
        HEADS, ["Revenue", "$1,234", "$1,100"], ["Earnings per share", "$2.07", "$1.90"]
    )
    assert figure(body, "1,234").value == 1_234_000_000
    share = figure(body, "2.07", "PER_SHARE")
    assert (share.value, share.unit, share.scale) == (Decimal("2.07"), "USD/shares", 0)


def test_several_scales_in_one_table(figure) -> None:
    body = "<p>(Dollars in millions; shares in thousands)</p>" + table(
        HEADS,
        ["Net income", "$910", "$870"],
        ["Shares outstanding", "4,310", "4,290"],
        ["Backlog (in billions)", "$1.5", "$1.4"],
        ["Margin", "12.5%", "11.9%"],
    )
    assert figure(body, "910").value == 910_000_000
    assert figure(body, "4,310", "SHARES").value == 4_310_000
    assert figure(body, "$1.5").value == 1_500_000_000
    assert figure(body, "12.5%", "PERCENT").value == Decimal("0.125")


def test_a_group_head_inside_a_table_changes_the_scale_below_it(figure) -> None:
    body = "<p>(in millions)</p>" + table(
        HEADS,
        ["Revenue", "$1,234", "$1,100"],
        ["Compensation (in thousands)"],
        ["Salaries", "$640", "$600"],
    )
    assert figure(body, "1,234").value == 1_234_000_000
    assert figure(body, "640").value == 640_000


def test_a_cell_under_unit_speaks_of_its_row(figure) -> None:
    rows = ["Payout", "cps", "18.0"], ["Costs", "A$'000", "98,400"]
    body = table(["", "Unit", "2024"], *rows)
    assert figure(body, "18.0", "PER_SHARE").value == Decimal("0.18")
    costs = figure(body, "98,400")
    assert (costs.value, costs.unit) == (98_400_000, "AUD")


def test_numbers_printed_in_full_under_a_scale_keep_their_value(figure) -> None:
    body = "<p>(in millions)</p>" + table(
        ["", "2024"], ["Shares outstanding", "10,597,729,352"], ["Revenue", "$5"]
    )
    assert figure(body, "10,597,729,352", "SHARES").value == 10_597_729_352


def test_shares_counted_in_the_words_of_a_row_are_printed_in_full(figure) -> None:
    row = "Common stock ($.10 par value, 12,500,000 shares authorized; 900 shares held)"
    body = "<p>(Amounts in thousands)</p>" + table(HEADS, [row, "$504", "$501"])
    assert figure(body, "12,500,000", "SHARES").value == 12_500_000
    assert figure(body, "900", "SHARES").value == 900_000
    assert figure(body, ".10", "PER_SHARE").value == Decimal("0.1")
    body += "<p>Shares moved so:</p>" + table(HEADS, ["Balance", "4,786,820", "901"])
    assert figure(body, "4,786,820", "SHARES").value == 4_786_820
    assert figure(body, "901", "SHARES").value == 901_000


def test_unit_lines_of_statements_say_nothing_of_other_items(figure) -> None:
    items = [f"<p>Item {item}. {title}</p>" for item, title in (
        ("1", "Business"), ("2", "Properties"), ("5", "Market for Common Equity"),
        ("7", "Management’s Discussion"), ("8", "Financial Statements"))]  # fmt: skip
    index = table(["", "12/31/2020"], ["Acme", "$124"])
    income = "<p>(in millions)</p>" + table(HEADS, ["Revenue", "$5,012", "$4,870"])
    units = "<p>Units move:</p>" + table(HEADS, ["RSUs", "243,600", "901"], ["Fees", "$77", "$7"])
    body = f"{items[0]}{items[1]}{items[2]}{index}{items[3]}{items[4]}{income}{units}"
    assert figure(body, "$124").value == 124
    assert figure(body, "$5,012").value == 5_012_000_000
    assert figure(body, "$77").value == 77_000_000
    assert figure(body, "243,600", "SHARES").value == 243_600


def test_prices_in_tables_in_thousands_are_in_full(figure) -> None:
    body = "<p>(in thousands)</p>" + table(HEADS, ["High", "16.75", "5,012"])
    assert figure(body, "16.75").value == Decimal("16.75")
    assert figure(body, "5,012").value == 5_012_000


def test_a_table_may_print_thousands_with_decimals(figure) -> None:
    rows = ["Sales", "1,234.5", "1,100.0"], ["Fees", "165.2", "158.0"], ["Debt", "3,400.5", "970"]
    body = table(["(in thousands of dollars)", "2024", "2023"], *rows)
    for printed in ("1,234.5", "1,100.0", "165.2", "158.0", "970"):
        assert figure(body, printed).value == Decimal(printed.replace(",", "")) * 1_000


@pytest.mark.parametrize("head", ["Rent per square foot", "Rent per leased sq. ft."])
def test_what_a_square_foot_brings_is_in_full(figure, head: str) -> None:
    lines = "<p>(dollars and square feet in thousands, except per square foot amounts)</p>"
    body = lines + table(["", "Base rent", head], ["Dallas", "$ 7,842", "$ 30"])
    assert figure(body, "$ 7,842").value == 7_842_000
    assert figure(body, "$ 30").value == 30


def test_zeros_behind_the_point_of_a_price_are_decimals(figure) -> None:
    body = "<p>(in thousands)</p>" + table(HEADS, ["High", "16.00", "5,012"])
    assert figure(body, "16.00").value == 16


def test_amounts_that_millions_would_make_more_than_all_others_are_in_full(figure) -> None:
    income = table(HEADS, ["Revenue", "$8,100", "$7,900"], ["Fine ($3,062,550 in all)", "3", "2"])
    rows = ["A. Smith", "$1,062,500", "$87,500"], ["B. Jones", "$6,418", "$8,111"]
    paid = table(["", "Retainer", "Stock"], *rows)
    parts = table(["", "Europe", "Asia"], ["Revenue", "$5,100", "$3,000"])
    body = f"<p>(in millions)</p>{income}<p>Pay:</p>{paid}<p>Parts:</p>{parts}"
    assert figure(body, "$3,062,550").value == 3_062_550
    assert figure(body, "$1,062,500").value == 1_062_500
    assert figure(body, "$87,500").value == 87_500
    assert figure(body, "$6,418").value == 6_418
    assert figure(body, "$5,100").value == 5_100_000_000


@pytest.mark.parametrize(
    ("row", "label", "value", "unit"),
    [
        (["EPS (pence)", "12.4", ""], "PER_SHARE", "0.124", "GBP/shares"),
        (["Dividend, cents", "12.4", ""], "PER_SHARE", "0.124", "USD/shares"),
        (["EPS (Rs.)", "12.4", ""], "PER_SHARE", "12.4", "INR/shares"),
        (["EPS – R$", "12.4", ""], "PER_SHARE", "12.4", "BRL/shares"),
        (["¥5 billion notes", "12.4", ""], "MONEY", "12.4", "USD"),
        (["Revenue", "€ million", "12.4"], "MONEY", "12400000", "EUR"),
    ],
)
def test_heads_and_cells_tell_units(figure, row, label: str, value: str, unit: str) -> None:
    found = figure("<p>Paid $5.</p>" + table(HEADS, row), "12.4", label)
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("printed", "value"), [("252,729", 252_729), ("4,800", 4_800_000), ("20,000", 20_000_000)]
)
def test_a_company_has_no_more_shares_than_its_cover_lets_expect(
    figure, printed: str, value: int
) -> None:
    body = "<p>There were 4,782,898 shares of common stock outstanding.</p><p>(in thousands)</p>"
    body += table(HEADS, ["Treasury", printed, "1"], ["Assets", "$5", "$6"])
    assert figure(body, printed, "SHARES").value == value


def test_shares_of_a_balance_sheet_in_thousands_are_no_cover_s(figure) -> None:
    body = "<p>(In thousands, except per share amounts)</p>"
    body += table(["", "2024"], ["Common stock; 31,288 shares issued and outstanding", "$309"])
    body += "<p>Shares in thousands:</p>" + table(["", "2024"], ["Diluted shares", "131,616"])
    assert figure(body, "131,616", "SHARES").value == 131_616_000


def test_shares_that_no_one_calls_outstanding_bound_none(figure) -> None:
    body = "<p>Options for 302,250 shares were excluded.</p><p>(in thousands)</p>"
    body += table(HEADS, ["Average shares", "41,206", "42,118"])
    assert figure(body, "41,206", "SHARES").value == 41_206_000


def test_prose_takes_no_scale_from_tables(figure) -> None:
    body = "<p>(in millions)</p>" + table(HEADS, ["Revenue", "$1,234", "$1,100"])
    body += "<p>A fee of $25,000 is due.</p>"
    assert figure(body, "$25,000").value == 25_000


@pytest.mark.parametrize(
    ("prose", "value"),
    [
        ("<p>Due: 2025 - $204; 2026 - $188; thereafter - $3 (in thousands). More.</p>", 204_000),
        ("<p>It was $204, $188 and $3, respectively (dollars in millions).</p>", 204_000_000),
        ("<p>It was $204 million and $3, respectively (in thousands).</p>", 204_000_000),
        ("<p>Notes of $204 are due as follows (in thousands):</p>", 204),
        ("<p>Notes are due as follows (in thousands): 2025, $204; 2026, $188.</p>", 204_000),
        (f"<p>Notes of $204 are due (in thousands).</p>{table(HEADS, ['2025', '7', '8'])}", 204),
    ],
)
def test_a_sentence_may_tell_the_units_of_its_figures(figure, prose: str, value: int) -> None:
    assert figure(prose, "$204").value == value


def test_nested_tables_are_read_by_their_innermost_one(figure) -> None:
    inner = table(HEADS, ["Revenue", "(1,234)", "1,100"])
    body = f"<table><tr><td><p>(in thousands)</p>{inner}</td></tr></table>"
    assert figure(body, "(1,234)").value == -1_234_000


def test_dashes_footnote_marks_and_unicode_minus(figure) -> None:
    body = "<p>(in thousands)</p>" + table(
        HEADS,
        ["Goodwill", "—", "$77"],
        ["Charges<sup>(1)</sup>", "1,234<sup>(2)</sup>", "5"],
        ["Other", "\u2212310", "4"],
    )
    assert figure(body, "—").value == 0
    assert figure(body, "1,234").value == 1_234_000
    assert figure(body, "310").value == -310_000


@pytest.mark.parametrize(
    ("line", "text", "value", "unit"),
    [
        ("(EUR million)", "1.234,5", Decimal("1234500000"), "EUR"),
        ("(Rs. crore)", "1,23,456", Decimal("1234560000000"), "INR"),
        ("(€m)", "(310,7)", Decimal("-310700000"), "EUR"),
    ],
)
def test_reports_from_elsewhere(figure, line: str, text: str, value, unit: str) -> None:
    others = "1.000,5" if "," in text[-4:] else "12,34,567"
    body = f"<p>{line}</p>" + table(HEADS, ["Revenue", text, others], ["Cost", others, others])
    found = figure(body, text)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    ("text", "span", "value"),
    [
        ("We expect $1.2 to $1.5 billion.", "$1.2", Decimal("1200000000")),
        ("NET SALES OF $1.2 BILLION AT ACME CORP", "$1.2 BILLION", Decimal("1200000000")),
        ("Cash was Rs. 1,234 crore.", "Rs. 1,234 crore", Decimal("12340000000")),
    ],
)
def test_prose_with_scale_words(figure, text: str, span: str, value) -> None:
    assert figure(f"<p>{text}</p>", span).value == value


def test_columns_headed_by_dates_tell_period(figure) -> None:
    body = "<p>(in millions)</p>" + table(
        ["", "Three Months Ended September 30, 2024", "Three Months Ended September 30, 2023"],
        ["Revenue", "$11", "$22"],
    )
    assert str(figure(body, "22").period) == "2023-07-01/2023-09-30"
    body = "<p>(in millions)</p>" + table(
        ["", "December 31, 2024", "December 31, 2023"], ["Total assets", "$11", "$22"]
    )
    assert str(figure(body, "11").period) == "2024-12-31"


def test_opening_balances_are_those_of_the_day_before(figure) -> None:
    body = table(
        ["", "Common stock", "Total"],
        ["Balance at January 1, 2024", "71", "72"],
        ["Net income", "—", "13"],
        ["Balance at December 31, 2024", "71", "85"],
    )
    assert str(figure(body, "72").period) == "2023-12-31"
    assert str(figure(body, "13").period) == "2024-01-01/2024-12-31"
    assert str(figure(body, "85").period) == "2024-12-31"


def test_lists_of_figures_follow_lists_of_times(figure) -> None:
    text = (
        "<p>Lease expense was $31 million, $42 million and $53 million for the years ended "
        "December 31, 2024, 2023 and 2022, respectively.</p>"
    )
    assert str(figure(text, "$42 million").period) == "2023-01-01/2023-12-31"
    assert str(figure(text, "$53 million").period) == "2022-01-01/2022-12-31"


def test_the_date_that_follows_at_once_is_the_figures_own(figure) -> None:
    text = (
        "<p>Assets were $724 million as of December 31, 2024 as compared to $758 million "
        "as of December 31, 2023.</p>"
    )
    assert str(figure(text, "$724 million").period) == "2024-12-31"
    assert str(figure(text, "$758 million").period) == "2023-12-31"


def test_due_dates_are_not_the_period(figure) -> None:
    text = "<p>We had $5 million of notes due June 30, 2024 outstanding at December 31, 2023.</p>"
    assert str(figure(text, "$5 million").period) == "2023-12-31"


def test_without_a_fiscal_year_there_is_no_period(page) -> None:
    document = page("<p>A fee of $7 million was paid.</p>", cover="")
    reader = FigureReader(document, sentences(document.text, document.passages))
    start = document.text.index("$7")
    assert reader.read(start, start + 10, "MONEY").period is None


def test_only_figures_get_values(page) -> None:
    document = page("<p>Acme paid $7 million in 2024.</p>", COVER)
    spans = [("Acme", "ORG"), ("$7 million", "MONEY"), ("2024", "DATE")]
    entities = [
        Entity("report.html", (at := document.text.rindex(text)), at + len(text), text, label, 1.0)
        for text, label in spans
    ]
    found = with_figures(document, entities, sentences(document.text, document.passages))
    assert [(e.value, e.unit) for e in found] == [(None, None), (7_000_000, "USD"), (None, None)]


@pytest.mark.parametrize(
    ("unit_line", "printed", "value", "unit"),
    [
        ("in millions of yen", "△1,200", -1_200_000_000, "JPY"),
        ("in millions of yen", "▲ 980", -980_000_000, "JPY"),
        ("in A$ million", "▲ $9", 9_000_000, "AUD"),
        ("in A$ million", "US$9", 9_000_000, "USD"),
        ("in thousands of Canadian dollars", "$9", 9_000, "CAD"),
        ("in thousands of dollars", "$9", 9_000, "USD"),
    ],
)
def test_signs_of_other_countries(
    figure, unit_line: str, printed: str, value: int, unit: str
) -> None:
    found = figure(f"<p>({unit_line})</p>" + table(HEADS, ["Securities", printed, "¥5"]), printed)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    ("row", "unit"), [("Netback ($/boe)", "CAD"), ("WTI (US$/bbl)", "USD"), ("Sales", "CAD")]
)
def test_a_text_says_which_dollars_it_speaks_of(figure, row: str, unit: str) -> None:
    said = "<p>All amounts are in Canadian dollars unless otherwise noted. Costs were $8.</p>"
    assert figure(said + table(HEADS, [row, "812", "811"]), "812").unit == unit
    bare = table(["($ millions)", "2024", "2023"], [row, "812", "811"])
    assert figure(said + bare, "812").unit == unit
    assert figure(said + table(HEADS, [row, "812", "811"]), "$8").unit == "CAD"


def test_a_sign_may_say_which_dollars_a_text_speaks_of(figure) -> None:
    said = "<p>All amounts are in A$ thousands unless otherwise stated.</p>"
    said += "<p>A facility of NZ$40 million was extended.</p>"
    rows = table(["", "30 June 2024 $'000", "30 June 2023 $'000"], ["Plant", "812", "811"])
    assert figure(said + rows, "812").unit == "AUD"
    assert figure(said + rows, "NZ$40 million").unit == "NZD"


def test_a_unit_line_may_name_another_dollar_than_the_text(figure) -> None:
    said = "<p>All amounts are in Canadian dollars.</p>"
    rows = table(["(in US$ millions)", "2024", "2023"], ["Sales", "812", "811"])
    assert figure(said + rows, "812").unit == "USD"


def test_each_part_of_a_stacked_head_may_name_a_currency(figure) -> None:
    heads = ["(in thousands)", "2023", "2024", "2024"], ["", "RMB", "RMB", "US$"]
    body = table(*heads, ["Sales", "811", "812", "113"])
    assert [figure(body, number).unit for number in ("812", "113")] == ["CNY", "USD"]


@pytest.mark.parametrize(
    ("printed", "value"), [("$15,750,000", 15_750_000), ("$15,750,400", 15_750_400_000)]
)
def test_round_amounts_without_a_unit_line_of_their_own_are_printed_in_full(
    figure, printed: str, value: int
) -> None:
    body = "<p>Statements (in thousands)</p>" + table(HEADS, ["Sales", "812", "811"])
    body += "<p>The offering was as follows.</p>" + table(["", "Total"], ["Proceeds", printed])
    assert figure(body, printed).value == value


@pytest.mark.parametrize(
    "head", ["Costs ($ per ounce)", "Realised price per tonne", "$/boe", "Average one-way fare"]
)
def test_prices_are_printed_in_full(figure, head: str) -> None:
    body = "<p>(in millions)</p>" + table(HEADS, ["Sales", "812", "811"], [head, "1,301", "1,244"])
    assert figure(body, "1,301").value == 1_301


@pytest.mark.parametrize(
    ("line", "value"), [("Shares were bought back.", 40_110), ("(in thousands)", 40_110_000)]
)
def test_shares_bought_back_are_printed_in_full_unless_their_table_says_else(
    figure, line: str, value: int
) -> None:
    body = "<p>(in thousands)</p>" + table(HEADS, ["Sales", "812", "811"]) + f"<p>{line}</p>"
    heads = ["Period", "Total Number of Shares Purchased", "Average Price Paid per Share"]
    body += table(heads, ["July 2024", "40,110", "$31.20"], ["August 2024", "38,200", "$30.10"])
    assert figure(body, "40,110", "SHARES").value == value


def test_cents_of_a_head_are_hundredths(figure) -> None:
    body = "<p>(in millions)</p>" + table(["Class", "Rate (p/kWh)"], ["Homes", "12.87"])
    assert figure(body, "12.87").value == Decimal("0.1287")
    body = "<p>(in millions)</p>" + table(["Class", "Rate (¢/kWh)"], ["Homes", "13.41"])
    assert figure(body, "13.41").value == Decimal("0.1341")


def test_a_row_says_that_its_shares_are_in_millions(figure) -> None:
    body = table(HEADS, ["Shares outstanding (m)", "40.2", "40.3"])
    assert figure(body, "40.2", "SHARES").value == 40_200_000


def test_shares_beside_millions_in_their_column_are_printed_in_full(figure) -> None:
    body = "<p>(in thousands)</p>" + table(HEADS, ["Sales", "812", "811"]) + "<p>Awards</p>"
    body += table(["", "Shares"], ["Unvested", "1,200,000"], ["Vested", "(300,250)"])
    body += "<p>Others</p>" + table(["", "Shares"], ["Issued", "5,012"], ["Held", "4,011"])
    assert figure(body, "(300,250)", "SHARES").value == -300_250
    assert figure(body, "5,012", "SHARES").value == 5_012_000


@pytest.mark.parametrize(
    ("printed", "value"), [("59,186,442", 59_186_442), ("50,400,000", 50_400_000_000)]
)
def test_more_shares_than_a_company_has_are_authorised_in_round_numbers(
    figure, printed: str, value: int
) -> None:
    body = "<p>(in thousands, except per share)</p>" + table(HEADS, ["Shares", printed, "51,623"])
    assert figure(body, printed, "SHARES").value == value


def test_a_column_of_a_database_names_its_currency(figure) -> None:
    assert figure(table(["", "sales_eur"], ["Acme", "812"]), "812").unit == "EUR"


def test_awards_in_a_column_too_large_for_millions_are_printed_in_full(figure) -> None:
    body = "<p>(in millions)</p>" + table(["", "2024"], ["Net sales", "5,926"])
    body += "<p>Options were as follows:</p>" + table(
        ["", "Options", "Intrinsic value (in millions)"],
        ["Outstanding at December 31, 2023", "502,110", ""],
        ["Forfeited", "(3,110)", ""],
        ["Exercised", "(111,903)", "$43"],
    )
    assert figure(body, "(3,110)", "SHARES").value == -3_110
    assert figure(body, "(111,903)", "SHARES").value == -111_903


def test_a_line_that_speaks_of_shares_says_nothing_of_those_in_full_elsewhere(figure) -> None:
    body = (
        "<p>Options were as follows (options and values in thousands):</p>"
        "<table><tr><td></td><td>Options</td></tr><tr><td>Granted</td><td>1,120</td></tr></table>"
        "<p>RSU activity</p><table><tr><td></td><td>Number of RSUs</td></tr>"
        "<tr><td>Granted</td><td>1,310,400</td></tr><tr><td>Vested</td><td>(988,050)</td></tr>"
        "</table>"
    )
    assert figure(body, "1,120", "SHARES").value == 1_120_000
    assert figure(body, "1,310,400", "SHARES").value == 1_310_400
    assert figure(body, "(988,050)", "SHARES").value == -988_050


def test_cents_are_of_the_dollar_of_the_unit_lines(figure) -> None:
    body = "<p>Net debt was $231.7m and the dividend 9.5 cents per share.</p>"
    body += table(["A$m", "2024"], ["Revenue", "811"])
    assert figure(body, "9.5 cents", "PER_SHARE").unit == "AUD/shares"


def test_what_one_thing_costs_is_printed_in_full(figure) -> None:
    body = "<p>Amounts are in thousands of Canadian dollars unless otherwise indicated.</p>"
    body += "<p>Sales were $96,412, as lumber cost US$412 per mfbm.</p>"
    assert figure(body, "$96,412").value == 96_412_000
    assert figure(body, "US$412").value == 412


@pytest.mark.timeout(60)
@pytest.mark.parametrize("label", ["MONEY", "SHARES"])
def test_time_for_a_table_without_units_grows_with_its_rows(page, label: str) -> None:
    def read(rows: str) -> None:
        body = "<p>(in thousands)</p>" + table(["", "2024"], ["Sales", "5"]) + "<p>In detail</p>"
        document = page(f"{body}<table><tr><td></td><td>2024</td></tr>{rows}</table>")
        reader = FigureReader(document, sentences(document.text, document.passages))
        for figure in re.finditer("811", document.text):
            reader.read(*figure.span(), label)

    row = table(["Line", "811"]).removeprefix("<table>").removesuffix("</table>")
    assert growth(read, row, 200) < LINEAR
