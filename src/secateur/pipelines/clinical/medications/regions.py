"""Which passages of a note belong to lists of drugs, by their labels and heads."""

from __future__ import annotations

import re

from secateur.pipelines.clinical.language.prescribing import FREQUENCY, NUMBER, UNIT
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.terminology.drug_words import NOT_TAKEN, STOP, STOPPED
from secateur.pipelines.terminology.sections.drug_lists import is_part_of_list
from secateur.pipelines.terminology.sections.headings import canonical_section, heading_key

DISCHARGE = "Discharge Medications"
TAKEN = (DISCHARGE, "Medications")
"""Sections that list drugs."""
LABEL = re.compile(
    rf"\W*(?:{NUMBER}\s*)?(?:(?P<label>[A-Za-z][A-Za-z ,/&.-]{{1,40}})"
    r"(?: \([^()\n]{1,20}\))?:)?\s*"
)
"""What leads to the text of a line: bullet, number and label."""
OFF_LED = re.compile(
    rf"\W*(?:(?P<label>{STOPPED}|{NOT_TAKEN})\b[^:\n]{{0,120}}:\s+"
    rf"|(?:{STOP}|{STOPPED}|d/c)\s+(?=[^:\n]*\d ?{UNIT})"
    r"(?![^\n]*\b(?:if|for|until|when|unless|before|then|instead|start|tak|continu|switch|resum)))",
    re.IGNORECASE,
)
"""What says of all drugs behind it that they are stopped: "Stopped today by Dr. Roe: aspirin".

A verb alone does so where a dose follows: "STOP  aspirin 81 mg, naproxen"."""
DOSED_TEXT = re.compile(rf"\d ?{UNIT}|\b{FREQUENCY}", re.IGNORECASE)
_NUMBERED = re.compile(rf"\s*{NUMBER}\s")
_PROSE_WORDS = 25
"""Words from which on a paragraph of three sentences is no list, whatever doses it tells."""
_ITEM_WORDS, _NAME_WORDS = 12, 3
"""Most words of an item of a list that tells no dose, without and with a stop behind it."""


def beyond_lists(document: Document) -> frozenset[int]:
    """First characters of passages that stand below a list of drugs without a head of their own."""
    found = set[int]()
    above, ended, leads_on = None, False, False
    for passage in document.passages:
        text = document.text[passage.start : passage.end]
        opens = passage.section != above or labelled(text) in TAKEN or leads_on
        opens = opens or canonical_section(text.strip(" :")) in TAKEN or _is_part(text)
        opens = opens or (_NUMBERED.match(text) is not None and _has_dose(text))
        above, leads_on = passage.section, not ended and text.rstrip().endswith((",", ";"))
        ended = not opens and (ended or not _is_listed(passage, text))
        if passage.section in TAKEN and ended:
            found.add(passage.start)
    return frozenset(found)


def _has_dose(text: str) -> bool:
    return DOSED_TEXT.search(text) is not None


def headed_lists(document: Document) -> dict[int, str]:
    """The sections of lists of drugs below a title, by where their passages begin.

    A letter with a single title has no sections.
    """
    found: dict[int, str] = {}
    head = None
    for passage in document.passages:
        text = document.text[passage.start : passage.end]
        if passage.kind == "title":
            head = canonical_section(text.strip(" :\n"))
        elif head not in TAKEN or not _is_listed(passage, text):
            head = None
        else:
            found[passage.start] = head
    return found


def _is_part(text: str) -> bool:
    """Whether a passage opens a part of a list of drugs: "Do not take for now: lisinopril"."""
    label = OFF_LED.match(text) or LABEL.match(text)
    return bool(label and label["label"] and is_part_of_list(heading_key(label["label"])))


def _is_listed(passage: Passage, text: str) -> bool:
    """Whether a passage may go on with a list: an item, or one that tells a dose or how often."""
    lines = text.splitlines()
    if len(lines) > 1 and all(map(DOSED_TEXT.search, lines)):
        return True  # an item a line, whatever they remark
    words = len(text.split())
    if passage.kind == "paragraph" and words > _PROSE_WORDS and text.count(". ") > 1:
        return False
    most = _NAME_WORDS if text.rstrip().endswith(".") else _ITEM_WORDS
    is_short = words <= most
    return passage.kind != "paragraph" or is_short or DOSED_TEXT.search(text) is not None


def labelled(line: str) -> str | None:
    """The section that the label of a line names."""
    label = LABEL.match(line)
    return canonical_section(label["label"]) if label and label["label"] else None
