"""Names of drugs, each found under the drug's other names in the time of a look-up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from secateur.pipelines.clinical.language.drug_names import known_drugs
from secateur.pipelines.clinical.verification.pairs import SALTS
from secateur.pipelines.terminology.matcher import TermMatcher

_SALT = re.compile(rf"\b(?:{SALTS})\b")
"""Of drugs that differ by it alone: "metoprolol tartrate was switched to metoprolol succinate"."""
_LETTERS = {
    "asa": "aspirin",
    "inh": "isoniazid",
    "kcl": "potassium chloride",
    "mmf": "mycophenolate mofetil",
    "mtx": "methotrexate",
    "ntg": "nitroglycerin",
    "ptu": "propylthiouracil",
}
"""What prescribers write for a drug and no vocabulary has."""
_SAME = {"thyroxine": "levothyroxine"}
"""Concepts of a vocabulary that are one drug."""


class DrugNames:
    """Names as a note writes them, each once, in order.

    A name is another name's drug if it is that name, or that name with more words behind it
    ("lithium carbonate" of "lithium"), or if it ends in a known drug, both name the same concepts
    and not different salts.

    Args:
        vocabulary: Drug names; without it no concepts are known.
    """

    def __init__(self, vocabulary: TermMatcher | None) -> None:
        self._vocabulary = vocabulary
        self._names: dict[str, None] = {}
        self._by_beginning: defaultdict[str, set[str]] = defaultdict(set)
        self._by_concepts: defaultdict[tuple[str, ...], dict[str, bool]] = defaultdict(dict)

    def __iter__(self) -> Iterator[str]:
        """Gives the names in order."""
        return iter(self._names)

    def add(self, *names: str) -> None:
        """Adds names behind the others."""
        for name in names:
            if name in self._names:
                continue
            self._names[name] = None
            for beginning in _beginnings(name):
                self._by_beginning[beginning].add(name)
            concepts, ends_known = self._concepts(name)
            if concepts:
                self._by_concepts[concepts][name] = ends_known

    def remove(self, *names: str) -> None:
        """Takes names away that are there."""
        for name in names:
            del self._names[name]
            for beginning in _beginnings(name):
                self._by_beginning[beginning].remove(name)
            self._by_concepts[self._concepts(name)[0]].pop(name, None)

    def called(self, other: str) -> set[str]:
        """Returns the names that are the drug of another name."""
        alike = self._by_concepts.get(self._concepts(other)[0], {}).items()
        return {
            *self._by_beginning.get(other, ()),
            *(name for name, ends_known in alike if ends_known and not _differ(name, other)),
        }

    def cover(self, listed: str) -> bool:
        """Whether a listed name is the drug of one of these."""
        if any(beginning in self._names for beginning in _beginnings(listed)):
            return True
        concepts, ends_known = self._concepts(listed)
        alike = self._by_concepts.get(concepts, ()) if ends_known else ()
        return any(not _differ(listed, name) for name in alike)

    def longest(self) -> Iterator[str]:
        """Gives the names that do not begin a longer one."""
        return (name for name in self._names if len(self._by_beginning[name]) == 1)

    def _concepts(self, name: str) -> tuple[tuple[str, ...], bool]:
        """The known drugs of a name, and whether it ends in the last."""
        name = _LETTERS.get(name, name)
        found = self._vocabulary.find(name) if self._vocabulary else []
        concepts = tuple(_SAME.get(match.term.concept, match.term.concept) for match in found)
        return concepts, bool(found) and found[-1].end == len(name)


class SameDrugs:
    """Which of some names are of one drug, by brand and generic or letter by letter.

    Args:
        names: All names that will be asked for, in small letters.
        vocabulary: Drug names; without it no concepts are known.
    """

    def __init__(self, names: Iterable[str], vocabulary: TermMatcher | None) -> None:
        self._vocabulary = vocabulary
        self._parts: dict[str, list[str]] = {}
        self._called: dict[str, set[str]] = {}
        whole = dict.fromkeys(names)
        for name in whole:
            known = known_drugs(name, vocabulary) if vocabulary else []
            self._parts[name] = [name[slice(*span)] for span in known] if len(known) > 1 else []
        self._names = DrugNames(vocabulary)
        self._names.add(*whole, *chain.from_iterable(self._parts.values()))

    def are_same(self, one: str, other: str) -> bool:
        """Whether two names are of one drug; of several joined as one ("a/b") either is."""
        if other in self._of(one) or one in self._of(other):
            return True
        return any(one in self._of(part) or part in self._of(one) for part in self._parts[other])

    def _of(self, name: str) -> set[str]:
        if name not in self._called:
            self._called[name] = self._names.called(name)
        return self._called[name]


def is_same(first: str, second: str, vocabulary: TermMatcher | None) -> bool:
    """Whether two names are of one drug."""
    first, second = first.lower(), second.lower()
    return SameDrugs((first, second), vocabulary).are_same(first, second)


def _beginnings(name: str) -> list[str]:
    """A name and what stands before each space in it."""
    return [name, *(name[:at] for at, letter in enumerate(name) if letter == " ")]


def _differ(first: str, second: str) -> bool:
    """Whether two names have salts, and none in common."""
    salts = [{*_SALT.findall(name)} for name in (first, second)]
    return all(salts) and salts[0].isdisjoint(salts[1])
