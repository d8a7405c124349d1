"""Sentences of a history against what the turns of a visit affirm and deny."""

import pytest

from secateur.pipelines.clinical.handover.contradictions import Contradictions
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.terminology.matcher import Term, TermMatcher

VISIT = """Doctor: Tell me about your chest pain.
Patient: It started last night.
Doctor: Any nausea or vomiting?
Patient: Nausea, but I haven't thrown up.
Doctor: Do you smoke?
Patient: No, I don't. Smoking is gross.
Doctor: Are you drinking alcohol?
Patient: I quit in March.
Doctor: Have you passed out?
Patient: Never.
Doctor: Are your legs swollen?
Patient: No. My lip did swell a bit.
Doctor: Numbness or weakness?
Patient: No weakness, just numb on the outside of the foot.
Doctor: Do you have a pacemaker?
Patient: No, ma'am.
Doctor: Any headaches like this before?
Patient: No.
Doctor: Do you have diabetes?
Patient: No, but my sister does.
Doctor: Is there heart disease in your family?
Patient: My dad had a heart attack.
Doctor: Ever had an ulcer?
Patient: I had one in my twenties.
Doctor: Are you taking the furosemide?
Patient: I ran out two weeks ago.
Doctor: What do you take?
Patient: Lisinopril every morning.
Doctor: Any allergies?
Patient: Penicillin. I got hives.
Doctor: Okay. Stop the lisinopril.
Patient: Thank you.
"""
DRUGS = "furosemide lisinopril penicillin amoxicillin".split()
NEGATION, DRUG = ("negation",), ("drug",)


@pytest.fixture(scope="module")
def visit() -> Contradictions:
    terms = [*(Term(name, name, "drug") for name in DRUGS), Term("headache", "headache", "problem")]
    document = Document("visit.txt", VISIT, (Passage(0, len(VISIT)),), "text/plain")
    return Contradictions(document, TermMatcher(terms))


@pytest.mark.parametrize(
    ("sentence", "flags"),
    [
        ("She denies nausea.", NEGATION),
        ("She has been vomiting.", NEGATION),
        ("She has nausea without vomiting.", ()),
        ("She smokes.", NEGATION),
        ("She is a nonsmoker.", ()),
        ("She has a remote history of smoking.", ()),
        ("She does not drink alcohol.", ()),
        ("She drinks alcohol.", NEGATION),
        ("She has had no chest pain.", NEGATION),
        ("She has had syncope.", NEGATION),
        ("She reports swelling of both legs.", NEGATION),
        ("She denies leg swelling.", ()),
        ("She denies any swelling.", NEGATION),
        ("She denies weakness and has numbness of the foot.", ()),
        ("She denies numbness.", NEGATION),
        ("She denies numbness of the hand.", ()),
        ("She has a pacemaker.", NEGATION),
        ("She has a headache.", ()),
        ("She has diabetes.", NEGATION),
        ("Her sister has diabetes.", ()),
        ("There is no family history of heart disease.", NEGATION),
        ("She has never had an ulcer.", NEGATION),
        ("She is taking furosemide.", NEGATION),
        ("She stopped furosemide two weeks ago.", ()),
        ("She takes lisinopril.", ()),
        ("She is not taking lisinopril.", NEGATION),
        ("She takes no medications.", NEGATION),
        ("She has no known drug allergies.", NEGATION),
        ("NKDA.", NEGATION),
        ("No history of steroids, no history of allergies.", NEGATION),
        ("She has no other allergies.", ()),
        ("She has no latex allergy.", ()),
        ("She is allergic to penicillin.", ()),
        ("She is allergic to amoxicillin.", DRUG),
    ],
)
def test_what_a_turn_contradicts_is_told(visit, sentence, flags) -> None:
    assert visit.flags(sentence) == flags


def test_a_note_contradicts_nothing() -> None:
    text = "Allergies: penicillin. He smokes."
    document = Document("note.txt", text, (Passage(0, len(text)),), "text/plain")
    assert Contradictions(document, None).flags("He has no allergies and does not smoke.") == ()
