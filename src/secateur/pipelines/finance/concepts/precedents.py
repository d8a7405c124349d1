"""What a company called its figures in earlier filings, which it mostly goes on to do.

A figure is known again by the words around it, from the nearest ones to all of them; how much a
match counts is how often it was right between the filings of 24 training companies.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.concepts.decoding import Chances, Number, telling_numbers
from secateur.pipelines.finance.concepts.surroundings import Item, words

_TRUST: Mapping[str, tuple[float, ...]] = {
    "statement": (0.98, 0.975, 0.97, 0.90),
    "table": (0.95, 0.87, 0.79, 0.64),
    "caption": (0.80, 0.80),
    "prose": (0.93, 0.80),
}
"""Share of figures whose concept was the earlier one, by what is the same, the most first."""
_NUMBER = 0.85
"""The same where only a number of a period is, as in a column of the year before."""
_PROSE_WORDS = ((6, 4), (4, 2))
_CAPTION_WORDS = ((4, 4), (2, 2))
"""Words before and behind a figure that are the same."""
_LEAST = 1e-9
"""Chance of a concept that was not considered."""


@dataclass(frozen=True)
class TaggedItems:
    """The items of a filing.

    Attributes:
        company: The first part of its file's name.
        items: Its items.
        concepts: Of each item the concept without prefix; "" for one that is no us-gaap's, None
            where nothing is tagged.
        flips: Whether the tagged sign is the opposite of the printed one; None where nobody knows.
        figures: Its tagged figures.
    """

    company: str
    items: tuple[Item, ...]
    concepts: tuple[str | None, ...]
    flips: tuple[bool | None, ...]
    figures: tuple[Entity, ...]


@dataclass
class _Known:
    concepts: Counter[str] = field(default_factory=Counter)
    flips: Counter[tuple[str, bool]] = field(default_factory=Counter)


class Precedents:
    """Concepts of earlier filings by the words around their figures."""

    def __init__(self, filings: Sequence[TaggedItems]) -> None:
        """Takes the filings of one company, see `TaggedItems`."""
        self._known: defaultdict[Hashable, _Known] = defaultdict(_Known)
        for filing in filings:
            numbers = telling_numbers(filing.items, filing.figures)
            tags = zip(filing.items, numbers, filing.concepts, filing.flips, strict=True)
            for item, printed, name, flip in tags:
                for key in (*_keys(item), *printed) if name is not None else ():
                    known = self._known[key]
                    known.concepts[name or ""] += 1
                    if flip is not None:
                        known.flips[name or "", flip] += 1

    def chances(
        self,
        items: Sequence[Item],
        entities: Sequence[Entity],
        own: Sequence[Chances],
        names: Sequence[str],
    ) -> list[Chances]:
        """Mixes the chances of a report's items with what such figures were called.

        Args:
            items: The items.
            entities: The figures that were found in the report.
            own: Log-chances of each item by concept.
            names: Concepts without prefix, by number; "none of these" has the number behind.

        Returns:
            The log-chances, those of `own` where no such figure is known.
        """
        places = {name: number for number, name in enumerate(names)}
        numbers = telling_numbers(items, entities)
        return [
            self._mixed(item, printed, chances, places)
            for item, printed, chances in zip(items, numbers, own, strict=True)
        ]

    def settled(self, items: Sequence[Item]) -> set[int]:
        """Returns the numbers of the items that are known by the words around them."""
        return {number for number, item in enumerate(items) if self._find(item, ()) is not None}

    def flip(self, item: Item, concept: str) -> bool | None:
        """Says whether such figures of a concept had the opposite of the printed sign."""
        found = self._find(item, ())
        if found is None:
            return None
        flips = found[1].flips
        for_it, against = flips[concept, True], flips[concept, False]
        return for_it > against if for_it or against else None

    def _mixed(
        self, item: Item, numbers: Iterable[Number], own: Chances, places: Mapping[str, int]
    ) -> Chances:
        found = self._find(item, numbers)
        if found is None:
            return own
        trust, known = found
        whole = known.concepts.total()
        mixed = {name: (1 - trust) * math.exp(chance) for name, chance in own.items()}
        for concept, count in known.concepts.items():
            place = places.get(concept, len(places))
            mixed[place] = mixed.get(place, 0.0) + trust * count / whole
        return {name: math.log(max(chance, _LEAST)) for name, chance in mixed.items()}

    def _find(self, item: Item, numbers: Iterable[Number]) -> tuple[float, _Known] | None:
        for trust, key in zip(_TRUST[_group(item)], _keys(item), strict=True):
            if key in self._known:
                return trust, self._known[key]
        for number in numbers:
            if number in self._known:
                return _NUMBER, self._known[number]
        return None


def _group(item: Item) -> str:
    if item.in_caption:
        return "caption"
    return item.kind if item.kind in ("table", "prose") else "statement"


def _keys(item: Item) -> Iterator[Hashable]:
    """What figures have in common that are known again, the most first."""
    group = _group(item)
    if group in ("caption", "prose"):
        before, after = (words(item.texts.get(name, "")) for name in ("before", "after"))
        for first, last in _CAPTION_WORDS if group == "caption" else _PROSE_WORDS:
            yield item.kind, group, item.type, tuple(before[-first:]), tuple(after[:last])
        return
    texts = [
        tuple(words(item.texts.get(name, ""))) for name in ("label", "captions", "column", "title")
    ]
    for count in range(len(texts), 0, -1):
        yield item.kind, item.type, item.span == "instant", *texts[:count]
