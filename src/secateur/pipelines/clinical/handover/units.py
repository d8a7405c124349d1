"""Splits a note into what a handover may hold: sentences, rows, and the clauses of long ones."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.transcripts import openings

_TAG = re.compile(r"\s*\[[A-Za-z_ ]{2,20}\]\s*")
"""The name of a speaker whom nothing else is known of: "[guest]"."""
_LONG_WORDS = 18
"""Words from which on a sentence is split."""
_LEAST_WORDS = 4
"""Fewest words of a clause."""
_SUBJECT = (
    r"(?:i|we|you|he|she|it|they|there|this|that|these|those|the|his|her|your|our|my|no|i['’]\w+"
    r"|we['’]\w+|you['’]\w+|it['’]s|that['’]s|let['’]?s)"
)
_CUT = re.compile(
    rf"(?<=;)\s+|\n+|(?<=,)\s+(?=(?:and|but|so|which|although|though)\s+(?:then\s+)?{_SUBJECT}\s)",
    re.IGNORECASE,
)
"""Where a written sentence goes on with a clause of its own."""
_SPOKEN_CUT = re.compile(
    r"(?<!right)\s+(?=(?:okay|alright|all right|yeah|because|but|hey dragon|now"
    r"|(?:so|and|then)(?: then| so| also)? "
    rf"(?:{_SUBJECT}|on|for|when|if|what|how|have|continue|are)"
    r"|for (?:your|the) (?:first|second|third|next|last) (?:problem|diagnosis|issue|thing|one)"
    r"|let['’]?s|i do|i['’]?m (?:going|gon)|how (?:about|are)|have you|did you|do you|does that"
    r"|looks like|it (?:looks|does))\b)",
    re.IGNORECASE,
)
"""Where speech, often without stops, goes on with something else."""


@dataclass(frozen=True)
class NoteUnit:
    """A sentence, a row or a clause.

    Attributes:
        start: First character, behind the speaker's name.
        end: One past the last.
        sentence: Number of its sentence.
        is_clinician: Whether doctor or nurse says it; None of what nobody says.
    """

    start: int
    end: int
    sentence: int
    is_clinician: bool | None = None


def units_of(document: Document) -> tuple[NoteUnit, ...]:
    """Returns the units of a note in reading order; no two overlap."""
    opens = openings(document.text) if not document.sections else []
    starts = [turn.start() for turn in opens]
    found = []
    for number, (start, end) in enumerate(sentences_of(document)):
        turn = bisect_right(starts, start) - 1
        speaks = None if turn < 0 else opens[turn]["clinician"] is not None
        begin = start if turn < 0 else min(max(start, opens[turn].end()), end)
        tag = _TAG.match(document.text, begin, end)
        begin = tag.end() if tag else begin
        for span in _clauses(document.text, begin, end, spoken=speaks is not None):
            found.append(NoteUnit(*span, number, speaks))
    return tuple(found)


def _clauses(text: str, start: int, end: int, *, spoken: bool) -> Iterator[Span]:
    """Stretches of a sentence between cuts, white space left out."""
    cuts = []
    if len(text[start:end].split()) > _LONG_WORDS:
        cuts = [*_CUT.finditer(text, start, end)]
        cuts += _SPOKEN_CUT.finditer(text, start, end) if spoken else ()
    at = start
    for cut, after in sorted(match.span() for match in cuts):
        if min(len(text[at:cut].split()), len(text[after:end].split())) >= _LEAST_WORDS:
            yield at, cut
            at = after
    said = text[at:end].strip()
    if said:
        first = text.index(said, at)
        yield first, first + len(said)
