"""The timeline of a record: one line a note with its day, its kind and what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from secateur.pipelines.clinical.handover.read_note import ReadNote
from secateur.pipelines.clinical.record.notes import Note
from secateur.pipelines.clinical.verification.evidence import evidence_at
from secateur.pipelines.document.document import Span
from secateur.pipelines.document.handover import HandoverItem, HandoverSection, count_words

_SHARE = 0.3
"""Share of a handover's words that its timeline may have."""
_FEWEST, _MOST = 8, 26
"""Words of a line at most: by the notes' number, within these."""
_TELLING = {"course": 1.0, "problems": 1.0, "procedures": 1.0, "one_liner": 0.8, "findings": 0.7}
"""Sections that say what happened, and how well."""
_LEAST = 0.5
"""Weight from which on a piece says something."""
_DONE = {"new": "started", "changed": "changed", "stopped": "stopped", "held": "held"}
_DRUGS = 4
"""Drugs that a line names at most."""
NO_DAY = "no date"
"""What stands for the day of a note that bears none."""


def shown_days(notes: Sequence[Note], *, hide: bool) -> list[str]:
    """Writes the days of notes.

    Args:
        notes: In order of time.
        hide: Counts days from the first one instead of naming dates.

    Returns:
        ISO dates or "day 22"; empty for a note without a day.
    """
    first = next((note.when for note in notes if note.when), None)
    return [_shown(note.when, first if hide else None) for note in notes]


def _shown(when: date | None, first: date | None) -> str:
    if when is None:
        return ""
    return when.isoformat() if first is None else f"day {(when - first).days}"


def timeline(notes: Sequence[ReadNote], limit: int) -> HandoverSection:
    """Makes the timeline.

    Args:
        notes: In order of time.
        limit: Words of the whole handover.

    Returns:
        A section of one item a note, its places in the joined text.
    """
    most = min(max(int(_SHARE * limit / max(len(notes), 1)), _FEWEST), _MOST)
    return HandoverSection("timeline", tuple(_line(each, most) for each in notes))


def _line(read: ReadNote, most: int) -> HandoverItem:
    head = f"{read.when or NO_DAY}: {read.note.kind}"
    room = most - count_words(head)
    said = list(_told(read, room))
    text = "; ".join(text for text, _ in said)
    places = [place for _, places in said for place in places] or [(0, 1)]
    evidence = tuple(evidence_at(read.note.document, *place) for place in places)
    return read.moved(HandoverItem(f"{head} — {text}" if text else head, evidence))


def _told(read: ReadNote, room: int) -> Iterator[tuple[str, Sequence[Span]]]:
    """What happened at most in so many words: what weighs most, then what became of drugs."""
    drugs = list(_drugs(read))
    cost = sum(count_words(text) for text, _ in drugs)
    told = [p for p in read.pieces if p.section in _TELLING and p.weight > _LEAST]
    best = sorted(told, key=lambda piece: -piece.weight * _TELLING[piece.section])
    first = (p for p in best if p.words <= room - min(cost, room // 2))
    for piece in islice(first, 1):
        is_short = 0 < count_words(piece.whole) <= room - min(cost, room // 2)
        text = (piece.whole if is_short else piece.text).rstrip(" .")
        yield text, [(a - read.start, b - read.start) for a, b in piece.spans]
        room -= count_words(text)
    for text, places in drugs:
        if count_words(text) <= room:
            yield text, places
            room -= count_words(text)


def _drugs(read: ReadNote) -> Iterator[tuple[str, Sequence[Span]]]:
    """What the note starts, changes, stops and holds."""
    for status, verb in _DONE.items():
        found = [course for course in read.courses if course.status == status][:_DRUGS]
        if found:
            places = [course.cue or course.place for course in found]
            names = ", ".join(course.name for course in found)
            yield f"{verb} {names}", list(filter(None, places))
