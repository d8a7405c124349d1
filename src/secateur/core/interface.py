"""The function that transformers calls for attention.

Its mask is built in `model_masks`; kinds of models that ask more of masks and keys than most are
told in `model_kinds`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, scaled_dot_product_attention
from transformers.utils.import_utils import is_tracing

from secateur.core.attention import AttentionCall, AttentionReport, dap_attention, prunes
from secateur.core.model_kinds import reads_another, window_of, writes
from secateur.core.model_masks import as_padding, reach_of
from secateur.core.spans import SpanTable
from secateur.core.states import NAME, ModuleState, asked, known_state, state_of
from secateur.kernels import ops

_REFUSED = {
    "indices": "attention to keys that the model chooses itself",
    "block_indices": "attention to blocks that the model chooses itself",
}
_WEIGHTLESS = (
    f'attn_implementation="{NAME}" keeps no attention weights, so output_attentions gives none; use'
    ' "eager", or secateur.core.kept for what each module read'
)
_UNTRACEABLE = (
    "what is pruned depends on values, which a graph that is traced or exported has not: {} keys"
    " are more than exact_below, {}; export the model with threshold 0 or under full attention"
)


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
        if query.is_meta or query.dtype == torch.float64 or not torch.is_autocast_enabled(device):
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
    softcap: float | None = None,
    sliding_window: int | None = None,
    is_causal: bool | None = None,
    position_bias: Tensor | None = None,
    s_aux: Tensor | None = None,
    sinks: Tensor | None = None,
    span_offsets: Tensor | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Runs DAP where transformers calls its attention interface.

    Args:
        module: The calling attention module.
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        value: `[B, Hkv, Nk, Dv]`.
        attention_mask: What `dap_mask` built, or a model's own four-dimensional mask.
        dropout: Dropout of the probabilities.
        scaling: Factor of the scores.
        softcap: What scaled scores are bent to stay under (Gemma 2).
        sliding_window: Width of a local layer, in keys, the query's own among them; used where the
            mask does not say.
        is_causal: Overrides `module.is_causal`; used where the mask does not say.
        position_bias: `[1|B, 1|H, Nq, Nk]`, added to the scores (T5).
        s_aux: `[H]`, a score per head that takes its share and gives nothing (GPT-OSS).
        sinks: `[B, H, Nq, 1]`, the same by query (Inkling).
        span_offsets: int32 `[B, S + 1]` sentence boundaries in tokens, each row from 0 to the
            number of keys, passed as a keyword of the model's forward call; used in self-attention
            over the same tokens, not in a decoder's over its own.
        **kwargs: What else transformers passes; none of it changes the result.

    Returns:
        Output `[B, Nq, H, Dv]`, contiguous, and None for the attention weights.

    Raises:
        ValueError: The model asks for something this attention does not compute, or the spans do
            not cover the keys of a call that is pruned.
        RuntimeError: A graph is traced of a call that would be pruned.
    """
    for name, what in _REFUSED.items():
        if kwargs.get(name) is not None:
            raise ValueError(f'attn_implementation="{NAME}" does not compute {what}; use "eager"')
    if kwargs.get("output_attentions"):
        warnings.warn(_WEIGHTLESS, stacklevel=2)
    scaling = query.shape[-1] ** -0.5 if scaling is None else scaling
    size = value.shape[-1]
    query, key, value = _of_one_size(query, key, value)
    if s_aux is not None:
        sinks = s_aux.view(1, -1, 1, 1)
    state = state_of(module)
    if query.is_meta:
        state.record(AttentionReport.exact(0.0))
        return query.new_empty((*query.shape[:3], size)).transpose(1, 2).contiguous(), None
    window = None if sliding_window is None else (sliding_window - 1, 0)
    if is_tracing(query) and prunes(query, key, state.config, window):
        raise RuntimeError(_UNTRACEABLE.format(key.shape[2], state.config.exact_below))
    if asked.recall is not None:
        kept = asked.recall(state, key, value)
        return _attend_again(state, query, *kept, scaling, softcap), None
    attention_mask = as_padding(attention_mask, query)
    if attention_mask is not None and attention_mask.ndim == 4:
        begin = perf_counter()
        output = _masked_attention(
            query, key, value, attention_mask, dropout, scaling, softcap, position_bias, sinks
        )
        state.record(AttentionReport.exact(1e3 * (perf_counter() - begin)))
        return output[..., :size].transpose(1, 2).contiguous(), None
    as_many = query.shape[2] == key.shape[2]
    spans = None if span_offsets is None or not as_many else SpanTable(span_offsets)
    if spans is not None and writes(module) and not spans.covers(len(key), key.shape[2]):
        spans = None  # of what the encoder reads: a model passes the keyword to both
    causal, window, key_mask = _visibility(module, attention_mask, is_causal, sliding_window)
    causal = causal and query.shape[2] > 1
    if key_mask is not None and as_many and reads_another(module, causal):
        # Of as many keys as queries the selection takes them for the queries' own, and queries for
        # padding whose keys are hidden. One hidden key more tells that they are not.
        spans = None
        key, value = (pad(x, (0, 0, 0, 1)) for x in (key, value))
        key_mask = pad(key_mask, (0, 1))
        position_bias = None if position_bias is None else pad(position_bias, (0, 1))
    output, lse, report = dap_attention(
        query, key, value, state.config,
        spans=spans, key_mask=key_mask, bias=position_bias, scale=scaling, softcap=softcap,
        causal=causal, window=window, dropout_p=dropout, seed=_dropout_seed(dropout),
    )  # fmt: skip
    state.record(report)
    if asked.observe is not None:
        asked.observe(state, AttentionCall(
            query, key, value, output, spans, key_mask, position_bias, scaling, softcap, causal,
            window, lse, report.lists,
        ))  # fmt: skip
    return _absorb(output, lse, sinks)[..., :size].transpose(1, 2).contiguous(), None


