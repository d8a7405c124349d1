"""Whether a sentence gives one finding the degree of another: "severe aortic regurgitation"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest

from secateur.pipelines.clinical.verification.content import content

_DEGREE = re.compile(
    r"\b(trace|minimal(?:ly)?|mild(?:ly)?|moderate(?:ly)?|severe(?:ly)?|marked(?:ly)?|massive|small"
    r"|large|tiny)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.,;:()\n]|\b(?:and|or|but|with|without|in|of|on|at|from|to|is|was)\b")
_CLAUSE = re.compile(r"[.;:()\n]")
_FEW, _MANY = 3, 5
"""Words of content behind a degree that it may be of: in a claim, and in a note."""


class Severities:
    """The degrees of a note's findings.

    Args:
        sentences: The note's.
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        self._of: dict[str, set[str]] = defaultdict(set)
        for sentence in sentences:
            for degree, word in _bound(sentence, _CLAUSE, _MANY):
                self._of[word].add(degree)

    def are_others(self, sentence: str) -> bool:
        """Whether the note gives a word behind a degree other degrees only."""
        return any(
            word in self._of and degree not in self._of[word]
            for degree, word in _bound(sentence, _STOP, _FEW)
        )


def _bound(text: str, stop: re.Pattern[str], most: int) -> Iterator[tuple[str, str]]:
    degrees = list(_DEGREE.finditer(text))
    for degree, following in zip_longest(degrees, degrees[1:]):
        last = following.start() if following else len(text)
        end = stop.search(text, degree.end(), last)
        behind = text[degree.end() : end.start() if end else last]
        for word, _, _ in islice(content(behind), most):
            yield degree[1].lower().removesuffix("ly"), word
