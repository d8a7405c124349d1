"""Titles of works name nobody."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.works import without_works


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("the film [Heat|ORG] by [Mann|PER]", "the film Heat by [Mann|PER]"),
        ("the film The [Sting|PER]", "the film The Sting"),
        ("the last film [Welles|PER] made", "the last film [Welles|PER] made"),
        ("an episode of [Cheers|ORG]", "an episode of Cheers"),
        ('the song "[Angie|PER]"', 'the song "Angie"'),
        ("every single [Leeds|ORG] fan", "every single [Leeds|ORG] fan"),
        ("film maker [Pathé|ORG]", "film maker [Pathé|ORG]"),
        ("[Gold|ORG] is the last album by [Abba|ORG].", "Gold is the last album by [Abba|ORG]."),
        ("So. Live in [Oslo|LOC] (EP) was an album.", "So. Live in Oslo (EP) was an album."),
        ("[Pathé|ORG] is a film company.", "[Pathé|ORG] is a film company."),
        ("[Ann|PER] said it is a film.", "[Ann|PER] said it is a film."),
        ('1. "[Angie|PER]" 2. "[Rome|LOC]"', '1. "Angie" 2. "Rome"'),
        ('"[Sally|PER] in the Rain"', '"Sally in the Rain"'),
        ('("[Bank|ORG]") and "[Bo Ek|PER]"', '("[Bank|ORG]") and "[Bo Ek|PER]"'),
        ("the film [1995|DATE]", "the film [1995|DATE]"),
    ],
)
def test_titles_of_works_are_no_names(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, without_works(text, found)) == expected
