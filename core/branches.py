"""Exact attention of several texts that go on from the same one, whose keys are read for all."""

from __future__ import annotations

from time import perf_counter

import torch
from torch import Tensor, nn

from secateur.core.interface import record_exact
from secateur.kernels import ops

# Queries of one key head that the kernel takes together while it still shares keys among threads.
_LANES = 16

KeysAndValues = tuple[Tensor, Tensor]


def attend(
    module: nn.Module, query: Tensor, shared: KeysAndValues, own: KeysAndValues, scale: float
) -> Tensor:
    """Attends to the keys of the common text and to each text's own, as to one sequence.

    Both parts are joined by the logarithms of their sums, as in cascade inference (FlashInfer,
    arXiv 2501.01005).

    Args:
        module: The attention module, in whose statistics the call is counted.
        query: `[R, H, 1, D]`, the newest token of each of R texts.
        shared: Keys and values `[1, Hkv, P, D]` of the common text.
        own: Keys and values `[R, Hkv, T, D]` of what followed, the newest token included.
        scale: Factor of the scores.

    Returns:
        `[R, H, 1, D]`.
    """
    begin = perf_counter()
    rows = max(_LANES * shared[0].shape[1] // query.shape[1], 1)
    parts = [
        ops.attention(part, *shared, scale=scale) for part in query.transpose(0, 2).split(rows, 2)
    ]
    common, common_lse = (torch.cat(part, 2) for part in zip(*parts, strict=True))
    single, single_lse = ops.attention(query, *own, scale=scale)
    part = (common_lse.transpose(0, 2) - single_lse).sigmoid()[..., None]
    joined = single + part * (common.transpose(0, 2).float() - single)
    record_exact(module, 1e3 * (perf_counter() - begin))
    return joined.to(query.dtype)
