"""How the Triton kernels are launched: what each argument holds, and how work is split.

Imported only where Triton is installed.
"""

from __future__ import annotations

import math
from threading import Lock
from typing import Any

import torch
import triton
from torch import Tensor

from secateur.kernels.lists import KeyLists
from secateur.kernels.masks import Options, seed_word
from secateur.kernels.triton_backward import backward_kernel
from secateur.kernels.triton_blocks import (
    backward_blocks,
    backward_rows,
    card_of,
    forward_blocks,
    most_rows,
    query_block,
    tuned,
)
from secateur.kernels.triton_forward import forward_kernel
from secateur.kernels.triton_tiles import LONGEST

INTERPRETED = bool(triton.knobs.runtime.interpret)
"""Whether the kernels run in Triton's interpreter, on the CPU."""

# Calls with fewer tiles than this leave multiprocessors idle; their keys are split among programs.
_PROGRAMS_WANTED = 256
_SMALLEST_PART = 512
"""Fewest keys that a part of split keys has: what parts give has to be merged."""
_PACKED_ROWS = 64
"""Most query rows, of all heads that share keys, that one program takes together."""
# Keys and values that the L2 cache of every card holds beside what else runs (A100: 40 MB).
_CACHED_BYTES = 16 << 20
# A scale of 0 would make nothing of the -inf that hides a pair.
_SMALLEST_SCALE = 1e-30

tuned_forward = tuned(forward_kernel)
# The tuner keeps a launch's arguments in itself, where another thread would drop them.
_tuning = Lock()


