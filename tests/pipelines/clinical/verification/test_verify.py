"""Sentences tied to a note: flags, deleted evidence, quoting; terms that the note knows."""

from time import process_time

import pytest
from made_notes import note

from secateur.pipelines.clinical.verification.terms import NoteTerms, TermReader
from secateur.pipelines.clinical.verification.verify import NO_EVIDENCE, QUOTED, Verifier, quote
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.document.summary import SummarySentence
from secateur.pipelines.terminology.matcher import Term, TermMatcher

LINES = (
    "The patient takes lisinopril 10 mg daily for hypertension.",
    "An echocardiogram showed an ejection fraction of 35 percent.",
    "She sees the cardiologist in two weeks.",
)


@pytest.fixture
def reader():
    terms = [
        Term("lisinopril", "lisinopril", "drug"),
        Term("hypertension", "hypertension", "problem"),
        Term("high blood pressure", "hypertension", "problem"),
        Term("diabetes", "diabetes mellitus", "problem"),
        Term("heart failure", "heart failure", "problem"),
        Term("anorexia nervosa", "anorexia nervosa", "problem"),
        Term("planned weeks of treated right ear", "ear", "problem"),
    ]
    return TermReader(TermMatcher(terms), {"HF": ["heart failure"]})


def _verifier(*lines, reader=None):
    document = note(*((None, line) for line in lines))
    return Verifier(document, sentences(document.text, document.passages), reader)


def _examine(verifier, text):
    return verifier.examine(SummarySentence(text, (), 0.9))


def test_a_true_sentence_has_evidence_and_no_flag(reader):
    found = _examine(_verifier(*LINES, reader=reader), "Takes lisinopril 10 mg for hypertension.")
    assert found.flags == ()
    assert found.evidence[0].text == LINES[0]


def test_without_its_evidence_a_sentence_is_flagged():
    found = _examine(_verifier(*LINES[1:]), "Takes lisinopril 10 mg for hypertension.")
    assert found.flags == (NO_EVIDENCE,)


def test_evidence_is_every_place_that_says_a_part():
    verifier = _verifier(*LINES, "Assessment: hypertension, on lisinopril.", "She is 70.")
    found = _examine(verifier, "Lisinopril for hypertension, sees the cardiologist.")
    repeated = "Assessment: hypertension, on lisinopril."
    assert {place.text for place in found.evidence} == {LINES[0], LINES[2], repeated}


def test_a_place_that_shares_a_word_in_passing_is_no_evidence():
    told = "A nurse with 16 years of schooling is referred for a memory evaluation."
    verifier = _verifier(told, "She never received a copy of the first memory evaluation.", "OK.")
    assert [place.text for place in _examine(verifier, told).evidence] == [told]


def test_the_word_patient_needs_no_evidence():
    ulcer = "The knee ulcer heals slowly."
    found = _examine(_verifier(ulcer, "Patient denies fever."), "Patient with a knee ulcer.")
    assert [place.text for place in found.evidence] == [ulcer]


def test_what_kind_of_text_a_note_is_needs_no_evidence():
    enema, cause = "EXAM: Barium enema.", "A child with encopresis and constipation."
    verifier = _verifier(enema, cause, "The rectal tube was inserted under fluoroscopy.")
    found = _examine(verifier, "Sample report: barium enema - encopresis and constipation.")
    assert {place.text for place in found.evidence} == {enema, cause}
    assert found.flags == ()
    assert _examine(verifier, "Sample report: colonoscopy.").flags == (NO_EVIDENCE,)


def test_scattered_words_are_no_evidence():
    lines = ("The left foot was cleaned.", "A fracture was seen years ago.", "The wrist is fine.")
    assert _examine(_verifier(*lines), "Open fracture of the radius.").flags == (NO_EVIDENCE,)


def test_a_number_that_belongs_to_something_else_is_flagged():
    admitted = "She was admitted 5 times last year and then stopped lisinopril."
    verifier = _verifier(*LINES, admitted)
    assert "number" in _examine(verifier, "Takes lisinopril 5 mg daily for hypertension.").flags


