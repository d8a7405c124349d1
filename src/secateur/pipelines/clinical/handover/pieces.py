"""Units of a note as pieces of a handover: parts of sentences, answers with their questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from secateur.pipelines.clinical.handover.compress import compress
from secateur.pipelines.clinical.language.dialogue import is_question, turns
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.document.handover import count_words
from secateur.pipelines.terminology.matcher import TermMatcher
from secateur.pipelines.terminology.sections.headings import canonical_section

LONG_WORDS = 24
"""Words from which on a unit is read in parts."""
_UNTOLD = 0.4
"""Share of a turn's weight that its least telling part has."""
_SHORT_ANSWER = 12
"""Most words of an answer that says nothing without its question."""
_CUT = re.compile(r"(?<=;)\s+|\n+")
_SPOKEN_CUT = re.compile(
    r"(?<=\s[.?!;])\s+|(?<=[a-z]{3}[.?!])\s+"
    r"|\s*,\s+(?=(?:and|but|so)\s+(?:then\s+)?(?:i|we|you|he|she|it|they|your|that|there)\b)"
)
_RUN_ON = re.compile(
    r"\s+(?=(?:okay|alright|all right|yeah|mm-?hmm|so (?:i|we|you|your|that|the|it|let)|but|because"
    r"|and (?:then|so|i|i['’]\w+|we|you|your|that|it|there|on|also|continue|for)|now|let['’]?s"
    r"|i['’]?m (?:gonna|going)|i (?:want|wanna|do)|we['’]?(?:ll|re)|for (?:your|the) (?:first"
    r"|second|next)"
    r"|hey dragon|continue|looks like|it looks|how about|have you|did you|do you|does that)\b)"
)
"""Where speech without stops goes on with something else."""
_RUN_ON_WORDS = 18
_SPEAKER = re.compile(r"\s*\[?[A-Za-z_ .]{2,20}(?:\]|:)\s*")
_LABELS = {
    "Family History": "Family",
    "Past Medical History": "PMH",
    "Past Surgical History": "PSH",
    "Review of Systems": "ROS",
}
"""What leads an item that would be read as of the patient, or of now, without its section."""
_LABELLED = re.compile(r"\W*[A-Za-z][A-Za-z /()&'-]{1,40}:")
_NUMBERS = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty|hundred)\b"
)
_DOES = re.compile(
    r"\b(?:start|stop|continu|increas|decreas|prescri|order|refer|schedul|follow|come back|repeat"
    r"|avoid|show|swell|swollen|tender|pain|hurt|sore|numb|weak|normal|abnormal|elevat|wors|better"
    r"|improv|stable|surger|surgical|allerg|x-?ray|mri|ct|scan|ultrasound|echo|lab|test|biops"
    r"|inject|therap|exercis|diet|brace|crutch|splint|cast|milligram|mg|edema|murmur|lungs?|heart"
    r"|fractur|reflex|sensation|motion|pressure|sugar|weight|consult|specialist|hospital|emergency"
    r"|smok|drink|alcohol|chronic|acute|risk|infect|medicat|medicine|pill)\w*",
    re.IGNORECASE,
)
"""Words of findings, tests, treatment and orders as people say them."""
_NO_ITEM = re.compile(
    r"\W*(?:(?:hey,? )?dragon,? (?:can you |please )?(?:show|order|pull|finalize|bring"
    r"|refer)\b.*|(?:i(?:['’]ll| will)?|let['’]?s|we(?:['’]ll)?) .{0,20}\btake a (?:quick )?look.*"
    r"|(?:do )?(?:you|i) (?:have|got) (?:any )?(?:other )?questions.*|.*\b(?:okay"
    r"|right) with (?:you|that)\W*)",
    re.IGNORECASE,
)
_ASKS_OF = re.compile(
    r"^(?:(?:and|so|okay|all right|then|now|well|um|uh)[, ]+)*(?:(?:do|did|have|are|is|were"
    r"|was) (?:you|there)"
    r"(?: (?:have|had|having|got|noticed|been|ever|experienc\w+|feel\w*|tak\w+|on|also|still))*"
    r"|(?:how|what) about|any(?= ))(?: (?:any|other|like|a|an|some|the|your))*[, ]+",
    re.IGNORECASE,
)
"""What a question asks of, up to its topic."""
_DENIES = re.compile(r"^(?:no|nope|not (?:at all|really)|none|never)\b[,. ]*", re.IGNORECASE)
_AFFIRMS = re.compile(
    r"^(?:(?:yes|yeah|yep|yup|uh-?huh|mm-?hmm|correct|i (?:do|am|have|did)|it does)\b[,. ]*)+",
    re.IGNORECASE,
)


