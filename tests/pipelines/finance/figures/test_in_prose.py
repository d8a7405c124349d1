"""Periods of figures in releases and reports of plain text, which no American cover opens."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import cases, period

RELEASE = """Marlow Bancorp Reports Third Quarter 2024 Results

KEENE, N.H., October 22, 2024 -- Marlow Bancorp earned $18.4 million, or $1.12 per diluted share, \
for the quarter ended September 30, 2024, compared to $16.9 million, or $1.03 per diluted share, \
for the second quarter of 2024 and $20.2 million for the third quarter of 2023.

Margin was 3.08%, up from 3.02% in the linked quarter. Loans grew to $6.71 billion at September \
30, 2024. Revenue rose to $57.9 million. The Board declared a dividend of $0.34, payable on \
November 15, 2024 to shareholders of record on November 1, 2024.

During the quarter we bought shares for $2.5 million. Deposits were $5.1 billion against \
$4.9 billion in the same quarter of the prior year. For the nine months ended September 30, 2024 \
they grew 4.4%.

We expect net interest income of $205 million in 2025. Fees were $31.7 million.
"""
INDIAN = """Vardhan Mills Limited
Annual Report 2023-24

Revenue for FY24 was Rs. 9,504 crore as against Rs. 10,137 crore in FY23. Profit fell \
to Rs. 632 crore.

Exports were Rs. 77 crore.
"""
SWISS = """Zander AG
Geschäftsbericht 2023

Net sales rose to CHF 762.1 million (2022: CHF 730.6 million). The Board will propose a dividend \
of CHF 1.30 per share at the Annual General Meeting on 21 March 2024. Cash flow reached CHF \
84.0 million.
"""


FIRST = """Brightloom Announces Fiscal 2025 First Quarter Results

Results of the fiscal first quarter ended April 30, 2024.

Revenue was $214 million, up from $158 million in the prior-year period. For the second quarter of \
fiscal 2025, we expect revenue of $221 million. For fiscal 2025, we expect revenue of $918 million.
"""
FOURTH = """Lac Seul Gold Corp. reports Q4 and full-year 2023 results

Net earnings were $31 million ($0.14 per share) for the quarter and $104 million ($0.47 per share) \
for 2023. Cash stood at $210 million as at December 31, 2023, up from $164 million at the end of Q3.

The review is expected in July 2024. The pension surplus was $21 million.
"""


NORDIC = """Nordhavn ASA – Results for the second quarter of 2024

Profit before tax was NOK 1,412 million in the second quarter (1,158), a return of 19.4% (16.8).

Year to date, profit was NOK 2,345 million. For the six months ended June 30, 2024, cash flow was \
NOK 619 million, compared with NOK 495 million for the same period in 2023.

The investment return was NOK 642 million.
"""
TRUST = """ANNUAL REPORT TO UNITHOLDERS

As at December 31, 2023 occupancy was 97%.

Income for the year was $112 million (2022 - $108 million). Distributions of $90 million were \
declared in each of 2023 and 2022. Costs were $18 million.

We sold a property for $41 million.
"""


FRENCH = """Valmorel: 2023 Full-Year Results

Revenue came to €4,217m, versus €4,054m in 2022. Operating income was €412m. Net income stood at \
€251m against €219m.

In the second half, revenue amounted to €2,163m. In the fourth quarter alone, it was €1,118m.
"""
OIL = """Tidewater Resources, Inc. Announces Second-Quarter 2024 Results

Tidewater reported second-quarter 2024 net income of $419 million (prior-year quarter: $386 \
million).

Capital expenditures totaled $637 million in the second quarter and $1,246 million year to date.
"""
GUIDANCE = """Orchard Devices, Inc. Updates Guidance

IRVINE, Calif., Nov. 6, 2024 (GLOBE NEWSWIRE) -- Orchard now expects 2024 revenue of $388 million. \
Third quarter worldwide revenue was $98.7 million, compared to $85.1 million in the third quarter \
of 2023. International revenue was $27.5 million. Net loss was $7.9 million, compared to a net \
loss of $13.4 million, or $0.28 per share. Cash was $142.6 million as of September 30, 2024.
"""


SINGAPORE = """MERLION TRUST
Results for the financial quarter ended 30 June 2024 (1Q FY24/25)

Gross revenue for 1Q FY24/25 was S$181 million, 1.7% higher than S$178 million in 1Q FY23/24. Net \
income rose to S$134 million.
"""
GROCER = """Harrowgate Foods plc
Interim results for the 26 weeks to 28 September 2024

Sales grew to £16.3bn (H1 2023/24: £15.6bn). Profit was £76m (HY 23/24: £173m). Profit for the 52 \
weeks to 30 March 2024 was £300m. In the year-ago quarter it was £99m.
"""
AUSTRALIAN = """Banksia Group Limited
Half-year results for the 26 weeks ended 31 December 2023