def _of_one_size(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Fills heads up with zeros where values have another size (DeepSeek): exact."""
    size = max(query.shape[-1], value.shape[-1])
    if query.shape[-1] == value.shape[-1]:
        return query, key, value
    query, key, value = (pad(x, (0, size - x.shape[-1])) for x in (query, key, value))
    return query, key, value


def _visibility(
    module: nn.Module, mask: Tensor | None, is_causal: bool | None, sliding_window: int | None
) -> tuple[bool, tuple[int, int] | None, Tensor | None]:
    """Says what queries see: whether causal, the window, and the padding mask."""
    reach = reach_of(mask)
    if reach is not None:
        return reach.causal, reach.window, mask if reach.padded else None
    causal = bool(getattr(module, "is_causal", True) if is_causal is None else is_causal)
    if mask is not None and sliding_window is None:
        # Moved to another GPU a mask says no more; one that is neither causal nor of a window has
        # four dimensions.
        causal, sliding_window = True, window_of(module)
    if sliding_window is None:
        return causal, None, mask
    return causal, (sliding_window - 1, 0 if causal else sliding_window - 1), mask


def _absorb(output: Tensor, lse: Tensor, sinks: Tensor | None) -> Tensor:
    """Takes from an output what sinks would take: one more score in each query's softmax."""
    if sinks is None:
        return output
    return output * torch.sigmoid(lse[..., None] - sinks).to(output.dtype)


def record_exact(module: nn.Module, milliseconds: float) -> None:
    """Counts exact attention that ran outside the interface with what a pruned module did."""
    state = known_state(module)
    if state is not None:
        state.record(AttentionReport.exact(milliseconds))


def _attend_again(
    state: ModuleState,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    pruned: bool,
    scaling: float | None,
    softcap: float | None,
) -> Tensor:
    """Exact attention of a few of a document's queries to all of its keys."""
    begin = perf_counter()
    output, _ = ops.attention(
        query, key, value, scale=scaling, softcap=softcap, backend=state.config.backend
    )
    share = query.shape[2] / key.shape[2]
    state.record_again(share, 1e3 * (perf_counter() - begin), pruned=pruned)
    return output.transpose(1, 2).contiguous()


def _masked_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor,
    dropout: float,
    scaling: float | None,
    softcap: float | None,
    position_bias: Tensor | None,
    sinks: Tensor | None,
) -> Tensor:
    """Full attention under an explicit mask, the way torch computes it where it can."""
    beyond_torch = sinks is not None or softcap is not None
    if mask.dtype == torch.bool and (position_bias is not None or beyond_torch):
        # The lowest finite number: a row of -inf alone would give NaN.
        lowest = torch.finfo(query.dtype).min
        mask = torch.zeros_like(mask, dtype=query.dtype).masked_fill(~mask, lowest)
    if position_bias is not None:
        # What hides stays as it is: float16's lowest and a bias would overflow to -inf.
        mask = torch.where(mask > torch.finfo(mask.dtype).min, mask + position_bias, mask)
    if beyond_torch:
        mask = mask.expand(-1, -1, query.shape[2], -1)
        output, lse = ops.attention(
            query, key, value, bias=mask, scale=scaling, softcap=softcap,
            dropout_p=dropout, seed=_dropout_seed(dropout),
        )  # fmt: skip
        return _absorb(output, lse, sinks)
    return scaled_dot_product_attention(
        query, key, value, attn_mask=mask, dropout_p=dropout, scale=scaling,
        enable_gqa=query.shape[1] != key.shape[1],
    )  # fmt: skip


def _dropout_seed(dropout: float) -> int:
    """Draws from torch's generator, so that `torch.manual_seed` fixes the pattern."""
    return int(torch.randint(2**31 - 1, ())) if dropout else 0
