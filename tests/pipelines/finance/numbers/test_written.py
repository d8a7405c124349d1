"""The writing of a number leaves it some types, or none."""

from __future__ import annotations

import pytest

from secateur.pipelines.document.document import Passage
from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.numbers.written import possible_types

AMOUNT = {"MONEY", "PER_SHARE"}
ANY = {"none", *FIGURE_TYPES}


def possible(text: str, kind: str = "paragraph", column: str | None = None) -> set[str]:
    """Types left to the number in angle brackets; "|" parts the cells of a row."""
    text = text.replace("|", "\t")
    start, end = text.index("<"), text.index(">") - 1
    text = text.replace("<", "").replace(">", "")
    first, last = 0, len(text)
    if kind == "cell":
        first, last = text.rfind("\t", 0, start) + 1, (text + "\t").index("\t", end)
    passage = Passage(first, last, column=column, kind=kind)
    left = possible_types(text, start, end, passage)
    return {name for name, may_be in zip(("none", *FIGURE_TYPES), left, strict=True) if may_be}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rose <4.5>%", {"PERCENT"}),
        ("rose <one> to two percent", {"PERCENT"}),
        ("between <eight> and ten million dollars", {"MONEY"}),
        ("from $<12.00> to $14.50 per month", {"MONEY"}),
        ("or $<1,472> per kW", {"MONEY"}),
        ("bought 0.6 million shares at $<6.10> and", {"PER_SHARE"}),
        ("of $<0.10> per share per month", {"PER_SHARE"}),
        ("warrants at $<1.00> per warrant for", {"PER_SHARE"}),
        ("sold <6,600,000> private placement warrants", {"SHARES"}),
        ("<two> or three million shares", {"SHARES"}),
        ("(Note: Amounts less than <one> million yen are rounded down.)", {"none"}),
        ("Amounts below ¥<1> million have been truncated.", {"none"}),
        ("Fractions of <one> thousand yen are discarded.", {"none"}),
        ("Figures are rounded to the nearest <one> hundred thousand dollars.", {"none"}),
        ("They are shown by rounding down figures less than <1> million yen.", {"none"}),
        ("Loans of less than <one> million yen are forgiven.", {"MONEY"}),
        ("Leases below $<5,000> are disregarded.", {"MONEY"}),
        ("or <5.6> points on the combined ratio, versus", {"PERCENT"}),
        ("The expense ratio was <31.2> (2022: 31.9).", {"PERCENT"}),
        ("The expense ratio was 31.2 (2022: <31.9>).", {"PERCENT"}),
        ("The loss ratio was <0.64> in", ANY),
        ("The Company has <16,00,00,000> equity shares.", {"SHARES"}),
        ("FFO per diluted share of $2.86 - $2.90 (previously $<2.82> - $2.88).", {"PER_SHARE"}),
        ("FFO per diluted share of $2.86 - $2.90 (previously $2.82 - $<2.88>).", {"PER_SHARE"}),
        ("FFO per diluted share of $2.28 to $2.31 (previously $<2.24> to $2.30).", {"PER_SHARE"}),
        ("net profit to CHF 98.2 million and earnings per share to CHF <5.46>.", {"PER_SHARE"}),
        ("income per diluted share was $<0.24>.", {"PER_SHARE"}),
        ("raise our EPS by 12% to €<2.61> and", {"PER_SHARE"}),
        ("raise our sales by 12% to €<2.61> and", AMOUNT),
        ("Price target: €<48.00> (from €39.00).", {"PER_SHARE"}),
        ("Price at 6 November 2025: €<37.15>.", {"PER_SHARE"}),
        ("bought 900 of our shares in 2025 at an average of $<92>, spending", {"PER_SHARE"}),
        ("at an average of $<92>, spending", AMOUNT),
        ("based on <68.5> million fully diluted shares", {"SHARES"}),
        ("average base rent of $<19.85> per square foot", {"MONEY"}),
        ("EPS is expected to be 95 cents to $<1.00>.", {"PER_SHARE"}),
        ("sugar went from 95 cents to $<1.00>.", AMOUNT),
        ("income of <12,5> Mrd. EUR", {"MONEY"}),
        ("debt of <300> M€ and", {"MONEY"}),
        ("cash of T€ <63.205>.", {"MONEY"}),
        ("to <1.284,7> Mio. € (previous year: 1.315,0 Mio. €)", {"MONEY"}),
        ("to <1.284,7> Mio. € (2023: 1.315,0 Mio. €)", {"MONEY"}),
        ("to 1.284,7 Mio. € (<2023>: 1.315,0 Mio. €)", ANY),
        ("capital of € <24.800.000> and", {"MONEY"}),
        ("into <24.800.000> no-par-value bearer shares", {"SHARES"}),
        ("income of <11,402>百万円。", {"MONEY"}),
        ("we serve <12> million. Euro area", ANY - {"PER_SHARE"}),
        ("pretax, or ($<0.18>) per diluted share", {"PER_SHARE"}),
        ("were worth $<2.59>, $4.75, and $4.18 per share", {"PER_SHARE"}),
        ("were worth $2.59, $<4.75>, and $4.18 per share", {"PER_SHARE"}),
        ("rose from 4.2% in 2024 to <5.17>% in", {"PERCENT"}),
        ("at least 3.5 to <1>, or", {"none"}),
        ("a 1 to <0.9> ratio per share", {"none"}),
        ("issuable by <6,400,000> to 82,250,000 shares", {"SHARES"}),
        ("and <800,000> vested stock options with", {"SHARES"}),
        ("cost of these shares of $<355> will", AMOUNT),
        ("shares of $<0.10> each", {"PER_SHARE"}),
        ("an interim dividend of <32> yen and", {"PER_SHARE"}),
        ("paid dividends of $<1.25> and", {"PER_SHARE"}),
        ("paid dividends of $<1.25> million and", {"MONEY"}),
        ("paid dividends of $<45> and", AMOUNT),
        ("and GAAP earnings were $<0.71>. That", {"PER_SHARE"}),
        ("raise EPS guidance to $<3.38> to $3.44", {"PER_SHARE"}),
        ("On Friday the closing price was $<52.64>.", {"PER_SHARE"}),
        ("Earnings per share:      C$ <1.93> (2023:", {"PER_SHARE"}),
        ("a margin of <8,0> to 8,5\npercent.", {"PERCENT"}),
        ("Total <120>\nPercent of sales", ANY),
        ("Share capital (Face value of ₹ <10>/- each)", {"PER_SHARE"}),
        ("Share capital (of Rs. <2> each)", {"PER_SHARE"}),
        ("shares with a par value of €<5>", {"PER_SHARE"}),
        ("an aggregate face value of $<950>", AMOUNT),
        ("sitting fees of Rs. <500>/- a", AMOUNT),
        ("(cost: $1,084 – <2025>, $1,029 –", {"none"}),
        ("(cost: $466 – <2025>, $278 –", {"none"}),
        ("as ASC <470>-20 says", {"none"}),
        ("as ASC 470-<20> says", {"none"}),
        ("the Pension Fund of Local <227>, which", {"none"}),
        ("<8>. Income taxes", {"none"}),
        ("rose <4> percentage points", {"PERCENT"}),
        ("due 2030 (<750>MM Euro 1.1096)", {"MONEY"}),
        ("due 2030 (750MM Euro <1.1096>)", {"none"}),
        ("due 2030 (<1.5>B GBP 1.2758)", {"MONEY"}),
        ("sold for EUR <1.10> each", AMOUNT),
        ("production of <39,000> to 40,000 boe/d", {"none"}),
        ("priced between $<17.00> and $19.00 per share", {"PER_SHARE"}),
        ("NAV per share (A-Acc): EUR <142.37> and", {"PER_SHARE"}),
        ("priced at $<17.00> to $19.00 per share", {"PER_SHARE"}),
        ("costs of $<17.00> and $19.00 per share", AMOUNT),
        ("SOFR plus <75> basis points", {"PERCENT"}),
        ("grew to NOK 14 million (<1,158>)", {"MONEY"}),
        ("diluted EPS rose by an impact of approximately $<0.13>", {"PER_SHARE"}),
        ("EPS was $0.31 vs. $<0.44> in", {"PER_SHARE"}),
        ("EPS between $<0.52> and $0.60", {"PER_SHARE"}),
        ("EPS is expected to be between $0.52 and $<0.60>", {"PER_SHARE"}),
        ("adjusted EPS in the range of $<3.30> to $3.50", {"PER_SHARE"}),
        ("adjusted EPS in the range of $3.30 to $<3.50>", {"PER_SHARE"}),
        ("EPS in line and sales between $<3.30> million and", {"MONEY"}),
        ("EPS came in at $0.58, against $<0.47>.", {"PER_SHARE"}),
        ("2,000 shares of Rs. <10> each", {"PER_SHARE"}),
        ("The average number of employees was <1,412> then", {"none"}),
        ("to 21 cents a share, from <19> cents", {"PER_SHARE"}),
        ("File number 001-<38771> of", {"none"}),
        ("taxpayer <47>-2231890 or", {"none"}),
        ("call (912) <555>-0147 now", {"none"}),
        ("an average hedged price of $<812> per tonne", {"MONEY"}),
        ("basic EPS of <64.2> €cents", {"PER_SHARE"}),
        ("a <500,000>-square-foot complex", {"none"}),
        ("grew <10>-12%", {"PERCENT"}),
        ("grew <10> to 12 percent", {"PERCENT"}),
        ("returns of <7> - 8% on bonds", {"PERCENT"}),
        ("through February <28>, 2025 for more shares", {"none"}),
        ("on May <1>, 2024 we", {"none"}),
        ("the total fair value of shares vested was $<258>, $256 and", {"MONEY"}),
        ("The total fair value of units vested was $25.8, $<19.4> and", {"MONEY"}),
        ("the weighted-average fair value of shares vested was $<258>", AMOUNT),
        ("the total fair value of shares vested rose. A unit was $<25>", AMOUNT),
        ("in <2024> 12% of them", ANY),
        ("from <2024> to 12%", ANY),
        ("paid <12.4> pence per share", {"PER_SHARE"}),
        ("up from <11.9>p", AMOUNT),
        ("a total dividend of 10.4p (2023: <9.8>p)", {"PER_SHARE"}),
        ("Earnings per share rose to <24.6> pence", {"PER_SHARE"}),
        ("Dividends of <10> cents", {"PER_SHARE"}),
        ("at <2>p.m. today", ANY),
        ("films in <1080>p", ANY),
        ("cost per share of $<2> million", {"MONEY"}),
        ("paid EUR <5>", AMOUNT),
        ("paid Rs. <1,234>", {"MONEY"}),
        ("paid <3> billion yen", {"MONEY"}),
        ("paid <5> € for", AMOUNT),
        ("in <2024> USD", ANY),
        ("bonds in EUR <2024>", ANY),
        ("a dividend of HK<3.5> cents", {"PER_SHARE"}),
        ("in RMB'<000>", {"none"}),
        ("Results ($<000>s, except per share)", {"none"}),
        ("Weighted shares (<000>s)", {"none"}),
        ("for 2023-<24> it", {"none"}),
        ("for 1Q FY24/<25> it", {"none"}),
        ("up <80>bp", {"PERCENT"}),
        ("a dividend of EUR <1.80> per no-par-value share", {"PER_SHARE"}),
        ("a margin of (+<1.2> p.p.)", {"PERCENT"}),
        ("production was <474.7> MBOE/d", {"none"}),
        ("grade of <6.12> g/t", {"none"}),
        ("EPS fell to (<9.7>)p from", {"PER_SHARE"}),
        ("net income per share of $0.19 to $<0.20>", {"PER_SHARE"}),
        ("added <1.65> lakh spindles", {"none"}),
        ("another <9> $5 notes", ANY),
        ("EPS was $(<0.12>)", {"PER_SHARE"}),
        ("at an average purchase price of $<84.12> for", {"PER_SHARE"}),
        ("at an average price of $<84> million each", {"MONEY"}),
        ("warrants with an exercise price of $<0.001>, and", {"PER_SHARE"}),
        ("notes convert at the lower of $<2.00> and 85%", {"PER_SHARE"}),
        ("its bid price had been below $<1.00> for", {"PER_SHARE"}),
        ("an aggregate exercise price of $<5>", AMOUNT),
        ("an exercise price of $<5> million", {"MONEY"}),
        ("a life of <6> years", {"none"}),
        ("shipped <3.5> million tons", {"none"}),
        ("some <19,000> full-time employees", {"none"}),
        ("net debt at <31.12.2023> fell", {"none"}),
        ("two percents of <93>", ANY),
        ("paid $<5>", AMOUNT),
        ("expects $15-<17> million", {"MONEY"}),
        ("expects €10 – <12> a share", {"PER_SHARE"}),
        ("expects $15 to <17> million", {"MONEY"}),
        ("expects $<5.10>-5.30 per share", {"PER_SHARE"}),
        ("expects $<5.10> – $5.30 per share", {"PER_SHARE"}),
        ("sold for $3 to <9> of them", ANY),
        ("paid $(<5.20>)", AMOUNT),
        ("paid $<.20>", AMOUNT),
        ("paid $<1,811>", {"MONEY"}),
        ("paid $<1.5> billion", {"MONEY"}),
        ("a price of $<1,000.00>", AMOUNT),
        ("paid $<0.25> per share", {"PER_SHARE"}),
        ("issued <12> million shares", {"SHARES"}),
        ("issued <1,200> restricted stock units", {"SHARES"}),
        ("granted <153,306> and 199,899 performance share units", {"SHARES"}),
        ("As of January <3>, 2025, 435 million shares", {"none"}),
        ("As of January 31, <2025>, options were", ANY),
        ("our <2024> Performance Share Program", ANY),
        ("our class B-<2> common stock", {"none"}),
        ("paid EUR-<5> for", AMOUNT),
        ("shipped Level<5> units", ANY),
        ("the <52> share price targets", ANY),
        ("paid <12,000> for it", ANY - {"PERCENT", "PER_SHARE"}),
        ("par value $5.00 – <1,200,000> shares authorized", {"SHARES"}),
        ("with a grant date fair value of $<204.15>", {"PER_SHARE"}),
        ("the closing stock price as of June 30, 2021 of $<48.20>", {"PER_SHARE"}),
    ],
)
def test_what_a_number_may_be(text: str, expected: set[str]) -> None:
    assert possible(text) == expected


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("2024 vs <2023> % change|8", None),
        ("Revenue|<2024>|2023", None),
        ("Level <2>|$18,526", None),
        ("Bonds|<2>|1,050", "Fair Value Hierarchy Level"),
        ("Cost of revenues (<1>)|$72", None),
        ("Subtotal|430 (<4>)", None),
        ("Series A|— (<2>)", None),
        ("Subtotal|3.07% (<1>)", None),
        ("Deferred tax assets (<1>):|$72", None),
        ("(<1>) Includes shares of class A", None),
        ("(<1>)Includes shares of class A", None),
        ("<10.31>|Form of notice", None),
        ("<10.49>|—|Form of notice", None),
        ("Depositary shares, each a <1>/1000th interest in a share", None),
        ("Form of notice (Exhibit <10.1> to the report)", None),
        ("The notes are Exhibits 4.1, 4.2 and <4.3> to Form 8-K", None),
        ("Notes due 2025|IBM <25>B", "Trading Symbol"),
        ("Loss per share (notes 1, 12 and <13>):|$5", None),
        ("Debt, note <7>|$5", None),
        ("Shares issued for <401>(k) contribution|1,215", None),
    ],
)
def test_marks_are_no_figures(text: str, column: str | None) -> None:
    assert possible(text, "cell", column) == {"none"}


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("Other|(<12>)|4", "2024", ANY),
        ("Other|(<12>)", None, ANY),
        ("Fiscal <2027>|564", None, ANY),
        ("Due|<2029>", "Amount", ANY),
        ("<10.31>|12.50", "2024", ANY),
        ("Bonds|<207>", "Fair Value Hierarchy Level", ANY),
        ("Sales|<—>|4", "2024", ANY),
    ],
)
def test_numbers_of_tables_that_look_like_marks_are_left_open(
    text: str, column: str | None, expected: set[str]
) -> None:
    assert possible(text, "cell", column) == expected


