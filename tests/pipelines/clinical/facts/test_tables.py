"""Tables of C-CDA documents: their columns decide what is a drug, an allergen, a plan, or over."""

import json

import pytest

from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.facts.follow_up import follow_up
from secateur.pipelines.clinical.language.tables import rows
from secateur.pipelines.clinical.medications.reconciliation import medications
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology.matcher import Term, TermMatcher

SECTIONS = {
    ("48765-2", "Allergies"): (
        "Substance|Reaction|Severity|Status",
        "Penicillin|Nausea|Moderate to severe|Active",
        "Codeine|Wheezing|Moderate|Inactive",
        "Eggs||Mild|Active",
    ),
    ("10160-0", "Medications"): (
        "Medication|Directions|Status|Indications",
        "Proventil 0.09 MG/ACTUAT solution|2 puffs PRN|Active|Asthma",
        "Atenolol 25 MG Oral Tablet|1 daily|Discontinued|Hypertension",
    ),
    ("18776-5", "Plan of care"): (
        "Planned Activity|Planned Date",
        "Colonoscopy|Oct 12, 2014",
    ),
}


def table(lines: tuple[str, ...]) -> str:
    head, *body = (line.split("|") for line in lines)
    marked = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    heads = "".join(f"<th>{cell}</th>" for cell in head)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{marked}</tbody></table>"


@pytest.fixture
def document(tmp_path):
    parts = "".join(
        f'<component><section><code code="{code}"/><title>{title}</title>'
        f"<text>{table(lines)}</text></section></component>"
        for (code, title), lines in SECTIONS.items()
    )
    path = tmp_path / "note.xml"
    path.write_text(
        '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><component>'
        f"<structuredBody>{parts}</structuredBody></component></ClinicalDocument>"
    )
    return read(path)


def spans(document):
    return sentences(document.text, document.passages)


def test_rows_know_their_heads(document):
    first = next(rows(document))
    assert first.heads == ("Substance", "Reaction", "Severity", "Status")
    assert first.cells[0] == ("Substance", "Penicillin")
    assert dict(first.cells)["Severity"] == "Moderate to severe"
    assert "Codeine" in document.text[first.end :]


def test_allergens_are_no_reactions_and_still_hold(document):
    assert allergies(document) == ("penicillin", "eggs")


def test_drugs_are_no_directions_and_still_taken(document):
    assert medications(document, spans(document), None).taken == ("proventil",)


def test_what_is_planned_is_followed_up(document):
    found = follow_up(document, spans(document))
    assert [place.text for place in found] == ["Colonoscopy\tOct 12, 2014"]


def test_a_row_of_its_own_label(tmp_path):
    (tmp_path / "note.html").write_text(
        "<html><body><h2>Allergies</h2><table><tr><td>Allergies:</td><td>Latex, codeine</td></tr>"
        "<tr><td>Pulse:</td><td>80</td></tr></table></body></html>"
    )
    assert {"latex", "codeine"} <= set(allergies(read(tmp_path / "note.html")))


def test_a_table_without_heads_loses_no_row(tmp_path):
    (tmp_path / "note.html").write_text(
        "<html><body><h2>Chief Complaint</h2><p>Cough.</p><h2>Allergies</h2><table>"
        "<tr><td>Penicillin</td><td>Rash</td></tr>"
        "<tr><td>Codeine</td><td>Nausea</td></tr></table></body></html>"
    )
    assert allergies(read(tmp_path / "note.html")) == ("penicillin", "codeine")


def test_the_title_above_a_table_is_no_row(tmp_path):
    table = "Allergies\tReaction\nPenicillin\tHives\nLatex\tRash"
    (tmp_path / "note.txt").write_text(f"HPI: x\n\nAllergies:\n\n{table}\n\nPlan: rest.\n")
    assert allergies(read(tmp_path / "note.txt")) == ("penicillin", "latex")


ROWS = "Medication|Dose|Status\nBumex|1 mg|Inactive\nDigoxin|1 mg|Completed\nZocor|20 mg|Active"


