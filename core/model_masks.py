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
    return getattr(mask, _REACH_KEY, None)


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

    The attention computes causality and sliding windows from positions, so padding stays
    two-dimensional and nothing of size n x n is built. What only a full mask can say (packed
    sequences, custom overlays, static caches, chunks) becomes one, and runs full attention.

    Returns:
        None for a single query that sees every key, bool `[B, Nk]` with its `Reach`, or
        `[B, 1, Nq, Nk]`: bool, or what is added to scores where a model lengthens it itself.
    """
    if _compresses_keys(kwargs.get("config")):
        kwargs.update(allow_is_bidirectional_skip=False, q_offset=q_offset)
        return eager_mask(
            batch_size, q_length, kv_length, kv_offset=kv_offset,
            mask_function=mask_function, attention_mask=attention_mask, **kwargs,
        )  # fmt: skip
    causal = kwargs.get("allow_is_causal_skip", True)
    plain = causal or kwargs.get("allow_is_bidirectional_skip", False)
    chunked = getattr(kwargs.get("config"), "attention_chunk_size", None) is not None
    # A window or chunk that is as long as the keys hides none.
    local_size = None if local_size is not None and kv_length < local_size else local_size
    padding = None
    if attention_mask is not None:
        padding = attention_mask[:, kv_offset : kv_offset + kv_length]
        plain = plain and padding.shape[1] == kv_length
    aligned = isinstance(q_offset, int) and q_offset + q_length == kv_offset + kv_length
    by_position = causal or bool(local_size)
    if not plain or (chunked and local_size) or (by_position and not aligned):
        kwargs.update(allow_is_causal_skip=False, allow_is_bidirectional_skip=False)
        # Typed as int, q_offset is a tensor under a static cache.
        kwargs["q_offset"] = q_offset
        return sdpa_mask(
            batch_size, q_length, kv_length, kv_offset=kv_offset,
            mask_function=mask_function, attention_mask=attention_mask, **kwargs,
        )  # fmt: skip
    window = None
    if local_size is not None:
        # Transformers counts the query itself to a causal window, and not to one on both sides.
        window = (local_size - 1, 0) if causal else (local_size, local_size)
    # Reading values would break a graph that is being traced.
    padded = padding is not None and (is_tracing(padding) or not bool(padding.all()))
    reach = Reach(causal, window, padded)
    if q_length == 1 and reach.window is None and not reach.padded:
        return None
    if padding is None:
        padding = torch.ones(batch_size, kv_length, dtype=torch.bool, device=kwargs.get("device"))
    setattr(padding, _REACH_KEY, reach)
    return padding


def as_padding(mask: Tensor | None, query: Tensor) -> Tensor | None:
    """Makes padding of a full mask that hides the same keys from every query.

    Models that do not use transformers' mask functions build such ones (LayoutLM, MarkupLM).

    Args:
        mask: What an attention module passes: `[B, Nk]`, `[1|B, 1|H, 1|Nq, Nk]` or None.
        query: `[B, H, Nq, D]`.

    Returns:
        Bool `[B, Nk]` with its `Reach`, or the mask as it was.
    """
    alike = mask is not None and mask.ndim == 4 and mask.shape[1:3] == (1, 1)
    if mask is None or not alike or query.shape[2] == 1 or is_tracing(mask):
        return mask
    row = mask[:, 0, 0].expand(query.shape[0], -1)
    if row.dtype != torch.bool:
        if not bool(((row == 0) | (row <= _HIDES)).all()):
            return mask
        row = row == 0
    setattr(row, _REACH_KEY, Reach(causal=False, window=None, padded=not bool(row.all())))
    return row


def _compresses_keys(config: Any) -> bool:
    """Whether layers add keys that they make, and their mask, to what they get (DeepSeek V4)."""
    return any("compressed" in kind for kind in getattr(config, "layer_types", None) or ())