def test_the_date_of_another_sentence_is_flagged():
    verifier = _verifier("Cefazolin 2 g q8h through 8/17/26", "Apixaban through 8/24/26", "Well.")
    assert _examine(verifier, "Cefazolin 2 g q8h through 08/17/2026.").flags == ()
    assert "date" in _examine(verifier, "Cefazolin 2 g q8h through 08/24/2026.").flags


def test_a_disease_of_the_family_history_is_flagged_as_the_patients():
    lines = ("HPI: A 52-year-old woman with a cough.", "Mesothelioma.", "No smoking.")
    history = Passage(len(lines[0]) + 1, len(lines[0]) + 14, section="Family History")
    text = "\n".join(lines)
    passages = (Passage(0, len(lines[0])), history, Passage(history.end + 1, len(text)))
    document = Document("n.txt", text, passages, "text/plain")
    found = _examine(Verifier(document, sentences(text, passages)), "A woman with mesothelioma.")
    assert found.flags == ("person",)


def test_a_term_that_the_note_does_not_know_is_flagged(reader):
    verifier = _verifier(*LINES, reader=reader)
    found = _examine(verifier, "Takes lisinopril 10 mg daily for diabetes.")
    assert found.flags == ("term",)


def test_a_short_part_of_the_body_that_the_note_does_not_name_is_flagged():
    verifier = _verifier("Right total knee arthroplasty of the left ear.")
    assert "term" in _examine(verifier, "Right total hip arthroplasty of the left ear.").flags
    assert _examine(verifier, "Right total knee arthroplasty of the left ear.").flags == ()


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("Hypertension, uncontrolled, mean 144/85 at home.", ("term",)),
        ("GXD, uncontrolled, mean 144/85 at home.", ()),
        ("Hypertension, above 130/80.", ()),
    ],
)
def test_what_the_note_says_of_another_problem_is_flagged(reader, text, flags):
    """ "GXD" is in no list, but the note's sentence is about it."""
    note = ("GXD, uncontrolled, mean 144/85 at home.", "Hypertension, above goal of 130/80.")
    assert _examine(_verifier(*note, reader=reader), text).flags == flags


@pytest.mark.parametrize(
    "note",
    [
        "History of present illness: A 6-week-old, irritable, seen in the urgent care.",
        "She was irritable, a 6-week-old, seen in the urgent care.",
        "Lung neoplasms, a 6-week-old, seen in the urgent care.",
    ],
)
def test_a_title_a_clause_or_a_broader_name_is_no_other_problem(reader, note):
    text = "Neoplasms, a 6-week-old, seen in the urgent care."
    assert _examine(_verifier(note, "Neoplasms.", reader=reader), text).flags == ()


def test_what_else_is_on_that_side_is_no_evidence():
    verifier = _verifier("Capsulotomy, right eye.", "Opacity in the right eye.", "Left hip.")
    [place] = _examine(verifier, "Capsulotomy, right eye.").evidence
    assert place.text == "Capsulotomy, right eye."


@pytest.mark.parametrize(
    ("text", "is_foreign"),
    [
        ("Takes lisinopril 10 mg daily for hypertension nervosa.", True),
        ("The patient takes lisinopril 10 mg, blood pressure high.", False),
        ("Takes lisinopril 10 mg daily, hypertensive.", False),
        ("The sample patient takes lisinopril 10 mg daily.", False),
        ("Lisinopril 10 mg is given daily for hypertension.", False),
        ("Lisinopril 10 mg daily for hypertenssion, enlarging.", False),
        ("Lisinopril 10 mg and adisone daily.", True),
        ("Lisinopril 10 mg daily for hypertension, bogusitis.", True),
        ("Takes lisinopril 10 mg daily, ASCO.", True),
        ("Takes lisinopril 10 mg daily, BPH.", False),
        ("LISINOPRIL 10 MG DAILY, ASCO.", False),
        ("Lisinopril 10 mg BID for stage III hypertension.", False),
    ],
)
def test_a_clinical_word_in_no_form_of_the_note_is_flagged(reader, text, is_foreign):
    note = (*LINES, "Blood pressure is high.")
    flags = _examine(_verifier(*note, reader=reader), text).flags
    assert ("term" in flags) == is_foreign


