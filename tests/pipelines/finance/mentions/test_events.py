"""Cups, wars and storms name nobody."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.events import without_events


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("at the [Oslo|LOC] Open", "at the Oslo Open"),
        ("the [New|LOC] York Marathon", "the New York Marathon"),
        ("the [Ryder Cup|ORG] of 2024", "the Ryder Cup of 2024"),
        ("the [EASTERN DIVISION|ORG]", "the EASTERN DIVISION"),
        ("granted [Acme|ORG] Awards in", "granted [Acme|ORG] Awards in"),
        ("[Oslo|LOC] Cup Holdings", "[Oslo|LOC] Cup Holdings"),
        ("the [Department of War|ORG]", "the [Department of War|ORG]"),
        ("[Bo|PER] Open, [2024|DATE] Open", "[Bo|PER] Open, [2024|DATE] Open"),
        ("[Hurricane|LOC] [Hugo|PER] hit", "Hurricane Hugo hit"),
        ("the [Hurricane|ORG] pub", "the Hurricane pub"),
    ],
)
def test_events_are_no_names(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, without_events(text, found)) == expected