def test_a_currency_in_the_row_above_is_no_cell_s() -> None:
    assert possible("€ million|€\n<31>|241", "cell") == possible("Total|31\n<31>|241", "cell")


def test_a_number_in_brackets_in_prose_is_no_mark() -> None:
    assert possible("a net loss of (<12>)") == ANY


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("Canada", "Number of Associates", {"none"}),
        ("Employees (average)", "2024", {"none"}),
        ("Technology", "Useful Life", {"none"}),
        ("Weighted-average remaining lease term (years)", "2024", {"none"}),
        ("Expected term (in years)(1)", "2024", {"none"}),
        ("Total", "Outstanding Average life(1)", {"none"}),
        ("Goodwill", "Note", {"none"}),
        ("Basic and diluted EPS (Rs.)", "FY24", {"none", "PER_SHARE"}),
        ("Dividend per share", "2024", {"none", "PER_SHARE"}),
        ("Net assets per share (yen)", "2024", {"none", "PER_SHARE"}),
        ("As of March 31, 2025", "Net assets per share Yen", {"none", "PER_SHARE"}),
        ("Dividend per share", "Change %", ANY),
        ("Dividend per share", "$ Change", {"none", "PER_SHARE"}),
        ("in % of net sales", "H1 2024", {"none", "PERCENT"}),
        ("EBITDA margin, % of sales", "2024", {"none", "PERCENT"}),
        ("EPS growth", "2024", ANY),
        ("Number of shares", "2024", ANY),
        ("Customer relationships, useful life of ten years", "2024", ANY),
        ("Receivables from customers", "2024", ANY),
    ],
)
def test_heads_tell_what_a_cell_may_be(row: str, column: str, expected: set[str]) -> None:
    passage = Passage(0, 4, row=row, column=column, kind="cell")
    left = possible_types("12.5", 0, 4, passage)
    assert {
        n for n, may_be in zip(("none", *FIGURE_TYPES), left, strict=True) if may_be
    } == expected


