"""One attention layer: time and memory by length, density, rival and number of threads.

Random lists of sentence length; torch's attention runs without a mask. Above 32,768 tokens with
fewer heads and once, which each record's note says.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import torch
from records import Record, Recorder, Setting
from torch import Tensor

from secateur.pipelines.lab.bench.drawn import (
    RIVALS,
    Inputs,
    Lists,
    calls_on,
    draw_inputs,
    draw_lists,
)
from secateur.pipelines.lab.bench.timing import time_calls
from secateur.pipelines.lab.measure import measure

DTYPES = (torch.float32, torch.bfloat16)
SPARSITIES = (0.0, 0.8, 0.9, 0.95)
_CURVE = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
_RIVAL_SPARSITY = 0.9
_EAGER_UP_TO = 4096


def measure_layer(recorder: Recorder, *, quick: bool) -> Iterator[Record]:
    """Measures the suite; a quick run takes two lengths and no rivals that must be compiled."""
    for n in (2048, 8192) if quick else [512 << step for step in range(9)]:
        yield from _length(recorder, n, 64, SPARSITIES if n != 8192 or quick else _CURVE)
        if not quick and n in (2048, 8192):
            yield from _length(recorder, n, 32, SPARSITIES)
    if not quick:
        yield from _rivals(recorder)
        yield from _threads(recorder)
        yield from _memory(recorder)


def _length(
    recorder: Recorder, n: int, head_dim: int, sparsities: tuple[float, ...]
) -> Iterator[Record]:
    heads, repeats = _effort(n)
    lists: Lists = {s: draw_lists(heads, n, s) if s else None for s in sparsities}
    for dtype in DTYPES:
        inputs = draw_inputs(heads, n, head_dim, dtype)
        setting = _setting(inputs)
        note = f"{heads} of 12 heads, one run" if heads < 12 else "one run" if repeats == 1 else ""
        times = time_calls(calls_on(inputs, lists), repeats)
        yield recorder.time("layer", "sdpa", setting, times["sdpa", None], note)
        for sparsity in sparsities:
            own = {**setting, "sparsity": sparsity}
            yield recorder.time("layer", "native", own, times["native", sparsity], note)


def _effort(n: int) -> tuple[int, int]:
    """Heads and repeats that a length gets."""
    heads = {65_536: 2, 131_072: 1}.get(n, 12)
    return heads, 7 if n <= 4096 else 5 if n <= 8192 else 2 if n <= 16_384 else 1


def _rivals(recorder: Recorder) -> Iterator[Record]:
    """FlexAttention and gathered keys over the same lists at 8,192 tokens."""
    n, heads = 8192, 12
    lists: Lists = {_RIVAL_SPARSITY: draw_lists(heads, n, _RIVAL_SPARSITY)}
    for dtype in DTYPES:
        inputs = draw_inputs(heads, n, 64, dtype)
        setting = _setting(inputs) | {"sparsity": _RIVAL_SPARSITY}
        for (name, _), times in time_calls(calls_on(inputs, lists, RIVALS), 3).items():
            yield recorder.time("rivals", name, setting, times)


def _threads(recorder: Recorder) -> Iterator[Record]:
    """One thread beside all; those of all are measured again, so that both stand in one run."""
    most = torch.get_num_threads()
    lists: Lists = {0.0: None, 0.9: draw_lists(12, 8192, 0.9)}
    try:
        for threads in sorted({1, most}):
            torch.set_num_threads(threads)
            for dtype in DTYPES:
                inputs = draw_inputs(12, 8192, 64, dtype)
                for name, times in time_calls(_named(inputs, lists), 2).items():
                    yield recorder.time("threads", name, _setting(inputs), times)
    finally:
        torch.set_num_threads(most)


def _memory(recorder: Recorder) -> Iterator[Record]:
    """Largest memory of a call beyond what its inputs take; `eager` writes the n x n matrix."""
    for n in (512, 2048, 4096, 8192, 32_768):
        heads = 12 if n <= 8192 else 1
        inputs = draw_inputs(heads, n, 64, torch.float32)
        calls = _named(inputs, {0.0: None, 0.9: draw_lists(heads, n, 0.9)})
        if n <= _EAGER_UP_TO:
            calls["eager"] = functools.partial(_eager, *inputs)
        for name, call in calls.items():
            yield recorder.record(
                "memory", name, "peak_memory", "MiB", _setting(inputs), [taken_mib(call)],
                note="" if heads == 12 else f"{heads} of 12 heads",
            )  # fmt: skip


def taken_mib(call: Callable[[], Any]) -> float:
    """Largest memory during a call beyond what the process holds when all that is free is given up.

    Args:
        call: What to measure; it runs twice, since the first run makes what stays.

    Returns:
        MiB, its result among them.
    """
    call()
    rest = measure(lambda: None).peak_mib
    return max(measure(call).peak_mib - rest, 0.0)


def _setting(inputs: Inputs) -> Setting:
    query = inputs[0]
    _, heads, n, head_dim = query.shape
    dtype = str(query.dtype).removeprefix("torch.")
    return {"n": n, "heads": heads, "head_dim": head_dim, "dtype": dtype}


def _named(inputs: Inputs, lists: Lists) -> dict[str, Callable[[], Any]]:
    """Torch's attention and the native kernel, the latter with the share of keys left out."""
    calls = calls_on(inputs, lists).items()
    return {name if share is None else f"{name} {share}": call for (name, share), call in calls}


def _eager(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    return (query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5).softmax(-1) @ value
