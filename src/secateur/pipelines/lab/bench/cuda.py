"""`secateur bench attention --device cuda`: the Triton kernels against torch's on the same card.

Every row has both sides, measured in one run, interleaved, with CUDA events and a cold L2 cache.
Without a card every row is there too, and says "not measured".
"""

from __future__ import annotations

import math
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
from secateur.kernels.ops import attention, triton_missing
from secateur.pipelines.lab.bench.drawn import draw_lists
from secateur.pipelines.lab.bench.flex import compiled_flex

DEVICE = "cuda"
RIVALS = ("flash", "cudnn", "flex_attention")
LENGTHS = (4096, 8192, 16384, 32768, 65536, 131072)
DENSITIES = (1.0, 0.5, 0.25, 0.1, 0.05)
EXACT_TARGET = 0.8
"""Share of flash attention's speed that exact mode is to reach."""

CAPTURED_TARGETS = {4096: 1.7, 32768: 5.0, 131072: 12.0}
"""Times flash attention's speed that calibrated pruning is to reach, by number of tokens."""

# More than the L2 cache of any supported card.
_FLUSH_BYTES = 256 << 20

BACKENDS = {"flash": SDPBackend.FLASH_ATTENTION, "cudnn": SDPBackend.CUDNN_ATTENTION}
"""Rivals that attend to all keys."""

Call = Callable[[], Any]
Times = dict[tuple[str, float | None], float]


def unavailable() -> str:
    """Says why nothing can be measured here, or nothing where it can."""
    return triton_missing() if torch.cuda.is_available() else "no CUDA device"


def unmeasured(
    rows: list[dict[str, Any]], reason: str, arguments: str = ""
) -> list[dict[str, Any]]:
    """Says of each row that it was not measured, why, and how to do it.

    Args:
        rows: What would have been measured.
        reason: Why not.
        arguments: What the command that measures them has beside the device.

    Returns:
        The rows.
    """
    how = (
        "on a machine with an NVIDIA GPU: pip install 'secateur[gpu]' and run "
        f"secateur bench attention --device cuda{arguments}"
    )
    status = {"device": DEVICE, "status": "not measured", "reason": reason, "how": how}
    return [row | status for row in rows]


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
        One row for each length, density and rival.
    """
    settings: list[dict[str, Any]] = [
        {
            "n": length, "heads": heads, "kv_heads": heads, "head_dim": head_dim,
            "dtype": str(dtype).removeprefix("torch."), "causal": False, "lists": "random",
        }
        for length in lengths
    ]  # fmt: skip
    if reason := unavailable():
        return unmeasured(
            [
                facts | {"density": density, "rival": rival, "target": target(rival, density)}
                for facts in settings
                for density in densities
                for rival in rivals
            ],
            reason,
        )
    rows = []
    for facts in settings:
        draw = torch.Generator(DEVICE).manual_seed(facts["n"])
        shape = (3, 1, heads, facts["n"], head_dim)
        inputs = torch.randn(shape, generator=draw, device=DEVICE).to(dtype).unbind()
        times = best_times(_random_calls(inputs, densities, rivals), repeats)
        rows += rows_of(times, densities, facts | machine())
    return rows


def target(rival: str, density: float | None, captured: int = 0) -> float | None:
    """Gives the ratio that a row is to reach, None where none is set.

    Args:
        rival: Whose speed counts; targets are set against flash attention.
        density: Kept share.
        captured: Tokens of a captured row; 0 for random lists.
    """
    if rival != "flash":
        return None
    if captured:
        return CAPTURED_TARGETS.get(captured)
    return EXACT_TARGET if density == 1 else None


def machine() -> dict[str, str]:
    """Names the card and torch's version, for rows."""
    return {"device": torch.cuda.get_device_name(), "torch": torch.__version__}


