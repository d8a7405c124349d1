"""Which key spans each query tile reads: keep what matters, bounded, and recover what is unsure.

The rule counts in units of the uniform share: a span is kept for a tile where its estimated
attention probability reaches `threshold` times the share it would have if attention were spread
evenly over all visible pairs. It needs no sort and adapts by itself: peaked heads prune hard,
diffuse heads keep most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from secateur.core import estimate
from secateur.core.config import DapConfig
from secateur.core.geometry import Geometry, build
from secateur.core.spans import SpanTable
from secateur.kernels.lists import KeyLists


@dataclass(frozen=True)
class Selection:
    """What one attention call keeps.

    Attributes:
        lists: The kept key runs of every (batch, head, query tile).
        density: Share of the visible (query, key) pairs that lie in kept spans, forced and
            recovered ones included.
        kept_mass: Estimated kept probability `[B, H, tiles]` before recovery, fp32; 1 for tiles of
            padding alone.
        recovered_share: Share of tiles given their full row.
    """

    lists: KeyLists
    density: float
    kept_mass: Tensor
    recovered_share: float


def select(
    query: Tensor,
    key: Tensor,
    spans: SpanTable,
    config: DapConfig,
    *,
    key_mask: Tensor | None = None,
    bias: Tensor | None = None,
    scale: float | None = None,
    causal: bool = False,
) -> Selection:
    """Chooses the spans that each query tile reads.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`, H a multiple of Hkv.
        spans: Boundaries of every row, within 0 to Nk.
        config: Threshold, cap, recovery and the rest.
        key_mask: bool `[B, Nk]`, True where the key may be read.
        bias: `[1|B, 1|H, Nq, Nk]`, added to the scaled scores.
        scale: Factor of the scores; None is `D ** -0.5`.
        causal: Query i, at key position `i + Nk - Nq`, sees keys up to its own.

    Returns:
        The kept key runs with their density and estimated mass.
    """
    batch, heads, n_query, head_dim = query.shape
    scale = head_dim**-0.5 if scale is None else scale
    threshold = _head_thresholds(config, heads, query.device)
    keeps, masses, recovered = [], [], []
    computed = total = 0.0
    for row in range(batch):
        mask = None if key_mask is None else key_mask[row]
        geometry = build(
            spans.offsets[row], n_query, key.shape[2], config.tile, mask, causal
        )  # one row at a time: a padded row must be pruned as it would be alone
        uniform = geometry.pairs / geometry.pairs.sum(1, keepdim=True).clamp(min=1)
        bar = threshold[:, None, None] * uniform
        probability = _probability(
            query[row], key[row], geometry, bar, config,
            key_mask=mask, bias=None if bias is None else bias[row % len(bias)],
            scale=scale, causal=causal,
        )  # fmt: skip
        keep = _rule(probability, bar, geometry, config)
        mass = (probability * keep).sum(-1).masked_fill(~geometry.live.any(1), 1.0)
        again = _unsure(mass, geometry, config)
        keep |= again[..., None] & geometry.visible
        computed += float((keep * geometry.pairs).sum())
        total += float(geometry.pairs.sum()) * heads
        keeps.append(keep)
        masses.append(mass)
        recovered.append(again)
    return Selection(
        lists=_to_lists(torch.stack(keeps), spans, config.tile),
        density=computed / total if total else 1.0,
        kept_mass=torch.stack(masses),
        recovered_share=float(torch.stack(recovered).float().mean()),
    )


def _head_thresholds(config: DapConfig, heads: int, device: torch.device) -> Tensor:
    if not isinstance(config.threshold, tuple):
        return torch.full((heads,), float(config.threshold), device=device)
    if len(config.threshold) != heads:
        raise ValueError(f"{len(config.threshold)} thresholds for {heads} heads")
    return torch.tensor(config.threshold, device=device)


def _probability(
    query: Tensor,
    key: Tensor,
    geometry: Geometry,
    bar: Tensor,
    config: DapConfig,
    *,
    key_mask: Tensor | None,
    bias: Tensor | None,
    scale: float,
    causal: bool,
) -> Tensor:
    """Combines both looks: measured rows where the first look is near the bar, means elsewhere."""
    first = estimate.coarse(query, key, geometry, key_mask=key_mask, bias=bias, scale=scale)
    if not config.sample:
        return first
    shortlist = (first >= config.shortlist * bar) | _always(geometry, config)
    second = estimate.sampled(
        query, key, geometry, sample=config.sample, shortlist=shortlist,
        key_mask=key_mask, bias=bias, scale=scale, causal=causal,
    )  # fmt: skip
    outside = torch.where(shortlist, 0.0, first)
    return torch.where(shortlist, second * (1 - outside.sum(-1, keepdim=True)), outside)


def _always(geometry: Geometry, config: DapConfig) -> Tensor:
    """Spans kept without asking, bool `[tiles, S]`: the tile's neighbourhood and the first span."""
    low = (geometry.first - config.local)[:, None]
    high = (geometry.last + config.local)[:, None]
    near = (geometry.offsets[1:] > low) & (geometry.offsets[:-1] <= high)
    near[:, :1] = True
    return near & geometry.visible


def _rule(probability: Tensor, bar: Tensor, geometry: Geometry, config: DapConfig) -> Tensor:
    """Applies the threshold, then the cap of `cap * log2(spans)`: bool `[H, tiles, S]`."""
    always = _always(geometry, config)
    keep = (probability >= bar) & geometry.visible & ~always
    spans = keep.shape[-1]
    limit = math.ceil(config.cap * math.log2(spans + 1))
    if limit < spans and bool((keep.sum(-1) > limit).any()):
        candidates = probability.masked_fill(~keep, -1.0)
        best = candidates.topk(limit, dim=-1).indices
        keep &= torch.zeros_like(keep).scatter_(-1, best, True)
    return keep | always


def _unsure(mass: Tensor, geometry: Geometry, config: DapConfig) -> Tensor:
    """Tiles to run over their full row, bool `[H, tiles]`: the least sure first, within budget."""
    busy = geometry.live.any(1)
    if config.fallback is False:
        return torch.zeros_like(mass, dtype=torch.bool)
    under = mass < config.mass_floor
    if config.mass_floor >= 1:
        return busy.expand_as(mass)
    budget = int(config.recovery_budget * int(busy.sum()) * len(mass))
    if int(under.sum()) <= budget:
        return under
    worst = mass.masked_fill(~under, torch.inf).flatten().topk(budget, largest=False).indices
    chosen = torch.zeros(mass.numel(), dtype=torch.bool, device=mass.device)
    chosen[worst] = True
    return chosen.view_as(mass)


def _to_lists(keep: Tensor, spans: SpanTable, tile: int) -> KeyLists:
    """Turns kept spans `[B, H, tiles, S]` into CSR runs."""
    row = keep.flatten(0, 2).sum(-1, dtype=torch.int64)
    offsets = torch.nn.functional.pad(row.cumsum(0), (1, 0))
    batch, _, _, span = keep.nonzero(as_tuple=True)
    return KeyLists(offsets, spans.starts[batch, span], spans.ends[batch, span], tile)
