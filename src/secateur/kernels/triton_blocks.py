"""How the Triton kernels cut their work: query tiles, blocks of keys, warps and stages.

`scripts/compile_gpu.py` compiles every choice named here for each supported card, and fails on
register spills or on more shared memory than the card has.
"""

from __future__ import annotations

from typing import Any

import torch
import triton
from torch import Tensor


def most_rows(head_dim: int, dtype: torch.dtype) -> int:
    """The most query rows of a program: what fits registers and shared memory of every card.

    Args:
        head_dim: Size of a head.
        dtype: Of query, key and value.

    Returns:
        32, 64 or 128.
    """
    if dtype == torch.float32:
        return 64 if head_dim <= 64 else 32
    return 128 if head_dim <= 128 else 64


def query_block(n_rows: int, query: Tensor) -> int:
    """Rows of a program: as many as keep the tensor cores busy and fit.

    Args:
        n_rows: Query rows that share keys.
        query: Whose dtype and head_dim count.

    Returns:
        A power of two, 16 to 128.
    """
    return min(most_rows(query.shape[-1], query.dtype), max(16, triton.next_power_of_2(n_rows)))


def forward_blocks(
    head_dim: int, rows: int, dtype: torch.dtype, has_lists: bool, card: int
) -> tuple[triton.Config, ...]:
    """Choices for one forward launch, of which the tuner keeps the fastest on the card at hand.

    Walking lists takes registers: but for Hopper, and there not with 128 rows of head_dim 128,
    blocks of 64 keys would spill.

    Args:
        head_dim: Size of a head.
        rows: Query rows of a program.
        dtype: Of query, key and value.
        has_lists: Whether keys come by lists.
        card: Major compute capability; 0 where there is no card.

    Returns:
        At most three configurations, the one to take untuned first.
    """
    if dtype == torch.float32:
        return (_config(32 if head_dim <= 64 else 16, 4 if head_dim <= 32 else 8, 2),)
    warps = 8 if rows >= 128 else 4
    if head_dim > 128:
        return (_config(32, 8, 2),)
    narrow = _config(32, 4 if has_lists and head_dim <= 32 else warps, 3)
    if head_dim > 64:
        wide = rows == 64 and card == 9 if has_lists else rows >= 64
        return (narrow, _config(64, 8, 2)) if wide else (narrow,)
    whole = _config(64, warps, 3)
    if has_lists:
        return (narrow, whole) if card == 9 else (narrow,)
    return (whole, _config(128, warps, 2), _config(64, warps, 4))


def backward_rows(n_rows: int, query: Tensor) -> int:
    """Query rows of a program of the backward kernel, as `query_block` for the forward one.

    Args:
        n_rows: Query rows that share keys.
        query: Whose dtype and head_dim count.

    Returns:
        A power of two, 16 to 64.
    """
    head_dim = query.shape[-1]
    if query.dtype == torch.float32:
        most = 64 if head_dim <= 64 else 16
    else:
        most = 64 if head_dim <= 128 else 32
    return min(most, query_block(n_rows, query))


def backward_blocks(head_dim: int, dtype: torch.dtype, card: int) -> triton.Config:
    """The configuration of one backward launch.

    Args:
        head_dim: Size of a head.
        dtype: Of query, key and value.
        card: Major compute capability; 0 where there is no card.

    Returns:
        The configuration.
    """
    narrow = dtype == torch.float32 or (head_dim > 64 and card == 8)
    single = dtype == torch.float32 or head_dim > 128
    return _config(16 if narrow else 32, 8, 1 if single else 2)


def card_of(tensor: Tensor) -> int:
    """Major compute capability of a tensor's device; 0 for the CPU."""
    return torch.cuda.get_device_capability(tensor.device)[0] if tensor.is_cuda else 0


def tuned(kernel: Any) -> Any:
    """Wraps the forward kernel so that its first launch of a kind times the choices.

    Results are kept on disk in Triton's cache folder.

    Args:
        kernel: The forward kernel.

    Returns:
        The kernel with its tuner.
    """
    dtypes = (torch.float32, torch.bfloat16)
    choices = {
        str(config): config
        for dtype in dtypes
        for head_dim in (32, 64, 128, 256)
        for rows in (64, 128)
        for has_lists in (False, True)
        for config in forward_blocks(head_dim, rows, dtype, has_lists, 9)
    }
    return triton.autotune(
        configs=list(choices.values()),
        key=["HEAD_DIM", "BLOCK_M", "HAS_LISTS", "HAS_RIGHT", "HAS_BIAS"],
        prune_configs_by={"early_config_prune": _fitting},
        cache_results=True,
    )(kernel)


def _fitting(
    configs: list[triton.Config], named_args: dict[str, Any], **given: Any
) -> list[triton.Config]:
    arguments = {**named_args, **given}
    sizes = arguments["HEAD_DIM"], arguments["BLOCK_M"]
    query = arguments["Q"]
    wanted = forward_blocks(*sizes, query.dtype, arguments["HAS_LISTS"], card_of(query))
    names = {str(config) for config in wanted}
    return [config for config in configs if str(config) in names]


def _config(keys: int, warps: int, stages: int) -> triton.Config:
    # Two positions BLOCK_N apart lie at most BLOCK_N runs apart; see `triton_tiles.locate`.
    blocks = {"BLOCK_N": keys, "LEVELS": keys.bit_length()}
    return triton.Config(blocks, num_warps=warps, num_stages=stages)
