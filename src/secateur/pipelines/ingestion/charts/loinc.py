"""LOINC codes of document sections and the names they have here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from secateur.pipelines.terminology.sections.headings import canonical_section

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "10154-3": "Chief Complaint",
        "46239-0": "Chief Complaint",
        "29299-5": "Chief Complaint",
        "42349-1": "Chief Complaint",
        "10164-2": "HPI",
        "61150-9": "Subjective",
        "11348-0": "Past Medical History",
        "11450-4": "Problems",
        "75310-3": "Problems",
        "10167-5": "Past Surgical History",
        "47519-4": "Procedure",
        "29554-3": "Description of Procedure",
        "59768-2": "Indications",
        "59776-5": "Findings",
        "55109-3": "Complications",
        "10830-8": "Complications",
        "59770-8": "Blood Loss",
        "59773-2": "Specimens",
        "10213-7": "Anesthesia",
        "59774-0": "Anesthesia",
        "10160-0": "Medications",
        "42346-7": "Medications",
        "29549-3": "Medications",
        "10183-2": "Discharge Medications",
        "75311-1": "Discharge Medications",
        "48765-2": "Allergies",
        "10157-6": "Family History",
        "29762-2": "Social History",
        "10187-3": "Review of Systems",
        "8716-3": "Vital Signs",
        "29545-1": "Physical Exam",
        "10210-3": "Physical Exam",
        "61149-1": "Objective",
        "30954-2": "Results",
        "11493-4": "Results",
        "18782-3": "Findings",
        "121070": "Findings",
        "8648-8": "Hospital Course",
        "10219-4": "Preoperative Diagnosis",
        "46241-6": "Preoperative Diagnosis",
        "10218-6": "Postoperative Diagnosis",
        "59769-0": "Postoperative Diagnosis",
        "11535-2": "Discharge Diagnosis",
        "51848-0": "Assessment",
        "19005-8": "Assessment",
        "18776-5": "Plan",
        "62387-6": "Plan",
        "61146-7": "Goals",
        "51847-2": "Assessment and Plan",
        "8650-4": "Disposition",
        "8653-8": "Instructions",
        "69730-0": "Instructions",
        "11369-6": "Immunizations",
    }
)


def section_name(code: str, title: str) -> str | None:
    """Names a section.

    Args:
        code: Its LOINC code, possibly empty.
        title: Its title, possibly empty.

    Returns:
        The canonical name by code, else by title, else the title itself; None if it has neither.
    """
    return _NAMES.get(code) or canonical_section(title.rstrip(":")) or title or None
