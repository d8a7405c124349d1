"""Which key spans each query tile reads: keep what matters, bounded, and recover what is unsure.

The rule counts in units of the uniform share: a span is kept for a tile where its estimated
attention probability reaches `threshold` times the share it would have if attention were spread
evenly over all visible pairs. It needs no sort and adapts by itself: peaked heads prune hard,
diffuse heads keep most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor

from secateur.core import estimate
from secateur.core.config import DapConfig
from secateur.core.geometry import Geometry, build
from secateur.core.sections import Sections, open_spans
from secateur.core.spans import SpanTable
from secateur.kernels.lists import KeyLists
from secateur.kernels.selection import SelectionRule, native_selects, select_native

# Weights of the first look held at once, in elements: bounds memory, not the result.
_BLOCK_ELEMENTS = 1 << 24


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
    """Chooses the spans that each query tile reads, natively where that is built.

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
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    rule = build_rule(config, query, key, spans, causal)
    native = config.backend in ("auto", "native") and native_selects(query, key, config.tile)
    if not native:
        return _select_portable(query, key, spans, config, rule, key_mask, bias, scale, causal)
    chosen = select_native(
        query, key, spans.offsets, rule, key_mask=key_mask, bias=bias, scale=scale, causal=causal
    )
    kept, visible, recovered = chosen.pairs.sum(0).tolist()
    return Selection(
        lists=chosen.lists,
        density=kept / visible if visible else 1.0,
        kept_mass=chosen.kept_mass,
        recovered_share=recovered / max(chosen.kept_mass.numel(), 1),
    )


def build_rule(
    config: DapConfig, query: Tensor, key: Tensor, spans: SpanTable, causal: bool
) -> SelectionRule:
    """Says in the kernels' words what the settings ask for; nothing waits for a GPU.

    Args:
        config: The settings.
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        spans: Boundaries of every row; their number sets the cap, their length the room for looks.
        causal: Queries have places among the keys, also where they are fewer.

    Returns:
        The rule, its limits no higher than what there is: kernels count in 32 bits.

    Raises:
        ValueError: The number of thresholds is not that of heads.
    """
    thresholds = config.threshold
    heads, count = query.shape[1], spans.starts.shape[1]
    if not isinstance(thresholds, tuple):
        thresholds = (float(thresholds),) * heads
    if len(thresholds) != heads:
        raise ValueError(f"{len(thresholds)} thresholds for {heads} heads")
    growth = math.log2(count + 1)
    cap = math.ceil(min(config.cap * growth, count))
    n_query, n_key = query.shape[2], key.shape[2]
    # In cross-attention no key is near a query: where padding ends would decide what is read.
    placed = causal or n_query == n_key
    local = min(config.local, max(n_query, n_key)) if placed else -n_key
    width = max(config.tile + 2 * local, 0)
    near = width // spans.lengths.max().clamp(min=1) + 3
    return SelectionRule(
        thresholds=torch.tensor(thresholds, dtype=torch.float32).to(
            query.device, non_blocking=True
        ),
        local=local,
        look_low=config.look_low,
        max_sections=math.ceil(min(config.sections * growth, count)),
        max_looks=2 * cap + near,
        cap=cap,
        mass_floor=0.0 if config.fallback is False else config.mass_floor,
        recovery_budget=config.recovery_budget,
    )


def _select_portable(
    query: Tensor,
    key: Tensor,
    spans: SpanTable,
    config: DapConfig,
    rule: SelectionRule,
    key_mask: Tensor | None,
    bias: Tensor | None,
    scale: float,
    causal: bool,
) -> Selection:
    batch, n_query = query.shape[0], query.shape[2]
    rows = []
    for row in range(batch):  # one at a time: a padded row must be pruned as it would be alone
        mask = None if key_mask is None else key_mask[row]
        geometry = build(spans.offsets[row], n_query, key.shape[2], config.tile, mask, causal)
        own = None if bias is None else bias[row % len(bias)]
        inputs = estimate.Inputs(query[row], key[row], mask, own, scale, causal)
        rows.append(_select_row(inputs, geometry, rule))
    total = sum(row.visible for row in rows)
    return Selection(
        lists=_join([row.lists for row in rows], config.tile),
        density=sum(row.computed for row in rows) / total if total else 1.0,
        kept_mass=torch.stack([row.mass for row in rows]),
        recovered_share=sum(row.recovered for row in rows) / batch,
    )


class _Row(NamedTuple):
    """One row of a batch: its lists in CSR parts, and what they add up to."""

    lists: tuple[Tensor, Tensor, Tensor]
    mass: Tensor
    recovered: float
    computed: float
    visible: float


