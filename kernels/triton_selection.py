"""The selection on the GPU: the same rule as the CPU's, without waiting for the device.

How many runs are kept is known only there, so the lists get the room that the cap allows. Imported
only where Triton is installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
import triton
from torch import Tensor

from secateur.kernels.lists import KeyLists
from secateur.kernels.triton_selection_kernels import (
    measure_rows_kernel,
    span_means_kernel,
    write_runs_kernel,
)

# Scores of one block of heads held at once, in elements: bounds memory, not the result.
_BLOCK_ELEMENTS = 1 << 27
_SPANS_A_BLOCK = 1024


class Layout(Protocol):
    """Tiles against spans for one row of a batch, as `secateur.core.geometry.Geometry` has them."""

    @property
    def offsets(self) -> Tensor:
        """Span boundaries int64 ``[S + 1]``."""

    @property
    def live(self) -> Tensor:
        """Queries that are no padding, bool ``[tiles, tile]``."""

    @property
    def first(self) -> Tensor:
        """Lowest key position among a tile's queries, int64 ``[tiles]``."""

    @property
    def last(self) -> Tensor:
        """Highest key position among a tile's queries, int64 ``[tiles]``."""

    @property
    def pairs(self) -> Tensor:
        """Visible (query, key) pairs of tile and span, fp32 ``[tiles, S]``."""


@dataclass(frozen=True)
class Rule:
    """What is kept.

    Attributes:
        threshold: fp32 ``[H]``, in units of the uniform share.
        local: keys around the tile that are kept without asking.
        limit: most spans kept for a tile beside those.
        recover: whether unsure tiles get their full row.
        mass_floor: kept probability under which a tile is unsure; 1 makes all so.
        recovery_budget: pairs that recovery may add, as a share of the kept ones.
    """

    threshold: Tensor
    local: int
    limit: int
    recover: bool
    mass_floor: float
    recovery_budget: float


@dataclass(frozen=True)
class DeviceSelection:
    """What one call keeps, all of it on the device.

    Attributes:
        lists: runs of every (batch, head, tile); their arrays are longer than they are filled.
        kept_mass: fp32 ``[B, H, tiles]``, before recovery; 1 for tiles of padding alone.
        density: 0-dimensional: kept share of the visible pairs, recovered ones included.
        recovered_share: 0-dimensional: share of tiles given their full row.
    """

    lists: KeyLists
    kept_mass: Tensor
    density: Tensor
    recovered_share: Tensor


