"""Ranks the concepts of the us-gaap taxonomy for the figures of a report."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from secateur.core.models.shipped import shipped
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.once import once
from secateur.pipelines.finance.candidates.found import FIGURES
from secateur.pipelines.finance.concepts.decoding import Chances, decode
from secateur.pipelines.finance.concepts.encode import batch, blocks, encode, words_of_report
from secateur.pipelines.finance.concepts.network import TYPES, ConceptNetwork, Sizes
from secateur.pipelines.finance.concepts.precedents import Precedents
from secateur.pipelines.finance.concepts.surroundings import Item, surroundings

TAXONOMY = "us-gaap:"
BEST = 5
"""Concepts that are ranked for an item."""
_WEIGHTS, _DESCRIPTION = "weights.safetensors", "ranker.json"
_LIKELY = 32
"""Concepts of an item that are considered."""
_ITEMS = 1_500
"""Items read at once, padding included."""
_TRAINING_ONLY = ("of_concept.", "concept_norm.")
"""Parts of a network that made the vectors of concepts, which ship ready made."""


@dataclass(frozen=True)
class Ranked:
    """What a figure, or the figures of a row, may state.

    Attributes:
        item: The figures.
        names: The most probable concepts ("us-gaap:Assets"), the first first.
        chances: Of all that were considered, by name.
        probability: That the first is right, 0 to 1, calibrated on companies left out.
        shown: Whether that is enough for the ranker to commit itself.
        flipped: Whether the first one's sign is the opposite of the printed one.
    """

    item: Item
    names: tuple[str, ...]
    chances: Mapping[str, float]
    probability: float
    shown: bool
    flipped: bool


@dataclass(frozen=True)
class Calibration:
    """How the chance of a first concept becomes a probability, by the kind of its item.

    Attributes:
        slopes: What the log-odds are multiplied by.
        offsets: What is added to them.
        thresholds: Probability from which on a concept is shown.
    """

    slopes: Mapping[str, float]
    offsets: Mapping[str, float]
    thresholds: Mapping[str, float]

    def probability(self, kind: str, chance: float) -> float:
        """Returns the probability that a first concept of a chance is right."""
        chance = min(max(chance, 1e-6), 1 - 1e-6)
        odds = self.slopes[kind] * math.log(chance / (1 - chance)) + self.offsets[kind]
        return 1 / (1 + math.exp(-odds))


def kind_of(item: Item) -> str:
    """Names the group of items that are calibrated together."""
    return "caption" if item.in_caption else item.kind


class ConceptRanker:
    """An ensemble of networks with what they read.

    Args:
        networks: Its members, ready to read.
        names: Concepts without prefix, by number.
        vocabulary: Numbers of words, from 1.
        calibration: See `Calibration`.
    """

    def __init__(
        self,
        networks: Sequence[ConceptNetwork],
        names: Sequence[str],
        vocabulary: Mapping[str, int],
        calibration: Calibration,
    ) -> None:
        self._networks, self._names = list(networks), list(names)
        self._vocabulary, self._calibration = vocabulary, calibration

    @classmethod
    def load(cls, folder: Path) -> ConceptRanker:
        """Loads a ranker.

        Args:
            folder: What `save` wrote.
        """
        description = json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
        weights = load_file(folder / _WEIGHTS)
        networks = []
        for number in range(description["members"]):
            types = [TYPES.index(name) for name in description["types"]]
            network = ConceptNetwork(Sizes(**description["sizes"]), types)
            prefix = f"{number}."
            own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
            network.load_state_dict({k: v.float() for k, v in own.items()}, strict=False)
            networks.append(network.eval())
        vocabulary = {word: number for number, word in enumerate(description["vocabulary"], 1)}
        calibration = Calibration(**description["calibration"])
        return cls(networks, description["concepts"], vocabulary, calibration)

    def rank(
        self,
        document: Document,
        entities: Sequence[Entity],
        kinds: Mapping[int, str],
        precedents: Precedents | None = None,
    ) -> list[Ranked]:
        """Ranks the concepts of all figures of a report.

        Args:
            document: The report.
            entities: What was found in it; figures with type and period.
            kinds: Of the tables that are a primary statement which one, by their first characters.
            precedents: What the company called its figures earlier.

        Returns:
            The items of `surroundings` with their concepts.
        """
        items = surroundings(document, entities, kinds)
        if not items:
            return []
        vectors, chances = self.read(items)
        settled: set[int] = set()
        if precedents is not None:
            chances = precedents.chances(items, entities, chances, self._names)
            settled = precedents.settled(items)
        decided = decode(items, entities, chances, len(self._names), settled)
        flipped = self._flipped(vectors, decided)
        if precedents is not None:
            flipped = self._as_before(items, decided, flipped, precedents)
        return [
            self._ranked(item, own, flip)
            for item, own, flip in zip(items, decided, flipped, strict=True)
        ]

    @torch.no_grad()
    def read(self, items: Sequence[Item]) -> tuple[list[Tensor], list[Chances]]:
        """Reads items.

        Args:
            items: The items of a report.

        Returns:
            Their vectors by each member `[N, D]`, and the log-chances of each one's likeliest
            concepts by the mean of all members.
        """
        encoded = encode(items, self._vocabulary)
        heads = words_of_report(items, self._vocabulary)
        everything = torch.arange(len(self._names))
        width = self._networks[0].own.embedding_dim
        vectors = [torch.empty(len(items), width) for _ in self._networks]
        chances: list[Chances] = [{}] * len(items)
        for group in _batches(list(blocks(encoded))):
            order = [number for block in group for number in block]
            read = batch(
                [[encoded[n] for n in block] for block in group], [heads], [0] * len(group)
            )
            total = torch.zeros(len(order), len(self._names) + 1)
            for network, found in zip(self._networks, vectors, strict=True):
                found[order] = own = network(read)
                logits = network.logits(own, network.own.weight, read.known[:, 2], everything)
                total += logits.softmax(-1)
            best = (total / len(self._networks)).topk(min(_LIKELY, total.shape[1]))
            logs, names = best.values.clamp(min=1e-9).log().tolist(), best.indices.tolist()
            for number, *pair in zip(order, names, logs, strict=True):
                chances[number] = dict(zip(*pair, strict=True))
        return vectors, chances

    @torch.no_grad()
    def _flipped(self, vectors: Sequence[Tensor], decided: Sequence[Chances]) -> list[bool]:
        """Whether the sign of each item's first concept is the opposite of the printed one."""
        first = torch.tensor([next(iter(own)) for own in decided])
        flips = [
            network.flips(found, network.own.weight[first])
            for network, found in zip(self._networks, vectors, strict=True)
        ]
        flipped: list[bool] = (torch.stack(flips).mean(0) > 0).tolist()
        return flipped

    def _as_before(
        self,
        items: Sequence[Item],
        decided: Sequence[Chances],
        flipped: Sequence[bool],
        precedents: Precedents,
    ) -> list[bool]:
        """Signs as the company gave them to the same concepts earlier."""
        before = [
            precedents.flip(item, self._names[next(iter(own))])
            for item, own in zip(items, decided, strict=True)
        ]
        return [own if known is None else known for own, known in zip(flipped, before, strict=True)]

    def _ranked(self, item: Item, decided: Chances, flip: bool) -> Ranked:
        kind = kind_of(item)
        probability = self._calibration.probability(kind, math.exp(next(iter(decided.values()))))
        chances = {f"{TAXONOMY}{self._names[n]}": math.exp(log) for n, log in decided.items()}
        names = tuple(chances)[:BEST]
        shown = probability >= self._calibration.thresholds[kind]
        return Ranked(item, names, chances, round(probability, 4), shown, flip)


