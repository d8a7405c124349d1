"""Cups, wars, laws, storms, ships, models and works name nobody."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.things import without_things


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("at the [Oslo|LOC] Open", "at the Oslo Open"),
        ("the [New|LOC] York Marathon", "the New York Marathon"),
        ("the [Ryder Cup|ORG] of 2024", "the Ryder Cup of 2024"),
        ("the [EASTERN DIVISION|ORG]", "the EASTERN DIVISION"),
        ("granted [Acme|ORG] Awards in", "granted [Acme|ORG] Awards in"),
        ("[Oslo|LOC] Cup Holdings", "[Oslo|LOC] Cup Holdings"),
        ("the [Department of War|ORG]", "the [Department of War|ORG]"),
        ("[Bo|PER] Open, [2024|DATE] Open", "[Bo|PER] Open, [2024|DATE] Open"),
        ("[Hurricane|LOC] [Hugo|PER] hit", "Hurricane Hugo hit"),
        ("[USS|ORG] [Cole|PER] and [HMS Hood|ORG] sank", "USS Cole and HMS Hood sank"),
        ("[USS|ORG] makes steel", "[USS|ORG] makes steel"),
        ("[Air Force One|ORG] left", "Air Force One left"),
        ("the Battle of [Kolin|LOC] near [Kolin|LOC]", "the Battle of Kolin near [Kolin|LOC]"),
        ("the [Reis-Ohm|ORG] Act of 2002, [Ohm Act|ORG]", "the Reis-Ohm Act of 2002, Ohm Act"),
        ("the [UK|LOC] Albums Chart", "the UK Albums Chart"),
        ("a [Motorola 68000|ORG], a [Boeing 747|ORG]", "a Motorola 68000, a Boeing 747"),
        ("[Luna-1|ORG], [Lion Air Flight 610|ORG]", "[Luna-1|ORG], Lion Air Flight 610"),
        ("[Mariner-10|ORG] and the [FTSE 100|ORG]", "Mariner-10 and the FTSE 100"),
        (
            "[Radio 270|ORG], [Ohm 2024|ORG], [U 2|ORG]",
            "[Radio 270|ORG], [Ohm 2024|ORG], [U 2|ORG]",
        ),
        ("the [Hurricane|ORG] pub", "the Hurricane pub"),
    ],
)
def test_events_are_no_names(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, without_things(text, found)) == expected


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
    assert write_marks(text, without_things(text, found)) == expected
