"""Sections of a document: where they end, and how sure their beginning is."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.document import Document, Section
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology.sections.headings import canonical_section


def sections(folder: Path, text: str) -> tuple[Document, dict[str, Section]]:
    path = folder / "file"
    path.write_text(text)
    document = read(path)
    return document, {section.name: section for section in document.sections}


def report(*titles: str) -> str:
    return "<html>" + "".join(f"{title}<p>We make pumps.</p>" for title in titles)


def test_each_section_ends_where_the_next_one_starts(tmp_path: Path) -> None:
    text = "Note of today\n\nHPI: cough.\n\nPLAN: rest."
    document, _ = sections(tmp_path, text)
    first, second = document.sections
    assert (first.start, first.end) == (text.index("HPI"), second.start)
    assert second.end == len(document.text)
    for passage in document.passages:
        inside = [s.name for s in document.sections if s.start <= passage.start < s.end]
        assert inside == ([] if passage.section is None else [passage.section])


@pytest.mark.parametrize(
    ("title", "confidence"),
    [
        pytest.param("<p><b>Item 2. Properties</b></p>", 1.0, id="all signs"),
        pytest.param("<p>Item 2. Properties</p>", 0.8, id="not bold"),
        pytest.param("<p><b>Item 2.</b></p>", 0.8, id="no words"),
        pytest.param("<p>Item 2.</p>", 0.6, id="neither"),
        pytest.param("<p>Item 2.</p><p>x<p>Item 2. Properties</p>", 0.4, id="two lines"),
    ],
)
def test_confidence_of_an_item(tmp_path: Path, title: str, confidence: float) -> None:
    _, found = sections(
        tmp_path,
        report("<p><b>Item 1C. Cybersecurity</b></p>", title, "<p><b>Item 3. Legal</b></p>"),
    )
    assert found["Item 2"].confidence == pytest.approx(confidence)


def test_gap_before_an_item_lowers_its_confidence(tmp_path: Path) -> None:
    names = ("Item 1. Business", "Item 2. Properties", "Item 3. Legal")
    _, found = sections(tmp_path, report(*(f"<p><b>{name}</b></p>" for name in names)))
    assert [section.confidence for section in found.values()] == [1.0, 0.8, 1.0]


@pytest.mark.parametrize(
    ("heading", "name", "confidence"),
    [
        pytest.param("PLAN:\n", "Plan", 1.0, id="all signs"),
        pytest.param("PLAN: rest", "Plan", 0.75, id="text on its line"),
        pytest.param("Plan: rest", "Plan", 0.5, id="nor capitals"),
        pytest.param("ZEBRA: rest", "ZEBRA", 0.5, id="unknown words"),
    ],
)
def test_confidence_of_a_clinical_section(
    tmp_path: Path, heading: str, name: str, confidence: float
) -> None:
    text = f"CHIEF COMPLAINT: cough.\n\nHPI: short.\n\n{heading}\nlast words of this note"
    assert sections(tmp_path, text)[1][name].confidence == confidence


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Home Meds:", "Medications"),
        ("Home Meds", "Medications"),
        ("Meds given this shift", "Medications"),
        ("Clinical impression", "Assessment"),
        ("Current Outpatient Medications:", "Medications"),
        ("Outpatient Medications Prior to Visit", "Medications"),
        ("CURRENT HOME MEDICATIONS:", "Medications"),
        ("Current Facility-Administered Medications:", "Medications"),
        ("Medication List:", "Medications"),
        ("Meds on admission:", "Medications"),
        ("Medicines:", "Medications"),
        ("Medications (home):", "Medications"),
        ("Patient's Medications:", "Medications"),
        ("Discharge Medication List:", "Discharge Medications"),
        ("Medications at time of discharge:", "Discharge Medications"),
        ("TTOs:", "Discharge Medications"),
        ("Aftercare:", "Instructions"),
        ("Medications prior to discharge:", None),
        ("Medications given:", None),
        ("Drug Allergies", "Allergies"),
    ],
)
def test_headings_of_drugs_and_allergies(tmp_path: Path, heading: str, name: str | None) -> None:
    text = f"CHIEF COMPLAINT: cough.\n\nHPI: short.\n{heading}\nZocor 20 mg\n\nPLAN: rest."
    document, found = sections(tmp_path, text)
    assert list(found) == ["Chief Complaint", "HPI", *([name] if name else []), "Plan"]
    if name:
        assert "Zocor" in document.text[found[name].start : found[name].end]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Rx: Zocor", "Medications"),
        ("Drugs: Zocor 20 mg", "Medications"),
        ("Drugs: denies", None),
        ("Drips:\nPropofol 20 mcg/kg/min", "Medications"),
        ("Scheduled:\ncolonoscopy", None),
        ("Impression\nCold", "Assessment"),
        ("DH: Zocor", "Medications"),
        ("Drug history: Zocor", "Medications"),
        ("ANTIBIOTICS: Zocor 20 mg", "Medications"),
        ("Antibiotics: none", None),
        ("O/E: well", "Physical Exam"),
        ("Labs 3/2: Na 138", "Results"),
        ("Vitals 08:00: BP 120/80", "Vital Signs"),
        ("Exam (limited): well", "Physical Exam"),
        ("Ratio 1:20: low", None),
        ("VBG (08:05): low", None),
        ("ALL: latex", "Allergies"),
        ("All: well", None),
        ("EXAM: CT of the chest", "Study"),
        ("EXAM: Chest clear, CT was seen.", "Physical Exam"),
        ("Ob/Gyn Hx: G2P2", "Past Medical History"),
        ("Med Hx: gout", "Past Medical History"),
        ("Clinical summary: fell", "Hospital Course"),
        ("MDM/Course: reduced", "Hospital Course"),
        ("Dispo: home", "Disposition"),
        ("Clinical: weight loss", "Indications"),
        ("Conditions:\n- Gout", "Problems"),
        ("Condition: stable", "Disposition"),
        ("AllergyIntolerance:\n- Peanut", "Allergies"),
        ("Allergies\nAllergen\tReactions", "Allergies"),
        ("Allergies\n- Peanut", "Allergies"),
        ("Problem List\n- Gout", "Problems"),
        ("Diet: table foods", None),
        ("ACTIVITY: walks", None),
        ("Social: lives alone", "Social History"),
        ("FHx/SHx: none", "Social History"),
        ("Diagnostic formulation: grief", "Assessment"),
        ("MDM/A&P\nStone", "Assessment and Plan"),
        ("Impression per Dr. Ann Roe: gout", "Assessment"),
        ("Follow-up\nClinic in two weeks", "Instructions"),
        ("Dx/Formulation: grief", "Assessment"),
        ("S/P: surgery", None),
        ("ONCOLOGIC HISTORY\nDate  Event", "Past Medical History"),
        ("Hospital day 3 - 3/5/2025", "Hospital day 3 - 3/5/2025"),
        ("Your allergies: latex", "Allergies"),
        ("Allergy review:\nlatex", "Allergies"),
        ("NUTRITION DIAGNOSIS\n1. Malnutrition", "Assessment"),
        ("Diagnostic impression\nGout", "Assessment"),
        ("Active Problems\nA. Gout", "Problems"),
        ("POSTPARTUM ORDERS\nZOCOR 20 MG DAILY", "Medications"),
        ("POSTPARTUM ORDERS\nREST", None),
        ("Your appointments\nClinic, July 13", "Instructions"),
        ("Regular: Zocor 20 mg", "Medications"),
        ("Meds reconciled in home:\nZocor", "Medications"),
        ("Medications given on dialysis\nZocor 20 mg", "Medications"),
        ("Drug ordered: Zocor 20 mg", None),
        ("Maternal history\nTakes Zocor.", None),
        ("\nMaternal history\nTakes Zocor.", "Family History"),
        ("GROSS DESCRIPTION\nA node.", "Results"),
        ("SYMPTOM MANAGEMENT\n1. Pain", "Assessment and Plan"),
        ("Event note: flushed", "Hospital Course"),
        ("TESTS STILL PENDING WHEN YOU LEFT: TSH", "Instructions"),
    ],
)
def test_headings_in_short(tmp_path: Path, line: str, name: str | None) -> None:
    text = f"CHIEF COMPLAINT: cough.\n\nHPI: short.\n{line}\n\nPLAN: rest."
    assert list(sections(tmp_path, text)[1])[2:-1] == ([name] if name else [])


def test_in_a_plan_all_is_a_disease(tmp_path: Path) -> None:
    text = "HPI: pale.\n\nPLAN:\nALL: induction today.\nRx: folate 1 mg\nAntibiotics: Zocor 1 mg\n"
    assert list(sections(tmp_path, text)[1]) == ["HPI", "Plan"]


def test_a_numbered_item_of_a_plan_opens_no_section(tmp_path: Path) -> None:
    plan = "1) Start Zocor.\n2) Labs: lipids.\n3) Return in two weeks."
    _, found = sections(tmp_path, f"HPI: pale.\n\nPLAN:\n{plan}\n\nLabs: none.")
    assert list(found) == ["HPI", "Plan", "Results"]
    outline = "1. HPI: pale.\n\n2. Assessment: well.\n\n3. Labs: none.\n\n4. Plan: rest."
    assert list(sections(tmp_path, outline)[1]) == ["HPI", "Assessment", "Results", "Plan"]


def test_recommendations_above_a_list_are_a_plan(tmp_path: Path) -> None:
    text = "HPI: pale.\n\nRecommendations\n1. Rest.\n2. Iron.\n\nLabs: none."
    assert list(sections(tmp_path, text)[1]) == ["HPI", "Plan", "Results"]


def test_kinds_of_drugs_stay_in_their_list(tmp_path: Path) -> None:
    text = "HPI: cough.\nDISCHARGE MEDICATIONS:\nScheduled Meds:\nZocor\nPRN Meds:\nTylenol\n"
    text += "PRN:\nSenna 8.6 mg\n"
    assert list(sections(tmp_path, text)[1]) == ["HPI", "Discharge Medications"]
    later = f"{text}Medications on admission:\nZocor\n"
    assert list(sections(tmp_path, later)[1])[2:] == ["Medications"]


def test_a_list_of_problems_is_no_list_of_allergies(tmp_path: Path) -> None:
    _, found = sections(tmp_path, "HPI: cough.\n\nPMH:\nAllergies\nAsthma\n")
    assert list(found) == ["HPI", "Past Medical History"]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Assessment and Plan:\n# Gout", "Assessment and Plan"),
        ("A/P: gout", "Assessment and Plan"),
        ("HPI: gout", "HPI"),
        ("Chief complaint: gout", "Chief Complaint"),
        ("Discharge medications:\nZocor", "Discharge Medications"),
        ("Results: 2", None),
        ("Plan:\n1. Rest", "Plan"),
        ("Plan:\nRest", None),
        ("Assessment/Plan\nRest", "Assessment and Plan"),
        ("Imp/Plan:\nGout: rest.", "Assessment and Plan"),
        ("MDM/A&P\nGout", "Assessment and Plan"),
        ("AP: 200", None),
    ],
)
def test_a_heading_of_notes_alone_suffices(tmp_path: Path, heading: str, name: str | None) -> None:
    assert list(sections(tmp_path, f"Seen today.\n\n{heading}\n")[1]) == ([name] if name else [])


@pytest.mark.parametrize(
    ("title", "line", "names"),
    [
        ("SNF NOTE", "Plan: rest", ["Plan"]),
        ("Telephone encounter", "Advice per Dr. Roe: rest", ["Plan"]),
        ("SNF NOTE", "Condition: fair", []),
        ("A note on rest", "Plan: rest", []),
    ],
)
def test_below_the_title_of_a_note_a_plan_suffices(
    tmp_path: Path, title: str, line: str, names: list[str]
) -> None:
    assert list(sections(tmp_path, f"{title}\n{line}\n")[1]) == names


def test_parts_of_a_course_stay_in_it(tmp_path: Path) -> None:
    text = "HPI: ill.\n\nHOSPITAL COURSE:\n#ADHF: better.\n1. FEVER: gone.\n\nDIET: low in salt.\n"
    assert list(sections(tmp_path, text)[1]) == ["HPI", "Hospital Course", "Instructions"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "S: coughs, takes aspirin. O: afebrile. A: cold. P: rest, f/u 3 mo.",
            ["Subjective", "Objective", "Assessment", "Plan"],
        ),
        (
            "CC: cough. HPI: for 3 days. Allergies: latex (rash). Plan: rest.",
            ["Chief Complaint", "HPI", "Allergies", "Plan"],
        ),
        ("Exam: well. Labs: normal. Seen in the labs: 3.", ["Physical Exam"]),
    ],
)
def test_a_note_in_one_paragraph_has_sections(tmp_path: Path, text: str, names: list[str]) -> None:
    document, found = sections(tmp_path, f"{text} Signed: Roe.\n\nHPI: cough.")
    assert document.text.startswith(text)
    assert list(dict.fromkeys([*names, "HPI"])) == list(found)


def test_an_impression_alone_makes_a_report(tmp_path: Path) -> None:
    assert list(sections(tmp_path, "The lungs are clear.\n\nIMPRESSION: Normal.")[1]) == [
        "Assessment"
    ]
    assert sections(tmp_path, "We make pumps.\n\nSUMMARY: More were sold.")[1] == {}


def test_sections_of_a_format_are_certain_and_keep_their_code(tmp_path: Path) -> None:
    _, found = sections(
        tmp_path,
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section>'
        '<code code="10164-2"/><title>Story</title><text>b</text></section></component>'
        "</structuredBody></component></ClinicalDocument>",
    )
    assert found == {"HPI": Section(0, 8, "HPI", 1.0, "10164-2", ("HPI",))}


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("WHY YOU WERE HERE", "Chief Complaint"),
        ("DISCREPANCIES AND RECOMMENDATIONS", "Plan"),
        ("Anemia - treatment", None),
        ("FOLLOW-UP BY PHARMACY", "Instructions"),
    ],
)
def test_names_of_headings(label: str, name: str | None) -> None:
    assert canonical_section(label) == name


def section_of(folder: Path, text: str, said: str) -> str | None:
    document, _ = sections(folder, text)
    place = document.passage_at(document.text.index(said))
    return place.section if place else None


def test_allergies_behind_their_label_end_with_their_paragraph(tmp_path: Path) -> None:
    text = "HPI: short.\n\nAllergies: latex\n\nMonthly visit\n\nShe gains weight.\n\nPLAN: rest."
    assert section_of(tmp_path, text, "She gains") is None


def test_words_in_capitals_end_a_list_of_drugs(tmp_path: Path) -> None:
    text = "HPI: short.\n\nYOUR MEDICINES\nZocor\n\nCALL THE NURSE IF\n* you fall\n\nPLAN: rest."
    assert section_of(tmp_path, text, "Zocor") == "Medications"
    assert section_of(tmp_path, text, "you fall") is None


def test_a_diagnosis_in_the_head_of_a_note_ends_with_the_next_label(tmp_path: Path) -> None:
    text = "Dx: Crohn's disease\nPlanned surgery: none\nHPI: short.\n\nPLAN: rest."
    assert section_of(tmp_path, text, "Crohn") == "Assessment"
    assert section_of(tmp_path, text, "Planned") is None
