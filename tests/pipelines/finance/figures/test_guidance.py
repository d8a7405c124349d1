"""Figures that are expected of a year or a quarter, and balances in sentences beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import cases, period

THIRD = """Acme Inc. Reports Third Quarter 2025 Results

Acme reported revenue of $148 million for the quarter ended September 30, 2025.

The Company now expects 2025 capital expenditures of approximately $780 million. Full-year 2025 \
EBITDA guidance is raised to $210 million.

Capital spending in 2025 is expected to be $90 million. The Company is lowering its 2025 capital \
budget to $760 million from $820 million.

2025 capital guidance is $300 million to $320 million. The Board estimates that net sales in 2025 \
will be $450 million.

We ended the quarter with $418 million of cash and $2.3 billion of total debt.
"""
YEAR = "2025-01-01/2025-12-31"


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    cases(
        THIRD,
        ("$148 million", "2025-07-01/2025-09-30"),
        ("$780 million", YEAR),
        ("$210 million", YEAR),
        ("$90 million", YEAR),
        ("$760 million", YEAR),
        ("$820 million", YEAR),
        ("$300 million", YEAR),
        ("$320 million", YEAR),
        ("$450 million", YEAR),
    ),
)
def test_what_is_expected_of_the_year_that_runs_is_of_all_of_it(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


@pytest.mark.parametrize("span", ["$418 million", "$2.3 billion"])
def test_all_that_a_quarter_ended_with_stands_at_its_last_day(tmp_path: Path, span: str) -> None:
    assert period(tmp_path, THIRD, span) == "2025-09-30"


def test_what_is_to_be_reached_by_a_year_is_of_that_year(tmp_path: Path) -> None:
    text = """Annual report for the fiscal year ended December 31, 2025

For 2026, we expect sales growth of 3%. Capital expenditure will be approximately $210 million. \
By 2028, we aim for sales of $4 billion.
"""
    assert period(tmp_path, text, "$210 million") == "2026-01-01/2026-12-31"
    assert period(tmp_path, text, "$4 billion") == "2028-01-01/2028-12-31"
