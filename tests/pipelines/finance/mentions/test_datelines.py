"""Towns that datelines name are places."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.datelines import with_datelines


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
