"""Sections of clinical notes, recognised from their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.ingestion.blocks import Line
from secateur.pipelines.ingestion.reading import SectionStart
from secateur.pipelines.ingestion.sections.druglists import (
    DISCHARGE,
    MEDICATIONS,
    is_list_of_doses,
    is_part_of_list,
)
from secateur.pipelines.ingestion.sections.headings import STUDY, canonical_section, heading_key
from secateur.pipelines.ingestion.sections.titles import CLINICAL, PARTS, TELLING

# What the two halves of a note in the SOAP form hold, where it names them.
_HALVES = {
    "Subjective": frozenset(
        "Chief Complaint|HPI|Past Medical History|Past Surgical History|Medications|Allergies"
        "|Family History|Social History|Review of Systems|Immunizations".split("|")
    ),
    "Objective": frozenset(("Vital Signs", "Physical Exam", "Results", "Study", "Findings")),
}
_LABEL = re.compile(
    r"(?:\d{1,2}[.)]\s+|#\s*)?"
    r"([A-Za-z](?:[A-Za-z0-9 /&,'’()-]|:(?=\d\d\b)|(?<=\bDr)\.){0,58}?)\s?:(?!\d)"
)
_ALONE = re.compile(r"(?:\d{1,2}[.)]\s+|#+\s*)?([A-Za-z][A-Za-z0-9 /&,'’()-]{1,58}?)[:.]?")
_LONGEST_HEADING = 66
_ALLERGENS = re.compile(
    r"(?:nk[dfm]?a\b|none\b|no known|(?:pcn|penicillins?|sulfa|latex|codeine|iodine|aspirin|asa)\b"
    r"|[\w/-]+(?: [\w/-]+)? ?(?:[(,;]|->|→|[-–] ))",
    re.IGNORECASE,
)
"""What stands behind "All:" where it heads allergies, and opens no sentence."""
_ALLERGIES_BELOW = re.compile(
    r"[-*•]|\w[\w/-]*(?: [\w/-]+)?\s{3,}\w"
    rf"|(?:allergens?|substance|agent|reactions?|not on file)\b|{_ALLERGENS.pattern}",
    re.IGNORECASE,
)
_KNOWN_NEEDED = 2
"""Known headings from which on a text is a note, or one that tells by itself."""
_NOTE = re.compile(r"(?:[A-Za-z][\w/&'’-]* ){1,4}(?:note|encounter)", re.IGNORECASE)
"""The title of a note; below it one heading of its assessment or plan is enough."""
_ITEM = re.compile(r"(?:[-*•]|\d{1,2}[.)]|[a-z]\))\s")
_NUMBERS = frozenset("0123456789#")
# These are orders where something was concluded or done before, else part of the history.
_HABITS = frozenset(("diet", "activity"))
_CONCLUDING = frozenset(
    "Assessment|Plan|Assessment and Plan|Hospital Course|Discharge Diagnosis|Discharge Medications"
    "|Postoperative Diagnosis|Procedure|Description of Procedure|Disposition|Instructions".split(
        "|"
    )
)
# Sections that a line of its own opens in small letters as well ("Home Meds").
_LISTS = frozenset((MEDICATIONS, DISCHARGE, "Allergies"))
_PLANNING = ("Assessment", "Plan", "Assessment and Plan")
_SHORT = frozenset(("Dx", "Hx", "Rx", "Tx"))
# In a plan these are a problem (leukemia), a prescription and what is given for a problem.
_NOT_IN_PLAN = frozenset(("all", "rx", "tx", "antibiotic"))
_MORE_DIAGNOSES = frozenset(("primary", "principal", "secondary", "other", "additional"))
_LABELLED = re.compile(r"[A-Z][A-Za-z/&-]*(?: [A-Za-z/&-]+){0,2}(?::|(?P<dash> [-–])) \S")
_LEADS_ON = re.compile(r"(?:[,;(–-]|\b(?:a|an|and|by|for|from|in|of|on|or|the|to|with))$")
"""What a line ends with that goes on in the next, whatever that begins with."""
# A note of several days has one heading for each.
_DAY = re.compile(
    r"(?:(?:hospital|icu|post[- ]?op(?:erative)?|inpatient) day|day|hd|pod) ?#? ?\d{1,3}\b"
    r"(?:\W{1,3}[\d/., -]+)?:?",
    re.IGNORECASE,
)


def opens_section(text: str) -> bool:
    """Tells whether a line of a note opens a section.

    Args:
        text: The line.

    Returns:
        True for a known heading with a colon or alone in capitals, one of drugs or allergies alone
        in any letters, and for an unknown one in capitals with a colon.
    """
    return any(True for _ in _headings(text, alone=_is_set_apart(text)))


def opens_anew(above: str, line: str) -> bool:
    """Tells whether a line opens a section or a part with a label where it might be a wrapped one.

    Args:
        above: The text that it may go on with.
        line: The line.

    Returns:
        False where the text above leads on ("…, and"), or ends no sentence above "COPD - stable".
    """
    label = _LABELLED.match(line)
    is_over = above.endswith(".") if label and label["dash"] else not _LEADS_ON.search(above)
    labelled = label is not None and is_over
    heading = above.count("\n") == 0 and canonical_section(above.rstrip(": ")) in _LISTS
    return labelled or heading or opens_section(line)


def part_label(text: str) -> str | None:
    """Names the part of an examination or a review that a line opens.

    Args:
        text: The line.

    Returns:
        Its label without the colon ("HEENT"), None if it opens none.
    """
    match = _LABEL.match(text)
    return match.group(1) if match and _is_part(match.group(1)) else None


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
    found: list[SectionStart] = []
    known = 0
    is_note = any(_NOTE.fullmatch(line.text) for line in lines[:1])
    half = ""
    outlined = False
    opener: Line | None = None
    for number, line in enumerate(lines):
        below = lines[number + 1].text if number + 1 < len(lines) else ""
        alone = line.strong or line.kind == "title" or _is_set_apart(line.text, below)
        apart = number > 0 and line.start - lines[number - 1].end > 1
        typed = apart and not (alone or _LABEL.match(line.text))
        typed = typed and below != "" and lines[number + 1].start - line.end == 1
        opened = [*_headings(line.text, alone=alone or typed, below=below)]
        if opener and not opened and _ends(line, below, found[-1].name, opener, apart):
            found.append(SectionStart(line.start, None))
        for name, is_known in opened:
            if found and _is_inside(line.text, is_known, found[-1].name):
                continue
            numbered = line.text[:1].isdigit()
            in_plan = found and found[-1].name in _PLANNING and name not in _PLANNING
            if numbered and in_plan and not outlined:  # "4) Labs: lipids" is an item of it
                continue
            outlined = numbered
            if _label(line.text) in _HABITS and _CONCLUDING.isdisjoint(s.name for s in found):
                continue
            is_telling = _tells(name, line.text) or _heads_items(name, line.text, below)
            is_telling = is_telling or (is_note and name in _PLANNING)
            # Articles have typed headings, too ("Summary").
            known += _KNOWN_NEEDED if is_telling else is_known and not typed
            set_apart = line.strong or line.kind == "title" or _is_capital(line.text)
            confidence = (1 + is_known + set_apart + bool(_ALONE.fullmatch(line.text))) / 4
            parents = (half,) if name in _HALVES.get(half, ()) else ()
            half = half if parents else name
            opener = line
            found.append(SectionStart(line.start, name, confidence, parents=parents))
    return found if known >= _KNOWN_NEEDED else []


def _ends(line: Line, below: str, section: str | None, opener: Line, apart: bool) -> bool:
    """Whether a line that opens no known section ends the one before.

    Allergies told behind their label end with their paragraph, a list with words in capitals above
    text, and the diagnosis in the head of a note with the next label.
    """
    told = (label := _LABEL.match(opener.text)) and opener.text[label.end() :].strip()
    if section == "Assessment" and told and _label(opener.text).endswith("diagnosis"):
        return _LABEL.match(line.text) is not None
    if section == "Allergies" and told and apart:
        return line.kind in ("paragraph", "title")
    is_title = line.kind == "title" and line.text.isupper() and len(line.text.split()) > 1
    is_title = is_title and not (line.text.endswith(":") or below.isupper())
    return section in _LISTS and is_title and not is_part_of_list(_label(line.text))


def _tells(name: str, text: str) -> bool:
    """Whether a heading stands in clinical notes alone; "AP" may be accounts payable."""
    label = _label(text)
    return label in TELLING or (name == "Assessment and Plan" and label != "ap")


def _heads_items(name: str, text: str, below: str) -> bool:
    """Whether a line is the title of a plan, or of drugs or allergies, above a list of items."""
    is_title = text.endswith(":") and name in (*_PLANNING, *_LISTS)
    return is_title and _ITEM.match(below) is not None


def _headings(text: str, *, alone: bool, below: str = "") -> Iterator[tuple[str, bool]]:
    """The section that a line opens, with whether its name is a known one; at most one."""
    if _DAY.fullmatch(text):
        yield text.rstrip(":"), True
        return
    labelled = _LABEL.match(text)
    match = labelled or (_ALONE.fullmatch(text) if alone else None)
    if match is None:
        return
    label = match.group(1)
    name = _section(label, text[match.end() :].strip() or below)
    if name is not None and (len(label) > 2 or label.isupper() or label in _SHORT):
        yield name, True
    is_name = label.isupper() and len(label) > 3 and ":" not in label and not _is_part(label)
    if labelled and name is None and is_name:
        yield label, False


def _section(label: str, content: str) -> str | None:
    """The known section that a label opens above a content."""
    name = canonical_section(label)
    if name == "Physical Exam" and STUDY.fullmatch(content):
        return "Study"
    if name is None and (label == "ALL" or (label == "All" and _ALLERGENS.match(content))):
        return "Allergies"
    return MEDICATIONS if name is None and is_list_of_doses(heading_key(label), content) else name


def _is_set_apart(text: str, below: str = "") -> bool:
    if text.isupper() or (text == "Allergies" and _ALLERGIES_BELOW.match(below)):
        return True
    if len(text) > _LONGEST_HEADING or not text[:1].isupper():
        return False
    key, name = heading_key(text), canonical_section(text)
    # "Allergies" alone may be one of a list of problems.
    known = name == "Assessment and Plan" or (text != "Allergies" and name in _LISTS)
    doses = is_list_of_doses(heading_key(text.rstrip(":")), below)
    goes_on = (_ITEM.match(below) or _LABELLED.match(below)) is not None
    return known or doses or key in CLINICAL or (goes_on and key in ("plan", "recommendation"))


def _is_inside(text: str, is_known: bool, section: str | None) -> bool:
    """Whether a heading stays in the section before it: a problem's name or a kind of drugs."""
    if section == DISCHARGE or (section == MEDICATIONS and not is_known):
        return is_part_of_list(_label(text))
    if section == "Discharge Diagnosis" and _label(text) in _MORE_DIAGNOSES:
        return True
    if is_known:
        return section in _PLANNING and _label(text) in _NOT_IN_PLAN
    is_numbered = text[:1] == "#" or (
        section in ("Assessment", "Plan", "Hospital Course") and text[:1] in _NUMBERS
    )
    return is_numbered or section == "Assessment and Plan"


def _label(text: str) -> str:
    match = _LABEL.match(text) or _ALONE.fullmatch(text)
    return heading_key(match.group(1)) if match else ""


def _is_capital(text: str) -> bool:
    label = _LABEL.match(text)
    return (label.group(1) if label else text).isupper()


def _is_part(label: str) -> bool:
    words = re.findall(r"[a-z]+", label.lower())
    return bool(words) and words[0] in PARTS
