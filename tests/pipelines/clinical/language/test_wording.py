"""Summaries open with what they say of the patient, and write abbreviations as the note does."""

from __future__ import annotations

import pytest

from secateur.pipelines.clinical.language.wording import joined, reworded
from secateur.pipelines.clinical.verification.verify import Verifier
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.document.summary import SummarySentence

NOTE = "EMERGENCY ROOM NOTE\nHe has cough and fever for days. CHF known. PAIN: no. Mr. Hale rests."


def worded(written: str) -> list[SummarySentence]:
    end = NOTE.index("\n")
    passages = (Passage(0, end, "title"), Passage(end + 1, len(NOTE)))
    document = Document("a", NOTE, passages, "text/plain")
    verifier = Verifier(document, sentences(NOTE, passages), None)
    found = (SummarySentence(written, (), 1.0), SummarySentence("He rests.", (), 1.0))
    return list(reworded(found, verifier, document))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("EMERGENY ROOM NOTE - cough and fever for days.", "Cough and fever for days."),
        ("Emergency room note: cough and fever for days.", "Cough and fever for days."),
        ("A/P: he has cough and fever.", "He has cough and fever."),
        ("A sample note on cough and fever.", "Cough and fever."),
        ("This is a sample discharge summary of cough.", "Cough."),
        ("Emergency room - cough and fever for days.", None),
        ("Cough - fever for days.", None),
        ("Emergency room note - cough.", None),
        ("A sample of his sputum.", None),
    ],
)
def test_a_summary_does_not_open_with_what_kind_of_note_it_is(
    written: str, expected: str | None
) -> None:
    assert worded(written)[0].text == (expected or written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Patient with Chf and cough.", "Patient with CHF and cough."),
        ("Chf and cough.", "CHF and cough."),
        ("Pain and cough.", "Pain and cough."),
        ("Mr. Hale has cough.", "Mr. Hale has cough."),
        ("Fever for days.", "Fever for days."),
    ],
)
def test_abbreviations_have_the_capitals_of_the_note(written: str, expected: str) -> None:
    assert worded(written)[0].text == expected


def test_evidence_of_what_changed_is_found_anew() -> None:
    first, second = worded("A/P: he has cough and fever for days.")
    assert [NOTE[place.start : place.end] for place in first.evidence] == [
        "He has cough and fever for days."
    ]
    assert second.evidence == ()


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["Sepsis, better", "AKI: hold lisinopril."], "Sepsis, better. AKI: hold lisinopril."),
        (["Asthma;", "Is it gout?", "(see below.)"], "Asthma. Is it gout? (see below.)"),
        (["Hold:", "aspirin 81 mg"], "Hold: aspirin 81 mg."),
        ([], ""),
    ],
    ids=["item without a stop", "marks of lists", "head", "none"],
)
def test_items_of_a_list_do_not_run_on(items: list[str], expected: str) -> None:
    assert joined(SummarySentence(item, (), 1.0) for item in items) == expected
