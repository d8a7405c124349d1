"""Figures and dates by their form."""

from __future__ import annotations

import pytest

from secateur.pipelines.finance.training.weak import find_weak


def forms(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], kind) for start, end, kind in find_weak(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a $ 6.4 million benefit", "$ 6.4 million"),
        ("was US$ 48.2 million", "US$ 48.2 million"),
        ("Rs 26,627 crore", "Rs 26,627 crore"),
        ("RMB310.4 million", "RMB310.4 million"),
        ("of €1.2 billion in", "€1.2 billion"),
        ("a loss of $(1,234)", "$(1,234)"),
        ("(about $5 million)", "$5 million"),
        ("500 mln euro", "500 mln euro"),
        ("$ 1,234 , which", "$ 1,234"),
    ],
)
def test_money(text: str, expected: str) -> None:
    assert forms(text) == [(expected, "MONEY")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rose 12.5 % in", "12.5 %"),
        ("by 4 per cent", "4 per cent"),
        ("two percentage points", None),
        ("fell 3 percentage points", "3 percentage points"),
    ],
)
def test_percent(text: str, expected: str | None) -> None:
    assert forms(text) == ([(expected, "PERCENT")] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on December 31 , 2012 , we", "December 31 , 2012"),
        ("on December 31, 2012", "December 31, 2012"),
        ("since May 2017", "May 2017"),
        ("the first quarter of fiscal 2003", "first quarter of fiscal 2003"),
        ("in fiscal year 2024", "fiscal year 2024"),
        ("21 february 2005", "21 february 2005"),
        ("on 12/31/2024", "12/31/2024"),
        ("we may 5 times", None),
        ("ended 2023", "2023"),
        ("room 2,023", None),
        ("$2012", None),
    ],
)
def test_date(text: str, expected: str | None) -> None:
    assert [form for form in forms(text) if form[1] == "DATE"] == (
        [(expected, "DATE")] if expected else []
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$0.25 per share", [("$0.25", "PER_SHARE")]),
        ("$ 0.835 par value", [("$ 0.835", "PER_SHARE")]),
        ("10,000 shares of", [("10,000", "SHARES")]),
        ("1.5 million common shares", [("1.5 million", "SHARES")]),
    ],
)
def test_shares(text: str, expected: list[tuple[str, str]]) -> None:
    assert forms(text) == expected
