"""Towns of datelines are places, those that play are clubs; countries and other tables stay."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.news import with_clubs, with_datelines


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Cup.\n[OSLO|ORG], March 14 - The", "Cup.\n[OSLO|LOC], March 14 - The"),
        ("[OSLO|ORG], March 14, 2019 /PRNewswire", "[OSLO|LOC], March 14, 2019 /PRNewswire"),
        ("[OHM LABORATORIES|ORG] March 31, 2024\n", "[OHM LABORATORIES|ORG] March 31, 2024\n"),
        ("[OHM LABORATORIES|ORG] 2024-03-31\n", "[OHM LABORATORIES|ORG] 2024-03-31\n"),
        ("[NEW OHM|PER], [Ohio|LOC], May 3 (X)", "[NEW OHM|LOC], [Ohio|LOC], May 3 (X)"),
        ("[OHM|ORG], the 2019-03-14", "[OHM|ORG], the 2019-03-14"),
        ("for [OHM|ORG], May 3", "for [OHM|ORG], May 3"),
    ],
)
def test_datelines_name_places(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, with_datelines(text, found)) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[BOSTON|LOC] AT [TEXAS|LOC]", "[BOSTON|ORG] AT [TEXAS|ORG]"),
        ("[York|LOC] v [Hull|LOC] , 3 p.m.", "[York|ORG] v [Hull|ORG] , 3 p.m."),
        ("[Roe|PER] v. [Wade|PER]", "[Roe|PER] v. [Wade|PER]"),
        ("[Boeing|ORG] at [Everett|LOC]", "[Boeing|ORG] at [Everett|LOC]"),
        ("In [York|LOC] v [Hull|LOC]", "In [York|LOC] v [Hull|LOC]"),
        (
            "[York|LOC] 2 [Hull FC|PER] 1 ( 10 innings )",
            "[York|ORG] 2 [Hull FC|ORG] 1 ( 10 innings )",
        ),
        (
            "Cup : [York|LOC] ( Eire ) 2 [Hull 1|ORG] .",
            "Cup : [York|ORG] ( Eire ) 2 [Hull|ORG] 1 .",
        ),
        ("[Spain|LOC] 2 [Japan|LOC] 1", "[Spain|LOC] 2 [Japan|LOC] 1"),
        ("[Texas|LOC] 12 [Ohio|LOC] 1", "[Texas|LOC] 12 [Ohio|LOC] 1"),
        ("[California|LOC] 112 118 121 125", "[California|LOC] 112 118 121 125"),
        ("[Oslo|LOC] 12 7 3 2 1 9 5", "[Oslo|LOC] 12 7 3 2 1 9 5"),
        ("[York|LOC] 6 4 2 0 11 3 14", "[York|ORG] 6 4 2 0 11 3 14"),
        ("[San Diego|LOC] 73 60 .549 1/2", "[San Diego|ORG] 73 60 .549 1/2"),
        ("[San Diego|LOC] 73 60 .613", "[San Diego|LOC] 73 60 .613"),
        ("Then [York|LOC] beat [Hull|LOC] 2-1", "Then [York|LOC] beat [Hull|ORG] 2-1"),
        (
            "[Ann|PER] beat [Eva|PER] 6-4 in [Rome|LOC]",
            "[Ann|PER] beat [Eva|PER] 6-4 in [Rome|LOC]",
        ),
        ("drew 1-1 at [Lens|LOC]", "drew 1-1 at [Lens|ORG]"),
        ("won 2-0 in [Lens|LOC]", "won 2-0 in [Lens|LOC]"),
        ("[2024|DATE] 2 [York|LOC] 1", "[2024|DATE] 2 [York|LOC] 1"),
    ],
)
def test_towns_that_play_are_clubs(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, with_clubs(text, found)) == expected
