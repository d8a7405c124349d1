"""Dates that the labels cut in two, or took for something else, are whole again."""

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
        ("for [2023|DATE]-24 and", "for [2023-24|DATE] and"),
        ("[Acme|ORG] in [2023|DATE]-24 and", "[Acme|ORG] in [2023-24|DATE] and"),
        ("for [2023|DATE]-[24|DATE] and", "for [2023-24|DATE] and"),
        ("dated [2023|DATE]-04-01", "dated [2023|DATE]-04-01"),
        ("in [Q4|ORG] [2023|DATE] and", "in [Q4 2023|DATE] and"),
        ("in [Q4|DATE] and", "in [Q4|DATE] and"),
        ("ended [31|DATE] [March|DATE] [2024|DATE].", "ended [31 March 2024|DATE]."),
        ("by [31|DATE] March [2024|MONEY].", "by [31|DATE] March [2024|MONEY]."),
        ("[September 30,|DATE]\t[2020|DATE]", "[September 30,|DATE]\t[2020|DATE]"),
        ("up (H1 [2023|DATE]: £4m)", "up ([H1 2023|DATE]: £4m)"),
        ("Revenue\tQ2 [2024|DATE]\tH1 [2024|DATE]", "Revenue\t[Q2 2024|DATE]\t[H1 2024|DATE]"),
        ("six [months ended|DATE] [30 June 2024|DATE]", "[six months ended 30 June 2024|DATE]"),
        ("[year ended|DATE]\t[2024|DATE]", "[year ended|DATE]\t[2024|DATE]"),
        ("01.01.[2023|DATE]-31.12.[2023|DATE]", "[01.01.2023|DATE]-[31.12.2023|DATE]"),
        ("The fiscal [2017|DATE] results", "The [fiscal 2017|DATE] results"),
        ("call at [9|DATE]:00 on", "call at 9:00 on"),
        ("for [FY24|ORG] and [FY 2023-24|ORG]", "for [FY24|DATE] and [FY 2023-24|DATE]"),
        ("(Stock Code: [2381|DATE])", "(Stock Code: 2381)"),
        ("since [1784|DATE]", "since [1784|DATE]"),
        (
            "[1|DATE] [January|DATE] to [31|DATE] [December|DATE].",
            "[1 January|DATE] to [31 December|DATE].",
        ),
        (
            "for [52|DATE] weeks ended [28 September 2024|DATE]",
            "for [52 weeks ended 28 September 2024|DATE]",
        ),
        ("Note\t30 [June 2024|DATE]", "Note\t[30 June 2024|DATE]"),
        ("paid $30 [June 2024|DATE]", "paid $30 [June 2024|DATE]"),
        ("from [29|DATE] to [30 June 2024|DATE]", "from [29|DATE] to [30 June 2024|DATE]"),
    ],
)
def test_dates_are_whole(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, whole_dates(text, found)) == expected