def _select_row(inputs: estimate.Inputs, geometry: Geometry, rule: SelectionRule) -> _Row:
    """Selects for one row, a few tiles of a few heads at a time to bound memory."""
    always = _always(geometry, rule.local)
    heads, tiles = len(inputs.query), len(always)
    keep = torch.empty(heads, *always.shape, dtype=torch.bool, device=always.device)
    mass = torch.empty(heads, tiles, device=always.device)
    for head in range(heads):
        own = _one_head(inputs, head)
        rows = estimate.choose_rows(own, geometry)
        means = estimate.span_means(own, geometry)
        sections = Sections.of(means[0], geometry.counts)
        step = max(1, _BLOCK_ELEMENTS // (rows.sampled.shape[1] * always.shape[1]))
        for begin in range(0, tiles, step):
            block = slice(begin, begin + step)
            kept, kept_mass = _select_block(
                own, geometry.tiles(block), rows.tiles(block), means, sections,
                always[block], float(rule.thresholds[head]), rule,
            )  # fmt: skip
            keep[head, block], mass[head, block] = kept, kept_mass
    mass.masked_fill_(~geometry.live.any(1), 1.0)
    again = _unsure(mass, keep, geometry, rule)
    keep |= again[..., None] & geometry.visible
    return _Row(
        lists=_to_runs(keep, geometry),
        mass=mass,
        recovered=float(again.float().mean()),
        computed=float((keep * geometry.pairs).sum()),
        visible=float(geometry.pairs.sum()) * heads,
    )


def _one_head(inputs: estimate.Inputs, head: int) -> estimate.Inputs:
    repeats = len(inputs.query) // len(inputs.key)
    bias = inputs.bias
    if bias is not None:
        bias = bias[head % len(bias)][None]
    return replace(
        inputs,
        query=inputs.query[head : head + 1],
        key=inputs.key[head // repeats][None],
        bias=bias,
    )


def _select_block(
    inputs: estimate.Inputs,
    geometry: Geometry,
    rows: estimate.Rows,
    means: Tensor,
    sections: Sections,
    always: Tensor,
    threshold: float,
    rule: SelectionRule,
) -> tuple[Tensor, Tensor]:
    """Keeps spans for some tiles of one head: bool `[tiles, S]`, and their mass `[tiles]`."""
    pairs = geometry.pairs
    bar = threshold * pairs / pairs.sum(1, keepdim=True).clamp(min=1)
    opened, closed = open_spans(
        inputs, geometry, rows, sections, always, rule.look_low * threshold, rule.max_sections
    )
    scores = estimate.first_look(inputs, geometry, rows, means)
    scores.masked_fill_(~opened[:, None], -torch.inf)
    reference = torch.maximum(scores.amax(-1), closed).nan_to_num(neginf=0.0)
    weights, rest = (scores - reference[..., None]).exp(), (closed - reference).exp()
    first = estimate.probabilities(weights, rest, None, None)[0]
    likely = opened & ((first >= rule.look_low * bar) | always)
    looks = _likeliest(first + always, likely & (pairs > 0), int(rule.max_looks))[None]
    measured = estimate.second_look(inputs, geometry, rows, looks, reference)
    probability = estimate.probabilities(weights, rest, measured, looks)[0]
    candidates = opened & (probability >= bar) & (pairs > 0) & ~always
    keep = _likeliest(probability, candidates, rule.cap) | always
    return keep, (probability * keep).sum(-1)


def _likeliest(probability: Tensor, candidates: Tensor, limit: int) -> Tensor:
    """Leaves at most `limit` candidates of each tile, the likeliest."""
    if limit >= candidates.shape[-1] or not bool((candidates.sum(-1) > limit).any()):
        return candidates
    best = probability.masked_fill(~candidates, -1.0).topk(limit, dim=-1).indices
    return candidates & torch.zeros_like(candidates).scatter_(-1, best, True)


def _always(geometry: Geometry, local: int) -> Tensor:
    """Spans kept without asking, bool `[tiles, S]`: the neighbourhood and the first visible one."""
    low = (geometry.first - local)[:, None]
    high = (geometry.last + local)[:, None]
    near = (geometry.offsets[1:] > low) & (geometry.offsets[:-1] <= high)
    near |= geometry.visible & (geometry.visible.cumsum(1) == 1)
    return near & geometry.visible


def _unsure(mass: Tensor, keep: Tensor, geometry: Geometry, rule: SelectionRule) -> Tensor:
    """Tiles to run over their full row, bool `[H, tiles]`: the least sure first, within budget."""
    live = geometry.live.any(1).expand_as(mass)
    if rule.mass_floor >= 1:
        return live
    under = live & (mass < rule.mass_floor)
    price = geometry.pairs.sum(1).long().expand_as(mass).flatten()
    budget = rule.recovery_budget * (keep * geometry.pairs).sum(dtype=torch.float64)
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
