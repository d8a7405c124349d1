"""Takes names, dates, numbers, addresses, phones and record numbers out of what is shown.

Rules on surface form and cues, after the identifiers of the HIPAA safe harbour list (45 CFR
164.514(b)(2)). A name is learnt where a cue gives it away (a title, a label, a relative) and then
taken out wherever it stands. Rules miss identifiers: the model card has the measured recall.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from operator import itemgetter

from secateur.pipelines.clinical.deidentification.names import NameFinder
from secateur.pipelines.clinical.deidentification.surface import formed
from secateur.pipelines.clinical.deidentification.tagged import names_among
from secateur.pipelines.document.document import Document, NotePart
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.validation import check
from secateur.pipelines.terminology import sources

_JOINT = re.compile(r",? ?(?:[A-Z]\.? ?)?")


class Redactor:
    """Finds identifiers in texts about one patient.

    Args:
        text: The note; names are learnt from it.
        tagged: Persons, places and bodies that a tagger found in it; what is medicine is left out.
    """

    def __init__(self, text: str, tagged: Iterable[Entity] = ()) -> None:
        self._vocabulary = sources.vocabulary() if sources.is_installed() else None
        self._text = text
        self._tagged = list(names_among(text, tagged, self._vocabulary))
        persons = [(start, end) for start, end, kind in self._tagged if kind == "NAME"]
        self._names = NameFinder(text, self._vocabulary, persons)

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Finds identifiers.

        Args:
            text: The note, or anything written about it.

        Returns:
            Half-open character offsets and kind ("NAME", "DATE", …), in order, disjoint.
        """
        found: list[tuple[int, int, str]] = []
        for start, end, kind in self._candidates(text):
            at = bisect_left(found, (start,))
            if (not at or found[at - 1][1] <= start) and (at == len(found) or end <= found[at][0]):
                found.insert(at, (start, end, kind))
        merged: list[tuple[int, int, str]] = []
        for start, end, kind in found:
            last = merged[-1] if merged else (0, 0, "")
            if kind == last[2] == "NAME" and _JOINT.fullmatch(text, last[1], start):
                merged[-1] = (last[0], end, kind)
            else:
                merged.append((start, end, kind))
        return merged

    def redact(self, text: str) -> str:
        """Replaces identifiers by their kind in brackets: "[NAME]", "[DATE]", …."""
        return _replaced(text, self.find(text))

    def _candidates(self, text: str) -> Iterator[tuple[int, int, str]]:
        yield from formed(text, self._vocabulary)
        for start, end in self._names.find(text):
            yield start, end, "NAME"
        if text == self._text:
            yield from self._tagged


def deidentify(document: Document, tagged: Iterable[Entity] = ()) -> Document:
    """Takes identifiers out of a document, before it is summarised, shown or written.

    Args:
        document: As it was read.
        tagged: Its persons, places and bodies as a tagger found them, see `pipelines.hiding`.

    Returns:
        The document with each identifier replaced by its kind in brackets; offsets count in the new
        text, places in the file (`Passage.source`, pages) stay. Its name stays too.
    """
    check(document, Document)
    redactor = Redactor(document.text, tagged)
    found = redactor.find(document.text)
    text = _replaced(document.text, found)
    growths = (len(kind) + 2 - (end - start) for start, end, kind in found)
    shifts = list(accumulate(growths, initial=0))

    def moved(position: int, *, closes: bool) -> int:
        before = bisect_right(found, position, key=itemgetter(1))
        for start, _, kind in found[before : before + 1]:
            if start < position:
                return start + shifts[before] + (len(kind) + 2 if closes else 0)
        return position + shifts[before]

    return replace(
        document,
        text=text,
        dated=None,
        notes=tuple(
            NotePart(moved(note.start, closes=False), moved(note.end, closes=True))
            for note in document.notes
        ),
        note_marks=tuple(
            (moved(start, closes=False), moved(end, closes=True))
            for start, end in document.note_marks
        ),
        passages=tuple(
            replace(
                passage,
                start=moved(passage.start, closes=False),
                end=moved(passage.end, closes=True),
                section=passage.section and redactor.redact(passage.section),
                row=passage.row and redactor.redact(passage.row),
                column=passage.column and redactor.redact(passage.column),
                section_path=tuple(map(redactor.redact, passage.section_path)),
                column_path=tuple(map(redactor.redact, passage.column_path)),
            )
            for passage in document.passages
        ),
        sections=tuple(
            replace(
                section,
                start=moved(section.start, closes=False),
                end=moved(section.end, closes=True),
                name=redactor.redact(section.name),
                path=tuple(map(redactor.redact, section.path)),
            )
            for section in document.sections
        ),
    )


def _replaced(text: str, found: Sequence[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for start, end, kind in found:
        pieces += [text[at:start], f"[{kind}]"]
        at = end
    return "".join([*pieces, text[at:]])
