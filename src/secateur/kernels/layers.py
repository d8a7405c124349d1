"""What a decoder's layers do beside attention, natively on the CPU: for one new token, or for many.

Sums are taken in float32; results are rounded where transformers' Llama modules round them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor

from secateur.kernels import products
from secateur.kernels.lists import TILE
from secateur.kernels.native import LOAD_ERROR, WIDEST_HEAD, multiplies_bf16

_DTYPES = (torch.float32, torch.bfloat16)
FEW_ROWS = 32
"""Up to so many rows `linear` reads each weight once for all; for more torch's blocks pay."""


class Bytes(NamedTuple):
    """A matrix in bytes, each of its rows with a factor.

    Attributes:
        values: int8 `[N, D]`, contiguous.
        scales: float32 `[N, 1]`, contiguous.
    """

    values: Tensor
    scales: Tensor

    def widened(self, dtype: torch.dtype) -> Tensor:
        """The matrix `[N, D]`, rounded to a dtype."""
        return (self.values * self.scales).to(dtype)


Weight: TypeAlias = Tensor | Bytes
"""A matrix `[N, D]`."""


class Norm(NamedTuple):
    """A root mean square normalization.

    Attributes:
        weight: `[D]`.
        epsilon: Added to the mean square.
    """

    weight: Tensor
    epsilon: float


def covers(weight: Tensor) -> bool:
    """Tells whether these operators work on weights like this one."""
    return not LOAD_ERROR and weight.device.type == "cpu" and weight.dtype in _DTYPES


def covers_heads(size: int, group: int) -> bool:
    """Tells whether `branched_attention` takes heads of a size, so many to a key head."""
    return size % 8 == 0 and size <= WIDEST_HEAD and group <= TILE


def linear(rows: Tensor, weights: Sequence[Weight], instruction_set: str = "") -> Tensor:
    """Multiplies rows with matrices, put side by side.

    Many rows are torch's work. For up to `FEW_ROWS` this takes 0.4 to 0.85 of its time: it reads
    weights in the order of memory, and several rows meet several weights in registers.

    Args:
        rows: `[T, D]`, contiguous, float32 or bfloat16.
        weights: Contiguous, in the dtype of the rows, or all in bytes.
        instruction_set: One of `native.INSTRUCTION_SETS`; empty is the first.

    Returns:
        `[T, sum of N]`.

    Raises:
        RuntimeError: Shapes, dtypes or layouts do not fit together.
    """
    if len(rows) > FEW_ROWS:
        return products.linear(rows, fused(weights, rows.dtype)[0])
    values, scales = _taken_apart(weights)
    product: Tensor
    if scales:
        product = torch.ops.secateur.row_linear_bytes(rows, values, scales, instruction_set)
    else:
        product = torch.ops.secateur.row_linear(rows, values, instruction_set)
    return product


def _taken_apart(weights: Sequence[Weight]) -> tuple[list[Tensor], list[Tensor]]:
    """The matrices' items, and their scales where they are in bytes."""
    in_bytes = [weight for weight in weights if isinstance(weight, Bytes)]
    if not in_bytes:
        return [weight for weight in weights if isinstance(weight, Tensor)], []
    if len(in_bytes) < len(weights):
        raise RuntimeError("either all matrices are in bytes or none")
    values, scales = zip(*in_bytes, strict=True)
    return list(values), list(scales)


def fused(weights: Sequence[Weight], dtype: torch.dtype) -> tuple[Tensor]:
    """Joins matrices into one in a dtype, for products with many blocks of rows."""
    wide = [part.widened(dtype) if isinstance(part, Bytes) else part for part in weights]
    return (wide[0] if len(wide) == 1 else torch.cat(wide),)


def rms_norm(rows: Tensor, weight: Tensor, epsilon: float, instruction_set: str = "") -> Tensor:
    """Divides each row by its root mean square and multiplies it with a weight.

    Args:
        rows: `[T, D]`, contiguous, float32 or bfloat16.
        weight: `[D]`, in the dtype of the rows.
        epsilon: Added to the mean square.
        instruction_set: See `linear`.

    Returns:
        `[T, D]`.

    Raises:
        RuntimeError: Shapes, dtypes or layouts do not fit together.
    """
    normal: Tensor = torch.ops.secateur.rms_norm(rows, weight, epsilon, instruction_set)
    return normal


def rotate_(heads: Tensor, cosine: Tensor, sine: Tensor, instruction_set: str = "") -> None:
    """Rotates queries or keys by their position, in place.

    Args:
        heads: `[T, H, D]`, the last dimension contiguous, float32 or bfloat16.
        cosine: `[T, D]`, contiguous, in the dtype of the heads.
        sine: `[T, D]`, likewise.
        instruction_set: See `linear`.

    Raises:
        RuntimeError: Shapes, dtypes or layouts do not fit together.
    """
    torch.ops.secateur.rotate(heads, cosine, sine, instruction_set)


