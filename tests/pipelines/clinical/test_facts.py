"""Context of mentions, and sentences against their evidence."""

import pytest

from secateur.pipelines.clinical.context import Context, context_of
from secateur.pipelines.clinical.facts import check

NOTE = "She is a 58-year-old woman. She takes metformin 500 mg. Her left knee is swollen."


@pytest.mark.parametrize(
    ("sentence", "mention", "expected"),
    [
        ("He denies chest pain or fever.", "fever", Context(negated=True)),
        ("No fever, but he has a cough.", "cough", Context()),
        ("Fever was ruled out.", "Fever", Context(negated=True)),
        ("There is no change in the murmur.", "murmur", Context()),
        ("Possible pneumonia on the left.", "pneumonia", Context(uncertain=True)),
        ("Status post appendectomy in 2004.", "appendectomy", Context(past=True)),
        ("Her mother had diabetes.", "diabetes", Context(family=True)),
        ("Pulmonary embolism: negative.", "embolism", Context(negated=True)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_cues_reach_through_their_clause(sentence, mention, expected):
    start = sentence.index(mention)
    assert context_of(sentence, start, start + len(mention)) == expected


def test_a_section_gives_context_too():
    assert context_of("Diabetes.", 0, 8, "Family History").family
    assert context_of("Diabetes.", 0, 8, "Past Medical History").past


@pytest.mark.parametrize(
    ("sentence", "evidence", "flag"),
    [
        ("Metformin 1000 mg is given.", "She takes metformin 500 mg.", "number"),
        ("Metformin 500 g is given.", "She takes metformin 500 mg.", "unit"),
        ("The right knee is swollen.", "Her left knee is swollen.", "side"),
        ("She has no swelling.", "There is swelling of the knee.", "negation"),
        ("Chest pain is present.", "She denies chest pain.", "negation"),
        ("He takes metformin.", "She takes metformin 500 mg.", "person"),
        ("She had a stroke.", "Her father had a stroke.", "person"),
        ("Seen on 11/05/2024.", "She was seen on 11/04/2024.", "date"),
        ("Seen on March 3.", "She was seen on March 4th.", "date"),
        ("The creatinine decreased.", "The creatinine increased.", "opposite"),
        ("Two weeks of therapy.", "Three weeks of therapy.", "number"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 9 else "",
)
def test_what_disagrees_with_the_evidence_is_flagged(sentence, evidence, flag):
    assert flag in check(sentence, [evidence], NOTE)


def test_a_dose_of_another_drug_is_flagged():
    evidence = ["Vasopressin 0.03 units/min ran.", "Tamsulosin 0.4 mg nightly."]
    assert "dose" in check("On tamsulosin (0.03 units/min).", evidence, NOTE)
    assert "dose" not in check("Tamsulosin is given at 0.4 mg.", evidence, NOTE)
    assert "dose" not in check("Vasopressin at 0.03 units/min.", evidence, NOTE)


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("A 58-year-old woman.", "She is a 58-year-old woman."),
        ("Metformin 1,000 mg for two weeks.", "metformin 1000 mg, for 2 weeks"),
        ("Both knees are swollen.", "The left and the right knee are swollen."),
        ("Denies chest pain.", "She denies chest pain and fever."),
        ("Family history of stroke.", "Her father had a stroke."),
        ("Given 5 cc of saline.", "5 mL of saline was given."),
        ("Seen on March 4.", "She was seen on March 4th."),
    ],
)
def test_what_agrees_is_not(sentence, evidence):
    assert check(sentence, [evidence], NOTE) == ()


def test_without_evidence_there_is_nothing_to_compare():
    assert check("Anything 5 mg.", [], NOTE) == ()
