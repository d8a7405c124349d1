"""The drugs that a note lists, one by one, and those that its plan gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter

from secateur.pipelines.clinical.checks.context import context_of
from secateur.pipelines.clinical.checks.relatives import names_family
from secateur.pipelines.clinical.lists.drugitems import IDLE, known_drugs, listed_drugs
from secateur.pipelines.clinical.lists.follow_up import PLANNED
from secateur.pipelines.clinical.lists.orders import Fate, fate_of, is_switched_to
from secateur.pipelines.clinical.lists.tables import Row, head_rows, rows
from secateur.pipelines.document import Document
from secateur.pipelines.ingestion.sections.headings import canonical_section
from secateur.pipelines.terminology.matcher import TermMatcher

_DISCHARGE = "Discharge Medications"
_TAKEN = (_DISCHARGE, "Medications")
_STORY = ("Chief Complaint", "HPI", "Subjective", "Past Medical History")
_NOW = re.compile(
    r"\b(?:takes|uses|utilizes|continues|(?:is|are|remains?|currently|presently|now|still|been)\s+"
    r"(?:\w+\s+){0,3}?(?:on|taking|using|utilizing))\b"
    r"|(?:^|[,;:(])\s*(?:on|taking)\s(?=[\w -]{2,30}\d[\d.]*\s?(?:mg|mcg|g|units?)\b)",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\b(?:was|were|had|used to|tried|trial|previously|past|initially|ago|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_DOSE = (
    r"\d[\d,.]*(?:\s?-\s?[\d,.]+)?\s?(?:(?:mg|mcg|µg|g|units?|iu|meq|ml|puffs?"
    r"|tab(?:let)?s?|caps(?:ules?)?)\b"
    r"|%\s+(?:cream|ointment|gel|lotion|apply|b\.?i\.?d|t\.?i\.?d|daily|prn))"
)
_AFTER = re.compile(rf"[^.;\n]{{0,32}}?{_DOSE}", re.IGNORECASE)
_GIVEN = re.compile(
    r"\b(?:continue[sd]?|start(?:s|ed)?|resume|increase[sd]?|decrease[sd]?|reduce[sd]?|raise[sd]?"
    r"|takes?|taking|uses|prescri\w+|refill(?:ed)?|add(?:ed)?|switch(?:ed)? to|on)"
    r"\W+(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
_ALLERGY = re.compile(
    r"\W*(?:nk[dfm]?a\b|no known (?:drug )?allerg|(?:latex|adhesive|tape|iodine|contrast)"
    r" (?:sensitivity|allergy|intolerance)\b)",
    re.IGNORECASE,
)
"""A line of allergies below a list of drugs."""
_LEVEL = re.compile(r"\s+(?:levels?|deficien\w+|trough|toxicity|screen(?:ing)?)\b", re.IGNORECASE)
"""Behind a drug that is measured: "after vitamin D level back"."""
_IN_CASE = re.compile(
    r"\bif\b[^.;,]{0,40}\b(?:switch|change|convert|start|add|give|use|try)\w*(?: to)?\s+$",
    re.IGNORECASE,
)
"""Before a drug that is only to be given in some case: "if myoclonus switch to"."""
_WITH = re.compile(
    r"[^.;]{0,40}(?:\b(?:and|plus)|\+)\s+(?:(?:otc|over[- ]the[- ]counter|occasional|prn)\s+)?",
    re.IGNORECASE,
)
# A drug that no vocabulary knows: "I will prescribe Lortab, 5 mg".
_ORDERED = re.compile(
    r"\b(?:prescri\w+|start(?:s|ed)?|initiat\w+|continue[sd]?|takes?|taking)\s+"
    rf"(?P<name>[A-Z][a-z-]{{3,}}),?\s+{_DOSE}"
)
_STOP = re.compile(r"[.;](?!\d)|\n")
_FREE = re.compile(r"[- ]free\b", re.IGNORECASE)
_OFF = re.compile(
    r"\s*(?:on hold|h[eo]ld|stop(?:ped)?|discontinued?|not taking|no longer taking|do not take)\b"
    r"(?P<rest>[^:\d]*:\s*|(?:\s+(?:taking|these|your|home|medications?|meds|medicines?))*\W*)$",
    re.IGNORECASE,
)
_ON = re.compile(r"\s*(?:new|changed?|unchanged|continued?|start|same|take)\b", re.IGNORECASE)
_NAMES_DRUGS = re.compile(
    r"\W*(?:(?:his|her|current|present|regular|usual) ){1,2}(?:medications?|meds|medicines|drugs)"
    r"(?::|\s(?:is|are|includes?|consists? of)\b)",
    re.IGNORECASE,
)
"""A sentence of a letter that lists drugs: "Current medication: aspirin, Zocor"."""
_HEAD = 40
"""Characters of a line below which it may head a part of the list."""

_DRUG_HEAD = re.compile(r"\b(?:medication|drug|medicine|name|product)s?\b", re.IGNORECASE)
_LABEL = re.compile(r"\W*(?:\d{1,2}[.)]\s*)?(?:(?P<label>[A-Za-z][A-Za-z ,/&.-]{1,40}):)?\s*")
_OWN_LABEL = re.compile(
    r"med|drug|prescri|counter|herb|otc|p\.?r\.?n|home|patient|current|new", re.I
)
_BEFORE = (
    r"(?:home|admission|previous|prior|pre-?admission|pre-?operative|pre-?op|outpatient|usual"
    r"|regular|chronic)"
)
# Discharge medications that only point at the list of those before: "resume home medications".
_AS_BEFORE = re.compile(
    r"\b(?:resum\w+|continu\w+|same|unchanged|all|as)\b[^.;:\n]{0,40}?"
    rf"\b{_BEFORE}\W+(?:\w+\W+)?(?:medications?|meds|medicines?|regimen|list)\b"
    r"(?!\s*:|[^.;\n]{0,12}\b(?:includ|which|are))"
    r"|\b(?:same|unchanged|as)\b[^.;:\n]{0,24}\b(?:on|prior to|before|at|upon)\s+"
    r"(?:admission|home)\b"
    r"|\b(?:resum\w+|continu\w+)\b[^.;:\n]{0,30}\b(?:medications?|meds)\b[^.;:\n]{0,24}"
    r"\b(?:at home|before|previously|prior to admission|on admission)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:except(?:ion)?|other than|apart from|aside from|but not)\b", re.I)


def medications(
    document: Document, sentences: Sequence[tuple[int, int]], vocabulary: TermMatcher | None
) -> tuple[str, ...]:
    """Lists the drugs that the patient takes or is prescribed when the note ends.

    Discharge medications decide where the note has them and they do more than point at those
    before; else the medications on admission and what the plan gives or stops. Every item of such
    a list counts, known drug or not; in sentences known drugs with a dose, or that someone takes or
    is given. Drugs that were stopped, held, declined or only weighed are left out, also where
    another part of the note lists them; what is only to be stopped or held in some case stays.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        vocabulary: Drug names; without it only lists of medications are read.

    Returns:
        Lower-case names as the note writes them, each once and as long as anywhere ("lithium
        carbonate"), in order.
    """
    wanted = _wanted(document, vocabulary is not None)
    found: dict[str, None] = {}
    for row in _drug_rows(document, wanted):
        if not row.is_over:
            drug = row.under(_DRUG_HEAD) or row.cells[0][1]
            found.update((name, None) for name, on in _of_line(drug, True, vocabulary) if on)
    for changes in _changes(document, sentences, wanted, vocabulary):
        for name, on in sorted(changes, key=itemgetter(1)):
            if on:
                found[name] = None
            else:
                found = {kept: None for kept in found if not _is_same(kept, name, vocabulary)}
    return tuple(name for name in found if not any(n.startswith(f"{name} ") for n in found))


def _wanted(document: Document, knows_drugs: bool) -> tuple[str | None, ...]:
    """Sections to read; of a note without lists of drugs what else may tell of known ones."""
    sections = {passage.section: None for passage in document.passages}
    if _DISCHARGE in sections:
        spans = ((p.start, p.end) for p in document.passages if p.section == _DISCHARGE)
        points = any(_AS_BEFORE.search(document.text, *span) for span in spans)
        return _TAKEN if points else (_DISCHARGE,)
    if not knows_drugs:
        return _TAKEN
    if sections.keys() & {*_TAKEN}:
        return (*_TAKEN, *PLANNED)
    return (*_STORY, *PLANNED) if sections.keys() & {*PLANNED} else tuple(sections)


def _drug_rows(document: Document, wanted: Sequence[str | None]) -> list[Row]:
    return [row for row in rows(document) if row.section in wanted and row.section in _TAKEN]


def _changes(
    document: Document,
    sentences: Sequence[tuple[int, int]],
    wanted: Sequence[str | None],
    vocabulary: TermMatcher | None,
) -> Iterator[list[tuple[str, bool]]]:
    """What each line of the wanted sections, lists first, gives (True) and stops."""
    tables = _drug_rows(document, wanted)
    heads = head_rows(document)
    lines = [line for line in _lines(document, sentences) if line[2] in wanted]
    tells = not {section for _, _, section in lines}.isdisjoint(PLANNED)
    off = False
    for line, at, section in sorted(lines, key=lambda line: _rank(line[2])):
        if at in heads or any(row.start <= at < row.end for row in tables):
            continue
        if tells and section in _STORY and (_THEN.search(line) or not _NOW.search(line)):
            continue
        taken = section in _TAKEN or _NAMES_DRUGS.match(line) is not None
        bare = _untitled(line) if taken else line
        if _OFF.match(bare) and len(bare) < _HEAD:
            off = True
        elif (_ON.match(bare) and len(bare) < _HEAD) or not taken:
            off = False
        yield [(name, on and not off) for name, on in _of_line(bare, taken, vocabulary)]


def _rank(section: str | None) -> int:
    return ("Medications", _DISCHARGE).index(section) if section in _TAKEN else 2


def _is_same(listed: str, stopped: str, vocabulary: TermMatcher | None) -> bool:
    """Whether a drug that is listed is the one that is stopped, by whatever name."""
    if listed == stopped or listed.startswith(f"{stopped} "):
        return True
    first, second = (vocabulary.find(name) if vocabulary else [] for name in (listed, stopped))
    whole = len(first) == len(second) == 1 and first[0].end == len(listed)
    return whole and first[0].term.concept == second[0].term.concept


def _lines(
    document: Document, sentences: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, int, str | None]]:
    """Lines of each sentence, where the sentence begins, and its section."""
    passages = iter(document.passages)
    passage = next(passages, None)
    for start, end in sentences:
        while passage is not None and passage.end <= start:
            passage = next(passages, None)
        section = passage.section if passage is not None and passage.start <= start else None
        for line in document.text[start:end].splitlines():
            # What was started long ago, in one clause, leaves the others of a story.
            parts = line.split(";") if section in _STORY else [line]
            yield from ((part, start, section) for part in parts)


def _untitled(line: str) -> str:
    """A line without the titles of its section ("Medications: Home meds: Zocor")."""
    title = _LABEL.match(line)
    while title and title["label"] and canonical_section(title["label"]) in _TAKEN:
        line = line[title.end() :]
        title = _LABEL.match(line)
    return line


def _of_line(line: str, taken: bool, vocabulary: TermMatcher | None) -> Iterator[tuple[str, bool]]:
    """Drugs of a line, each with whether the patient takes it."""
    if _ALLERGY.match(line):
        return
    label = _LABEL.match(line)
    name = label["label"] if label else None
    off = name is not None and _OFF.match(name) is not None
    if taken and (off or not (name and name.isupper() and not _OWN_LABEL.search(name))):
        is_sure = name is None or any(p.search(name) for p in (_OWN_LABEL, _ON))
        listed = listed_drugs(
            line[label.end() if label else 0 :], vocabulary, is_sure=is_sure or off
        )
        if listed is not None:
            yield from ((drug, not off) for drug in listed)
            return
    if vocabulary is not None:
        yield from _told(line, taken, vocabulary)


def _told(line: str, taken: bool, vocabulary: TermMatcher) -> Iterator[tuple[str, bool]]:
    """Known drugs that a sentence gives or stops, or names where drugs are listed."""
    last = 0
    known = known_drugs(line, vocabulary)
    for start, end in known:
        clause = _STOP.split(line[:start])[-1]
        after = _STOP.split(line[end:])[0]
        context = context_of(line, start, end)
        given = (
            (taken and not context.past)
            or _AFTER.match(after)
            or _GIVEN.search(clause)
            or is_switched_to(line, (start, end), known)
        )
        joined = last and _WITH.fullmatch(line, last, start)
        free = _FREE.match(after)
        fate = fate_of(line, (start, end), known)
        if _EXCEPT.search(clause) and _AS_BEFORE.search(clause):
            fate = Fate.STOPPED
        if fate is Fate.STOPPED and not names_family(clause):
            yield line[start:end].lower(), False
        elif _IN_CASE.search(clause) or _LEVEL.match(after):
            continue
        elif (given or joined) and fate is Fate.OPEN and not (context.negated or free):
            yield line[start:end].lower(), True
            last = end
    yield from ((name, True) for name in _ordered(line, vocabulary))


def _ordered(line: str, vocabulary: TermMatcher) -> Iterator[str]:
    """Drugs that no vocabulary knows and a sentence orders."""
    for order in _ORDERED.finditer(line):
        name = order["name"].lower()
        if name in IDLE or vocabulary.find(name) or context_of(line, *order.span()).negated:
            continue
        if fate_of(line, order.span("name"), [order.span("name")]) is Fate.OPEN:
            yield name
