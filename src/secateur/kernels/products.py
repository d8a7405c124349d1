"""Matrix products by the faster of the ways that torch brings for a type on this processor."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from secateur.kernels.processor import vendor

_FEW_ROWS = 16
"""Rows from which another way than torch's own pays. oneDNN lays the weights out anew at each call,
so that a single row is slower by it (29 against 34 billion operations a second on a Zen 5), 64
nearly twice as fast; widened, weights are too, which pays from some 8 rows on."""


@cache
def prefers_onednn() -> bool:
    """Tells whether float32 products are oneDNN's here.

    Torch leaves them to MKL, which uses AVX-512 on Intel's processors only: on a Zen 5, where it
    was measured, oneDNN is 2.3 times as fast. Other makers' processors are taken to be alike.
    """
    return (
        torch.backends.mkl.is_available()
        and torch.backends.mkldnn.is_available()
        and torch.backends.cpu.get_cpu_capability() == "AVX512"
        and vendor() != "GenuineIntel"
    )


@cache
def widens_bfloat16() -> bool:
    """Tells whether bfloat16 products are computed as float32's here.

    Where oneDNN has no bfloat16, torch multiplies by a plain loop: on a Zen 3 17 billion operations
    a second, where float32 has 130. Sums are float32's either way, and rounded once.
    """
    available = torch.backends.mkldnn.is_available()
    return available and not torch.ops.mkldnn._is_mkldnn_bf16_supported()


def linear(rows: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Multiplies rows with a matrix, as `torch.nn.functional.linear`, with gradients where asked.

    Args:
        rows: `[..., D]`.
        weight: `[N, D]`, in the dtype of the rows.
        bias: `[N]`, or None.

    Returns:
        `[..., N]`.
    """
    if (
        rows.dtype != weight.dtype
        or rows.device.type != "cpu"
        or rows.numel() < _FEW_ROWS * rows.shape[-1]
        or torch.is_grad_enabled()
        or torch.is_autocast_enabled("cpu")
    ):
        return torch.nn.functional.linear(rows, weight, bias)
    if rows.dtype == torch.bfloat16 and widens_bfloat16():
        wide = linear(rows.float(), weight.float(), None if bias is None else bias.float())
        return wide.to(torch.bfloat16)
    if rows.dtype != torch.float32 or not prefers_onednn():
        return torch.nn.functional.linear(rows, weight, bias)
    product: Tensor = torch.ops.mkldnn._linear_pointwise(rows, weight, bias, "none", [], "")
    return product
