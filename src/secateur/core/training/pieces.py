"""Training pieces: neighbouring chunks of labelled text in one sequence.

A BERT encoder has 512 positions and a document many more tokens, so positions restart. Were every
chunk to begin at 0, a head that looks for the token before a query would find one in each chunk
around: a tagger trained that way on pieces of up to eight chunks scored 0.70 F1 on one chunk,
0.50 on four and 0.36 on sixteen. Chunks therefore take turns: one of at most 256 tokens begins
at position 0, the next at 256, and so on, and neighbours never share a position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from secateur.core.models.word_kinds import CAPITALS, LOWER, NO_LETTERS
from secateur.core.training.tagged import IGNORE, Column, Piece, Source, TaggedTokens, collate

_POOR = 0.02
"""Share of a piece's tokens that state facts, under which the piece is poor in them."""
POSITIONS = 512
"""Positions of the encoder."""

MAX_CHUNK = 256
"""Tokens of a chunk, special tokens included, unless a caller says otherwise."""
_ROOM = MAX_CHUNK - 2
"""Tokens of a chunk beside its two special tokens."""


def first_position(number: int, max_chunk: int, positions: int = POSITIONS) -> int:
    """Returns where the positions of chunk `number` (from 0) begin.

    As many chunks as fit into the encoder's positions take turns; longer ones all begin at 0.
    """
    return number % max(positions // max_chunk, 1) * max_chunk


@dataclass(frozen=True)
class PieceSettings:
    """How pieces are cut and varied.

    Attributes:
        max_chunks: Chunks in a piece.
        max_tokens: Tokens in a piece, and padded tokens in a batch.
        min_chunk: Shortest length aimed at, in tokens, but for chunks of one sentence.
        single: Share (0 to 1) of chunks that hold one sentence only.
        alone: Share of pieces that hold one chunk only.
        lower: Share of pieces stripped of letter case.
        upper: Share of pieces put in capitals.
        replace: Share of mentions replaced by another mention of their type.
        hide: Share of tokens replaced by the mask token in pieces of sets that state facts;
            these are few and read often.
        poor: Share kept of those sets' pieces in which few tokens (under 2 %) belong to facts.
    """

    min_chunk: int = 32
    max_chunks: int = 2
    max_tokens: int = 2048
    single: float = 0.15
    alone: float = 0.5
    lower: float = 0.08
    upper: float = 0.06
    replace: float = 0.3
    hide: float = 0.0
    poor: float = 1.0

    @property
    def unvaried(self) -> PieceSettings:
        """These settings with nothing drawn by chance, for validation."""
        return replace(self, single=0, lower=0, upper=0, replace=0, hide=0, poor=1)


Chunk = list[TaggedTokens]


@dataclass
class PieceDataset(torch.utils.data.Dataset[dict[str, Tensor]]):
    """Ready batches, one an item: the same seed gives the same batches in any order of reading.

    Attributes:
        sources: The labelled sets.
        steps: Batches wanted; None takes one pass over the sets.
        settings: Cutting and variation.
        classifier: Number of the token that opens a chunk.
        separator: Number of the token that closes a chunk.
        mask: Number of the mask token.
        seed: Start of all random choices.
        pools: For each type, mentions put in the place of others.
    """

    sources: Sequence[Source]
    steps: int | None
    settings: PieceSettings
    classifier: int
    separator: int
    mask: int
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
        self._plan: list[list[list[Chunk]]] = []
        self.epochs = 0
        while not self.epochs or (self.steps is not None and len(self._plan) < self.steps):
            pieces = [piece for source in self.sources for piece in self._pieces(source, rng)]
            self._plan += self._batches(pieces, rng)
            self.epochs += 1
        if self.steps is not None:
            del self._plan[self.steps :]

    def __len__(self) -> int:
        return len(self._plan)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        rng = np.random.default_rng((self.seed, index))
        pieces = [self._assemble(piece, rng) for piece in self._plan[index]]
        return collate(pieces)

    def _pieces(self, source: Source, rng: np.random.Generator) -> list[list[Chunk]]:
        whole, part = divmod(source.repeat, 1.0)
        pieces: list[list[Chunk]] = []
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
                made = self._group(self._chunks(document, rng), rng)
                poor = self.settings.poor
                pieces += [piece for piece in made if not _is_poor(piece) or rng.random() < poor]
        return pieces

    def _chunks(self, document: Sequence[TaggedTokens], rng: np.random.Generator) -> list[Chunk]:
        chunks: list[Chunk] = []
        used = target = 0
        for sentence in document:
            if not chunks or used + len(sentence) > target:
                chunks.append([])
                target, used = self._target(rng), 0
            chunks[-1].append(sentence)
            used += len(sentence)
        return chunks

    def _target(self, rng: np.random.Generator) -> int:
        """Tokens that a chunk should reach."""
        if rng.random() < self.settings.single:
            return 1
        shortest = min(self.settings.min_chunk, _ROOM)
        return int(np.exp(rng.uniform(*np.log((shortest, _ROOM)))))

    def _group(self, chunks: list[Chunk], rng: np.random.Generator) -> list[list[Chunk]]:
        pieces: list[list[Chunk]] = []
        used = count = 0
        for chunk in chunks:
            length = _length(chunk)
            full = not pieces or len(pieces[-1]) >= count
            if full or used + length > self.settings.max_tokens:
                pieces.append([])
                alone = rng.random() < self.settings.alone
                count = 1 if alone else int(rng.integers(1, self.settings.max_chunks + 1))
                used = 0
            pieces[-1].append(chunk)
            used += length
        return pieces

    def _batches(
        self, pieces: list[list[Chunk]], rng: np.random.Generator
    ) -> list[list[list[Chunk]]]:
        lengths = np.array([sum(_length(chunk) for chunk in piece) for piece in pieces])
        order = np.argsort(lengths * rng.uniform(0.9, 1.1, len(pieces)))
        batches: list[list[list[Chunk]]] = []
        longest = 0
        for index in order:
            longest = max(longest, int(lengths[index]))
            if not batches or longest * (len(batches[-1]) + 1) > self.settings.max_tokens:
                batches.append([])
                longest = int(lengths[index])
            batches[-1].append(pieces[index])
        rng.shuffle(batches)
        return batches

    def _assemble(self, piece: list[Chunk], rng: np.random.Generator) -> Piece:
        turn = int(rng.integers(POSITIONS))
        hide = self.settings.hide if _states_facts(piece) else 0.0
        columns: list[list[Column]] = [[] for _ in range(4)]
        ends: list[int] = []
        at = 0
        for number, chunk in enumerate(piece, turn):
            parts = [self._replace_mentions(sentence, rng) for sentence in chunk]
            body = [
                np.concatenate(column)[:_ROOM] for column in zip(*map(_row, parts), strict=True)
            ]
            opening = (self.classifier, NO_LETTERS, IGNORE)
            closing = (self.separator, NO_LETTERS, IGNORE)
            rows = [
                np.concatenate([[first], inner, [last]])
                for first, inner, last in zip(opening, body, closing, strict=True)
            ]
            length = len(rows[0])
            rows.append(first_position(number, MAX_CHUNK) + np.arange(length))
            for column, row in zip(columns, rows, strict=True):
                column.append(row)
            lengths = 1 + np.cumsum([len(part) for part in parts])
            ends += [at + int(end) for end in lengths if end < length - 1]
            at += length
            ends.append(at)
        ids, cases, allowed, positions = map(np.concatenate, columns)
        hidden = (rng.random(len(ids)) < hide) & (allowed != IGNORE)
        given = {
            "input_ids": np.where(hidden, self.mask, ids),
            "token_type_ids": self._change_case(cases, rng),
            "position_ids": positions,
            "labels": allowed,
        }
        return Piece({name: torch.from_numpy(column) for name, column in given.items()}, ends)

    def _change_case(self, cases: Column, rng: np.random.Generator) -> Column:
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
        parts: list[tuple[Column, Column, Column]] = []
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


def _row(sentence: TaggedTokens) -> tuple[Column, Column, Column]:
    return sentence.ids, sentence.cases, sentence.allowed


def _states_facts(piece: list[Chunk]) -> bool:
    return any(sentence.facts is not None for chunk in piece for sentence in chunk)


def _is_poor(piece: list[Chunk]) -> bool:
    """Whether a piece of a set that states facts has hardly any."""
    facts = sum(sentence.facts or 0 for chunk in piece for sentence in chunk)
    tokens = sum(len(sentence) for chunk in piece for sentence in chunk)
    return _states_facts(piece) and facts < _POOR * tokens


def _length(chunk: Chunk) -> int:
    return sum(map(len, chunk)) + 2
