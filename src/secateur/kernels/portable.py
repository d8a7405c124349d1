"""Pruned attention in plain PyTorch: any device, differentiable, memory linear in length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from secateur.kernels.lists import TILE, KeyLists
from secateur.kernels.masks import HIDING_BIAS, Options, dropout_keep, scaled_scores, visible_pairs
from secateur.kernels.once import Gradients, differentiate_once

_BUDGET = 1 << 23
"""Elements a block may hold in gathered keys, values and scores together."""


@dataclass(frozen=True)
class _Block:
    """Query tiles computed at once.

    `batch`, `head` and `kv_head` are int64 `[G, 1]`, `queries` int64 `[G, C]` and
    `keys` int64 `[G, L]`; the two masks, of the same shapes, are False on filler.
    """

    batch: Tensor
    head: Tensor
    kv_head: Tensor
    queries: Tensor
    real_query: Tensor
    keys: Tensor
    real_key: Tensor


@torch.compiler.disable
def attention_portable(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    lists: KeyLists | None,
    key_mask: Tensor | None,
    bias: Tensor | None,
    options: Options,
) -> tuple[Tensor, Tensor]:
    """Computes attention over the visible, kept keys, block by block.

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
    return _Portable.apply(query, key, value, bias, key_mask, lists, options)


class _Portable(torch.autograd.Function):
    """Keeps only the inputs for backward and computes each block again there."""

    @staticmethod
    def forward(
        ctx: Any,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        bias: Tensor | None,
        key_mask: Tensor | None,
        lists: KeyLists | None,
        options: Options,
    ) -> tuple[Tensor, Tensor]:
        ctx.save_for_backward(query, key, value, bias, key_mask)
        ctx.lists, ctx.options = lists, options
        lse_dtype = torch.promote_types(query.dtype, torch.float32)
        output = query.new_zeros(query.shape)
        lse = torch.full(query.shape[:3], -torch.inf, dtype=lse_dtype, device=query.device)
        for block in _blocks(query, key, lists):
            where = (block.batch, block.head, block.queries)
            part, part_lse = _attend(
                query[where],
                *_keys(key, value, block),
                _bias(bias, block),
                key_mask,
                block,
                options,
                (query.shape, key.shape[2]),
            )
            real = block.real_query
            rows = tuple(index.expand_as(block.queries)[real] for index in where)
            output[rows] = part[real].to(output.dtype)
            lse[rows] = part_lse[real]
        return output, lse

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Gradients:
        compute = partial(_gradients, ctx.lists, ctx.options)
        return (*differentiate_once(compute, *grads, *ctx.saved_tensors), None, None, None)


def _gradients(
    lists: KeyLists | None,
    options: Options,
    grad_output: Tensor,
    grad_lse: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None,
    key_mask: Tensor | None,
) -> Gradients:
    dtype = torch.promote_types(query.dtype, torch.float32)
    inputs = (query, key, value, bias)
    totals = [None if x is None else x.new_zeros(x.shape, dtype=dtype) for x in inputs]
    for block in _blocks(query, key, lists):
        _add_block_gradient(totals, inputs, key_mask, block, options, grad_output, grad_lse)
    return tuple(
        None if total is None or x is None else total.to(x.dtype)
        for total, x in zip(totals, inputs, strict=True)
    )


def _add_block_gradient(
    totals: list[Tensor | None],
    inputs: tuple[Tensor, Tensor, Tensor, Tensor | None],
    key_mask: Tensor | None,
    block: _Block,
    options: Options,
    grad_output: Tensor,
    grad_lse: Tensor,
) -> None:
    query, key, value, bias = inputs
    where = (block.batch, block.head, block.queries)
    wanted = [query[where], *_keys(key, value, block)]
    part_bias = _bias(bias, block)
    wanted += [] if part_bias is None else [part_bias]
    wanted = [leaf.detach().requires_grad_() for leaf in wanted]
    leaf_bias = None if part_bias is None else wanted[3]
    sizes = (query.shape, key.shape[2])
    with torch.enable_grad():
        part, lse = _attend(
            wanted[0], wanted[1], wanted[2], leaf_bias, key_mask, block, options, sizes
        )
    real = block.real_query
    upstream = grad_output[where].to(part.dtype) * real[..., None]
    upstream_lse = torch.where(real, grad_lse[where], 0.0)
    parts = torch.autograd.grad((part, lse), wanted, (upstream, upstream_lse))
    kv = (block.batch, block.kv_head, block.keys)
    places: list[tuple[Tensor, ...]] = [where, kv, kv]
    if bias is not None:
        places.append(_bias_place(bias, block))
    for total, place, grad in zip(totals, places, parts, strict=False):
        if total is not None:
            total.index_put_(place, grad.to(total.dtype), accumulate=True)


def _keys(key: Tensor, value: Tensor, block: _Block) -> tuple[Tensor, Tensor]:
    where = (block.batch, block.kv_head, block.keys)
    return key[where], value[where]


def _bias(bias: Tensor | None, block: _Block) -> Tensor | None:
    return None if bias is None else bias[_bias_place(bias, block)]


