"""Longest matches of a large list of clinical terms in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

_TOKEN = re.compile(r"[a-z0-9]+")
# Words that end in s and are no plurals.
_SINGULAR = ("ss", "us", "is")


class Term(NamedTuple):
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


@dataclass(slots=True)
class _Node:
    """A beginning of names.

    Attributes:
        term: What it is the whole name of, if anything.
        after: By the word that follows.
    """

    term: Term | None = None
    after: dict[str, _Node] = field(default_factory=dict)


class TermMatcher:
    """Finds terms by whole words, the longest first, plurals and hyphens aside.

    Names wait by their first word until a text has it; only then they are laid out as a trie. Of
    all names a document needs few, so that a large list is ready in a fraction of the time.

    Args:
        terms: Of several terms that read the same, the first is kept.
        ignored: Lower-case words that alone are never a term ("today" is a drug's trade name).
    """

    def __init__(self, terms: Iterable[Term], ignored: Iterable[str] = ()) -> None:
        self._terms = tuple(terms)
        self._ignored = {_stem(word) for word in ignored}
        self._roots: dict[str, _Node] = {}
        self._by_first: dict[str, list[Term]] = {}
        for term in self._terms:
            first = _TOKEN.search(term.name.lower())
            if first:
                self._by_first.setdefault(_stem(first[0]), []).append(term)

    def __len__(self) -> int:
        """Counts the names."""
        return len(self._terms)

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

    @cached_property
    def _words(self) -> frozenset[str]:
        names = (term.name.lower() for term in self._terms)
        words = _TOKEN.findall(
            "\n".join(name for name in names if _stem(name) not in self._ignored)
        )
        return frozenset(map(_stem, set(words)))

    def _root(self, word: str) -> _Node:
        """The trie of names that begin with a word, laid out when it is first asked for."""
        if word not in self._roots:
            root = _Node()
            for term in self._by_first[word]:
                self._lay_out(term, root)
            self._roots[word] = root
        return self._roots[word]

    def _lay_out(self, term: Term, node: _Node) -> None:
        stems = [_stem(word) for word in _TOKEN.findall(term.name.lower())]
        if not any(len(stem) > 2 and not stem.isdigit() for stem in stems):
            return
        if len(stems) == 1 and stems[0] in self._ignored:
            return
        for stem in stems[1:]:
            node = node.after.setdefault(stem, _Node())
        node.term = node.term or term

    def _matches(self, text: str) -> Iterator[Match]:
        found = list(_TOKEN.finditer(_lower(text)))
        known: dict[str, str] = {}
        words = []
        for match in found:
            word = match[0]
            stem = known.get(word)
            if stem is None:
                stem = known[word] = _stem(word)
            words.append(stem)
        free = 0
        for first, word in enumerate(words):
            if first < free or word not in self._by_first:
                continue
            last, term = self._longest(words, first)
            if term is not None:
                yield Match(found[first].start(), found[last].end(), term)
                free = last + 1

    def _longest(self, words: list[str], first: int) -> tuple[int, Term | None]:
        """The longest term that begins with the given word, and its last word."""
        node: _Node | None = self._root(words[first])
        best, last, index = None, first, first
        while node is not None:
            if node.term is not None:
                best, last = node.term, index
            index += 1
            node = node.after.get(words[index]) if index < len(words) else None
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
