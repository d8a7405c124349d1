"""What becomes of each drug of a note, and how it is taken, of notes written for these tests."""

import pytest

from secateur.pipelines.clinical.handover.drug_table import drug_table
from secateur.pipelines.clinical.medications.reconciliation import courses
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology.matcher import Term, TermMatcher

CONCEPTS = {
    "lasix": "furosemide",
    "furosemide": "furosemide",
    "synthroid": "thyroxine",
    "levothyroxine": "levothyroxine",
    "augmentin": "amoxicillin/clavulanate",
    "bactrim": "trimethoprim and sulfamethoxazole",
    "toradol": "ketorolac",
    "risperdal": "risperidone",
    "zyprexa": "olanzapine",
}
PLAIN = (
    "metformin lisinopril aspirin warfarin albuterol ipratropium levaquin heparin lidocaine "
    "prednisone clopidogrel naproxen tylenol amoxicillin cephalexin ceftin motrin plavix"
).split()


@pytest.fixture(scope="module")
def vocabulary():
    terms = [Term(name, concept, "drug") for name, concept in CONCEPTS.items()]
    return TermMatcher([*terms, *(Term(name, name, "drug") for name in PLAIN)])


@pytest.fixture
def document(tmp_path):
    def write(text):
        (tmp_path / "note.txt").write_text(text)
        return read(tmp_path / "note.txt")

    return write


def told(document, vocabulary):
    found = courses(document, sentences_of(document), vocabulary)
    return {course.name: course for course in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "HOME MEDICATIONS: metformin 500 mg b.i.d., aspirin 81 mg daily.\n\n"
            "DISCHARGE MEDICATIONS:\n1. Metformin 1000 mg b.i.d.\n2. Aspirin 81 mg daily.\n"
            "3. Lisinopril 5 mg daily.\n",
            {"metformin": "changed", "aspirin": "continued", "lisinopril": "new"},
        ),
        (
            "HOSPITAL COURSE: He received IV Levaquin. Clopidogrel is being held for ten days.\n\n"
            "DISCHARGE MEDICATIONS:\n1. Aspirin 81 mg daily.\n2. Prednisone 20 mg for 5 days.\n",
            {"levaquin": "given", "clopidogrel": "held", "aspirin": "continued",
             "prednisone": "new"},
        ),
        (
            "HOSPITAL COURSE: The patient was restarted on warfarin. Aspirin was discontinued.\n\n"
            "DISCHARGE MEDICATIONS: Warfarin 5 mg daily.\n",
            {"warfarin": "continued", "aspirin": "stopped"},
        ),
        (
            "MEDICATIONS: Lisinopril 5 mg daily.\n\nASSESSMENT AND PLAN:\n1. Hypertension."
            " Increase lisinopril to 10 mg daily.\n2. Diabetes. We will add metformin 500 mg.\n",
            {"lisinopril": "changed", "metformin": "new"},
        ),
        (
            "HPI: He was started on metformin two years ago.\n\nMEDICATIONS: Metformin 500 mg.\n",
            {"metformin": "home"},
        ),
        (
            "DESCRIPTION OF PROCEDURE: The skin was infiltrated with 1% lidocaine. Heparin 5000"
            " units was given.\n",
            {"lidocaine": "given", "heparin": "given"},
        ),
        ("PLAN: Consider warfarin. Avoid aspirin.\n", {}),
        ("PLAN: I am hesitant to use warfarin.\n", {}),
        ("PLAN: Lisinopril will be used. Resume his home medications of metformin and aspirin.\n",
         {"lisinopril": "new", "metformin": "continued", "aspirin": "continued"}),
        ("HOSPITAL COURSE: He was given Risperdal and this was changed to Zyprexa.\n\n"
         "DISCHARGE MEDICATIONS: Zyprexa 5 mg b.i.d.\n",
         {"risperdal": "stopped", "zyprexa": "new"}),
        ("MEDICATIONS: Lisinopril 5 mg daily.\n\nHOSPITAL COURSE: He did well.\n\n"
         "MEDICATIONS: Lisinopril 10 mg daily, metformin 500 mg daily.\n",
         {"lisinopril": "changed", "metformin": "new"}),
        ("HPI: Back pain.\n\nPLAN: Motrin 800 mg daily, Senokot two at bedtime.\n",
         {"motrin": "new", "senokot": "new"}),
        ("FAMILY HISTORY: His mother takes warfarin.\n", {}),
    ],
    ids=("both lists", "stay apart from discharge", "verbs of the course", "plan", "long ago",
         "operation", "weighed", "feared", "to be used", "changed to another", "second list",
         "list in a sentence", "relative"),
)  # fmt: skip
def test_status_follows_from_lists_sections_and_verbs(text, expected, document, vocabulary):
    found = told(document(text), vocabulary)
    assert {name: course.status for name, course in found.items()} == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Lasix 40 mg p.o. b.i.d.", ("40 mg", "p.o", "b.i.d", "")),
        ("Lasix 40 mg. one p.o. twice per day", ("40 mg, one", "p.o", "twice per day", "")),
        ("Lasix 0.5 mg a day", ("0.5 mg", "", "a day", "")),
        ("Lasix 20 mg tablets two by mouth at bedtime",
         ("20 mg, two", "by mouth", "at bedtime", "")),
        ("Lasix one week 250 mg daily", ("250 mg", "", "daily", "one week")),
        ("Lasix 5 mg q.h.s. p.r.n.", ("5 mg", "", "q.h.s. p.r.n", "")),
        ("Lasix 600 mg for 5 days. The patient will need a study at a rate of 20",
         ("600 mg", "", "", "for 5 days")),
        ("Lasix 40 mg q.6h. for 1 day and then Lasix 20 mg q.d. for 14 days",
         ("40 mg q.6h. for 1 day and then Lasix 20 mg q.d. for 14 days", "", "", "")),
    ],
)  # fmt: skip
def test_a_regimen_is_read_whole(line, expected, document, vocabulary):
    text = f"DISCHARGE MEDICATIONS:\n1. {line}.\n2. Metformin 500 mg daily.\n"
    found = told(document(text), vocabulary)
    assert tuple(found["lasix"].regimen)[:4] == expected
    assert tuple(found["metformin"].regimen)[:4] == ("500 mg", "", "daily", "")


