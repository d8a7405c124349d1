"""Figures below headings that compare two years."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import period

REPORT = """Annual report for the fiscal year ended September 30, 2015

ITEM 7. MANAGEMENT'S DISCUSSION AND ANALYSIS

RESULTS OF OPERATIONS

2015 vs. 2014

Sales increased by $811 million to $821 million.

{heading}

Costs

Costs increased from $841 million to $851 million for the year.

{following}

Net cash used for the purchase of businesses was $861 million.
"""
LIQUIDITY = "LIQUIDITY AND CAPITAL RESOURCES"
YEARS = {year: f"{year - 1}-10-01/{year}-09-30" for year in (2013, 2014, 2015)}


@pytest.mark.parametrize(
    "heading",
    [
        "2014 vs. 2013",
        "Segment results - 2014 vs. 2013",
        "Fiscal Year 2014 Compared to Fiscal Year 2013",
        "Comparison of the years ended September 30, 2014 and 2013",
    ],
)
def test_what_stands_below_is_of_the_later_year(tmp_path: Path, heading: str) -> None:
    text = REPORT.format(heading=heading, following=LIQUIDITY)
    told = {"$821": 2015, "$841": 2013, "$851": 2014, "$861": 2015}
    assert {span: period(tmp_path, text, span) for span in told} == {
        span: YEARS[year] for span, year in told.items()
    }


def test_a_sentence_that_compares_two_years_heads_nothing(tmp_path: Path) -> None:
    text = REPORT.format(
        heading="In 2014 we employed more people as compared to 2013.", following=LIQUIDITY
    )
    assert period(tmp_path, text, "$851") == YEARS[2015]


@pytest.mark.parametrize("following", ["Liquidity and Capital Resources", "Quarterly results"])
def test_headings_of_what_follows_end_a_comparison(tmp_path: Path, following: str) -> None:
    text = REPORT.format(heading="2014 vs. 2013", following=following)
    assert period(tmp_path, text, "$861") == YEARS[2015]


ITEMS = """Annual report for the fiscal year ended September 30, 2015

ITEM 7. MANAGEMENT'S DISCUSSION AND ANALYSIS

{introduction}

- A decrease in volume of $811 million.

- A charge for the plant of $821 million.
"""


@pytest.mark.parametrize(
    "introduction", ["2014 vs. 2013 -", "2014 - Included the following items:", "2014: in detail"]
)
def test_items_are_of_the_year_that_introduces_them(tmp_path: Path, introduction: str) -> None:
    text = ITEMS.format(introduction=introduction)
    assert {period(tmp_path, text, figure) for figure in ("$811", "$821")} == {YEARS[2014]}
