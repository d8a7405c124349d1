"""The lists of a visit's transcript: who says it decides what a sentence is worth."""

import pytest

from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.facts.follow_up import follow_up
from secateur.pipelines.clinical.medications.reconciliation import medications
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology.matcher import Term, TermMatcher

VISIT = """Doctor: What brings you in?
Patient: This cough. I think it is bronchitis. It got worse in March.
Doctor: Do you take any medicines?
Patient: I take metformin five hundred twice a day, and my wife takes warfarin.
Doctor: Are you still on the amlodipine?
Patient: The five, yeah.
Doctor: And the aspirin, are you taking that?
Patient: No, I quit that last year.
Doctor: Any allergies? Are you allergic to cephalexin?
Patient: No, that one is fine. Codeine put me in the ER. Penicillin was my brother, not me.
Doctor: Okay. So this is another pneumonia in the left lung. I'm going to start you on doxycycline.
I want to switch you to losartan instead of the lisinopril, 50 milligrams once a day.
Patient: Should I take ibuprofen? My buddy takes prednisone.
Doctor: I'd rather not. Come back and see me in two weeks.
Patient: They stopped the breathing machine in January.
"""
DRUGS = (
    "metformin warfarin amlodipine aspirin cephalexin codeine penicillin doxycycline losartan"
    " lisinopril ibuprofen prednisone"
).split()


@pytest.fixture
def vocabulary():
    return TermMatcher(Term(name, name, "drug") for name in DRUGS)


@pytest.fixture
def visit(tmp_path):
    (tmp_path / "visit.txt").write_text(VISIT)
    document = read(tmp_path / "visit.txt")
    return document, sentences(document.text, document.passages)


def test_the_patients_own_drugs_and_the_doctors_orders_are_taken(visit, vocabulary):
    taken = ("metformin", "amlodipine", "doxycycline", "losartan")
    assert medications(*visit, vocabulary).taken == taken


def test_what_either_says_is_over_is_stopped(visit, vocabulary):
    assert medications(*visit, vocabulary).stopped == ("aspirin", "lisinopril")


def test_an_answer_tells_allergies_and_a_question_none(visit, vocabulary):
    assert allergies(visit[0], vocabulary) == ("codeine",)


def test_what_is_named_for_an_allergy_is_not_taken(tmp_path, vocabulary):
    path = tmp_path / "visit.txt"
    path.write_text("Doctor: Any allergies?\nPatient: Codeine. Hives. I do take aspirin.\n")
    document = read(path)
    taken = medications(document, sentences(document.text, document.passages), vocabulary).taken
    assert taken == ("aspirin",)


def test_follow_up_is_what_the_doctor_says(visit):
    assert [place.text for place in follow_up(*visit)] == ["Come back and see me in two weeks."]


def test_a_note_that_names_doctor_and_patient_is_no_transcript(tmp_path, vocabulary):
    text = "Patient: Ann Lee\nDoctor: J. Roe\n\nMeds: aspirin 81 mg daily\nAssessment: Gout.\n"
    (tmp_path / "note.txt").write_text(text)
    document = read(tmp_path / "note.txt")
    found = sentences(document.text, document.passages)
    assert medications(document, found, vocabulary).taken == ("aspirin",)


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ("Doctor: You are allergic to codeine?\nPatient: Correct.", ("codeine",)),
        ("Doctor: Are you allergic to codeine?\nPatient: No.", ()),
        (
            "Doctor: Allergies?\nPatient: Codeine, it closes my throat.",
            ("codeine",),
        ),
    ],
)
def test_an_allergy_that_is_asked_for_by_name_or_told_with_its_harm(
    tmp_path, vocabulary, turns, expected
):
    (tmp_path / "visit.txt").write_text(turns + "\nDoctor: Okay.\nPatient: Thanks.\n")
    assert allergies(read(tmp_path / "visit.txt"), vocabulary) == expected