def test_items_that_nothing_parts_are_drugs_of_their_own(document, vocabulary):
    text = "HOME MEDICATIONS: Albuterol 1 puff bid Lisinopril 10 mg qd Aspirin 81 mg qd\n"
    found = told(document(text), vocabulary)
    assert {name: course.regimen.dose for name, course in found.items()} == {
        "albuterol": "1 puff",
        "lisinopril": "10 mg",
        "aspirin": "81 mg",
    }


def test_drugs_that_are_joined_share_what_is_said_of_them(document, vocabulary):
    text = "MEDICATIONS: Albuterol and ipratropium nebulizers q.4 h., aspirin and warfarin 5 mg.\n"
    found = told(document(text), vocabulary)
    assert found["albuterol"].regimen.frequency == "q.4 h"
    assert found["aspirin"].regimen.dose == ""


def test_brand_and_generic_are_one_drug(document, vocabulary):
    text = "MEDICATIONS:\n1. Levothyroxine 125 mcg daily.\n2. Metformin.\n3. Synthroid.\n"
    assert list(told(document(text), vocabulary)) == ["levothyroxine", "metformin"]


@pytest.mark.parametrize(
    ("allergy", "drug", "flags"),
    [
        ("penicillin", "Augmentin", ("allergy",)),
        ("Sulfa", "Bactrim", ("allergy",)),
        ("aspirin", "Toradol", ("allergy",)),
        ("amoxicillin", "amoxicillin", ("allergy",)),
        ("penicillin", "cephalexin", ("allergy",)),
        ("Ceftin", "amoxicillin", ("allergy",)),
        ("cephalexin", "Bactrim", ()),
        ("penicillin", "metformin", ()),
    ],
)
def test_a_drug_of_the_family_of_an_allergen_is_flagged(allergy, drug, flags, document, vocabulary):
    text = f"ALLERGIES: {allergy}.\n\nDISCHARGE MEDICATIONS: {drug} 5 mg daily.\n"
    made = document(text)
    (row,) = drug_table(made, sentences_of(made), vocabulary)
    assert row.flags == flags


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("I'm gonna prescribe you some naproxen 500 milligrams twice a day, okay?",
         {"naproxen": ("new", "500 milligrams", "twice a day")}),
        ("You can stop the aspirin. Continue taking the metformin five hundred milligrams daily.",
         {"aspirin": ("stopped", "", ""),
          "metformin": ("continued", "five hundred milligrams", "daily")}),
        ("Let's increase the lisinopril to twenty five milligrams.",
         {"lisinopril": ("changed", "twenty five milligrams", "")}),
    ],
)  # fmt: skip
def test_orders_that_are_spoken(said, expected, document, vocabulary):
    text = f"Doctor: How are you?\nPatient: I am fine.\nDoctor: {said}\nPatient: Okay.\n"
    found = told(document(text), vocabulary)
    assert {
        name: (course.status, course.regimen.dose, course.regimen.frequency)
        for name, course in found.items()
    } == expected


def test_an_answer_without_the_drug_does_not_end_it(document, vocabulary):
    text = (
        "Doctor: Are you still on metformin?\nPatient: Yes, I do not cough at night anymore.\n"
        "Doctor: Good. And the aspirin, do you take that?\nPatient: I stopped it.\n"
    )
    found = told(document(text), vocabulary)
    assert {name: course.status for name, course in found.items()} == {
        "metformin": "home",
        "aspirin": "stopped",
    }
