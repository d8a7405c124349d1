"""FlexAttention over key lists: torch's own block-sparse attention, as a rival in benchmarks."""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.attention.flex_attention import BlockMask, flex_attention

from secateur.kernels.lists import KeyLists

_BLOCK = 128
"""Queries and keys of a block: what flex_attention takes unless told otherwise."""


def block_mask(lists: KeyLists, heads: int, n_tokens: int) -> BlockMask:
    """Writes lists for FlexAttention: which blocks are whole, which in part, and bits for those.

    A head at a time, so that 131,072 tokens fit where the dense mask of all would not.

    Args:
        lists: Kept keys for batch 1, of a tile that divides a block of 128 queries.
        heads: Number of query heads.
        n_tokens: Queries and keys.

    Returns:
        The mask, on the lists' device.
    """
    tile, tiles = lists.tile, -(-n_tokens // lists.tile)
    by_head = [_head(lists, head, tiles, n_tokens) for head in range(heads)]
    bits, whole, touched = (torch.stack(parts) for parts in zip(*by_head, strict=True))

    def kept(batch: Tensor, head: Tensor, query: Tensor, key: Tensor) -> Tensor:
        byte = bits[head, query // tile, key // 8].to(torch.int32)
        return (byte >> (key % 8)) & 1 == 1

    return BlockMask.from_kv_blocks(
        *_indices(touched & ~whole),
        *_indices(whole),
        BLOCK_SIZE=_BLOCK,
        mask_mod=kept,
        seq_lengths=(n_tokens, n_tokens),
    )


def compiled_flex(
    query: Tensor, key: Tensor, value: Tensor, lists: KeyLists | None
) -> Callable[[], Tensor]:
    """Compiles FlexAttention; the mask is built outside what the call times.

    Args:
        query: `[1, H, N, D]`.
        key: `[1, H, N, D]`.
        value: `[1, H, N, D]`.
        lists: Kept keys; None keeps all.

    Returns:
        The call. The first one compiles.
    """
    mask = None if lists is None else block_mask(lists, query.shape[1], query.shape[2])
    compiled = torch.compile(flex_attention, dynamic=False)
    return functools.partial(compiled, query, key, value, block_mask=mask)


def _head(lists: KeyLists, head: int, tiles: int, n_tokens: int) -> tuple[Tensor, Tensor, Tensor]:
    """Bits of one head's mask uint8 `[tiles, keys / 8]`; blocks kept whole, and kept at all."""
    offsets = lists.offsets[head * tiles : (head + 1) * tiles + 1]
    runs = slice(int(offsets[0]), int(offsets[-1]))
    # One row a tile, as if tiles were single queries.
    own = KeyLists(offsets - offsets[0], lists.starts[runs], lists.ends[runs], tile=1, check=False)
    kept = own.mask(1, 1, tiles, n_tokens)[0, 0]
    a_block = _BLOCK // lists.tile
    kept = F.pad(kept, (0, -n_tokens % _BLOCK, 0, -tiles % a_block))
    weights = 1 << torch.arange(8, dtype=torch.uint8, device=kept.device)
    bits = (kept.unflatten(1, (-1, 8)) * weights).sum(-1, dtype=torch.uint8)
    blocks = kept.unflatten(1, (-1, _BLOCK)).unflatten(0, (-1, a_block))
    return bits, blocks.all(3).all(1), blocks.any(3).any(1)


def _indices(blocks: Tensor) -> tuple[Tensor, Tensor]:
    """How many key blocks each query block has, and which, those first."""
    order = blocks.int().argsort(dim=-1, descending=True, stable=True)
    return blocks.sum(-1, dtype=torch.int32)[None], order.int()[None]
