"""Which drugs lists and orders leave the patient with, of notes written for these tests."""

import pytest

from secateur.pipelines.clinical.lists.medications import stopped
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.sentences import sentences
from secateur.pipelines.terminology.matcher import Term, TermMatcher

DRUGS = ("lisinopril", "metformin", "aspirin", "losartan", "amlodipine", "cephalexin", "warfarin")


@pytest.fixture
def vocabulary():
    return TermMatcher(Term(name, name, "drug") for name in DRUGS)


@pytest.fixture
def note(tmp_path):
    def write(text):
        (tmp_path / "note.txt").write_text(text)
        document = read(tmp_path / "note.txt")
        return document, sentences(document.text, document.passages)

    return write


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Meds: metformin 500 mg BID\nPlan: Rest.", ()),
        ("Meds: metformin 500 mg BID\nPlan: Stop lisinopril.", ("lisinopril",)),
        ("Meds: metformin 500 mg BID; lisinopril 5 mg daily - stopped in May", ("lisinopril",)),
        ("Medications:\n- metformin 500 mg BID\nStopped:\n- lisinopril 5 mg", ("lisinopril",)),
        ("Meds: lisinopril 5 mg daily\nPlan: Hold lisinopril if dizzy.", ()),
        ("Meds: lisinopril 5 mg daily\nPlan: Change lisinopril to losartan.", ("lisinopril",)),
    ],
    ids=("silent", "ordered", "remarked", "headed", "on condition", "switched"),
)
def test_a_drug_is_stopped_where_the_note_says_so(text, expected, note, vocabulary):
    assert stopped(*note(text), vocabulary) == expected