class Unit(Protocol):
    """A sentence, row or turn with what the importance model says of it."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """One past the last."""

    @property
    def sections(self) -> Mapping[str, float]:
        """Probability by section."""

    @property
    def weight(self) -> float:
        """How much it matters."""


@dataclass(frozen=True)
class Piece:
    """What may be an item of a handover.

    Attributes:
        section: Of the handover.
        text: What it says, in one line.
        spans: Places that it says.
        weight: How much it matters.
        words: Words of `text`.
        turn: First character of the turn that it is a part of; None of what nobody says.
    """

    section: str
    text: str
    spans: tuple[Span, ...]
    weight: float
    words: int
    turn: int | None = None


def pieces(
    document: Document, units: Sequence[Unit], vocabulary: TermMatcher | None
) -> list[Piece]:
    """Cuts units into pieces.

    Args:
        document: The note.
        units: Its units, scored.
        vocabulary: Clinical terms, by which the telling part of a long turn is known.

    Returns:
        The pieces in reading order, none that asks and none without words.
    """
    spoken = bool(turns(document))
    found = [
        piece
        for before, unit in pairwise([None, *units])
        if unit is not None
        for piece in (
            _of_turn(document, before, unit, vocabulary) if spoken else _of_sentence(document, unit)
        )
    ]
    return [piece for piece in found if piece.words]


def section_of(unit: Unit) -> str:
    """Returns the likeliest section of a unit."""
    return max(unit.sections, key=lambda name: unit.sections[name])


def _piece(unit: Unit, text: str, spans: tuple[Span, ...], share: float = 1.0) -> Piece:
    return Piece(section_of(unit), text, spans, unit.weight * share, count_words(text))


def _of_sentence(document: Document, unit: Unit) -> Iterator[Piece]:
    text = document.text[unit.start : unit.end]
    label = _label(document, unit)
    parts = list(_parts(text, _CUT)) if len(text.split()) > LONG_WORDS else [(0, len(text))]
    for start, end in parts:
        said = compress(_untitled(text[start:end]))
        if said.endswith(":"):
            continue
        said = f"{label}: {said}" if label and not _LABELLED.match(text) else said
        yield _piece(unit, said, ((unit.start + start, unit.start + end),))


def _untitled(text: str) -> str:
    """A sentence without the title of its section in front of it."""
    title = _LABELLED.match(text)
    if title and canonical_section(title[0].strip(" :.*-0123456789")):
        return text[title.end() :] if text[title.end() :].strip() else text
    return text


def _label(document: Document, unit: Unit) -> str:
    passage = document.passage_at(unit.start)
    return _LABELS.get(passage.section or "", "") if passage else ""


def _of_turn(
    document: Document, before: Unit | None, unit: Unit, vocabulary: TermMatcher | None
) -> Iterator[Piece]:
    """Parts of a turn, the telling ones weighing more; a short answer with its question."""
    text = document.text[unit.start : unit.end]
    speaker = _SPEAKER.match(text)
    begin = speaker.end() if speaker else 0
    parts = [(begin + a, begin + b) for a, b in _spoken_parts(text[begin:])]
    asked = _question(document, before) if before else None
    if asked and len(text[begin:].split()) <= _SHORT_ANSWER:
        said = _answered(document.text[slice(*asked)], text[begin:])
        yield _piece(unit, said, (asked, (unit.start + begin, unit.end)))
        return
    for start, end in parts:
        part = text[start:end]
        if is_question(part) or len(part.split()) < 3 or _NO_ITEM.fullmatch(part):
            continue
        said = compress(part, spoken=True)
        share = _telling(said, vocabulary)
        piece = _piece(unit, said, ((unit.start + start, unit.start + end),), share)
        yield replace(piece, turn=unit.start)


def _answered(question: str, answer: str) -> str:
    """Says a question and its answer in one: "No fever", "Past medical history: afib"."""
    said = compress(answer, spoken=True).strip(" .")
    topic = compress(_ASKS_OF.sub("", question.strip()).rstrip(" ?"), spoken=True)
    is_name = _ASKS_OF.match(question.strip()) is not None
    denied = _DENIES.match(said)
    if denied and is_name:
        rest = said[denied.end() :]
        return f"No {topic[:1].lower()}{topic[1:]}" + (f". {rest}" if rest else "")
    affirmed = _AFFIRMS.match(said)
    if affirmed and is_name:
        rest = said[affirmed.end() :]
        return f"{topic}: {rest[:1].lower()}{rest[1:]}" if rest else f"{topic}: yes"
    return f"{topic}: {said[:1].lower()}{said[1:]}" if is_name else f"{topic}? {said}"


def _question(document: Document, unit: Unit) -> Span | None:
    """Where a unit's last question stands, if it ends in one."""
    text = document.text[unit.start : unit.end]
    speaker = _SPEAKER.match(text)
    begin = speaker.end() if speaker else 0
    parts = list(_spoken_parts(text[begin:]))
    if not parts or not is_question(text[begin + parts[-1][0] : begin + parts[-1][1]]):
        return None
    return unit.start + begin + parts[-1][0], unit.start + begin + parts[-1][1]


def _telling(text: str, vocabulary: TermMatcher | None) -> float:
    """How much a part of a turn tells, 0 to 1: terms, numbers, orders and findings in it."""
    terms = len(vocabulary.find(text)) if vocabulary else 0
    cues = len(_DOES.findall(text))
    told = 2 * terms + cues + bool(_NUMBERS.search(text))
    return min(1.0, _UNTOLD + 0.2 * told)


def _spoken_parts(text: str) -> Iterator[Span]:
    """Sentences of a turn, and clauses of one that runs on."""
    for start, end in _parts(text, _SPOKEN_CUT):
        if len(text[start:end].split()) <= _RUN_ON_WORDS:
            yield start, end
        else:
            yield from ((start + a, start + b) for a, b in _parts(text[start:end], _RUN_ON))


def _parts(text: str, cut: re.Pattern[str]) -> Iterator[Span]:
    """Stretches between cuts, white space left out."""
    at = 0
    for match in [*cut.finditer(text), None]:
        stop = match.start() if match else len(text)
        said = text[at:stop]
        if said.strip():
            first = at + len(said) - len(said.lstrip())
            yield first, first + len(said.strip())
        at = match.end() if match else stop
