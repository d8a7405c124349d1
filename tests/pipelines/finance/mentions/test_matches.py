"""Towns that play are clubs, countries are countries."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.matches import with_clubs


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Day\n[OSLO|LOC] AT [UTAH|LOC]\n", "Day\n[OSLO|ORG] AT [UTAH|ORG]\n"),
        ("[Oslo|LOC] 2 [Ohm 1|ORG]", "[Oslo|ORG] 2 [Ohm|ORG] 1"),
        ("[Spain|LOC] 2 [Ohm|LOC] Town 1", "[Spain|LOC] 2 [Ohm Town|ORG] 1"),
        (
            "Day: [Oslo 2|ORG] [Ohm 0|ORG], [Ulm|LOC] 0 [Ems|LOC] 3.",
            "Day: [Oslo|ORG] 2 [Ohm|ORG] 0, [Ulm|ORG] 0 [Ems|ORG] 3.",
        ),
        ("losing 8-9 to [Ohm|LOC].", "losing 8-9 to [Ohm|ORG]."),
        ("he came to beat [Ohm|LOC] 5-3", "he came to beat [Ohm|ORG] 5-3"),
        ("[Ohm|LOC] scored three times", "[Ohm|ORG] scored three times"),
        ("[OSLO|LOC] 14 4 .778 -", "[OSLO|ORG] 14 4 .778 -"),
        ("[Oslo|LOC] 16 9 5 2 26 14 32", "[Oslo|ORG] 16 9 5 2 26 14 32"),
        ("Then [Oslo|LOC] beat [Ohm|LOC] 98-91.", "Then [Oslo|ORG] beat [Ohm|ORG] 98-91."),
        ("It drew 1-1 with [Ohm|LOC].", "It drew 1-1 with [Ohm|ORG]."),
        ("[Oslo|LOC] 14 4 15", "[Oslo|LOC] 14 4 15"),
        ("[Bo|PER] beat [Ed|PER] 6-4 6-2", "[Bo|PER] beat [Ed|PER] 6-4 6-2"),
        ("[Oslo|LOC] 2 Ohm [Ann|PER] 1", "[Oslo|ORG] 2 Ohm [Ann|PER] 1"),
    ],
)
def test_towns_that_play_are_clubs(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, with_clubs(text, found)) == expected
