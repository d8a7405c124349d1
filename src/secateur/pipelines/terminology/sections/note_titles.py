"""Titles of clinical notes: nouns that name a kind of note, and kinds by a note's sections."""

from __future__ import annotations

import re
from collections.abc import Collection

from secateur.pipelines.terminology.sections.headings import canonical_section

_NOUN = (
    r"(?:notes?|summary|report|letter|visit|encounter|consult(?:ation)?|evaluation|h ?& ?p|h and p"
    r"|history (?:and|&) physical(?: exam(?:ination)?)?|phone call|telephone call|addendum"
    r"|admission|check-?up)"
)
_TITLE = re.compile(
    rf"(?:[\w/&'’.,()#-]+ ){{0,6}}?{_NOUN}\b(?:[ ,:#–—/(-]+[\w/&'’.)(#-]+){{0,7}}", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:(?:note |document |visit |encounter )?type|type of (?:note|visit)|title)\s*:\s*",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"\b(?:reason for|date of|date|prior|previous|see|per|no|last|next|of the|was|is|were|had|has"
    r"|signed|by dr)\b|[.;]\s*$|\?",
    re.IGNORECASE,
)
"""What a line says that speaks of a note or a visit and titles none."""
_LONGEST = 90

_BY_SECTIONS = (
    ("discharge summary", ("Discharge Medications", "Discharge Diagnosis", "Hospital Course")),
    ("operation", ("Description of Procedure", "Postoperative Diagnosis", "Anesthesia")),
    ("study", ("Study", "Findings")),
    ("visit", ("Chief Complaint", "HPI", "Subjective", "Plan", "Assessment and Plan")),
)
"""Kinds of notes without a title, by the sections that tell them; the first that fits."""


def note_title(line: str) -> str | None:
    """Reads a line as the title of a note.

    Args:
        line: A line of its own.

    Returns:
        The title ("Progress note", "CARDIOLOGY CONSULTATION"), None where the line titles no note.
    """
    text = line.strip(" \t*#=-_[]:")
    if len(text) > _LONGEST or "\n" in text:
        return None
    label = _LABEL.match(text)
    text = text[label.end() :] if label else text
    house, _, named = text.rpartition(": ")
    is_house = bool(house) and canonical_section(house) is None
    if _NO_TITLE.search(text):
        return None
    text = named if is_house else text
    return text if _TITLE.fullmatch(text) else None


def kind_by_sections(names: Collection[str | None]) -> str:
    """Names the kind of a note without a title by its sections; "note" where none tells."""
    return next((kind for kind, own in _BY_SECTIONS if not set(own).isdisjoint(names)), "note")
