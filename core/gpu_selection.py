"""The selection where the tensors are on a GPU: settings in words of the Triton kernels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from secateur.core.config import DapConfig
from secateur.core.geometry import build
from secateur.core.spans import SpanTable
from secateur.kernels.ops import triton_uncovered

if TYPE_CHECKING:
    from secateur.kernels.triton_selection import DeviceSelection


def covers(query: Tensor, key: Tensor, config: DapConfig, bias: Tensor | None) -> bool:
    """Tells whether the selection can stay on the device.

    A bias runs `secateur.core.selection.select` there, which waits for the device several times a
    call.
    """
    return (
        query.is_cuda
        and bias is None
        and config.backend in ("auto", "triton")
        and not triton_uncovered(query, key, None)
    )


def select(
    query: Tensor,
    key: Tensor,
    spans: SpanTable,
    config: DapConfig,
    *,
    key_mask: Tensor | None = None,
    scale: float | None = None,
    causal: bool = False,
) -> DeviceSelection:
    """Chooses the spans that each query tile reads; see `secateur.core.selection.select`.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`, H a multiple of Hkv.
        spans: Boundaries of every row, within 0 to Nk.
        config: Threshold, cap and recovery.
        key_mask: bool `[B, Nk]`, True where the key may be read.
        scale: Factor of the scores; None is `D ** -0.5`.
        causal: Query i, at key position `i + Nk - Nq`, sees keys up to its own.

    Returns:
        The selection, all of it on the device.

    Raises:
        ValueError: The number of thresholds is not that of heads.
    """
    from secateur.kernels.triton_selection import Rule, select_on_device

    heads, n_query, head_dim = query.shape[1:]
    thresholds = config.threshold if isinstance(config.threshold, tuple) else None
    if thresholds is not None and len(thresholds) != heads:
        raise ValueError(f"{len(thresholds)} thresholds for {heads} heads")
    rule = Rule(
        threshold=torch.tensor(thresholds or [config.threshold] * heads, dtype=torch.float32).to(
            query.device, non_blocking=True
        ),
        local=config.local,
        limit=math.ceil(config.cap * math.log2(spans.offsets.shape[1])),
        recover=config.fallback is not False,
        mass_floor=config.mass_floor,
        recovery_budget=config.recovery_budget,
    )
    layouts = [
        build(
            offsets, n_query, key.shape[2], config.tile,
            None if key_mask is None else key_mask[row], causal,
        )
        for row, offsets in enumerate(spans.offsets)
    ]  # fmt: skip
    return select_on_device(
        query, key, layouts, rule,
        key_mask=key_mask, scale=head_dim**-0.5 if scale is None else scale,
    )  # fmt: skip
