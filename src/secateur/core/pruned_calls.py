"""Prunes the attention calls of a model that runs with full attention, to compare the two."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from time import perf_counter
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import PreTrainedModel

from secateur.core import hf
from secateur.core.attention import AttentionCall, prunes
from secateur.core.attention_modules import body_of, module_name
from secateur.core.config import DapConfig
from secateur.core.kept import watched
from secateur.core.selection import select
from secateur.core.spans import SpanTable
from secateur.core.states import ModuleState
from secateur.kernels import ops
from secateur.kernels.lists import KeyLists

See = Callable[[str, AttentionCall, SpanTable, DapConfig], None]

_LEAST_NORM = 1e-12
"""What an error is divided by at least: an output of zeros has no relative error."""
# Error is taken at every third query row: over all tiles, every place in a tile.
_EVERY = 3


def observe(model: PreTrainedModel, runs: Iterable[Callable[[], object]], see: See) -> None:
    """Runs a model with full attention and shows every call that DAP would prune.

    Afterwards the model has the attention that it had before.

    Args:
        model: Any model that DAP supports.
        runs: Each runs the model once over one document, without padding.
        see: Shown the module's name, the call, its spans, and the model's settings without
            recovery.

    Raises:
        ValueError: A document was padded, no call was long enough to be pruned, or the model reads
            by sliding windows alone.
    """
    seen = 0
    windowed: set[bool] = set()

    def passed(state: ModuleState, call: AttentionCall) -> None:
        nonlocal seen
        config = replace(state.config, threshold=1.0, fallback=False)
        windowed.add(call.window is not None)
        if not prunes(call.query, call.key, config, call.window):
            return
        if len(call.query) != 1 or call.key_mask is not None:
            raise ValueError("calibration reads documents one at a time, without padding")
        keys = call.key.shape[2]
        uniform = SpanTable.uniform(1, keys, config.span_length, call.key.device)
        see(module_name(body, state.name), call, call.spans or uniform, config)
        seen += 1

    body = body_of(model)
    with hf.restored(model):
        hf.enable(model, threshold=0.0)
        with watched(body, passed), torch.no_grad():
            for run in runs:
                run()
    if windowed == {True}:
        raise ValueError(
            "every attention layer reads a sliding window, which is sparse already: "
            "there is nothing to prune"
        )
    if not seen:
        raise ValueError(
            "no document was long enough to be pruned: give documents of more than "
            f"{DapConfig().exact_below} tokens"
        )


def prune(call: AttentionCall, spans: SpanTable, config: DapConfig) -> tuple[Tensor, Tensor, float]:
    """Prunes a call: relative error and density by head `[H]`, and milliseconds in all."""
    shape: dict[str, Any] = {"bias": call.bias, "scale": call.scale, "causal": call.causal}
    begin = perf_counter()
    config = config.at(call.key.shape[2])
    lists = select(call.query, call.key, spans, config, **shape).lists
    output, _ = ops.attention(
        call.query, call.key, call.value, lists,
        softcap=call.softcap, backend=config.backend, margin=config.margin, **shape,
    )  # fmt: skip
    pruned_ms = 1e3 * (perf_counter() - begin)
    full = call.output[:, :, ::_EVERY].float()
    output = output[:, :, ::_EVERY].float()
    error = (output - full).norm(dim=-1) / full.norm(dim=-1).clamp(min=_LEAST_NORM)
    n_query, n_key = call.query.shape[2], call.key.shape[2]
    density = kept_share(lists, call.query.shape[1], n_query, n_key, call.causal)
    return error.mean(-1)[0].cpu(), density.cpu(), pruned_ms


def kept_share(lists: KeyLists, heads: int, n_query: int, n_key: int, causal: bool) -> Tensor:
    """Counts the visible (query, key) pairs that the lists of one row keep.

    Returns:
        Their share by head, fp32 `[heads]`, 0 to 1.
    """
    tiles = -(-n_query // lists.tile)
    row, starts, ends = (x.cpu() for x in lists.runs())
    first = row % tiles * lists.tile
    pairs = (ends - starts) * (n_query - first).clamp(max=lists.tile)
    if causal:
        cut = (ends > first + n_key - n_query + 1).nonzero()[:, 0]
        query = first[cut, None] + torch.arange(lists.tile)
        reach = (query + n_key - n_query + 1).masked_fill(query >= n_query, 0)
        seen = ends[cut, None].minimum(reach) - starts[cut, None]
        pairs[cut] = seen.clamp(min=0).sum(1)
    kept = torch.zeros(heads, dtype=torch.int64).index_add_(0, row // tiles, pairs)
    visible = n_query * n_key
    if causal:
        visible = int((torch.arange(n_query) + n_key - n_query + 1).clamp(min=0).sum())
    return kept / visible


def full_ms(call: AttentionCall) -> float:
    """Times torch's own attention on a call, as the model would run it, but for a softcap."""
    begin = perf_counter()
    scaled_dot_product_attention(
        call.query, call.key, call.value, attn_mask=call.bias, scale=call.scale,
        is_causal=call.causal and call.bias is None,
        enable_gqa=call.query.shape[1] != call.key.shape[1],
    )  # fmt: skip
    return 1e3 * (perf_counter() - begin)