def _bias_place(bias: Tensor, block: _Block) -> tuple[Tensor, ...]:
    batch = block.batch if bias.shape[0] > 1 else torch.zeros_like(block.batch)
    head = block.head if bias.shape[1] > 1 else torch.zeros_like(block.head)
    return batch[..., None], head[..., None], block.queries[..., None], block.keys[:, None]


def _attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None,
    key_mask: Tensor | None,
    block: _Block,
    options: Options,
    sizes: tuple[torch.Size, int],
) -> tuple[Tensor, Tensor]:
    (_, heads, n_queries, _), n_keys = sizes
    dtype = torch.promote_types(query.dtype, torch.float32)
    scores = scaled_scores(query.to(dtype), key.to(dtype), options.scale, options.softcap)
    if bias is not None:
        scores = scores + bias.to(dtype)
    seen = block.real_key
    if key_mask is not None:
        seen = seen & key_mask[block.batch, block.keys]
    seen = seen[:, None].expand(scores.shape)
    if options.positional:
        rows = block.queries[..., None] + n_keys - n_queries
        seen = seen & visible_pairs(rows, block.keys[:, None], options)
    if bias is not None:
        seen = seen & (bias > HIDING_BIAS)
    scores = scores.masked_fill(~seen, torch.finfo(dtype).min)
    # Not less lse: under biases of -1e9 alone, fp32 would lose the logarithm of the sum in it.
    top = scores.detach().amax(-1, keepdim=True)
    weights = torch.exp(scores - top) * seen
    # The highest score a row sees weighs 1; the clamp is for rows that see nothing.
    total = weights.sum(-1, keepdim=True).clamp(min=1)
    lse = (top + total.log()).squeeze(-1)
    if options.dropout_p > 0:
        head = (block.batch * heads + block.head)[..., None]
        kept = dropout_keep(head, block.queries[..., None], block.keys[:, None], options)
        weights = weights * kept / (1 - options.dropout_p)
    return weights @ value.to(dtype) / total, torch.where(seen.any(-1), lse, -torch.inf)


def _blocks(query: Tensor, key: Tensor, lists: KeyLists | None) -> Iterator[_Block]:
    """Groups query tiles of similar kept counts, as many as the budget holds."""
    batch, heads, n_queries, head_dim = query.shape
    n_keys = key.shape[2]
    if batch * heads * n_queries == 0 or n_keys == 0:
        return
    tile = TILE if lists is None else lists.tile
    tiles = -(-n_queries // tile)
    rows = batch * heads * tiles
    every = torch.full((rows,), n_keys, device=query.device)
    counts = every if lists is None else lists.counts()
    sizes, order = torch.sort(counts, descending=True)
    cost = 2 * head_dim + 3 * tile
    lengths = sizes.tolist()
    first = 0
    while first < rows and lengths[first] > 0:
        longest = lengths[first]
        last = min(rows, first + max(1, _BUDGET // (longest * cost)))
        yield _block(order[first:last], longest, (heads, tiles, tile, n_queries), key, lists)
        first = last


def _block(
    rows: Tensor,
    longest: int,
    shape: tuple[int, int, int, int],
    key: Tensor,
    lists: KeyLists | None,
) -> _Block:
    heads, tiles, tile, n_queries = shape
    head = rows // tiles % heads
    queries = (rows % tiles * tile)[:, None] + torch.arange(tile, device=rows.device)
    if lists is None:
        keys = torch.arange(longest, device=rows.device).expand(rows.shape[0], longest)
        real_key = torch.ones_like(keys, dtype=torch.bool)
    else:
        keys, real_key = _kept_keys(lists, rows, longest)
    return _Block(
        batch=(rows // (tiles * heads))[:, None],
        head=head[:, None],
        kv_head=torch.div(head, heads // key.shape[1], rounding_mode="floor")[:, None],
        queries=queries.clamp(max=n_queries - 1),
        real_query=queries < n_queries,
        keys=keys,
        real_key=real_key,
    )


def _kept_keys(lists: KeyLists, rows: Tensor, longest: int) -> tuple[Tensor, Tensor]:
    """Writes the runs of some rows out as key indices, padded to the longest row."""
    first, last = lists.offsets[rows], lists.offsets[rows + 1]
    per_row = last - first
    group = torch.arange(rows.shape[0], device=rows.device).repeat_interleave(per_row)
    before = torch.cumsum(per_row, 0) - per_row
    run = torch.arange(group.shape[0], device=rows.device) - before[group] + first[group]
    lengths = (lists.ends[run] - lists.starts[run]).long()
    done = torch.cumsum(lengths, 0) - lengths
    step = torch.arange(int(lengths.sum()), device=rows.device) - done.repeat_interleave(lengths)
    flat = lists.starts[run].long().repeat_interleave(lengths) + step
    row = group.repeat_interleave(lengths)
    kept = torch.bincount(row, minlength=rows.shape[0])
    column = torch.arange(row.shape[0], device=rows.device) - (torch.cumsum(kept, 0) - kept)[row]
    keys = torch.zeros(rows.shape[0], longest, dtype=torch.int64, device=rows.device)
    keys[row, column] = flat
    return keys, torch.arange(longest, device=rows.device) < kept[:, None]