def _random_calls(
    inputs: Sequence[Tensor], densities: Sequence[float], rivals: Sequence[str]
) -> dict[tuple[str, float | None], Call]:
    query, key, value = inputs
    heads, length = query.shape[1:3]
    calls: dict[tuple[str, float | None], Call] = {
        ("selection", None): partial(select, query, key, causal=False)
    }
    for density in densities:
        kept = None if density == 1 else draw_lists(heads, length, 1 - density).to(DEVICE)
        calls["triton", density] = partial(attention, query, key, value, kept, backend="triton")
        if "flex_attention" in rivals:
            calls["flex_attention", density] = compiled_flex(query, key, value, kept)
    for name in rivals:
        if name in BACKENDS:
            calls[name, None] = partial(with_backend, name, query, key, value, causal=False)
    return calls


def rows_of(
    times: Times,
    densities: Sequence[float],
    facts: dict[str, Any],
) -> list[dict[str, Any]]:
    """Pairs our times with each rival's.

    Args:
        times: Milliseconds by name and density; None where the density is no matter.
        densities: Kept shares.
        facts: What all rows say; `n`, `heads`, `head_dim`, `causal` and `lists` among it.

    Returns:
        Rows as in the design's machine-readable results, with `tflops`: the operations of dense
        attention over the time with selection, effective and not executed ones; and with the
        `target` of `ratio_with_selection`, where there is one, and whether it was `met`.
    """
    dense = 4 * facts["heads"] * facts["n"] ** 2 * facts["head_dim"] / (2 if facts["causal"] else 1)
    captured = facts["n"] if facts["lists"] == "captured" else 0
    rows = []
    for density in densities:
        ours = times["triton", density]
        # Exact mode selects nothing; a selection that kept all was made nevertheless.
        selection = 0.0 if density == 1 and not captured else times["selection", None]
        for (rival, only), theirs in times.items():
            if rival in ("triton", "selection") or only not in (None, density):
                continue
            ratio, wanted = theirs / (ours + selection), target(rival, density, captured)
            pair = facts | {"density": density, "rival": rival, "target": wanted}
            if math.isnan(theirs):
                reason = "this card or build of torch does not run the rival"
                rows.append(pair | {"status": "not measured", "reason": reason})
                continue
            rows.append(
                pair
                | {
                    "status": "measured",
                    "sparsity": round(1 - density, 4),
                    "ms_rival": round(theirs, 4),
                    "ms_triton": round(ours, 4),
                    "ms_selection": round(selection, 4),
                    "ratio": round(theirs / ours, 3),
                    "ratio_with_selection": round(ratio, 3),
                    "met": None if wanted is None else ratio >= wanted,
                    "tflops": round(dense / (ours + selection) / 1e9, 1),
                    "tflops_rival": round(dense / theirs / 1e9, 1),
                }
            )
    return rows


def best_times(calls: dict[tuple[str, float | None], Call], repeats: int) -> Times:
    """Times calls by CUDA events, taking turns, each after the L2 cache has been overwritten.

    Args:
        calls: What to time.
        repeats: Turns after a warm-up.

    Returns:
        Best time of each, milliseconds; nan of a rival that this card or build of torch cannot run.
    """
    flush = torch.empty(_FLUSH_BYTES, dtype=torch.uint8, device=DEVICE)
    best: Times = {}
    with torch.no_grad():
        for name, call in calls.items():
            best[name] = math.inf
            try:
                call()
            except RuntimeError:
                if name[0] in ("triton", "selection"):
                    raise
                best[name] = math.nan
        for _ in range(repeats):
            for name in (name for name, time in best.items() if not math.isnan(time)):
                begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
                flush.zero_()
                begin.record()
                calls[name]()
                end.record()
                torch.cuda.synchronize()
                best[name] = min(best[name], begin.elapsed_time(end))
    return best


def select(query: Tensor, key: Tensor, *, causal: bool) -> Any:
    """Selects with the default settings, over spans of equal length."""
    config = DapConfig()
    spans = SpanTable.uniform(1, key.shape[2], config.span_length, key.device)
    return gpu_selection.select(query, key, spans, config, causal=causal)


def with_backend(name: str, query: Tensor, key: Tensor, value: Tensor, *, causal: bool) -> Tensor:
    """Runs torch's attention by one of `BACKENDS`."""
    with sdpa_kernel(BACKENDS[name]):
        return scaled_dot_product_attention(query, key, value, is_causal=causal)
