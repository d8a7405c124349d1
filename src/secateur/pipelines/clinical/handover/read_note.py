"""A note of a record with what it says: units, drugs, allergens, and pieces of a handover."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.handover.importance import ScoredUnit
from secateur.pipelines.clinical.handover.pieces import Piece, pieces
from secateur.pipelines.clinical.medications.reconciliation import Course, courses
from secateur.pipelines.clinical.record.notes import Note
from secateur.pipelines.document.handover import HandoverItem
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.ingestion.sections.note_starts import header_end
from secateur.pipelines.terminology.matcher import TermMatcher


@dataclass(frozen=True)
class ReadNote:
    """A note of a record with what it says.

    Attributes:
        note: The note.
        start: Where it begins in the joined text of the record.
        when: Its day as it is shown; empty where it bears none.
        units: Its units, scored.
        vocabulary: Clinical terms.
    """

    note: Note
    start: int
    when: str
    units: tuple[ScoredUnit, ...]
    vocabulary: TermMatcher | None

    @cached_property
    def courses(self) -> list[Course]:
        """Its drugs."""
        return courses(self.note.document, sentences_of(self.note.document), self.vocabulary)

    @cached_property
    def allergens(self) -> tuple[str, ...]:
        """What it names as allergies."""
        return allergies(self.note.document, self.vocabulary)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """What may be items, with places in the joined text; the header is none."""
        header = header_end(self.note.document.text)
        return tuple(
            replace(piece, spans=tuple((a + self.start, b + self.start) for a, b in piece.spans))
            for piece in pieces(self.note.document, self.units)
            if piece.spans[0][0] >= header
        )

    def moved(self, item: HandoverItem) -> HandoverItem:
        """An item of the note with its places in the joined text."""
        places = (
            replace(place, start=place.start + self.start, end=place.end + self.start)
            for place in item.evidence
        )
        return replace(item, evidence=tuple(places))
