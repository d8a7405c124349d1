"""Sections of a note that are written from the transcript of a visit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from secateur.pipelines.clinical.handover.transcript import write_section
from secateur.pipelines.clinical.verification.quantities import numbers
from secateur.pipelines.clinical.verification.terms import TermReader
from secateur.pipelines.clinical.verification.verify import Verifier
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.sentences import sentences as find_sentences
from secateur.pipelines.document.summary import SummarySentence
from secateur.pipelines.terminology.matcher import Term, TermMatcher

TEXT = (
    "Doctor: How old are you?\nPatient: I am fifty three. I quit in nineteen eighty-four.\n"
    "Doctor: And the pain at L5?\nPatient: Bad, for three weeks.\n"
)
INVENTED = ("She is a 59-year-old woman with pain.",)
MIXED = ("She is a 59-year-old woman.", "She has pain at level 5.")
OTHER_UNIT = ("She is a 3-year-old girl with pain.",)
UNSAID = "Zebra unicorns juggle."
RIGHT = ("She is a 53-year-old woman.", "She quit in 1984.")


class Told:
    """Writes what it is told to."""

    def __init__(self, *drafts: Sequence[str]) -> None:
        self._drafts = drafts

    def summarize(self, document: Document, sentences: object) -> list[list[list[SummarySentence]]]:
        return [[[SummarySentence(text, (), 1.0) for text in texts] for texts in self._drafts]]


@pytest.mark.parametrize(
    ("drafts", "taken"),
    [
        pytest.param((INVENTED, INVENTED, RIGHT), RIGHT, id="one without invented numbers"),
        pytest.param((OTHER_UNIT, OTHER_UNIT, RIGHT), RIGHT, id="no number of another unit"),
        pytest.param((INVENTED, MIXED, MIXED), MIXED[1:], id="what is left of the others"),
        pytest.param((INVENTED, INVENTED), INVENTED, id="nothing is left"),
        pytest.param(((RIGHT[1], UNSAID),), RIGHT[1:], id="what nothing is like"),
        pytest.param(((UNSAID,),), (UNSAID,), id="nothing is like any of it"),
        pytest.param(((),), (), id="nothing is written"),
    ],
)
def test_what_nobody_said_is_left_out(drafts, taken) -> None:
    document = Document("visit.txt", TEXT, (Passage(0, len(TEXT)),), "text/plain")
    spans = find_sentences(TEXT, document.passages)
    found = write_section(document, spans, Verifier(document, spans), Told(*drafts))
    assert tuple(sentence.text for sentence in found) == taken


PAIN, AGREED = "She has pain for three weeks.", "For three weeks she has bad pain."


@pytest.mark.parametrize(
    ("drafts", "taken"),
    [
        pytest.param((PAIN, AGREED, RIGHT[1]), PAIN, id="in any order of words"),
        pytest.param((PAIN, PAIN, "She quit. She has back pain."), PAIN, id="most say so"),
    ],
)
def test_the_draft_is_taken_that_agrees_most_with_the_others(drafts, taken) -> None:
    document = Document("visit.txt", TEXT, (Passage(0, len(TEXT)),), "text/plain")
    spans = find_sentences(TEXT, document.passages)
    found = write_section(document, spans, Verifier(document, spans), Told(*([d] for d in drafts)))
    assert [sentence.text for sentence in found] == [taken]


def test_a_draft_that_names_more_of_the_terms_is_preferred() -> None:
    text = "Doctor: What is new?\nPatient: My asthma and my gout, both bad, for three weeks.\n"
    document = Document("visit.txt", text, (Passage(0, len(text)),), "text/plain")
    spans = find_sentences(text, document.passages)
    words = TermMatcher([Term(name, name, "problem") for name in ("asthma", "gout")])
    short, whole = ["It has been bad for three weeks."], ["Asthma and gout, bad for three weeks."]
    for reader, taken in ((None, short), (TermReader(words, {}), whole)):
        verifier = Verifier(document, spans, reader)
        found = write_section(document, spans, verifier, Told(short, short, whole))
        assert [sentence.text for sentence in found] == taken


SMOKES = "Doctor: Do you smoke?\nPatient: No, never.\nDoctor: Any fever?\nPatient: Yes.\n"


@pytest.mark.parametrize(
    ("draft", "taken"),
    [
        pytest.param(("She has fever.", "She smokes."), {"She has fever.": ()}, id="left out"),
        pytest.param(("She smokes.",), {"She smokes.": ("negation",)}, id="flagged"),
    ],
)
def test_what_the_patient_contradicts_is_left_out_or_flagged(draft, taken) -> None:
    document = Document("visit.txt", SMOKES, (Passage(0, len(SMOKES)),), "text/plain")
    spans = find_sentences(SMOKES, document.passages)
    found = write_section(document, spans, Verifier(document, spans), Told(draft))
    told = {part.text: tuple({*part.flags} & {"negation"}) for part in found}
    assert told == taken


def test_numbers_in_words_are_those_in_digits() -> None:
    said = "Four hundred, a hundred and twenty over eighty, two thousand and two, twenty-one"
    assert numbers(said) == {"400", "120", "80", "2002", "21"}
