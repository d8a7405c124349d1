"""Ends of found entities are moved off stray signs and off the middle of numbers."""

from __future__ import annotations

import pytest

from secateur.pipelines.finance.candidates.vocabulary import CURRENCIES, SCALES
from secateur.pipelines.finance.mentions.repair import repair, whole_figure


@pytest.mark.parametrize(
    ("text", "found", "label", "expected"),
    [
        ("in Portland, Oregon", "Portland,", "LOC", "Portland"),
        ("paid Acme (Delaware) Inc.", "Acme (Delaware)", "ORG", "Acme (Delaware)"),
        ("see Gap) again", "Gap)", "ORG", "Gap"),
        ("the ( FLP ) won", "( FLP", "ORG", "FLP"),
        ("Gap ) again", "Gap )", "ORG", "Gap"),
        ("Income (loss) rose", "Income (loss", "KPI", "Income (loss)"),
        ("MAY 31,\t2025", "MAY 31,", "DATE", "MAY 31"),
        ("on 20240930 it", "20240930", "DATE", "20240930"),
        ("on 31Dec2024 it", "31Dec2024", "DATE", "31Dec2024"),
        ("lost (2,203) then", "(2,", "MONEY", "(2,203)"),
        ("lost $(2,203) then", "2", "MONEY", "$(2,203)"),
        ("was -5.3% then", "5.3", "PERCENT", "-5.3%"),
        ("in 2011-2012 it", "2012", "DATE", "2012"),
        ("up to $1.2 billion, or", "$1.2 billion,", "MONEY", "$1.2 billion"),
        ("(about $5) then", "$5)", "MONEY", "$5"),
        ("of $.85 a share", "85", "PER_SHARE", "$.85"),
        ("8 and\t12\t13", "12", "MONEY", "12"),
        ("US$ 48.2 million", "US$ 48", "MONEY", "US$ 48.2 million"[:8]),
    ],
)
def test_ends_move(text: str, found: str, label: str, expected: str) -> None:
    start = text.index(found)
    ends = repair(text, start, start + len(found), label)
    assert ends is not None
    assert text[slice(*ends)] == expected


@pytest.mark.parametrize(
    ("text", "found", "label"),
    [
        ("of $ and", "$", "MONEY"),
        ("2025 FORM 10-K 88", "10", "PERCENT"),
        ("up 5 % to", "%", "PERCENT"),
        ("the fiscal one", "fiscal", "DATE"),
        ("a / b", "/", "DATE"),
        ("D.C. 20549", "20549", "DATE"),
        ("(403) 555-0142", "555", "DATE"),
        ("WTI (US$/bbl)", "US", "LOC"),
        ("in T€\n2024", "T€", "LOC"),
        ("per share\tYen", "Yen", "LOC"),
        ("18 U.S.C. 1350", "U.S.", "LOC"),
        ("Case No. 2002CV631", "2002CV631", "DATE"),
        ("adopted ASU 2023-07, Segment", "2023", "DATE"),
        ("Accounting Standards Update (“ASU”) No. 2014-09", "2014", "DATE"),
        ("under ASU 2014-09", "09", "DATE"),
        ("this, that", ",", "ORG"),
        ("page 69 of", "69", "PER"),
    ],
)
def test_nothing_is_left(text: str, found: str, label: str) -> None:
    start = text.index(found)
    assert repair(text, start, start + len(found), label) is None


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ("reached CHF 84.0 million in", "84.0", "CHF 84.0 million"),
        ("paid Rs. 9,504 crore.", "9,504", "Rs. 9,504 crore"),
        ("(paid Ps. 9,504 million)", "9,504", "Ps. 9,504 million"),
        ("paid HK3.5 cents a", "3.5", "HK3.5 cents"),
        ("paid HK$3.5 a", "3.5", "HK$3.5"),
        ("lost $(12) million", "12", "$(12) million"),
        ("per share, NOK\t2.21", "2.21", "2.21"),
        ("per share – R$\t(2.21)", "2.21", "(2.21)"),
        ("12\tmillion", "12", "12"),
        ("€ million\t€\n31 December", "31", "31"),
        ("RMB5,821.7 million (US$797.6 million)", "797.6", "US$797.6 million"),
        ("a loss of (US$0.11) a", "0.11", "(US$0.11)"),
        ("of ACMECHF 5", "5", "5"),
        ("rose to MSEK 1,204 (1,125)", "1,204", "MSEK 1,204"),
        ("debt of (EURbn 1.2)", "1.2", "(EURbn 1.2)"),
    ],
)
def test_figures_take_in_their_currency(text: str, number: str, expected: str) -> None:
    start = text.index(number)
    assert text[slice(*whole_figure(text, start, start + len(number), "MONEY"))] == expected


@pytest.mark.parametrize(
    "figure",
    [
        *(f"{code} 12.5 million" for code in sorted({*CURRENCIES.values(), "₩", "zł"})),
        *("Rs. 12.5 million", "Ps. 12.5 million"),
        *(f"€12.5 {scale}" for scale in sorted(SCALES) if len(scale) > 1 and scale.isalpha()),
    ],
)
def test_whatever_is_read_as_currency_and_scale_is_part_of_a_figure(figure: str) -> None:
    text = f"paid {figure} then"
    start = text.index("12.5")
    assert text[slice(*whole_figure(text, start, start + 4, "MONEY"))] == figure
