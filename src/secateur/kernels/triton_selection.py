"""The selection on the GPU: the same rule as the CPU's, without waiting for the device.

How many runs are kept is known only there, so the lists get the room that the cap allows. Imported
only where Triton is installed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import triton
from torch import Tensor

from secateur.kernels.lists import KeyLists
from secateur.kernels.selection import SelectionRule
from secateur.kernels.triton_first_look import first_look_kernel, span_means_kernel
from secateur.kernels.triton_second_look import second_look_kernel
from secateur.kernels.triton_selection_kernels import (
    choose_looks_kernel,
    keep_spans_kernel,
    write_runs_kernel,
)

# Estimates of one block of tiles held at once, in elements: bounds memory, not the result.
_BLOCK_ELEMENTS = 1 << 26
_SPANS_A_BLOCK = 1024
"""Most spans that a program looks at together."""
# One for each thread: what a thread has twice, a histogram could count twice.
_LANES = 128
# Keys or means that a program multiplies at once: more would spill registers.
_FIRST_BYTES = 1 << 13
_SECOND_BYTES = 1 << 12
_LAUNCH = {"num_warps": 4, "enable_fp_fusion": True}


@dataclass(frozen=True)
class DeviceRow:
    """One row of a batch, its query tiles against its key spans.

    Attributes:
        query: `[H, Nq, D]`, D contiguous.
        key: `[Hkv, Nk, D]`, D contiguous.
        key_mask: bool `[Nk]` or None.
        offsets: Span boundaries int32 `[S + 1]`.
        counts: Unmasked tokens of each span, fp32 `[S]`.
        live: Queries that are no padding, bool `[tiles, tile]`.
        first: Lowest key position among a tile's queries, int64 `[tiles]`.
        last: Highest key position among a tile's queries, int64 `[tiles]`.
        pairs: Visible (query, key) pairs of tile and span, fp32 `[tiles, S]`.
        group_means: Mean query of each group of a tile, fp32 `[H, tiles, groups, D]`.
        group_last: Key position of each group's last query, int64 `[tiles, groups]`.
        sampled: Queries of the second look, int64 `[tiles, samples]`, a group's side by side.
    """

    query: Tensor
    key: Tensor
    key_mask: Tensor | None
    offsets: Tensor
    counts: Tensor
    live: Tensor
    first: Tensor
    last: Tensor
    pairs: Tensor
    group_means: Tensor
    group_last: Tensor
    sampled: Tensor


@dataclass(frozen=True)
class DeviceSelection:
    """What one call keeps, all of it on the device.

    Attributes:
        lists: Runs of every (batch, head, tile); their arrays are longer than they are filled.
        kept_mass: fp32 `[B, H, tiles]`, before recovery; 1 for tiles of padding alone.
        density: 0-dimensional: kept share of the visible pairs, recovered ones included.
        recovered_share: 0-dimensional: share of tiles given their full row.
    """

    lists: KeyLists
    kept_mass: Tensor
    density: Tensor
    recovered_share: Tensor


def select_on_device(
    rows: list[DeviceRow], rule: SelectionRule, *, scale: float, causal: bool
) -> DeviceSelection:
    """Chooses the spans that each query tile reads; nothing here waits for the device.

    Args:
        rows: The batch.
        rule: What is kept.
        scale: Factor of the scores.
        causal: Query i sits at key position `i + Nk - Nq` and sees keys up to its own.

    Returns:
        The selection. Where probabilities tie at a limit, fewer spans are kept, never more.
    """
    heads = len(rows[0].query)
    tiles, tile = rows[0].live.shape
    # A span has at least one token, which bounds those around a tile.
    near = max(tile + 2 * rule.local, 0)
    room = min(rows[0].pairs.shape[1] // 2 + 1, rule.cap + near + 3)
    writer = _Writer(rows[0].query.device, len(rows) * heads * tiles, room)
    masses, recovered, kept, seen = [], [], [], []
    for row in rows:
        keep, mass, kept_pairs, runs = _keep(row, rule, scale, causal)
        again = _unsure(mass, kept_pairs, row, rule)
        writer.write(row, keep, runs, again)
        full = row.pairs.sum(1).expand_as(kept_pairs)
        masses.append(mass)
        recovered.append(again.sum())
        kept.append(torch.where(again, full, kept_pairs).sum(dtype=torch.float64))
        seen.append(row.pairs.sum(dtype=torch.float64) * heads)
    visible = torch.stack(seen).sum()
    density = torch.stack(kept).sum() / visible.clamp(min=1)
    return DeviceSelection(
        lists=writer.lists(tile),
        kept_mass=torch.stack(masses),
        density=torch.where(visible > 0, density, 1.0),
        recovered_share=torch.stack(recovered).sum() / (len(rows) * heads * tiles),
    )


class _Writer:
    """Fills the lists' arrays, one row of the batch after the other."""

    def __init__(self, device: torch.device, rows: int, room: int) -> None:
        self._starts = torch.zeros(rows * room, dtype=torch.int32, device=device)
        self._ends = torch.zeros_like(self._starts)
        self._offsets = [torch.zeros(1, dtype=torch.int64, device=device)]

    def write(self, row: DeviceRow, keep: Tensor, runs: Tensor, again: Tensor) -> None:
        """Appends the kept spans of all tiles as runs, or all that a tile sees."""
        heads, tiles, spans = keep.shape
        visible = row.pairs > 0
        sees = visible.any(1)
        leading = visible.int().argmax(1)
        trailing = spans - visible.flip(1).int().argmax(1)
        again = again & sees
        counts = torch.where(again, 1, runs).flatten().long()
        begin = self._offsets[-1][-1:]
        ends = begin + counts.cumsum(0)
        self._offsets.append(ends)
        write_runs_kernel[(heads * tiles,)](
            keep, again.to(torch.uint8), torch.cat([begin, ends[:-1]]), row.offsets,
            row.offsets[leading], row.offsets[trailing], self._starts, self._ends,
            tiles, spans, BLOCK=_block(spans), **_LAUNCH,
        )  # fmt: skip

    def lists(self, tile: int) -> KeyLists:
        """The lists written so far."""
        return KeyLists(torch.cat(self._offsets), self._starts, self._ends, tile, check=False)


