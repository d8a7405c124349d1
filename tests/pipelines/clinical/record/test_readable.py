"""What is told of texts in other languages, of other kinds and without their ends."""

from __future__ import annotations

import pytest
from made_notes import note

from secateur.pipelines.clinical.record.readable import cut_short, is_clinical, language_of
from secateur.pipelines.terminology import sources

POEM = (
    "I walked along the river when the evening bells had rung, and every bird along the hedge was "
    "answered as it sung. The water kept its silver counsel underneath the stars, and all the "
    "country lay asleep behind its wooden bars."
)
OFFICE = (
    "Net sales rose as we opened stores in two regions. Our lenders extended the credit facility, "
    "and the board approved a dividend that shareholders will receive in the next quarter."
)
VISIT = (
    "The patient was seen for a follow-up of his knee. There is mild swelling and no fever. He was "
    "told to continue ibuprofen and to return to the clinic in six weeks."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Le patient se plaint d'une douleur au genou depuis deux jours, sans fièvre.", "French"),
        (
            "Der Patient wurde mit Fieber aufgenommen. Seit zwei Tagen nimmt er keine Tabletten.",
            "German",
        ),
        ("La paciente refiere dolor de cabeza desde hace dos días. No tiene fiebre.", "Spanish"),
        (
            "Il paziente è stato visto per dolore al ginocchio. Non ha febbre da due giorni.",
            "Italian",
        ),
        ("Пациент жалуется на боль в колене в течение двух дней.", "another script"),
        ("65M c/o CP x3d, SOB, PMH HTN DM2 CKD, s/p CABG, on ASA metoprolol lisinopril", "English"),
        (VISIT, "English"),
        ("Rest.", "English"),
    ],
)
def test_the_language_is_told_by_its_small_words(text, language):
    assert language_of(text) == language


@pytest.mark.skipif(not sources.is_installed(), reason="the clinical extra is not installed")
@pytest.mark.parametrize(("text", "clinical"), [(POEM, False), (OFFICE, False), (VISIT, True)])
def test_a_text_of_a_patient_is_told_by_its_words(text, clinical):
    assert is_clinical(note((None, text)), sources.vocabulary()) is clinical


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("She was well. She was started on the", "ends in mid-sentence"),
        ("She was well. On the third day she devel", "ends in mid-sentence"),
        ("Seen today.\nPLAN:", "ends with the heading of Plan and nothing below it"),
        (
            "Seen today.\nDISCHARGE MEDICATIONS",
            "ends with the heading of Discharge Medications and nothing below it",
        ),
        ("PLAN: Return in two weeks", ""),
        ("She was well. Return in two weeks.", ""),
        ("Thank you for your referral. I will see her again.\nYours sincerely,", ""),
        ("Metformin 500 mg\nLisinopril 10 mg daily", ""),
    ],
)
def test_a_text_without_its_end_is_told(text, said):
    assert cut_short(note((None, text))) == said
