"""The definition of pruned attention: dense, differentiable, any floating dtype."""

from __future__ import annotations

import torch
from torch import Tensor

from secateur.kernels.lists import KeyLists
from secateur.kernels.masks import HIDING_BIAS, Options, dropout_keep, scaled_scores, visible_pairs


def attention_reference(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    lists: KeyLists | None,
    key_mask: Tensor | None,
    bias: Tensor | None,
    options: Options,
) -> tuple[Tensor, Tensor]:
    """Computes attention over the visible, kept keys by writing out all scores.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        value: `[B, Hkv, Nk, D]`.
        lists: Kept keys of each query tile; None keeps all.
        key_mask: bool `[B, Nk]`, True = visible; None shows all.
        bias: `[1|B, 1|H, Nq, Nk]`, added to the scaled scores.
        options: Scale, softcap, causality, window, dropout.

    Returns:
        Output `[B, H, Nq, D]` in the query's dtype and lse `[B, H, Nq]` in fp32 (fp64 for fp64
        inputs). A row without a visible key is zero and has lse -inf.
    """
    batch, heads, n_queries, _ = query.shape
    kv_heads, n_keys = key.shape[1], key.shape[2]
    dtype = torch.promote_types(query.dtype, torch.float32)
    query_wide = query.to(dtype)
    key_wide = key.to(dtype).repeat_interleave(heads // kv_heads, dim=1)
    value_wide = value.to(dtype).repeat_interleave(heads // kv_heads, dim=1)
    scores = scaled_scores(query_wide, key_wide, options.scale, options.softcap)
    if bias is not None:
        scores = scores + bias.to(dtype)
    rows = torch.arange(n_queries, device=query.device)[:, None]
    columns = torch.arange(n_keys, device=query.device)[None, :]
    visible = visible_pairs(rows + n_keys - n_queries, columns, options)
    visible = visible.expand(batch, heads, n_queries, n_keys)
    if bias is not None:
        visible = visible & (bias > HIDING_BIAS)
    if key_mask is not None:
        visible = visible & key_mask[:, None, None, :]
    if lists is not None:
        visible = visible & lists.mask(batch, heads, n_queries, n_keys)

    # Finite fill: an all -inf row would give NaN gradients.
    scores = scores.masked_fill(~visible, torch.finfo(dtype).min)
    seen = visible.any(-1)
    # In two steps: the derivative of one is off where fp32 lacks the digits, as under -1e9 alone.
    most = torch.logsumexp(scores.detach(), -1, keepdim=True)
    lse = most.squeeze(-1) + torch.logsumexp(scores - most, -1)
    lse = torch.where(seen, lse, -torch.inf)
    weights = torch.softmax(scores, -1) * visible
    if options.dropout_p > 0:
        head = torch.arange(batch * heads, device=query.device).view(batch, heads, 1, 1)
        kept = dropout_keep(head, rows, columns, options)
        weights = weights * kept / (1 - options.dropout_p)
    return (weights @ value_wide).to(query.dtype), lse
