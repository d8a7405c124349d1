"""Longest matches of a large list of clinical terms in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"[a-z0-9]+")
_ROOT = 0
"""The node that names begin at."""
_UNKNOWN = 0
"""The number of every word that is in no name."""
# Words that end in s and are no plurals.
_SINGULAR = ("ss", "us", "is")


@dataclass(frozen=True)
class Term:
    """One name of a concept.

    Attributes:
        name: As the source writes it.
        concept: The concept's own name, the same for all names of it.
        kind: "drug" or "problem".
        code: ICD-10-CM code where the source gives one.
    """

    name: str
    concept: str
    kind: str
    code: str | None = None


@dataclass(frozen=True)
class Match:
    """A term in a text, half-open character offsets."""

    start: int
    end: int
    term: Term


class TermMatcher:
    """Finds terms by whole words, the longest first, plurals and hyphens aside.

    A trie over numbers of words, held in one flat dictionary.

    Args:
        terms: Of several terms that read the same, the first is kept.
        ignored: Lower-case words that alone are never a term ("today" is a drug's trade name).
    """

    def __init__(self, terms: Iterable[Term], ignored: Iterable[str] = ()) -> None:
        self._words: dict[str, int] = {}
        self._steps: dict[tuple[int, int], int] = {}
        self._ends: dict[int, Term] = {}
        self._ignored = {_stem(word) for word in ignored}
        for term in terms:
            self._add(term)
        self._firsts = frozenset(word for node, word in self._steps if node == _ROOT)

    def __len__(self) -> int:
        """Counts the different word sequences."""
        return len(self._ends)

    def find(self, text: str) -> list[Match]:
        """Finds terms in a text.

        Args:
            text: Any text; case does not matter.

        Returns:
            Disjoint matches in order; where terms overlap, the one that begins first, then the
            longest.
        """
        return list(self._matches(text))

    def has_word(self, word: str) -> bool:
        """Whether a word, in small letters, stands in any term."""
        return _stem(word) in self._words

    def _add(self, term: Term) -> None:
        stems = [_stem(word) for word in _TOKEN.findall(term.name.lower())]
        if not any(len(stem) > 2 and not stem.isdigit() for stem in stems):
            return
        if len(stems) == 1 and stems[0] in self._ignored:
            return
        node = _ROOT
        for stem in stems:
            word = self._words.setdefault(stem, len(self._words) + 1)
            node = self._steps.setdefault((node, word), len(self._steps) + 1)
        self._ends.setdefault(node, term)

    def _matches(self, text: str) -> Iterator[Match]:
        found = list(_TOKEN.finditer(_lower(text)))
        known: dict[str, int] = {}
        numbers = []
        for match in found:
            word = match[0]
            number = known.get(word)
            if number is None:
                number = known[word] = self._words.get(_stem(word), _UNKNOWN)
            numbers.append(number)
        free = 0
        for first, number in enumerate(numbers):
            if number not in self._firsts or first < free:
                continue
            last, term = self._longest(numbers, first)
            if term is not None:
                yield Match(found[first].start(), found[last].end(), term)
                free = last + 1

    def _longest(self, numbers: list[int], first: int) -> tuple[int, Term | None]:
        """The longest term that begins with the given word, and its last word."""
        node, best, last = _ROOT, None, first
        for index in range(first, len(numbers)):
            step = self._steps.get((node, numbers[index]))
            if step is None:
                break
            node = step
            if node in self._ends:
                best, last = self._ends[node], index
        return last, best


def _lower(text: str) -> str:
    """Lower case that keeps every offset (two letters become more than one)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _stem(word: str) -> str:
    """Strips a regular plural."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(_SINGULAR):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1]
