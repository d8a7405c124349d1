"""Terms in texts: longest match, whole words, plurals, size; abbreviations by context."""

from __future__ import annotations

import random

import pytest

from secateur.pipelines.terminology.abbreviations import Abbreviations
from secateur.pipelines.terminology.matcher import Term, TermMatcher
from secateur.pipelines.terminology.sources import is_installed, vocabulary


def _matcher(*names, ignored=()):
    return TermMatcher((Term(name, name.lower(), "problem") for name in names), ignored)


def _found(matcher, text):
    return [text[match.start : match.end] for match in matcher.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Congestive heart failure, stable.", ["Congestive heart failure"]),
        ("Heart  failure\nand FAILURE", ["Heart  failure"]),
        ("no heart trouble", []),
        ("The bronchopneumonia cleared; pneumonias recur.", ["pneumonias"]),
        ("Heart-failure.", ["Heart-failure"]),
        ("İ heart failures", ["heart failures"]),
        ("congestive heart", []),
    ],
    ids=["longest", "white space", "prefix", "whole words", "hyphen", "offsets", "unfinished"],
)
def test_terms_are_found_whole_and_longest(text, expected):
    matcher = _matcher("heart failure", "congestive heart failure", "pneumonia")
    assert _found(matcher, text) == expected


def test_a_prefix_that_fails_gives_way_to_a_shorter_term():
    matcher = _matcher("acute renal failure syndrome", "acute renal failure", "failure to thrive")
    assert _found(matcher, "acute renal failure to thrive") == ["acute renal failure"]


def test_plain_words_and_bare_numbers_are_no_terms():
    matcher = _matcher("today", "at 10", "12", "today tablet", ignored=["today"])
    assert _found(matcher, "today at 10, 12; today tablets") == ["today tablets"]


def test_more_terms_than_two_bytes_can_number():
    rng = random.Random(0)
    words = ["".join(rng.choices("abcdefghijklmnop", k=rng.randint(3, 9))) for _ in range(20_000)]
    names = {" ".join(rng.choices(words, k=rng.randint(1, 4))) for _ in range(80_000)}
    matcher = _matcher(*names)
    assert len(matcher) > 1 << 16
    chosen = rng.sample(sorted(names), k=2_000)
    # The words between are no terms, so that each name is found as it stands.
    assert _found(matcher, " word1 ".join(chosen)) == chosen


@pytest.mark.skipif(not is_installed(), reason="the clinical extra is not installed")
def test_the_packages_vocabularies_know_common_drugs_and_diseases():
    found = {
        (match.term.concept, match.term.kind)
        for match in vocabulary().find(
            "Tylenol and lisinopril for hypertension; did more with his mother. Typhoid arthritis."
            " Dilantin, Vicodin."
        )
    }
    assert found == {
        ("acetaminophen", "drug"),
        ("lisinopril", "drug"),
        ("phenytoin", "drug"),
        ("hydrocodone/acetaminophen", "drug"),
        ("hypertension", "problem"),
        ("typhoid arthritis", "problem"),
    }


MEANINGS = {
    "MS": ["multiple sclerosis", "mitral stenosis"],
    "BP": ["blood pressure"],
    "PT": ["physical therapy", "prothrombin time"],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MS. The mitral valve was stenotic.", {"MS": "mitral stenosis"}),
        ("MS with sclerotic plaques, multiple.", {"MS": "multiple sclerosis"}),
        ("MS seen.", {}),
        ("BP was high.", {"BP": "blood pressure"}),
        ("He has pes terminalis (PT). PT helps.", {"PT": "pes terminalis"}),
    ],
    ids=["one", "other", "undecided", "only meaning", "spelt out"],
)
def test_an_abbreviation_means_what_the_text_is_about(text, expected):
    assert {found.short: found.long for found in Abbreviations(MEANINGS).find(text)} == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("He has pes terminalis (PT).", "pes terminalis"),
        ("Prothrombin was low.", "prothrombin time"),
        ("Seen.", None),
    ],
    ids=["spelt out", "spoken of", "undecided"],
)
def test_an_abbreviation_in_a_text_about_a_note_means_what_the_note_says(note, expected):
    found = Abbreviations(MEANINGS, note).find("PT was repeated.")
    assert [one.long for one in found] == ([expected] if expected else [])
    assert [one.start for one in found] == ([0] if expected else [])


@pytest.mark.skipif(not is_installed(), reason="the clinical extra is not installed")
@pytest.mark.parametrize(("short", "name"), [("azithro", "azithromycin"), ("vanco", "vancomycin")])
def test_a_clipped_name_is_the_drug_that_it_begins(short, name):
    found = [match.term.concept for match in vocabulary().find(f"{short} and {name}")]
    assert found == [name, name]
