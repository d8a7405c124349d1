"""The words around a number leave it some types."""

from __future__ import annotations

import pytest

from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.numbers.said import earned_a_share, said_around, said_in_prose


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        ("Revenue\t912.4 2024 2023", {"none", "MONEY"}),
        ("Revenue (except per share data)", {"none", "MONEY"}),
        ("Return on equity", {"none", "MONEY", "PERCENT", "SHARES"}),
        ("Common Equity Tier 1 (CET1) capital", {"none", "MONEY"}),
        ("Basic", {"none", "MONEY", "SHARES", "PER_SHARE"}),
        ("Net investment result of the unit trust", {"none", "MONEY", "SHARES"}),
        ("Community investment on adoption of loads", {"none", "MONEY"}),
    ],
)
def test_types_of_which_nothing_speaks_are_ruled_out(around: str, expected: set[str]) -> None:
    left = said_around((True,) * 5, around)
    names = ("none", *FIGURE_TYPES)
    assert {name for name, may_be in zip(names, left, strict=True) if may_be} == expected


@pytest.mark.parametrize(
    ("own", "expected"),
    [({"PERCENT": "Revenue 2024"}, False), ({"PERCENT": "Margin 2024"}, True), ({}, True)],
)
def test_a_percentage_is_one_by_its_own_heads(own: dict[str, str], expected: bool) -> None:
    left = said_around((True,) * 5, "Revenue\t912.4 2024 % Change", own)
    assert left[1 + FIGURE_TYPES.index("PERCENT")] == expected


def test_what_alone_is_left_stays() -> None:
    percent = tuple(name == "PERCENT" for name in ("none", *FIGURE_TYPES))
    assert said_around(percent, "Revenue") == percent


@pytest.mark.parametrize(
    ("before", "sentence", "percent", "shares"),
    [
        ("", "Sales rose by 181 to 6.4.", False, False),
        ("", "Sales rose 181, 190 and 200 percent.", True, False),
        ("", "The rate was 4.2.", True, False),
        ("Margin was 4%. ", "Users reached 84.2 million.", False, False),
        ("We grant options. ", "Of these 1.2 million lapsed.", False, True),
        ("", "The stores of the community reached 84.2 million.", False, False),
    ],
)
def test_running_text_speaks_of_percentages_and_shares(
    before: str, sentence: str, percent: bool, shares: bool
) -> None:
    left = said_in_prose((True,) * 5, before + sentence, sentence)
    assert left == (True, True, percent, shares, True)


@pytest.mark.parametrize(
    ("before", "printed", "behind", "money"),
    [
        ("Diluted EPS increased 8% to $", "6.51", " due to sales.", False),
        ("Earnings per diluted share rose $0.49, or 8%, to $", "6.51", ".", False),
        ("EPS grew on net earnings of $", "6.51", " billion.", True),
        ("EPS grew as costs fell between $", "6.51", " and $7.20 million.", True),
        ("EPS grew by ", "6.51", " points.", True),
        ("Net earnings rose to $", "6.51", ".", True),
    ],
)
def test_dollars_and_cents_of_earnings_a_share_are_no_amount(
    before: str, printed: str, behind: str, money: bool
) -> None:
    text, span = before + printed + behind, (len(before), len(before) + len(printed))
    assert earned_a_share((True,) * 5, text, span, 0) == (True, money, True, True, True)
