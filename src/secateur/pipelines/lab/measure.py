"""Wall time, attention time and peak memory of one run."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any, ClassVar, Generic, TypeVar

import psutil
from torch import nn
from torch.nn import functional

from secateur.core import hf
from secateur.pipelines.runs.memory import give_back_memory

T = TypeVar("T")
_SAMPLE_S = 0.01
"""Seconds between two samples of the process's memory."""


@dataclass(frozen=True)
class Measured(Generic[T]):
    """A result with its cost.

    Attributes:
        result: What the run returned.
        seconds: Wall time.
        cpu_s: Processor time of all threads; means something on a busy machine too.
        torch_attention_s: Time inside torch's own scaled_dot_product_attention.
        peak_mib: Largest resident memory of the process during the run.
    """

    result: T
    seconds: float
    cpu_s: float
    torch_attention_s: float
    peak_mib: float


def measure(run: Callable[[], T]) -> Measured[T]:
    """Runs once and measures.

    What earlier runs have freed is given back first, so that it does not count as this one's
    memory.

    Args:
        run: What to measure.

    Returns:
        Its result and cost.
    """
    gc.collect()
    give_back_memory()
    with _PeakMemory() as memory, _AttentionClock() as clock:
        cpu, begin = process_time(), perf_counter()
        result = run()
        seconds, cpu_s = perf_counter() - begin, process_time() - cpu
    return Measured(result, seconds, cpu_s, clock.seconds, memory.peak_mib)


class _AttentionClock:
    """Adds up the time that its thread spends in torch's attention.

    While any clock runs, another function stands in place of torch's. A function mode would meet
    every other function too, and took a third of the time of a token that a small model writes.
    """

    _lock: ClassVar = threading.Lock()
    _running: ClassVar[list[_AttentionClock]] = []
    _attend: ClassVar[Callable[..., Any]]

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self.seconds = 0.0

    def __enter__(self) -> _AttentionClock:
        with self._lock:
            if not self._running:
                _AttentionClock._attend = functional.scaled_dot_product_attention
                functional.scaled_dot_product_attention = self._timed
            self._running.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._running.remove(self)
            if not self._running:
                functional.scaled_dot_product_attention = _AttentionClock._attend

    @classmethod
    def _timed(cls, *args: Any, **kwargs: Any) -> Any:
        begin = perf_counter()
        result = cls._attend(*args, **kwargs)
        seconds, thread = perf_counter() - begin, threading.get_ident()
        for clock in tuple(cls._running):
            if clock._thread == thread:
                clock.seconds += seconds
        return result


class _PeakMemory:
    """Samples the process's resident memory in a thread."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._process = psutil.Process()
        self._peak = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def peak_mib(self) -> float:
        """Largest sample so far."""
        return self._peak / 2**20

    def __enter__(self) -> _PeakMemory:
        self._sample()
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()
        self._sample()

    def _watch(self) -> None:
        while not self._done.wait(_SAMPLE_S):
            self._sample()

    def _sample(self) -> None:
        self._peak = max(self._peak, self._process.memory_info().rss)


def density_of(model: nn.Module) -> float | None:
    """Mean density of the modules of a model that pruned since `load`; None where none did."""
    return mean_density(hf.statistics(model))


def mean_density(modules: dict[str, dict[str, float]]) -> float | None:
    """Mean density of the modules that pruned, by `hf.statistics`; None where none did."""
    pruned = [module["density"] for module in modules.values() if module["pruned_calls"]]
    return sum(pruned) / len(pruned) if pruned else None


def pruned_costs(modules: dict[str, dict[str, float]]) -> dict[str, float]:
    """Sums up a pruned run from what `hf.statistics` says of its modules.

    Returns:
        Seconds of attention with selection, of selection alone, and the mean density of the modules
        that pruned.
    """
    density = mean_density(modules)
    selection = sum(module["selection_ms"] for module in modules.values()) / 1e3
    attention = sum(module["attention_ms"] for module in modules.values()) / 1e3
    return {
        "attention_s": round(attention + selection, 6),
        "selection_s": round(selection, 6),
        "density": 1.0 if density is None else round(density, 6),
    }
