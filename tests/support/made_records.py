"""Records as a run would make them, with times that are made up."""

from __future__ import annotations

from typing import Any

from records import Record

MACHINE: dict[str, str | int] = {
    "cpu": "Some CPU (family 1, model 2)",
    "cores": 2,
    "isa": "avx512",
    "threads": 2,
}

_FACTS: dict[str, Any] = {
    "machine": MACHINE, "versions": {"torch": "2"}, "commit": "abc", "command": "python x",
    "date": "2026-01-01",
}  # fmt: skip


def timed(method: str, *samples: float, figure: str = "layer", **setting: Any) -> Record:
    """A record of times in milliseconds; processor time is twice as much."""
    setting = {"n": 8192, "heads": 12, "head_dim": 64, "dtype": "float32", "threads": 2, **setting}
    suite = {"layer": "layer", "call": "calls", "report": "documents"}[figure]
    return Record(
        suite, figure, method, "time", "ms", setting, samples, tuple(2 * s for s in samples),
        **_FACTS,
    )  # fmt: skip


def valued(metric: str, value: float, method: str = "dap", **fields: Any) -> Record:
    """A record of a value that another machine should find too."""
    setting = {"n": 2048, "value": 1.0, "threads": 2}
    found = {"suite": "error", "figure": "rule", "setting": setting, "samples": (value,)}
    return Record(
        method=method, metric=metric, unit="", portable=True, **{**found, **_FACTS, **fields}
    )


def layer_run(native_ms: float = 50.0) -> list[Record]:
    """Torch and the kernel at 8,192 tokens, exact and 90 % sparse."""
    return [
        timed("sdpa", 1000.0, 1100.0, 1050.0),
        timed("native", 400.0, 440.0, 410.0, sparsity=0.0),
        timed("native", native_ms, native_ms * 1.1, native_ms * 1.2, sparsity=0.9),
    ]