Sales were A$4,862 million. The Board declared a dividend of 27 cents, payable on 28 March 2024 \
with a record date of 4 March 2024. Sales for FY24 are expected to be A$9,190 million. Online \
sales were A$865 million.
"""


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(
            RELEASE,
            ("$18.4 million", "2024-07-01/2024-09-30"),
            ("$1.12", "2024-07-01/2024-09-30", "PER_SHARE"),
            ("$16.9 million", "2024-04-01/2024-06-30"),
            ("$1.03", "2024-04-01/2024-06-30", "PER_SHARE"),
            ("$20.2 million", "2023-07-01/2023-09-30"),
            ("3.02%", "2024-04-01/2024-06-30", "PERCENT"),
            ("$57.9 million", "2024-07-01/2024-09-30"),
            ("$0.34", "2024-07-01/2024-09-30", "PER_SHARE"),
            ("$2.5 million", "2024-07-01/2024-09-30"),
            ("$205 million", "2025-01-01/2025-12-31"),
        ),
        *cases(
            FIRST,
            ("$158 million", "2023-02-01/2023-04-30"),
            ("$221 million", "2024-05-01/2024-07-31"),
            ("$918 million", "2024-02-01/2025-01-31"),
        ),
        *cases(
            FOURTH,
            ("$31 million", "2023-10-01/2023-12-31"),
            ("$104 million", "2023-01-01/2023-12-31"),
            ("$164 million", "2023-09-30"),
        ),
        *cases(
            NORDIC,
            ("NOK 1,412 million", "2024-04-01/2024-06-30"),
            ("1,158", "2023-04-01/2023-06-30"),
            ("16.8", "2023-04-01/2023-06-30", "PERCENT"),
            ("NOK 2,345 million", "2024-01-01/2024-06-30"),
            ("NOK 495 million", "2023-01-01/2023-06-30"),
            ("NOK 642 million", "2024-04-01/2024-06-30"),
        ),
        *cases(
            OIL,
            ("$419 million", "2024-04-01/2024-06-30"),
            ("$386", "2023-04-01/2023-06-30"),
            ("$637 million", "2024-04-01/2024-06-30"),
            ("$1,246 million", "2024-01-01/2024-06-30"),
        ),
        *cases(
            GUIDANCE,
            ("$388 million", "2024-01-01/2024-12-31"),
            ("$98.7 million", "2024-07-01/2024-09-30"),
            ("$27.5 million", "2024-07-01/2024-09-30"),
            ("$13.4 million", "2023-07-01/2023-09-30"),
            ("$0.28", "2023-07-01/2023-09-30", "PER_SHARE"),
        ),
    ],
)
def test_releases_of_quarters(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(
            INDIAN,
            ("Rs. 9,504 crore", "2023-04-01/2024-03-31"),
            ("Rs. 10,137 crore", "2022-04-01/2023-03-31"),
            ("Rs. 632 crore", "2023-04-01/2024-03-31"),
            ("Rs. 77 crore", "2023-04-01/2024-03-31"),
        ),
        *cases(
            SWISS,
            ("CHF 762.1", "2023-01-01/2023-12-31"),
            ("CHF 730.6", "2022-01-01/2022-12-31"),
            ("CHF 1.30", "2023-01-01/2023-12-31"),
            ("CHF 84.0 million", "2023-01-01/2023-12-31"),
        ),
        *cases(
            TRUST,
            ("$112", "2023-01-01/2023-12-31"),
            ("$108", "2022-01-01/2022-12-31"),
            ("$18 million", "2023-01-01/2023-12-31"),
            ("$41 million", "2023-01-01/2023-12-31"),
        ),
        *cases(
            FRENCH,
            ("€4,054m", "2022-01-01/2022-12-31"),
            ("€412m", "2023-01-01/2023-12-31"),
            ("€219m", "2022-01-01/2022-12-31"),
            ("€2,163m", "2023-07-01/2023-12-31"),
            ("€1,118m", "2023-10-01/2023-12-31"),
        ),
    ],
)
def test_reports_of_years(tmp_path: Path, text: str, span: str, label: str, expected: str) -> None:
    assert period(tmp_path, text, span, label) == expected


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(
            SINGAPORE,
            ("S$181 million", "2024-04-01/2024-06-30"),
            ("S$178 million", "2023-04-01/2023-06-30"),
            ("S$134 million", "2024-04-01/2024-06-30"),
        ),
        *cases(
            GROCER,
            ("£16.3bn", "2024-03-31/2024-09-28"),
            ("£76m", "2024-03-31/2024-09-28"),
            ("£300m", "2023-04-02/2024-03-30"),
        ),
        *cases(
            AUSTRALIAN,
            ("27 cents", "2023-07-01/2023-12-31"),
            ("A$9,190 million", "2023-07-01/2024-06-30"),
            ("A$865 million", "2023-07-01/2023-12-31"),
        ),
    ],
)
def test_years_that_begin_within_calendar_years(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


@pytest.mark.parametrize("span", ["£15.6bn", "£173m"])
def test_a_half_of_the_year_before(tmp_path: Path, span: str) -> None:
    assert period(tmp_path, GROCER, span) == "2023-04-02/2023-09-30"


def test_the_time_of_what_is_awaited_is_not_handed_on(tmp_path: Path) -> None:
    assert "2024" not in period(tmp_path, FOURTH, "$21 million")


def test_a_forecast_s_year_is_not_handed_on(tmp_path: Path) -> None:
    assert "2025" not in period(tmp_path, RELEASE, "$31.7 million")


@pytest.mark.parametrize(
    ("span", "year"),
    [("£9m", 2023), ("£5", 2023), ("£4", 2022), ("3.5%", 2022), ("£2", 2022)],
)
def test_what_a_compared_amount_is_of_another_is_of_its_year(
    tmp_path: Path, span: str, year: int
) -> None:
    text = "Results for the year ended 31 December 2023. The rate was 24% in 2023 and 25% in 2022. "
    text += "Sales were £9m. Profit was £5 million, compared with £4 million (3.5% of sales). "
    text += "Gains were £3 million against losses of £2 million."
    assert period(tmp_path, text, span, "PERCENT" if "%" in span else "MONEY")[:4] == str(year)


def test_what_was_compared_is_not_handed_on(tmp_path: Path) -> None:
    text = "Sales for the year ended 31 December 2023 were £8 million, compared with £7 million "
    text += "for 2022. Costs were £5 million (2022: £4 million). Profit was £3 million."
    assert period(tmp_path, text, "£5") == "2023-01-01/2023-12-31"
    assert period(tmp_path, text, "£3") == "2023-01-01/2023-12-31"
    text += " Margins improved 110 basis points to 36.4%."
    assert period(tmp_path, text, "36.4%", "PERCENT") == "2023-01-01/2023-12-31"


@pytest.mark.parametrize(
    ("number", "year"),
    [
        ("4,120", 2022),
        ("4,647", 2023),
        ("654", 2023),
        ("40.1", 2021),
        ("44.9", 2023),
        ("6.3", 2023),
    ],
)
def test_what_an_amount_is_in_another_currency_has_its_time(
    tmp_path: Path, number: str, year: int
) -> None:
    text = """Annual report for the year ended December 31, 2023

