"""Which sentences of a note a summary sentence rests on."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from secateur.pipelines.document import Document, Evidence

_WORD = re.compile(r"[A-Za-z][A-Za-z'-]+|\d+(?:[.,/]\d+)*")
# A sentence counts as evidence if it covers this share of the summary sentence's word weight, and
# as long as each further one adds at least half of that.
_FLOOR = 0.3
_MOST = 3
# Less of the sentence's word weight than this, covered by all its evidence, is a coincidence.
_ENOUGH = 0.7


class EvidenceFinder:
    """Finds supporting sentences by shared words, rare ones weighing more.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets into the document's text.
    """

    def __init__(self, document: Document, sentences: Sequence[tuple[int, int]]) -> None:
        self._document = document
        self._sentences = list(sentences)
        self._words = [_words(document.text[start:end]) for start, end in self._sentences]
        seen = Counter(word for words in self._words for word in words)
        self._weight = {
            word: math.log((1 + len(self._sentences)) / count) for word, count in seen.items()
        }

    def find(self, sentence: str) -> tuple[Evidence, ...]:
        """Finds the note's sentences that together cover most of the given one.

        Args:
            sentence: A sentence of a summary.

        Returns:
            At most three places, the best first; none where they share too little with it.
        """
        unknown = math.log(1 + len(self._sentences))
        left = {word: self._weight.get(word, unknown) for word in _words(sentence)}
        total = sum(left.values())
        found: list[Evidence] = []
        while left and total and len(found) < _MOST:
            gains = [sum(left.get(word, 0.0) for word in words) for words in self._words]
            best = max(range(len(gains)), key=lambda index: (gains[index], -index), default=0)
            needed = _FLOOR if not found else _FLOOR / 2
            if not gains or gains[best] < needed * total:
                break
            found.append(self._evidence(best))
            left = {word: left[word] for word in left if word not in self._words[best]}
        return tuple(found) if sum(left.values()) <= (1 - _ENOUGH) * total else ()

    def _evidence(self, index: int) -> Evidence:
        start, end = self._sentences[index]
        section = next(
            (p.section for p in self._document.passages if p.start <= start < p.end), None
        )
        place = self._document.locate(start, end)
        text = self._document.text[start:end]
        return Evidence(start, end, text, section, place.page, place.box, place.source)


def _words(text: str) -> frozenset[str]:
    return frozenset(
        word.lower() for word in _WORD.findall(text) if len(word) > 2 or word[0].isdigit()
    )