def test_a_currency_in_a_row_of_earnings_a_share_is_of_a_share() -> None:
    passage = Passage(0, 5, row="Earnings per share", column="2024", kind="cell")
    left = possible_types("€4.12", 1, 5, passage)
    assert [n for n, may_be in zip(("none", *FIGURE_TYPES), left, strict=True) if may_be] == [
        "PER_SHARE"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <20>-for-1 split of", {"none"}),
        ("a 20-for-<1> split of", {"none"}),
        ("Patent Nos. 7,114,170 and <7,203,640>, each", {"none"}),
        ("cover of <9.9>x in", {"none"}),
        ("SOFR level <5> on", {"none"}),
        ("debt of <3.50> to 1.00 or", {"none"}),
        ("debt of 3.50 to <1.00> or", {"none"}),
        ("shipped <1.2> million robots to", {"none"}),
        ("had <1.2> million active members who", {"none"}),
        ("chips of <3.3>-volt and", {"none"}),
        ("lines of <0.5> micron and", {"none"}),
        ("a portfolio of <148> properties and", {"none"}),
        ("paid <1.2> million dollars to", ANY - {"none"}),
        ("paid $<5> to 1 of", AMOUNT),
        ("earned <3,45> a", ANY),
        ("all in $<000>s, but", {"none"}),
        ("in CHF <1’000>", {"none"}),
        ("paid in CHF <1’000>", AMOUNT),
        ("The number of our stores rose by <181> to 6,411", {"none"}),
        ("The number of our stores rose by 181 to <6,411>", {"none"}),
        ("Monthly active users reached <84.2> million", {"none"}),
        ("Staff numbers fell to <812> in", {"none"}),
        ("sales rose by 181 to <6,411> in", ANY - {"PERCENT", "PER_SHARE"}),
        ("sales of MSEK <1.2> and", {"MONEY"}),
        ("sales of MSEK 204 (<125>) and", {"MONEY"}),
        ("debt of EURbn <1.2> and", {"MONEY"}),
        ("EPS of SEK <1.2> and", {"PER_SHARE"}),
        ("The share closed at CHF <498.50> on", {"PER_SHARE"}),
        ("Our shares ended the half year at CHF <98.50> on", {"PER_SHARE"}),
    ],
)
def test_multiples_and_things_are_no_figures(text: str, expected: set[str]) -> None:
    assert possible(text) <= expected


