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
    if _compresses_keys(kwargs.get("config")):
        kwargs.update(allow_is_bidirectional_skip=False, q_offset=q_offset)
        return eager_mask(
            batch_size, q_length, kv_length, kv_offset=kv_offset,
            mask_function=mask_function, attention_mask=attention_mask, **kwargs,
        )  # fmt: skip
    given = 0 if attention_mask is None else attention_mask.shape[1]
    if given > kv_offset + kv_length and _lacks_keys_in_caches(kwargs.get("config")):
        kv_length, q_offset = given - kv_offset, given - q_length
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
    # Reading values would break a graph that is being traced.
    padded = padding is not None and (is_tracing(padding) or not bool(padding.all()))
    sliced = causal and _slices_masks(kwargs.get("config"))
    full = not plain or (chunked and local_size) or (sliced and padded)
    by_position = causal or bool(local_size)
    if full or (by_position and not aligned):
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
    reach = Reach(causal, window, padded)
    if sliced or (q_length == 1 and window is None and not padded):
        return None
    if padding is None:
        padding = torch.ones(batch_size, kv_length, dtype=torch.bool, device=kwargs.get("device"))
    padding = _say(padding.clone(), reach)
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


def _slices_masks(config: Any) -> bool:
    """Whether layers take the last queries of masks that say all; None leaves it to them."""
    return str(getattr(config, "model_type", "")).startswith("gemma4")


def _lacks_keys_in_caches(config: Any) -> bool:
    """Whether caches may tell the length of a layer that keeps no keys (MiniMax)."""
    return "linear_attention" in (getattr(config, "layer_types", None) or ())


def _compresses_keys(config: Any) -> bool:
    """Whether layers add keys that they make, and their mask, to what they get (DeepSeek V4)."""
    return any("compressed" in kind for kind in getattr(config, "layer_types", None) or ())
