"""Amounts and what leads on from them to their times."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from release_texts import cases, period

from secateur.pipelines.finance.figures.lists import place_in_list
from secateur.pipelines.finance.figures.times import find_times
from secateur.pipelines.finance.fiscal.years import FiscalCalendar

BRITISH = """Acme plc annual report for the year ended 30 June 2025

Net debt fell from £120.4m at 30 June 2024 to £86.5m at 30 June 2025.
"""
INDIAN = """Acme Limited results for the year ended 31st March, 2025

Net debt reduced from ₹ 1,204 crore as on 31st March, 2024 to ₹ 865 crore as on 31st March, 2025. \
Borrowings declined to ₹ 900 crore as at March 31, 2025 from ₹ 1,000 crore as at March 31, 2024.
"""


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(BRITISH, ("£120.4m", "2024-06-30"), ("£86.5m", "2025-06-30")),
        *cases(
            INDIAN,
            ("₹ 1,204 crore", "2024-03-31"),
            ("₹ 865 crore", "2025-03-31"),
            ("₹ 900 crore", "2025-03-31"),
            ("₹ 1,000 crore", "2024-03-31"),
        ),
    ],
)
def test_the_day_that_follows_an_amount_is_its_own(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


APART = "Sales were $5 in Europe and costs were $6 in 2024 and 2023, respectively."
REPEATED = "Gains were $1, $2, $3 and $4 in 2024 and 2023, respectively."


@pytest.mark.parametrize(
    ("text", "amount", "year"),
    [
        (APART, "$5", 2024),
        (APART, "$6", 2023),
        (APART.replace(", respectively", ""), "$6", None),
        (REPEATED, "$2", 2023),
        (REPEATED, "$3", 2024),
        (REPEATED.replace(", respectively", ""), "$3", None),
    ],
)
def test_amounts_apart_or_in_rounds_have_times_respectively(
    text: str, amount: str, year: int | None
) -> None:
    times = find_times(text, FiscalCalendar(date(2024, 12, 31), 2024))
    time = place_in_list(text, text.index(amount), [times])
    assert (time.last.year if time else None) == year
