"""How much attention each key span gets from each query tile, without computing all of it.

Two looks. The first scores a span's mean key against means of a few neighbouring queries, groups of
a tile. The second computes real scores of sampled queries, several of each group, for the spans
whose first estimate is not far under the bar, and replaces the first there.
`kernels/csrc/select.h` computes the same on the CPU; this is its definition and the path of other
devices.

Perplexity of a 135M decoder on 2,048 tokens (threshold 0.45; full attention 22.79, exact
mass of 8-token spans +0.5 % at density 0.255): mean query against mean key +3.8 % at 0.325, sixteen
group means +2.0 % at 0.298, both looks +0.7 % at 0.247; with 16 sampled queries +2.4 % at 0.242.
Adding the keys' variance to the first look made it worse (+4.1 %): outliers are not normal. So did
trusting the first look above four times the bar (on 4,096 tokens +4.6 % instead of +1.0 %): what
weighs much must be weighed right.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from secateur.core.geometry import Geometry
from secateur.kernels.selection import GROUPS, SAMPLES

LN2 = 0.6931471805599453

# A real score further above its group's best estimate counts as this much, in units of log2.
HIGHEST = 60.0


@dataclass(frozen=True)
class Inputs:
    """Some heads of one row of a batch.

    Attributes:
        query: `[H, Nq, D]`.
        key: `[Hkv, Nk, D]`.
        key_mask: bool `[Nk]` or None.
        bias: `[1|H, Nq, Nk]` or None, added to the scaled scores.
        scale: Factor of the scores.
        causal: Whether queries see only keys up to their own position.
    """

    query: Tensor
    key: Tensor
    key_mask: Tensor | None
    bias: Tensor | None
    scale: float
    causal: bool


@dataclass(frozen=True)
class Rows:
    """Queries that stand for each tile.

    Attributes:
        means: Mean query of each group of live queries `[H, tiles, groups, D]`, fp32.
        last: Key position of each group's last query `[tiles, groups]`.
        middle: The middle query of each group `[tiles, groups]`.
        sampled: Queries of the second look `[tiles, samples]`, those of a group side by side.
    """

    means: Tensor
    last: Tensor
    middle: Tensor
    sampled: Tensor

    def tiles(self, block: slice) -> Rows:
        """Returns some of the tiles."""
        return Rows(self.means[:, block], self.last[block], self.middle[block], self.sampled[block])


def choose_rows(inputs: Inputs, geometry: Geometry) -> Rows:
    """Deals each tile's live queries into groups and picks evenly spaced ones of each."""
    tiles, tile = geometry.live.shape
    n_query, shift = inputs.query.shape[1], inputs.key.shape[1] - inputs.query.shape[1]
    groups = min(GROUPS, tile)
    per_group = max(1, min(SAMPLES, tile) // groups)
    live_first = (~geometry.live).int().argsort(dim=1, stable=True)
    count = geometry.live.sum(1, keepdim=True)
    lane = torch.arange(groups, device=count.device)
    begin = count * lane // groups
    size = (count * (lane + 1) // groups - begin).clamp(min=1)
    base = torch.arange(tiles, device=count.device)[:, None] * tile

    def query_at(place: Tensor) -> Tensor:
        return (base + live_first.gather(1, place.clamp(max=tile - 1))).clamp(max=n_query - 1)

    step = 2 * torch.arange(per_group, device=count.device) + 1
    sampled = begin[..., None] + size[..., None] * step // (2 * per_group)
    order = torch.arange(tile, device=count.device)
    chosen = (order >= begin[..., None]) & (order < (begin + size)[..., None])
    members = torch.zeros_like(chosen).scatter_(2, live_first[:, None].expand_as(chosen), chosen)
    padded = torch.nn.functional.pad(inputs.query, (0, 0, 0, tiles * tile - n_query)).float()
    sums = torch.einsum("tgq,htqd->htgd", members.float(), padded.unflatten(1, (tiles, tile)))
    return Rows(
        means=(sums / size[..., None]).to(inputs.query.dtype).float(),
        last=query_at(begin + size - 1) + shift,
        middle=query_at(begin + size // 2),
        sampled=query_at(sampled.flatten(1)),
    )


def span_means(inputs: Inputs, geometry: Geometry) -> Tensor:
    """Averages the visible keys of each span: `[Hkv, S, D]`, fp32 in the keys' precision."""
    key = inputs.key.float()
    if inputs.key_mask is not None:
        key = key.masked_fill(~inputs.key_mask[:, None], 0.0)
    offsets, spans = geometry.offsets, len(geometry.counts)
    ids = torch.repeat_interleave(torch.arange(spans, device=key.device), offsets.diff())
    sums = key.new_zeros(len(key), spans, key.shape[2])
    sums.index_add_(1, ids, key[:, int(offsets[0]) : int(offsets[-1])])
    return (sums / geometry.counts.clamp(min=1)[:, None]).to(inputs.key.dtype).float()


def first_look(inputs: Inputs, geometry: Geometry, rows: Rows, means: Tensor) -> Tensor:
    """Scores spans by their mean keys, `means` `[Hkv, S, D]`.

    Returns:
        Log weights `[H, tiles, groups, S]`, fp32; -inf where a group sees nothing of the span.
    """
    repeats = len(inputs.query) // len(means)
    scores = inputs.scale * torch.einsum(
        "htgd,hsd->htgs", rows.means, means.repeat_interleave(repeats, 0)
    )
    if inputs.bias is not None:
        centre = (geometry.offsets[1:] + geometry.offsets[:-1]) // 2
        at = inputs.bias[:, rows.middle].float()
        scores = scores + at[..., centre.clamp(max=at.shape[-1] - 1)]
    scores += geometry.counts.log()
    if inputs.causal:
        scores.masked_fill_(geometry.offsets[:-1] > rows.last[..., None], -torch.inf)
    return scores


def second_look(
    inputs: Inputs, geometry: Geometry, rows: Rows, looks: Tensor, reference: Tensor
) -> Tensor:
    """Adds up real weights of the sampled queries over the spans in question.

    Args:
        inputs: Some heads of a row.
        geometry: Tiles against spans.
        rows: The sampled queries.
        looks: bool `[H, tiles, S]`.
        reference: What weights are relative to, in logs: `[H, tiles, groups]`.

    Returns:
        Weights `[H, tiles, samples, S]`, fp32; 0 outside `looks`.
    """
    heads, n_query, _ = inputs.query.shape
    n_key = inputs.key.shape[1]
    token_looks = _by_token(looks, geometry, n_key, inputs.key_mask)
    most = int(token_looks.sum(-1).max())
    token = token_looks.int().argsort(dim=-1, descending=True, stable=True)[..., :most].contiguous()
    wanted = token_looks.gather(-1, token)
    head = torch.arange(heads, device=token.device)
    keys = inputs.key[(head // (heads // len(inputs.key)))[:, None, None], token].float()
    queries = inputs.query[:, rows.sampled].float()
    scores = inputs.scale * torch.einsum("htsd,htkd->htsk", queries, keys)
    if inputs.bias is not None:
        owner = (head % len(inputs.bias))[:, None, None, None]
        scores += inputs.bias[owner, rows.sampled[None, :, :, None], token[:, :, None]].float()
    hidden = ~wanted[:, :, None]
    if inputs.causal:
        position = rows.sampled + n_key - n_query
        hidden = hidden | (token[:, :, None] > position[None, :, :, None])
    per_group = rows.sampled.shape[1] // reference.shape[2]
    scores -= reference.repeat_interleave(per_group, -1)[..., None]
    weights = scores.div_(LN2).clamp_(max=HIGHEST).exp2_().masked_fill_(hidden, 0.0)
    span = torch.searchsorted(geometry.offsets[1:], token, right=True).clamp(
        max=looks.shape[-1] - 1
    )
    sums = weights.new_zeros(*weights.shape[:3], looks.shape[-1])
    return sums.scatter_add_(-1, span[:, :, None].expand_as(weights), weights)


def probabilities(
    first: Tensor, closed: Tensor, measured: Tensor | None, looks: Tensor | None
) -> Tensor:
    """Normalises the looks together and averages over the tile.

    Args:
        first: Weights of the first look `[H, tiles, groups, S]`.
        closed: Weight of what was not looked at `[H, tiles, groups]`.
        measured: Weights of the second `[H, tiles, samples, S]`, or None.
        looks: Where the second look replaces the first, bool `[H, tiles, S]`, or None.

    Returns:
        Probabilities `[H, tiles, S]`, fp32; with what is closed they sum to 1 over the visible
        spans of a tile.
    """
    if measured is None or looks is None:
        totals = first.sum(-1, keepdim=True) + closed[..., None]
        return (first / totals).nan_to_num_(0.0).mean(2)
    rest = first.masked_fill(looks[:, :, None], 0.0)
    per_group = measured.shape[2] // first.shape[2]
    totals = measured.sum(-1) + (rest.sum(-1) + closed).repeat_interleave(per_group, -1)
    inverse = (1 / totals).nan_to_num_(0.0, 0.0, 0.0) / measured.shape[2]
    grouped = inverse.unflatten(-1, (-1, per_group)).sum(-1)
    outside = torch.einsum("htgs,htg->hts", rest, grouped)
    return outside + torch.einsum("htms,htm->hts", measured, inverse)


def _by_token(looks: Tensor, geometry: Geometry, n_key: int, key_mask: Tensor | None) -> Tensor:
    positions = torch.arange(n_key, device=looks.device)
    spans = looks.shape[-1]
    span = torch.searchsorted(geometry.offsets[1:], positions, right=True).clamp(max=spans - 1)
    inside = (positions >= geometry.offsets[0]) & (positions < geometry.offsets[-1])
    if key_mask is not None:
        inside &= key_mask
    return looks[..., span] & inside
