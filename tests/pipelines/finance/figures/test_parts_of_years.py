"""Periods in reports on a quarter or a half, in prose and in tables of plain text."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import cases, period

HALF = """Northgate Packaging plc
Half-year results for the six months ended 30 June 2024

Net debt at the period end was £412.3 million. Organic growth was 3.2% in the quarter and 7.5% for \
the half year. We expect capital expenditure of £90 million in the full year.

On 18 January 2024 the Group acquired Pakko Oy for €45 million. The business contributed revenue \
of £14.1 million to the half year.

2025 Outlook
Organic growth: 4-6%

Key figures (£m)
\tQ2 2024\tH1 2024
Revenue\t412.4\t809.3
Net debt\t431.0\t432.0
"""
WEEKS = """KESTREL CORPORATION REPORTS FOURTH QUARTER AND FISCAL YEAR 2024 RESULTS

Kestrel Corporation today reported results for the year ended December 28, 2024.

Fourth Quarter Highlights
• Revenue of $231.7M
• Cash flow of $61M

\tThree Months Ended\t\tFiscal Year Ended
\tDecember 28,\tSeptember 28,\tDecember 28,\tDecember 30,
\t2024\t2024\t2024\t2023
Net revenue\t$231,704\t$227,350\t$889,412\t$951,206
Cost of revenue\t104,730\t103,899\t403,775\t418,204
"""
NORDIC = """Tessera AS – Q3 2024 report

Revenue was NOK 1,284 million (1,102), the margin 55% (56%). Volumes grew 4% (–3).

Net interest-bearing debt of NOK 8.9 billion is down from NOK 9.3 billion at the beginning of \
the year. The company expects EBITDA of NOK \
2.6-2.7 billion for the full year, with full-year investments of NOK 1.5 billion.

NOK million\tQ3 24\tYTD 24\tYTD 23\t2023
Revenues\t1,284\t3,655\t3,294\t4,518
Equity ratio\t38.4%\t38.5%\t36.9%\t37.2%
"""
BROKER = """Sorrento Foods - BUY
14 October 2025

Our FY25E EBITDA moves to EUR 612m on the lower costs of milk.

Key forecasts (EUR m)
\t2024A\t2025E\t2026E
Revenue\t5,187\t5,402\t5,590
Net debt\t1,337\t1,163\t1,054
"""
FIRST_HALF = """Groupe Valmerance - Half-year financial report 2025

Organic growth was 4.2% in the first half and 3.6% in the first quarter. The Group confirms its \
2025 objectives: a free cash flow of €350 million.

The fund was launched: 12 May 2009. Revenue was €12 million.
"""
PARTNERS = """Caldera Partners, L.P.
Results for the quarter ended March 31, 2025

Caldera earned $212.4 million, or $0.87 per unit, compared with $188.0 million, or $0.77 per unit, \
for the first quarter of 2024. Segment margin was $268.3 million (Q1 2024: $251.9 million). Debt \
was $7.2 billion at quarter end. For 2025 we expect revenue of $2.1 billion.
"""
BANK = """CREST BANK
2024 ANNUAL REPORT

Deposits were $4.02 billion at December 31, 2024. They are up from $3.88 billion at year-end 2023; \
some 27% bear no interest.

\tAt or for the Year Ended December 31,
\t2024\t2023
Interest income\t$ 241,806\t$ 217,340
Adjustments to reconcile net income to net cash used in operating activities:
Total loans\t3,590,112\t3,377,540
Book value per share\t24.18\t23.07
Common equity tier 1 ratio\t12.4\t12.1
"""
FUND = """ALDERMOOR TRUST PLC
Annual Report for the year ended 31 October 2024

The return was 12.4% in the year to 31 October 2024.
"""
SHOP = """Net sales were $1,262.4 million in fiscal 2024 and $1,304.1 million in fiscal 2023. \
Fiscal 2024 ended February 1, 2025.

Profit was $463.3 million, compared to $488.9 million in the prior year. Capital expenditures \
were $44.9 million in fiscal 2024 and are expected to be $50 million to $55 million in fiscal 2025.
"""
INSURER = """GRANITE GROUP LTD.
SECOND QUARTER 2024 EARNINGS

Granite announced net income of $143.6 million, or $2.18 per share, for the second quarter of \
2024, compared to $98.4 million, or $1.47, for the second quarter of 2023. Book value per share of \
$31.07 at June 30, 2024 is up.
"""
NOTES = """X. Related parties

