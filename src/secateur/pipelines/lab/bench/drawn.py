"""The native kernel beside torch's attention and other rivals, on drawn lists of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from secateur.kernels.lists import TILE, KeyLists
from secateur.kernels.native import multiplies_bf16
from secateur.kernels.ops import attention
from secateur.pipelines.lab.bench.timing import context, interleave

RIVALS = ("sdpa", "flex_attention", "gather")
"""Torch's own attention over all keys; flex_attention and gathered keys over the same lists."""

Inputs = tuple[Tensor, Tensor, Tensor]
Lists = Mapping[float, KeyLists | None]
"""By the share of keys left out; None, at 0, keeps all."""

_MEAN_SPAN = 25.0
"""Keys in a mean span of the benchmark's lists."""


def draw_inputs(heads: int, n_tokens: int, head_dim: int, dtype: torch.dtype) -> Inputs:
    """Draws query, key and value `[1, H, N, D]`, the same for the same shape."""
    draw = torch.Generator().manual_seed(n_tokens + head_dim)
    query, key, value = torch.randn((3, 1, heads, n_tokens, head_dim), generator=draw).to(dtype)
    return query, key, value


def draw_lists(heads: int, n_tokens: int, sparsity: float) -> KeyLists:
    """Draws spans of sentence length, another set for each head and tile, without local bands.

    Args:
        heads: Number of heads.
        n_tokens: Queries and keys.
        sparsity: Share of keys left out, in `(0, 1)`; overshot by less than one span.

    Returns:
        Lists for batch 1, spans of 1 to 64 keys with mean 25 in random order.
    """
    draw = torch.Generator().manual_seed(0)
    starts, ends, offsets = [], [], [0]
    for _ in range(heads * -(-n_tokens // TILE)):
        # A gamma variable of shape 4 is the sum of four exponential ones.
        gamma = -torch.rand(4, n_tokens // 8, generator=draw).log().sum(0) * _MEAN_SPAN / 4
        edges = gamma.round().clamp(1, 64).long().cumsum(0)
        edges = torch.cat((torch.zeros(1, dtype=torch.int64), edges[edges < n_tokens]))
        lengths = torch.diff(edges, append=torch.tensor([n_tokens])).clamp(max=64)
        order = torch.randperm(len(edges), generator=draw)
        kept = lengths[order].cumsum(0)
        order = order[: int((kept < (1 - sparsity) * n_tokens).sum()) + 1]
        starts.append(edges[order])
        ends.append(edges[order] + lengths[order])
        offsets.append(offsets[-1] + len(order))
    return KeyLists(
        torch.tensor(offsets), torch.cat(starts).int(), torch.cat(ends).int(), check=False
    )


def benchmark_attention(
    lengths: tuple[int, ...] = (2048, 8192, 32768),
    head_dims: tuple[int, ...] = (64, 32),
    dtypes: tuple[torch.dtype, ...] = (torch.float32, torch.bfloat16),
    sparsities: tuple[float, ...] = (0.0, 0.8, 0.9, 0.95),
    *,
    heads: int = 12,
    rivals: tuple[str, ...] = ("sdpa",),
    instruction_set: str = "",
    repeats: int = 5,
) -> list[dict[str, Any]]:
    """Times the native kernel and its rivals on random lists.

    Args:
        lengths: Numbers of tokens.
        head_dims: Sizes of a head.
        dtypes: Of query, key and value.
        sparsities: Shares of keys left out; 0 is exact attention.
        heads: Number of heads.
        rivals: Of `RIVALS`.
        instruction_set: Of the native kernel; empty is the best.
        repeats: interleaved runs, of which each side's best counts.

    Returns:
        One row for each setting and rival, as in the design's machine-readable results.

    Raises:
        ValueError: A rival is unknown.
        RuntimeError: The native kernel is not built.
    """
    for rival in rivals:
        if rival not in RIVALS:
            raise ValueError(f"rival is {rival!r}, not one of {', '.join(RIVALS)}")
    rows = []
    for dtype in dtypes:
        peak = _peak_rate(dtype, instruction_set)
        for n_tokens in lengths:
            for head_dim in head_dims:
                inputs = draw_inputs(heads, n_tokens, head_dim, dtype)
                rows += _time_setting(inputs, sparsities, rivals, instruction_set, repeats, peak)
    return rows


def calls_on(
    inputs: Inputs,
    lists: Lists,
    rivals: Sequence[str] = ("sdpa",),
    instruction_set: str = "",
) -> dict[tuple[str, float | None], Callable[[], Any]]:
    """Makes the calls to time on one input.

    Args:
        inputs: Query, key and value.
        lists: What the kernel and the rivals that read lists keep.
        rivals: Of `RIVALS`.
        instruction_set: Of the native kernel; empty is the best.

    Returns:
        Calls by name, "native" or the rival's, and share left out; None for torch's over all keys.
    """
    calls: dict[tuple[str, float | None], Callable[[], Any]] = {}
    if "sdpa" in rivals:
        calls["sdpa", None] = partial(scaled_dot_product_attention, *inputs)
    for sparsity, kept in lists.items():
        calls["native", sparsity] = partial(
            attention, *inputs, kept, backend="native", instruction_set=instruction_set
        )
        if "flex_attention" in rivals:
            from secateur.pipelines.lab.bench.flex import compiled_flex

            calls["flex_attention", sparsity] = compiled_flex(*inputs, kept)
        if "gather" in rivals and kept is not None:
            calls["gather", sparsity] = partial(gathered_attention, *inputs, kept)
    return calls


def _time_setting(
    inputs: Inputs,
    sparsities: tuple[float, ...],
    rivals: tuple[str, ...],
    instruction_set: str,
    repeats: int,
    peak: float,
) -> list[dict[str, Any]]:
    _, heads, n_tokens, head_dim = inputs[0].shape
    lists = {s: draw_lists(heads, n_tokens, s) if s else None for s in sparsities}
    best = interleave(calls_on(inputs, lists, rivals, instruction_set), repeats)
    rows = []
    for (rival, only), ms_rival in best.items():
        if rival == "native":
            continue
        for s in sparsities if only is None else (only,):
            runs = lists[s]
            pairs = heads * n_tokens**2 if runs is None else int(runs.counts().sum()) * TILE
            rate = 4 * pairs * head_dim / (best["native", s] / 1e3)
            rows.append(
                {
                    "n": n_tokens,
                    "heads": heads,
                    "kv_heads": heads,
                    "head_dim": head_dim,
                    "dtype": str(inputs[0].dtype).removeprefix("torch."),
                    "causal": False,
                    "lists": "random",
                    "sparsity": s,
                    "rival": rival,
                    "ms_rival": round(ms_rival, 3),
                    "ms_native": round(best["native", s], 3),
                    "ms_selection": None,
                    "ratio": round(ms_rival / best["native", s], 2),
                    "ratio_with_selection": None,
                    "gflops": round(rate / 1e9, 1),
                    "peak_share": round(rate / peak, 3),
                    **context(instruction_set),
                }
            )
    return rows


def gathered_attention(query: Tensor, key: Tensor, value: Tensor, lists: KeyLists) -> Tensor:
    """Gathers a tile's keys and calls torch's attention on them: what lists cost without a kernel.

    Args:
        query: `[1, H, N, D]`.
        key: `[1, H, N, D]`.
        value: `[1, H, N, D]`.
        lists: Kept keys.

    Returns:
        The output `[1, H, N, D]`.
    """
    output = torch.empty_like(query)
    tiles = -(-query.shape[2] // TILE)
    bounds = lists.offsets.tolist()
    for row in range(lists.rows):
        head, tile = divmod(row, tiles)
        runs = slice(bounds[row], bounds[row + 1])
        lengths = (lists.ends[runs] - lists.starts[runs]).long()
        shift = lists.starts[runs] - (lengths.cumsum(0) - lengths)
        keys = torch.arange(int(lengths.sum())) + shift.repeat_interleave(lengths)
        part = slice(tile * TILE, (tile + 1) * TILE)
        output[:, head, part] = scaled_dot_product_attention(
            query[:, head, part], key[:, head, keys], value[:, head, keys]
        )
    return output


def _peak_rate(dtype: torch.dtype, instruction_set: str) -> float:
    """Measures bare multiply-adds in operations a second, the best of a few tries.

    Of the type that the kernel multiplies: without products of bfloat16 that is float32.
    """
    bf16 = dtype == torch.bfloat16 and multiplies_bf16(instruction_set)
    return max(torch.ops.secateur.peak_rate(instruction_set, bf16) for _ in range(5))
