"""Stretches of time that are named by both ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import cases, period

from secateur.pipelines.finance.fiscal.interim import calendar_of
from secateur.pipelines.finance.fiscal.ranges import find_ranges

NORDIC = """Interim report January–September 2024

Net sales rose to SEK 411 million (390).

\t7-9/2024\tJan-Sep 2023\t1-12/2023
Net sales\t137\t391\t530
Profit\t13\t39\t53
"""
SPLIT = """Financial year from 1 October 2023 to 30 September 2024

Revenue was €411 million.
"""
SHELL = """Annual report for the fiscal year ended June 30, 2003

\tYear ended June 30, 2003\tCumulative from inception (May 4, 1998) through June 30, 2003
Net loss\t811\t812
Interest paid\t821\t822
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jul–Sep 2024", "2024-07-01/2024-09-30"),
        ("January through September 2024", "2024-01-01/2024-09-30"),
        ("1 Jan–30 Sep 2023", "2023-01-01/2023-09-30"),
        ("October to March 2024", "2023-10-01/2024-03-31"),
        ("from January 1, 2024 to September 30, 2024", "2024-01-01/2024-09-30"),
        ("12/1/2024 - 12/31/2024", "2024-12-01/2024-12-31"),
        ("01.01.–30.06.2024", "2024-01-01/2024-06-30"),
        ("7-9/2024", "2024-07-01/2024-09-30"),
        ("from inception (May 4, 1998) through June 30, 2003", "1998-05-04/2003-06-30"),
        ("May 4, 1998 (inception) to June 30, 2003", "1998-05-04/2003-06-30"),
        ("from December 31, 2023 to December 31, 2024", "2024-01-01/2024-12-31"),
        ("from December 31, 2024 to December 31, 2023", ""),
        ("issue 3-4/2024, pages 7-9, up to June 30, 2024", ""),
    ],
)
def test_ranges_of_a_text(text: str, found: str) -> None:
    assert ",".join(f"{one.first}/{one.last}" for one in find_ranges(text)) == found


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    [
        *cases(
            NORDIC,
            ("SEK 411 million", "2024-01-01/2024-09-30"),
            ("390", "2023-01-01/2023-09-30"),
            ("137", "2024-07-01/2024-09-30"),
            ("530", "2023-01-01/2023-12-31"),
        ),
        *cases(SPLIT, ("€411 million", "2023-10-01/2024-09-30")),
        *cases(SHELL, ("811", "2002-07-01/2003-06-30"), ("812", "1998-05-04/2003-06-30")),
    ],
)
def test_figures_of_ranges(tmp_path: Path, text: str, span: str, label: str, expected: str) -> None:
    assert period(tmp_path, text, span, label) == expected


def test_a_range_within_a_report_does_not_make_it_one_on_it() -> None:
    text = "Annual report for the year ended December 31, 2024\n\n" + 300 * " "
    found = calendar_of(text + "We bought shares from January 1 to March 31, 2025.")
    assert (found.end.year, found.assumed) == (2024, False)
