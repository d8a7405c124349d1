"""The compiled selection: which key spans each query tile keeps, on the CPU."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from secateur.kernels.lists import TILE, KeyLists
from secateur.kernels.native import multiplies_bf16, uncovered, unit_stride

GROUPS = 16
"""Means of a tile's queries that the first look scores."""

SAMPLES = 32
"""Queries of a tile whose real scores the second look computes."""

SECTION = 16
"""Spans in a section; where there are many, sections are scored before their spans."""

COARSE = 4
"""Means of a tile's queries that score sections."""


@dataclass(frozen=True)
class SelectionRule:
    """What is kept of the estimated attention.

    Attributes:
        thresholds: fp32 `[H]`: a span is kept from this many times its uniform share on.
        local: Keys within this many tokens of the tile are always kept; from -Nk down, none.
        look_low: The second look covers spans whose first estimate reaches this many times the bar.
        max_sections: Sections of `SECTION` spans whose spans are scored for a tile, beside those of
            its neighbourhood, at most, the likeliest; tiles that see no more score all spans.
        max_looks: 0-dimensional int32, on the device, so that nobody waits for it: spans of a
            tile's second look at most, the likeliest.
        cap: Spans kept for a tile beside the always-kept ones at most, the likeliest.
        mass_floor: Tiles that keep less probability get all keys they see; 1 recovers all.
        recovery_budget: Pairs that recovery may add, as a share of the kept ones.
    """

    thresholds: Tensor
    local: int
    look_low: float
    max_sections: int
    max_looks: Tensor
    cap: int
    mass_floor: float
    recovery_budget: float


@dataclass(frozen=True)
class NativeSelection:
    """What one call keeps.

    Attributes:
        lists: Kept runs of every (batch, head, tile), the heaviest first.
        kept_mass: fp32 `[B, H, tiles]`, before recovery; 1 for tiles of padding alone.
        pairs: fp64 `[B, 3]`: pairs kept, pairs visible, tiles recovered.
    """

    lists: KeyLists
    kept_mass: Tensor
    pairs: Tensor


def native_selects(query: Tensor, key: Tensor, tile: int) -> bool:
    """Tells whether the compiled selection covers these tensors."""
    return tile == TILE and not uncovered(query, key, None)


def select_native(
    query: Tensor,
    key: Tensor,
    spans: Tensor,
    rule: SelectionRule,
    *,
    key_mask: Tensor | None,
    bias: Tensor | None,
    scale: float,
    causal: bool,
    instruction_set: str = "",
) -> NativeSelection:
    """Selects with the compiled kernel.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        spans: int32 `[B, S + 1]` boundaries of every row.
        rule: Threshold, looks, cap and recovery.
        key_mask: bool `[B, Nk]`, True = visible; None shows all.
        bias: `[1|B, 1|H, Nq, Nk]`, added to the scaled scores.
        scale: Factor on `query @ key.T`.
        causal: Query i sits at key position `i + Nk - Nq` and sees keys up to its own.
        instruction_set: One of `native.INSTRUCTION_SETS`; empty is the first.

    Returns:
        The kept runs, the estimated mass and the pairs they cover.

    Raises:
        RuntimeError: The span offsets descend or leave the keys.
    """
    if query.dtype != torch.bfloat16 or not multiplies_bf16(instruction_set):
        query, key = query.float(), key.float()
    query, key = unit_stride(query), unit_stride(key)
    offsets, starts, ends, mass, pairs = torch.ops.secateur.select_spans(
        query,
        key,
        spans.contiguous(),
        rule.thresholds,
        None if key_mask is None else key_mask.contiguous(),
        None if bias is None else unit_stride(bias.float()),
        scale,
        causal,
        rule.local,
        rule.look_low,
        rule.max_sections,
        int(rule.max_looks),
        rule.cap,
        rule.mass_floor,
        rule.recovery_budget,
        instruction_set,
    )
    lists = KeyLists(offsets, starts, ends, check=False)
    return NativeSelection(lists, mass.view(query.shape[0], query.shape[1], -1), pairs)
