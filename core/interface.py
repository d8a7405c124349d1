"""The two functions that transformers calls: DAP's attention and its mask."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers.masking_utils import causal_mask_function, sdpa_mask

from secateur.core.attention import AttentionReport, dap_attention
from secateur.core.config import DapConfig
from secateur.core.spans import SpanTable
from secateur.core.statistics import AttentionCall, ModuleState
from secateur.kernels import ops
from secateur.kernels.lists import KeyLists

NAME = "dap"
CONFIG_KEY = "dap"
STATE_KEY = "_dap_state"


def dap_mask(
    batch_size: int,
    q_length: int,
    kv_length: int,
    q_offset: int | Tensor = 0,
    kv_offset: int = 0,
    mask_function: Any = causal_mask_function,
    attention_mask: Tensor | None = None,
    **kwargs: Any,
) -> Tensor | None:
    """Builds the mask that `dap_attention_forward` gets, as transformers' mask interface asks.

    Causality and sliding windows are known to the attention itself, so plain padding stays
    two-dimensional and nothing of size n x n is built. What only a full mask can say (packed
    sequences, custom overlays, static caches, chunks) becomes one, and runs full attention.

    Returns:
        None where every key is visible, bool `[B, Nk]` for padding, bool `[B, 1, Nq, Nk]` else.
    """
    plain = kwargs.get("allow_is_causal_skip", True) or kwargs.get("allow_is_bidirectional_skip")
    chunk = getattr(kwargs.get("config"), "attention_chunk_size", None)
    aligned = isinstance(q_offset, int) and (
        q_offset + q_length == kv_offset + kv_length or mask_function is not causal_mask_function
    )
    padding = None
    if attention_mask is not None:
        padding = attention_mask[:, kv_offset : kv_offset + kv_length]
        aligned = aligned and padding.shape[1] == kv_length
    if not (plain and aligned) or (chunk is not None and kv_length > chunk):
        kwargs.update(allow_is_causal_skip=False, allow_is_bidirectional_skip=False)
        # Typed as int, q_offset is a tensor under a static cache.
        kwargs["q_offset"] = q_offset
        return sdpa_mask(
            batch_size, q_length, kv_length, kv_offset=kv_offset,
            mask_function=mask_function, attention_mask=attention_mask, **kwargs,
        )  # fmt: skip
    return None if padding is None or bool(padding.all()) else padding


def _at_autocast_dtype(
    forward: Callable[..., tuple[Tensor, None]],
) -> Callable[..., tuple[Tensor, None]]:
    """Casts queries, keys and values under autocast, as torch does for its own attention.

    Rotary positions leave queries and keys in fp32 where values are in the lower dtype. What is
    computed from them is computed as without autocast, which would round the fp32 in between.
    """

    @wraps(forward)
    def run(
        module: nn.Module, query: Tensor, key: Tensor, value: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, None]:
        device = query.device.type
        if not torch.is_autocast_enabled(device) or query.dtype == torch.float64:
            return forward(module, query, key, value, *args, **kwargs)
        dtype = torch.get_autocast_dtype(device)
        with torch.autocast(device, enabled=False):
            return forward(module, *(x.to(dtype) for x in (query, key, value)), *args, **kwargs)

    return run


@_at_autocast_dtype
def dap_attention_forward(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    sliding_window: int | None = None,
    is_causal: bool | None = None,
    position_bias: Tensor | None = None,
    softcap: float | None = None,
    span_offsets: Tensor | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Runs DAP where transformers calls its attention interface.

    Args:
        module: The calling attention module.
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        value: `[B, Hkv, Nk, D]`.
        attention_mask: What `dap_mask` built, or a model's own four-dimensional mask.
        dropout: Dropout of the probabilities.
        scaling: Factor of the scores.
        sliding_window: Width of a local layer, in keys, the query's own among them.
        is_causal: Overrides `module.is_causal`.
        position_bias: `[1|B, 1|H, Nq, Nk]`, added to the scores (T5).
        softcap: Refused; such models need another attention.
        span_offsets: int32 `[B, S + 1]` sentence boundaries in tokens, passed as a keyword of the
            model's forward call; used in self-attention over the same tokens.
        **kwargs: What else transformers passes; none of it changes the result.

    Returns:
        Output `[B, Nq, H, D]`, contiguous, and None for the attention weights.

    Raises:
        ValueError: The model asks for something this attention does not compute.
    """
    for name, given in (("softcap", softcap), ("attention sinks", kwargs.get("s_aux"))):
        if given is not None:
            raise ValueError(f'attn_implementation="{NAME}" does not compute {name}; use "eager"')
    if value.shape[-1] != query.shape[-1]:
        raise ValueError(
            f'attn_implementation="{NAME}" needs equal head sizes of keys and values, got '
            f'{query.shape[-1]} and {value.shape[-1]}; use "sdpa"'
        )
    causal = bool(getattr(module, "is_causal", True) if is_causal is None else is_causal)
    state = _state(module)
    if state.recall is not None:
        return _attend_again(state, query, *state.recall(key, value), scaling), None
    if attention_mask is not None and attention_mask.ndim == 4:
        output = _masked_attention(
            query, key, value, attention_mask, dropout, scaling, position_bias
        )
        state.record(AttentionReport(1.0, 1.0, 0.0, 0.0, 0.0, pruned=False))
        return output.transpose(1, 2).contiguous(), None
    spans = None
    if span_offsets is not None and query.shape[2] == key.shape[2]:
        spans = SpanTable(span_offsets)
    window = None
    if sliding_window is not None:
        window = (sliding_window - 1, 0 if causal else sliding_window - 1)
    causal = causal and query.shape[2] > 1
    kept: list[KeyLists | None] = []
    output, lse, report = dap_attention(
        query, key, value, state.config,
        spans=spans, key_mask=attention_mask, bias=position_bias, scale=scaling, causal=causal,
        window=window, dropout_p=dropout, seed=_dropout_seed(dropout), show=kept.append,
    )  # fmt: skip
    state.record(report)
    if state.observe is not None:
        state.observe(AttentionCall(
            query, key, value, output, spans, attention_mask, position_bias, scaling, causal,
            window, lse, kept[0],
        ))  # fmt: skip
    return output.transpose(1, 2).contiguous(), None


