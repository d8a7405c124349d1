"""Handover: what the next clinician needs of a note, in sections, each item with its places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from secateur.pipelines.document.summary import Evidence

Style = Literal["handover", "brief"]
STYLES: tuple[Style, ...] = ("handover", "brief")
"""Of a summary: the sections of a handover, or one to three sentences."""
TITLES = MappingProxyType(
    {
        "one_liner": "One-liner",
        "problems": "Problems",
        "course": "Course",
        "findings": "Findings",
        "procedures": "Procedures",
        "medications": "Medications",
        "allergies": "Allergies",
        "pending": "Pending",
        "follow_up": "Follow-up",
        "disposition": "Code status, disposition",
    }
)
"""Titles of a handover's sections by name, in their order."""
SECTION_TITLES = MappingProxyType({**TITLES, "timeline": "Timeline"})
"""Those, and the title of a record's last section: a line a note."""
NOTICE = "Notice"
"""What leads a line on what could not be read as it should."""
NOT_STATED = "not stated"
"""What a section reads of which the note says nothing: silence is not "none"."""
FLOOR_WORDS = 220
"""Words that any handover may have, however short its note."""
SHARE_OF_NOTE = 0.25
"""Share of its note's words that a handover may have where that is more."""

WORD = re.compile(r"\w+")
"""A word: a run of letters, digits and underscores."""


@dataclass(frozen=True)
class Medication:
    """How a drug is taken and what becomes of it; a field is empty where the note says none.

    Attributes:
        drug: Its name as the note writes it.
        dose: Strength and amount.
        route: How it gets into the patient.
        frequency: How often and when, as needed included.
        duration: For how long.
        status: "home", "given", "new", "changed", "continued", "stopped" or "held".
        reason: What it is for.
    """

    drug: str
    dose: str = ""
    route: str = ""
    frequency: str = ""
    duration: str = ""
    status: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Code:
    """A code of ICD-10-CM for a problem.

    Attributes:
        code: The code.
        name: Its description.
        probability: That it is right for the problem, 0 to 1.
    """

    code: str
    name: str
    probability: float


@dataclass(frozen=True)
class HandoverItem:
    """One item of a handover.

    Attributes:
        text: What it says, in one line.
        evidence: Places of the note that it rests on.
        flags: What to check, as in `SummarySentence`, and "allergy": a drug that the patient is
            allergic to, or of its class.
        medication: The row of the table, for an item of the medications.
        codes: For a problem, the likeliest first.
    """

    text: str
    evidence: tuple[Evidence, ...]
    flags: tuple[str, ...] = ()
    medication: Medication | None = None
    codes: tuple[Code, ...] = ()

    def places(self) -> str:
        """Writes the offsets of its evidence: "12-40, 55-60"; of a record "2:12-40"."""
        return ", ".join(
            f"{place.note}:{place.start}-{place.end}"
            if place.note
            else f"{place.start}-{place.end}"
            for place in self.evidence
        )


@dataclass(frozen=True)
class HandoverSection:
    """A section of a handover; one without items is of what the note does not state.

    Attributes:
        name: One of `SECTION_TITLES`.
        items: In the order in which they are read.
    """

    name: str
    items: tuple[HandoverItem, ...] = ()


@dataclass(frozen=True)
class RecordNote:
    """A note that a record's handover rests on.

    Attributes:
        doc_id: Its file.
        start: Where it begins in the file's text.
        end: One past its last character.
        when: ISO date, "day 22" where dates are hidden, empty where it bears none.
        kind: Its title, or what its sections tell.
    """

    doc_id: str
    start: int
    end: int
    when: str
    kind: str


@dataclass(frozen=True)
class Handover:
    """The handover of a note, or of the notes of a record.

    Attributes:
        doc_id: The document's name.
        style: "handover".
        text: All of it, one item a line.
        sections: Those of `TITLES`, all and in order; of a record also "timeline".
        words: Words of `text`.
        limit: Words that it may have.
        timings: Seconds in all ("total_s").
        notices: What could not be read as it should: another language, no clinical text, a text
            cut short, several patients.
        notes: The notes of a record in order of time; empty for a single one.
    """

    doc_id: str
    style: str
    text: str
    sections: tuple[HandoverSection, ...]
    words: int
    limit: int
    timings: dict[str, float]
    notices: tuple[str, ...] = ()
    notes: tuple[RecordNote, ...] = ()

    def section(self, name: str) -> HandoverSection:
        """Returns the section of a name of `SECTION_TITLES`."""
        return next(section for section in self.sections if section.name == name)


def count_words(text: str) -> int:
    """Counts words: runs of letters, digits and underscores."""
    return len(WORD.findall(text))


def limit_of(note: str) -> int:
    """Computes the words that a handover of a note may have."""
    return max(FLOOR_WORDS, int(SHARE_OF_NOTE * count_words(note)))
