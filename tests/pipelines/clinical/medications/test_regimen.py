"""How each drug of the list is taken: dose, route, frequency, and where the note says so."""

import pytest

from secateur.pipelines.clinical.medications.reconciliation import medications, prescriptions
from secateur.pipelines.clinical.medications.regimen import read_regimen
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology.matcher import Term, TermMatcher

DRUGS = "metoprolol losartan sertraline insulin prednisone warfarin furosemide lasix".split()
SAME = {"lasix": "furosemide"}


@pytest.fixture(scope="module")
def vocabulary():
    return TermMatcher(Term(name, SAME.get(name, name), "drug") for name in DRUGS)


def told(folder, text, vocabulary):
    (folder / "note.txt").write_text(f"HPI: cough.\n\n{text}")
    document = read(folder / "note.txt")
    spans = sentences(document.text, document.passages)
    names = medications(document, spans, vocabulary).taken
    found = prescriptions(document, spans, names, vocabulary)
    assert tuple(drug.name for drug in found) == names
    for drug in found:
        place = drug.evidence
        assert place is None or document.text[place.start : place.end] == place.text
    return {drug.name: drug for drug in found}


def directions(drug):
    return drug.dose, drug.route, drug.frequency


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (" 25 mg PO twice daily", ("25 mg", "PO", "twice daily")),
        (" 325 mg, 1-2 tablets by mouth q6h prn pain (max 3 g/day)",
         ("325 mg, 1-2 tablets", "by mouth", "q6h prn")),
        (" 2.5mg od", ("2.5mg", "", "od")),
        (" 40 mg SC daily (CrCl about 36 mL/min)", ("40 mg", "SC", "daily")),
        (" 5 mg every 4 hours as needed (24 tablets)", ("5 mg", "", "every 4 hours as needed")),
        (" 5000 units s/c nocte", ("5000 units", "s/c", "nocte")),
        (" 250/50 1 inhalation BID", ("250/50, 1 inhalation", "", "BID")),
        (" 81 daily", ("81", "", "daily")),
        (" 8/20 06:00", ("", "", "")),
        (" 0.005% 1 drop both eyes nightly", ("0.005%, 1 drop", "both eyes", "nightly")),
        (" 400 mg/5 mL: 8 mL (90 mg/kg/day) by mouth twice daily for 7 days",
         ("400 mg/5 mL, 8 mL, 90 mg/kg/day", "by mouth", "twice daily")),
        (" AUC 5 IV day 1, every 21 days", ("AUC 5", "IV", "day 1, every 21 days")),
        (" 20 MG Oral Tablet", ("20 MG", "Oral", "")),
        (" 1 tab daily by mouth at bedtime", ("1 tab", "by mouth", "daily at bedtime")),
        (" 250mg three times a week (Mon/Wed/Fri)",
         ("250mg", "", "three times a week (Mon/Wed/Fri)")),
        (" every 4 hours for 2 days, then as needed",
         ("", "", "every 4 hours for 2 days, then as needed")),
        (" from 50 to 100 mg daily", ("100 mg", "", "daily")),
        (" 300 mg TID -> 600 mg TID over 2 weeks", ("600 mg", "", "TID")),
        (" cut in half to 2.5 mg q6h prn", ("2.5 mg", "", "q6h prn")),
        (" 5 mg once a day (you were on 20 mg)", ("5 mg", "", "once a day")),
        (" 1 to 2 tablets daily", ("1 to 2 tablets", "", "daily")),
        (" 500 mg BID; if low, increase to 750 mg", ("500 mg", "", "BID")),
        (" 5 mg q5min prn, up to 3 doses", ("5 mg", "", "q5min prn")),
        (" 20 mg, #30, refills 2", ("20 mg", "", "")),
        (" 1 % cream topically BID for up to 7 days", ("1 %", "topically", "BID")),
        (" 650 mg PO/PR q6h", ("650 mg", "PO/PR", "q6h")),
    ],
)  # fmt: skip
def test_words_behind_a_name_tell_dose_route_and_frequency(words, expected):
    assert tuple(read_regimen(words))[:3] == expected


@pytest.mark.parametrize(
    "schedule",
    [
        "40 mg daily x 3 days, then 20 mg daily x 3 days, then stop",
        "5 mg daily except 2.5 mg Tue/Sat",
        "22 units qAM and 18 units qHS",
        "sliding scale: 151-200 2 units, 201-250 4 units",
        "30 mg daily x1 wk then 60",
        "10 mg for 2 weeks, then off",
    ],
)
def test_a_schedule_is_one_dose_with_its_times_and_nothing_of_it_is_cut(schedule):
    assert tuple(read_regimen(f" {schedule} (for gout)"))[:3] == (schedule, "", "")


def test_dose_in_front_of_a_drug():
    assert tuple(read_regimen(" daily", "takes 40 mg of "))[:3] == ("40 mg", "", "daily")
    assert read_regimen(" 40 mg daily", "on oral ").route == "oral"


