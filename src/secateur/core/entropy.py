"""How evenly attention spreads over spans, and the threshold that the formula makes of it."""

from __future__ import annotations

import math

import torch

from secateur.core.attention import AttentionCall
from secateur.core.config import DEFAULT_THRESHOLD
from secateur.core.spans import SpanTable

MAX_ENTROPY = 4.5
"""What the entropy is scaled to: the 4.5 of the starting formula, in docs/theory.md."""
_TILES = 4
"""Tiles of a call whose entropy is measured, evenly spread."""


def starting_threshold(entropy: float, base: float = DEFAULT_THRESHOLD) -> float:
    """Computes a threshold to start from: `base * (1 - entropy / 4.5)`.

    Args:
        entropy: Mean entropy of attention over spans on a scale of 0 (all on one) to 4.5 (even);
            clipped to it.
        base: Threshold of an entropy of 0, in units of the uniform share.

    Returns:
        The threshold, 0 to `base`.
    """
    return base * (1 - min(max(entropy, 0.0), MAX_ENTROPY) / MAX_ENTROPY)


def mean_entropy(call: AttentionCall, spans: SpanTable, tile: int) -> float:
    """Measures how evenly a call spreads its attention over spans.

    Args:
        call: An attention call of one row.
        spans: Its key spans.
        tile: Queries in a tile; four tiles, evenly spread, are looked at.

    Returns:
        Mean over heads and tiles of `H(mass of the spans) / ln(visible spans) * 4.5`, 0 (all on
        one span) to 4.5 (even).
    """
    n_query, n_key = call.query.shape[2], call.key.shape[2]
    key = call.key.float().repeat_interleave(call.query.shape[1] // call.key.shape[1], 1)
    ends = spans.offsets[0].long()
    found = []
    for first in _evenly(n_query, tile):
        rows = call.query[:, :, first : first + tile].float()
        scores = call.scores(rows, key)
        if call.bias is not None:
            scores = scores + call.bias[:, :, first : first + tile]
        reach = torch.full((rows.shape[2],), n_key, device=key.device)
        if call.causal:
            reach = torch.arange(rows.shape[2], device=key.device) + first + n_key - n_query + 1
        hidden = torch.arange(n_key, device=key.device) >= reach[:, None]
        weights = scores.masked_fill(hidden, -torch.inf).softmax(-1).mean(2)[0]
        total = torch.nn.functional.pad(weights.cumsum(-1), (1, 0))
        mass = total[:, ends].diff(dim=-1)
        visible = int(((ends[:-1] < reach.max()) & (ends.diff() > 0)).sum())
        if visible > 1:
            entropy = torch.special.entr(mass.clamp(min=0)).sum(-1)
            found.append(float(entropy.mean()) / math.log(visible) * MAX_ENTROPY)
    mean = sum(found) / max(len(found), 1)
    return min(max(mean, 0.0), MAX_ENTROPY)


def _evenly(n_query: int, tile: int) -> list[int]:
    """First queries of a few tiles, evenly spread, the last tile among them."""
    tiles = -(-n_query // tile)
    count = min(tiles, _TILES)
    return [((number + 1) * tiles // count - 1) * tile for number in range(count)]
