"""The drugs that a note lists, one by one, and those that its plan gives."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from operator import itemgetter
from typing import NamedTuple

from secateur.pipelines.clinical.lists.dialogue import turns
from secateur.pipelines.clinical.lists.drugclasses import named_classes
from secateur.pipelines.clinical.lists.drugitems import known_drugs, listed_drugs
from secateur.pipelines.clinical.lists.druglines import (
    LABEL,
    OFF_LED,
    TAKEN,
    Line,
    drug_lines,
    is_remark,
)
from secateur.pipelines.clinical.lists.drugmentions import is_of_relative
from secateur.pipelines.clinical.lists.drugnames import DrugNames
from secateur.pipelines.clinical.lists.drugprose import told_drugs
from secateur.pipelines.clinical.lists.spoken import spoken_drugs
from secateur.pipelines.clinical.lists.tables import Row, head_rows, rows, typed_rows
from secateur.pipelines.clinical.verification.orders import Fate, fate_of
from secateur.pipelines.document.document import Document
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
_NAMES_DRUGS = re.compile(
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
_ORDER = re.compile(rf"\b(?:{STOP}|d/?c) (?P<article>(?:the|her|his) )?", re.IGNORECASE)
_END = re.compile(r"\b(?! (?:if|when|for|before))", re.IGNORECASE)
"""Where the name of a drug may end that an order stops in any case."""
_LOOKAHEAD = len(" before") + 1
_HEAD = 40
"""Characters of a line below which it may head a part of the list."""

_DRUG_HEAD = re.compile(r"\b(?:medication|drug|medicine|name|product)s?\b", re.IGNORECASE)
_OWN_LABEL = re.compile(
    r"antibiotic|drip|med|drug|prescri|counter|herb|otc|p\.?r\.?n|home|patient|current|new", re.I
)


class Medications(NamedTuple):
    """Names of drugs, lower case as the note writes them, each once, in order.

    Attributes:
        taken: What the patient takes or is prescribed when the note ends, as long as anywhere
            ("lithium carbonate").
        stopped: What the note says is stopped, held or switched to another; none of those taken.
    """

    taken: tuple[str, ...]
    stopped: tuple[str, ...]


def medications(
    document: Document, sentences: Sequence[tuple[int, int]], vocabulary: TermMatcher | None
) -> Medications:
    """Lists the drugs that the patient takes when the note ends, and those that were stopped.

    Discharge medications decide where the note has them and they do more than point at those
    before; else the medications on admission and what the plan gives or stops. Every item of such
    a list counts, known drug or not; in sentences known drugs with a dose, or that someone takes or
    is given. Drugs that were stopped, held, declined or only weighed are not taken, also where
    another part of the note lists them; what is only to be stopped or held in some case is.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        vocabulary: Drug names; without it only lists of medications are read.

    Returns:
        Both lists.
    """
    found, ended = _fates(document, sentences, vocabulary)
    return Medications(
        taken=tuple(found.longest()),
        stopped=tuple(name for name in ended if not found.called(name)),
    )


def _fates(
    document: Document, sentences: Sequence[tuple[int, int]], vocabulary: TermMatcher | None
) -> tuple[DrugNames, DrugNames]:
    """Drugs that the patient takes when the note ends, and those that it says are stopped."""
    lines = drug_lines(document, sentences, vocabulary is not None)
    tables = _drug_rows(document, {section for _, _, section in lines})
    tables += [row for row in typed_rows(document) if row.section in TAKEN]
    found, ended = DrugNames(vocabulary), DrugNames(vocabulary)
    for row in tables:
        if row.cells:
            drug = row.under(_DRUG_HEAD) or row.cells[0][1]
            found.add(*_named(row.replacement, vocabulary))
            for name, on in _of_line(drug, True, vocabulary):
                (found if on and not row.is_over else ended).add(name)
    said = turns(document) if vocabulary is not None else []
    changed = _changes(document, lines, tables, vocabulary)
    if said and vocabulary is not None:
        changed = ((False, drugs) for drugs in spoken_drugs(document, said, vocabulary))
    for listed, changes in changed:
        for name, on in sorted(changes, key=itemgetter(1)):
            if on and (listed or not (found.called(name) or _are_parts_of(name, found))):
                found.add(name)
            elif not on:
                ended.add(name)
                for part in {name, *name.split("/")}:
                    found.remove(*found.called(part))
    found.remove(*[name for name in found if _are_parts_of(name, ended)])
    plan = [line for line, _, section in lines if section not in TAKEN]
    off = _stopped_by_name(found, plan, vocabulary) | _stopped_by_class(found, plan, vocabulary)
    ended.add(*(name for name in found if name in off))
    found.remove(*off)
    return found, ended


def _are_parts_of(name: str, names: DrugNames) -> bool:
    """Whether all drugs of a joined name ("letrozole/ribociclib") are there one by one."""
    parts = name.split("/")
    return len(parts) > 1 and all(map(names.cover, parts))


def _stopped_by_class(
    names: Iterable[str], plan: Sequence[str], vocabulary: TermMatcher | None
) -> set[str]:
    """The drugs whose class a plan ends: "Stop OCPs", "no further triptans"."""
    members = {
        member
        for line in plan
        for span, no_more, member in named_classes(line)
        if no_more or fate_of(line, span, [span]) is Fate.STOPPED
    }

    def is_member(name: str) -> bool:
        known = vocabulary.find(name) if vocabulary else []
        called = (name, *(match.term.concept for match in known))
        return any(any(map(member.fullmatch, called)) for member in members)

    return set(filter(is_member, names))


def _stopped_by_name(
    names: Iterable[str], plan: Sequence[str], vocabulary: TermMatcher | None
) -> set[str]:
    """The drugs that no vocabulary knows and a plan stops: "Stop Santyl"."""
    unknown = {name for name in names if vocabulary is None or not vocabulary.find(name)}
    reach = max(map(len, unknown), default=0) + _LOOKAHEAD
    ordered = {
        line[start : end.start()].lower()
        for line in plan
        for order in _ORDER.finditer(line)
        for start in {order.end(), order.start("article")} - {-1}
        for end in _END.finditer(line, start + 1, start + reach)
    }
    return ordered & unknown


def _named(text: str | None, vocabulary: TermMatcher | None) -> list[str]:
    """The known drugs of a cell, those that a hyphen or stroke joins as one."""
    known = known_drugs(text, vocabulary) if text and vocabulary else []
    return [text[slice(*span)].lower() for span in known] if text else []


def _drug_rows(document: Document, wanted: Set[str | None]) -> list[Row]:
    return [
        row
        for row in rows(document)
        if row.section in TAKEN
        and (row.section in wanted or _DRUG_HEAD.search(" ".join(row.heads)))
    ]


def _changes(
    document: Document,
    lines: Sequence[Line],
    tables: Sequence[Row],
    vocabulary: TermMatcher | None,
) -> Iterator[tuple[bool, list[tuple[str, bool]]]]:
    """Whether each line is one of a list, and what it gives (True) and stops."""
    heads = head_rows(document)
    spans = sorted((row.start, row.end) for row in tables)
    begins, ends = [begin for begin, _ in spans], [end for _, end in spans]
    sections = {passage.section for passage in document.passages}
    is_operation = not sections.isdisjoint(_OPERATION) and sections.isdisjoint(_VISIT)
    off = False
    stopped_here = set[str]()
    for line, at, section in lines:
        row = bisect_right(begins, at) - 1
        if at in heads or (row >= 0 and at < ends[row]):
            continue
        taken = section in TAKEN or _NAMES_DRUGS.match(line) is not None
        if taken and is_operation and _SEDATION.search(line):
            continue
        bare = _untitled(line) if taken else line
        if taken and _heads(bare):
            off = _OFF.match(bare) is not None
            continue
        if _OFF.match(bare) and len(bare) < _HEAD:
            off = True
        elif (_ON.match(bare) and len(bare) < _HEAD) or not taken:
            off = False
        alone = not is_remark(document.text, at)
        changes = [
            (name, on and not off) for name, on in _of_line(bare, taken, vocabulary, alone=alone)
        ]
        # "Stop clopidogrel, on warfarin alone" does not resume the warfarin held above.
        told_on = {
            name
            for name in stopped_here.intersection(dict(changes))
            if re.search(rf"\bon {re.escape(name)}\b(?! \d)", bare, re.IGNORECASE)
        }
        yield taken, [(name, on) for name, on in changes if not (on and name in told_on)]
        stopped_here |= {name for name, on in changes if not (on or taken)}


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


def _of_line(
    line: str, taken: bool, vocabulary: TermMatcher | None, *, alone: bool = True
) -> Iterator[tuple[str, bool]]:
    """Drugs of a line, each with whether the patient takes it; it may say more of one before."""
    if is_of_relative(line):
        return
    led = OFF_LED.match(line) if taken else None
    label = led or LABEL.match(line)
    name = label["label"] if label else None
    off = led is not None or (name is not None and _OFF.match(name) is not None)
    if taken and (off or not (name and name.isupper() and not _OWN_LABEL.search(name))):
        is_sure = (alone and name is None) or any(p.search(name or "") for p in (_OWN_LABEL, _ON))
        listed = listed_drugs(
            line[label.end() if label else 0 :], vocabulary, is_sure=is_sure or off
        )
        if listed is not None:
            yield from ((drug, on and not off) for drug, on in listed)
            return
    if vocabulary is not None:
        yield from told_drugs(line, taken, vocabulary)
