"""What a decoder's layers do beside attention, natively on the CPU: for one new token, or for many.

Sums are taken in float32; results are rounded where transformers' Llama modules round them.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from secateur.kernels import products
from secateur.kernels.native import LOAD_ERROR

_DTYPES = (torch.float32, torch.bfloat16)


def covers(weight: Tensor) -> bool:
    """Tells whether these operators work on weights like this one."""
    return not LOAD_ERROR and weight.device.type == "cpu" and weight.dtype in _DTYPES


def linear(rows: Tensor, weights: Sequence[Tensor], instruction_set: str = "") -> Tensor:
    """Multiplies rows with matrices, put side by side.

    Many rows are torch's work. Of a single one it reads bfloat16 weights at a third of the speed
    that this does.

    Args:
        rows: ``[T, D]``, contiguous, float32 or bfloat16.
        weights: ``[N, D]`` each, contiguous, in the dtype of the rows.
        instruction_set: one of `native.INSTRUCTION_SETS`; empty is the first.

    Returns:
        ``[T, sum of N]``.

    Raises:
        RuntimeError: shapes, dtypes or layouts do not fit together.
    """
    if len(rows) == 1:
        product: Tensor = torch.ops.secateur.row_linear(rows, weights, instruction_set)
        return product
    return products.linear(rows, fused(weights)[0])


def fused(weights: Sequence[Tensor]) -> tuple[Tensor]:
    """Joins matrices ``[N, D]`` into one, for products with many blocks of rows."""
    return (weights[0] if len(weights) == 1 else torch.cat(list(weights)),)


def rms_norm(rows: Tensor, weight: Tensor, epsilon: float, instruction_set: str = "") -> Tensor:
    """Divides each row by its root mean square and multiplies it with a weight.

    Args:
        rows: ``[T, D]``, contiguous, float32 or bfloat16.
        weight: ``[D]``, in the dtype of the rows.
        epsilon: added to the mean square.
        instruction_set: see `linear`.

    Returns:
        ``[T, D]``.

    Raises:
        RuntimeError: shapes, dtypes or layouts do not fit together.
    """
    normal: Tensor = torch.ops.secateur.rms_norm(rows, weight, epsilon, instruction_set)
    return normal


def rotate_(heads: Tensor, cosine: Tensor, sine: Tensor, instruction_set: str = "") -> None:
    """Rotates queries or keys by their position, in place.

    Args:
        heads: ``[T, H, D]``, the last dimension contiguous, float32 or bfloat16.
        cosine: ``[T, D]``, contiguous, in the dtype of the heads.
        sine: ``[T, D]``, likewise.
        instruction_set: see `linear`.

    Raises:
        RuntimeError: shapes, dtypes or layouts do not fit together.
    """
    torch.ops.secateur.rotate(heads, cosine, sine, instruction_set)


def swiglu(gate_up: Tensor, instruction_set: str = "") -> Tensor:
    """Multiplies SiLU of each row's first half with its second half.

    Args:
        gate_up: ``[T, 2 N]``, contiguous, float32 or bfloat16.
        instruction_set: see `linear`.

    Returns:
        ``[T, N]``.

    Raises:
        RuntimeError: dtype or layout do not fit.
    """
    gated: Tensor = torch.ops.secateur.swiglu(gate_up, instruction_set)
    return gated
