"""The transcript of a visit: who says what."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.document.transcripts import openings


class Turn(NamedTuple):
    """What someone says without a break.

    Attributes:
        is_clinician: Whether it is the doctor or nurse who speaks.
        sentences: Half-open offsets of its sentences, the speaker's name left out.
    """

    is_clinician: bool
    sentences: tuple[Span, ...]


def turns(document: Document) -> list[Turn]:
    """Finds who says what in the transcript of a visit.

    Args:
        document: Any note.

    Returns:
        Turns in order; none of a text that is no transcript.
    """
    text = document.text
    opens = [] if document.sections else openings(text)
    starts = [turn.start() for turn in opens]
    ends = [*starts[1:], len(text)]
    said: list[list[Span]] = [[] for _ in opens]
    for start, end in sentences(text, document.passages):
        first = max(bisect_right(starts, start) - 1, 0)
        for number in range(first, bisect_right(starts, end - 1)):
            begin = max(start, opens[number].end())
            if words := text[begin : min(end, ends[number])].rstrip():
                said[number].append((begin, begin + len(words)))
    return [
        Turn(turn["clinician"] is not None, tuple(spans))
        for turn, spans in zip(opens, said, strict=True)
    ]


def clinician_says(document: Document, said: Sequence[Turn]) -> list[Span]:
    """Lists the clinician's sentences that are no questions.

    Args:
        document: The transcript.
        said: Its turns.

    Returns:
        Half-open offsets in order.
    """
    spans = (span for turn in said if turn.is_clinician for span in turn.sentences)
    return [span for span in spans if not is_question(document.text[slice(*span)])]


def stated(document: Document, said: Sequence[Turn]) -> str:
    """Gives the text of a transcript without questions.

    Args:
        document: The transcript.
        said: Its turns.

    Returns:
        A sentence a line, the speakers left out.
    """
    texts = (document.text[slice(*span)] for turn in said for span in turn.sentences)
    return "\n".join(text for text in texts if not is_question(text))


_ASSENT = re.compile(
    r"[\s,.]+(?:okay|ok|all ?right|alright|right|sound good|does that sound (?:okay|good))"
    r"\W*\?\W*$",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether a sentence asks for more than assent: not "start aspirin, okay?"."""
    text = _ASSENT.sub("", text)
    return text.rstrip("\"'” ").endswith("?")