Revenues increased from RMB4,120 million in 2022 to RMB4,647 million (US$654 million) in 2023. \
Pay was RMB40.1 million, RMB42.2 million and RMB44.9 million (US$6.3 million) in 2021, 2022 and \
2023, respectively.
"""
    assert period(tmp_path, text, number) == f"{year}-01-01/{year}-12-31"


@pytest.mark.parametrize(
    "when",
    [
        "compared to {} for the same periods in 2023",
        "compared to {} for the corresponding periods of the prior year",
        "versus {} in the same periods last year",
        "compared with {} for the 2023 periods",
        "up from {}",
    ],
)
def test_figures_of_two_periods_are_compared_with_those_of_the_year_before(
    tmp_path: Path, when: str
) -> None:
    text = "Revenue for the three and nine months ended September 30, 2024 was $109 million and "
    text += f"$315 million, respectively, {when.format('$102 million and $304 million')}."
    spans = ("$109 million", "$315 million", "$102 million", "$304 million")
    assert [period(tmp_path, text, span) for span in spans] == [
        "2024-07-01/2024-09-30",
        "2024-01-01/2024-09-30",
        "2023-07-01/2023-09-30",
        "2023-01-01/2023-09-30",
    ]


def test_what_an_amount_is_in_another_currency_lasts_as_long(tmp_path: Path) -> None:
    text = """Annual report for the year ended December 31, 2023

