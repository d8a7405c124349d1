"""Which spans each query tile can see, and how many (query, key) pairs they share."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Geometry:
    """Tiles against spans for one row of a batch.

    Attributes:
        offsets: Span boundaries `[S + 1]`, int64.
        counts: Unmasked tokens of each span `[S]`, fp32.
        live: Queries that are no padding `[tiles, tile]`, bool.
        first: Lowest key position among a tile's queries `[tiles]`, int64.
        last: Highest key position among a tile's queries `[tiles]`, int64.
        pairs: Visible (query, key) pairs between tile and span `[tiles, S]`, fp32.
    """

    offsets: Tensor
    counts: Tensor
    live: Tensor
    first: Tensor
    last: Tensor
    pairs: Tensor

    def tiles(self, block: slice) -> Geometry:
        """Returns some of the tiles."""
        own = (self.live[block], self.first[block], self.last[block], self.pairs[block])
        return Geometry(self.offsets, self.counts, *own)

    @property
    def visible(self) -> Tensor:
        """Whether the tile sees a token of the span: bool `[tiles, S]`."""
        return self.pairs > 0


def build(
    offsets: Tensor, n_query: int, n_key: int, tile: int, key_mask: Tensor | None, causal: bool
) -> Geometry:
    """Lays tiles against spans.

    Args:
        offsets: Span boundaries of the row `[S + 1]`.
        n_query: Query rows.
        n_key: Key rows.
        tile: Queries in a tile.
        key_mask: bool `[n_key]`, True where the key may be read. In self-attention
            (`n_query == n_key`) a masked token is padding as a query too.
        causal: Query i, at key position `i + n_key - n_query`, sees keys up to its own.

    Returns:
        The geometry, on the device of `offsets`.
    """
    device = offsets.device
    offsets = offsets.long()
    tiles = -(-n_query // tile)
    mask = torch.ones(n_key, dtype=torch.bool, device=device) if key_mask is None else key_mask
    live = torch.zeros(tiles * tile, dtype=torch.bool, device=device)
    live[:n_query] = mask if n_query == n_key else True
    live = live.view(tiles, tile)
    first = torch.arange(tiles, device=device) * tile + n_key - n_query
    last = (first + tile).clamp(max=n_key) - 1
    before = torch.cat([torch.zeros(1, device=device, dtype=torch.long), mask.long().cumsum(0)])
    counts = before[offsets[1:]] - before[offsets[:-1]]
    rows = live.sum(1)
    if not causal:
        pairs = rows[:, None] * counts[None]
    else:
        pairs = _causal_pairs(offsets, before, live, first, n_key)
    return Geometry(offsets, counts.float(), live, first, last, pairs.float())


def _causal_pairs(
    offsets: Tensor, before: Tensor, live: Tensor, first: Tensor, n_key: int
) -> Tensor:
    """Counts pairs exactly: whole spans where they lie before the tile, row by row where not."""
    tile = live.shape[1]
    positions = first[:, None] + torch.arange(tile, device=live.device)
    reach = torch.where(live, before[(positions + 1).clamp(0, n_key)], 0)
    # Sum over queries of min(keys up to the query, keys up to the boundary), boundary by boundary:
    # queries at or past the boundary reach all keys before it, earlier ones only their own.
    ordered = reach.sort(dim=1).values
    sums = torch.nn.functional.pad(ordered.cumsum(1), (1, 0))
    boundary = before[offsets].expand(len(reach), -1).contiguous()
    under = torch.searchsorted(ordered, boundary)
    total = sums.gather(1, under) + (tile - under) * boundary
    return total.diff(dim=1)
