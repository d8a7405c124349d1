"""Whole DAP calls on queries and keys of a real document: selection, recovery and attention apart.

Queries, keys and values are those of three layers of the 135M decoder reading the sample report.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from measured import REPORT
from records import Record, Recorder, Setting

from secateur.core import hf
from secateur.core.config import DapConfig
from secateur.core.selection import select
from secateur.core.spans import SpanTable
from secateur.kernels.ops import attention
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.bench.captured import Captured, benchmark_captured, capture
from secateur.pipelines.lab.bench.timing import Times, time_calls

_DTYPES = (torch.float32, torch.bfloat16)


def measure_calls(recorder: Recorder, *, quick: bool) -> Iterator[Record]:
    """Measures the suite; a quick run takes one length and one sparsity, without recovery."""
    settings: list[tuple[int, tuple[float, ...], int]] = [(8192, (0.8, 0.9, 0.95), 3)]
    if quick:
        settings = [(2048, (0.9,), 5)]
    else:
        settings += [(n, (0.9,), 5) for n in (1024, 2048, 4096)]
    for n, sparsities, repeats in settings:
        for row in benchmark_captured(REPORT, [n], _DTYPES, sparsities, repeats=repeats):
            wanted = min(sparsities, key=lambda s, row=row: abs(s - row["sparsity"]))  # type: ignore[misc]
            setting: Setting = {
                **{name: row[name] for name in ("n", "heads", "head_dim", "dtype")},
                "sparsity": wanted,
            }
            for method in ("rival", "selection", "native"):
                times = Times(row[f"ms_{method}_all"], row[f"cpu_ms_{method}_all"])
                name = "sdpa" if method == "rival" else method
                yield recorder.time("call", name, setting, times, f"sparsity {row['sparsity']:.3f}")
    if not quick:
        yield from _recovery(recorder)


def _recovery(recorder: Recorder) -> Iterator[Record]:
    """The default threshold without recovery, as it is, and with every unsure tile recovered."""
    model, tokenizer = hf.load("smollm2-135m", "causal-lm", attention="full")
    tokens = tokenizer(read(REPORT).text, return_tensors="pt", verbose=False).input_ids[:, :8192]
    layers = capture(model, tokens)
    ways = {
        "never": DapConfig(fallback=False),
        "auto": DapConfig(),
        "floor 0.9": DapConfig(mass_floor=0.9, recovery_budget=1.0),
    }
    for name, config in ways.items():
        parts = [_time_recovery(layer, config) for layer in layers]
        setting: Setting = {"n": tokens.shape[1], "dtype": "float32", "threshold": config.threshold}  # type: ignore[dict-item]
        for part in ("selection", "native"):
            times = _mean([found[part] for _, _, found in parts])
            yield recorder.time("recovery", f"{name} {part}", setting, times)
        for number, metric in enumerate(("density", "recovered_share")):
            share = sum(found[number] for found in parts) / len(parts)  # type: ignore[misc]
            yield recorder.record(
                "recovery", name, metric, "", setting, [float(share)], portable=True
            )


def _time_recovery(layer: Captured, config: DapConfig) -> tuple[float, float, dict[str, Times]]:
    query, key, value = layer
    spans = SpanTable.uniform(1, key.shape[2], config.span_length, key.device)
    selection = select(query, key, spans, config, causal=True)
    calls = {
        "selection": lambda: select(query, key, spans, config, causal=True),
        "native": lambda: attention(
            query, key, value, selection.lists, causal=True, margin=config.margin
        ),
    }
    times = time_calls(calls, 3)
    return selection.density, selection.recovered_share, times


def _mean(times: list[Times]) -> Times:
    """Means over the layers, run by run."""
    by_run = [
        [sum(values) / len(values) for values in zip(*column, strict=True)]
        for column in zip(*((one.wall_ms, one.cpu_ms) for one in times), strict=True)
    ]
    return Times(*by_run)
