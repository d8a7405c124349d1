"""Matrix products of float32 rows by the faster of the two libraries that torch brings."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from secateur.kernels.processor import vendor

_FEW_ROWS = 16
"""Rows from which oneDNN is asked: it lays the weights out anew at each call, so that a single row
is slower by it (29 against 34 billion operations a second on a Zen 5), 64 nearly twice as fast."""


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


def linear(rows: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Multiplies rows with a matrix, as `torch.nn.functional.linear`, with gradients where asked.

    Args:
        rows: ``[..., D]``.
        weight: ``[N, D]``, in the dtype of the rows.
        bias: ``[N]``, or None.

    Returns:
        ``[..., N]``.
    """
    suits = rows.dtype == weight.dtype == torch.float32 and rows.device.type == "cpu"
    if (
        not suits
        or rows.numel() < _FEW_ROWS * rows.shape[-1]
        or torch.is_grad_enabled()
        or torch.is_autocast_enabled("cpu")
        or not prefers_onednn()
    ):
        return torch.nn.functional.linear(rows, weight, bias)
    product: Tensor = torch.ops.mkldnn._linear_pointwise(rows, weight, bias, "none", [], "")
    return product
