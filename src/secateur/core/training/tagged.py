"""Labelled sentences as token numbers, sets of them, and the pieces cut from these as a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from secateur.core.spans import SpanTable

IGNORE = -100
"""Label of what is not scored."""

Column = NDArray[np.int64]
"""One number for each token."""


@dataclass(frozen=True)
class TaggedTokens:
    """One sentence, tokenised and labelled.

    Attributes:
        ids: Vocabulary numbers `[n]`.
        cases: Letter case of each token's word `[n]`.
        allowed: For each token `[n]` a bit set of the label numbers it may bear, `IGNORE` where it
            is not scored (word pieces after a word's first).
        mentions: Replaceable mentions: first token, one past the last, type.
        facts: Tokens that belong to facts, in sets that state facts; None elsewhere.
    """

    ids: Column
    cases: Column
    allowed: Column
    mentions: tuple[tuple[int, int, str], ...] = ()
    facts: int | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Source:
    """One labelled set as the sampler sees it.

    Attributes:
        name: For messages.
        documents: Sentences of each document, in order.
        repeat: How often an epoch passes over the set; 0.5 takes half of the documents.
        loose: Sentences of different documents may share a chunk (tweets, single sentences).
    """

    name: str
    documents: tuple[tuple[TaggedTokens, ...], ...]
    repeat: float = 1.0
    loose: bool = False


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


@dataclass(frozen=True)
class Piece:
    """A piece ready to be put into a batch.

    Attributes:
        columns: `input_ids`, `token_type_ids`, `position_ids` and `labels`, int64 `[n]`.
        span_ends: Tokens at which a sentence ends, ascending; the last is n.
    """

    columns: dict[str, Tensor]
    span_ends: list[int]


def collate(pieces: Sequence[Piece]) -> dict[str, Tensor]:
    """Pads pieces to the longest of them.

    Returns:
        The pieces' columns and `attention_mask`, int64 `[B, N]`, and `span_offsets`, int32
        `[B, S + 1]`. Without a mask transformers takes positions that begin anew for packed
        sequences.
    """
    longest = max(piece.span_ends[-1] for piece in pieces)
    batch = {
        name: torch.full((len(pieces), longest), IGNORE if name == "labels" else 0)
        for name in pieces[0].columns
    }
    mask = torch.zeros(len(pieces), longest, dtype=torch.int64)
    for row, piece in enumerate(pieces):
        length = piece.span_ends[-1]
        mask[row, :length] = 1
        for name, values in piece.columns.items():
            batch[name][row, :length] = values
    batch["attention_mask"] = mask
    spans = SpanTable.from_boundaries([piece.span_ends for piece in pieces], longest)
    batch["span_offsets"] = spans.offsets
    return batch
