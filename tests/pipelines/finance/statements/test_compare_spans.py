"""Kinds of periods by their lengths, and their places in fiscal years of months and of weeks."""

from __future__ import annotations

from datetime import date

import pytest

from secateur.pipelines.finance.statements.comparison.spans import (
    end_of,
    kind_of,
    label_of,
    quarter_of,
    span_of,
)

KINDS: dict[str, tuple[str, str | None, str | None, str]] = {
    "a year": ("2024-01-01/2024-12-31", "12-31", "year", "FY"),
    "53 weeks": ("2023-01-29/2024-02-03", "02-03", "year", "FY"),
    "a year of weeks whose end moves": ("2022-01-30/2023-01-28", "02-03", "year", "FY"),
    "a year of an unknown end": ("2023-07-01/2024-06-30", None, "year", "FY"),
    "twelve months within": ("2023-10-01/2024-09-30", "12-31", "ltm", "LTM"),
    "the fourth quarter": ("2024-10-01/2024-12-31", "12-31", "quarter", "Q4"),
    "the third of another year": ("2023-01-29/2023-04-29", "07-27", "quarter", "Q3"),
    "14 weeks": ("2023-10-29/2024-02-03", "02-03", "quarter", "Q4"),
    "12 weeks": ("2023-12-31/2024-03-23", "12-28", "quarter", "Q1"),
    "16 weeks": ("2024-09-08/2024-12-28", "12-28", "quarter", "Q4"),
    "a quarter of an unknown year": ("2024-10-01/2024-12-31", None, "quarter", "3M"),
    "the second half": ("2024-07-01/2024-12-31", "12-31", "half", "H2"),
    "six months of an unknown year": ("2024-07-01/2024-12-31", None, "half", "6M"),
    "nine months": ("2024-01-01/2024-09-30", "12-31", "nine_months", "9M"),
    "a day": ("2024-12-31", "12-31", "instant", ""),
    "a year to a leap day": ("2023-03-01/2024-02-29", "02-29", "year", "FY"),
    "two years": ("2023-01-01/2024-12-31", "12-31", None, ""),
    "a month": ("2024-12-01/2024-12-31", "12-31", None, ""),
    "no date": ("2024-02-30/2024-12-31", "12-31", None, ""),
    "backwards": ("2024-12-31/2024-01-01", "12-31", None, ""),
}


@pytest.mark.parametrize("case", KINDS)
def test_a_period_is_of_a_kind(case: str) -> None:
    period, end, kind, label = KINDS[case]
    assert kind_of(period, end) == kind
    if kind is not None:
        assert label_of(kind, period, end) == label


@pytest.mark.parametrize("year", range(2018, 2026))
@pytest.mark.parametrize("end", ["12-31", "06-30", "02-29", "01-28"])
def test_each_month_of_a_year_is_in_its_quarter(year: int, end: str) -> None:
    month = int(end[:2])
    found = [
        quarter_of(date(year, (month + 3 * quarter - 1) % 12 + 1, 28), end) for quarter in range(4)
    ]
    assert found == [4, 1, 2, 3]


def test_a_period_has_an_end_and_days() -> None:
    span = span_of("2024-01-01/2024-12-31")
    assert span is not None
    assert (span.days, str(span), end_of(str(span))) == (366, "2024-01-01/2024-12-31", "2024-12-31")
    assert end_of("2024-12-31") == "2024-12-31"
