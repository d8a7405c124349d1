"""Which sentences of a note a summary sentence rests on."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from secateur.pipelines.clinical.verification.content import with_ages
from secateur.pipelines.clinical.verification.words import BODY_PARTS, singular
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.summary import Evidence

_WORD = re.compile(r"[A-Za-z][A-Za-z'-]+|\d+(?:[.,/]\d+)*")
BETWEEN_PARTS = re.compile(
    r"[,;:.()&](?=\s|$)|(?<=\s)[-–—](?=\s)|\b(?:and|with|without|for|due to)\b", re.IGNORECASE
)
# "Capsulotomy, right eye": what is said of the right eye elsewhere is no evidence of this.
_BEFORE_SIDE = re.compile(
    rf",(?=\s(?:right|left|bilateral|both)\s(?:[\w-]+\s)?(?:{'|'.join(sorted(BODY_PARTS))})s?(?:[,;.]|$))",
    re.IGNORECASE,
)
# Words of three letters or more that carry no fact of their own, and those that only say what kind
# of text a note is; all others are weighed by how rare they are.
_FUNCTION = frozenset(
    "the and for with without from into was were are been has have had who that this there which "
    "his her its their she they due patient patients patient's "
    "consult consultation example note report sample template".split()
)
_SPELLINGS = {
    "held": "hold", "continued": "continue", "started": "start", "stopped": "stop",
    "increased": "increase", "decreased": "decrease", "reduced": "reduce", "resumed": "resume",
    "discontinued": "discontinue", "changed": "change", "added": "add", "repeated": "repeat",
    "pos": "positive", "neg": "negative",
}  # fmt: skip
"""Orders of a plan as a summary tells them, and results in full."""
_IN_PLACE_OF = re.compile(r"\bin place of\b", re.IGNORECASE)
# A part that weighs less than this share of the sentence's mean word ("the patient") needs no place
# of its own.
_MINOR = 0.7
# A place supports a part if it covers this share of the part's word weight; what it leaves is
# looked for in other places, at most so many times.
_FLOOR = 0.4
_MOST = 3
"""Places that may share a part of a sentence."""
# A place that covers this share of what another one covers says the same.
_SAME = 0.8
# Of the places of a part, one that covers less than this share of what another covers of the whole
# sentence speaks of something else in the same words.
_TELLING = 0.35
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
        """Finds the places of the note that support a sentence, part by part.

        Args:
            sentence: A sentence of a summary.

        Returns:
            Every place that says a part of the sentence, that which covers most of the sentence
            first; none where too much of it stands nowhere.
        """
        whole = self._weights(_words(sentence))
        total = math.fsum(whole.values())
        if not total:
            return ()
        found: set[int] = set()
        for part in BETWEEN_PARTS.split(_BEFORE_SIDE.sub("", sentence)):
            words = self._weights(_words(part))
            if math.fsum(words.values()) >= _MINOR * total / len(whole):
                found |= self._telling(whole, self._places(words))
        stated = frozenset[str]().union(*(self._words[index] for index in found))
        if _gain(whole, stated) < _ENOUGH * total:
            return ()
        order = sorted(found, key=lambda index: (-_gain(whole, self._words[index]), index))
        return tuple(evidence_at(self._document, *self._sentences[index]) for index in order)

    def needed(self, sentence: str, evidence: Sequence[Evidence]) -> list[str]:
        """Picks the places that add words of the sentence to those before them.

        Args:
            sentence: A sentence of a summary.
            evidence: As `find` returns it for the sentence.

        Returns:
            Their texts; a place that only says again what a better one says is left out.
        """
        left, texts = set(_words(sentence)), []
        for place in evidence:
            words = _words(place.text)
            if left & words:
                texts.append(place.text)
                left -= words
        return texts

    def shares(self, text: str) -> list[float]:
        """Returns of each sentence of the note what share of a text's word weight it holds."""
        whole = self._weights(_words(text))
        total = math.fsum(whole.values()) or 1.0
        return [_gain(whole, words) / total for words in self._words]

    def _weights(self, words: frozenset[str]) -> dict[str, float]:
        unknown = math.log(1 + len(self._sentences))
        return {word: self._weight.get(word, unknown) for word in words}

    def _telling(self, whole: Mapping[str, float], places: set[int]) -> set[int]:
        """Leaves out places that share little with the sentence where others say much of it."""
        gains = {index: _gain(whole, self._words[index]) for index in places}
        least = _TELLING * max(gains.values(), default=0.0)
        return {index for index, gain in gains.items() if gain >= least}

    def _places(self, part: Mapping[str, float]) -> set[int]:
        """Finds every place that says a part."""
        left, places = dict(part), set[int]()
        for _ in range(_MOST):
            gains = [_gain(left, words) for words in self._words]
            best = max(gains, default=0.0)
            if not best or best < _FLOOR * math.fsum(part.values()):
                break
            same = {index for index, gain in enumerate(gains) if gain >= _SAME * best}
            places |= same
            stated = frozenset[str]().union(*(self._words[index] for index in same))
            left = {word: weight for word, weight in left.items() if word not in stated}
        return places


def evidence_at(document: Document, start: int, end: int) -> Evidence:
    """Makes the evidence of a stretch of text, with its place in the file.

    Args:
        document: The note.
        start: First character.
        end: One past the last.

    Returns:
        The stretch, in the section that it begins in.
    """
    place, passage = document.locate(start, end), document.passage_at(start)
    return Evidence(
        start,
        end,
        document.text[start:end],
        passage.section if passage else None,
        place.page,
        place.box,
        place.source,
        place.part,
        passage.section_path if passage else (),
    )


def _gain(weights: Mapping[str, float], words: frozenset[str]) -> float:
    # Exact: the order of a set's words, and with it the last digit of a plain sum, is another in
    # each process, and places that say the same differ by no more.
    return math.fsum(weights.get(word, 0.0) for word in words)


def _words(text: str) -> frozenset[str]:
    return frozenset(
        _SPELLINGS.get(word.lower()) or singular(word.lower())
        for word in _WORD.findall(with_ages(_IN_PLACE_OF.sub("instead of", text)))
        if (len(word) > 2 and word.lower() not in _FUNCTION) or word[0].isdigit()
    )