def select_on_device(
    query: Tensor,
    key: Tensor,
    layouts: Sequence[Layout],
    rule: Rule,
    *,
    key_mask: Tensor | None,
    scale: float,
) -> DeviceSelection:
    """Choose the spans that each query tile reads; nothing here waits for the device.

    Args:
        query: ``[B, H, Nq, D]``.
        key: ``[B, Hkv, Nk, D]``.
        layouts: one for each row of the batch.
        rule: what is kept.
        key_mask: bool ``[B, Nk]``, True where the key may be read.
        scale: factor of the scores.

    Returns:
        The selection. Where probabilities tie at the cap, fewer spans are kept, never more.
    """
    batch, heads = query.shape[:2]
    tiles, tile = layouts[0].live.shape
    spans = layouts[0].pairs.shape[1]
    # A span has at least one token, which bounds those around a tile.
    room = min(spans // 2 + 1, rule.limit + tile + 2 * rule.local + 3)
    writer = _Writer(query.device, batch * heads * tiles, room)
    masses, recovered, kept, seen = [], [], [], []
    for row, layout in enumerate(layouts):
        mask = None if key_mask is None else key_mask[row].contiguous().view(torch.uint8)
        right = _span_means(key[row], layout.offsets.to(torch.int32), mask)
        left = _tile_means(query[row], layout.live, scale)
        step = _heads_at_once(tiles * spans, heads // key.shape[1])
        for begin in range(0, heads, step):
            block = slice(begin, begin + step)
            scores = _scores(left[block], right, heads // key.shape[1], begin, scale)
            mass, again, pairs = _decide(scores, layout, rule, rule.threshold[block], writer)
            masses.append(mass)
            recovered.append(again.sum())
            kept.append(pairs)
        seen.append(layout.pairs.sum(dtype=torch.float64) * heads)
    visible = torch.stack(seen).sum()
    density = torch.stack(kept).sum() / visible.clamp(min=1)
    return DeviceSelection(
        lists=writer.lists(tile),
        kept_mass=torch.cat(masses).view(batch, heads, tiles),
        density=torch.where(visible > 0, density, 1.0),
        recovered_share=torch.stack(recovered).sum() / (batch * heads * tiles),
    )


class _Writer:
    """Fills the lists' arrays, one block of rows after the other."""

    def __init__(self, device: torch.device, rows: int, room: int) -> None:
        self.starts = torch.zeros(rows * room, dtype=torch.int32, device=device)
        self.ends = torch.zeros_like(self.starts)
        self._offsets = [torch.zeros(1, dtype=torch.int64, device=device)]

    def place(self, runs: Tensor) -> Tensor:
        """Give rows with so many runs their places: int64, where each row begins."""
        ends = self._offsets[-1][-1] + runs.cumsum(0)
        begins = torch.cat([self._offsets[-1][-1:], ends[:-1]])
        self._offsets.append(ends)
        return begins

    def lists(self, tile: int) -> KeyLists:
        """The lists written so far."""
        return KeyLists(torch.cat(self._offsets), self.starts, self.ends, tile, check=False)


def _heads_at_once(elements: int, group: int) -> int:
    return max(1, _BLOCK_ELEMENTS // max(elements * group, 1)) * group


def _span_means(key: Tensor, offsets: Tensor, mask: Tensor | None) -> Tensor:
    """Mean and variance of each span's keys: fp32 ``[Hkv, S, 2 D]``."""
    heads, _, head_dim = key.shape
    spans = offsets.shape[0] - 1
    means = torch.empty(heads, spans, 2 * head_dim, dtype=torch.float32, device=key.device)
    span_means_kernel[(spans, heads)](
        key, key if mask is None else mask, offsets, means, *key.stride(), spans,
        HEAD_DIM=head_dim, BLOCK_D=triton.next_power_of_2(head_dim), BLOCK_N=8,
        HAS_MASK=mask is not None, num_warps=1, enable_fp_fusion=True,
    )  # fmt: skip
    return means


def _tile_means(query: Tensor, live: Tensor, scale: float) -> Tensor:
    """Mean query of each tile, and half its scaled square: fp32 ``[H, tiles, 2 D]``."""
    tiles, tile = live.shape
    padded = torch.nn.functional.pad(query, (0, 0, 0, tiles * tile - query.shape[1])).float()
    total = (padded * live.flatten()[:, None]).unflatten(1, (tiles, tile)).sum(2)
    mean = total / live.sum(1).clamp(min=1)[:, None]
    return torch.cat([mean, scale / 2 * mean.square()], dim=-1)


def _scores(left: Tensor, right: Tensor, group: int, begin: int, scale: float) -> Tensor:
    """Scores of a block of heads: fp32 ``[heads, tiles, S]``."""
    first = begin // group
    shared = right[first : first + len(left) // group, None].transpose(-1, -2)
    return (scale * (left.unflatten(0, (-1, group)) @ shared)).flatten(0, 1).contiguous()


def _decide(
    scores: Tensor, layout: Layout, rule: Rule, threshold: Tensor, writer: _Writer
) -> tuple[Tensor, Tensor, Tensor]:
    """Keep and write the spans of a block of heads: mass, recovered tiles, pairs kept in all."""
    heads, tiles, spans = scores.shape
    rows, device = heads * tiles, scores.device
    softmax = torch.empty(rows, 2, dtype=torch.float32, device=device)
    cut, runs = torch.empty(2, rows, dtype=torch.int32, device=device)
    mass, kept_pairs = torch.empty(2, heads, tiles, dtype=torch.float32, device=device)
    # In fp32, as the CPU adds them.
    totals = layout.pairs.sum(1).clamp(min=1)
    edges = layout.offsets.to(torch.int32)
    near = (layout.first.to(torch.int32), layout.last.to(torch.int32))
    shared = (scores, layout.pairs, totals, edges, *near, threshold.contiguous(), softmax, cut)
    cutting = {"BLOCK": min(_SPANS_A_BLOCK, triton.next_power_of_2(spans))}
    measure_rows_kernel[(rows,)](
        *shared, mass, kept_pairs, runs, tiles, spans, rule.local, rule.limit,
        **cutting, num_warps=4, enable_fp_fusion=True,
    )  # fmt: skip
    mass = mass.masked_fill(~layout.live.any(1), 1.0)
    again = _unsure(mass, kept_pairs, layout, rule)
    sees = (layout.pairs > 0).any(1)
    counts = torch.where(again.flatten(), sees.repeat(heads).long(), runs.long())
    flags = (again & sees).to(torch.uint8).flatten()
    write_runs_kernel[(rows,)](
        *shared, flags, writer.place(counts), writer.starts, writer.ends, tiles, spans,
        rule.local, **cutting, num_warps=4, enable_fp_fusion=True,
    )  # fmt: skip
    full = layout.pairs.sum(1).expand_as(kept_pairs)
    return mass, again, torch.where(again, full, kept_pairs).sum(dtype=torch.float64)


def _unsure(mass: Tensor, kept_pairs: Tensor, layout: Layout, rule: Rule) -> Tensor:
    """Tiles to run over their full row, bool ``[heads, tiles]``: the least sure within budget."""
    if not rule.recover:
        return torch.zeros_like(mass, dtype=torch.bool)
    if rule.mass_floor >= 1:
        return layout.live.any(1).expand_as(mass)
    under = mass < rule.mass_floor
    price = layout.pairs.sum(1).expand_as(mass).flatten()
    order = mass.masked_fill(~under, torch.inf).flatten().argsort(stable=True)
    affordable = price[order].cumsum(0) <= rule.recovery_budget * kept_pairs.sum()
    chosen = torch.zeros_like(affordable).scatter(0, order, affordable)
    return under & chosen.view_as(mass)