def _block(spans: int) -> int:
    return min(_SPANS_A_BLOCK, max(_LANES, triton.next_power_of_2(spans)))


def _keep(
    row: DeviceRow, rule: SelectionRule, scale: float, causal: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Applies the rule to all tiles of a row, a block of them at a time.

    Returns:
        Kept spans uint8 `[H, tiles, S]`, then for `[H, tiles]` their probability and pairs in
        fp32 and their runs in int32.
    """
    heads, (tiles, spans), device = len(row.query), row.pairs.shape, row.query.device
    keep = torch.zeros(heads, tiles, spans, dtype=torch.uint8, device=device)
    mass, kept_pairs = torch.empty(2, heads, tiles, dtype=torch.float32, device=device)
    runs = torch.empty(heads, tiles, dtype=torch.int32, device=device)
    looker = _Looker(row, scale, causal)
    near = (
        (row.first - rule.local).int(),
        (row.last + rule.local).int(),
        (row.pairs > 0).int().argmax(1).int(),
    )
    # In fp32, as the CPU adds them.
    totals = row.pairs.sum(1).clamp(min=1)
    shared = (row.pairs, totals, row.offsets, *near, looker.seen, rule.thresholds)
    step = max(1, _BLOCK_ELEMENTS // spans)
    for begin in range(0, heads * tiles, step):
        count = min(step, heads * tiles - begin)
        first, reference = looker.first(begin, count)
        looks = torch.empty(count, spans, dtype=torch.uint8, device=device)
        choose_looks_kernel[(count,)](
            first, *shared, rule.max_looks, looks, begin, tiles, spans, rule.look_low,
            BLOCK=_block(spans), **_LAUNCH,
        )  # fmt: skip
        keep_spans_kernel[(count,)](
            looker.second(begin, looks, reference), *shared, keep, mass, kept_pairs, runs,
            begin, tiles, spans, rule.cap, BLOCK=_block(spans), **_LAUNCH,
        )  # fmt: skip
    return keep, mass.masked_fill(~row.live.any(1), 1.0), kept_pairs, runs


class _Looker:
    """Launches both looks over blocks of tiles."""

    def __init__(self, row: DeviceRow, scale: float, causal: bool) -> None:
        heads, self._tiles, groups, head_dim = row.group_means.shape
        self._row = row
        self._spans = len(row.counts)
        self.seen = row.last.new_full((self._tiles,), self._spans, dtype=torch.int32)
        if causal:
            begins = row.offsets[:-1].contiguous()
            self.seen = torch.searchsorted(begins, row.last.int(), right=True).int()
        self._sampled = row.sampled.int()
        self._mask = None if row.key_mask is None else row.key_mask.contiguous().view(torch.uint8)
        self._means = (
            row.group_means.to(row.query.dtype).contiguous(), row.group_last.int(),
            _span_means(row, self._mask), row.counts.log(), row.offsets, self.seen,
        )  # fmt: skip
        self._numbers = {"heads_of_kv": heads // len(row.key), "scale": scale}
        self._constants = {
            "CAUSAL": causal, "HEAD_DIM": head_dim, "BLOCK_D": _padded(head_dim), "GROUPS": groups,
        }  # fmt: skip

    def first(self, begin: int, count: int) -> tuple[Tensor, Tensor]:
        """Estimates by means: probabilities `[count, S]` and references `[count, groups]`."""
        first = self._row.pairs.new_empty(count, self._spans)
        reference = first.new_empty(count, self._constants["GROUPS"])
        first_look_kernel[(count,)](
            *self._means, reference, first, begin, self._tiles, self._spans,
            BLOCK=_rows_a_block(self._row.key, _FIRST_BYTES),
            **self._numbers, **self._constants, **_LAUNCH,
        )  # fmt: skip
        return first, reference

    def second(self, begin: int, looks: Tensor, reference: Tensor) -> Tensor:
        """Puts real scores in the place of some estimates: probabilities `[count, S]`."""
        row, mask = self._row, self._mask
        block = _rows_a_block(row.key, _SECOND_BYTES)
        launch = _LAUNCH
        if row.key.dtype == torch.float32:
            launch = _LAUNCH | {"num_warps": 8, "num_stages": 2}
        probability = reference.new_empty(looks.shape)
        second_look_kernel[(len(looks),)](
            row.query, row.key, row.key if mask is None else mask, self._sampled, *self._means,
            reference, looks, probability, *row.query.stride()[:2], *row.key.stride()[:2],
            begin, self._tiles, self._spans, shift=row.key.shape[1] - row.query.shape[1],
            HAS_MASK=mask is not None, SAMPLES=row.sampled.shape[1], SPANS=8, BLOCK=block,
            BLOCK_N=block, **self._numbers, **self._constants, **launch,
        )  # fmt: skip
        return probability


def _padded(head_dim: int) -> int:
    return max(16, triton.next_power_of_2(head_dim))


def _rows_a_block(key: Tensor, most_bytes: int) -> int:
    fitting = most_bytes // (_padded(key.shape[-1]) * key.element_size())
    return min(128 // key.element_size(), max(16, fitting))


def _span_means(row: DeviceRow, mask: Tensor | None) -> Tensor:
    """Mean of each span's unmasked keys `[Hkv, S, D]`, in the keys' dtype."""
    heads, _, head_dim = row.key.shape
    spans = len(row.counts)
    means = row.key.new_empty(heads, spans, head_dim)
    span_means_kernel[(spans, heads)](
        row.key, row.key if mask is None else mask, row.offsets, means, *row.key.stride()[:2],
        spans, HEAD_DIM=head_dim, BLOCK_D=_padded(head_dim), BLOCK_N=8,
        HAS_MASK=mask is not None, num_warps=1, enable_fp_fusion=True,
    )  # fmt: skip
    return means


def _unsure(mass: Tensor, kept_pairs: Tensor, row: DeviceRow, rule: SelectionRule) -> Tensor:
    """Tiles to run over their full row, bool `[H, tiles]`: the least sure within budget."""
    if rule.mass_floor >= 1:
        return row.live.any(1).expand_as(mass)
    under = mass < rule.mass_floor
    # Integers, whose running sums are exact and come out the same in whatever order a GPU adds.
    price = row.pairs.sum(1).long().expand_as(mass).flatten()
    budget = rule.recovery_budget * kept_pairs.sum(dtype=torch.float64)
    order = mass.masked_fill(~under, torch.inf).flatten().argsort(stable=True)
    affordable = price[order].cumsum(0) <= budget
    chosen = torch.zeros_like(affordable).scatter(0, order, affordable)
    return under & chosen.view_as(mass)
