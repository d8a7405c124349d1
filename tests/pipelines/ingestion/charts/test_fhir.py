"""FHIR resources give the text that they carry, whatever format it is in."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.bundle import Bundle
from fhir.resources.composition import Composition
from fhir.resources.diagnosticreport import DiagnosticReport
from fhir.resources.documentreference import DocumentReference
from fhir.resources.patient import Patient
from fhir.resources.R4B import bundle as r4_bundle
from fhir.resources.R4B import composition as r4_composition
from fhir.resources.R4B import diagnosticreport as r4_report
from fhir.resources.R4B import documentreference as r4_reference

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.read import read

NOTE = b"CHIEF COMPLAINT: Cough.\n\nPLAN: Rest."


def narrative(markup: str) -> dict[str, str]:
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{markup}</div>',
    }


def reference(data: bytes, kind: str) -> DocumentReference:
    attachment = {"contentType": kind, "data": base64.b64encode(data).decode()}
    return DocumentReference(status="current", content=[{"attachment": attachment}])


def report() -> DiagnosticReport:
    return DiagnosticReport(
        status="final",
        code={"text": "Chest X-ray"},
        text=narrative("<p>Clear <b>lungs</b>.</p>"),
        conclusion="No pneumonia.",
    )


def composition() -> Composition:
    return Composition(
        status="final",
        type={"text": "note"},
        date="2024-01-02",
        author=[{"display": "Dr. Hill"}],
        title="Clinic note",
        section=[
            {
                "title": "Story",
                "code": {"coding": [{"system": "http://loinc.org", "code": "10164-2"}]},
                "text": narrative("<p>Cough.</p>"),
            },
            {
                "title": "Plan of care",
                "text": narrative("<table><tr><td>Drug</td><td>5 mg</td></tr></table>"),
                "section": [{"title": "Allergies", "text": narrative("<p>Eggs</p>")}],
            },
        ],
    )


def read_resource(folder: Path, resource: Any) -> Document:
    path = folder / "resource.json"
    content = resource if isinstance(resource, str) else resource.model_dump_json()
    path.write_text(content, encoding="utf-8")
    return read(path)


def test_composition_by_section(tmp_path: Path) -> None:
    document = read_resource(tmp_path, composition())
    found = [(p.section, document.text[p.start : p.end]) for p in document.passages]
    assert found == [
        (None, "Clinic note"),
        ("HPI", "Story"),
        ("HPI", "Cough."),
        ("Plan", "Plan of care"),
        ("Plan", "Drug"),
        ("Plan", "5 mg"),
        ("Allergies", "Allergies"),
        ("Allergies", "Eggs"),
    ]
    assert document.media_type == "application/fhir+json"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (NOTE, "text/plain"),
        (b"<html><p>CHIEF COMPLAINT: Cough.</p><p>PLAN: Rest.</p></html>", "text/html"),
        (rb"{\rtf1\ansi CHIEF COMPLAINT: Cough.\par PLAN: Rest.}", "application/rtf"),
        (NOTE, "application/pdf"),
    ],
    ids=["text", "html", "rtf", "wrongly declared"],
)
def test_attachment_of_any_format(tmp_path: Path, data: bytes, kind: str) -> None:
    document = read_resource(tmp_path, reference(data, kind))
    assert [p.section for p in document.passages] == ["Chief Complaint", "Plan"]


def test_report_with_narrative_and_conclusion(tmp_path: Path) -> None:
    assert read_resource(tmp_path, report()).text == "Clear lungs.\n\nNo pneumonia."


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"date": "2024-03-12T08:00:00Z"}, "2024-03-12"),
        ({"date": "2024-03-12", "period": {"start": "2024-02-06"}}, "2024-02-06"),
        ({"date": "2024-03-12", "context": {"period": {"start": "2024-02-06"}}}, "2024-02-06"),
        ({"date": "2024"}, None),
    ],
    ids=["none", "written", "period", "period of release 4", "year"],
)
def test_resources_date_the_document(
    tmp_path: Path, changes: dict[str, Any], expected: str | None
) -> None:
    resource = json.loads(reference(NOTE, "text/plain").model_dump_json()) | changes
    path = tmp_path / "note.json"
    path.write_text(json.dumps(resource))
    assert read(path).dated == expected


def test_bundle_gives_its_documents_in_order(tmp_path: Path) -> None:
    entries = [Patient(text=narrative("<p>Ada</p>")), report(), reference(NOTE, "text/plain")]
    bundle = Bundle(type="collection", entry=[{"resource": entry} for entry in entries])
    text = read_resource(tmp_path, bundle).text
    assert text == "Clear lungs.\n\nNo pneumonia.\n\n" + NOTE.decode()


def test_resource_of_another_kind_gives_its_narrative(tmp_path: Path) -> None:
    assert read_resource(tmp_path, Patient(text=narrative("<p>Ada</p>"))).text == "Ada"


def test_address_is_not_fetched(tmp_path: Path) -> None:
    content = [
        {"attachment": {"url": "https://example.org/a.pdf"}},
        {"attachment": {"data": base64.b64encode(NOTE).decode()}},
    ]
    document = read_resource(tmp_path, DocumentReference(status="current", content=content))
    assert document.warnings == ("an attachment is given by its address only and was not fetched",)


def nested(levels: int) -> str:
    resource: dict[str, Any] = {"resourceType": "Patient"}
    for _ in range(levels):
        resource = {"resourceType": "Bundle", "entry": [{"resource": resource}]}
    return json.dumps(resource)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"resourceType": "Patient", "secret"', "the JSON is damaged"),
        ('{"resourceType": "Patient"}', r"no text in its FHIR resources \(Patient\)"),
        ('{"resourceType": "Bundle", "entry": 3}', "no text"),
        ('{"resourceType": "Composition", "section": [{"code": 1, "text": 2}]}', "no text"),
        ('{"resourceType": "Binary", "data": "a"}', "damaged base64"),
        (nested(50), "Bundles nest deeper"),
        ('{"resourceType": "x", "a": ' + "[" * 100_000, "damaged"),
    ],
    ids=["cut off", "no text", "odd entry", "odd section", "base64", "bundles", "brackets"],
)
def test_refusals(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(IngestionError, match=words) as caught:
        read_resource(tmp_path, content)
    assert "secret" not in str(caught.value)


def test_attachments_nested_without_end_are_refused(tmp_path: Path) -> None:
    content = '{"resourceType": "Binary", "data": "aGk="}'
    for _ in range(8):
        data = base64.b64encode(content.encode()).decode()
        content = json.dumps({"resourceType": "Binary", "data": data})
    with pytest.raises(IngestionError, match="files nest deeper"):
        read_resource(tmp_path, content)


def test_release_4(tmp_path: Path) -> None:
    note = base64.b64encode(NOTE).decode()
    attachment = {"contentType": "text/plain", "data": note}
    resources = [
        r4_composition.Composition(
            status="final",
            type={"text": "note"},
            date="2024-01-02",
            author=[{"display": "Dr. Hill"}],
            title="Clinic note",
            section=[{"title": "Story", "text": narrative("<p>Fell.</p>")}],
        ),
        r4_reference.DocumentReference(status="current", content=[{"attachment": attachment}]),
        r4_report.DiagnosticReport(
            status="final", code={"text": "X-ray"}, conclusion="No pneumonia."
        ),
    ]
    bundle = r4_bundle.Bundle(type="collection", entry=[{"resource": r} for r in resources])
    text = read_resource(tmp_path, bundle).text
    assert text == f"Clinic note\n\nStory\n\nFell.\n\n{NOTE.decode()}\n\nNo pneumonia."


def test_half_a_character_does_no_harm(tmp_path: Path) -> None:
    section = '{"text": {"div": "<div>a \\ud800</div>"}}'
    content = '{"resourceType": "Composition", "title": "b \\udc00", "section": [' + section + "]}"
    document = read_resource(tmp_path, content)
    assert document.text.encode().decode() == "b ?\n\na ?"


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    entries = [
        {"resourceType": "Patient", "text": narrative("<p>Ada</p>")},
        {"resourceType": "Composition", "title": "Note", "text": narrative("<p>In short</p>")},
    ]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": entry} for entry in entries]}
    document = read_resource(tmp_path, json.dumps(bundle))
    assert document.coverage.dropped == {"narrative": 8, "other resources": 3}
    assert document.warnings == ("only documents and narratives are read, not 1 Patient",)


@pytest.mark.parametrize(
    "first",
    [
        {"resourceType": "DiagnosticReport", "conclusion": "No pneumonia."},
        {"resourceType": "Patient", "text": narrative("<p>Ada</p>")},
    ],
    ids=["document", "narrative"],
)
def test_coded_resources_beside_text_are_named_and_counted(tmp_path: Path, first: Any) -> None:
    coded = [{"resourceType": kind} for kind in ("Observation", "secret kind", "Observation")]
    entries = [{"resource": resource} for resource in (first, *coded)]
    document = read_resource(tmp_path, json.dumps({"resourceType": "Bundle", "entry": entries}))
    told = "only documents and narratives are read, not 2 Observation, 1 unknown"
    assert document.warnings == (told,)


def test_attachment_in_the_same_bundle_is_not_missed(tmp_path: Path) -> None:
    attachment = {"attachment": {"url": "Binary/7"}}
    entries = [
        {"resourceType": "DocumentReference", "content": [attachment]},
        {"resourceType": "Binary", "id": "7", "data": base64.b64encode(NOTE).decode()},
    ]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": entry} for entry in entries]}
    document = read_resource(tmp_path, json.dumps(bundle))
    assert document.text == NOTE.decode()
    assert document.warnings == ()


MEDICATION: dict[str, Any] = {"code": {"coding": [{"display": "Aspirin"}]}}
MANIFESTATIONS: dict[str, Any] = {"R4": {"text": "hives"}, "R5": {"concept": {"text": "hives"}}}
DRUGS: dict[str, Any] = {
    "R4": {"medicationReference": {"reference": "Medication/d"}},
    "R5": {"medication": {"reference": {"reference": "Medication/d"}}},
}


def document_of(*resources: dict[str, Any], **section: Any) -> str:
    """A Bundle whose Composition refers to all resources by their URLs, and holds them."""
    entries = [{"fullUrl": f"urn:uuid:{n}", "resource": r} for n, r in enumerate(resources)]
    told = [{"reference": entry["fullUrl"]} for entry in entries]
    first = {"resourceType": "Composition", "section": [{"title": "List", "entry": told} | section]}
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": first}, *entries]})


@pytest.mark.parametrize("release", ["R4", "R5"])
def test_a_section_without_a_narrative_tells_what_its_entries_say(
    tmp_path: Path, release: str
) -> None:
    stopped = {"coding": [{"code": "resolved"}]}
    content = document_of(
        {
            "resourceType": "AllergyIntolerance",
            "code": {"text": "Penicillin"},
            "reaction": [{"manifestation": [MANIFESTATIONS[release]]}],
        },
        {"resourceType": "Condition", "code": {"text": "Pneumonia"}, "clinicalStatus": stopped},
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "dosageInstruction": [{"text": "81 mg daily"}],
            **DRUGS[release],
        },
        {"resourceType": "MedicationRequest", "status": "stopped", **DRUGS[release]},
        {"resourceType": "MedicationRequest", "status": "entered-in-error", **DRUGS[release]},
        {"resourceType": "Observation", "code": {"text": "K"}, "valueQuantity": {"value": 4.1}},
    )
    content = content.replace('"urn:uuid:0"', '"AllergyIntolerance/a"')
    medication = {"resource": {"resourceType": "Medication", "id": "d", **MEDICATION}}
    bundle = json.loads(content)
    bundle["entry"].append(medication)
    document = read_resource(tmp_path, json.dumps(bundle))
    assert document.text.splitlines()[2:] == [
        "Penicillin\thives",
        "Pneumonia\tresolved",
        "Aspirin\t81 mg daily\tactive",
        "Aspirin\tstopped",
        "K\t4.1",
    ]
    assert document.passages[2].column == "Reaction"


def test_a_narrative_stands_for_the_entries_of_its_section(tmp_path: Path) -> None:
    condition = {"resourceType": "Condition", "code": {"text": "Gout"}}
    document = read_resource(tmp_path, document_of(condition, text=narrative("<p>Podagra</p>")))
    assert document.text == "List\n\nPodagra"


def test_entries_that_the_file_does_not_hold_are_told(tmp_path: Path) -> None:
    document = read_resource(tmp_path, document_of(entry=[{"reference": "Condition/1"}]))
    assert document.warnings == ("a section refers to what the file does not hold",)


def test_notes_of_release_5_and_descriptions(tmp_path: Path) -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "conclusion": "No pneumonia.",
        "note": [{"text": "Seen by two."}],
    }
    assert read_resource(tmp_path, json.dumps(report)).text == "No pneumonia.\n\nSeen by two."
