"""Context of mentions, and sentences against their evidence."""

import re
from fractions import Fraction
from time import process_time

import pytest

from secateur.pipelines.clinical.verification.context import Context, context_of
from secateur.pipelines.clinical.verification.exchange import measured, words_in
from secateur.pipelines.clinical.verification.facts import check
from secateur.pipelines.clinical.verification.quantities import has_other_number
from secateur.pipelines.clinical.verification.relatives import relatives_of
from secateur.pipelines.clinical.verification.schedules import frequencies
from secateur.pipelines.clinical.verification.told import Told, exchanges_drugs

NOTE = "She is a 58-year-old woman. She takes metformin 500 mg. Her left knee is swollen."


def _flags(sentence, *evidence):
    return check(sentence, evidence, NOTE, Told((other, None) for other in evidence))


@pytest.mark.parametrize(
    ("sentence", "mention", "expected"),
    [
        ("He denies chest pain or fever.", "fever", Context(negated=True)),
        ("No fever, but he has a cough.", "cough", Context()),
        ("I can't use colchicine, so I'm giving prednisone.", "prednisone", Context()),
        ("Penicillin anaphylaxis: no amoxicillin.", "anaphylaxis", Context()),
        ("Fever: no.", "Fever", Context(negated=True)),
        ("Fever was ruled out.", "Fever", Context(negated=True)),
        ("There is no change in the murmur.", "murmur", Context()),
        ("Possible pneumonia on the left.", "pneumonia", Context(uncertain=True)),
        ("Possible stone, dilated duct.", "dilated", Context()),
        ("An abscess is suspected.", "abscess", Context(uncertain=True)),
        ("Biopsy is likely to help.", "help", Context()),
        ("The film shows no fracture of the ulna.", "ulna", Context(negated=True, aside=True)),
        ("There is no evidence of a fracture.", "fracture", Context(negated=True)),
        ("He is not in distress.", "distress", Context(negated=True)),
        ("Status post appendectomy in 2004.", "appendectomy", Context(past=True)),
        ("Her mother had diabetes.", "diabetes", Context(family=True)),
        ("Diabetes in her mother.", "Diabetes", Context(family=True)),
        ("Her mother reports diarrhea.", "diarrhea", Context()),
        ("Father had gout and she has asthma.", "asthma", Context()),
        ("Pulmonary embolism: negative.", "embolism", Context(negated=True)),
        ("CT without contrast: skull fracture.", "fracture", Context()),
        ("Denies: fever and chills.", "fever", Context(negated=True)),
        ("No evidence of the following: rash.", "rash", Context(negated=True)),
        ("The tilt table test is negative.", "tilt", Context()),
        ("Influenza is negative.", "Influenza", Context(negated=True)),
        ("A sterile, no touch technique for the knee.", "knee", Context()),
        ("Without edema, comes in for headaches.", "comes", Context()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_cues_reach_through_their_clause(sentence, mention, expected):
    start = sentence.index(mention)
    assert context_of(sentence, start, start + len(mention)) == expected


def test_a_section_gives_context_too():
    assert context_of("Diabetes.", 0, 8, "Family History").family
    assert context_of("Diabetes.", 0, 8, "Past Medical History").past


@pytest.mark.parametrize(("words", "negated"), [(100, True), (1000, False)])
def test_a_text_without_stops_is_read_near_a_mention(words, negated):
    sentence = f"no {'very ' * words}fever"
    start = sentence.index("fever")
    assert context_of(sentence, start, start + 5).negated == negated


@pytest.mark.parametrize(
    ("sentence", "evidence", "flag"),
    [
        ("Metformin 1000 mg is given.", "She takes metformin 500 mg.", "number"),
        ("Metformin 500 g is given.", "She takes metformin 500 mg.", "unit"),
        ("The right knee is swollen.", "Her left knee is swollen.", "side"),
        ("The left and right knees are swollen.", "Her left knee is swollen.", "side"),
        ("She has no swelling.", "There is swelling of the knee.", "negation"),
        ("Chest pain is present.", "She denies chest pain.", "negation"),
        ("He takes metformin.", "She takes metformin 500 mg.", "person"),
        ("He takes metformin.", "Metformin 500 mg daily.", "person"),
        ("She had a stroke.", "Her father had a stroke.", "person"),
        ("Her mother had a stroke.", "Father: stroke; mother: asthma.", "person"),
        ("Asthma in mother and aunt.", "Asthma in her father and an aunt.", "person"),
        ("Pulmonary embolism.", "Possible pulmonary embolism.", "uncertainty"),
        ("She has an abscess.", "An abscess is suspected.", "uncertainty"),
        ("Seen on 11/05/2024.", "She was seen on 11/04/2024.", "date"),
        ("Seen on March 3.", "She was seen on March 4th.", "date"),
        ("The creatinine decreased.", "The creatinine increased.", "opposite"),
        ("Two weeks of therapy.", "Three weeks of therapy.", "number"),
        ("Hold warfarin for two weeks.", "Hold warfarin for two days.", "unit"),
        ("Continue warfarin for two days.", "Hold warfarin for two days.", "opposite"),
        ("Take ibuprofen for pain.", "Avoid ibuprofen for pain.", "opposite"),
        ("Severe stenosis.", "There is mild stenosis.", "opposite"),
        ("The nodule is worse.", "The nodule is stable.", "opposite"),
        ("The rash is ongoing.", "The rash has resolved.", "opposite"),
        ("Metformin 500 mg once daily.", "Metformin 500 mg b.i.d.", "frequency"),
        ("Tramadol every 4 hours.", "Tramadol q.8h. as needed.", "frequency"),
        ("Zolpidem every morning.", "Zolpidem at bedtime.", "frequency"),
        ("Stone and dilated duct.", "Possible stone and probable dilated duct.", "uncertainty"),
        ("He lives with his father.", "He lives with his mother.", "person"),
        ("Sodium 5.8, potassium 131.", "Potassium 5.8, sodium 131.", "number"),
        ("4 mm right upper lobe nodule.", "9 mm RUL nodule, 4 mm LLL nodule.", "number"),
        ("See the lung clinic in 3 months.", "Lung clinic in 2 weeks, CT in 3 months.", "number"),
        ("Amoxicillin for 2 weeks.", "Amoxicillin for 7 days. Clinic in 2 weeks.", "number"),
        ("Hemoglobin 10.2 down from 7.9.", "Hemoglobin 7.9 down from 10.2.", "number"),
        ("WBC fell from 9.1 to 18.2.", "WBC 9.1, down from 18.2.", "number"),
        ("Creatinine 1.1 (baseline 2.4).", "Creatinine 2.4 (baseline 1.1).", "number"),
        ("MRI of the chest in 3 months.", "CT of the chest in 3 months.", "opposite"),
        ("A1c is now 8.1%.", "Prior A1c was 8.1% in March; it is now 7.2%.", "number"),
        ("A1c 8.1%.", "A1c was 8.1%, now 7.2%.", "number"),
        ("He prefers injections over tablets.", "He prefers tablets to injections.", "opposite"),
        (
            "Blood culture: Klebsiella.",
            "Blood culture: E. coli; urine culture: Klebsiella.",
            "study",
        ),
        ("The BRCA1 gene is mutated.", "The BRCA2 gene is mutated; BRCA1 was normal.", "study"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 9 else "",
)
def test_what_disagrees_with_the_evidence_is_flagged(sentence, evidence, flag):
    assert flag in _flags(sentence, evidence)


def test_another_salt_of_a_drug_is_flagged_where_the_note_has_one_only():
    told = Told([("Metoprolol succinate daily.", None)])
    for salt, flags in (("tartrate", ("drug",)), ("succinate", ())):
        sentence = f"Metoprolol {salt} daily."
        assert check(sentence, ["Metoprolol daily."], "Metoprolol succinate daily.", told) == flags


def test_a_relatives_disease_is_not_the_patients_beside_an_introduction():
    evidence = ["A 58-year-old woman with a cough.", "Her father died of mesothelioma."]
    assert "person" in _flags("A 58-year-old woman with mesothelioma.", *evidence)


def test_a_doubt_left_out_beside_another_place_that_has_none_is_seen():
    evidence = ["Cough with possible embolism.", "The embolism is treated."]
    assert _flags("Cough with embolism.", *evidence) == ("uncertainty",)
    assert _flags("Cough with suspected embolism.", *evidence) == ()


def test_a_study_does_not_take_in_the_sites_of_its_comparison():
    evidence = ["EXAM: CT ANGIOGRAPHY OF THE CHEST", "COMPARISON: CT abdomen and pelvis of 2021."]
    assert _flags("CT angiography of the chest, abdomen and pelvis.", *evidence) == ("study",)
    assert _flags("CT angiography of the chest.", *evidence) == ()


NAMES = ("aspirin", "warfarin", "heparin")


def _drugs(text):
    found = (match for name in NAMES for match in re.finditer(name, text.lower()))
    return sorted((*match.span(), match[0]) for match in found)


@pytest.mark.parametrize(
    ("sentence", "is_exchanged"),
    [
        ("Given warfarin for stroke and stopped aspirin for bleeding.", True),
        ("Given aspirin for stroke and stopped warfarin for bleeding.", False),
        ("Warfarin stopped for bleeding, aspirin given.", False),
        ("On heparin, aspirin and warfarin.", False),
        ("Warfarin 81 mg.", True),
        ("Aspirin 81 mg.", False),
    ],
)
def test_drugs_that_changed_places(sentence, is_exchanged):
    evidence = ["Given aspirin for stroke, and stopped warfarin for bleeding.",
                "On warfarin, aspirin and heparin.", "Aspirin 81 mg."]  # fmt: skip
    told = Told([(other, None) for other in evidence], _drugs)
    assert exchanges_drugs(sentence, told) is is_exchanged


def test_what_is_given_a_dose_is_a_name_that_no_vocabulary_needs():
    assert measured("Zorvex 3 mg; 50 mg of Ambrol, 8 mg daily") == {"zorvex", "ambrol"}
    assert list(words_in("Ambrol twice.", frozenset(("ambrol",)))) == [(0, 6, "ambrol")]


def test_what_is_doubted_in_one_place_only_is_no_doubt():
    evidence = ["Possible embolism.", "The embolism is treated."]
    assert _flags("She has an embolism.", *evidence) == ()


def test_a_dose_of_another_drug_is_flagged():
    evidence = ["Vasopressin 0.03 units/min ran.", "Tamsulosin 0.4 mg nightly."]
    assert "dose" in _flags("On tamsulosin (0.03 units/min).", *evidence)
    assert "dose" not in _flags("Tamsulosin is given at 0.4 mg.", *evidence)
    assert "dose" not in _flags("Vasopressin at 0.03 units/min.", *evidence)


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("A 58-year-old woman.", "She is a 58-year-old woman."),
        ("Metformin 1,000 mg for two weeks.", "metformin 1000 mg, for 2 weeks"),
        ("Both knees are swollen.", "The left and the right knee are swollen."),
        ("Denies chest pain.", "She denies chest pain and fever."),
        (
            "Metoprolol succinate daily.",
            "Metoprolol tartrate 2019, then metoprolol succinate daily.",
        ),
        ("A1c is now 7.2%.", "Prior A1c was 8.1% in March; it is now 7.2%."),
        ("A1c fell to 7.2% from 8.1%.", "Prior A1c was 8.1% in March; it is now 7.2%."),
        ("He prefers tablets over injections.", "He prefers tablets to injections."),
        ("Urine grew Klebsiella.", "Blood grew E. coli; urine grew Klebsiella."),
        ("O2 was weaned to room air.", "Oxygen was weaned to room air."),
        ("Family history of stroke.", "Her father had a stroke."),
        ("Asthma on her father's side.", "Family history: asthma."),
        ("A woman with a fever.", "Her mother reports a fever."),
        ("Suspected pulmonary embolism.", "Possible pulmonary embolism."),
        ("Possibly in the lung, an embolism.", "Possible embolism."),
        ("No crystals in joint fluid.", "The joint fluid had no crystals."),
        ("No fracture on X-ray.", "The X-ray showed no evidence of a fracture."),
        ("Tramadol four times a day.", "Tramadol q.i.d."),
        ("Zolpidem daily.", "Zolpidem at bedtime."),
        ("Given 5 cc of saline.", "5 mL of saline was given."),
        ("Seen on March 4.", "She was seen on March 4th."),
        ("CT of the chest and pelvis.", "CT of the chest and of the pelvis."),
        ("CT of the chest.", "Thoracic CT; MRI of the head."),
        ("Potassium 5.8 and sodium 131.", "Potassium 5.8, sodium 131."),
        ("9 mm nodule of the right upper lobe.", "9 mm RUL nodule, 4 mm LLL nodule."),
        (
            "Hemoglobin fell from 10.2 to 7.9.",
            "Hemoglobin 7.9 down from 10.2. WBC fell from 9 to 8.",
        ),
        ("Creatinine 1.4, 2.1.", "Creatinine was previously 1.4; it is now 2.1."),
        ("Amoxicillin for a total of 7 days.", "Amoxicillin for 7 days. Clinic in 2 weeks."),
        ("Tilt table test.", "The tilt table test is negative for syncope."),
    ],
)
def test_what_agrees_is_not(sentence, evidence):
    assert _flags(sentence, evidence) == ()


def test_a_dose_and_a_frequency_belong_to_the_nearest_name():
    evidence = "Start lisinopril 20 mg daily and metformin 500 mg twice daily."
    assert _flags("Start metformin 500 mg b.i.d. and lisinopril 20 mg q.d.", evidence) == ()
    swapped = "Start lisinopril 500 mg twice daily and metformin 20 mg daily."
    assert _flags(swapped, evidence) == ("dose", "frequency")


@pytest.mark.parametrize(
    ("text", "rate", "time"),
    [
        ("b.i.d.", 2, None),
        ("three times a day", 3, None),
        ("every eight hours", 3, None),
        ("q. 4h.", 6, None),
        ("every other day", Fraction(1, 2), None),
        ("twice weekly", Fraction(2, 7), None),
        ("q.h.s.", 1, "night"),
        ("each morning", 1, "morning"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_frequencies_are_read_as_times_a_day(text, rate, time):
    assert [value for value, _ in frequencies(text)] == [(rate, time)]


@pytest.mark.parametrize("text", ["1" * 100_000, "1 " * 20_000, "A" * 100_000, " " * 100_000])
def test_the_time_for_long_evidence_grows_with_its_length(text):
    begin = process_time()
    assert not has_other_number("He took 1 tablet.", [text, "1 tablet"])
    assert measured(text) == frozenset()
    assert process_time() - begin < 5


@pytest.mark.parametrize("text", ["a " * 50_000, "mother, " * 6_000], ids=["articles", "list"])
def test_the_time_to_find_relatives_grows_with_the_text(text):
    begin = process_time()
    assert relatives_of(text, "") == frozenset()
    assert process_time() - begin < 5


def test_without_evidence_there_is_nothing_to_compare():
    assert _flags("Anything 5 mg.") == ()
