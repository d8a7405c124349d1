"""An "'s" that belongs to a name is part of it."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.genitives import with_genitives


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            "[Ohm People|ORG]'s Party, the [People|ORG]'s [Bank of Ohm|ORG]",
            "[Ohm People's Party|ORG], the [People's Bank of Ohm|ORG]",
        ),
        ("[People|ORG]'s [Republic of|LOC]", "[People's Republic of|LOC]"),
        ("the [People|ORG]'s mood, [People|ORG]", "the [People|ORG]'s mood, [People|ORG]"),
        ("[Women|ORG]'s Day [2024|DATE]", "[Women's Day|ORG] [2024|DATE]"),
        ("[Moody|ORG]'s cut it", "[Moody's|ORG] cut it"),
        ("[Moody|ORG]'s [Investors Service|ORG]", "[Moody's Investors Service|ORG]"),
        ("by Moody's [Analytics|ORG]", "by [Moody's Analytics|ORG]"),
        ("by [Moody|ORG]'s [London|LOC] team", "by [Moody's|ORG] [London|LOC] team"),
        ("by [Moody|PER]’s and", "by [Moody’s|ORG] and"),
        ("by [Standard & Poor|ORG]’s, A-", "by [Standard & Poor’s|ORG], A-"),
        ("[Alder|ORG]’s rent. At [Alder|ORG]’s.", "[Alder’s|ORG] rent. At [Alder’s|ORG]."),
        ("[ALDER|ORG]'S rent. AT [ALDER|ORG]'S.", "[ALDER'S|ORG] rent. AT [ALDER'S|ORG]."),
        ("[Nike|ORG]’s, not [Nike|ORG]", "[Nike|ORG]’s, not [Nike|ORG]"),
        ("the [Union|ORG]’s law", "the [Union|ORG]’s law"),
        ("[2024|DATE]'s, [$5|MONEY]'s.", "[2024|DATE]'s, [$5|MONEY]'s."),
        ("[Moody|ORG] Foods and [Moody|ORG]'st", "[Moody|ORG] Foods and [Moody|ORG]'st"),
    ],
)
def test_genitives(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, with_genitives(text, found)) == expected
