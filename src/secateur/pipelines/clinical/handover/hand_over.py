"""The handover of a note, or of each patient of a record: scored, assembled and written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter

from secateur.pipelines.clinical.handover.assemble import assemble
from secateur.pipelines.clinical.handover.record import Record
from secateur.pipelines.clinical.handover.render import as_text, notice_lines
from secateur.pipelines.clinical.handover.scored import scored_units
from secateur.pipelines.clinical.handover.timeline import NO_DAY, shown_days
from secateur.pipelines.clinical.record.notes import Note, in_order, notes_of, replaced
from secateur.pipelines.clinical.record.patients import by_patient, identity_of
from secateur.pipelines.clinical.record.readable import cut_short, is_clinical, language_of
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.handover import (
    TITLES,
    Handover,
    HandoverSection,
    RecordNote,
    count_words,
    limit_of,
)
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.validation import check
from secateur.pipelines.terminology import sources
from secateur.pipelines.terminology.matcher import TermMatcher

Hide = Callable[[Document], Document]
"""Takes identifiers out of a document."""
RECORD = "record"
"""Name of what several files hold together."""


def hand_over(document: Document) -> Handover:
    """Makes the handover of one note; the same note always gives the same handover.

    Sentences, rows and turns are weighed by the importance model over the whole note, and shortened
    by the compression model; drugs, allergies and what they are taken for come from the note's
    lists and sentences. No decoder runs: every item is in the note's own words, with the places
    that it is taken from.

    Args:
        document: The note, or a record of one patient; of a record of several the first one's
            handover is made, see `hand_overs`.

    Returns:
        The handover, within `limit_of` its note's words.

    Raises:
        UsageError: What is given is no document, or the importance model is not to be had.
    """
    check(document, Document)
    return hand_overs([document])[0]


def hand_overs(
    documents: Sequence[Document], *, hide: Hide | None = None, as_record: bool = False
) -> tuple[Handover, ...]:
    """Makes the handovers of a record, one a patient.

    Args:
        documents: Its files, with a note or several each.
        hide: Takes identifiers out of them first; days are then counted instead of named.
        as_record: Makes a timeline of a single note as well.

    Returns:
        In the order in which patients come up. Of several the notices say which notes are whose.

    Raises:
        UsageError: The importance model is not to be had.
    """
    vocabulary = sources.vocabulary() if sources.is_installed() else None
    notes = [note for document in documents for note in notes_of(document)]
    shown = list(notes)
    if hide:
        shown = [
            note for document in documents for note in replaced(notes_of(document), hide(document))
        ]
    name = documents[0].doc_id if len(documents) == 1 else RECORD
    if len(notes) == 1 and not as_record:
        return (_of_note(shown[0], vocabulary),)
    patients = by_patient(notes)
    made = []
    for number, own in enumerate(patients, 1):
        several = (number, len(patients)) if len(patients) > 1 else None
        ordered = in_order(shown[note] for note in own)
        made.append(_of_record(name, ordered, several, vocabulary, is_hidden=hide is not None))
    return tuple(made)


def _of_note(note: Note, vocabulary: TermMatcher | None) -> Handover:
    begin = perf_counter()
    document = note.document
    unread, cut = _unread(note, vocabulary), cut_short(document)
    notices = [f"the text {unread}; nothing was read from it"] if unread else []
    notices += [f"the text {cut}"] if cut and not unread else []
    sections = _EMPTY
    if not unread:
        units = scored_units(document)
        told = count_words("\n".join(notice_lines(notices)))
        sections = assemble(document, sentences_of(document), units, vocabulary, reserved=told)
    return _written(document.doc_id, sections, notices, limit_of(document.text), begin)


def _of_record(
    name: str,
    notes: Sequence[Note],
    several: tuple[int, int] | None,
    vocabulary: TermMatcher | None,
    *,
    is_hidden: bool,
) -> Handover:
    begin = perf_counter()
    days = shown_days(notes, hide=is_hidden)
    notices, kept = [], []
    if several:
        number, count = several
        name = f"{name} patient {number}"
        notices.append(f"notes of {count} patients, told apart; this is patient {number}")
    for number, (note, day) in enumerate(zip(notes, days, strict=True), 1):
        place = f"note {number} ({day or NO_DAY})"
        unread = _unread(note, vocabulary)
        cut = cut_short(note.document)
        if unread:
            notices.append(f"{place} {unread}, and was not read")
        else:
            kept.append((note, day))
            notices += [f"{place} {cut}"] if cut else []
    undated = sum(not day for _, day in kept)
    if undated and len(kept) > 1:
        notices.append(
            f"{undated} of {len(kept)} notes without a date, put where the file has them"
        )
    limit = limit_of("\n".join(note.document.text for note in notes))
    if not kept:
        return _written(name, _EMPTY, notices, limit, begin)
    record = Record([note for note, _ in kept], [day for _, day in kept], vocabulary)
    room = limit - count_words("\n".join(notice_lines(notices)))
    return _written(name, record.sections(room), notices, limit, begin, record.notes())


_EMPTY = tuple(map(HandoverSection, TITLES))


def _unread(note: Note, vocabulary: TermMatcher | None) -> str:
    """Says why nothing can be taken from a note; empty where something can."""
    language = language_of(note.document.text)
    if language != "English":
        return f"is in {language}, not English"
    whose = identity_of(note)
    is_ones = bool(whose.number or whose.born)
    return "" if is_ones or is_clinical(note.document, vocabulary) else "is no clinical note"


def _written(
    name: str,
    sections: tuple[HandoverSection, ...],
    notices: Iterable[str],
    limit: int,
    begin: float,
    notes: tuple[RecordNote, ...] = (),
) -> Handover:
    notices = tuple(notices)
    text = as_text(sections, notices)
    return Handover(
        doc_id=name,
        style="handover",
        text=text,
        sections=sections,
        words=count_words(text),
        limit=limit,
        timings={"total_s": perf_counter() - begin},
        notices=notices,
        notes=notes,
    )
