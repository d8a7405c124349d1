"""Pieces of different lengths put into one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from secateur.core.spans import SpanTable
from secateur.core.training.tagged import IGNORE


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
        The pieces' columns, int64 `[B, N]`, `span_offsets`, int32 `[B, S + 1]`, and where there is
        padding `attention_mask`, int64 `[B, N]`.
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
    if not bool(mask.all()):
        batch["attention_mask"] = mask
    spans = SpanTable.from_boundaries([piece.span_ends for piece in pieces], longest)
    batch["span_offsets"] = spans.offsets
    return batch
