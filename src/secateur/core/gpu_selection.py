"""The selection where the tensors are on a GPU: settings in words of the Triton kernels.

A GPU scores all spans, however many: `secateur.core.sections` is for processors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from secateur.core import estimate
from secateur.core.config import DapConfig
from secateur.core.geometry import build
from secateur.core.selection import build_rule
from secateur.core.spans import SpanTable
from secateur.kernels.native import unit_stride
from secateur.kernels.ops import triton_uncovered

if TYPE_CHECKING:
    from secateur.kernels.triton_selection import DeviceSelection


def covers(query: Tensor, key: Tensor, config: DapConfig, bias: Tensor | None) -> bool:
    """Tells whether the selection can stay on the device.

    With a bias, or tiles that the Triton attention does not take, `secateur.core.selection.select`
    runs there, which waits for the device several times a call.
    """
    if not query.is_cuda or bias is not None or config.backend not in ("auto", "triton"):
        return False
    if triton_uncovered(query, key, None):
        return False
    from secateur.kernels.triton_dap import TILES

    return config.tile in TILES


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
    """Chooses on the device the spans that each query tile reads, as `selection.select` does."""
    from secateur.kernels.triton_selection import DeviceRow, select_on_device

    rule = build_rule(config, query, key, spans, causal)
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    query, key = unit_stride(query), unit_stride(key)
    rows = []
    for row, offsets in enumerate(spans.offsets):
        mask = None if key_mask is None else key_mask[row]
        geometry = build(offsets, query.shape[2], key.shape[2], config.tile, mask, causal)
        inputs = estimate.Inputs(query[row], key[row], mask, None, scale, causal)
        chosen = estimate.choose_rows(inputs, geometry)
        rows.append(
            DeviceRow(
                query=query[row],
                key=key[row],
                key_mask=mask,
                offsets=offsets.contiguous(),
                counts=geometry.counts,
                live=geometry.live,
                first=geometry.first,
                last=geometry.last,
                pairs=geometry.pairs,
                group_means=chosen.means,
                group_last=chosen.last,
                sampled=chosen.sampled,
            )
        )
    with torch.cuda.device_of(query):
        return select_on_device(rows, rule, scale=scale, causal=causal)
