"""Cups, wars, laws, storms, ships and models name nobody."""

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
        ("[USS|ORG] [Cole|PER] and [HMS Hood|ORG] sank", "USS Cole and HMS Hood sank"),
        ("[USS|ORG] makes steel", "[USS|ORG] makes steel"),
        ("[Air Force One|ORG] left", "Air Force One left"),
        ("the Battle of [Kolin|LOC] near [Kolin|LOC]", "the Battle of Kolin near [Kolin|LOC]"),
        ("the [Reis-Ohm|ORG] Act of 2002, [Ohm Act|ORG]", "the Reis-Ohm Act of 2002, Ohm Act"),
        ("the [UK|LOC] Albums Chart", "the UK Albums Chart"),
        ("a [Motorola 68000|ORG], a [Boeing 747|ORG]", "a Motorola 68000, a Boeing 747"),
        ("[Luna-1|ORG], [Lion Air Flight 610|ORG]", "[Luna-1|ORG], Lion Air Flight 610"),
        ("[Mariner-10|ORG] and the [FTSE 100|ORG]", "Mariner-10 and the FTSE 100"),
        (
            "[Radio 270|ORG], [Ohm 2024|ORG], [U 2|ORG]",
            "[Radio 270|ORG], [Ohm 2024|ORG], [U 2|ORG]",
        ),
        ("the [Hurricane|ORG] pub", "the Hurricane pub"),
    ],
)
def test_events_are_no_names(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, without_events(text, found)) == expected
