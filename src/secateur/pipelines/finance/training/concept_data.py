"""Examples for the ranker of concepts: items of tagged filings and what the filers call them."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secateur.pipelines.finance.concepts.encode import (
    Encoded,
    encode,
    numbers_of,
    tokens,
    words_of_report,
)
from secateur.pipelines.finance.concepts.network import KINDS, SIGNS, TYPES
from secateur.pipelines.finance.concepts.precedents import TaggedItems
from secateur.pipelines.finance.concepts.surroundings import FIELDS

UNKNOWN = -1
"""The concept of an item that nothing is tagged in."""
_TYPES = {
    "monetaryItemType": "MONEY", "percentItemType": "PERCENT", "pureItemType": "PERCENT",
    "sharesItemType": "SHARES", "perShareItemType": "PER_SHARE", "perUnitItemType": "PER_SHARE",
}  # fmt: skip
_STATEMENTS = {
    "IncomeStatement": "income_statement", "BalanceSheet": "balance_sheet",
    "CashFlowStatement": "cash_flow",
}  # fmt: skip
_CAMEL = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LABELS, _LABEL_WORDS, _DOCUMENTATION_WORDS = 12, 60, 40
"""Labels of a concept that it is known by, and words of them and of its documentation."""
_FILERS = 3
"""Companies, or concepts of the taxonomy, that use a word of the vocabulary at least."""


@dataclass(frozen=True)
class Concept:
    """A concept of the taxonomy that figures may have: its texts and their type."""

    name: str
    type: str
    labels: tuple[str, ...]
    documentation: str
    statement: str

    def texts(self) -> tuple[str, str, str]:
        """Its name as words, its labels, its documentation."""
        return " ".join(_CAMEL.findall(self.name)), " . ".join(self.labels), self.documentation


@dataclass(frozen=True)
class Example:
    """An item to learn from: its words, its concept's number or `UNKNOWN`, and its flip."""

    item: Encoded
    concept: int
    flip: bool | None


def read_taxonomy(path: Path) -> list[Concept]:
    """Reads the concepts that figures may have, in alphabetical order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    found = []
    for entry in entries:
        kind = (entry.get("type") or {}).get("type", "").rpartition(":")[2]
        if kind not in _TYPES:
            continue
        labels = tuple(dict.fromkeys(entry["labels"]))
        statement = _STATEMENTS.get(entry.get("statement"), "table")
        documentation = entry.get("documentation") or ""
        found.append(Concept(entry["concept"], _TYPES[kind], labels, documentation, statement))
    return sorted(found, key=lambda concept: concept.name)


def with_used(taxonomy: Sequence[Concept], filings: Iterable[TaggedItems]) -> list[Concept]:
    """Adds the concepts that filings use and the taxonomy's file lacks: newer ones."""
    known = {concept.name for concept in taxonomy}
    used = {
        name: item.type
        for filing in filings
        for name, item in zip(filing.concepts, filing.items, strict=True)
        if name and name not in known
    }
    return [*taxonomy, *(Concept(name, used[name], (), "", "table") for name in sorted(used))]


def vocabulary_of(filings: Iterable[TaggedItems], taxonomy: Iterable[Concept]) -> list[str]:
    """Lists the words that several companies or concepts use, in alphabetical order."""
    used: dict[str, set[str]] = {}
    for filing in filings:
        texts = used.setdefault(filing.company, set())
        for item in filing.items:
            texts.update(token for text in item.texts.values() for token in tokens(text))
    companies = Counter(token for found in used.values() for token in found)
    concepts = Counter(
        token
        for concept in taxonomy
        for token in {
            token for text in (concept.texts()[0], *concept.labels) for token in tokens(text)
        }
    )
    return sorted(
        token
        for token in companies.keys() | concepts.keys()
        if companies[token] >= _FILERS
        or (concepts[token] >= _FILERS and ("_" not in token or companies[token]))
    )


def examples_of(
    filing: TaggedItems, vocabulary: Mapping[str, int], concepts: Mapping[str, int]
) -> tuple[list[Example], tuple[int, ...]]:
    """Makes the examples of a filing, and the words of its statements' row heads.

    Args:
        filing: Its items.
        vocabulary: Numbers of words.
        concepts: Numbers of concepts; all others have the number behind the last.
    """
    encoded = encode(filing.items, vocabulary)
    known = [
        UNKNOWN if name is None else concepts.get(name, len(concepts)) for name in filing.concepts
    ]
    examples = [
        Example(*each) for each in zip(encoded, known, filing.flips, strict=True)
    ]  # fmt: skip
    return examples, words_of_report(filing.items, vocabulary)


def examples_of_labels(
    taxonomy: Sequence[Concept], vocabulary: Mapping[str, int], most: int
) -> Iterator[Example]:
    """Yields rows that are headed by what filers and the taxonomy call a concept.

    Args:
        taxonomy: The concepts.
        vocabulary: Numbers of words.
        most: Labels of a concept.
    """
    empty = ((),) * (len(FIELDS) - 1)
    for number, concept in enumerate(taxonomy):
        for place, label in enumerate(concept.labels[:most]):
            kind = concept.statement if place % 2 else "table"
            known = (
                KINDS.index(kind), 0, TYPES.index(concept.type), 0, SIGNS.index("positive"), 0, 0
            )  # fmt: skip
            text = numbers_of(label, vocabulary)
            if text:
                yield Example(Encoded((text, *empty), known, -number), number, None)


def texts_of_concepts(
    taxonomy: Iterable[Concept], vocabulary: Mapping[str, int]
) -> list[tuple[tuple[int, ...], ...]]:
    """Returns the words of each concept's name, labels and documentation."""
    found: list[tuple[tuple[int, ...], ...]] = []
    for concept in taxonomy:
        name, _, documentation = concept.texts()
        labels = [n for text in concept.labels[:_LABELS] for n in numbers_of(text, vocabulary)]
        found.append(
            (
                numbers_of(name, vocabulary),
                tuple(labels[:_LABEL_WORDS]),
                numbers_of(documentation, vocabulary)[:_DOCUMENTATION_WORDS],
            )
        )
    return found
