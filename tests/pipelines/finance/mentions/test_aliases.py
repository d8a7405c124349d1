"""The short names that a text gives to organisations are organisations."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.aliases import with_aliases


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            "[Reis Mill, Inc.|ORG] (“[Reis|PER]”); [Reis|LOC] grew",
            "[Reis Mill, Inc.|ORG] (“[Reis|ORG]”); [Reis|ORG] grew",
        ),
        (
            "[Bureau of Tea|ORG] (BT) said BT, not BT-1 and [BT House|LOC]",
            "[Bureau of Tea|ORG] ([BT|ORG]) said [BT|ORG], not BT-1 and [BT House|LOC]",
        ),
        ("filed with the SEC (SEC. 3)", "filed with the [SEC|ORG] (SEC. 3)"),
        ('[Oak Hill|ORG] ("[Oak|LOC] Hi")', '[Oak Hill|ORG] ("[Oak|LOC] Hi")'),
        ("[Oak Hill|ORG] ( the '' OH '' )", "[Oak Hill|ORG] ( the '' OH '' )"),
        ('[Oak Hill Co|ORG] (the "Oak [Hill|LOC]")', '[Oak Hill Co|ORG] (the "[Oak Hill|ORG]")'),
        ("[Oak Hill|ORG] (OH: [Boise|LOC])", "[Oak Hill|ORG] (OH: [Boise|LOC])"),
        ("[Oak Hill|ORG] (the “Seller”)", "[Oak Hill|ORG] (the “Seller”)"),
        ("[Reis|ORG] ([Boise|LOC])", "[Reis|ORG] ([Boise|LOC])"),
        ("[Ohm|ORG] (O)", "[Ohm|ORG] (O)"),
        (
            "[Oak Tea Union|ORG] met; OTU and [OTU|PER]",
            "[Oak Tea Union|ORG] met; [OTU|ORG] and [OTU|ORG]",
        ),
        ("[Unit of Sea Air|ORG], [USA|LOC]", "[Unit of Sea Air|ORG], [USA|LOC]"),
        ("[Oak Row|LOC] (OR)", "[Oak Row|LOC] (OR)"),
    ],
)
def test_short_names(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, with_aliases(text, found)) == expected