def swiglu(gate_up: Tensor, instruction_set: str = "") -> Tensor:
    """Multiplies SiLU of each row's first half with its second half.

    Args:
        gate_up: `[T, 2 N]`, contiguous, float32 or bfloat16.
        instruction_set: See `linear`.

    Returns:
        `[T, N]`.

    Raises:
        RuntimeError: Dtype or layout do not fit.
    """
    gated: Tensor = torch.ops.secateur.swiglu(gate_up, instruction_set)
    return gated


def project(
    hidden: Tensor,
    norm: Norm,
    weights: Sequence[Weight],
    angles: tuple[Tensor, Tensor],
    rotated: int,
    instruction_set: str = "",
) -> Tensor:
    """Makes queries, keys and values of hidden states: normalized, multiplied, rotated.

    Args:
        hidden: `[T, D]`, contiguous, float32 or bfloat16.
        norm: What comes before the products.
        weights: See `linear`; together `[H * S, D]`.
        angles: Cosine and sine of each row's position, each `[T, S]`.
        rotated: How many of the H heads are rotated, from the first on.
        instruction_set: See `linear`.

    Returns:
        `[T, H, S]`, contiguous.

    Raises:
        RuntimeError: Shapes, dtypes or layouts do not fit together.
    """
    if len(hidden) <= FEW_ROWS:
        heads: Tensor = torch.ops.secateur.project(
            hidden, *norm, *_taken_apart(weights), *angles, rotated, instruction_set
        )
        return heads
    projected = linear(rms_norm(hidden, *norm, instruction_set), weights, instruction_set)
    heads = projected.view(len(hidden), -1, angles[0].shape[1])
    rotate_(heads[:, :rotated], *angles, instruction_set)
    return heads


def feed_forward_(
    hidden: Tensor,
    attended: Tensor,
    output: Weight,
    norm: Norm,
    gate_up: Sequence[Weight],
    down: Weight,
    instruction_set: str = "",
) -> None:
    """Adds what attention brought, and what the feed-forward network makes of it, in place.

    Args:
        hidden: `[T, D]`, contiguous, float32 or bfloat16.
        attended: `[T, A]`, likewise.
        output: `[D, A]`, of what attention brought.
        norm: What comes before the network.
        gate_up: Of the network, together `[2 N, D]`.
        down: `[D, N]`.
        instruction_set: See `linear`.

    Raises:
        RuntimeError: Shapes, dtypes or layouts do not fit together.
    """
    if len(hidden) <= FEW_ROWS:
        weights = _taken_apart((output, *gate_up, down))
        torch.ops.secateur.feed_forward(hidden, attended, *norm, *weights, instruction_set)
        return
    hidden += linear(attended, (output,), instruction_set)
    rows = linear(rms_norm(hidden, *norm, instruction_set), gate_up, instruction_set)
    hidden += linear(swiglu(rows, instruction_set), (down,), instruction_set)


def branched_attention(
    query: Tensor,
    trunks: Sequence[tuple[int, Tensor, Tensor]],
    own: tuple[Tensor, Tensor],
    scale: float,
    instruction_set: str = "",
) -> Tensor:
    """Exact attention of several texts to the common one they go on from, and to their own tokens.

    Keys of a common text are read once for several of its texts. What is found in pieces of the
    keys is joined by the logarithms of their sums, as in cascade inference (FlashInfer, arXiv
    2501.01005).

    Args:
        query: `[R, H, 1, D]`, the newest token of each of R texts, any strides but the last.
        trunks: Of each common text how many of the R go on from it, in their order, and its keys
            and values `[1, Hkv, P, D]`.
        own: Keys and values `[R, Hkv, T, D]` of what followed, the newest token included.
        scale: Factor of the scores.
        instruction_set: See `linear`.

    Returns:
        `[R, H, 1, D]`, contiguous.

    Raises:
        RuntimeError: Shapes or dtypes do not fit together.
    """
    dtype = query.dtype
    if dtype == torch.bfloat16 and not multiplies_bf16(instruction_set):
        query, own = query.float(), (own[0].float(), own[1].float())
        trunks = [(texts, keys.float(), values.float()) for texts, keys, values in trunks]
    texts, keys, values = zip(*trunks, strict=True)
    found: Tensor = torch.ops.secateur.branched_attention(
        query, keys, values, texts, *own, scale, instruction_set
    )
    return found.to(dtype)
