"""`secateur bench attention --device cuda`: the Triton kernels against torch's on the same card.

Every row has both sides, measured in one run, interleaved, with CUDA events and a cold L2 cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention

from secateur.core import gpu_selection
from secateur.core.config import DapConfig
from secateur.core.spans import SpanTable
from secateur.kernels.benchmark import draw_lists
from secateur.kernels.lists import KeyLists
from secateur.kernels.ops import attention, triton_missing

RIVALS = ("flash", "cudnn", "flex_attention")
LENGTHS = (4096, 8192, 16384, 32768, 65536, 131072)
DENSITIES = (1.0, 0.5, 0.25, 0.1, 0.05)
# FlexAttention's mask is made from a table of heads x tiles x keys; beyond this it takes gigabytes.
_LONGEST_FLEX = 32768
# More than the L2 cache of any supported card.
_FLUSH_BYTES = 256 << 20

Call = Callable[[], Any]


def unmeasured(reason: str) -> list[dict[str, Any]]:
    """Says that nothing was measured, why, and how to do it.

    Args:
        reason: Why not.

    Returns:
        The one row.
    """
    return [
        {
            "device": "cuda",
            "status": "not measured",
            "reason": reason,
            "how": "on a machine with an NVIDIA GPU: pip install 'secateur[gpu]' and run "
            "secateur bench attention --device cuda",
        }
    ]


def benchmark_cuda(
    lengths: Sequence[int] = LENGTHS,
    densities: Sequence[float] = DENSITIES,
    *,
    heads: int = 12,
    head_dim: int = 64,
    dtype: torch.dtype = torch.bfloat16,
    rivals: Sequence[str] = RIVALS,
    repeats: int = 7,
) -> list[dict[str, Any]]:
    """Times exact mode and random lists of spans of sentence length, not causal, batch 1.

    Args:
        lengths: Numbers of tokens.
        densities: Kept shares; 1 is exact mode, without lists and selection.
        heads: Heads of queries and keys.
        head_dim: Size of a head.
        dtype: Of query, key and value.
        rivals: Of `RIVALS`; flash and cudnn attend to all keys, flex_attention reads the same
            lists.
        repeats: Interleaved runs, of which each side's best counts.

    Returns:
        One row for each length, density and rival; without a GPU one that says "not measured".
    """
    if not torch.cuda.is_available():
        return unmeasured("no CUDA device")
    if missing := triton_missing():
        return unmeasured(missing)
    rows = []
    for length in lengths:
        draw = torch.Generator("cuda").manual_seed(length)
        shape = (3, 1, heads, length, head_dim)
        inputs = torch.randn(shape, generator=draw, device="cuda").to(dtype).unbind()
        rows += _time_length(inputs, densities, rivals, repeats)
    return rows


def _time_length(
    inputs: Sequence[Tensor], densities: Sequence[float], rivals: Sequence[str], repeats: int
) -> list[dict[str, Any]]:
    query, key, value = inputs
    heads, length = query.shape[1:3]
    lists = {d: None if d == 1 else draw_lists(heads, length, 1 - d).to("cuda") for d in densities}
    calls: dict[tuple[str, float | None], Call] = {("selection", None): _selection(query, key)}
    for density, kept in lists.items():
        ours = partial(attention, query, key, value, kept, backend="triton")
        calls["triton", density] = ours
        if "flex_attention" in rivals and length <= _LONGEST_FLEX:
            calls["flex_attention", density] = _flex(query, key, value, kept)
    backends = {"flash": SDPBackend.FLASH_ATTENTION, "cudnn": SDPBackend.CUDNN_ATTENTION}
    for name in rivals:
        if name in backends:
            calls[name, None] = partial(_with_backend, backends[name], query, key, value)
    times = best_times(calls, repeats)
    facts = {
        "device": torch.cuda.get_device_name(),
        "n": length,
        "heads": heads,
        "kv_heads": key.shape[1],
        "head_dim": query.shape[-1],
        "dtype": str(query.dtype).removeprefix("torch."),
        "causal": False,
        "lists": "random",
        "torch": torch.__version__,
    }
    return rows_of(times, densities, facts)


def rows_of(
    times: dict[tuple[str, float | None], float],
    densities: Sequence[float],
    facts: dict[str, Any],
) -> list[dict[str, Any]]:
    """Pairs our times with each rival's.

    Args:
        times: Milliseconds by name and density; None where the density is no matter.
        densities: Kept shares.
        facts: What all rows say; `heads`, `n` and `head_dim` among it.

    Returns:
        Rows as in the design's machine-readable results, with `tflops`: the operations of dense
        attention over the time with selection, effective and not executed ones.
    """
    dense = 4 * facts["heads"] * facts["n"] ** 2 * facts["head_dim"]
    rows = []
    for density in densities:
        ours = times["triton", density]
        selection = 0.0 if density == 1 else times["selection", None]
        for (rival, only), theirs in times.items():
            if rival in ("triton", "selection") or only not in (None, density):
                continue
            rows.append(
                facts
                | {
                    "status": "measured",
                    "density": density,
                    "sparsity": round(1 - density, 4),
                    "rival": rival,
                    "ms_rival": round(theirs, 4),
                    "ms_triton": round(ours, 4),
                    "ms_selection": round(selection, 4),
                    "ratio": round(theirs / ours, 3),
                    "ratio_with_selection": round(theirs / (ours + selection), 3),
                    "tflops": round(dense / (ours + selection) / 1e9, 1),
                    "tflops_rival": round(dense / theirs / 1e9, 1),
                }
            )
    return rows


def best_times(
    calls: dict[tuple[str, float | None], Call], repeats: int
) -> dict[tuple[str, float | None], float]:
    """Times calls by CUDA events, taking turns, each after the L2 cache has been overwritten.

    Args:
        calls: What to time; one that this card or build of torch cannot run is left out.
        repeats: Turns after a warm-up.

    Returns:
        Best time of each, milliseconds.
    """
    flush = torch.empty(_FLUSH_BYTES, dtype=torch.uint8, device="cuda")
    best = {}
    with torch.no_grad():
        for name, call in calls.items():
            try:
                call()
                best[name] = float("inf")
            except RuntimeError:
                if name[0] in ("triton", "selection"):
                    raise
        for _ in range(repeats):
            for name in best:
                begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
                flush.zero_()
                begin.record()
                calls[name]()
                end.record()
                torch.cuda.synchronize()
                best[name] = min(best[name], begin.elapsed_time(end))
    return best


def _selection(query: Tensor, key: Tensor) -> Call:
    spans = SpanTable.uniform(1, key.shape[2], DapConfig().span_length, key.device)
    return partial(gpu_selection.select, query, key, spans, DapConfig())


def _with_backend(backend: SDPBackend, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    with sdpa_kernel(backend):
        return scaled_dot_product_attention(query, key, value)


def _flex(query: Tensor, key: Tensor, value: Tensor, lists: KeyLists | None) -> Call:
    """Compiles flex_attention over the lists; the block mask is built outside the timing."""
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention

    compiled = torch.compile(flex_attention, dynamic=False)
    mask = None
    if lists is not None:
        heads, length = query.shape[1:3]
        tile = lists.tile
        # One row a tile, as if tiles were single queries.
        by_tile = KeyLists(lists.offsets, lists.starts, lists.ends, tile=1, check=False)
        kept = by_tile.mask(1, heads, -(-length // tile), length)[0]
        mask = create_block_mask(
            lambda b, h, q, k: kept[h, q // tile, k], 1, heads, length, length, device="cuda"
        )
    return partial(compiled, query, key, value, block_mask=mask)
