"""One handover over the notes of a record: what holds at the last of them, and since when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from secateur.pipelines.clinical.handover.allergy_items import allergy_items
from secateur.pipelines.clinical.handover.assemble import arrange, within
from secateur.pipelines.clinical.handover.drug_table import drug_row, harms_of, row_text
from secateur.pipelines.clinical.handover.outdated import (
    due,
    is_answered,
    is_repeated,
    is_status_of,
    terms_of,
    waits,
)
from secateur.pipelines.clinical.handover.pieces import Piece
from secateur.pipelines.clinical.handover.read_note import ReadNote
from secateur.pipelines.clinical.handover.render import as_text, section_text
from secateur.pipelines.clinical.handover.scored import scored_units
from secateur.pipelines.clinical.handover.timeline import timeline
from secateur.pipelines.clinical.medications.over_notes import LongCourse, over_notes
from secateur.pipelines.clinical.record.notes import Note
from secateur.pipelines.document.cells import BLOCK_GAP
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.handover import (
    HandoverItem,
    HandoverSection,
    RecordNote,
    count_words,
)
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.terminology.matcher import TermMatcher

_LONGEST = 900
"""Words of a record's sections at most, whatever its length: two pages."""
_OLDER = 0.85
"""What the weight of a piece is multiplied by for each later note, down to `_LEAST`."""
_LEAST = 0.4
_REPEATED = 0.3
"""What it is multiplied by where a later note says the same again."""
_LAST_ONLY = ("one_liner", "disposition")
"""Sections of which the last note that says something holds."""
_HOLDS = (*_LAST_ONLY, "pending")
"""Sections whose pieces do not age: what is outdated of them is left out."""
_BESIDE = ("medications", "course", "findings", "follow_up")
"""Sections of what may tell how a problem of an earlier note is."""
_TELLS = 1.0
"""Weight from which on a piece tells something of its section."""
_CODE = frozenset(("code", "dnr", "dni", "polst", "molst", "hospice", "comfort", "resuscitation"))
"""Words of a code status, which holds until another is told."""


