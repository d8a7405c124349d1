"""Who is called a newspaper or an airline is no person."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.trades import with_trades


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("the newspaper [Ohm|PER] said", "the newspaper [Ohm|ORG] said"),
        ("the [Ohm|LOC] news agency", "the [Ohm|ORG] news agency"),
        ("its unit [Spain|LOC]", "its unit [Spain|LOC]"),
        ("the editor [Ohm|PER]", "the editor [Ohm|PER]"),
    ],
)
def test_trades_tell_organisations(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, with_trades(text, found)) == expected
