"""Medications, follow-up and the problem list, of notes written for these tests."""

import pytest

from secateur.pipelines.clinical.assessment import problem_list
from secateur.pipelines.clinical.follow_up import follow_up
from secateur.pipelines.clinical.medications import medications
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.sentences import sentences
from secateur.pipelines.terminology.matcher import Term, TermMatcher

NOTE = """CHIEF COMPLAINT: Cough.

MEDICATIONS:
1. Lisinopril 10 mg daily
2. Metformin 500 mg BID

ALLERGIES: Penicillin - hives. No latex allergy.

ASSESSMENT AND PLAN:
1. Hypertension, above goal. Increase lisinopril to 20 mg daily.
2. Cough, from the ACE inhibitor perhaps. Stop aspirin 81 mg. Ibuprofen was considered.
3. Start amlodipine 5 mg daily. Return in 4 weeks for a blood pressure check.
"""
DRUGS = ("lisinopril", "metformin", "aspirin", "ibuprofen", "amlodipine", "penicillin")


@pytest.fixture
def note(tmp_path):
    (tmp_path / "note.txt").write_text(NOTE)
    document = read(tmp_path / "note.txt")
    return document, sentences(document.text, document.passages)


@pytest.fixture
def vocabulary():
    return TermMatcher(Term(name, name, "drug") for name in DRUGS)


def test_drugs_taken_or_started_count_and_stopped_or_weighed_ones_do_not(note, vocabulary):
    assert medications(*note, vocabulary) == ("lisinopril", "metformin", "amlodipine")


def test_without_a_vocabulary_the_list_of_medications_is_read(note):
    assert medications(*note, None) == ("lisinopril", "metformin")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("MEDICATIONS: Aspirin, metformin, and Lotensin.", ("aspirin", "metformin", "lotensin")),
        ("MEDICATIONS: Lotensin.", ("lotensin",)),
        ("MEDICATIONS: Lotrel 10/20 daily; Norco for pain.", ("lotrel", "norco")),
        ("MEDICATIONS: His home meds include: Actos 15 mg, 1 p.o. daily.", ("actos",)),
        ("MEDICATIONS: Calcium with D, two at noon, vitamin E.", ("calcium with d", "vitamin e")),
        ("MEDICATIONS: Metformin, which upsets him, and baby aspirin.", ("metformin", "aspirin")),
        ("MEDICATIONS: Metformin, aspirin 81 mg stopped today, Zocor.", ("metformin", "zocor")),
        ("MEDICATIONS: Zocor, but she stopped it, and aspirin.", ("aspirin",)),
        ("MEDICATIONS: She also takes Ambien and 9 mg of Versed.", ("ambien", "versed")),
        ("MEDICATIONS: Reports taking Norvasc 5 mg and Bumex.", ("norvasc", "bumex")),
        ("MEDICATIONS: Ativan p.r.n. nausea and insomnia.", ("ativan",)),
        ("MEDICATIONS: None.", ()),
        ("MEDICATIONS: Refer to chart.", ()),
        ("MEDICATIONS: He takes no medications.", ()),
        ("MEDICATIONS: Watch for bleeding. She was seen by me, the nurse, and staff.", ()),
        ("HISTORY: She takes lisinopril and avoids aspirin.", ("lisinopril",)),
        ("HISTORY: Continue lisinopril 20 mg daily and metformin.", ("lisinopril", "metformin")),
        ("HISTORY: Aspirin was ruled out; metformin 2.5 mg daily.", ("metformin",)),
        ("HISTORY: Metformin 5 mg. Start metformin XR 5 mg daily.", ("metformin xr",)),
        ("HISTORY: I will prescribe Lortab, 5 mg. Start Monday 5 mg.", ("lortab",)),
        ("HISTORY: He weaned himself from aspirin 81 mg.", ()),
        ("HISTORY: Start a metformin-free diet; start metformin free diet.", ()),
    ],
)
def test_medications(tmp_path, line, expected):
    (tmp_path / "note.txt").write_text(f"CHIEF COMPLAINT: Cough.\n\n{line}\n")
    document = read(tmp_path / "note.txt")
    drugs = (*DRUGS, "metformin xr")
    known = TermMatcher([*(Term(n, n, "drug") for n in drugs), Term("insomnia", "i", "disease")])
    assert medications(document, sentences(document.text, document.passages), known) == expected


def test_follow_up_says_where_the_note_says_it(note):
    document, spans = note
    found = follow_up(document, spans)
    assert [place.text for place in found] == ["Return in 4 weeks for a blood pressure check."]
    assert all(document.text[place.start : place.end] == place.text for place in found)


@pytest.mark.parametrize(
    ("line", "ahead"),
    [
        ("She will be seen on 10/12.", True),
        ("She was asked to return in two weeks.", True),
        ("Follow-up histology is awaited.", True),
        ("A chest CT is recommended.", True),
        ("He presents today for follow-up of his gout.", False),
        ("Surgery was recommended and he underwent it.", False),
        ("He underwent an angiogram on 10/13.", False),
        ("The patient was referred to me by Dr. X.", False),
        ("For details please refer to anesthesia notes.", False),
    ],
)
def test_what_was_is_not_ahead(tmp_path, line, ahead):
    (tmp_path / "note.txt").write_text(f"CHIEF COMPLAINT: Cough.\n\nHISTORY: {line}\n")
    document = read(tmp_path / "note.txt")
    found = follow_up(document, sentences(document.text, document.passages))
    assert bool(found) == ahead


def test_the_problem_list_keeps_each_problem_with_its_plan(note):
    document, spans = note
    entries = problem_list(document, spans)
    assert [entry.text.split(",")[0] for entry in entries[:2]] == ["Hypertension", "Cough"]
    assert entries[0].text.endswith("Increase lisinopril to 20 mg daily.")
    assert all(document.text[e.evidence[0].start : e.evidence[0].end] for e in entries)


def test_a_note_without_assessment_has_no_problem_list(tmp_path):
    (tmp_path / "note.txt").write_text("CHIEF COMPLAINT: Cough.\n\nMEDICATIONS: Aspirin 81 mg.\n")
    document = read(tmp_path / "note.txt")
    assert problem_list(document, sentences(document.text, document.passages)) == ()