class Record:
    """The notes of one patient, read.

    Args:
        notes: In order of time.
        shown: Their days as they are shown; empty for a note without one.
        vocabulary: Clinical terms.
    """

    def __init__(
        self, notes: Sequence[Note], shown: Sequence[str], vocabulary: TermMatcher | None
    ) -> None:
        self._vocabulary = vocabulary
        self._notes: list[ReadNote] = []
        start = 0
        for note, when in zip(notes, shown, strict=True):
            units = scored_units(note.document)
            self._notes.append(ReadNote(note, start, when, units, vocabulary))
            start += len(note.document.text) + len(BLOCK_GAP)
        self._joined = _joined(self._notes)

    def sections(self, limit: int) -> tuple[HandoverSection, ...]:
        """Assembles the sections of the handover, the timeline last.

        Args:
            limit: Words of all of them at most.
        """
        told = timeline(self._notes, limit)
        room = min(limit - count_words(section_text(told)), _LONGEST)
        harms, rows = self._allergies(), self._rows()
        units = [
            replace(unit, start=unit.start + each.start, end=unit.end + each.start)
            for each in self._notes
            for unit in each.units
        ]
        said = self._pieces()

        def arranged(words: int) -> tuple[HandoverSection, ...]:
            made = arrange(self._joined, said, rows, harms, units, self._vocabulary, words)
            return tuple(replace(each, items=tuple(map(self._dated, each.items))) for each in made)

        over = count_words(as_text(arranged(room))) - room
        kept = (*within(arranged(room - max(over, 0)), room), told)
        return tuple(replace(each, items=tuple(map(self._placed, each.items))) for each in kept)

    def notes(self) -> tuple[RecordNote, ...]:
        """Lists the notes."""
        return tuple(
            RecordNote(
                each.note.document.doc_id,
                each.note.offset,
                each.note.offset + len(each.note.document.text),
                each.when,
                each.note.kind,
            )
            for each in self._notes
        )

    def _number(self, position: int) -> int:
        """The note that a place of the joined text is in."""
        return bisect_right(self._notes, position, key=lambda each: each.start) - 1

    def _placed(self, item: HandoverItem) -> HandoverItem:
        """An item with the places in the files of its notes."""
        places = []
        for place in item.evidence:
            number = self._number(place.start)
            by = self._notes[number].note.offset - self._notes[number].start
            places.append(
                replace(place, start=place.start + by, end=place.end + by, note=number + 1)
            )
        return replace(item, evidence=tuple(places))

    def _dated(self, item: HandoverItem) -> HandoverItem:
        """An item of an earlier note with its day; drugs have theirs already."""
        if item.medication or not item.evidence:
            return item
        number = max(self._number(place.start) for place in item.evidence)
        when = self._notes[number].when
        if number == len(self._notes) - 1 or not when or when in item.text:
            return item
        return replace(item, text=f"{item.text.rstrip(' .')} ({when})")

    def _rows(self) -> tuple[HandoverItem, ...]:
        """The table of medications over all notes."""
        days = [each.note.when for each in self._notes]
        told = over_notes([each.courses for each in self._notes], days, self._vocabulary)
        harmful = harms_of(self._allergens(), self._vocabulary)
        return tuple(self._row(each, harmful) for each in told)

    def _row(self, told: LongCourse, harmful: set[str]) -> HandoverItem:
        read = self._notes[told.note]
        item = _whole(drug_row(read.note.document, told.course, harmful, self._vocabulary), told)
        before = " ".join(filter(None, (told.before.dose, told.before.frequency)))
        is_old = told.note < len(self._notes) - 1
        status = told.course.status
        text = item.text + (f" {read.when}" if is_old and read.when and status != "home" else "")
        text += f" (was {before})" if before else ""
        flags = (*item.flags, "stopped before") if told.is_stopped_before else item.flags
        return read.moved(replace(item, text=text, flags=flags))

    def _allergens(self) -> list[str]:
        return list(dict.fromkeys(name for each in self._notes for name in each.allergens))

    def _allergies(self) -> tuple[HandoverItem, ...]:
        """The allergies of all notes, against which one that knows none is told."""
        named: dict[frozenset[str], HandoverItem] = {}
        none: list[tuple[ReadNote, HandoverItem]] = []
        for each in self._notes:
            document = each.note.document
            for item in allergy_items(document, sentences_of(document), self._vocabulary):
                names = frozenset(name for name in each.allergens if name in item.text.lower())
                if not each.allergens:
                    none.append((each, item))
                    continue
                same = [known for known in named if known & names or not names]
                if same and count_words(named[same[0]].text) >= count_words(item.text):
                    continue
                for known in same:
                    names |= known
                    del named[known]
                named[names] = each.moved(item)
        if not named:
            return tuple(each.moved(item) for each, item in none[-1:])
        flags = tuple(f"none known {each.when}".strip() for each, _ in none[-1:])
        return tuple(replace(item, flags=(*item.flags, *flags)) for item in named.values())

    def _pieces(self) -> list[Piece]:
        """What may go in, weighed by what later notes say."""
        found: list[Piece] = []
        problems: list[str] = []
        for number, each in enumerate(self._notes):
            later = self._notes[number + 1 :]
            told = [piece for other in later for piece in other.pieces]
            terms = [terms_of(piece.text) for piece in told if piece.weight >= _TELLS]
            said = [
                other.note.document.text[unit.start : unit.end]
                for other in later
                for unit in other.units
            ]
            decay = max(_OLDER ** len(later), _LEAST)
            for piece in each.pieces:
                is_known = any(is_status_of(piece.text, problem) for problem in problems)
                section = "problems" if is_known and piece.section in _BESIDE else piece.section
                own = replace(piece, section=section)
                if self._holds(own, each, later, said):
                    again = _REPEATED if is_repeated(own.text, terms) else 1.0
                    factor = again * decay if section not in _HOLDS else 1.0
                    found.append(replace(own, weight=own.weight * factor))
            problems += [piece.text for piece in each.pieces if piece.section == "problems"]
        return found

    def _holds(
        self, piece: Piece, read: ReadNote, later: Sequence[ReadNote], said: Iterable[str]
    ) -> bool:
        """Whether a piece is not outdated by later notes."""
        if not later or piece.section == "medications":
            return not later
        if piece.section in _LAST_ONLY:
            words = set(piece.text.lower().split())
            is_code = bool(words & _CODE)
            return not any(
                other.section == piece.section
                and other.weight >= _TELLS
                and (not is_code or set(other.text.lower().split()) & _CODE)
                for each in later
                for other in each.pieces
            )
        if piece.section == "problems":
            others = (other for each in later for other in each.pieces)
            return not any(
                is_status_of(other.text, piece.text)
                for other in others
                if other.section in ("problems", *_BESIDE)
            )
        if piece.section == "pending" or waits(piece.text):
            return not is_answered(piece.text, said)
        if piece.section == "follow_up":
            last = next((each.note.when for each in reversed(later) if each.note.when), None)
            day = due(piece.text, read.note.when)
            return last is None or day is None or day > last
        return True


def _whole(item: HandoverItem, told: LongCourse) -> HandoverItem:
    """A row with the name and the dose of earlier notes where its own note leaves them out."""
    row = item.medication
    if row is None:
        return item
    is_part = row.drug.lower() != told.name and row.drug.lower() in told.name
    row = replace(row, drug=told.name) if is_part else row
    if not is_part and row.dose.lower() in item.text.lower():
        return item
    return replace(item, text=row_text(row), medication=row)


def _joined(notes: Sequence[ReadNote]) -> Document:
    """The notes as one document, in order of time."""
    return Document(
        notes[0].note.document.doc_id,
        BLOCK_GAP.join(each.note.document.text for each in notes),
        tuple(
            replace(passage, start=passage.start + each.start, end=passage.end + each.start)
            for each in notes
            for passage in each.note.document.passages
        ),
        notes[0].note.document.media_type,
        sections=tuple(
            replace(section, start=section.start + each.start, end=section.end + each.start)
            for each in notes
            for section in each.note.document.sections
        ),
    )
