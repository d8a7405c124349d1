"""The lists that a reader checks first: medications, allergies and what is to happen next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.clinical.context import context_of
from secateur.pipelines.clinical.evidence import evidence_at
from secateur.pipelines.document import Document, Evidence, Passage
from secateur.pipelines.terminology.matcher import TermMatcher

_DISCHARGE = "Discharge Medications"
_TAKEN = (_DISCHARGE, "Medications")
_PLANNED = ("Plan", "Assessment and Plan", "Instructions", "Disposition", "Assessment")
_DOSE = r"\d[\d,.]*(?:\s?-\s?[\d,.]+)?\s?(?:mg|mcg|µg|g|units?|iu|meq|ml|puffs?)\b"
_DOSED = re.compile(
    rf"[\W\d]*(?P<name>[A-Za-z][a-z]{{3,}}(?:-[a-z]{{3,}})?(?: [a-z]{{3,}}ate)?)[^.;\n]*?{_DOSE}"
)
_AFTER = re.compile(rf"[^.;\n]{{0,32}}?{_DOSE}", re.IGNORECASE)
_GIVEN = re.compile(
    r"\b(?:continue[sd]?|start(?:s|ed)?|resume|increase[sd]?|decrease[sd]?|reduce[sd]?|raise[sd]?"
    r"|takes?|taking|prescri\w+|refill(?:ed)?|add(?:ed)?|switch(?:ed)? to|on)\W+(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"\b(?:stop(?:ped|s)?|discontinu\w+|d/c|held|on hold|declin\w+|refus\w+|avoid\w*|allerg\w+"
    r"|intoleran\w+|consider\w*|ruled out|instead of|rather than|past trials?|failed|weaned off"
    r"|contraindicated|reaction|completed|discuss|do not)\b",
    re.IGNORECASE,
)
_HEAD_OFF = re.compile(r"\s*(?:on hold|held|stopped?|discontinued|stop taking)\b", re.IGNORECASE)
_HEAD_ON = re.compile(r"\s*(?:new|changed|unchanged|continued?|start|same)\b", re.IGNORECASE)
_NOT_ALLERGIC = re.compile(
    r"\s*(?:no\b|none|nkda|nka\b|note\b|denies|without|not\b)", re.IGNORECASE
)
_ALLERGIC = re.compile(r"\ballerg(?:ic|y) to ([a-z][\w -]{2,40}?)(?=[.,;(\n]| and | with |$)", re.I)
_ITEM = re.compile(r"[A-Za-z][\w/ -]*?(?=\s+-\s|\s*[(:,]|\s*$)")
_COUNT = r"(?:\d+|one|two|three|four|six|eight|the next)"
_NEXT = re.compile(
    r"\bfollow[- ]?up\b|\breturn (?:in|to clinic|visit|for)\b|\bsee (?:him|her|them) again\b"
    r"|\brefer(?:ral|red)?\b|\bappointment\b|\brepeat\b|\brecheck\b|\bto be booked\b|\bwill see\b"
    r"|\bschedule[d]?\b|\b(?:clinic|visit|check)\b.{0,30}\b(?:in|on|within)\b"
    rf"|\b(?:in|within|every) {_COUNT} (?:day|week|month|year)s?\b"
    r"|\b\d{1,2}/\d{1,2}/\d{4} at\b|\b(?:on|at) [A-Z]?[a-z]*\s?\d{1,2}/\d{1,2}\b|\bweekly with\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:[A-Za-z][A-Za-z ,/&-]{2,40}:|\d{1,2}[.)]|[-*•#])\s*")


def medications(document: Document, vocabulary: TermMatcher | None) -> tuple[str, ...]:
    """Lists the drugs that the patient takes or is prescribed when the note ends.

    Discharge medications decide where the note has them; else the medications on admission and
    what the plan gives. Drugs that were stopped, held, declined or only weighed are left out.

    Args:
        document: The note.
        vocabulary: Drug names; None finds only lines of a list of medications with a dose.

    Returns:
        Lower-case names as the note writes them, each once, in order.
    """
    sections = {passage.section for passage in document.passages}
    planned = _PLANNED if vocabulary else ()
    wanted = (_DISCHARGE,) if _DISCHARGE in sections else (*_TAKEN, *planned)
    found: dict[str, None] = {}
    off = False
    for passage in document.passages:
        if passage.section not in wanted and (sections & set(wanted) or not vocabulary):
            continue
        for line in document.text[passage.start : passage.end].splitlines():
            if _HEAD_OFF.match(line) and len(line) < 40:
                off = True
            elif (_HEAD_ON.match(line) and len(line) < 40) or passage.section not in _TAKEN:
                off = False
            if not off:
                taken = passage.section in _TAKEN
                found.update(dict.fromkeys(_drugs(line, taken, vocabulary)))
    return tuple(found)


def _drugs(line: str, taken: bool, vocabulary: TermMatcher | None) -> Iterator[str]:
    """Drugs that a line gives; in a list of medications the first name of each line counts."""
    for number, (start, end) in enumerate(_names(line, vocabulary)):
        clause = re.split(r"[.;]", line[:start])[-1]
        after = re.split(r"[.;\n]", line[end:])[0]
        dosed = _AFTER.match(after) is not None
        listed = taken and number == 0 and not line[:start].strip(" -*•0123456789.#)")
        if not (dosed or listed or _GIVEN.search(clause)):
            continue
        if _ENDED.search(clause) or (not listed and _ENDED.match(after.lstrip(" ,"))):
            continue
        if not context_of(line, start, end).negated or listed:
            yield line[start:end].lower()


def _names(line: str, vocabulary: TermMatcher | None) -> list[tuple[int, int]]:
    if vocabulary is None:
        dosed = _DOSED.match(line)
        return [dosed.span("name")] if dosed else []
    found: list[tuple[int, int]] = []
    for match in vocabulary.find(line):
        if match.term.kind != "drug":
            continue
        if found and line[found[-1][1] : match.start] in ("-", "/"):
            found[-1] = (found[-1][0], match.end)
        else:
            found.append((match.start, match.end))
    return found


def allergies(document: Document) -> tuple[str, ...]:
    """Lists what the note names as an allergy or intolerance.

    Returns:
        Lower-case names as the note writes them; empty where it says that there is none.
    """
    found: dict[str, None] = {}
    for line in _allergy_lines(document):
        for item in re.split(r"[.;\n]\s*", line):
            if not item.strip() or _NOT_ALLERGIC.match(item):
                continue
            match = _ITEM.match(item.strip(" -*•"))
            if match and len(match[0].split()) < 4:
                found[match[0].strip().lower()] = None
    if not found:
        for match in _ALLERGIC.finditer(document.text):
            if not context_of(document.text, *match.span(1)).negated:
                found[match[1].strip().lower()] = None
    return tuple(found)


def _allergy_lines(document: Document) -> Iterator[str]:
    """Lines of the section, up to the first that reads like prose."""
    inside = False
    for passage in document.passages:
        if passage.section != "Allergies":
            continue
        for line in document.text[passage.start : passage.end].splitlines():
            head = re.match(r"\s*(?:drug )?allerg[^:\n]{0,40}:?", line, re.IGNORECASE)
            if head:
                inside = True
                line = line[head.end() :]
            elif not inside or len(line) > 80 or ":" in line or _NOT_ALLERGIC.match(line):
                return
            yield line


def follow_up(document: Document, sentences: Sequence[tuple[int, int]]) -> tuple[Evidence, ...]:
    """Lists the sentences that say what is to happen after the note.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.

    Returns:
        Their places in order.
    """
    sections = {passage.section for passage in document.passages}
    ahead = set(_PLANNED) if sections & {"Plan", "Assessment and Plan", "Instructions"} else set()
    planned = [p for p in document.passages if p.section in ahead]
    passages = planned or list(document.passages)
    found = []
    for start, end in sentences:
        passage = _passage_at(passages, start)
        text = _LABEL.sub("", document.text[start:end])
        if passage and _NEXT.search(text) and len(text) > 12:
            at = end - len(text)
            found.append(evidence_at(document, at, end))
    return tuple(found)


def _passage_at(passages: Sequence[Passage], start: int) -> Passage | None:
    return next((p for p in passages if p.start <= start < p.end), None)
