"""Lines of clinical notes that are headings, and the sections that they open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from secateur.pipelines.ingestion.layout.blocks import Line
from secateur.pipelines.terminology.sections.drug_lists import (
    DISCHARGE,
    MEDICATIONS,
    is_list_of_doses,
)
from secateur.pipelines.terminology.sections.headings import STUDY, canonical_section, heading_key
from secateur.pipelines.terminology.sections.titles import CLINICAL, PARTS

LABEL = re.compile(
    r"(?:\d{1,2}[.)]\s+|#\s*)?"
    r"([A-Za-z](?:[A-Za-z0-9 /&+,'’()-]|:(?=\d\d\b)|(?<=\bDr)\.){0,58}?)\s?:(?!\d)"
)
_ALONE = re.compile(r"(?:\d{1,2}[.)]\s+|#+\s*)?([A-Za-z][A-Za-z0-9 /&+,'’()-]{1,58}?)[:.]?")
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
ITEM = re.compile(r"(?:[-*•]|\d{1,2}[.)]|[a-z]\))\s")
# Sections that a line of its own opens in small letters as well ("Home Meds").
LISTS = frozenset((MEDICATIONS, DISCHARGE, "Allergies"))
_SHORT = frozenset(("Dx", "Hx", "Rx", "Tx"))
_LABELLED = re.compile(r"[A-Z][A-Za-z/&-]*(?: [A-Za-z/&-]+){0,2}(?::|(?P<dash> [-–])) \S")
_LEADS_ON = re.compile(r"(?:[,;(–-]|\b(?:a|an|and|by|for|from|in|of|on|or|the|to|with))$")
"""What a line ends with that goes on in the next, whatever that begins with."""
# A note of several days has one heading for each.
_DAY = re.compile(
    r"(?:(?:hospital|icu|post[- ]?op(?:erative)?|inpatient) day|day|hd|pod) ?#? ?\d{1,3}\b"
    r"(?:\W{1,3}[\d/., -]+)?:?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Heading:
    """A line that opens a section.

    Attributes:
        start: Where the section starts.
        line: The line, that of the section before where a section only ends.
        below: The line that follows.
        typed: Whether only the empty lines around it make it a heading.
        name: The section, None where one only ends.
        is_known: Whether that is a canonical name.
    """

    start: int
    line: Line
    below: str
    typed: bool
    name: str | None
    is_known: bool

    @property
    def is_numbered(self) -> bool:
        """Whether it is one of an outline."""
        return self.line.text[:1].isdigit()

    @property
    def confidence(self) -> float:
        """Share of the signs that hold, see `find_note_sections`."""
        text = self.line.text
        set_apart = self.line.strong or self.line.kind == "title" or _is_capital(text)
        return (1 + self.is_known + set_apart + bool(_ALONE.fullmatch(text))) / 4


def opens_section(text: str) -> bool:
    """Tells whether a line of a note opens a section.

    Args:
        text: The line.

    Returns:
        True for a known heading with a colon or alone in capitals, one of drugs or allergies alone
        in any letters, and for an unknown one in capitals with a colon.
    """
    return _named(text, alone=_is_set_apart(text)) is not None


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
    heading = above.count("\n") == 0 and canonical_section(above.rstrip(": ")) in LISTS
    return labelled or heading or opens_section(line)


def part_label(text: str) -> str | None:
    """Names the part of an examination or a review that a line opens.

    Args:
        text: The line.

    Returns:
        Its label without the colon ("HEENT"), None if it opens none.
    """
    match = LABEL.match(text)
    return match.group(1) if match and _is_part(match.group(1)) else None


def heading_at(lines: Sequence[Line], number: int) -> Heading | None:
    """Reads a line as a heading, whatever sections stand before it.

    Args:
        lines: The document's blocks and table rows in order.
        number: Which of them.

    Returns:
        None where it is no heading.
    """
    line = lines[number]
    below = lines[number + 1].text if number + 1 < len(lines) else ""
    alone = line.strong or line.kind == "title" or _is_set_apart(line.text, below)
    typed = not (alone or LABEL.match(line.text)) and is_apart(lines, number)
    typed = typed and below != "" and lines[number + 1].start - line.end == 1
    named = _named(line.text, alone=alone or typed, below=below)
    return Heading(line.start, line, below, typed, *named) if named else None


def is_apart(lines: Sequence[Line], number: int) -> bool:
    """Tells whether an empty line stands above a line.

    Args:
        lines: The document's blocks and table rows in order.
        number: Which of them.

    Returns:
        False for the first.
    """
    return number > 0 and lines[number].start - lines[number - 1].end > 1


def _named(text: str, *, alone: bool, below: str = "") -> tuple[str, bool] | None:
    """The section that a line opens, with whether its name is a known one."""
    if _DAY.fullmatch(text):
        return text.rstrip(":"), True
    labelled = LABEL.match(text)
    match = labelled or (_ALONE.fullmatch(text) if alone else None)
    if match is None:
        return None
    label = match.group(1)
    name = _section(label, text[match.end() :].strip() or below)
    if name is not None:
        return (name, True) if len(label) > 2 or label.isupper() or label in _SHORT else None
    is_name = label.isupper() and len(label) > 3 and ":" not in label and not _is_part(label)
    return (label, False) if labelled and is_name else None


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
    known = name == "Assessment and Plan" or (text != "Allergies" and name in LISTS)
    doses = is_list_of_doses(heading_key(text.rstrip(":")), below)
    goes_on = (ITEM.match(below) or _LABELLED.match(below)) is not None
    return known or doses or key in CLINICAL or (goes_on and key in ("plan", "recommendation"))


def label_of(text: str) -> str:
    """Gives the words of a heading as they are looked up, empty for any other line.

    Args:
        text: The line.

    Returns:
        What stands before its colon or alone on it, see `heading_key`.
    """
    match = LABEL.match(text) or _ALONE.fullmatch(text)
    return heading_key(match.group(1)) if match else ""


def _is_capital(text: str) -> bool:
    label = LABEL.match(text)
    return (label.group(1) if label else text).isupper()


def _is_part(label: str) -> bool:
    words = re.findall(r"[a-z]+", label.lower())
    return bool(words) and words[0] in PARTS
