"""The notes of a record: cut out of the files that hold them, dated, named, in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from secateur.pipelines.clinical.language.dates import date_of
from secateur.pipelines.document.dates import dates_in, dates_of
from secateur.pipelines.document.document import Document, NotePart
from secateur.pipelines.ingestion.sections.note_starts import BIRTH, DATED, MARKS
from secateur.pipelines.terminology.sections.note_titles import kind_by_sections, note_title

_HEADER_LINES = 8
"""Lines of a note in which its title may stand."""


_DAY_LINES = 3
"""Lines of a note of a record in which its day may stand without a label."""


@dataclass(frozen=True)
class Note:
    """A note of a record.

    Attributes:
        document: The note as a document of its own.
        offset: Where it begins in the text of its file.
        when: The day that it bears, None where it bears none.
        kind: Its printed title, else what its sections tell ("visit").
        subject: Whose it is by the file's format, as in `NotePart`.
    """

    document: Document
    offset: int
    when: date | None
    kind: str
    subject: str = ""


def notes_of(document: Document) -> tuple[Note, ...]:
    """Returns the notes of a file in its order: one, or those of `Document.notes`."""
    whole = NotePart(0, len(document.text), document.dated)
    return tuple(_note(document, part) for part in document.notes or (whole,))


def in_order(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Orders notes by their days.

    Args:
        notes: Those of one file after those of another.

    Returns:
        The earliest first; one without a day behind the note before it in its file, or last where
        that has none either.
    """
    keyed: list[tuple[date, Note]] = []
    last: Note | None = None
    day = date.max
    for note in notes:
        is_next = last is not None and last.document.doc_id == note.document.doc_id
        day = note.when or (day if is_next else date.max)
        keyed.append((day, note))
        last = note
    return tuple(note for _, note in sorted(keyed, key=lambda pair: pair[0]))


def replaced(notes: Sequence[Note], hidden: Document) -> tuple[Note, ...]:
    """Puts another wording of their file in place of the texts of notes.

    Args:
        notes: The notes of a file, as `notes_of` returns them.
        hidden: The file with as many notes, for instance without identifiers.

    Returns:
        The notes with their days; whose they are by the format is gone.
    """
    others = notes_of(hidden)
    return tuple(
        replace(other, when=note.when, subject="")
        for note, other in zip(notes, others, strict=True)
    )


def _note(document: Document, part: NotePart) -> Note:
    own = _cut(document, part)
    when = date_of(own, document.text)
    if when is None and document.notes:
        when = _headed_day(own, day_first=dates_in(document).day_first)
    return Note(own, part.start, when, _kind(own), part.subject)


def _headed_day(document: Document, *, day_first: bool) -> date | None:
    """The first day in the header with which a note of a record begins, no day of birth."""
    header = "\n".join(
        line
        for line in document.text.split("\n", _HEADER_LINES)[:_DAY_LINES]
        if not BIRTH.search(line)
    )
    found = sorted(dates_of(header, day_first=day_first), key=lambda pair: pair[0].start())
    return found[0][1] if found else None


def _cut(document: Document, part: NotePart) -> Document:
    """A part of a document as one of its own."""
    if (part.start, part.end) == (0, len(document.text)):
        return replace(document, dated=part.dated or document.dated, notes=())
    start, end = part.start, part.end
    return replace(
        document,
        text=document.text[start:end],
        dated=part.dated,
        notes=(),
        passages=tuple(
            replace(each, start=each.start - start, end=min(each.end, end) - start)
            for each in document.passages
            if start <= each.start < end
        ),
        sections=tuple(
            replace(each, start=each.start - start, end=min(each.end, end) - start)
            for each in document.sections
            if start <= each.start < end
        ),
        note_marks=tuple(
            (a - start, b - start) for a, b in document.note_marks if start <= a < end
        ),
    )


def _kind(document: Document) -> str:
    lines = [line for line in document.text.split("\n") if line.strip()][:_HEADER_LINES]
    titles = (note_title(DATED.sub("", line).strip(MARKS)) for line in lines)
    title = next(filter(None, titles), None)
    if title:
        return title.capitalize() if title.isupper() else title
    return kind_by_sections({section.name for section in document.sections})
