"""Random attention problems for the kernel tests."""

from __future__ import annotations

import torch
from torch import Tensor

from secateur.kernels.lists import KeyLists


def random_lists(
    batch: int,
    heads: int,
    n_queries: int,
    n_keys: int,
    density: float,
    seed: int = 0,
    longest: int = 64,
) -> KeyLists:
    """Draw spans of 1 to ``longest`` keys and keep each for a tile with the given chance."""
    draw = torch.Generator().manual_seed(seed)
    starts: list[int] = []
    ends: list[int] = []
    offsets = [0]
    for _ in range(batch * heads * -(-n_queries // 64)):
        position = 0
        runs = []
        while position < n_keys:
            length = int(torch.randint(1, longest + 1, (), generator=draw))
            end = min(position + length, n_keys)
            if float(torch.rand((), generator=draw)) < density:
                runs.append((position, end))
            position = end
        for index in torch.randperm(len(runs), generator=draw).tolist():
            starts.append(runs[index][0])
            ends.append(runs[index][1])
        offsets.append(len(starts))
    return KeyLists(
        torch.tensor(offsets, dtype=torch.int64),
        torch.tensor(starts, dtype=torch.int32),
        torch.tensor(ends, dtype=torch.int32),
    )


def random_qkv(
    batch: int = 1,
    heads: int = 2,
    kv_heads: int = 2,
    n_queries: int = 100,
    n_keys: int = 100,
    head_dim: int = 16,
    dtype: torch.dtype = torch.float32,
    seed: int = 0,
) -> tuple[Tensor, Tensor, Tensor]:
    """Draw normal query, key and value."""
    draw = torch.Generator().manual_seed(seed)
    shapes = [(batch, heads, n_queries, head_dim)] + [(batch, kv_heads, n_keys, head_dim)] * 2
    query, key, value = (torch.randn(s, generator=draw).to(dtype) for s in shapes)
    return query, key, value