@pytest.mark.parametrize(
    ("row", "none"),
    [
        ("Current ratio", True),
        ("Net debt / EBITDA", True),
        ("Interest coverage (times)", True),
        ("Net leverage (x)", True),
        ("Rentable square feet (thousands)", True),
        ("Expected life in years", True),
        ("Weighted Average Remaining Useful Life (Years) January 31, 2025", True),
        ("Weighted average life remaining", True),
        ("Weighted-average years to recognize compensation expense", True),
        ("Amortization in years past", False),
        ("Effect of exchange rates", False),
        ("Efficiency ratio", False),
        ("Due to employees", False),
        ("Physical stores (2)", False),
        ("Investments in associates", False),
        ("Associates", False),
        ("Debt and interest", False),
        ("Employees at year end", True),
        ("Stores at end of period", True),
        ("Workforce at 31 December", True),
        ("Aircraft, end of fiscal year (owned)", True),
        ("Store count", True),
        ("Store numbers", True),
        ("Gross square footage (in thousands)", True),
        ("Tons sold", True),
        ("Revenue passengers carried, in thousands", True),
        ("Customers, thousand", True),
        ("Claims in force (thousands)", True),
        ("Average personnel", True),
        ("Personnel", False),
        ("Age", True),
        ("Deposits from customers at year end", False),
        ("Cost of vehicles sold", False),
        ("Motor vehicles at 31 December 2023", False),
        ("Rent per square foot", False),
        ("Cars and trucks", False),
        ("Grade (g/t Au)", True),
        ("Ore milled (000 tonnes)", True),
        ("Gold production ('000 oz)", True),
        ("Revenue (000)", False),
        ("Strip ratio (waste:ore)", True),
        ("Customers > $100k ARR", True),
        ("Net promoter score", True),
        ("Carbon intensity (tCO2e per £m revenue)", True),
        ("Large customers with ARR over $1 million", True),
        ("Deposits of customers above $250,000", False),
        ("Customers above 10% of sales", False),
        ("Full-time equivalent employees", True),
        ("GLA (sq. ft.)", True),
        ("Lumber shipments (mmfbm)", True),
    ],
)
def test_heads_of_multiples_and_counts(row: str, none: bool) -> None:
    passage = Passage(0, 3, row=row, kind="cell")
    left = possible_types("2.1", 0, 3, passage)
    assert (not any(left[1:])) == none


