"""What releases compare with, in words of their own: of the year before."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import cases, period
from time_growth import LINEAR, growth

from secateur.pipelines.finance.figures.implied import says_a_year_ago

ANNUAL = """Brennhagen SE - Annual Report 2024

EBIT came to EUR 289.5 million (previous year: EUR 301.2 million). Net income was EUR 178.9 \
million (prior-year figure: EUR 190.3 million). Sales of EUR 2.1 billion were 3% below last year's \
EUR 2.2 billion.
"""
QUARTER = """Quillon Trust Reports Third Quarter 2024 Results

NEW YORK, October 24, 2024 - Quillon Trust announced results for the quarter ended September 30, \
2024. On September 12, 2024, it acquired Linden Crossing for $58.3 million. Occupancy was 95.7% \
at quarter end. The Trust declared a quarterly dividend of $0.315 per share.

Third-quarter revenue of $101.2 million compared with $97.4 million in the prior-year quarter and \
$99.9 million in the second quarter of 2024.

Rent was $88.1 million in the third quarter of 2024, compared with $84.2 million in the same \
quarter of 2023.
"""
LAST_YEAR = """Halden Corp Reports Second Quarter 2025 Results

Results for the quarter ended June 30, 2025.

Earnings were $231 million, compared with $220 million in the second quarter of last year. In the \
second quarter of last year, orders were $1.70 billion.

Fees were $61 million, compared with $62 million last quarter. Last year's first half brought rent \
of $9 million. Prior-year second-quarter income of $19 million included a gain.

Costs grew to $25 million from $24 million in the comparison period.
"""
CLOSED = """Report for the nine months ended September 30, 2025

Inventories were $55 million at September 30, 2025, compared with $40 million at the prior \
year-end and $51 million at the end of the previous quarter.

Pump Systems sold for $702 million, a year earlier $694 million. The margin was 9.1%, against 8.8% \
in the pcp. Undrawn facilities were $310 million at balance date.
"""
COMPARED = """Norwood Corp annual report for the fiscal year ended December 31, 2024

Operating profit was $58.1 million, an increase of 9.2% on the $53.2 million reported in 2023, and \
the margin widened to 14.1%.

Sales of $612 million compare with $580 million in 2023. Orders were $640 million.

Premiums were $2.9 billion in 2024, compared with $2.7 billion in 2023, reflecting rate increases \
of 6.8%. Net additions of $43.4 million in 2023 followed adverse prior year additions of $51 \
million in 2022.

The yield was 4.6% at year-end 2024 and 4.3% at year-end 2023. Units rose 3.9%, on top of a 2.2% \
increase in the prior year.

Rent was $21 million, up from $20 million in 2023, and fees of $19 million in 2022.
"""
FOURTH = """Acme Corp Reports Fourth Quarter and Full Year 2024 Results

