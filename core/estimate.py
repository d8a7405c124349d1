"""How much attention each key span gets from each query tile, without computing all of it.

Two looks. The first scores a span by mean and variance of its keys against the tile's mean query,
which costs `2 n^2 / (tile * span)` products. The second computes the real scores of a few query
rows of the tile, and replaces the first wherever a span is in question.
"""

from __future__ import annotations

import torch
from torch import Tensor

from secateur.core.geometry import Geometry

# Scores of one block of sampled rows held at once, in elements: bounds memory, not the result.
_BLOCK_ELEMENTS = 1 << 24


def coarse(
    query: Tensor,
    key: Tensor,
    geometry: Geometry,
    *,
    key_mask: Tensor | None,
    bias: Tensor | None,
    scale: float,
) -> Tensor:
    """Estimates span probabilities from the tile's mean query and each span's mean and variance.

    The mean of exp(q·k) over a span is exp of the mean score plus half its variance, as far as
    scores spread like a normal distribution; the variance is taken along each head dimension
    apart. A span whose tokens disagree so weighs more than its mean key alone would say.

    Args:
        query: `[H, Nq, D]`, one row of a batch.
        key: `[Hkv, Nk, D]`.
        geometry: Tiles against spans.
        key_mask: bool `[Nk]` or None.
        bias: `[1|H, Nq, Nk]` or None; read at each tile's middle query.
        scale: Factor of the scores.

    Returns:
        Probabilities `[H, tiles, S]`, fp32; they sum to 1 over the visible spans of a tile.
    """
    heads, n_query, _ = query.shape
    tiles, tile = geometry.live.shape
    padded = torch.nn.functional.pad(query, (0, 0, 0, tiles * tile - n_query)).float()
    live = geometry.live.flatten().float()[:, None]
    rows = geometry.live.sum(1).clamp(min=1)[:, None]
    q_mean = (padded * live).unflatten(1, (tiles, tile)).sum(2) / rows
    counts = geometry.counts.clamp(min=1)[:, None]
    k_mean = _span_sums(key, geometry, key_mask) / counts
    k_square = _span_sums(key.float().square(), geometry, key_mask) / counts
    k_spread = (k_square - k_mean.square()).clamp(min=0)
    # One product gives both: q·mean(k) + scale/2 · q²·var(k).
    left = torch.cat([q_mean, scale / 2 * q_mean.square()], dim=-1)
    right = torch.cat([k_mean, k_spread], dim=-1)
    groups = heads // key.shape[0]
    scores = scale * torch.matmul(
        left.unflatten(0, (-1, groups)), right[:, None].transpose(-1, -2)
    ).flatten(0, 1)
    if bias is not None:
        middle = (torch.arange(tiles, device=query.device) * tile + tile // 2).clamp(
            max=n_query - 1
        )
        sums = _span_sums(bias[:, middle].float().transpose(1, 2), geometry, key_mask)
        scores = scores + (sums / counts).transpose(1, 2)
    # Pairs, not counts: a span half hidden by causality weighs what the tile sees of it.
    scores += geometry.pairs.log()
    return scores.softmax(-1).nan_to_num_(0.0)


def sampled(
    query: Tensor,
    key: Tensor,
    geometry: Geometry,
    *,
    sample: int,
    shortlist: Tensor,
    key_mask: Tensor | None,
    bias: Tensor | None,
    scale: float,
    causal: bool,
) -> Tensor:
    """Measures span probabilities on evenly spaced query rows of each tile.

    Args:
        query: `[H, Nq, D]`, one row of a batch.
        key: `[Hkv, Nk, D]`.
        geometry: Tiles against spans.
        sample: Rows of each tile, 1 to the tile's length.
        shortlist: Spans to look into, bool `[H, tiles, S]`; the others get 0.
        key_mask: bool `[Nk]` or None.
        bias: `[1|H, Nq, Nk]` or None.
        scale: Factor of the scores.
        causal: Whether queries see only keys up to their own position.

    Returns:
        Probabilities `[H, tiles, S]`, fp32, averaged over the sampled rows.
    """
    heads, n_query, _ = query.shape
    n_key = key.shape[1]
    tiles = len(geometry.live)
    rows = _sample_rows(geometry, sample).clamp(max=n_query - 1)
    spans = len(geometry.counts)
    result = query.new_empty(heads, tiles, spans, dtype=torch.float32)
    block = max(1, _BLOCK_ELEMENTS // (sample * n_key))
    positions = torch.arange(n_key, device=query.device)
    span_of = torch.searchsorted(geometry.offsets[1:], positions, right=True).clamp(max=spans - 1)
    outside = (positions < geometry.offsets[0]) | (positions >= geometry.offsets[-1])
    if key_mask is not None:
        outside |= ~key_mask
    for head in range(heads):
        keys = key[head // (heads // key.shape[0])].float()
        for begin in range(0, tiles, block):
            picked = rows[begin : begin + block]
            scores = scale * (query[head, picked.flatten()].float() @ keys.T)
            looked = shortlist[head, begin : begin + block][:, span_of] & ~outside
            scores = scores.masked_fill(~looked.repeat_interleave(sample, 0), -torch.inf)
            if bias is not None:
                scores = scores + bias[min(head, bias.shape[0] - 1), picked.flatten()].float()
            if causal:
                ahead = positions > (picked.flatten() + n_key - n_query)[:, None]
                scores = scores.masked_fill(ahead, -torch.inf)
            probability = scores.softmax(-1).nan_to_num(0.0).unflatten(0, picked.shape).mean(1)
            sums = torch.nn.functional.pad(probability.cumsum(-1), (1, 0))
            result[head, begin : begin + block] = sums[:, geometry.offsets].diff(dim=-1)
    return result


def _sample_rows(geometry: Geometry, sample: int) -> Tensor:
    """Picks evenly spaced queries among each tile's live ones: `[tiles, sample]`."""
    tiles, tile = geometry.live.shape
    live_first = (~geometry.live).int().argsort(dim=1, stable=True)
    steps = torch.arange(sample, device=live_first.device) * 2 + 1
    picks = geometry.live.sum(1)[:, None] * steps // (2 * sample)
    return torch.arange(tiles, device=picks.device)[:, None] * tile + live_first.gather(1, picks)


def _span_sums(values: Tensor, geometry: Geometry, key_mask: Tensor | None) -> Tensor:
    """Sums `[H, Nk, D]` over the tokens of each span: `[H, S, D]`, fp32."""
    values = values.float()
    if key_mask is not None:
        values = values.masked_fill(~key_mask[:, None], 0.0)
    begin, end = int(geometry.offsets[0]), int(geometry.offsets[-1])
    lengths = geometry.offsets.diff()
    ids = torch.repeat_interleave(torch.arange(len(lengths), device=values.device), lengths)
    sums = values.new_zeros(values.shape[0], len(lengths), values.shape[2])
    return sums.index_add_(1, ids, values[:, begin:end])
