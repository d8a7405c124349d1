"""Concepts that many filers use are told apart."""

from __future__ import annotations

import numpy as np
import pytest

from secateur.pipelines.finance.numbers.concepts import as_reported, in_year

DUE = ("a:DueNextTwelveMonths", "a:DueYearTwo", "a:DueAfterYearFive", "a:PaidInYearThree", "a:Due")


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (1, [0.2, 0.6, 0.0, 0.0, 0.0, 0.2]),
        (2, [0.2, 0.0, 0.6, 0.0, 0.0, 0.2]),
        (3, [0.7, 0.0, 0.0, 0.0, 0.1, 0.2]),
        (6, [0.2, 0.0, 0.0, 0.6, 0.0, 0.2]),
    ],
)
def test_the_year_decides_between_concepts_that_differ_by_it(
    year: int, expected: list[float]
) -> None:
    chances = np.array([0.1, 0.1, 0.3, 0.2, 0.1, 0.2], dtype=np.float32)
    assert in_year(chances, DUE, year) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("row", "expected"),
    [("FFO per diluted share", None), ("Adjusted diluted EPS", None),
     ("AECO ($/mcf)", None),
     ("Diluted adjusted earnings per share", None), ("Diluted", "us-gaap:A"),
     (None, "us-gaap:A")],
)  # fmt: skip
def test_measures_of_a_company_s_own_have_no_concept(row: str | None, expected: str | None) -> None:
    assert as_reported("us-gaap:A", row) == expected
    assert as_reported(None, row) is None


@pytest.mark.parametrize(
    ("row", "expected"),
    [("Dividends declared per share", None), ("Basic", "us-gaap:EarningsPerShareBasic")],
)
def test_dividends_are_no_earnings(row: str, expected: str | None) -> None:
    assert as_reported("us-gaap:EarningsPerShareBasic", row) == expected
    assert as_reported("us-gaap:A", row) == "us-gaap:A"
