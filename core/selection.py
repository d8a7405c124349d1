"""Which key spans each query tile reads: keep what matters, bounded, and recover what is unsure.

The rule counts in units of the uniform share: a span is kept for a tile where its estimated
attention probability reaches `threshold` times the share it would have if attention were spread
evenly over all visible pairs. It needs no sort and adapts by itself: peaked heads prune hard,
diffuse heads keep most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from secateur.core import estimate
from secateur.core.config import DapConfig
from secateur.core.geometry import Geometry, build
from secateur.core.spans import SpanTable
from secateur.kernels.lists import KeyLists

# Estimates held at once, in elements: bounds memory, not the result.
_BLOCK_ELEMENTS = 1 << 25


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
    rows = []
    for row in range(batch):  # one at a time: a padded row must be pruned as it would be alone
        mask = None if key_mask is None else key_mask[row]
        geometry = build(spans.offsets[row], n_query, key.shape[2], config.tile, mask, causal)
        rows.append(
            _select_row(
                query[row],
                key[row],
                geometry,
                threshold,
                config,
                key_mask=mask,
                bias=None if bias is None else bias[row % len(bias)],
                scale=scale,
                causal=causal,
            )
        )
    total = sum(row.visible for row in rows)
    return Selection(
        lists=_join([lists for row in rows for lists in row.lists], config.tile),
        density=sum(row.computed for row in rows) / total if total else 1.0,
        kept_mass=torch.stack([row.mass for row in rows]),
        recovered_share=sum(row.recovered for row in rows) / batch,
    )


class _Row(NamedTuple):
    """One row of a batch: CSR parts head block by head block, and what they add up to."""

    lists: list[tuple[Tensor, Tensor, Tensor]]
    mass: Tensor
    recovered: float
    computed: float
    visible: float


def _select_row(
    query: Tensor,
    key: Tensor,
    geometry: Geometry,
    threshold: Tensor,
    config: DapConfig,
    *,
    key_mask: Tensor | None,
    bias: Tensor | None,
    scale: float,
    causal: bool,
) -> _Row:
    """Selects for one row, a few heads at a time to bound memory by tiles x spans."""
    uniform = geometry.pairs / geometry.pairs.sum(1, keepdim=True).clamp(min=1)
    heads, groups = len(query), len(query) // len(key)
    step = max(1, _BLOCK_ELEMENTS // max(uniform.numel() * groups, 1)) * groups
    lists, masses, recovered, computed = [], [], 0, 0.0
    for begin in range(0, heads, step):
        block = slice(begin, begin + step)
        bar = threshold[block, None, None] * uniform
        probability = _probability(
            query[block], key[begin // groups : (begin + step) // groups], geometry, bar, config,
            key_mask=key_mask, bias=bias if bias is None or len(bias) == 1 else bias[block],
            scale=scale, causal=causal,
        )  # fmt: skip
        keep = _rule(probability, bar, geometry, config)
        mass = (probability * keep).sum(-1).masked_fill(~geometry.live.any(1), 1.0)
        again = _unsure(mass, keep, geometry, config)
        keep |= again[..., None] & geometry.visible
        computed += float((keep * geometry.pairs).sum())
        recovered += int(again.sum())
        masses.append(mass)
        lists.append(_to_runs(keep, geometry))
    kept_mass = torch.cat(masses)
    return _Row(
        lists, kept_mass, recovered / kept_mass.numel(), computed,
        float(geometry.pairs.sum()) * heads,
    )  # fmt: skip


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


def _unsure(mass: Tensor, keep: Tensor, geometry: Geometry, config: DapConfig) -> Tensor:
    """Tiles to run over their full row, bool `[H, tiles]`: the least sure first, within budget."""
    if config.fallback is False:
        return torch.zeros_like(mass, dtype=torch.bool)
    if config.mass_floor >= 1:
        return geometry.live.any(1).expand_as(mass)
    under = mass < config.mass_floor
    price = geometry.pairs.sum(1).expand_as(mass).flatten()
    budget = config.recovery_budget * (keep * geometry.pairs).sum()
    order = mass.masked_fill(~under, torch.inf).flatten().argsort(stable=True)
    affordable = torch.zeros_like(order, dtype=torch.bool)
    affordable[order] = price[order].cumsum(0) <= budget
    return under & affordable.view_as(mass)


def _to_runs(keep: Tensor, geometry: Geometry) -> tuple[Tensor, Tensor, Tensor]:
    """Turns kept spans `[H, tiles, S]` into runs counted by tile, starts and ends.

    Neighbouring kept spans become one run, which the kernel walks faster.
    """
    before = torch.nn.functional.pad(keep[..., :-1], (1, 0))
    after = torch.nn.functional.pad(keep[..., 1:], (0, 1))
    opens, closes = keep & ~before, keep & ~after
    starts = geometry.offsets[opens.nonzero(as_tuple=True)[-1]]
    ends = geometry.offsets[closes.nonzero(as_tuple=True)[-1] + 1]
    return opens.flatten(0, 1).sum(-1, dtype=torch.int64), starts.int(), ends.int()


def _join(parts: list[tuple[Tensor, Tensor, Tensor]], tile: int) -> KeyLists:
    counts, starts, ends = (torch.cat(column) for column in zip(*parts, strict=True))
    offsets = torch.nn.functional.pad(counts.cumsum(0), (1, 0))
    return KeyLists(offsets, starts, ends, tile, check=False)
