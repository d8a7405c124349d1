"""What was found in a text agrees in time that grows with its length, however much was found."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from marked_texts import read_marks
from time_growth import LINEAR, growth

from secateur.pipelines.finance.mentions.aliases import with_aliases
from secateur.pipelines.finance.mentions.dates import whole_dates
from secateur.pipelines.finance.mentions.listings import without_listings
from secateur.pipelines.finance.mentions.rules import settle_names


def numbered(marked: str) -> str:
    """The same text with another word for each "#": "Aaaa", "Aaab", ..."""

    def words() -> Iterator[str]:
        for number in range(len(marked)):
            letters = (number // 26**place % 26 for place in (3, 2, 1, 0))
            yield "".join(chr(ord("a") + letter) for letter in letters).capitalize()

    each = words()
    return re.sub("#", lambda _: next(each), marked)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param("[Bank #|ORG] [Bank #|ORG]. ", id="one first word"),
        pytest.param("[#|ORG], ", id="list"),
        pytest.param("[Ohm Group|ORG] ", id="side by side"),
    ],
)
def test_time_for_names_grows_with_their_number(part: str) -> None:
    assert growth(lambda marked: settle_names(*read_marks(numbered(marked))), part, 400) < LINEAR


@pytest.mark.parametrize("name", ["Ohm", "[Ohm|ORG]"])
def test_time_for_short_names_grows_with_their_number(name: str) -> None:
    part = f"[Ohm Group|ORG] ({name}). "
    assert growth(lambda marked: with_aliases(*read_marks(marked)), part, 1_000) < LINEAR


@pytest.mark.parametrize("part", ["[2024|DATE] ", "[31|DATE] May [2024|DATE], "])
def test_time_for_dates_grows_with_their_number(part: str) -> None:
    assert growth(lambda marked: whole_dates(*read_marks(marked)), part, 1_000) < LINEAR


def test_time_for_a_date_grows_with_the_gap_behind_it() -> None:
    def wait(gap: str) -> object:
        return whole_dates(*read_marks(f"[29|DATE] June{gap}."))

    assert growth(wait, " ") < LINEAR


def test_time_for_listings_grows_with_their_number() -> None:
    part = "Ohm ([NYSE|ORG]: OHM). "
    assert growth(lambda marked: without_listings(*read_marks(marked)), part, 1_000) < LINEAR
