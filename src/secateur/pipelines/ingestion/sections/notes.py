"""Sections of clinical notes, recognised from their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secateur.pipelines.ingestion.layout.blocks import Line
from secateur.pipelines.ingestion.layout.reading import SectionStart
from secateur.pipelines.ingestion.sections.openings import (
    ITEM,
    LABEL,
    LISTS,
    Heading,
    heading_at,
    is_apart,
    label_of,
)
from secateur.pipelines.terminology.sections.drug_lists import (
    DISCHARGE,
    MEDICATIONS,
    is_part_of_list,
)
from secateur.pipelines.terminology.sections.titles import TELLING

# What the two halves of a note in the SOAP form hold, where it names them.
_HALVES = {
    "Subjective": frozenset(
        "Chief Complaint|HPI|Past Medical History|Past Surgical History|Medications|Allergies"
        "|Family History|Social History|Review of Systems|Immunizations".split("|")
    ),
    "Objective": frozenset(("Vital Signs", "Physical Exam", "Results", "Study", "Findings")),
}
_KNOWN_NEEDED = 2
"""Known headings from which on a text is a note, or one that tells by itself."""
_NOTE = re.compile(r"(?:[A-Za-z][\w/&'’-]* ){1,4}(?:note|encounter)", re.IGNORECASE)
"""The title of a note; below it one heading of its assessment or plan is enough."""
_NUMBERS = frozenset("0123456789#")
# These are orders where something was concluded or done before, else part of the history.
_HABITS = frozenset(("diet", "activity"))
_CONCLUDING = frozenset(
    "Assessment|Plan|Assessment and Plan|Hospital Course|Discharge Diagnosis|Discharge Medications"
    "|Postoperative Diagnosis|Procedure|Description of Procedure|Disposition|Instructions".split(
        "|"
    )
)
_PLANNING = ("Assessment", "Plan", "Assessment and Plan")
# In a plan these are a problem (leukemia), a prescription, and what is given or ordered for it.
_NOT_IN_PLAN = frozenset(
    "all|rx|tx|antibiotic|relevant medication|relevant order|other relevant order".split("|")
)
_MORE_DIAGNOSES = frozenset(("primary", "principal", "secondary", "other", "additional"))


def find_note_sections(lines: Sequence[Line]) -> list[SectionStart]:
    """Finds where the sections of a clinical note start.

    A heading is a label with a colon at the start of a line, or a line of its own in capitals or
    bold, for drugs and allergies in any letters. Known headings get a canonical name; unknown ones
    in capitals keep their words. Parts of an examination ("HEENT:") do not open a section, nor do
    problems that a plan goes through ("COPD:").

    Args:
        lines: The document's blocks and table rows in order.

    Returns:
        Each section in document order, those of a SOAP note inside the half that the note names;
        empty if fewer than two known headings are found, none that stands in notes alone
        ("Impression", "HPI") and no plan below the title of a note ("CLINIC NOTE"), because other
        documents use labels with colons as well. Its confidence is the share of four signs that
        hold: it looks like a heading; its words are known; they are in capitals or bold; they stand
        on a line of their own.
    """
    opened: list[Heading] = []
    for number in range(len(lines)):
        heading = heading_at(lines, number)
        if heading is not None:
            if not _is_inside(heading, opened):
                opened.append(heading)
        elif opened and _ends(lines, number, opened[-1]):
            opened.append(replace(opened[-1], start=lines[number].start, name=None))
    is_note = any(_NOTE.fullmatch(line.text) for line in lines[:1])
    known = sum(_weight(heading, is_note) for heading in opened)
    return list(_in_halves(opened)) if known >= _KNOWN_NEEDED else []


def _weight(heading: Heading, is_note: bool) -> int:
    """How much a heading tells that its text is a note."""
    name, text = heading.name, heading.line.text
    if name is None:
        return 0
    is_telling = _tells(name, text) or _heads_items(name, text, heading.below)
    if is_telling or (is_note and name in _PLANNING):
        return _KNOWN_NEEDED
    return heading.is_known and not heading.typed  # articles have typed headings ("Summary")


def _in_halves(opened: Sequence[Heading]) -> Iterator[SectionStart]:
    """The sections that headings open, each inside the half of a SOAP note that it belongs to."""
    half = ""
    for heading in opened:
        if heading.name is None:
            yield SectionStart(heading.start, None)
            continue
        parents = (half,) if heading.name in _HALVES.get(half, ()) else ()
        half = half if parents else heading.name
        yield SectionStart(heading.start, heading.name, heading.confidence, parents=parents)


def _ends(lines: Sequence[Line], number: int, last: Heading) -> bool:
    """Whether a line that opens no known section ends the one before.

    Allergies told behind their label end with their paragraph, a list with words in capitals above
    text, and the diagnosis in the head of a note with the next label.
    """
    line, section, opener = lines[number], last.name, last.line.text
    below = lines[number + 1].text if number + 1 < len(lines) else ""
    told = (label := LABEL.match(opener)) and opener[label.end() :].strip()
    if section == "Assessment" and told and label_of(opener).endswith("diagnosis"):
        return LABEL.match(line.text) is not None
    if section == "Allergies" and told and is_apart(lines, number):
        return line.kind in ("paragraph", "title")
    is_title = line.kind == "title" and line.text.isupper() and len(line.text.split()) > 1
    is_title = is_title and not (line.text.endswith(":") or below.isupper())
    return section in LISTS and is_title and not is_part_of_list(label_of(line.text))


def _tells(name: str, text: str) -> bool:
    """Whether a heading stands in clinical notes alone; "AP" may be accounts payable."""
    label = label_of(text)
    return label in TELLING or (name == "Assessment and Plan" and label != "ap")


def _heads_items(name: str, text: str, below: str) -> bool:
    """Whether a line is the title of a plan, or of drugs or allergies, above a list of items."""
    is_title = text.endswith(":") and name in (*_PLANNING, *LISTS)
    return is_title and ITEM.match(below) is not None


def _is_inside(heading: Heading, opened: Sequence[Heading]) -> bool:
    """Whether a heading opens nothing.

    It is an item of a plan, a habit told before any conclusion, or a part of the section before it,
    such as a problem's name or a kind of drugs.
    """
    label, is_numbered = label_of(heading.line.text), heading.is_numbered
    is_history = label in _HABITS and _CONCLUDING.isdisjoint(other.name for other in opened)
    if not opened:
        return is_history
    last = opened[-1]
    in_plan = last.name in _PLANNING and heading.name not in _PLANNING
    is_item = is_numbered and in_plan and not last.is_numbered  # "4) Labs: lipids"
    return is_history or is_item or _is_part_of(last.name, label, heading)


def _is_part_of(section: str | None, label: str, heading: Heading) -> bool:
    """Whether a section may have a part that is headed so."""
    if section == DISCHARGE or (section == MEDICATIONS and not heading.is_known):
        return is_part_of_list(label)
    if section == "Discharge Diagnosis" and label in _MORE_DIAGNOSES:
        return True
    if heading.is_known:
        return section in _PLANNING and label in _NOT_IN_PLAN
    mark = heading.line.text[:1]
    is_problem = section in ("Assessment", "Plan", "Hospital Course") and mark in _NUMBERS
    return mark == "#" or is_problem or section == "Assessment and Plan"
