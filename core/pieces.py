"""Training pieces: neighbouring passages of labelled text in one sequence.

A BERT encoder has 512 positions and a document many more tokens, so positions restart. Were every
passage to begin at 0, a head that looks for the token before a query would find one in each passage
around: a tagger trained that way on pieces of up to eight passages scored 0.70 F1 on one passage,
0.50 on four and 0.36 on sixteen. Passages therefore take turns: one of at most 256 tokens begins
at position 0, the next at 256, and so on, and neighbours never share a position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from secateur.core.tagger import CAPITALS, LOWER, NO_LETTERS

IGNORE = -100
POSITIONS = 512
"""Positions of the encoder."""

MAX_PASSAGE = 256
"""Tokens of a passage, special tokens included, unless a caller says otherwise."""


def first_position(number: int, max_passage: int, positions: int = POSITIONS) -> int:
    """Returns where the positions of passage `number` (from 0) begin.

    As many passages as fit into the encoder's positions take turns; longer ones all begin at 0.
    """
    return number % max(positions // max_passage, 1) * max_passage


@dataclass(frozen=True)
class TaggedTokens:
    """One sentence, tokenised and labelled.

    Attributes:
        ids: Vocabulary numbers `[n]`.
        cases: Letter case of each token's word `[n]`, see `secateur.core.tagger`.
        allowed: For each token `[n]` a bit set of the label numbers it may bear, `IGNORE` where it
            is not scored (word pieces after a word's first).
        mentions: Replaceable mentions: first token, one past the last, type.
    """

    ids: NDArray[np.int64]
    cases: NDArray[np.int64]
    allowed: NDArray[np.int64]
    mentions: tuple[tuple[int, int, str], ...] = ()

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Source:
    """One labelled set as the sampler sees it.

    Attributes:
        name: For messages.
        documents: Sentences of each document, in order.
        repeat: How often an epoch passes over the set; 0.5 takes half of the documents.
        loose: Sentences of different documents may share a passage (tweets, single sentences).
    """

    name: str
    documents: tuple[tuple[TaggedTokens, ...], ...]
    repeat: float = 1.0
    loose: bool = False


@dataclass(frozen=True)
class PieceSettings:
    """How pieces are cut and varied.

    Attributes:
        max_passage: Tokens of a passage with its two special tokens, at most the model's positions.
        max_passages: Passages in a piece.
        max_tokens: Tokens in a piece, and padded tokens in a batch.
        min_passage: Shortest length aimed at, in tokens, but for passages of one sentence.
        band: Tokens to each side that a token attends to in banded batches, like the neighbourhood
            that DAP always keeps.
        banded: Share of batches that are banded; in the others all of a piece is seen.
        single: Share (0 to 1) of passages that hold one sentence only.
        alone: Share of pieces that hold one passage only.
        lower: Share of pieces stripped of letter case.
        upper: Share of pieces put in capitals.
        replace: Share of mentions replaced by another mention of their type.
    """

    max_passage: int = MAX_PASSAGE
    min_passage: int = 32
    max_passages: int = 2
    band: int = 96
    banded: float = 0.5
    max_tokens: int = 2048
    single: float = 0.15
    alone: float = 0.5
    lower: float = 0.08
    upper: float = 0.06
    replace: float = 0.3


Passage = list[TaggedTokens]


@dataclass
class PieceDataset(torch.utils.data.Dataset[dict[str, Tensor]]):
    """Ready batches, one an item: the same seed gives the same batches in any order of reading.

    Attributes:
        sources: The labelled sets.
        steps: Batches wanted.
        settings: Cutting and variation.
        classifier: Number of the token that opens a passage.
        separator: Number of the token that closes a passage.
        seed: Start of all random choices.
        pools: For each type, mentions put in the place of others.
    """

    sources: Sequence[Source]
    steps: int
    settings: PieceSettings
    classifier: int
    separator: int
    seed: int
    pools: dict[str, list[TaggedTokens]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Plans every batch.

        Raises:
            ValueError: There is no sentence to train on.
        """
        if not any(source.documents for source in self.sources):
            raise ValueError("no labelled sentence to train on: the sets are empty")
        rng = np.random.default_rng(self.seed)
        self._plan: list[list[list[Passage]]] = []
        self.epochs = 0
        while len(self._plan) < self.steps:
            pieces = [piece for source in self.sources for piece in self._pieces(source, rng)]
            self._plan += self._batches(pieces, rng)
            self.epochs += 1
        del self._plan[self.steps :]

    def __len__(self) -> int:
        return len(self._plan)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        rng = np.random.default_rng((self.seed, index))
        pieces = [self._assemble(piece, rng) for piece in self._plan[index]]
        return collate(pieces, self.settings.band if rng.random() < self.settings.banded else 0)

    def _pieces(self, source: Source, rng: np.random.Generator) -> list[list[Passage]]:
        whole, part = divmod(source.repeat, 1.0)
        pieces: list[list[Passage]] = []
        documents = source.documents
        if source.loose:
            documents = tuple((sentence,) for document in documents for sentence in document)
        for turn in range(int(whole) + 1):
            share = 1.0 if turn < whole else part
            chosen = [document for document in documents if rng.random() < share]
            rng.shuffle(chosen)
            if source.loose:
                chosen = [tuple(sentence for document in chosen for sentence in document)]
            for document in chosen:
                pieces += self._group(self._passages(document, rng), rng)
        return pieces

    def _passages(
        self, document: Sequence[TaggedTokens], rng: np.random.Generator
    ) -> list[Passage]:
        room = self.settings.max_passage - 2
        passages: list[Passage] = []
        used = target = 0
        for sentence in document:
            if not passages or used + len(sentence) > target:
                passages.append([])
                single = rng.random() < self.settings.single
                target = (
                    1
                    if single
                    else int(
                        np.exp(rng.uniform(*np.log((min(self.settings.min_passage, room), room))))
                    )
                )
                used = 0
            passages[-1].append(sentence)
            used += len(sentence)
        return passages

    def _group(self, passages: list[Passage], rng: np.random.Generator) -> list[list[Passage]]:
        pieces: list[list[Passage]] = []
        used = count = 0
        for passage in passages:
            length = _length(passage)
            full = not pieces or len(pieces[-1]) >= count
            if full or used + length > self.settings.max_tokens:
                pieces.append([])
                alone = rng.random() < self.settings.alone
                count = 1 if alone else int(rng.integers(1, self.settings.max_passages + 1))
                used = 0
            pieces[-1].append(passage)
            used += length
        return pieces

    def _batches(
        self, pieces: list[list[Passage]], rng: np.random.Generator
    ) -> list[list[list[Passage]]]:
        lengths = np.array([sum(_length(passage) for passage in piece) for piece in pieces])
        order = np.argsort(lengths * rng.uniform(0.9, 1.1, len(pieces)))
        batches: list[list[list[Passage]]] = []
        longest = 0
        for index in order:
            longest = max(longest, int(lengths[index]))
            if not batches or longest * (len(batches[-1]) + 1) > self.settings.max_tokens:
                batches.append([])
                longest = int(lengths[index])
            batches[-1].append(pieces[index])
        rng.shuffle(batches)
        return batches

    def _assemble(self, piece: list[Passage], rng: np.random.Generator) -> dict[str, Tensor]:
        room = self.settings.max_passage - 2
        edge = np.zeros(1, dtype=np.int64)
        columns: list[list[NDArray[np.int64]]] = [[], [], [], []]
        turn = int(rng.integers(POSITIONS))
        for number, passage in enumerate(piece, turn):
            parts = [self._replace_mentions(sentence, rng) for sentence in passage]
            ids = np.concatenate([part.ids for part in parts])[:room]
            cases = np.concatenate([part.cases for part in parts])[:room]
            allowed = np.concatenate([part.allowed for part in parts])[:room]
            columns[0] += [edge + self.classifier, ids, edge + self.separator]
            columns[1] += [edge + NO_LETTERS, cases, edge + NO_LETTERS]
            columns[2] += [edge + IGNORE, allowed, edge + IGNORE]
            first = first_position(number, self.settings.max_passage)
            columns[3].append(first + np.arange(len(ids) + 2))
        ids, cases, allowed, positions = (np.concatenate(column) for column in columns)
        return {
            "input_ids": torch.from_numpy(ids),
            "token_type_ids": torch.from_numpy(self._change_case(cases, rng)),
            "position_ids": torch.from_numpy(positions),
            "labels": torch.from_numpy(allowed),
        }

    def _change_case(self, cases: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        chance = rng.random()
        if chance < self.settings.lower:
            return np.where(cases == NO_LETTERS, cases, LOWER)
        if chance < self.settings.lower + self.settings.upper:
            return np.where(cases == NO_LETTERS, cases, CAPITALS)
        return cases

    def _replace_mentions(self, sentence: TaggedTokens, rng: np.random.Generator) -> TaggedTokens:
        chosen = [
            (start, end, self.pools[kind])
            for start, end, kind in sentence.mentions
            if self.pools.get(kind) and rng.random() < self.settings.replace
        ]
        if not chosen:
            return sentence
        parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
        done = 0
        for start, end, pool in chosen:
            other = pool[int(rng.integers(len(pool)))]
            before = slice(done, start)
            parts.append((sentence.ids[before], sentence.cases[before], sentence.allowed[before]))
            parts.append((other.ids, other.cases, other.allowed))
            done = end
        parts.append((sentence.ids[done:], sentence.cases[done:], sentence.allowed[done:]))
        ids, cases, allowed = (np.concatenate(column) for column in zip(*parts, strict=True))
        return TaggedTokens(ids, cases, allowed)


def collate(pieces: Sequence[dict[str, Tensor]], band: int = 0) -> dict[str, Tensor]:
    """Pads pieces to the longest of them.

    Args:
        pieces: Each with `input_ids`, `token_type_ids`, `position_ids` and `labels`, int64 `[n]`.
        band: See `PieceSettings`; 0 is all of a piece.

    Returns:
        The same names, int64 `[B, N]`, and where not every token sees every other `attention_mask`:
        int64 `[B, N]`, or bool `[B, 1, N, N]` with a band.
    """
    longest = max(len(piece["input_ids"]) for piece in pieces)
    batch = {
        name: torch.full((len(pieces), longest), IGNORE if name == "labels" else 0)
        for name in pieces[0]
    }
    mask = torch.zeros(len(pieces), longest, dtype=torch.int64)
    for row, piece in enumerate(pieces):
        length = len(piece["input_ids"])
        mask[row, :length] = 1
        for name, values in piece.items():
            batch[name][row, :length] = values
    if 0 < band < longest - 1:
        places = torch.arange(longest)
        near = (places[:, None] - places).abs() <= band
        itself = torch.eye(longest, dtype=torch.bool)
        batch["attention_mask"] = (near & mask[:, None, None, :].bool()) | itself
    elif not bool(mask.all()):
        batch["attention_mask"] = mask
    return batch


def mention_pools(sources: Sequence[Source], types: Sequence[str]) -> dict[str, list[TaggedTokens]]:
    """Collects every mention of the named types, to be put in the place of others."""
    pools: dict[str, list[TaggedTokens]] = {kind: [] for kind in types}
    for source in sources:
        for document in source.documents:
            for sentence in document:
                for start, end, kind in sentence.mentions:
                    if kind in pools:
                        cut = slice(start, end)
                        pools[kind].append(
                            TaggedTokens(
                                sentence.ids[cut], sentence.cases[cut], sentence.allowed[cut]
                            )
                        )
    return pools


def _length(passage: Passage) -> int:
    return sum(len(sentence) for sentence in passage) + 2
