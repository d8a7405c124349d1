"""Dates that the labels cut in two are whole again."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.dates import whole_dates


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("weeks to [29|DATE] [June 2024|DATE].", "weeks to [29 June 2024|DATE]."),
        ("as of [June 29|DATE], [2024|DATE] and", "as of [June 29, 2024|DATE] and"),
        ("in [June 2024|DATE] [2023|DATE]", "in [June 2024|DATE] [2023|DATE]"),
        ("at Dec. [31, 2024|DATE] and", "at [Dec. 31, 2024|DATE] and"),
        ("[Dec.|ORG] [31, 2024|DATE]", "[Dec.|ORG] [31, 2024|DATE]"),
        ("page [29|ORG] [June 2024|DATE]", "page [29|ORG] [June 2024|DATE]"),
        ("from [29|DATE] to [30 June 2024|DATE]", "from [29|DATE] to [30 June 2024|DATE]"),
    ],
)
def test_dates_in_two_parts(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, whole_dates(text, found)) == expected
