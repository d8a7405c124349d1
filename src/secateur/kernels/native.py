"""The compiled CPU kernel as a torch operator: loading, fake kernel, autograd."""

from __future__ import annotations

import importlib.util
from typing import Any

import torch
from torch import Tensor

from secateur.kernels.lists import TILE, KeyLists
from secateur.kernels.masks import Options
from secateur.kernels.once import refuse_second_derivative

WIDEST_HEAD = 256
"""Widest head_dim that the kernel takes, see `csrc/host.h`."""
_DTYPES = (torch.float32, torch.bfloat16, torch.float16)


def _load() -> str:
    """Loads the extension and returns why that failed, or an empty string."""
    spec = importlib.util.find_spec("secateur.kernels._C")
    if spec is None or spec.origin is None:
        return "the extension was not built; install with a C++20 compiler at hand to get it"
    try:
        torch.ops.load_library(spec.origin)
    except OSError as error:
        return f"the extension does not load with torch {torch.__version__}: {error}"
    return ""


LOAD_ERROR = _load()
"""Why the compiled kernel is missing; empty when it is loaded."""


INSTRUCTION_SETS: tuple[str, ...] = (
    () if LOAD_ERROR else tuple(torch.ops.secateur.runnable_kernels().split())
)
"""Instruction sets of the kernel that this processor runs, best first."""


def multiplies_bf16(instruction_set: str) -> bool:
    """Whether an instruction set, empty for the first, has products of bfloat16."""
    return (instruction_set or INSTRUCTION_SETS[0]).endswith("-bf16")


def uncovered(query: Tensor, key: Tensor, lists: KeyLists | None) -> str:
    """Says why the native kernel cannot take this input.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        lists: Kept keys, or None.

    Returns:
        The reason, or an empty string.
    """
    if LOAD_ERROR:
        return LOAD_ERROR
    if query.device.type != "cpu":
        return f"tensors are on {query.device}, not on the CPU"
    if query.dtype not in _DTYPES:
        return f"{query.dtype} is not one of float32, bfloat16, float16"
    head_dim = query.shape[-1]
    if head_dim % 8 or head_dim > WIDEST_HEAD:
        return f"head_dim {head_dim} is not a multiple of 8 up to {WIDEST_HEAD}"
    if lists is not None and lists.tile != TILE:
        return f"lists have tiles of {lists.tile} queries, not {TILE}"
    if key.shape[2] >= 2**31 - TILE:
        return f"{key.shape[2]} keys do not fit 32-bit indices"
    return ""


def attention_native(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    lists: KeyLists | None,
    key_mask: Tensor | None,
    bias: Tensor | None,
    options: Options,
    instruction_set: str = "",
) -> tuple[Tensor, Tensor]:
    """Computes attention with the compiled kernel.

    Float16, and bfloat16 where the processor has no products for it, are computed in float32.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        value: `[B, Hkv, Nk, D]`.
        lists: Kept keys of each query tile; None keeps all.
        key_mask: bool `[B, Nk]`, True = visible; None shows all.
        bias: `[1|B, 1|H, Nq, Nk]`, added to the scaled scores.
        options: Scale, softcap, causality, window, dropout.
        instruction_set: One of `INSTRUCTION_SETS`; empty is the first.

    Returns:
        Output `[B, H, Nq, D]` in the query's dtype, the heads of a query side by side in memory,
        and lse `[B, H, Nq]` in fp32.

    Raises:
        RuntimeError: The instruction set is unknown or the lists leave the keys.
    """
    dtype = query.dtype
    if dtype != torch.bfloat16 or not multiplies_bf16(instruction_set):
        query, key, value = query.float(), key.float(), value.float()
    query, key, value = (unit_stride(x) for x in (query, key, value))
    left, right = options.window
    if options.causal:
        right = 0
    runs = (None, None, None) if lists is None else (lists.offsets, lists.starts, lists.ends)
    output, lse = torch.ops.secateur.attention_forward(
        query,
        key,
        value,
        *runs,
        None if key_mask is None else key_mask.contiguous(),
        None if bias is None else unit_stride(bias.float()),
        options.scale,
        options.softcap,
        left,
        right,
        options.dropout_p,
        options.seed,
        options.margin,
        instruction_set,
    )
    return output.to(dtype), lse.float()


def unit_stride(x: Tensor) -> Tensor:
    """Returns the tensor, copied where its last dimension is not contiguous."""
    return x if x.stride(-1) == 1 else x.contiguous()


def _fake_forward(query: Tensor, *_: Any) -> tuple[Tensor, Tensor]:
    batches, heads, queries, size = query.shape
    output = query.new_empty(batches, queries, heads, size).transpose(1, 2)
    return output, query.new_empty(batches, heads, queries, dtype=torch.float64)


def _fake_backward(
    grad_output: Tensor, delta: Tensor, lse: Tensor, query: Tensor, key: Tensor, *rest: Any
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    bias, want_bias = rest[5], rest[-2]
    like = [torch.empty(x.shape, dtype=torch.float32, device=x.device) for x in (query, key, key)]
    shape = bias.shape if want_bias else (0,)
    return like[0], like[1], like[2], like[0].new_empty(shape)


def _setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
    ctx.save_for_backward(*inputs[:8], *output)
    ctx.scalars = inputs[8:]


def _backward(ctx: Any, grad_output: Tensor, grad_lse: Tensor) -> tuple[Tensor | None, ...]:
    query, key, value, offsets, starts, ends, key_mask, bias, output, lse = ctx.saved_tensors
    *scalars, _, instruction_set = ctx.scalars
    grad_output = grad_output.float().contiguous()
    # lse = -inf rows saw nothing and get no gradient, whatever arrives here.
    delta = (grad_output * output.float()).sum(-1) - grad_lse
    want_bias = bias is not None and ctx.needs_input_grad[7]
    grads = torch.ops.secateur.attention_backward(
        grad_output,
        delta.float().contiguous(),
        lse,
        *(unit_stride(x.float()) for x in (query, key, value)),
        offsets,
        starts,
        ends,
        key_mask,
        bias,
        *scalars,
        want_bias,
        instruction_set,
    )
    query_key_value = [g.to(x.dtype) for g, x in zip(grads, (query, key, value), strict=False)]
    grad_bias = grads[3] if want_bias else None
    return (*query_key_value, None, None, None, None, grad_bias, *[None] * len(ctx.scalars))


if not LOAD_ERROR:
    torch.library.register_fake("secateur::attention_forward")(_fake_forward)
    torch.library.register_fake("secateur::attention_backward")(_fake_backward)
    torch.library.register_autograd(
        "secateur::attention_forward", _backward, setup_context=_setup_context
    )
    torch.library.register_autograd("secateur::attention_backward", refuse_second_derivative)
