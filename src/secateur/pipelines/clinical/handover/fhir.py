"""A handover as a FHIR R4B document: a Composition with its medications, allergies and problems."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from secateur.pipelines.clinical.handover.render import notice_lines
from secateur.pipelines.document.handover import (
    NOT_STATED,
    SECTION_TITLES,
    Handover,
    HandoverItem,
    HandoverSection,
    Medication,
)
from secateur.pipelines.errors import UsageError

_CODES = {
    "one_liner": ("51847-2", "Evaluation + Plan note"),
    "problems": ("11450-4", "Problem list - Reported"),
    "course": ("8648-8", "Hospital course Narrative"),
    "findings": ("30954-2", "Relevant diagnostic tests/laboratory data Narrative"),
    "procedures": ("47519-4", "History of Procedures Document"),
    "medications": ("10160-0", "History of Medication use Narrative"),
    "allergies": ("48765-2", "Allergies and adverse reactions Document"),
    "pending": ("18776-5", "Plan of care note"),
    "follow_up": ("18776-5", "Plan of care note"),
    "timeline": ("11503-0", "Medical records"),
    "disposition": ("8651-2", "Hospital discharge disposition Narrative"),
}
"""LOINC codes of the sections."""
_STATUS = {
    "home": "active", "given": "completed", "new": "active", "changed": "active",
    "continued": "active", "stopped": "stopped", "held": "on-hold",
}  # fmt: skip
"""FHIR's status of a medication by ours; "unknown" where the note says none."""
_LOINC = "http://loinc.org"
_ICD = "http://hl7.org/fhir/sid/icd-10-cm"
_PLACE = "urn:secateur:place"
_PROBABILITY = "urn:secateur:probability"
_PATIENT = {"display": "patient of the note"}


def as_fhir(handover: Handover) -> str:
    """Writes a handover as one JSON line, a Bundle of type "document".

    Args:
        handover: The handover.

    Returns:
        The line. Ids depend on the handover alone; places in the note are identifiers
        ("start-end") of the resources, and the date is the day of writing.

    Raises:
        UsageError: fhir.resources is not installed, or refuses what was made.
    """
    try:
        from fhir.resources.R4B.bundle import Bundle
    except ImportError:
        raise UsageError(
            "fhir.resources is not installed; type: pip install 'secateur[clinical]'"
        ) from None
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    resources = {section.name: list(_resources(handover, section)) for section in handover.sections}
    entries = [entry for found in resources.values() for entry in found]
    composition = {
        "resourceType": "Composition",
        "status": "preliminary",
        "type": _concept("34133-9", "Summary of episode note"),
        "date": now,
        "subject": _PATIENT,
        "author": [{"display": "Secateur"}],
        "title": f"Handover: {handover.doc_id}",
        **_noticed(handover),
        "section": [
            _section(section, [url for url, _ in resources[section.name]])
            for section in handover.sections
        ],
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "document",
        "timestamp": now,
        "identifier": {"system": "urn:secateur:handover", "value": handover.doc_id},
        "entry": [
            {"fullUrl": url, "resource": resource}
            for url, resource in [(_url(handover, "composition"), composition), *entries]
        ],
    }
    try:
        checked: Any = Bundle.model_validate(bundle)
    except ValueError as error:
        raise UsageError(
            f"{handover.doc_id}: cannot be written as FHIR ({type(error).__name__})"
        ) from None
    return str(checked.model_dump_json(exclude_none=True)) + "\n"


def _noticed(handover: Handover) -> dict[str, Any]:
    """The narrative of the composition: what could not be read as it should."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in notice_lines(handover.notices))
    return {"text": _narrative(lines)} if lines else {}


def _narrative(body: str) -> dict[str, str]:
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>',
    }


def _section(section: HandoverSection, urls: list[str]) -> dict[str, Any]:
    lines = "".join(f"<li>{escape(item.text)}</li>" for item in section.items)
    body = f"<ul>{lines}</ul>" if lines else f"<p>{NOT_STATED}</p>"
    made: dict[str, Any] = {
        "title": SECTION_TITLES[section.name],
        "code": _concept(*_CODES[section.name]),
        "text": _narrative(body),
    }
    if urls:
        made["entry"] = [{"reference": url} for url in urls]
    elif not section.items:
        made["emptyReason"] = {
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason",
                "code": "unavailable",
            }],
            "text": NOT_STATED,
        }  # fmt: skip
    return made


def _resources(
    handover: Handover, section: HandoverSection
) -> Iterator[tuple[str, dict[str, Any]]]:
    makers = {"medications": _medication, "allergies": _allergy, "problems": _condition}
    maker = makers.get(section.name)
    for number, item in enumerate(section.items if maker else ()):
        if maker and (resource := maker(item)) is not None:
            places = [{"system": _PLACE, "value": place} for place in item.places().split(", ")]
            yield (
                _url(handover, f"{section.name}/{number}"),
                {**resource, "identifier": places},
            )


def _medication(item: HandoverItem) -> dict[str, Any] | None:
    row = item.medication
    if row is None:
        return None
    made: dict[str, Any] = {
        "resourceType": "MedicationStatement",
        "status": _STATUS.get(row.status, "unknown"),
        "medicationCodeableConcept": {"text": row.drug},
        "subject": _PATIENT,
    }
    if dosage := _dosage(row):
        made["dosage"] = [dosage]
    if row.reason:
        made["reasonCode"] = [{"text": row.reason}]
    if item.flags:
        made["note"] = [{"text": f"check: {', '.join(item.flags)}"}]
    return made


def _dosage(row: Medication) -> dict[str, Any]:
    words = " ".join(filter(None, (row.dose, row.route, row.frequency, row.duration)))
    dosage: dict[str, Any] = {"text": words} if words else {}
    if row.route:
        dosage["route"] = {"text": row.route}
    if row.frequency:
        dosage["timing"] = {"code": {"text": row.frequency}}
    return dosage


def _allergy(item: HandoverItem) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "code": {"text": item.text},
        "patient": _PATIENT,
    }


def _condition(item: HandoverItem) -> dict[str, Any]:
    codes = [
        {
            "system": _ICD,
            "code": code.code,
            "display": code.name,
            "extension": [{"url": _PROBABILITY, "valueDecimal": code.probability}],
        }
        for code in item.codes
    ]
    concept: dict[str, Any] = {"text": item.text}
    return {
        "resourceType": "Condition",
        "code": {**concept, "coding": codes} if codes else concept,
        "subject": _PATIENT,
    }


def _concept(code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": _LOINC, "code": code, "display": display}]}


def _url(handover: Handover, name: str) -> str:
    return uuid5(NAMESPACE_URL, f"{handover.doc_id}\n{handover.text}\n{name}").urn
