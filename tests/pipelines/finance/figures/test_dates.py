"""Dates with two digits of the year."""

from __future__ import annotations

import pytest
from report_pages import table

from secateur.pipelines.document.dates import dates_of, full_year


@pytest.mark.parametrize(
    "heads",
    [
        ["6/30/24", "3/31/24", "12/31/23"],
        ["30-Jun-24", "31-Mar-24", "31-Dec-23"],
        ["30.06.24", "31.03.24", "31.12.23"],
        ["Jun-24", "Mar-24", "Dec-23"],
    ],
)
def test_heads_may_write_two_digits_of_the_year(figure, heads: list[str]) -> None:
    body = table(["", *heads], ["Total assets", "811", "812", "813"])
    found = [str(figure(body, text).period) for text in ("811", "812", "813")]
    assert found == ["2024-06-30", "2024-03-31", "2023-12-31"]


@pytest.mark.parametrize("text", ["1/2/24", "sections 2.1.10 and 2.1.11", "13/13/24, 30-Jun-24"])
def test_what_looks_so_once_or_is_no_day_is_no_date(text: str) -> None:
    found = dates_of(text)
    assert not found.short_years
    assert not found


@pytest.mark.parametrize(("digits", "year"), [("2024", 2024), ("69", 2069), ("70", 1970)])
def test_two_digits_are_of_the_century_that_they_fit(digits: str, year: int) -> None:
    assert full_year(digits) == year
