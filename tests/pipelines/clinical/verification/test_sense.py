"""Sentences that say in other words what a note says: places, what is wrong in them, none."""

import pytest
from made_notes import note

from secateur.core.models.bases import BaseNotFoundError
from secateur.pipelines.clinical.verification import sense
from secateur.pipelines.clinical.verification.verify import NO_EVIDENCE, OTHER_WORDS, Verifier
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.document.summary import SummarySentence

LINES = (
    "Older brother passed away at 54 from myocardial infarction.",
    "Ophthalmology diagnosed optic neuritis of the left eye.",
    "The gallstones are asymptomatic and can be left alone.",
    "Quetiapine was reduced from 50 to 25 mg at bedtime with no worsening.",
    "Her mother takes warfarin.",
)


def _verifier(lines=LINES):
    document = note(*((None, line) for line in lines))
    return Verifier(document, sentences(document.text, document.passages))


def _compared(text, lines=LINES):
    verifier = _verifier(lines)
    (found,) = verifier.compare([verifier.examine(SummarySentence(text, (), 0.9))])
    return found


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("An eye doctor found inflammation of the optic nerve on the left.", 1),
        ("Stones seen in her gallbladder need no treatment.", 2),
        ("The evening quetiapine dose was halved and behavior stayed stable.", 3),
    ],
)
def test_other_words_are_tied_to_the_place_that_says_it(sentence, line):
    found = _compared(sentence)
    assert found.flags == (OTHER_WORDS,)
    assert found.evidence[0].text == LINES[line]
    assert LINES[line] == "\n".join(LINES)[found.evidence[0].start : found.evidence[0].end]


def test_another_side_in_other_words_is_flagged_as_such():
    found = _compared("An eye doctor found inflammation of the optic nerve on the right.")
    assert found.flags == (OTHER_WORDS, "side")


@pytest.mark.parametrize(
    ("line", "sentence", "flag"),
    [
        (
            "Calcium acetate stopped in summer d/t hypercalcemia.",
            "Calcium acetate was ended in the summer because of hypocalcemia.",
            "opposite",
        ),
        ("Now stage IV.", "The disease is now stage III.", "number"),
        (
            "CTA: saccular aneurysm of L posterior communicating artery.",
            "An aneurysm of the left middle cerebral artery was seen on angiography.",
            "site",
        ),
    ],
)
def test_a_wrong_detail_in_other_words_is_named(line, sentence, flag):
    found = _compared(sentence, (line, *LINES[1:4]))
    assert set(found.flags) >= {OTHER_WORDS, flag}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("fifty three", "53"),
        ("fifty-three", "53"),
        ("seventeen", "17"),
        ("a hundred and two", "102"),
        ("54", "54"),
    ],
)
def test_only_a_number_that_nobody_said_is_wrong_in_other_words(said, number):
    lines = (f"My brother passed away at {said} after his heart gave out.", *LINES[1:4])
    assert _compared(f"My brother died young, aged {number}.", lines).flags == (OTHER_WORDS,)
    assert _compared("My brother died young, aged 61.", lines).flags == (OTHER_WORDS, "number")


def test_parts_have_places_of_their_own():
    found = _compared(
        "Stones seen in her gallbladder need nothing, and a brother died of a heart attack."
    )
    assert {place.text for place in found.evidence} == {LINES[0], LINES[2]}


def test_what_nothing_is_like_stays_without_evidence():
    found = _compared("A fractured wrist was set in plaster by the orthopaedic team.")
    assert (found.evidence, found.flags) == ((), (NO_EVIDENCE,))


def test_what_words_find_is_left_as_it_is_and_other_flags_stay():
    verifier = _verifier()
    by_words = verifier.examine(SummarySentence(LINES[2], (), 0.9))
    cut = verifier.examine(
        SummarySentence("Stones seen in the gallbladder need no", (), 0.9, ("cut short",))
    )
    assert NO_EVIDENCE in cut.flags
    same, compared = verifier.compare([by_words, cut])
    assert same is by_words
    assert compared.flags == ("cut short", OTHER_WORDS)


def test_an_empty_note_has_no_places():
    found = _compared("Stones seen in her gallbladder need no treatment.", lines=())
    assert found.flags == (NO_EVIDENCE,)


def test_without_the_encoder_nothing_changes(monkeypatch):
    def missing(*args, **options):
        raise BaseNotFoundError

    monkeypatch.setattr(sense.hf, "load", missing)
    sense._encoder.cache_clear()
    try:
        found = _compared("Stones seen in her gallbladder need no treatment.")
    finally:
        sense._encoder.cache_clear()
    assert (found.evidence, found.flags) == ((), (NO_EVIDENCE,))
