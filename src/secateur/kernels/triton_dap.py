"""Pruned attention on NVIDIA GPUs: what the Triton kernels cover, and their gradient.

Imported only where Triton is installed. With `TRITON_INTERPRET=1` set before that, the kernels
run on the CPU in Triton's interpreter, which is how they are tested without a GPU.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
import triton
from torch import Tensor
from torch.nn.functional import pad

from secateur.kernels.lists import KeyLists
from secateur.kernels.masks import Options
from secateur.kernels.native import unit_stride
from secateur.kernels.once import Gradients, differentiate_once
from secateur.kernels.triton_launch import INTERPRETED, launch_backward, launch_forward, prepare
from secateur.kernels.triton_tiles import LONGEST

TILES = (16, 32, 64, 128)
"""Query tiles that lists may have here."""

_WIDEST_HEAD = 256
"""Widest head_dim that blocks are chosen for, see `triton_blocks`."""
_DTYPES = (torch.float32, torch.bfloat16, torch.float16)
_MIN_CAPABILITY = 8
"""Ampere's, the first whose tensor cores take bfloat16."""
# What the A100 gives and every launch is compiled to fit; consumer cards give 99 KiB.
_SHARED_MEMORY = 163 * 1024


def uncovered(query: Tensor, key: Tensor, lists: KeyLists | None) -> str:
    """Says why the Triton kernel cannot take this input.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        lists: Kept keys, or None.

    Returns:
        The reason, or an empty string.
    """
    if query.device.type != ("cpu" if INTERPRETED else "cuda"):
        return f"tensors are on {query.device}; Triton runs on CUDA, or interpreted on the CPU"
    if not INTERPRETED:
        # Torch's stub lacks a field.
        card: Any = torch.cuda.get_device_properties(query.device)
        if card.major < _MIN_CAPABILITY or card.shared_memory_per_block_optin < _SHARED_MEMORY:
            return (
                f"{card.name} has compute capability {card.major}.{card.minor} and "
                f"{card.shared_memory_per_block_optin // 1024} KiB of shared memory a block; the "
                f"kernels need {_MIN_CAPABILITY}.0 and {_SHARED_MEMORY // 1024} KiB"
            )
    if query.dtype not in _DTYPES:
        return f"{query.dtype} is not one of float32, bfloat16, float16"
    head_dim = query.shape[-1]
    if head_dim > _WIDEST_HEAD:
        return f"head_dim {head_dim} is above {_WIDEST_HEAD}"
    if lists is not None and lists.tile not in TILES:
        return f"lists have tiles of {lists.tile} queries, not one of {TILES}"
    longest = max(query.shape[2], key.shape[2])
    if longest > LONGEST:
        return f"{longest} tokens are more than {LONGEST}"
    return ""


@torch.compiler.disable
def attention_triton(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    lists: KeyLists | None,
    key_mask: Tensor | None,
    bias: Tensor | None,
    options: Options,
) -> tuple[Tensor, Tensor]:
    """Computes attention with the Triton kernels.

    Heads are widened to a power of two: loads from rows of other sizes are narrow, and spill.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        value: `[B, Hkv, Nk, D]`.
        lists: Kept keys of each query tile; None keeps all. Keys out of range are ignored.
        key_mask: bool `[B, Nk]`, True = visible; None shows all.
        bias: `[1|B, 1|H, Nq, Nk]`, added to the scaled scores.
        options: Scale, causality, window, dropout.

    Returns:
        Output `[B, H, Nq, D]` in the query's dtype and lse `[B, H, Nq]` in fp32.
    """
    walk = () if lists is None else prepare(lists, key)
    tile = None if lists is None else lists.tile
    head_dim = query.shape[-1]
    missing = max(16, triton.next_power_of_2(head_dim)) - head_dim
    query, key, value = (unit_stride(x) for x in (query, key, value))
    if missing:
        query, key, value = (pad(x, (0, missing)) for x in (query, key, value))
    with torch.cuda.device_of(query):
        output, lse = _Attention.apply(query, key, value, bias, key_mask, walk, tile, options)
    return output[..., :head_dim], lse


class _Attention(torch.autograd.Function):
    """Keeps the inputs, the output and lse for backward, which computes the scores again."""

    @staticmethod
    def forward(
        ctx: Any,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        bias: Tensor | None,
        key_mask: Tensor | None,
        walk: tuple[Tensor, ...],
        tile: int | None,
        options: Options,
    ) -> tuple[Tensor, Tensor]:
        output, lse = launch_forward(query, key, value, bias, key_mask, walk, tile, options)
        ctx.save_for_backward(query, key, value, bias, key_mask, output, lse, *walk)
        ctx.tile, ctx.options = tile, options
        return output, lse.float()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Gradients:
        compute = partial(_gradients, ctx.tile, ctx.options, ctx.needs_input_grad[3])
        return (*differentiate_once(compute, *grads, *ctx.saved_tensors), *[None] * 4)


def _gradients(tile: int | None, options: Options, bias_learns: bool, *tensors: Any) -> Gradients:
    grad_output, grad_lse, *inputs, output, lse = tensors[:9]
    delta = (grad_output.float() * output.float()).sum(-1) - grad_lse
    want_bias = bias_learns and inputs[3] is not None
    return launch_backward(
        tuple(inputs), tensors[9:], tile, options, grad_output, lse, delta, want_bias
    )
