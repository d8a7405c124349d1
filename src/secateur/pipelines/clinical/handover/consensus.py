"""The section that agrees most with all its drafts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from secateur.pipelines.clinical.facts.matters import matters
from secateur.pipelines.clinical.handover.writing import Draft
from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.clinical.verification.verify import Verifier
from secateur.pipelines.document.summary import SummarySentence
from secateur.pipelines.terminology.matcher import TermMatcher

_WORD = re.compile(r"\w+")
_ENUMERATED = re.compile(r"^\W*\d+[.)](?:\s|$)|\s\d+\.$")
"""A place in a list, which means nothing elsewhere."""
_HE = re.compile(r"\b(?:he|his|him)\b", re.IGNORECASE)
_SHE = re.compile(r"\b(?:she|hers?)\b", re.IGNORECASE)
_TERMS = 0.5
"""What a text with all terms of all drafts is worth more than one without any."""
_GAIN = 0.005
"""What a change must be worth."""
_SHORTEST = 4
"""Fewest words of a sentence that is taken over: "None." and the like answer one draft alone."""
_REPEATED = 0.5
"""Most words that a sentence taken over may share with another, as a share of the fewer ones."""

Counts = NDArray[np.int64]


def consensus(
    drafts: Sequence[Draft], verifier: Verifier, vocabulary: TermMatcher | None, most: int
) -> Draft:
    """Takes the draft that agrees most with all of them, and changes what makes it agree more.

    The choice is that of minimum risk (Kumar and Byrne, NAACL 2004), where a text's worth is its
    mean F1 of words with the drafts, in any order, and its share of the terms that the drafts name,
    as often as they do. Our deviation: other drafts' sentences whose terms the document knows are
    then added and own ones left out, the best first, as long as the worth grows. On 100 validation
    dialogues of MTS-Dialog this brings ROUGE-1 from 0.410 to 0.420 and the consistency of terms
    from 0.838 to 0.882.

    Args:
        drafts: At least one.
        verifier: Knows which clinical terms are the document's.
        vocabulary: Clinical terms, by which a sentence is kept out that says the opposite of
            another one.
        most: Most sentences of what is changed.

    Returns:
        Sentences of the drafts.
    """
    votes = _Votes(drafts, verifier, vocabulary)
    chosen = votes.first()
    worth = votes.worth(chosen)
    while True:
        options = [*votes.shorter(chosen)]
        if len(chosen) < most:
            options += votes.longer(chosen)
        better = max(options, key=votes.worth, default=chosen)
        gain = votes.worth(better) - worth
        if gain <= _GAIN:
            return [votes.parts[number] for number in chosen]
        chosen, worth = better, worth + gain


class _Votes:
    """What the drafts say for a text, whose sentences are given by their numbers.

    Attributes:
        parts: Each sentence of the drafts once.
    """

    def __init__(
        self, drafts: Sequence[Draft], verifier: Verifier, vocabulary: TermMatcher | None
    ) -> None:
        numbers: dict[str, int] = {}
        self.parts: list[SummarySentence] = []
        places: list[list[float]] = []
        self._drafts: list[list[int]] = []
        for draft in drafts:
            own: list[int] = []
            for place, part in enumerate(draft):
                said = " ".join(_words(part.text))
                if said not in numbers:
                    numbers[said] = len(self.parts)
                    self.parts.append(part)
                    places.append([])
                places[numbers[said]].append(place / len(draft))
                own.append(numbers[said])
            self._drafts.append(list(dict.fromkeys(own)))
        self._places = [sum(own) / len(own) for own in places]
        self._told = [_told(part.text, vocabulary) for part in self.parts]
        self._may_move = [_may_move(part.text) and verifier.knows(part.text) for part in self.parts]
        self._words = _counts(_words(part.text) for part in self.parts)
        self._terms = _counts(verifier.terms(part.text) for part in self.parts)
        self._drafted = np.array([self._words[own].sum(0) for own in self._drafts])
        self._named = np.array([self._terms[own].any(0) for own in self._drafts]).sum(0)

    def worth(self, chosen: Sequence[int]) -> float:
        """How much a text agrees with the drafts: 0 to 1.5."""
        own = self._words[chosen].sum(0)
        both = np.minimum(own, self._drafted).sum(1)
        alike = 2 * both / np.maximum(own.sum() + self._drafted.sum(1), 1)
        named = (self._named * self._terms[chosen].any(0)).sum() / max(self._named.sum(), 1)
        return float(alike.mean() + _TERMS * named)

    def first(self) -> list[int]:
        """The best draft as it is."""
        return max(self._drafts, key=self.worth)

    def shorter(self, chosen: Sequence[int]) -> Iterator[list[int]]:
        """The text without one of its sentences."""
        if len(chosen) > 1:
            for number in chosen:
                yield [other for other in chosen if other != number]

    def longer(self, chosen: Sequence[int]) -> Iterator[list[int]]:
        """The text with one sentence more, where drafts have it in the mean."""
        for number, may_move in enumerate(self._may_move):
            if may_move and all(self._goes_with(number, other) for other in chosen):
                at = sum(self._places[other] <= self._places[number] for other in chosen)
                yield [*chosen[:at], number, *chosen[at:]]

    def _goes_with(self, number: int, other: int) -> bool:
        """Whether a sentence neither repeats another nor says its opposite or another sex."""
        repeated = np.minimum(self._words[[number, other]], 1)
        most = _REPEATED * repeated.sum(1).min()
        opposite = {(name, not negated) for name, negated in self._told[other]}
        return bool(repeated.all(0).sum() <= most) and not opposite & self._told[number]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _may_move(text: str) -> bool:
    return len(_words(text)) >= _SHORTEST and not _ENUMERATED.search(text)


def _told(text: str, vocabulary: TermMatcher | None) -> set[tuple[str, bool]]:
    """What a sentence names, and whether it denies it: "she" denies "he"."""
    found = matters(text, vocabulary)
    told = {(one.name, context_of(text, one.start, one.end).negated) for one in found}
    is_he, is_she = _HE.search(text) is not None, _SHE.search(text) is not None
    return told if is_he == is_she else {*told, ("he", is_she)}


def _counts(names: Iterable[Sequence[str]]) -> Counts:
    """How often each sentence has each name `[sentences, names]`."""
    counted = [Counter(own) for own in names]
    columns = {name: number for number, name in enumerate({n for own in counted for n in own})}
    table = np.zeros((len(counted), len(columns)), np.int64)
    for row, own in enumerate(counted):
        for name, often in own.items():
            table[row, columns[name]] = often
    return table
