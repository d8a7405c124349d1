"""Reads line by line which drugs a note gives and stops, below the heads of its lists."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from secateur.pipelines.clinical.language.drug_names import known_drugs
from secateur.pipelines.clinical.language.tables import Row, head_rows
from secateur.pipelines.clinical.medications.items import listed_drugs
from secateur.pipelines.clinical.medications.lines import Line, is_remark
from secateur.pipelines.clinical.medications.prose import told_drugs
from secateur.pipelines.clinical.medications.regions import DOSED_TEXT, LABEL, OFF_LED, TAKEN
from secateur.pipelines.clinical.medications.status import Status
from secateur.pipelines.clinical.medications.weighed import is_of_relative
from secateur.pipelines.clinical.verification.orders import Fate, fate_of
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.terminology.drug_words import (
    ENDED,
    LIST_OF_ENDED,
    NO_MORE_OF,
    NOT_TAKEN,
    STOP,
    STOPPED,
)
from secateur.pipelines.terminology.matcher import TermMatcher
from secateur.pipelines.terminology.sections.drug_lists import drug_list, is_part_of_list
from secateur.pipelines.terminology.sections.headings import canonical_section, heading_key

_OFF = re.compile(
    r"\s*(?:(?:hospital|inpatient|facility|recently|newly|already|home"
    r"|(?:med(?:ication|icine)?|drug)s?) )*"
    rf"(?:d/c(?=\W*$)|{STOP}|{STOPPED}|{ENDED}|removed|cancell?ed|ceased|taken off"
    rf"|(?:filled,? (?:but )?)?(?:{NOT_TAKEN})"
    r"|tried(?: earlier| before)?|prior|past|previous|off"
    rf"|{NO_MORE_OF}|(?:home )?med(?:ication)?s not resumed|{LIST_OF_ENDED})\b"
    r"(?P<rest>[^:\d]*:\s*|(?:\s+(?:taking|these|your|home|medications?|meds|medicines?|today"
    r"|(?:for )?now|list))*\W*)$",
    re.IGNORECASE,
)
_ON = re.compile(
    r"\s*(?:new|keep|changed?|unchanged|continued?|start|same|take|kept|altered|added|adjusted)\b",
    re.IGNORECASE,
)
NAMES_DRUGS = re.compile(
    r"\W*(?:(?:his|her|current|present|regular|usual) ){1,2}"
    r"(?:medications?|meds|medicines|drugs|regimen)(?::|\s(?:is|are|includes?|consists? of)\b)",
    re.IGNORECASE,
)
"""A sentence of a letter that lists drugs: "Current medication: aspirin, Zocor"."""
_OPERATION, _VISIT = (
    ("Procedure", "Description of Procedure"),
    ("HPI", "Subjective", "Hospital Course"),
)
_SEDATION = re.compile(
    r"\b(?:MAC|an(?:a)?esthesia|sedation|versed|midazolam|propofol|visipaque|omnipaque)\b",
    re.IGNORECASE,
)
"""In a list of drugs of a report on an operation: what was given for it."""
_HEAD = 40
"""Characters of a line below which it may head a part of the list."""
_OWN_LABEL = re.compile(
    r"antibiotic|drip|med|drug|prescri|counter|herb|otc|p\.?r\.?n|home|patient|current|new", re.I
)
_MODES: tuple[tuple[Status, re.Pattern[str]], ...] = (
    ("new", re.compile(r"\b(?:new|start(?:ed)?|added)\b", re.IGNORECASE)),
    ("changed", re.compile(r"\b(?:changed?|altered|adjusted)\b", re.IGNORECASE)),
    ("continued", re.compile(r"\b(?:keep|kept|unchanged|continued?|same|resume)\b", re.IGNORECASE)),
)
"""Heads of parts of a list of drugs."""


def changes_of(
    document: Document,
    lines: Sequence[Line],
    tables: Sequence[Row],
    vocabulary: TermMatcher | None,
) -> Iterator[tuple[Line, list[tuple[Span, bool]], Status]]:
    """Each line, with the drugs that it gives (True) and stops, and what its head does."""
    heads = head_rows(document)
    spans = sorted((row.start, row.end) for row in tables)
    begins, ends = [begin for begin, _ in spans], [end for _, end in spans]
    sections = {passage.section for passage in document.passages}
    is_operation = not sections.isdisjoint(_OPERATION) and sections.isdisjoint(_VISIT)
    off = False
    mode: Status = ""
    stopped_here = set[str]()
    for at in lines:
        row = bisect_right(begins, at.start) - 1
        if at.start in heads or (row >= 0 and at.start < ends[row]):
            continue
        line = at.text(document)
        taken = at.lists or NAMES_DRUGS.match(line) is not None
        if (taken and is_operation and _SEDATION.search(line)) or not (at.is_told or at.lists):
            yield at, [], ""
            continue
        bare = _untitled(line) if taken else line
        ahead = len(line) - len(bare)
        if taken and _heads(bare):
            off = _OFF.match(bare) is not None
            mode = _mode(bare)
            continue
        if _OFF.match(bare) and len(bare) < _HEAD:
            off = True
            mode = ""
        elif (_ON.match(bare) and len(bare) < _HEAD) or not taken:
            off = False
            mode = _mode(bare) if taken else ""
        alone = not is_remark(document.text, at.start)
        changes = [
            ((start + ahead, end + ahead), on and not off)
            for (start, end), on in line_drugs(bare, taken, vocabulary, alone=alone)
        ]
        # "Stop clopidogrel, on warfarin alone" does not resume the warfarin held above.
        told_on = {
            name
            for name in stopped_here.intersection(line[a:b].lower() for (a, b), _ in changes)
            if re.search(rf"\bon {re.escape(name)}\b(?! \d)", bare, re.IGNORECASE)
        }
        yield (
            at,
            [
                (span, on)
                for span, on in changes
                if not (on and line[slice(*span)].lower() in told_on)
            ],
            mode,
        )
        stopped_here |= {line[a:b].lower() for (a, b), on in changes if not (on or taken)}


def _mode(head: str) -> Status:
    """What the head of a part of a list does with the drugs below: "NEW", "Continue taking"."""
    return next((status for status, pattern in _MODES if pattern.search(head)), "")


def _heads(line: str) -> bool:
    """Whether a line is but the head of a list or of a part of it: "Kept", "Active orders"."""
    title = line.strip(" :.")
    key = heading_key(title)
    names_list = drug_list(key) or is_part_of_list(key) or canonical_section(title) in TAKEN
    return bool(names_list) and not any(map(str.isdigit, line))


def _untitled(line: str) -> str:
    """A line without the titles of its section ("Medications: Home meds: Zocor")."""
    title = LABEL.match(line)
    while title and title["label"] and canonical_section(title["label"]) in TAKEN:
        line = line[title.end() :]
        title = LABEL.match(line)
    return line


def line_drugs(
    line: str, taken: bool, vocabulary: TermMatcher | None, *, alone: bool = True
) -> Iterator[tuple[Span, bool]]:
    """Drugs of a line, each with whether the patient takes it; it may say more of one before."""
    if is_of_relative(line):
        return
    led = OFF_LED.match(line) if taken else None
    label = led or LABEL.match(line)
    name = label["label"] if label else None
    off = led is not None or (name is not None and _OFF.match(name) is not None)
    if taken and (off or not (name and name.isupper() and not _OWN_LABEL.search(name))):
        is_sure = (alone and name is None) or any(p.search(name or "") for p in (_OWN_LABEL, _ON))
        at = label.end() if label else 0
        listed = listed_drugs(line[at:], vocabulary, is_sure=is_sure or off)
        if listed is not None:
            for drug, on in listed:
                at = max(line.lower().find(drug, at), at)
                yield (at, at + len(drug)), on and not off
                at += len(drug)
            return
    if vocabulary is not None:
        told = list(told_drugs(line, taken, vocabulary))
        yield from told
        if not taken:
            yield from _listed_besides(line, [span for span, _ in told], vocabulary)


_NEAR_NAME = 20
"""Characters behind the first name of such a list in which its dose stands."""


def _listed_besides(
    line: str, told: Sequence[Span], vocabulary: TermMatcher
) -> Iterator[tuple[Span, bool]]:
    """Drugs of a sentence that is a list of them with their doses: "Motrin 800 mg q.8h., Senna".

    The first must be known; others that no vocabulary knows are written large.
    """
    label = LABEL.match(line)
    at = label.end() if label else 0
    known = known_drugs(line, vocabulary)
    opens = bool(known) and not line[at : known[0][0]].strip(" -*•")
    first = known[0][1] if opens else len(line)
    if not opens or DOSED_TEXT.search(line, first, first + _NEAR_NAME) is None:
        return
    for drug, on in listed_drugs(line[at:], vocabulary, is_sure=False) or ():
        at = max(line.lower().find(drug, at), at)
        span = at, at + len(drug)
        at = span[1]
        is_new = not any(start < span[1] and span[0] < end for start, end in told)
        is_new &= span in known or line[span[0]].isupper()
        if on and is_new and fate_of(line, span, [*told, span]) is Fate.OPEN:
            yield span, True
