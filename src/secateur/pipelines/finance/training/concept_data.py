"""Examples for the ranker of concepts: items of tagged filings and what the filers call them."""

from __future__ import annotations

import gzip
import json
import logging
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.finance.concepts.encode import (
    Encoded,
    encode,
    numbers_of,
    tokens,
    words_of_report,
)
from secateur.pipelines.finance.concepts.network import KINDS, SIGNS, TYPES
from secateur.pipelines.finance.concepts.surroundings import FIELDS, Item, surroundings
from secateur.pipelines.finance.figures.facts import FigureFact, figure_facts
from secateur.pipelines.finance.numbers.concepts import TAXONOMY
from secateur.pipelines.finance.statements.primary import kinds_of_tables
from secateur.pipelines.ingestion.tagged import Fact, read_with_facts

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

logger = logging.getLogger(__name__)


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


def read_items(path: Path) -> TaggedItems:
    """Reads the items of a tagged filing.

    What is known of a figure is taken from its tag, as the model of entities would find it.
    """
    document, facts = read_with_facts(path)
    figures = list(figure_facts(document.text, facts))
    entities = [entity_of(document, figure) for figure in figures]
    kinds = kinds_of_tables(layout_of(document))
    items = surroundings(document, entities, kinds)
    starts = [figure.start for figure in figures]
    tagged = [
        [
            figures[at]
            for start, end in item.cells
            for at in range(bisect_left(starts, start), bisect_left(starts, end))
        ]
        for item in items
    ]
    logger.info("%s: %d items", path.name, len(items))
    return TaggedItems(
        path.name.partition("-")[0],
        tuple(items),
        tuple(map(_concept, tagged)),
        tuple(map(_flip, tagged)),
        tuple(entities),
    )


def entity_of(document: Document, figure: FigureFact) -> Entity:
    """Makes the entity that a tagged figure is."""
    return Entity(
        document.doc_id, figure.start, figure.end, document.text[figure.start : figure.end],
        figure.label, 1.0, value=figure.printed, unit=figure.facts[0].unit,
        period=min(figure.periods),
    )  # fmt: skip


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


def _name(fact: Fact) -> str:
    return fact.concept.removeprefix(TAXONOMY) if fact.concept.startswith(TAXONOMY) else ""


def _concept(figures: Sequence[FigureFact]) -> str | None:
    named = Counter(_name(figure.facts[0]) for figure in figures)
    return next((name for name, _ in named.most_common(1)), None)


def _flip(figures: Sequence[FigureFact]) -> bool | None:
    name = _concept(figures)
    flips = [
        figure.tagged * figure.printed < 0
        for figure in figures
        if figure.tagged and _name(figure.facts[0]) == name
    ]
    return 2 * sum(flips) > len(flips) if flips else None
