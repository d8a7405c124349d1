"""`secateur bench attention --device cuda --captured FILE`: calls at the calibrated density."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from secateur.core import hf
from secateur.kernels.ops import attention
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.bench import cuda as bench_cuda
from secateur.pipelines.lab.bench.captured import Captured, capture


def benchmark_captured_cuda(
    document: Path,
    lengths: Sequence[int] = tuple(bench_cuda.CAPTURED_TARGETS),
    *,
    dtype: torch.dtype = torch.bfloat16,
    model: str = "smollm2-135m",
    repeats: int = 7,
) -> list[dict[str, Any]]:
    """Times causal calls at the default threshold, on a decoder that reads the document.

    Args:
        document: A file that the ingestion reads.
        lengths: Numbers of tokens.
        dtype: Of query, key and value.
        model: A causal language model that `secateur.core.hf.load` finds.
        repeats: Interleaved runs, of which each side's best counts.

    Returns:
        One row for each length and rival, the density being the selection's own; times and
        densities are means over a few layers.

    Raises:
        UsageError: The document has fewer tokens than asked for, or the model does not load.
    """
    facts = {"dtype": str(dtype).removeprefix("torch."), "causal": True, "lists": "captured"}
    if reason := bench_cuda.unavailable():
        rows = [
            {"n": length, "head_dim": None, "density": None, "rival": rival}
            | facts
            | {"target": bench_cuda.target(rival, None, length)}
            for length in lengths
            for rival in bench_cuda.BACKENDS
        ]
        return bench_cuda.unmeasured(rows, reason, f" --captured {document}")
    device = bench_cuda.DEVICE
    with usage_errors():
        loaded, tokenizer = hf.load(
            model, "causal-lm", attention="full", dtype=dtype, device=device
        )
    tokens = tokenizer(read(document).text, return_tensors="pt").input_ids.to(device)
    rows = []
    for length in lengths:
        if tokens.shape[1] < length:
            raise UsageError(f"{document.name} has {tokens.shape[1]} tokens, not {length}")
        layers = capture(loaded, tokens[:, :length])
        densities, times = zip(*(_time_layer(layer, repeats) for layer in layers), strict=True)
        mean = {name: sum(one[name] for one in times) / len(times) for name in times[0]}
        density = sum(densities) / len(densities)
        mean["triton", density] = mean.pop(("triton", None))
        query, key, _ = layers[0]
        sizes = {"n": length, "heads": query.shape[1], "kv_heads": key.shape[1]}
        sizes["head_dim"] = query.shape[3]
        rows += bench_cuda.rows_of(mean, (density,), sizes | facts | bench_cuda.machine())
    return rows


def _time_layer(layer: Captured, repeats: int) -> tuple[float, bench_cuda.Times]:
    """Density that the default threshold keeps of a layer, and times by name."""
    query, key, value = layer
    selection = bench_cuda.select(query, key, causal=True)
    group = query.shape[1] // key.shape[1]
    # The rivals at their best: repeated heads lie ready, outside the timing.
    keys, values = (x.repeat_interleave(group, 1) for x in (key, value))
    calls: dict[tuple[str, float | None], bench_cuda.Call] = {
        ("selection", None): partial(bench_cuda.select, query, key, causal=True),
        ("triton", None): partial(
            attention, query, key, value, selection.lists, causal=True, backend="triton"
        ),
    }
    for name in bench_cuda.BACKENDS:
        rival = partial(bench_cuda.with_backend, name, query, keys, values, causal=True)
        calls[name, None] = rival
    return float(selection.density), bench_cuda.best_times(calls, repeats)
