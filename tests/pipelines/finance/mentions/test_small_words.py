"""Words that a text has in small letters somewhere, and segments made of them."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.small_words import has_small, without_segments

TEXT = "The network’s services in-house, for NETWORK Operations;\nsegments. A café"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            "The [Network Services|ORG] segment serves a network. [Network Services|ORG] services.",
            "The Network Services segment serves a network. Network Services services.",
        ),
        ("The [GEICO|ORG] segment insures cars.", "The [GEICO|ORG] segment insures cars."),
        (
            "[Rail Parts|ORG]\t5\nTotal\t9\n\n\t[Rail Parts|ORG]\tTotal\nparts by rail",
            "Rail Parts\t5\nTotal\t9\n\n\tRail Parts\tTotal\nparts by rail",
        ),
        ("[Rail Parts|ORG]\t5\nparts by rail", "[Rail Parts|ORG]\t5\nparts by rail"),
        ("In the [Europe|LOC] segment", "In the [Europe|LOC] segment"),
        ("[Rail|ORG] operating segment, by rail", "Rail operating segment, by rail"),
        ("[Rail|ORG] unions travel by rail", "[Rail|ORG] unions travel by rail"),
    ],
)
def test_segments(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, without_segments(text, found, set())) == expected


def test_initials_are_no_words_in_small_letters() -> None:
    text, found = read_marks("[U.S. Treasury|ORG]\t5\n[U.S. Treasury|ORG]\t6\nthe treasury of us")
    assert without_segments(text, found, set()) == found


def test_a_company_is_one_whatever_its_segment_is_called() -> None:
    text, found = read_marks("The [Rail|ORG] segment, by rail")
    assert without_segments(text, found, {"rail"}) == found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["services", "segments", "for"], True),
        ([], True),
        (["services", "operations"], False),
        (["network"], True),
        (["house"], False),
        (["segment"], False),
        (["s"], False),
        (["café"], False),
        (["a.b"], False),
    ],
)
def test_each_word_must_stand_alone_in_small_letters(words, expected):
    assert has_small(TEXT, words) is expected