PLAN = "Medications:\nmetoprolol 25 mg PO BID\nlosartan 50 mg daily\n\nPlan:\n"


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("Increase metoprolol from 25 to 50 mg.", ("50 mg", "PO", "BID")),
        ("Metoprolol down to 12.5 mg daily.", ("12.5 mg", "PO", "daily")),
        ("Metoprolol could go up to 50 mg.", ("25 mg", "PO", "BID")),
        ("If the rate is above 100, increase metoprolol to 50 mg.", ("25 mg", "PO", "BID")),
        ("Metoprolol 5 mg IV given here x1.", ("25 mg", "PO", "BID")),
        ("Rate: metoprolol to IV for now.", ("25 mg", "IV", "BID")),
        ("Continue metoprolol, recheck daily.", ("25 mg", "PO", "BID")),
    ],
)
def test_what_a_plan_changes_counts_and_what_it_weighs_does_not(
    tmp_path, vocabulary, plan, expected
):
    found = told(tmp_path, f"{PLAN}{plan}\n", vocabulary)
    assert directions(found["metoprolol"]) == expected
    assert directions(found["losartan"]) == ("50 mg", "", "daily")


def test_the_place_is_the_item_and_of_a_change_the_sentence(tmp_path, vocabulary):
    found = told(tmp_path, f"{PLAN}Increase metoprolol to 50 mg. Rest.\n", vocabulary)
    assert found["losartan"].evidence.text == "losartan 50 mg daily"
    assert found["losartan"].evidence.section == "Medications"
    assert found["metoprolol"].evidence.text == "metoprolol to 50 mg"


def test_lines_below_an_item_and_two_names_of_it_tell_of_it(tmp_path, vocabulary):
    text = "Medications:\n1. Lasix (furosemide) 40 mg tablet\n   Take 2 tablets by mouth daily\n"
    found = told(tmp_path, f"{text}2. losartan 50 mg\n", vocabulary)
    assert directions(found["lasix"]) == ("40 mg, 2 tablets", "by mouth", "daily")


def test_another_name_below_an_item_takes_nothing_from_it(tmp_path, vocabulary):
    text = "furosemide 40 mg tablet\nCommonly known as: LASIX\nTake 2 tablets by mouth daily\n"
    found = told(tmp_path, f"Medications:\n{text}losartan 50 mg\n", vocabulary)
    assert directions(found["furosemide"]) == ("40 mg, 2 tablets", "by mouth", "daily")


def test_two_items_of_one_drug_are_both_told(tmp_path, vocabulary):
    text = "Medications:\ninsulin 20 units qAM\ninsulin 10 units qHS\nlosartan 50 mg daily\n"
    found = told(tmp_path, text, vocabulary)
    assert directions(found["insulin"]) == ("20 units; 10 units", "", "qAM; qHS")
    assert found["insulin"].evidence.text == "insulin 20 units qAM\ninsulin 10 units qHS"


def test_a_drug_without_a_dose_has_its_place(tmp_path, vocabulary):
    found = told(tmp_path, "Medications:\nwarfarin\nlosartan 50 mg\n", vocabulary)
    assert directions(found["warfarin"]) == ("", "", "")
    assert found["warfarin"].evidence.text == "warfarin"


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        ("Medication|Dose|Route|Frequency", "Losartan|50 mg|PO|once daily"),
        ("Medication|Directions|Status", "Losartan 50 mg|PO once daily|Active"),
    ],
)
def test_columns_tell_how_a_drug_is_taken(tmp_path, vocabulary, heads, cells):
    text = f"Medications:\n\n{heads}\n{cells}\n\nPlan: rest.\n".replace("|", " | ")
    found = told(tmp_path, text, vocabulary)
    assert directions(found["losartan"]) == ("50 mg", "PO", "once daily")


def test_without_a_vocabulary_the_list_tells(tmp_path):
    found = told(tmp_path, "Medications:\nlosartan 50 mg PO daily\n", None)
    assert directions(found["losartan"]) == ("50 mg", "PO", "daily")


def test_a_dose_that_is_answered_is_of_the_drug_that_is_asked_for(tmp_path, vocabulary):
    (tmp_path / "visit.txt").write_text(
        "Doctor: What dose of losartan?\nPatient: Ten milligrams every morning.\n"
        "Doctor: And the warfarin?\nPatient: I take sertraline 50 mg.\n"
        "Doctor: Are you on furosemide?\nPatient: Yes, 20 milligrams once a day.\n"
        "Doctor: Increase the furosemide to 40 mg twice a day.\nPatient: Okay.\n"
    )
    document = read(tmp_path / "visit.txt")
    names = ("losartan", "warfarin", "furosemide")
    found = prescriptions(document, sentences(document.text, document.passages), names, vocabulary)
    assert [directions(drug) for drug in found] == [
        ("Ten milligrams", "", "every morning"),
        ("", "", ""),
        ("40 mg", "", "twice a day"),
    ]


def test_columns_that_say_one_dose_twice_tell_it_once(tmp_path, vocabulary):
    text = (
        "MEDICATIONS\n\nMedication    Directions           Dose      Route\n"
        "losartan      600mg, 1 tablet QID  600 MG    Oral\n"
        "warfarin      take daily           25 mg     Oral\n"
    )
    found = told(tmp_path, text, vocabulary)
    assert directions(found["losartan"]) == ("600mg, 1 tablet", "Oral", "QID")
    assert directions(found["warfarin"]) == ("25 mg", "Oral", "daily")
