"""Paragraphs and lists below titles that name a part of the year."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from secateur.pipelines.finance.figures.reader import Figure

HALF = """<h1>Acme Oyj – Half-year report January–June 2025</h1>
<h2>April–June 2025 in brief</h2><p>Net sales were EUR 118.4 million (109.7), up 7.9%.</p>
<ul><li>Operating profit was EUR 9.1 million.</li></ul>
<h2>January–June 2025 in brief</h2><p>Net sales were EUR 224.9 million (211.3).</p>
<h3>Balance sheet</h3><p>Total assets were EUR 412 million. Orders were EUR 251 million.</p>
<h2>April–June in the segments</h2><p>Service sales were EUR 31.2 million.</p>"""
FOURTH = """<h1>Acme AB year-end report 2025</h1>
<h2>Fourth quarter 2025</h2><p>Net sales were SEK 1,184 million (1,097).</p>
<h2>Full year 2025</h2><p>Net sales were SEK 4,433 million (4,210).</p>
<h2>Third and fourth quarter</h2><p>Rent was SEK 21 million.</p>"""


@pytest.fixture
def period(figure: Callable[..., Figure]) -> Callable[[str, str], str]:
    """Tells the period of an amount of a page."""
    return lambda body, span: str(figure(body, span, cover="").period)


@pytest.mark.parametrize(
    ("body", "span", "expected"),
    [
        (HALF, "EUR 118.4 million", "2025-04-01/2025-06-30"),
        (HALF, "109.7", "2024-04-01/2024-06-30"),
        (HALF, "EUR 9.1 million", "2025-04-01/2025-06-30"),
        (HALF, "EUR 224.9 million", "2025-01-01/2025-06-30"),
        (HALF, "EUR 251 million", "2025-01-01/2025-06-30"),
        (HALF, "EUR 31.2 million", "2025-04-01/2025-06-30"),
        (FOURTH, "SEK 1,184 million", "2025-10-01/2025-12-31"),
        (FOURTH, "SEK 4,433 million", "2025-01-01/2025-12-31"),
        (FOURTH, "4,210", "2024-01-01/2024-12-31"),
    ],
)
def test_what_no_words_date_is_of_the_part_of_the_year_in_its_title(
    period: Callable[[str, str], str], body: str, span: str, expected: str
) -> None:
    assert period(body, span) == expected


def test_a_balance_below_such_a_title_stands_at_its_last_day(
    period: Callable[[str, str], str],
) -> None:
    assert period(HALF, "EUR 412 million") == "2025-06-30"


def test_a_title_of_the_report_s_own_year_tells_no_more_than_the_cover(
    figure: Callable[..., Figure],
) -> None:
    body = """<h2>Fiscal year 2024</h2><p>Unrecognized compensation cost of $24.6 million is
        expected to be recognized over 2.4 years.</p>"""
    assert str(figure(body, "$24.6 million").period) == "2024-12-31"


def test_a_title_of_two_quarters_tells_of_neither(period: Callable[[str, str], str]) -> None:
    assert period(FOURTH, "SEK 21 million") == "2025-10-01/2025-12-31"


def test_months_named_without_a_year_are_the_last_that_ended(
    period: Callable[[str, str], str],
) -> None:
    body = """<h1>Acme AB January–March 2025</h1><p>Rent in October–December was SEK 7m.</p>
        <p>Total assets at the end of December were SEK 81m.</p>
        <p>We expect sales of SEK 9m in April–June.</p>"""
    assert period(body, "SEK 7m") == "2024-10-01/2024-12-31"
    assert period(body, "SEK 81m") == "2024-12-31"
    assert period(body, "SEK 9m") != "2024-04-01/2024-06-30"
