"""Figures in asides of another time, whether it opens them or closes them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from release_texts import cases, period

from secateur.pipelines.finance.figures.asides import day_beside
from secateur.pipelines.finance.figures.times import Time

DANISH = """Acme A/S Annual Report 2024

Revenue rose 5% to DKK 9,412 million in 2024 (DKK 8,964 million in 2023), corresponding to organic \
growth of 6%. Special items cost DKK 64 million.

Net profit was DKK 768 million (DKK 616 million in 2023). Cash flow was DKK 901 million.
"""
BRITISH = """Acme plc annual report for the year ended 30 June 2025

Cash was £38.6m (30 June 2024: £41.2m). Profit before tax was £9.1m (2024: £8.4m).

Net debt was £71.4m (£48.9m at 30 June 2024) and the pension deficit £4.4m (30 June 2024: £7.9m).
"""
SEVERAL = """Acme plc annual report for the year ended December 31, 2023

Other income was higher in both years (2023: $616 million; 2022: $540 million).

Costs were $71 million (2022: $68 million, 2021: $64 million, and 2020: $(3) million).

Cash was $38 million (31 December 2022: $41 million; 31 December 2021: $27 million).

Interest rose in both years ($31 million and $29 million in 2023 and 2022).
"""
HALF = """Acme plc half-year report

For the six months ended 30 June 2024

Sales were £38.6m (2023: £41.2m; 2022: £27.9m).
"""
QUARTER = """Acme plc interim report

For the three months ended June 30, 2024

Inventories were $812 million versus $779 million at the end of March.

Cash was $38 million, compared with $41 million at December 31, 2023.

Receivables rose to $27 million from $23 million at March 31, 2024.

Sales were $71 million versus $68 million in the first quarter.
"""
OTHER = """Acme Corp annual report for the year ended December 31, 2024

The programme took in 8% of the stock ($31 million in 2023).
"""


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(
            DANISH,
            ("DKK 9,412 million", "2024-01-01/2024-12-31"),
            ("DKK 8,964 million", "2023-01-01/2023-12-31"),
            ("6%", "2024-01-01/2024-12-31", "PERCENT"),
            ("DKK 64 million", "2024-01-01/2024-12-31"),
            ("DKK 768 million", "2024-01-01/2024-12-31"),
            ("DKK 616 million", "2023-01-01/2023-12-31"),
            ("DKK 901 million", "2024-01-01/2024-12-31"),
        ),
        *cases(
            BRITISH,
            ("£71.4m", "2025-06-30"),
            ("£48.9m", "2024-06-30"),
        ),
    ],
)
def test_the_time_of_an_aside_is_for_its_own_figure_alone(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    cases(
        BRITISH,
        ("£38.6m", "2025-06-30"),
        ("£41.2m", "2024-06-30"),
        ("£4.4m", "2025-06-30"),
        ("£7.9m", "2024-06-30"),
        ("£9.1m", "2024-07-01/2025-06-30"),
        ("£8.4m", "2023-07-01/2024-06-30"),
    ),
)
def test_a_day_in_an_aside_tells_that_both_figures_are_balances(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    cases(
        QUARTER,
        ("$812 million", "2024-06-30"),
        ("$779 million", "2024-03-31"),
        ("$38 million", "2024-06-30"),
        ("$41 million", "2023-12-31"),
        ("$27 million", "2024-06-30"),
        ("$71 million", "2024-04-01/2024-06-30"),
        ("$68 million", "2024-01-01/2024-03-31"),
    ),
)
def test_what_is_compared_with_a_balance_is_one(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(
            SEVERAL,
            ("$616 million", "2023-01-01/2023-12-31"),
            ("$540 million", "2022-01-01/2022-12-31"),
            ("$71 million", "2023-01-01/2023-12-31"),
            ("$68 million", "2022-01-01/2022-12-31"),
            ("$64 million", "2021-01-01/2021-12-31"),
            ("$(3) million", "2020-01-01/2020-12-31"),
            ("$38 million", "2023-12-31"),
            ("$41 million", "2022-12-31"),
            ("$27 million", "2021-12-31"),
            ("$31 million", "2023-01-01/2023-12-31"),
            ("$29 million", "2022-01-01/2022-12-31"),
        ),
        *cases(
            HALF,
            ("£38.6m", "2024-01-01/2024-06-30"),
            ("£41.2m", "2023-01-01/2023-06-30"),
            ("£27.9m", "2022-01-01/2022-06-30"),
        ),
    ],
)
def test_each_figure_of_an_aside_has_the_time_before_it(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


def test_a_change_from_a_balance_is_none() -> None:
    text, day = "It fell $9 million from $14 million at March 31, 2024", date(2024, 3, 31)
    times = [Time(text.index("March"), len(text), day, day, "day")]
    assert day_beside(text, text.index("$9"), times) is None


def test_an_aside_that_compares_nothing_is_for_the_sentence_s_own_year(tmp_path: Path) -> None:
    assert period(tmp_path, OTHER, "8%", "PERCENT") == "2023-01-01/2023-12-31"