def test_a_number_of_another_sentence_about_the_same_is_no_mistake():
    verifier = _verifier(*LINES, "The lisinopril was 5 mg before.")
    found = _examine(verifier, "Takes lisinopril 10 mg daily, before 5 mg, for hypertension.")
    assert "number" not in found.flags


def test_a_flagged_sentence_is_said_in_the_words_of_its_evidence():
    found = _examine(_verifier(*LINES), "Takes lisinopril 40 mg daily for hypertension.")
    assert found.flags == ("number", "dose")
    quoted = quote(found)
    assert (quoted.text, quoted.flags) == (LINES[0], (QUOTED,))
    clean = _examine(_verifier(*LINES), LINES[0])
    assert quote(clean) == clean


def test_terms_are_known_by_concept_and_by_abbreviation(reader):
    note = "She has high blood pressure and HF."
    assert reader.supported("Hypertension and heart failure.", note) == (
        ("hypertension", "heart failure"),
        (),
    )
    assert reader.supported("Diabetes.", note) == ((), ("diabetes",))
    both = reader.supported("Heart failure.", "Failure of both hearts.")
    assert both == (("heart failure",), ())


def test_words_of_any_plan_are_no_foreign_terms(reader):
    terms = NoteTerms(reader, LINES[0])
    assert terms.foreign("Planned weeks of treated right ear.") == ()
    assert terms.foreign("Nervosa.") == ("nervosa",)


def test_abbreviations_for_nothing_that_the_note_says_are_foreign(reader):
    terms = NoteTerms(reader, "Deep neck space infection. QT prolongation on MRI day IV.")
    assert terms.foreign("Infection, QR, QT prolongation, MRI.") == ("QR",)
    assert terms.foreign("DNSI with TIA on day IV.") == ("TIA",)


def test_a_concept_keeps_the_name_that_the_note_uses(reader):
    texts = ["Hypertension is treated.", "High blood pressure and heart failure persist."]
    assert reader.one_name(texts, "Known high blood pressure.") == [
        "High blood pressure is treated.",
        "High blood pressure and heart failure persist.",
    ]
    assert reader.one_name(texts[:1], "A note.") == texts[:1]


@pytest.mark.parametrize(
    ("note", "true", "false"),
    [
        (
            "29yo G3P1011 at 33w4d. PPROM, preterm labor.",
            "A 29-year-old G3P1011 with PPROM, preterm labor.",
            "A 33yo G3P1011 with PPROM, preterm labor.",
        ),
        (
            "Resume ticagrelor on POD 2. Check drain bilirubin on POD 4.",
            "Resume ticagrelor on POD 2.",
            "Resume ticagrelor on POD 4.",
        ),
        (
            "Rapid strep neg, COVID/flu neg, RSV pos.",
            "RSV positive and rapid strep negative.",
            "RSV negative and rapid strep positive.",
        ),
        (
            "Calf: R calf 39.0 vs L 36.5, tender.",
            "R calf 39.0 vs L 36.5.",
            "R calf 36.5 vs L 39.0.",
        ),
    ],
    ids=["age", "day after surgery", "results", "sides"],
)
def test_what_belongs_to_something_else_is_flagged(note, true, false):
    verifier = _verifier(*note.split("\n"))
    assert _examine(verifier, true).flags == ()
    found = _examine(verifier, false)
    assert found.evidence
    assert found.flags


@pytest.mark.parametrize(
    "piece",
    [
        "lisinopril 10 mg daily and pain in 3 days, ",
        "no chest pain possible fracture severe pain ",
    ],
    ids=["doses", "no stops"],
)
def test_the_time_for_one_long_sentence_grows_with_its_length(piece, reader):
    text = piece * (40_000 // len(piece)) + "."
    begin = process_time()
    found = _examine(_verifier(text, reader=reader), f"{piece}hypertension 20 mg.")
    assert found.evidence
    assert process_time() - begin < 5
