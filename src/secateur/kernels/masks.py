"""Visibility and dropout as functions of positions, the same in every backend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

HIDING_BIAS = -1e29
"""A bias at or under this hides its pair, as -inf and the lowest finite floats are meant to.

Float16's lowest is far above; `ops.attention` makes it -inf.
"""

EXACT_MARGIN = 28.0
"""Nats under the maximum from which even 100,000 weights together are lost in float32 rounding."""

_WORD = 0xFFFFFFFF
"""Keeps the 32 bits of a word, as C does by itself."""


@dataclass(frozen=True)
class Options:
    """The scalar settings of one attention call.

    Args:
        scale: Factor on `query @ key.T`.
        causal: A query sees no key after its own position.
        window: `(left, right)` keys around the query's position; -1 is unlimited.
        dropout_p: Share of probabilities dropped, in `[0, 1)`.
        seed: 64-bit seed of the dropout pattern.
        margin: Scores this many nats under a running maximum may be left out.
        softcap: What scaled scores stay under; 0 lets them be.
    """

    scale: float
    causal: bool = False
    window: tuple[int, int] = (-1, -1)
    dropout_p: float = 0.0
    seed: int = 0
    margin: float = EXACT_MARGIN
    softcap: float = 0.0

    @property
    def positional(self) -> bool:
        """Whether visibility depends on positions at all."""
        return self.causal or self.window != (-1, -1)


def scaled_scores(query: Tensor, key: Tensor, scale: float, softcap: float) -> Tensor:
    """Computes scores before bias: scaled, and bent under a cap where there is one.

    Args:
        query: `[..., Nq, D]`.
        key: `[..., Nk, D]`.
        scale: Factor on the products.
        softcap: What they stay under; 0 lets them be.

    Returns:
        `[..., Nq, Nk]`.
    """
    scores = query @ key.mT * scale
    return softcap * torch.tanh(scores / softcap) if softcap else scores


def visible_pairs(query_position: Tensor, key_position: Tensor, options: Options) -> Tensor:
    """Tells which keys a query may see by causality and window.

    Args:
        query_position: integer positions of queries on the key axis, i.e. index + Nk - Nq.
        key_position: integer key indices, broadcastable against the queries.
        options: Causal and window.

    Returns:
        bool, broadcast shape of both.
    """
    ahead = key_position - query_position
    seen = torch.ones_like(ahead, dtype=torch.bool)
    left, right = options.window
    if options.causal:
        seen &= ahead <= 0
    if left >= 0:
        seen &= ahead >= -left
    if right >= 0:
        seen &= ahead <= right
    return seen


def dropout_keep(head: Tensor, query: Tensor, key: Tensor, options: Options) -> Tensor:
    """Decides which probabilities survive dropout, from their coordinates and the seed alone.

    A counter-based hash (two xor-shift-multiply rounds on 32 bits, Wellons' lowbias32) needs no
    stored mask and gives forward, backward and every backend the same pattern.

    Args:
        head: int64 `b * heads + h`.
        query: int64 query index.
        key: int64 key index; the three broadcast.
        options: Dropout_p and seed.

    Returns:
        bool, True where kept.
    """
    base = seed_word(options.seed)
    row = _mix((_mix(base ^ head) + query * 0x85EBCA6B) & _WORD)
    return _mix((row + key * 0x9E3779B1) & _WORD) >= int(options.dropout_p * 2**32)


def seed_word(seed: int) -> int:
    """Hashes a 64-bit dropout seed to the 32-bit word that heads, queries and keys mix into."""
    return _mix(_mix(((seed & _WORD) + 0x9E3779B9) & _WORD) ^ ((seed >> 32) & _WORD))


_Word = TypeVar("_Word", int, Tensor)


def _mix(word: _Word) -> _Word:
    # int64 products wrap, yet their low 32 bits are those of the unsigned product.
    word = word ^ (word >> 16)
    word = (word * 0x7FEB352D) & _WORD
    word = word ^ (word >> 15)
    word = (word * 0x846CA68B) & _WORD
    return word ^ (word >> 16)