def record_exact(module: nn.Module, milliseconds: float) -> None:
    """Counts exact attention that ran outside the interface with what a pruned module did."""
    state: ModuleState | None = getattr(module, STATE_KEY, None)
    if state is not None:
        state.record(AttentionReport(1.0, 1.0, 0.0, 0.0, milliseconds, pruned=False))


def _state(module: nn.Module) -> ModuleState:
    """Finds the module's state, or makes it from the model's config in a plain script."""
    state: ModuleState | None = getattr(module, STATE_KEY, None)
    if state is None:
        saved = getattr(getattr(module, "config", None), CONFIG_KEY, None) or {}
        state = ModuleState(type(module).__name__, DapConfig.from_dict(saved))
        setattr(module, STATE_KEY, state)
    return state


def _attend_again(
    state: ModuleState, query: Tensor, key: Tensor, value: Tensor, scaling: float | None
) -> Tensor:
    """Exact attention of a few of a document's queries to all of its keys."""
    begin = perf_counter()
    output, _ = ops.attention(query, key, value, scale=scaling, backend=state.config.backend)
    state.record_again(query.shape[2] / key.shape[2], 1e3 * (perf_counter() - begin))
    return output.transpose(1, 2).contiguous()


def _masked_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor,
    dropout: float,
    scaling: float | None,
    position_bias: Tensor | None,
) -> Tensor:
    """Full attention under an explicit mask, the way torch computes it."""
    if position_bias is not None:
        if mask.dtype == torch.bool:
            mask = torch.zeros_like(mask, dtype=query.dtype).masked_fill(~mask, -torch.inf)
        mask = mask + position_bias
    return scaled_dot_product_attention(
        query, key, value, attn_mask=mask, dropout_p=dropout, scale=scaling,
        enable_gqa=query.shape[1] != key.shape[1],
    )  # fmt: skip


def _dropout_seed(dropout: float) -> int:
    """Draws from torch's generator, so that `torch.manual_seed` fixes the pattern."""
    return int(torch.randint(2**31 - 1, ())) if dropout else 0
