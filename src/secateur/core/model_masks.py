"""The mask that transformers asks for, and what it says of causality and windows.

A model's mask decides what its attention may read; the attention module need not know. Some modules
of decoders say that they are not causal, some never pass the window that their mask has, and some
count it otherwise. So the two-dimensional mask built here carries both, and they overrule what the
module says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.masking_utils import causal_mask_function, eager_mask, sdpa_mask
from transformers.utils.import_utils import is_tracing

from secateur.core.model_kinds import adds_keys, reads_chunks, skips_keys, slices_masks

_REACH_KEY = "_dap_reach"
# Older models add -10,000 to a score to hide its pair, -9,984 in bfloat16; others what is lower.
_HIDES = -9e3


@dataclass(frozen=True)
class Reach:
    """Which keys a mask lets a query see, beside padding.

    Attributes:
        causal: Up to its own position only.
        window: Keys `(left, right)` around its position, -1 for no limit; None without a window.
        padded: Whether the mask hides anything itself.
    """

    causal: bool
    window: tuple[int, int] | None
    padded: bool


def reach_of(mask: Tensor | None) -> Reach | None:
    """Returns what `dap_mask` said with this mask; None of a mask that came from elsewhere."""
    return None if mask is None else getattr(mask.untyped_storage(), _REACH_KEY, None)


def _say(mask: Tensor, reach: Reach) -> Tensor:
    """Says something with a mask whose memory is its own.

    Checkpointing detaches masks and models slice them: the memory is all that such tensors share.
    """
    setattr(mask.untyped_storage(), _REACH_KEY, reach)
    return mask


def dap_mask(
    batch_size: int,
    q_length: int,
    kv_length: int,
    q_offset: int | Tensor = 0,
    kv_offset: int = 0,
    mask_function: Any = causal_mask_function,
    attention_mask: Tensor | None = None,
    local_size: int | None = None,
    **kwargs: Any,
) -> Tensor | None:
    """Builds the mask that `dap_attention_forward` gets, as transformers' mask interface asks.

    The attention computes causality and sliding windows from positions, so padding alone is kept
    and nothing of size n x n is built. What only a full mask can say (packed sequences, custom
    overlays, static caches, chunks) becomes one, and runs full attention.

    Returns:
        None for a single query that sees every key, or where the module knows what is seen; bool
        `[B, Nk]` with its `Reach`, or `[B, 1, Nq, Nk]` of equal rows; or without one
        `[B, 1, Nq, Nk]`: bool, or what is added to scores where a model lengthens it itself.
    """
    if reach_of(attention_mask) is not None:
        # Made by `generate` for a static cache: the model takes what is no full mask for padding.
        return attention_mask
    config = kwargs.get("config")
    causal = kwargs.get("allow_is_causal_skip", True)
    given = 0 if attention_mask is None else attention_mask.shape[1]
    if given > kv_offset + kv_length and skips_keys(config):
        kv_length, q_offset = given - kv_offset, given - q_length
    padding = None
    if attention_mask is not None:
        padding = attention_mask[:, kv_offset : kv_offset + kv_length]
    # Reading values would break a graph that is being traced.
    padded = padding is not None and (is_tracing(padding) or not bool(padding.all()))
    # A window or chunk that is as long as the keys hides none.
    local_size = None if local_size is not None and kv_length < local_size else local_size
    aligned = isinstance(q_offset, int) and q_offset + q_length == kv_offset + kv_length
    full = (
        # Packed sequences and overlays: neither causal nor in both directions.
        not (causal or kwargs.get("allow_is_bidirectional_skip", False))
        # A static cache's places that nothing has filled yet.
        or (padding is not None and padding.shape[1] != kv_length)
        or (not aligned and (causal or bool(local_size)))
        or (bool(local_size) and reads_chunks(config))
        or (padded and causal and slices_masks(config))
    )
    if full or adds_keys(config):
        # Typed as int, q_offset is a tensor under a static cache.
        kwargs.update(
            q_offset=q_offset, allow_is_causal_skip=False, allow_is_bidirectional_skip=False
        )
        build = eager_mask if adds_keys(config) else sdpa_mask
        return build(
            batch_size, q_length, kv_length, kv_offset=kv_offset,
            mask_function=mask_function, attention_mask=attention_mask, **kwargs,
        )  # fmt: skip
    window = None
    if local_size is not None:
        # Transformers counts the query itself to a causal window, and not to one on both sides.
        window = (local_size - 1, 0) if causal else (local_size, local_size)
    sees_all = q_length == 1 and window is None and not padded
    if sees_all or (causal and slices_masks(config)):
        return None
    if padding is None:
        padding = torch.ones(batch_size, kv_length, dtype=torch.bool, device=kwargs.get("device"))
    padding = _say(padding.clone(), Reach(causal, window, padded))
    if causal or window is not None:
        return padding
    # True as it stands, so that models may compute with it (LASR).
    return padding[:, None, None].expand(-1, 1, q_length, -1)


def as_padding(mask: Tensor | None, query: Tensor) -> Tensor | None:
    """Makes padding of a full mask that hides the same keys from every query.

    `dap_mask` builds such ones, and so do models that do not use transformers' mask functions
    (LayoutLM, MarkupLM).

    Args:
        mask: What an attention module passes: `[B, Nk]`, `[1|B, 1|H, 1|Nq, Nk]` or None.
        query: `[B, H, Nq, D]`.

    Returns:
        Bool `[B, Nk]` with its `Reach`, or the mask as it was.
    """
    if mask is None or mask.ndim != 4:
        return mask
    row = mask[:, 0, 0].expand(query.shape[0], -1)
    if reach_of(mask) is not None:
        return row
    if mask.shape[1:3] != (1, 1) or query.shape[2] == 1 or is_tracing(mask):
        return mask
    if row.dtype != torch.bool:
        if not bool(((row == 0) | (row <= _HIDES)).all()):
            return mask
        row = row == 0
    return _say(row.clone(), Reach(causal=False, window=None, padded=not bool(row.all())))