The total was RMB4.6 billion (US$0.7 billion), compared with RMB4.3 billion in 2022.
"""
    assert period(tmp_path, text, "US$0.7") == period(tmp_path, text, "RMB4.6")


@pytest.mark.parametrize(
    ("sentence", "year"),
    [
        ("Losses increased $3 million over 2022 results to $811 million.", 2023),
        ("Sales for 2023 were $9 million, less than the prior year sales of $811 million.", 2022),
        (
            "Tax of $9 million was due for 2023, while tax of $811 million was paid for 2022.",
            2022,
        ),
        ("Sales of 2023 fell due to a sale in the prior year and a cost of $811 million.", 2023),
        ("Sales were $9 million in 2023 compared to $8 million in 2022, up $811 million.", 2023),
        (
            "Sales for 2023 were $92 million compared to $72 million in 2022, a decrease of"
            " $811 million or 7.8%.",
            2023,
        ),
        (
            "Sales for 2023 were $92 million compared to $72 million in 2022, a decrease of"
            " $20 million or $811 million in all.",
            2023,
        ),
        ("Sales were $811 million, a decrease of 2.8% from 2022 sales of $109 million.", 2023),
        ("Sales were $109 million, a decrease of 2.8% from 2022 sales of $811 million.", 2022),
        (
            "Sales rose by $5.3 million, $1.9 million and $811 million, respectively from 2022.",
            2023,
        ),
        (
            "Costs were $9 million in 2023 as compared to $811 million, or 5% of sales, in 2022.",
            2022,
        ),
        ("Costs were 4% in 2023 as compared to 8%, or $811 million of sales, in 2022.", 2022),
        ("Pay was $9 million as compared to $8, or $811 million of pay in the prior year.", 2022),
        ("The increase was $811 million due to acquisitions closed during 2022 and 2021.", 2023),
        ("This includes a $35 million charge in 2023 and a $811 million charge in 2022.", 2022),
        ("Costs rose 9% from 2022 to 2023 and $811 million from 2021 to 2022.", 2022),
        (
            "Loans rose from $9 million to $811 million to $950 million in 2021, 2022 and 2023.",
            2022,
        ),
        ("Loans rose from $7 to $9 million to $811 million in 2021, 2022 and 2023.", 2023),
        ("Tax of $9 million was paid for 2022, while tax of $811 million was due.", 2022),
        ("Income fell $9 million for 2023 compared to 2022 or approximately $811 million.", 2023),
        (
            "The growth in 2023 over the comparable period in fiscal year 2022 was due to higher"
            " branding and rental costs of $811 million.",
            2023,
        ),
        ("Plants (some sold in 2022) paid $811 million to the Company's holders in 2023.", 2023),
        (
            "Under the Company's 2022 Long-Term Incentive Plan (2022 LTIP) $811 million fell due.",
            2023,
        ),
        ("We moved in June 2021. Costs rose $811 or 1.1% from 2022 to 2023, $5 before.", 2023),
        ("Fiscal 2023 margin fell to $26.7 million from the fiscal 2022 margin of $811.", 2022),
        ("Sales were $811 million in 2022, which some (as of 2021) had foreseen.", 2022),
        ("Sales rose 2% in 2023 from 2022, which had a week more that brought $811 million.", 2022),
        ("Sales rose $811 million, after a decline of $9 million in 2022.", 2023),
        ("Sales rose to $811 million after $9 million in 2022.", 2023),
        ("Sales rose, after a decline of $811 million in 2022.", 2022),
    ],
)
def test_times_that_a_figure_is_not_for(tmp_path: Path, sentence: str, year: int) -> None:
    text = f"Annual report for the year ended December 31, 2023\n\n{sentence}\n"
    assert period(tmp_path, text, "$811").endswith(f"{year}-12-31")


PROXY = """Acme Inc. annual report for the year ended December 31, 2024

Only holders of record on March 20, 2025 may vote. On that date 84,612,377 shares of common stock \
were outstanding.

Net revenue retention was 112% as of December 31, 2024, and growth 9% in 2024.
"""
RESEARCH = """Equity research, 7 November 2025

We raise our 2026E EPS by 12% to €2.61. Revenue was €312 million in 3Q25.
"""


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(
            PROXY,
            ("84,612,377", "2025-03-20", "SHARES"),
            ("112%", "2024-12-31", "PERCENT"),
            ("9%", "2024-01-01/2024-12-31", "PERCENT"),
        ),
        *cases(
            RESEARCH,
            ("12%", "2026-01-01/2026-12-31", "PERCENT"),
            ("€2.61", "2026-01-01/2026-12-31", "PER_SHARE"),
        ),
    ],
)
def test_days_and_estimated_years_beside_a_figure_tell_its_time(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [("€45 million", "2025-12-31"), ("€7 million", "2024-12-31"),
     ("€196 million", "2025-01-01/2025-12-31")],
)  # fmt: skip
def test_the_reporting_date_and_year_are_the_reports_own(
    tmp_path: Path, span: str, expected: str
) -> None:
    text = """Annual report for the financial year ended 31 December 2025

The bond was issued in 2023. Of the credit line of €600 million, €45 million had been drawn at \
the reporting date (previous year: €7 million). In the fourth quarter of 2025 sales fell. Capital \
expenditure was €196 million in the reporting year.
"""
    assert period(tmp_path, text, span) == expected