At 31 December 2024 an amount of SEK 1.4m was payable (SEK 1.6m). The loan falls due on 30 June \
2027.

SEK thousand\t2024\t2023
EY
Audit engagement\t4,215\t4,020
Total\t4,620\t4,285

Salaries amounted to SEK 712m (684) and to SEK 241m for the rest.
"""
EVENTS = """On February 10, 2025, the Company agreed to buy Keystone. It will acquire it \
for $1.34 billion. The agreement provides for a fee of $42 million.

On February 12, 2025, the Company reported on its quarter and year ended December 31, 2024. \
Revenue for the fourth quarter was $418.6 million. Full-year revenue was $1.71 billion.
"""
CALL = """Corvus Payments Corp.
Q3 2024 EARNINGS CALL

We ended the quarter with $1.9 billion of cash. For Q4 we guide to net revenue of $575 to $590 \
million. That implies full-year revenue of about $2.16 billion. Stock comp was $41 million.
"""
WEEKLY = """STERLING DEVICES, INC.
Report for the quarterly period ended September 28, 2024

Interest was $3.9 million and $5.2 million in the third quarters of 2024 and 2023 and $13.3 \
million and $15.8 million in the first nine months of 2024 and 2023. \
The tax rate was 23.8% (2023: 24.0%). Backlog stood at $88 million.
"""
BALANCE = """Consolidated Balance Sheets
(In thousands)

\tFebruary 1, 2025\tFebruary 3, 2024
Cash and cash equivalents\t$88,604\t$71,330
Total assets\t1,294,966\t1,276,559
"""
DAYS = """Cash was $5 million as of March 14, 2025."""
INDIAN = """Vishwa Limited
Annual Report 2023-24

Revenue for the year was Rs. 8,412 crore. The paid-up capital as on 31st March, 2024 was Rs. \
200 crore.
"""

HEADLINE = """Kaltenbach AG increases earnings in the third quarter

Düsseldorf, November 6, 2025

Sales rose to €1,482 million. In the third quarter of 2025, orders were €1,520 million.