def prepare(lists: KeyLists, key: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Prepares lists for the kernels without waiting for the device.

    Rows with most keys come first, so that no long one begins last. Where the cache cannot hold the
    keys and values of all heads, rows that share a key head stay together, longest first among
    them: the programs of the moment then read the same keys.

    Args:
        lists: Kept keys.
        key: `[B, Hkv, Nk, D]`.

    Returns:
        Offsets int64 `[rows + 1]`, first keys int32 `[runs]`, keys in all runs before int32
        `[runs + 1]` (modulo 2^32) and rows int32 `[rows]` in the order in which they begin.
    """
    lengths = torch.nn.functional.pad((lists.ends - lists.starts).long(), (1, 0))
    before = lengths.cumsum(0)
    urgency = before[lists.offsets[1:]] - before[lists.offsets[:-1]]
    if 2 * key.numel() * key.element_size() > _CACHED_BYTES:
        batch, kv_heads, n_keys, _ = key.shape
        kv_head = torch.arange(lists.rows, device=key.device) // (lists.rows // (batch * kv_heads))
        urgency = urgency.clamp(max=n_keys) - kv_head * (n_keys + 1)
    order = urgency.argsort(descending=True)
    return lists.offsets, lists.starts, before.to(torch.int32), order.to(torch.int32)


def launch_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None,
    key_mask: Tensor | None,
    walk: tuple[Tensor, ...],
    tile: int | None,
    options: Options,
) -> tuple[Tensor, Tensor]:
    """Computes output and lse.

    Args:
        query: `[B, H, Nq, D]`, D a power of two from 16 on and contiguous, as in all three.
        key: `[B, Hkv, Nk, D]`.
        value: `[B, Hkv, Nk, D]`.
        bias: `[1|B, 1|H, Nq, Nk]` or None.
        key_mask: bool `[B, Nk]` or None.
        walk: What `prepare` made of the lists; empty keeps all keys.
        tile: Queries of a list's tile; None without lists.
        options: Scale, causality, window, dropout.

    Returns:
        Output `[B, H, Nq, D]` in the query's dtype and lse `[B, H, Nq]` in fp64.
    """
    batch, heads, n_queries, head_dim = query.shape
    kv_heads, n_keys = key.shape[1], key.shape[2]
    if query.numel() == 0 or n_keys == 0:
        return torch.zeros_like(query), _full_lse(query)
    if options.scale < 0:
        # The kernel looks for the highest score before it scales.
        query = -query
    group = heads // kv_heads
    most_packed = min(_PACKED_ROWS, most_rows(head_dim, query.dtype))
    packed = tile is None and group > 1 and group * n_queries <= most_packed
    rows = query_block(tile or (group * n_queries if packed else n_queries), query)
    slices = tile // rows if tile else 1
    tiles = 1 if packed else -(-n_queries // (rows * slices))
    per_batch = (kv_heads if packed else heads) * tiles
    programs = batch * per_batch * slices
    parts, part_keys = split_keys(programs, n_keys)
    split = parts > 1
    # Under biases of -1e9 alone, fp32 would lose the logarithm of the sum in lse.
    if split:
        output = query.new_empty((parts, *query.shape), dtype=torch.float32)
        lse = query.new_empty((parts, *query.shape[:3]), dtype=torch.float64)
    else:
        output = torch.empty_like(query[None])
        lse = query.new_empty((1, *query.shape[:3]), dtype=torch.float64)
    if output.stride(-1) != 1:
        output = output.contiguous()
    arguments = (
        query, key, value, output, lse,
        *_masks(query, key_mask, bias), *(walk or (query,) * 4),
        *query.stride()[:3], *key.stride()[:3], *value.stride()[:3],
        *output.stride()[:4], lse.stride(0), *_bias_strides(bias, query, key),
        n_queries, n_keys, per_batch, tiles, group, heads, part_keys,
        *_window(options), *_dropout(options),
        max(abs(options.scale) * math.log2(math.e), _SMALLEST_SCALE),
        *_cap(options, abs(options.scale)), 1 / (1 - options.dropout_p),
    )  # fmt: skip
    constants = _constants(options, head_dim, rows, slices, bool(walk), key_mask, bias) | {
        "FIRST_LEVELS": walk[1].shape[0].bit_length() if walk and split else 0,
        "PACKED": packed,
        "SPLIT": split,
    }
    choices = forward_blocks(head_dim, rows, query.dtype, bool(walk), card_of(query))
    # What is fastest may change from run to run, and with it the last bits.
    if INTERPRETED or len(choices) == 1 or torch.are_deterministic_algorithms_enabled():
        forward_kernel[(programs, parts)](
            *arguments, **constants, **choices[0].all_kwargs(), enable_fp_fusion=True
        )
    else:
        with _tuning:
            tuned_forward[(programs, parts)](*arguments, **constants, enable_fp_fusion=True)
    return _merge(output, lse, query.dtype) if split else (output[0], lse[0])


def launch_backward(
    inputs: tuple[Tensor, Tensor, Tensor, Tensor | None, Tensor | None],
    walk: tuple[Tensor, ...],
    tile: int | None,
    options: Options,
    grad_output: Tensor,
    lse: Tensor,
    delta: Tensor,
    want_bias: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """Computes the gradients.

    Args:
        inputs: Query, key, value, bias and key_mask, as in `launch_forward`.
        walk: As in `launch_forward`.
        tile: As in `launch_forward`.
        options: As in `launch_forward`.
        grad_output: `[B, H, Nq, D]`.
        lse: `[B, H, Nq]`, fp64, of the forward pass.
        delta: `[B, H, Nq]`, fp32: row sums of output times its gradient, less that of lse.
        want_bias: Whether bias needs a gradient.

    Returns:
        Gradients of query, key, value and bias in their dtypes; None for an unwanted last.
    """
    query, key, value, bias, key_mask = inputs
    batch, heads, n_queries, head_dim = query.shape
    n_keys = key.shape[2]
    grad_query = query.new_zeros(query.shape)
    grad_key = torch.zeros(key.shape, dtype=torch.float32, device=key.device)
    grad_value = torch.zeros_like(grad_key)
    grad_bias = None
    if bias is not None and want_bias:
        grad_bias = torch.zeros(bias.shape, dtype=torch.float32, device=bias.device)
    if query.numel() and n_keys:
        rows = backward_rows(tile or n_queries, query)
        slices = tile // rows if tile else 1
        tiles = -(-n_queries // (rows * slices))
        constants = _constants(options, head_dim, rows, slices, bool(walk), key_mask, bias)
        blocks = backward_blocks(head_dim, query.dtype, card_of(query))
        backward_kernel[(batch * heads * tiles * slices,)](
            query, key, value, grad_output.to(query.dtype).contiguous(),
            lse, delta.contiguous(), grad_query, grad_key, grad_value,
            query if grad_bias is None else grad_bias,
            *_masks(query, key_mask, bias), *(walk or (query,) * 4),
            *query.stride()[:3], *key.stride()[:3], *value.stride()[:3],
            *_bias_strides(bias, query, key),
            *((0, 0) if grad_bias is None else _broadcast_strides(grad_bias)),
            n_queries, n_keys, heads, tiles, heads // key.shape[1],
            *_window(options), *_dropout(options), options.scale, *_cap(options, options.scale),
            1 / (1 - options.dropout_p), **constants, WANT_BIAS=grad_bias is not None,
            **blocks.all_kwargs(), enable_fp_fusion=True,
        )  # fmt: skip
    return (
        grad_query,
        grad_key.to(key.dtype),
        grad_value.to(value.dtype),
        grad_bias if bias is None or grad_bias is None else grad_bias.to(bias.dtype),
    )


def _full_lse(query: Tensor) -> Tensor:
    return torch.full(query.shape[:3], -torch.inf, dtype=torch.float64, device=query.device)


def split_keys(programs: int, n_keys: int) -> tuple[int, int]:
    """Cuts keys into parts where tiles alone are too few: number of parts and keys in each."""
    parts = min(-(-_PROGRAMS_WANTED // programs), -(-n_keys // _SMALLEST_PART))
    part_keys = -(-n_keys // max(parts, 1) // 128) * 128
    return -(-n_keys // part_keys), part_keys


def _merge(output: Tensor, lse: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Joins what the parts of split keys gave, each normalised by itself."""
    total = lse.logsumexp(0)
    share = (lse - total.masked_fill(total.isinf(), 0.0)).exp().float()
    return (share[..., None] * output).sum(0).to(dtype), total


def _constants(
    options: Options,
    head_dim: int,
    rows: int,
    slices: int,
    has_lists: bool,
    key_mask: Tensor | None,
    bias: Tensor | None,
) -> dict[str, Any]:
    return {
        "HEAD_DIM": head_dim,
        "BLOCK_M": rows,
        "SLICES": slices,
        "HAS_LISTS": has_lists,
        "HAS_MASK": key_mask is not None,
        "HAS_BIAS": bias is not None,
        "HAS_CAP": options.softcap > 0,
        "HAS_LEFT": options.window[0] >= 0,
        "HAS_RIGHT": options.causal or options.window[1] >= 0,
        "DROPOUT": options.dropout_p > 0,
    }


def _cap(options: Options, scale: float) -> tuple[float, float]:
    """What products are multiplied by before they are bent, and the cap in units of log2."""
    return scale / (options.softcap or 1.0), options.softcap * math.log2(math.e)


def _window(options: Options) -> tuple[int, int]:
    left, right = (min(reach, LONGEST) for reach in options.window)
    return left, 0 if options.causal else right


def _dropout(options: Options) -> tuple[int, int]:
    """Seed and threshold as signed 32-bit numbers, whatever their size."""
    words = (seed_word(options.seed), int(options.dropout_p * 2**32))
    first, second = (word - 2**32 if word >= 2**31 else word for word in words)
    return first, second


def _masks(query: Tensor, key_mask: Tensor | None, bias: Tensor | None) -> tuple[Tensor, Tensor]:
    """The masks' pointers; where one is missing, any tensor stands in and is not read."""
    mask = query if key_mask is None else key_mask.contiguous().view(torch.uint8)
    return mask, query if bias is None else bias


def _bias_strides(bias: Tensor | None, query: Tensor, key: Tensor) -> tuple[int, ...]:
    if bias is None:
        return (0, 0, 0, 0)
    return bias.expand(*query.shape[:3], key.shape[2]).stride()


def _broadcast_strides(grad_bias: Tensor) -> tuple[int, int]:
    first, second = (
        0 if size == 1 else stride
        for size, stride in zip(grad_bias.shape[:2], grad_bias.stride()[:2], strict=True)
    )
    return first, second