def save(
    folder: Path,
    members: Sequence[tuple[ConceptNetwork, Tensor]],
    sizes: Sizes,
    concepts: Sequence[tuple[str, str]],
    vocabulary: Sequence[str],
    calibration: Calibration,
) -> None:
    """Writes a ranker.

    Args:
        folder: Where.
        members: Networks, each with its vectors of concepts.
        sizes: Of the networks.
        concepts: Their names without prefix and types.
        vocabulary: Words, numbered from 1.
        calibration: See `Calibration`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for number, (network, vectors) in enumerate(members):
        kept = network.state_dict() | {"own.weight": vectors}
        for name, tensor in kept.items():
            if not name.startswith(_TRAINING_ONLY):
                tensors[f"{number}.{name}"] = tensor.half().contiguous()
    save_file(tensors, folder / _WEIGHTS)
    description: dict[str, Any] = {
        "members": len(members),
        "sizes": asdict(sizes),
        "types": [of_type for _, of_type in concepts],
        "concepts": [name for name, _ in concepts],
        "vocabulary": list(vocabulary),
        "calibration": asdict(calibration),
    }
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
    (folder / _DESCRIPTION).write_text(text, encoding="utf-8")


def ranked_concepts(
    document: Document,
    entities: Sequence[Entity],
    kinds: Mapping[int, str],
    precedents: Precedents | None = None,
) -> list[Ranked]:
    """Ranks the concepts of a report's figures by the ranker that ships, once for the same figures.

    Args:
        document: The report.
        entities: What was found in it.
        kinds: See `ConceptRanker.rank`.
        precedents: See `ConceptRanker.rank`.

    Returns:
        See `ConceptRanker.rank`; nothing for a document without figures.
    """
    figures = [entity for entity in entities if entity.label in FIGURES]
    if not figures:
        return []
    if precedents is not None:
        return shipped_ranker().rank(document, figures, kinds, precedents)
    known = _known(document)
    key = hash(tuple((e.start, e.end, e.label, e.value, e.period) for e in figures))
    if key not in known:
        known[key] = shipped_ranker().rank(document, figures, kinds)
    return known[key]


@once
def _known(document: Document) -> dict[int, list[Ranked]]:
    return {}


@lru_cache(maxsize=1)
def shipped_ranker() -> ConceptRanker:
    """Loads the ranker that ships with this package."""
    return ConceptRanker.load(shipped("concepts"))


def _batches(groups: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    """Blocks of about the same length together."""
    found: list[list[int]] = []
    for block in sorted(groups, key=len):
        if found and len(block) * (len(found) + 1) > _ITEMS:
            yield found
            found = []
        found.append(block)
    if found:
        yield found
