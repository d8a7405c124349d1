"""The table of medications of a handover: each drug once, with its regimen, status and reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.handover.tidy import tidy
from secateur.pipelines.clinical.medications.classes import families, harmed_by
from secateur.pipelines.clinical.medications.reconciliation import Course, courses
from secateur.pipelines.clinical.verification.evidence import evidence_at
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.document.handover import HandoverItem, Medication
from secateur.pipelines.terminology.matcher import TermMatcher

_ITEM_WORDS = 14
"""Most words of a place that is a row by itself; what is longer is read into columns."""
_DANGLES = re.compile(
    r"(?:[\s,;.(]+(?:and|or|with|as well as|plus|then|a|an|the|to|in|for|on|of|by|he|she|does"
    r"|that))*[\s,;.(]*$",
    re.IGNORECASE,
)
"""Words at the end of a row that lead to what is not in it."""


def drug_table(
    document: Document, sentences: Sequence[Span], vocabulary: TermMatcher | None
) -> tuple[HandoverItem, ...]:
    """Lists the drugs of a note.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        vocabulary: Drug names; without it only lists are read.

    Returns:
        A row a drug: those taken in their order, then those stopped, then those given once. A row
        reads as the note writes the drug, its regimen and what becomes of it; one that the patient
        is allergic to, by its name or class, is flagged "allergy".
    """
    harmful = harms_of(allergies(document, vocabulary), vocabulary)
    return tuple(
        drug_row(document, course, harmful, vocabulary)
        for course in courses(document, sentences, vocabulary)
    )


def harms_of(allergens: Iterable[str], vocabulary: TermMatcher | None) -> set[str]:
    """Returns the drugs and families that names of allergens stand for."""
    return {kind for name in allergens for kind in harmed_by(name, vocabulary)}


def drug_row(
    document: Document, course: Course, harmful: set[str], vocabulary: TermMatcher | None
) -> HandoverItem:
    """Makes the row of a drug.

    Args:
        document: The note that its course is of.
        course: What becomes of it.
        harmful: What the patient is allergic to, see `harms_of`.
        vocabulary: Drug names.
    """
    row, places, said = _row(document, course)
    is_off = row.status in ("stopped", "held")
    kinds = set() if is_off else families(row.drug, vocabulary)
    flags = ("allergy",) if kinds & harmful else ()
    evidence = tuple(evidence_at(document, *place) for place in places)
    return HandoverItem(row_text(row, said), evidence, flags, row)


def _row(document: Document, course: Course) -> tuple[Medication, list[Span], str]:
    """A drug as a row, its places, and the words that tell of it."""
    text = document.text
    deciding = next((m for m in course.mentions if m.item == course.place), None)
    first = deciding or (course.mentions[0] if course.mentions else None)
    name = text[first.start : first.end] if first else course.name
    place = course.place or ((first.start, first.end) if first else None)
    regimen = course.regimen
    row = Medication(
        drug=name,
        dose=regimen.dose,
        route=regimen.route,
        frequency=regimen.frequency,
        duration=regimen.duration,
        status=course.status,
        reason=regimen.reason,
    )
    is_off = course.status in ("stopped", "held")
    places = list(dict.fromkeys(filter(None, (None if is_off else place, course.cue))))
    places = places or ([place] if place else [])
    return row, places, text[slice(*place)] if place and not is_off else ""


def row_text(row: Medication, said: str = "") -> str:
    """Writes a row in one line: in the note's own words where these are few, then its status."""
    short = tidy(said.strip(" .,;")) if said else ""
    own = bool(short) and len(short.split()) <= _ITEM_WORDS and row.drug.lower() in short.lower()
    columns = (row.drug, row.dose, row.route, row.frequency, row.duration)
    short = _DANGLES.sub("", short)
    text = short if own else " ".join(filter(None, columns))
    return f"{text} — {row.status}" if row.status else text