€ million\t2025\t2024
Order backlog\t2,905\t2,718
"""


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(HEADLINE, ("€1,482 million", "2025-07-01/2025-09-30")),
        *cases(
            HALF,
            ("£412.3 million", "2024-06-30"),
            ("3.2%", "2024-04-01/2024-06-30", "PERCENT"),
            ("7.5%", "2024-01-01/2024-06-30", "PERCENT"),
            ("£90 million", "2024-01-01/2024-12-31"),
            ("£14.1 million", "2024-01-01/2024-06-30"),
            ("412.4", "2024-04-01/2024-06-30"),
            ("809.3", "2024-01-01/2024-06-30"),
            ("6%", "2025-01-01/2025-12-31", "PERCENT"),
            ("431.0", "2024-06-30"),
            ("432.0", "2024-06-30"),
        ),
        *cases(
            WEEKS,
            ("$231.7M", "2024-09-29/2024-12-28"),
            ("$61M", "2024-09-29/2024-12-28"),
            ("$227,350", "2024-06-30/2024-09-28"),
            ("$889,412", "2023-12-31/2024-12-28"),
            ("$951,206", "2023-01-01/2023-12-30"),
        ),
        *cases(
            NORDIC,
            ("1,102", "2023-07-01/2023-09-30"),
            ("55%", "2024-07-01/2024-09-30", "PERCENT"),
            ("56%", "2023-07-01/2023-09-30", "PERCENT"),
            ("3)", "2023-07-01/2023-09-30", "PERCENT"),
            ("NOK 8.9 billion", "2024-09-30"),
            ("NOK 9.3 billion", "2023-12-31"),
            ("NOK 2.6", "2024-01-01/2024-12-31"),
            ("2.7 billion", "2024-01-01/2024-12-31"),
            ("NOK 1.5 billion", "2024-01-01/2024-12-31"),
            ("1,284", "2024-07-01/2024-09-30"),
            ("3,655", "2024-01-01/2024-09-30"),
            ("3,294", "2023-01-01/2023-09-30"),
            ("4,518", "2023-01-01/2023-12-31"),
            ("38.5%", "2024-09-30", "PERCENT"),
        ),
        *cases(
            PARTNERS,
            ("$0.77", "2024-01-01/2024-03-31", "PER_SHARE"),
            ("$251.9 million", "2024-01-01/2024-03-31"),
            ("$7.2 billion", "2025-03-31"),
            ("$2.1 billion", "2025-01-01/2025-12-31"),
        ),
        *cases(
            BANK,
            ("27%", "2024-12-31", "PERCENT"),
            ("$ 217,340", "2023-01-01/2023-12-31"),
            ("3,377,540", "2023-12-31"),
            ("24.18", "2024-12-31", "PER_SHARE"),
            ("12.1", "2023-12-31", "PERCENT"),
        ),
        *cases(FUND, ("12.4%", "2023-11-01/2024-10-31", "PERCENT")),
        *cases(
            SHOP,
            ("$1,304.1 million", "2023-01-29/2024-02-03"),
            ("$463.3 million", "2024-02-04/2025-02-01"),
            ("$488.9 million", "2023-01-29/2024-02-03"),
            ("$50 million", "2025-02-02/2026-01-31"),
        ),
        *cases(
            INSURER,
            ("$98.4 million", "2023-04-01/2023-06-30"),
            ("$31.07", "2024-06-30", "PER_SHARE"),
        ),
        *cases(
            NOTES,
            ("SEK 1.6m", "2023-12-31"),
            ("4,020", "2023-01-01/2023-12-31"),
            ("SEK 712m", "2024-01-01/2024-12-31"),
            ("684", "2023-01-01/2023-12-31"),
        ),
        *cases(
            EVENTS,
            ("$1.34 billion", "2025-02-10"),
            ("$42 million", "2025-02-10"),
            ("$418.6 million", "2024-10-01/2024-12-31"),
            ("$1.71 billion", "2024-01-01/2024-12-31"),
        ),
        *cases(
            CALL,
            ("$1.9 billion", "2024-09-30"),
            ("$590", "2024-10-01/2024-12-31"),
            ("$2.16 billion", "2024-01-01/2024-12-31"),
            ("$41 million", "2024-07-01/2024-09-30"),
        ),
        *cases(
            WEEKLY,
            ("$3.9 million", "2024-06-30/2024-09-28"),
            ("$5.2 million", "2023-07-02/2023-09-30"),
            ("$13.3 million", "2023-12-31/2024-09-28"),
            ("$15.8 million", "2023-01-01/2023-09-30"),
            ("24.0%", "2023-07-02/2023-09-30", "PERCENT"),
            ("$88 million", "2024-09-28"),
        ),
        *cases(BALANCE, ("$71,330", "2024-02-03"), ("1,294,966", "2025-02-01")),
        *cases(
            FIRST_HALF,
            ("4.2%", "2025-01-01/2025-06-30", "PERCENT"),
            ("3.6%", "2025-01-01/2025-03-31", "PERCENT"),
            ("€350 million", "2025-01-01/2025-12-31"),
            ("€12 million", "2025-01-01/2025-06-30"),
        ),
        *cases(
            BROKER,
            ("EUR 612m", "2025-01-01/2025-12-31"),
            ("5,590", "2026-01-01/2026-12-31"),
            ("1,054", "2026-12-31"),
        ),
        *cases(DAYS, ("$5 million", "2025-03-14")),
        *cases(INDIAN, ("Rs. 200 crore", "2024-03-31")),
    ],
)
def test_parts_of_years(tmp_path: Path, text: str, span: str, label: str, expected: str) -> None:
    assert period(tmp_path, text, span, label) == expected


def test_a_part_of_the_year_to_come_in_a_forecast(tmp_path: Path) -> None:
    text = "For the second quarter we expect revenue of $90 million, and $400 million for the year."
    text = f"{PARTNERS.rpartition('Caldera earned')[0]}{text}\n"
    assert period(tmp_path, text, "$90 million") == "2025-04-01/2025-06-30"
    assert period(tmp_path, text, "$400 million") == "2025-01-01/2025-12-31"


def test_amounts_of_one_list_are_for_the_same_kind_of_time(tmp_path: Path) -> None:
    text = (
        "Results for the year ended June 30, 2024 were good.\n\nEstimated amortization for the "
        "next five years is $51 million, $47 million, $40 million, $31 million and $22 million.\n"
    )
    spans = ("$51 million", "$47 million", "$40 million", "$31 million", "$22 million")
    assert {period(tmp_path, text, span) for span in spans} == {"2024-06-30"}


def test_a_list_is_of_the_part_of_a_year_that_the_document_reports_on(tmp_path: Path) -> None:
    text = """Calder Reports Third Quarter 2025 Results

CORK, November 6, 2025 - Calder reports results for the three and nine months ended September \
30, 2025.

- Revenue of $811 million from the sale of gold.
"""
    assert period(tmp_path, text, "$811 million") == "2025-07-01/2025-09-30"