CHICAGO, February 6, 2025 - Acme Corp today reported fourth quarter revenue of $1.75 billion, down \
2% from $1.79 billion a year ago. The company ended the year with cash of $812 million. \
First-quarter 2025 EPS is expected to be $0.95 to $1.05.
"""


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(
            ANNUAL,
            ("EUR 301.2 million", "2023-01-01/2023-12-31"),
            ("EUR 190.3 million", "2023-01-01/2023-12-31"),
            ("EUR 2.1 billion", "2024-01-01/2024-12-31"),
            ("EUR 2.2 billion", "2023-01-01/2023-12-31"),
        ),
        *cases(
            QUARTER,
            ("$97.4 million", "2023-07-01/2023-09-30"),
            ("$99.9 million", "2024-04-01/2024-06-30"),
            ("$84.2 million", "2023-07-01/2023-09-30"),
        ),
        *cases(FOURTH, ("$1.79 billion", "2023-10-01/2023-12-31")),
        *cases(
            LAST_YEAR,
            ("$231 million", "2025-04-01/2025-06-30"),
            ("$220 million", "2024-04-01/2024-06-30"),
            ("$1.70 billion", "2024-04-01/2024-06-30"),
            ("$61 million", "2025-04-01/2025-06-30"),
            ("$62 million", "2025-01-01/2025-03-31"),
            ("$9 million", "2024-01-01/2024-06-30"),
            ("$24 million", "2024-04-01/2024-06-30"),
            ("$19 million", "2024-04-01/2024-06-30"),
        ),
        *cases(
            CLOSED,
            ("$40 million", "2024-12-31"),
            ("$51 million", "2025-06-30"),
            ("$702 million", "2025-01-01/2025-09-30"),
            ("$694 million", "2024-01-01/2024-09-30"),
            ("8.8%", "2024-01-01/2024-09-30", "PERCENT"),
            ("$310 million", "2025-09-30"),
        ),
        *cases(
            COMPARED,
            ("$58.1 million", "2024-01-01/2024-12-31"),
            ("9.2%", "2024-01-01/2024-12-31", "PERCENT"),
            ("$53.2 million", "2023-01-01/2023-12-31"),
            ("14.1%", "2024-01-01/2024-12-31", "PERCENT"),
            ("$612 million", "2024-01-01/2024-12-31"),
            ("$580 million", "2023-01-01/2023-12-31"),
            ("$640 million", "2024-01-01/2024-12-31"),
            ("6.8%", "2024-01-01/2024-12-31", "PERCENT"),
            ("$43.4 million", "2023-01-01/2023-12-31"),
            ("4.3%", "2023-12-31", "PERCENT"),
            ("2.2%", "2023-01-01/2023-12-31", "PERCENT"),
            ("$20 million", "2023-01-01/2023-12-31"),
            ("$19 million", "2022-01-01/2022-12-31"),
        ),
    ],
)
def test_the_year_before_in_other_words(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


def test_an_event_hands_no_day_on_to_what_stands_at_quarter_end_or_is_paid(tmp_path: Path) -> None:
    assert period(tmp_path, QUARTER, "95.7%", "PERCENT") == "2024-09-30"
    assert period(tmp_path, QUARTER, "$0.315", "PER_SHARE") == "2024-07-01/2024-09-30"


def test_what_a_year_ended_with_is_for_its_last_day(tmp_path: Path) -> None:
    assert period(tmp_path, FOURTH, "$812 million") == "2024-12-31"


@pytest.mark.parametrize("span", ["$0.95", "$1.05"])
def test_earnings_that_are_expected_pass(tmp_path: Path, span: str) -> None:
    assert period(tmp_path, FOURTH, span, "PER_SHARE") == "2025-01-01/2025-03-31"


def test_weeks_are_compared_with_those_that_end_on_the_same_weekday(tmp_path: Path) -> None:
    text = """Form 10-Q for the quarterly period ended August 2, 2025

Sales rose 2.6% for the 13 weeks ended August 2, 2025, compared to 1.4% in the prior-year period.
"""
    assert period(tmp_path, text, "1.4%", "PERCENT") == "2024-05-05/2024-08-03"


def test_a_day_that_ends_a_quarter_of_weeks_is_compared_with_the_one_a_year_before(
    tmp_path: Path,
) -> None:
    text = """Second quarter ended August 2, 2025

Inventories at the end of the second quarter were $498 million, up from $483 million a year ago.
"""
    assert period(tmp_path, text, "$483 million") == "2024-08-03"


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("58.4%", "2025-04-01/2025-06-30"),
        ("61.0%", "2025-01-01/2025-03-31"),
        ("62.7%", "2024-04-01/2024-06-30"),
        ("7.1%", "2025-01-01/2025-03-31"),
        ("9.2%", "2025-04-01/2025-06-30"),
    ],
)
def test_a_quarter_may_bear_its_number_alone_behind_another(
    tmp_path: Path, span: str, expected: str
) -> None:
    text = """Form 10-Q for the quarterly period ended June 30, 2025

The ratio was 58.4% in the second quarter, compared with 61.0% in the first and 62.7% a year \
earlier. It rose to 9.2% in the second quarter from 7.1% in the first.
"""
    assert period(tmp_path, text, span, "PERCENT") == expected


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", [")", " "])
def test_time_for_what_follows_a_figure_grows_with_its_length(part: str) -> None:
    assert growth(lambda text: says_a_year_ago(f"It earned $5{text}x.", 10), part) < LINEAR
