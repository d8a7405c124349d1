"""Letters to shareholders, which date nothing but themselves and speak of the year before."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_texts import cases, period

LETTER = """To the shareholders of Alder Holdings Company:

Book value grew 11.6% in 2025. In 2024 it grew 9.1%.

Railcars earned $97 million before tax, against $104 million the year before, as utilization \
slipped to 88% from 91%. We spent $215 million on new cars and expect to spend $180 million in 2026.

At year-end our five largest holdings were worth $2.9 billion. We own 4.1 million shares of Moss.

Ada Moss, Chair. February 27, 2026
"""
YEAR, BEFORE, NEXT = (f"{year}-01-01/{year}-12-31" for year in (2025, 2024, 2026))


@pytest.mark.parametrize(
    ("text", "span", "label", "expected"),
    cases(
        LETTER,
        ("$97 million", YEAR),
        ("$104 million", BEFORE),
        ("88%", YEAR, "PERCENT"),
        ("91%", BEFORE, "PERCENT"),
        ("$215 million", YEAR),
        ("$180 million", NEXT),
        ("$2.9 billion", "2025-12-31"),
        ("4.1 million", "2025-12-31", "SHARES"),
    ),
)
def test_a_letter_is_on_the_last_year_of_which_it_tells(
    tmp_path: Path, text: str, span: str, label: str, expected: str
) -> None:
    assert period(tmp_path, text, span, label) == expected


def test_a_letter_on_a_quarter_is_on_no_year(tmp_path: Path) -> None:
    text = LETTER.replace("Company:", "Company: Third Quarter 2025")
    assert period(tmp_path, text, "$97 million") == "2025-07-01/2025-09-30"


SIGNED = """To our fellow shareholders of Birch plc:

Revenue grew 8% to £194 million. The division earned £9 million in 2022.

Ada Moss
Chair
27 February 2025
"""


def test_a_letter_signed_in_spring_is_on_the_year_before(tmp_path: Path) -> None:
    assert period(tmp_path, SIGNED, "£194 million") == "2024-01-01/2024-12-31"


def test_a_letter_is_on_the_year_that_opens_a_sentence(tmp_path: Path) -> None:
    text = SIGNED.replace("27 February 2025\n", "")
    text = text.replace("Revenue", "2024 was good to us. Revenue")
    assert period(tmp_path, text, "£194 million") == "2024-01-01/2024-12-31"


def test_a_month_without_its_year_is_of_the_year_reported_on(tmp_path: Path) -> None:
    text = SIGNED.replace("Revenue", "In May we bought Alder for £18 million. Revenue")
    assert period(tmp_path, text, "£18 million") == "2024-05-01/2024-05-31"


def test_what_is_today_is_of_no_year_told_before(tmp_path: Path) -> None:
    said = "In 2011 the deficit was £212 million. Today net debt is £304 million. Revenue"
    text = SIGNED.replace("Revenue", said)
    assert period(tmp_path, text, "£304 million") == "2024-12-31"
    text = text.replace("Today", "Today all is well.").replace("net debt is", "Debt is")
    assert period(tmp_path, text, "£304 million")[-10:] == "2024-12-31"


def test_an_order_book_stands_at_the_end_of_the_year(tmp_path: Path) -> None:
    text = SIGNED.replace("Revenue", "Its order book stands at £410 million. Revenue")
    assert period(tmp_path, text, "£410 million") == "2024-12-31"
