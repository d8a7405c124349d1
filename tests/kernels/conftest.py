"""Random attention problems; uninitialised memory holds NaN throughout these tests."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator

import pytest
import torch
import triton_interpreter
from torch import Tensor

from secateur.kernels.lists import KeyLists


@pytest.fixture(autouse=True)
def nan_filled_memory() -> Iterator[None]:
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)


@pytest.fixture(scope="session", autouse=True)
def mended_interpreter() -> None:
    triton_interpreter.mend()


@functools.cache
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
    draw = random.Random(seed)
    starts: list[int] = []
    ends: list[int] = []
    offsets = [0]
    for _ in range(batch * heads * -(-n_queries // 64)):
        position = 0
        runs = []
        while position < n_keys:
            end = min(position + draw.randint(1, longest), n_keys)
            if draw.random() < density:
                runs.append((position, end))
            position = end
        draw.shuffle(runs)
        starts += [start for start, _ in runs]
        ends += [end for _, end in runs]
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


@pytest.fixture(scope="session")
def make_lists() -> Callable[..., KeyLists]:
    return random_lists


@pytest.fixture(scope="session")
def make_qkv() -> Callable[..., tuple[Tensor, Tensor, Tensor]]:
    return random_qkv