@pytest.mark.parametrize(
    "text",
    [
        f"HPI: x\n\nMedications:\n\n{ROWS}\n\nPlan: rest.\n".replace("|", "\t"),
        f"HPI: x\n\nMedications:\n\n{ROWS}\n\nPlan: rest.\n".replace("|", " | "),
        "<h2>HPI</h2><p>x</p><h2>Medications</h2><table><tr><td>"
        + ROWS.replace("|", "</td><td>").replace("\n", "</td></tr><tr><td>")
        + "</td></tr></table>",
    ],
    ids=["tabs", "pipes", "cells"],
)
def test_a_status_counts_below_heads_that_are_not_marked(tmp_path, text):
    (tmp_path / "note").write_text(text)
    document = read(tmp_path / "note")
    assert medications(document, spans(document), None).taken == ("zocor",)


def test_a_row_with_a_dose_is_no_head_whatever_it_remarks(tmp_path):
    text = ROWS.replace("20 mg|Active", "20 mg|New, start in 6 weeks")
    cells = text.replace("|", "</td><td>").replace("\n", "</td></tr><tr><td>")
    (tmp_path / "note.html").write_text(
        f"<h2>HPI</h2><p>x</p><h2>Medications</h2><table><tr><td>{cells}</td></tr></table>"
    )
    document = read(tmp_path / "note.html")
    assert medications(document, spans(document), None).taken == ("zocor",)


@pytest.mark.parametrize(
    ("remark", "expected"),
    [
        ("STOP taking", ("zocor",)),
        ("Hold", ("zocor",)),
        ("Do not take", ("zocor",)),
        ("Discontinued 3/1/2025", ("zocor",)),
        ("Hold if dizzy", ("bumex", "zocor")),
        ("Stop date 5/1", ("bumex", "zocor")),
    ],
)
def test_any_cell_may_end_its_row(tmp_path, remark, expected):
    (tmp_path / "note.html").write_text(
        "<html><body><h2>Chief Complaint</h2><p>Cough.</p><h2>Medications</h2>"
        + table(("Medication|Dose|Notes", f"Bumex|1 mg|{remark}", "Zocor|20 mg|Evening"))
    )
    document = read(tmp_path / "note.html")
    assert medications(document, spans(document), None).taken == expected


def test_a_table_typed_with_strokes_tells_what_each_action_does(tmp_path):
    (tmp_path / "note.txt").write_text(
        "ADMISSION NOTE\n\nAllergy review:\nAgent | Reaction | Verified | Comment\n"
        "Cipro | tendon | Y | avoid\nEggs | none | Y | REMOVE\n\n"
        "Home medication | Dose | Last taken | Action on admission | Comment\n"
        "Bumex | 1 mg daily | 4/29 | HOLD | dry\n"
        "Zocor | 20 mg daily | 4/29 | CONTINUE |\n"
        "Altace | 5 mg daily | 4/29 | DO NOT ORDER | cough\n"
        "Pepcid | 20 mg | 4/29 | not continued here |\n"
        "Advair | 1 puff | 4/29 | Therapeutic interchange to symbicort + spiriva |\n"
        "Vancomycin | - | - | NEW | completed\n"
    )
    drugs = TermMatcher(Term(name, name, "drug") for name in ("symbicort", "spiriva"))
    document = read(tmp_path / "note.txt")
    assert medications(document, spans(document), drugs).taken == ("zocor", "symbicort", "spiriva")
    ended = ("bumex", "altace", "pepcid", "advair", "vancomycin")
    assert medications(document, spans(document), drugs).stopped == ended
    assert allergies(document) == ("cipro",)


def test_entries_of_fhir_count_while_they_hold(tmp_path):
    drugs = [
        {
            "resourceType": "MedicationStatement",
            "status": status,
            "medicationCodeableConcept": {"text": name},
        }
        for name, status in (("Zocor", "active"), ("Bumex", "not-taken"), ("Lasix", "completed"))
    ]
    agents = [
        {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": {"coding": [{"code": status}]},
            "code": {"text": name},
        }
        for name, status in (("Latex", "active"), ("Eggs", "resolved"))
    ]
    entries = [{"fullUrl": f"urn:{n}", "resource": r} for n, r in enumerate(drugs + agents)]
    told = [{"reference": entry["fullUrl"]} for entry in entries]
    sections = [
        {"title": "Medications", "entry": told[:3]},
        {"title": "Allergies", "entry": told[3:]},
    ]
    first = {"resource": {"resourceType": "Composition", "section": sections}}
    bundle = {"resourceType": "Bundle", "entry": [first, *entries]}
    (tmp_path / "chart.json").write_text(json.dumps(bundle))
    document = read(tmp_path / "chart.json")
    assert medications(document, spans(document), None).taken == ("zocor",)
    assert allergies(document) == ("latex",)
