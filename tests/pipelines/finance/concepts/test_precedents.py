"""Figures are called what the company called them in earlier filings."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.concepts.precedents import Precedents, TaggedItems
from secateur.pipelines.finance.concepts.surroundings import Item, Signs

NAMES = ("Assets", "Cash", "Revenues", "Sales")
OWN = {0: math.log(0.6), 1: math.log(0.4)}


def item(label: str, start: int = 0, kind: str = "balance_sheet", **texts: str) -> Item:
    return Item(
        ((start, start + 5),), 0, start, 0, kind, False, "MONEY", "instant", Signs(0, 1),
        {"label": label, **texts},
    )  # fmt: skip


def figure(value: int, period: str, start: int = 0) -> Entity:
    return Entity(
        "a", start, start + 5, str(value), "MONEY", 1.0, value=Decimal(value), unit="USD",
        period=period,
    )  # fmt: skip


EARLIER = Precedents(
    [
        TaggedItems(
            "a",
            (item("Cash and equivalents"), item("Sales", 10, captions="Europe"), item("Other", 20)),
            ("Cash", "Sales", None),
            (False, True, None),
            (figure(12_345, "2023-12-31"), figure(7, "2023-12-31", 10)),
        )
    ]
)
CASES = {
    "the same row": (item("Cash and equivalents"), None, "Cash"),
    "whatever its figures' case and digits": (item("CASH and equivalents (2)"), None, "Cash"),
    "under another caption": (item("Sales", captions="Asia"), None, "Sales"),
    "a number of the year before": (item("Liquid"), figure(12_345, "2023-12-31"), "Cash"),
    "the number in another period": (item("Liquid"), figure(12_345, "2024-12-31"), "Assets"),
    "no telling number": (item("Liquid"), figure(7, "2023-12-31"), "Assets"),
    "another statement": (item("Cash and equivalents", kind="cash_flow"), None, "Assets"),
    "a row that nothing is tagged in": (item("Other"), None, "Assets"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_it_was_called_comes_first(case):
    known, entity, expected = CASES[case]
    (chances,) = EARLIER.chances([known], [entity] if entity else [], [OWN], NAMES)
    assert NAMES[max(chances, key=chances.__getitem__)] == expected


def test_chances_stay_chances():
    (chances,) = EARLIER.chances([item("Cash and equivalents")], [], [OWN], NAMES)
    assert sum(map(math.exp, chances.values())) == pytest.approx(1.0)


def test_signs_are_those_of_the_same_concept():
    assert EARLIER.flip(item("Sales", captions="Europe"), "Sales") is True
    assert EARLIER.flip(item("Cash and equivalents"), "Cash") is False
    assert EARLIER.flip(item("Cash and equivalents"), "Assets") is None
    assert EARLIER.flip(item("Liquid"), "Cash") is None


def test_rows_that_are_known_may_share_a_concept():
    rows = [item("Cash and equivalents"), item("Liquid"), item("Sales")]
    assert EARLIER.settled(rows) == {0, 2}
