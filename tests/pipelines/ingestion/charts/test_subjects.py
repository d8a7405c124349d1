"""The notes of charts: where they begin, their days, and whose they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from secateur.pipelines.document.document import Document
from secateur.pipelines.ingestion.read import read

PATIENT = {
    "resourceType": "Patient",
    "id": "1",
    "name": [{"given": ["Ada"], "family": "Hill"}],
    "identifier": [{"value": "77-1"}],
    "birthDate": "1950-01-02",
    "gender": "female",
}
CDA = """<ClinicalDocument xmlns="urn:hl7-org:v3"><effectiveTime value="20240102"/>
<title>Progress Note</title><recordTarget><patientRole><id extension="77-1"/><patient><name>
<given>Ada</given><family>Hill</family></name><administrativeGenderCode code="F"/>
<birthTime value="19500102"/></patient></patientRole></recordTarget><component><structuredBody>
<component><section><title>Plan</title><text>Rest.</text></section></component>
</structuredBody></component></ClinicalDocument>"""


def report(day: str, subject: str) -> dict[str, Any]:
    return {
        "resourceType": "DiagnosticReport",
        "effectiveDateTime": day,
        "subject": {"reference": subject},
        "conclusion": f"Clear lungs on {day}.",
    }


def told(path: Path) -> list[tuple[str, str | None, str]]:
    document: Document = read(path)
    return [(document.text[n.start : n.end].strip(), n.dated, n.subject) for n in document.notes]


def test_documents_of_a_bundle_are_notes_with_their_patients(tmp_path):
    found = [PATIENT, report("2024-01-02", "Patient/1"), report("2024-03-04", "Patient/2")]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": each} for each in found]}
    (path := tmp_path / "chart.json").write_text(json.dumps(bundle))
    assert told(path) == [
        (
            "Clear lungs on 2024-01-02.",
            "2024-01-02",
            "Name: Ada Hill\nMRN: 77-1\nDOB: 1950-01-02\nSex: female",
        ),
        ("Clear lungs on 2024-03-04.", "2024-03-04", "MRN: Patient/2"),
    ]


def test_a_cda_document_is_of_its_record_target(tmp_path):
    (path := tmp_path / "note.xml").write_text(CDA)
    ((_, day, subject),) = told(path)
    assert day == "2024-01-02"
    assert subject == "Name: Ada Hill\nMRN: 77-1\nDOB: 1950-01-02\nSex: F"
