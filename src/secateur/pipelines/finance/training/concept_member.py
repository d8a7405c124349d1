"""One network of the ranker of concepts in training."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from secateur.pipelines.finance.concepts.encode import Encoded, bags, batch
from secateur.pipelines.finance.concepts.network import TYPES, ConceptNetwork, Sizes
from secateur.pipelines.finance.concepts.precedents import TaggedItems
from secateur.pipelines.finance.concepts.surroundings import FIELDS, SPANS
from secateur.pipelines.finance.training.concept_data import (
    UNKNOWN,
    Concept,
    Example,
    texts_of_concepts,
)

_UNUSED = 600
"""Concepts that no training filing uses among those of a step."""
_FLIP = 0.3
"""What the signs count beside the concepts."""


@dataclass(frozen=True)
class ConceptTraining:
    """How it is learnt.

    Attributes:
        checkpoint: Folder of the finished ranker.
        members: Networks of the ensemble.
        parts: Into how many parts the companies are divided; a member leaves one out.
        epochs: Passes over the examples.
        learning_rate: The highest.
        weight_decay: Of matrices.
        items: Items of a step, at most.
        dropout: Share of features that are dropped.
        word_dropout: Share of words that are dropped.
        own_dropout: Share of concepts that have no vector of their own in a step.
        labels: Labels of the taxonomy that are learnt from, a concept.
        seed: Of everything drawn.
        threads: Threads of torch.
    """

    checkpoint: str
    members: int = 3
    parts: int = 6
    epochs: int = 12
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    items: int = 700
    dropout: float = 0.3
    word_dropout: float = 0.2
    own_dropout: float = 0.1
    labels: int = 4
    seed: int = 0
    threads: int = 2


@dataclass(frozen=True)
class Block:
    """Examples that see each other, and the number of their report."""

    examples: tuple[Example, ...]
    report: int


@dataclass(frozen=True)
class Prepared:
    """What members learn from.

    Attributes:
        vocabulary: Words, numbered from 1.
        taxonomy: Concepts, numbered from 0.
        companies: Of each report.
        reports: Words of the statements' row heads of each report; the last has none.
        blocks: All blocks of the reports.
        labels: Blocks of the taxonomy's labels.
        filings: The filings' items, for calibration.
    """

    vocabulary: tuple[str, ...]
    taxonomy: tuple[Concept, ...]
    companies: tuple[str, ...]
    reports: tuple[tuple[int, ...], ...]
    blocks: tuple[Block, ...]
    labels: tuple[Block, ...]
    filings: tuple[TaggedItems, ...]


def left_out_of(member: int, prepared: Prepared, settings: ConceptTraining) -> set[str]:
    """The companies that a member does not see."""
    companies = sorted(set(prepared.companies))
    random.Random(settings.seed).shuffle(companies)
    return set(companies[member :: settings.parts]) if settings.parts > 1 else set()


class Member:
    """One network in training.

    Args:
        prepared: What is learnt from.
        settings: How.
        number: Which member it is.
    """

    def __init__(self, prepared: Prepared, settings: ConceptTraining, number: int) -> None:
        self._prepared, self._settings = prepared, settings
        self._random = random.Random(1000 * settings.seed + number)
        torch.manual_seed(1000 * settings.seed + number)
        out = left_out_of(number, prepared, settings)
        known = [b for b in prepared.blocks if any(e.concept != UNKNOWN for e in b.examples)]
        kept = [block for block in known if prepared.companies[block.report] not in out]
        self._blocks = [*kept, *prepared.labels]
        used = {example.concept for block in self._blocks for example in block.examples}
        self._used = sorted(used - {UNKNOWN, len(prepared.taxonomy)})
        self._unused = sorted(set(range(len(prepared.taxonomy))) - used)
        words = {word: number for number, word in enumerate(prepared.vocabulary, 1)}
        self._texts = texts_of_concepts(prepared.taxonomy, words)
        self.network = network_of(prepared, settings.dropout)
        parameters = list(self.network.parameters())
        groups: list[dict[str, Any]] = [
            {"params": [p for p in parameters if p.dim() > 1]},
            {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(
            groups, settings.learning_rate, weight_decay=settings.weight_decay
        )
        # How blocks fall into steps differs a little from pass to pass.
        steps = settings.epochs * (len(list(self._steps())) + 8)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, settings.learning_rate, steps, pct_start=0.1
        )

    def epoch(self) -> float:
        """Passes over all examples once and returns the mean loss."""
        self.network.train()
        total = count = 0.0
        for group in self._steps():
            loss, known = self._loss(group)
            self.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step()
            self.schedule.step()
            total, count = total + loss.item() * known, count + known
        return total / count

    def concepts(self) -> Tensor:
        """Vectors of all concepts `[C + 1, D]`."""
        self.network.eval()
        with torch.no_grad():
            everything = torch.arange(len(self._texts))
            return self.network.concepts(self._bags(range(len(self._texts))), everything)

    def state(self) -> dict[str, Any]:
        """What a later run goes on from."""
        parts = (self.network, self.optimizer, self.schedule)
        return {
            "parts": [part.state_dict() for part in parts],
            "random": self._random.getstate(),
            "torch": torch.get_rng_state(),
        }

    def resume(self, state: Mapping[str, Any]) -> None:
        """Goes on from what `state` returned."""
        parts: tuple[Any, ...] = (self.network, self.optimizer, self.schedule)
        for part, known in zip(parts, state["parts"], strict=True):
            part.load_state_dict(known)
        self._random.setstate(state["random"])
        torch.set_rng_state(state["torch"])

    def _steps(self) -> Iterator[list[Block]]:
        """Blocks of about the same length together, in random order."""
        keyed = [(len(b.examples) + 4 * self._random.random(), b) for b in self._blocks]
        groups: list[list[Block]] = [[]]
        for _, block in sorted(keyed, key=lambda pair: pair[0]):
            longest = max(len(block.examples), *(len(b.examples) for b in groups[-1][-1:]), 1)
            if groups[-1] and longest * (len(groups[-1]) + 1) > self._settings.items:
                groups.append([])
            groups[-1].append(block)
        self._random.shuffle(groups)
        yield from groups

    def _loss(self, group: Sequence[Block]) -> tuple[Tensor, int]:
        examples = [example for block in group for example in block.examples]
        used = sorted({block.report for block in group})
        items = batch(
            [[self._dropped(example) for example in block.examples] for block in group],
            [self._prepared.reports[number] for number in used],
            [used.index(block.report) for block in group],
        )
        some = self._used + self._random.sample(self._unused, min(_UNUSED, len(self._unused)))
        numbers = torch.tensor(some)
        concepts = self.network.concepts(self._bags(some), numbers, self._settings.own_dropout)
        place = {number: at for at, number in enumerate([*some, len(self._prepared.taxonomy)])}
        known = [n for n, example in enumerate(examples) if example.concept != UNKNOWN]
        gold = torch.tensor([place[examples[n].concept] for n in known])
        vectors = self.network(items)[known]
        logits = self.network.logits(vectors, concepts, items.known[known, 2], numbers)
        loss = cross_entropy(logits, gold)
        signed = [at for at, n in enumerate(known) if examples[n].flip is not None]
        if signed:
            flips = torch.tensor([float(bool(examples[known[at]].flip)) for at in signed])
            said = self.network.flips(vectors[signed], concepts[gold[signed]])
            loss = loss + _FLIP * binary_cross_entropy_with_logits(said, flips)
        return loss, len(known)

    def _dropped(self, example: Example) -> Encoded:
        share, item = self._settings.word_dropout, example.item
        texts = tuple(
            tuple(word for word in text if self._random.random() >= share) for text in item.texts
        )
        return Encoded(texts, item.known, item.block)

    def _bags(self, numbers: Sequence[int]) -> list[Any]:
        return [bags([self._texts[number][part] for number in numbers]) for part in range(3)]


def sizes_of(prepared: Prepared) -> Sizes:
    """Sizes of the networks."""
    return Sizes(len(prepared.vocabulary), len(FIELDS), len(SPANS), len(prepared.taxonomy))


def network_of(prepared: Prepared, dropout: float = 0.0) -> ConceptNetwork:
    """Makes a new network."""
    types = [TYPES.index(concept.type) for concept in prepared.taxonomy]
    return ConceptNetwork(sizes_of(prepared), types, dropout)