def test_decimals_with_a_comma_are_no_thousands() -> None:
    passage = Passage(0, 4, row="Earnings per share", kind="cell")
    assert possible_types("3,45", 0, 4, passage)[1 + FIGURE_TYPES.index("PER_SHARE")]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("A|2023-<12>-31", "period_end"),
        ("A|31/<12>/2023", None),
        ("A|<30.06.24>", None),
        ("A|30-Jun-<24>", None),
        ("MSEK|<30> Sep 2025", None),
        ("MSEK|Sep <30>, 2025", None),
        ("A|<2023>", "fiscal_year"),
    ],
)
def test_dates_that_fill_cells_are_no_figures(text: str, column: str | None) -> None:
    assert possible(text, "cell", column) == {"none"}


def test_a_database_s_column_states_earnings_per_share() -> None:
    assert possible("A|<0.82>", "cell", "eps_diluted") == {"none", "PER_SHARE"}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("2024 Income", False),
        ("Net income (loss) (Numerator)", False),
        ("Shares (in thousands)", False),
        ("Per-share amount", True),
        ("2024", True),
    ],
)
def test_what_is_divided_is_no_amount_a_share(column: str, expected: bool) -> None:
    passage = Passage(0, 4, row="Basic EPS", column=column, kind="cell")
    assert (not any(possible_types("41.1", 0, 4, passage)[1:4])) == expected
