"""Importance of a note's sentences by their sections: a stand-in for the trained model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from secateur.pipelines.clinical.language.dialogue import turns
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences_of


@dataclass(frozen=True)
class ScoredUnit:
    """A sentence, row or turn with its importance."""

    start: int
    end: int
    sections: Mapping[str, float]
    weight: float


_BY_SECTION = {
    "Chief Complaint": ("one_liner", 2.0), "HPI": ("course", 1.3), "Assessment": ("problems", 2.5),
    "Assessment and Plan": ("problems", 2.5), "Impression": ("problems", 2.5),
    "Discharge Diagnosis": ("problems", 2.5), "Postoperative Diagnosis": ("problems", 2.5),
    "Problems": ("problems", 2.0), "Plan": ("follow_up", 2.3), "Instructions": ("follow_up", 2.0),
    "Disposition": ("disposition", 2.2), "Hospital Course": ("course", 1.8),
    "Procedure": ("procedures", 2.3), "Description of Procedure": ("procedures", 0.6),
    "Findings": ("findings", 1.8), "Results": ("findings", 1.5), "Physical Exam": ("findings", 0.8),
    "Past Medical History": ("problems", 1.2), "Medications": ("medications", 1.5),
    "Discharge Medications": ("medications", 2.0), "Allergies": ("allergies", 2.0),
    "Family History": ("problems", 0.3), "Social History": ("disposition", 0.5),
    "Review of Systems": ("findings", 0.3), "Indications": ("one_liner", 2.0),
}  # fmt: skip
_AGE = re.compile(r"\b\d+[- ]?(?:year|yo\b|y/o|month|week|day)", re.IGNORECASE)


def load_importance() -> object:
    """Stands for the trained model: there is nothing to load."""
    return None


def score_units(document: Document, model: object) -> tuple[ScoredUnit, ...]:
    """Weighs sentences by their sections."""
    spoken = bool(turns(document))
    found, aged = [], False
    for number, (start, end) in enumerate(sentences := sentences_of(document)):
        passage = document.passage_at(start)
        name, weight = _BY_SECTION.get((passage.section if passage else "") or "", ("course", 1.0))
        if spoken:
            name, weight = "problems", 0.5 + 2 * number / len(sentences)
        if not aged and _AGE.search(document.text, start, end):
            name, weight, aged = "one_liner", 3.0, True
        found.append(ScoredUnit(start, end, {name: 1.0}, weight))
    return tuple(found)
