"""How long what a date ends has lasted: heads side by side, years that end without a year."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import cases, period

from secateur.pipelines.finance.fiscal.years import find_calendar

INDIAN = """Results for the quarter and half year ended 30th September, 2025

\tQuarter ended\tHalf year ended\tYear ended
\t30.09.2025\t30.09.2025\t31.03.2025
Revenue\t2,418.66\t5,029.70\t9,884.31
Other income\t38.12\t80.02\t131.06

The dividend for FY25 was Rs. 4 crore.
"""
LACKING = """\t\tQuarter ended\tHalf year ended
\t30.09.2025\t30.06.2025\t30.09.2025
Revenue\t2,418.66\t2,611.04\t5,029.70
Net debt\t512.12\t540.10\t612.12
"""
MINING = """Production and cost summary – year ended 30 June

A$m\tFY25\tFY24
Revenue\t1,644.5\t1,264.1
Net profit after tax\t402.3\t(38.6)

Cash at 30 June 2025 was A$731.4 million.
"""
WEEKS = """Results for the fiscal quarter ended December 27, 2025

Revenue was $1.38 billion, compared with $1.21 billion a year ago.
"""
MONTHS = """Results for the quarter ended September 28, 2025

Revenue was $412 million. In the quarter ended June 29, 2025 it was $390 million.

Debt was $90 million at December 31, 2024.
"""
CALLED = """Our financial year ends on 30 June. Revenue in FY25 was A$1,644.5 million.

Gold sales for the June 2025 quarter were A$410 million. Net profit for the September quarter 2024 \
was A$90 million. Costs in the six months to December 2024 were A$55 million.

Sales of the June 30, 2025 quarter were A$401 million.
"""
BARE = """Quarterly report for the quarter ended 31 March 2025

Sales of the December quarter were A$380 million, and A$395 million for the March quarter.
"""
LISTED = """Sales were $4 million, $3 million and $2 million for the quarters ended June 30, 2025, \
March 31, 2025 and December 31, 2024, respectively. Debt was $7 million and $6 million at June 30, \
2025 and December 31, 2024.
"""
TRAILING = """Results for the year ended December 31, 2024

LTM EBITDA was $90 million for the last twelve months ended September 30, 2024.

Sales were $80 million in the LTM to June 30, 2024, and $78 million for the TTM ended March 31, \
2024. They were $75 million in the fifty-three weeks ended February 3, 2024.
"""
AVERAGES = """Average balances and yields for the three months ended September 30, 2025

\tThree Months Ended September 30, 2025
\tAverage Balance\tInterest\tYield
Total loans\t3,980,115\t61,204\t6.10%
Total deposits\t2,911,006\t21,940\t2.99%

Charge-offs in the third quarter of 2025 were $1.1 million. The allowance for credit losses stood \
at $48.9 million.
"""
NINE = """\t9M 2025\t9M 2024
Insurance revenue\t18,244.6\t17,310.2
Operating profit\t1,702.9\t1,551.4

The ratio was 231% as of 30 September 2025. Large losses came to EUR 1,012 m in the first nine \
months, below the pro-rata budget of EUR 1.21 bn.
"""
LATER = """Annual report for the year ended 31 December 2024

Free cash flow was CHF 287.1 million and net debt CHF 1.04 billion as of 31 December 2024.
"""
AHEAD = """At September 30, 2025 cash was $5 million. For the 2025 financial year we expect net \
income of $1.9 million.

During the third quarter of 2025 net income was $36.1 million. We are raising 2025 Core FFO \
guidance to $2.66 per share.
"""
CALLED_YEAR = """Fiscal year ends June 30. For the 2025 financial year we expect net income of \
$1.9 million.
"""


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(
            INDIAN,
            ("2,418.66", "2025-07-01/2025-09-30"),
            ("9,884.31", "2024-04-01/2025-03-31"),
            ("Rs. 4 crore", "2024-04-01/2025-03-31"),
        ),
        *cases(
            LACKING,
            ("2,418.66", "None"),
            ("2,611.04", "2025-04-01/2025-06-30"),
            ("512.12", "2025-09-30"),
        ),
        *cases(MINING, ("1,644.5", "2024-07-01/2025-06-30"), ("(38.6)", "2023-07-01/2024-06-30")),
        *cases(
            WEEKS,
            ("$1.38 billion", "2025-09-28/2025-12-27"),
            ("$1.21 billion", "2024-09-29/2024-12-28"),
        ),
        *cases(
            MONTHS,
            ("$412 million", "2025-06-30/2025-09-28"),
            ("$390 million", "2025-03-31/2025-06-29"),
            ("$90 million", "2024-12-31"),
        ),
        *cases(
            CALLED,
            ("A$1,644.5 million", "2024-07-01/2025-06-30"),
            ("A$410 million", "2025-04-01/2025-06-30"),
            ("A$90 million", "2024-07-01/2024-09-30"),
            ("A$55 million", "2024-07-01/2024-12-31"),
            ("A$401 million", "2025-04-01/2025-06-30"),
        ),
        *cases(
            BARE,
            ("A$380 million", "2024-10-01/2024-12-31"),
            ("A$395 million", "2025-01-01/2025-03-31"),
        ),
        *cases(
            LISTED,
            ("$4 million", "2025-04-01/2025-06-30"),
            ("$3 million", "2025-01-01/2025-03-31"),
            ("$2 million", "2024-10-01/2024-12-31"),
            ("$6 million", "2024-12-31"),
        ),
        *cases(
            TRAILING,
            ("$90 million", "2023-10-01/2024-09-30"),
            ("$80 million", "2023-07-01/2024-06-30"),
            ("$78 million", "2023-04-01/2024-03-31"),
            ("$75 million", "2023-01-29/2024-02-03"),
        ),
        *cases(
            AVERAGES,
            ("3,980,115", "2025-07-01/2025-09-30"),
            ("61,204", "2025-07-01/2025-09-30"),
            ("6.10%", "2025-07-01/2025-09-30", "PERCENT"),
            ("$48.9 million", "2025-09-30"),
        ),
        *cases(
            NINE,
            ("EUR 1,012 m", "2025-01-01/2025-09-30"),
            ("EUR 1.21 bn", "2025-01-01/2025-09-30"),
        ),
        *cases(
            LATER,
            ("CHF 287.1 million", "2024-01-01/2024-12-31"),
            ("CHF 1.04 billion", "2024-12-31"),
        ),
        *cases(
            AHEAD,
            ("$1.9 million", "2025-01-01/2025-12-31"),
            ("$2.66", "2025-01-01/2025-12-31", "PER_SHARE"),
        ),
        *cases(CALLED_YEAR, ("$1.9 million", "2024-07-01/2025-06-30")),
    ],
)
def test_lengths(tmp_path: Path, text: str, span: str, label: str, expected: str) -> None:
    assert period(tmp_path, text, span, label) == expected


def test_the_first_date_below_several_heads_does_not_end_the_last_one_s_year() -> None:
    heads = "Quarter ended\tHalf year ended\tYear ended\n"
    assert find_calendar(f"{heads}30.09.2025\t30.09.2025\t31.03.2025\n") is None
    assert find_calendar("Year ended\n30.09.2025\t30.09.2024\n") is not None
