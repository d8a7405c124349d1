"""Lines of a note that may tell drugs, with the sections that they stand in."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from math import inf
from typing import NamedTuple

from secateur.pipelines.clinical.language.letters import by_problem
from secateur.pipelines.clinical.language.plans import PLANNED
from secateur.pipelines.clinical.language.prescribing import FREQUENCY, NUMBER, ROUTE, UNIT
from secateur.pipelines.clinical.medications.regions import (
    DISCHARGE,
    DOSED_TEXT,
    TAKEN,
    beyond_lists,
    headed_lists,
    labelled,
)
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.terminology.drug_words import DOSE_UNIT

STORY = ("Chief Complaint", "HPI", "Subjective", "Past Medical History")
"""Sections that tell how the illness came about."""
_COURSE = "Hospital Course"
_AT_ONCE = (
    *("Procedure", "Description of Procedure", "Anesthesia", "Complications", "Indications"),
    *("Findings", "Results", "Physical Exam", "Family History", "Allergies"),
)
"""Sections whose drugs are given once, or are of others."""
_NOW = re.compile(
    r"\b(?:takes|uses|utilizes|continues|(?:controlled|managed|maintained) (?:with|on)"
    r"|(?:is|are|remains?|currently|presently|now|still|been)\s+"
    r"(?:\w+\s+){0,3}?(?:on|taking|using|utilizing))\b"
    rf"|(?:^|[,;:(])\s*(?:on|taking)\s(?=[\w ,-]{{2,60}}\d[\d.]*\s?{DOSE_UNIT})",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\b(?:was|were|had|used to|tried|trial|previously|past|initially|ago"
    rf"|(?:19|20)\d\d(?! ?{DOSE_UNIT}))\b",
    re.IGNORECASE,
)
_FROM_NOW = re.compile(
    r"\b(?:discharged?|sent|goes|went|going|released)\b[^.;]{0,40}?\b(?:on|with)\b"
    r"|\b(?:is|are|instructed|instructions) to (?:continue|resume|take)\b|\bprescriptions?\b"
    r"|\bwill (?:be )?(?:continue|resume|take|start|stop)"
    r"|\b(?:I|we)\b[^.;]{0,16}\b(?:start|stop|commenc|discontinu|increas|decreas|reduc|add|switch"
    r"|chang|prescrib|exchang|replac|swap|beg[iau]n)\w*"
    r"|\bis (?:begun|started|added|increased|reduced|stopped|replaced)\b",
    re.IGNORECASE,
)
"""What tells drugs for afterwards: "discharged home on", "I have stopped"."""

_BEFORE = (
    r"(?:home|admission|previous|prior|pre-?admission|pre-?operative|pre-?op|outpatient|usual"
    r"|regular|chronic)"
)
# Discharge medications that only point at the list of those before: "resume home medications".
AS_BEFORE = re.compile(
    r"\b(?:resum\w+|continu\w+|same|unchanged|all|as)\b[^.;:\n]{0,40}?"
    rf"\b{_BEFORE}\W+(?:\w+\W+)?(?:medications?|meds|medicines?|regimen|list)\b"
    r"(?!\s*:|[^.;\n]{0,12}\b(?:includ|which|are))"
    r"|\b(?:same|unchanged|as)\b[^.;:\n]{0,24}\b(?:on|prior to|before|at|upon)\s+"
    r"(?:admission|home)\b"
    r"|\b(?:resum\w+|continu\w+)\b[^.;:\n]{0,30}\b(?:medications?|meds)\b[^.;:\n]{0,24}"
    r"\b(?:at home|before|previously|prior to admission|on admission)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(rf"\s*(?:[-*•–]|{NUMBER}|[A-Za-z][\w ,/&-]{{1,40}}:)")
_LEADS_ON = re.compile(r"(?:[,(/]|\b(?:and|or|with|of|to|for|the))\s*$", re.IGNORECASE)
_DOSED = re.compile(
    rf"\s*(?!{FREQUENCY})[a-z][\w/-]+(?: [\w-]+)?(?: \([^()\n]*\))?"
    rf" (?:\d|{ROUTE}|{FREQUENCY})",
    re.IGNORECASE,
)
_WHOLE = re.compile(rf"(?:\d ?{UNIT}|\b{FREQUENCY})[^,;]*$", re.IGNORECASE)
# A sentence that ends a list inside a passage.
_TELLS = re.compile(
    r"\s*(?:s?he|they|we|I|(?:the )?(?:patient|pt)|his|her)\b"
    r"(?!.{0,20}\b(?:takes?|taking|on|uses?|using|medications?|meds)\b)",
    re.IGNORECASE,
)
_ALLERGY = re.compile(
    r"\W*(?:nk[dfm]?a\b|allerg(?:y|ies)(?:\s*[-–:]|\s{2,})|no known (?:drug )?allerg"
    r"|(?:latex|adhesive|tape|iodine|contrast) (?:sensitivity|allergy|intolerance)\b)",
    re.IGNORECASE,
)
"""A line of allergies below a list of drugs."""
_GIVEN_ONCE = re.compile(r"\W*(?:received|administered)\b(?! from)", re.IGNORECASE)
"""How a line of a list tells what was given and is over."""
_DOSES = re.compile(rf"[a-z] \d[\d.,/-]* ?{DOSE_UNIT}(?!/)", re.IGNORECASE)
_LISTED = 3
"""Doses of a line from which on it is a list."""
_LONGEST = 2000
"""Characters of a line that are read at once: some texts have no stops."""
_ALL = re.compile(r".+", re.DOTALL)
_WRAPPED_FROM = 40
"""A line of fewer characters goes on in the next only if it says so itself."""


_AT_END = re.compile(
    r"\W*discharge (?:plan|condition|instructions?|disposition|follow-?up)", re.IGNORECASE
)


class Line(NamedTuple):
    """A line that may tell drugs.

    Attributes:
        start: First character.
        end: One past the last.
        section: Its section, or that which its own label names.
        is_told: Whether it may tell what the patient takes when the note ends.
    """

    start: int
    end: int
    section: str | None
    is_told: bool

    @property
    def lists(self) -> bool:
        """Whether it is of a list of drugs."""
        return self.section in TAKEN

    def text(self, document: Document) -> str:
        """Its characters, all of them in one line."""
        return document.text[self.start : self.end].replace("\n", " ")


def is_remark(text: str, at: int) -> bool:
    """Whether a sentence stands behind an item with its dose: "Apixaban 5 mg. Thins blood."."""
    return DOSED_TEXT.search(text, _line_start(text, at, _LONGEST), at) is not None


def _line_start(text: str, at: int, reach: int) -> int:
    """Where the line of a character begins, at most so many characters before it."""
    first = max(at - reach, 0)
    return max(text.rfind("\n", first, at) + 1, first)


def drug_lines(document: Document, sentences: Sequence[Span], knows_drugs: bool) -> list[Line]:
    """Finds the lines that may tell drugs, those of lists first.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        knows_drugs: Whether drugs can be told in sentences.

    Returns:
        All lines of the note.
    """
    lines = list(_lines(document, sentences))
    sections = dict.fromkeys(section for _, _, section in lines)
    sections |= dict.fromkeys(passage.section for passage in document.passages)
    wanted = _wanted(document, sections, knows_drugs)
    found = []
    for start, end, section in lines:
        text = document.text[start:end].replace("\n", " ")
        is_told = section in wanted and _is_told(text, section, sections)
        found.append(Line(start, end, section, is_told))
    return sorted(found, key=lambda line: _rank(line.section))


def _is_told(line: str, section: str | None, sections: Container[str | None]) -> bool:
    """Whether a line of a section may tell what the patient takes when the note ends."""
    if section in TAKEN:
        return not (_GIVEN_ONCE.match(line) or _ALLERGY.match(line))
    if line.rstrip().endswith("?") or _ALLERGY.match(line):
        return False
    if section in PLANNED or _FROM_NOW.search(line):
        return True
    if any(name in sections for name in TAKEN):
        return False
    is_story = section in (*STORY, None, _COURSE) and any(name in sections for name in PLANNED)
    is_list = section not in _AT_ONCE and len(_DOSES.findall(line)) >= _LISTED
    is_now = is_list or (_NOW.search(line) is not None and not _THEN.search(line))
    return is_now or not (is_story or section in _AT_ONCE)


def _rank(section: str | None) -> int:
    return ("Medications", DISCHARGE).index(section) if section in TAKEN else 2


def _wanted(
    document: Document, sections: dict[str | None, None], knows_drugs: bool
) -> tuple[str | None, ...]:
    """Sections to read; of a note without lists of drugs what else may tell of known ones."""
    if DISCHARGE in sections:
        spans = ((p.start, p.end) for p in document.passages if p.section == DISCHARGE)
        points = any(AS_BEFORE.search(document.text, *span) for span in spans)
        return TAKEN if points else (DISCHARGE,)
    if not knows_drugs:
        return TAKEN
    listed = not sections.keys().isdisjoint(TAKEN)
    # A diagnosis alone, as in a letter, is no plan.
    if sections.keys().isdisjoint(set(PLANNED) - {"Assessment"} if listed else PLANNED):
        return tuple(sections)
    return (*(TAKEN if listed else (*STORY, None)), *PLANNED, _COURSE)


def _lines(document: Document, sentences: Sequence[Span]) -> Iterator[tuple[int, int, str | None]]:
    """Lines of each sentence; a label inside a passage tells their section as well."""
    passages = iter(document.passages)
    passage = next(passages, None)
    inner = None
    beyond = beyond_lists(document)
    headed = headed_lists(document) if not document.sections else {}
    planned = {start for start, _ in by_problem(document)}
    leaving = _leaving(document)
    for start, end in sentences:
        while passage is not None and passage.end <= start:
            passage, inner = next(passages, None), None
        inside = passage is not None and passage.start <= start
        own = passage.section if passage is not None and inside else None
        own = None if passage is not None and passage.start in beyond else own
        if own in TAKEN and passage is not None and passage.start >= leaving:
            own = DISCHARGE
        if own is None and passage is not None:
            own = "Assessment and Plan" if passage.start in planned else headed.get(passage.start)
        for first, last in _unwrapped(document.text, start, end):
            line = document.text[first:last].replace("\n", " ")
            named = labelled(line) if inside else None
            if named and (named in TAKEN) != ((inner or own) in TAKEN):
                inner = named
            elif _TELLS.match(line):
                inner = None
            section = inner or own
            # What was started long ago, in one clause, leaves the others of a story.
            part = re.compile("[^;]+") if section in STORY else _ALL
            for piece in part.finditer(document.text, first, last):
                yield *piece.span(), section


def _leaving(document: Document) -> float:
    """Where the list of what is taken home stands: behind the course of the stay.

    It is the second list of the note, or stands below a head of the discharge.
    """
    heads = {
        section.start
        for section in document.sections
        if _AT_END.match(document.text, section.start)
    }
    is_listed = is_over = is_end = False
    for passage in document.passages:
        if passage.section in TAKEN and is_over and (is_listed or is_end):
            return passage.start
        is_end |= is_over and passage.start in heads
        is_listed |= passage.section in TAKEN
        is_over |= passage.section in (_COURSE, "Disposition")
    return inf


def _unwrapped(text: str, start: int, end: int) -> Iterator[Span]:
    """Lines of a sentence, those that go on in the next one together with it, in pieces."""
    ahead = start - _line_start(text, start, _WRAPPED_FROM)
    lines: list[Span] = []
    for line in re.compile(r"[^\n]+").finditer(text, start, end):
        above = text[slice(*lines[-1])] if lines else ""
        if lines and _goes_on(above.rsplit("\n", 1)[-1], line[0], ahead * (len(lines) == 1)):
            lines[-1] = lines[-1][0], line.end()
        else:
            lines.append(line.span())
    for first, last in lines:
        while last - first > _LONGEST:
            stop = text.rfind(" ", first, first + _LONGEST) + 1 or first + _LONGEST
            yield first, stop
            first = stop
        yield first, last


def _goes_on(above: str, line: str, ahead: int) -> bool:
    if _ITEM.match(line):
        return False
    if _LEADS_ON.search(above):
        return True
    is_item = _DOSED.match(line) and _WHOLE.search(above)
    return ahead + len(above) >= _WRAPPED_FROM and not line.lstrip()[:1].isupper() and not is_item
