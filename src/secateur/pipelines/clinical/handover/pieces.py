"""Units of a note as pieces of a handover: shortened, labelled, answers with their questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from secateur.pipelines.clinical.handover.tidy import tidy
from secateur.pipelines.clinical.language.dialogue import is_question, turns
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.document.handover import count_words
from secateur.pipelines.terminology.sections.headings import canonical_section

_SHORT_ANSWER = 12
"""Most words of an answer that says nothing without its question."""
_FEW_WORDS = 3
"""Fewest words of something said that is an item."""
_LABELS = {
    "Anesthesia": "Anesthesia",
    "Blood Loss": "Blood loss",
    "Complications": "Complications",
    "Family History": "Family",
    "Past Medical History": "PMH",
    "Past Surgical History": "PSH",
    "Review of Systems": "ROS",
}
"""What leads an item that would be read as of something else, or of now, without its section."""
_LABELLED = re.compile(r"\W*[A-Za-z][A-Za-z /()&'-]{1,40}:")
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
    """A sentence, row or clause with what the importance model says of it."""

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

    @property
    def short(self) -> str:
        """What it says in fewer words."""


@dataclass(frozen=True)
class Piece:
    """What may be an item of a handover.

    Attributes:
        section: Of the handover.
        text: What it says, in one line.
        spans: Places that it says.
        weight: How much it matters.
        whole: The same unshortened, where that reads as well; else "".
    """

    section: str
    text: str
    spans: tuple[Span, ...]
    weight: float
    whole: str = ""

    @property
    def words(self) -> int:
        """Words of `text`."""
        return count_words(self.text)


def pieces(document: Document, units: Sequence[Unit]) -> list[Piece]:
    """Makes pieces of units.

    Args:
        document: The note.
        units: Its units, scored.

    Returns:
        The pieces in reading order, none that asks and none without words.
    """
    spoken = bool(turns(document))
    found = [
        piece
        for before, unit in zip([None, *units], units, strict=False)
        for piece in (_of_speech(document, before, unit) if spoken else _of_writing(document, unit))
    ]
    return [piece for piece in found if piece.words]


def section_of(unit: Unit) -> str:
    """Returns the likeliest section of a unit."""
    return max(unit.sections, key=lambda name: unit.sections[name])


def _of_writing(document: Document, unit: Unit) -> Iterator[Piece]:
    text = tidy(document.text[unit.start : unit.end])
    if not unit.short or text.endswith(":"):
        return
    passage = document.passage_at(unit.start)
    label = _LABELS.get((passage.section or "") if passage else "", "")
    short, whole = (
        f"{label}: {said}" if label and not _LABELLED.match(said) else said
        for said in map(_untitled, (unit.short, text))
    )
    yield Piece(section_of(unit), short, ((unit.start, unit.end),), unit.weight, whole)


def _untitled(text: str) -> str:
    """A sentence without the title of its section in front of it."""
    title = _LABELLED.match(text)
    if title and canonical_section(title[0].strip(" :.*-0123456789")):
        return text[title.end() :].strip() or text
    return text


def _of_speech(document: Document, before: Unit | None, unit: Unit) -> Iterator[Piece]:
    """A clause that tells something; a short answer with its question."""
    text = document.text[unit.start : unit.end]
    asked = document.text[before.start : before.end] if before else ""
    if before and is_question(asked) and len(text.split()) <= _SHORT_ANSWER:
        if _NO_ITEM.fullmatch(asked):
            return
        said = _answered(before, unit, asked, text)
        places = ((before.start, before.end), (unit.start, unit.end))
        weight = max(before.weight, unit.weight)
        yield Piece(section_of(unit), said, places, weight)
    elif not is_question(text) and len(text.split()) >= _FEW_WORDS and not _NO_ITEM.fullmatch(text):
        yield Piece(section_of(unit), unit.short, ((unit.start, unit.end),), unit.weight)


def _answered(before: Unit, unit: Unit, asked: str, text: str) -> str:
    """Says a question and its answer in one: "No fever", "Past medical history: afib"."""
    topic = before.short[:1].lower() + before.short[1:]
    is_name = _ASKS_OF.match(asked.strip()) is not None
    if is_name and _DENIES.match(text.strip()):
        rest = _DENIES.sub("", unit.short)
        return f"No {topic}" + (f". {rest}" if rest else "")
    said = _AFFIRMS.sub("", unit.short) if is_name else unit.short
    said = said or ("yes" if _AFFIRMS.match(text.strip()) else "")
    return f"{before.short}: {said[:1].lower()}{said[1:]}" if said and topic else ""
