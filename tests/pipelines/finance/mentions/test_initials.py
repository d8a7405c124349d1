"""Initials are part of the name of the person whom they stand before."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.initials import with_initials


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("R. [Kessler|PER] and J.P. [Hale|PER]", "[R. Kessler|PER] and [J.P. Hale|PER]"),
        ("of A. [Moss|ORG]", "of A. [Moss|ORG]"),
        ("in the U.S. [Moss|PER]", "in the U.S. [Moss|PER]"),
        ("[Ada B.|PER] [Moss|PER]", "[Ada B.|PER] [Moss|PER]"),
    ],
)
def test_initials_before_a_person(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, with_initials(text, found)) == expected
