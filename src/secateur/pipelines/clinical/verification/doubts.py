"""Whether a sentence leaves out the doubt with which the note says the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from secateur.pipelines.clinical.verification.context import doubtful, is_doubted
from secateur.pipelines.clinical.verification.words import FUNCTION_WORDS

_TOKEN = re.compile(r"\d[\d.,/%-]*|[a-z][a-z'-]+|[.;:](?=\s|$)", re.IGNORECASE)
_COMMA = re.compile(r"[,;:](?=\s)")
_STOPS = frozenset(".;:")
_IDLE = FUNCTION_WORDS | {"being", "there"}


class Doubts:
    """Neighbouring words of a note that stand there in doubt only.

    A finding that the note names with and without doubt may be told either way; where the words
    beside it are those of the doubting place, that is what is told.

    Args:
        sentences: The note's.
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        doubted: set[tuple[str, str]] = set()
        sure: set[tuple[str, str]] = set()
        for sentence in sentences:
            for pair, in_doubt, _ in _pairs(sentence):
                (doubted if in_doubt else sure).add(pair)
        self._doubted = doubted - sure

    def are_dropped(self, sentence: str) -> bool:
        """Whether a sentence has such neighbours in a clause that it does not doubt."""
        return any(
            pair in self._doubted and not in_doubt and not is_doubted(_clause(sentence, at))
            for pair, in_doubt, at in _pairs(sentence)
        )


def _clause(sentence: str, at: int) -> str:
    """What stands between commas around a character."""
    begin = max((match.end() for match in _COMMA.finditer(sentence, 0, at)), default=0)
    end = _COMMA.search(sentence, at)
    return sentence[begin : end.start() if end else len(sentence)]


def _pairs(text: str) -> Iterator[tuple[tuple[str, str], bool, int]]:
    """Neighbours, whether doubt stands between or before them, and where the second begins."""
    doubts = doubtful(text)
    words: list[tuple[str, bool, int]] = []
    cues = before = 0
    for match in _TOKEN.finditer(text):
        while before < len(doubts) and doubts[before][1] <= match.start():
            before += 1
        inside = before < len(doubts) and doubts[before][0] <= match.start()
        if not inside and match[0].lower() not in _IDLE:
            words.append((match[0].lower(), before > cues, match.start()))
            cues = before
    for (left, after, _), (right, between, at) in pairwise(words):
        if not _STOPS & {left, right}:
            yield (left, right), between or after, at
