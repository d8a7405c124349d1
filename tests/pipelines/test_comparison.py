"""What a comparison measures, sums up and projects."""

from __future__ import annotations

from threading import Event
from types import SimpleNamespace

import pytest

from secateur.pipelines import measure as measuring
from secateur.pipelines.comparison import _project
from secateur.pipelines.measure import measure, pruned_costs

MIB = 2**20


@pytest.mark.parametrize(
    ("points", "seconds"),
    [
        ([(1_000, 3.0), (2_000, 8.0)], 24.0),  # 2 ms a token and 1 µs a pair
        ([(1_000, 1.0), (2_000, 1.5)], 3.0),  # no speeding up with length: by the token, as last
        ([(1_000, 1.0), (2_000, 8.0)], 32.0),  # steeper than pairs: by the pair, as last
    ],
)
def test_time_is_projected_by_tokens_and_pairs(
    points: list[tuple[int, float]], seconds: float
) -> None:
    assert _project(points, 4_000) == pytest.approx(seconds)


def test_costs_of_a_pruned_run_are_summed_over_its_modules() -> None:
    pruned = {"pruned_calls": 3, "density": 0.2, "selection_ms": 100.0, "attention_ms": 400.0}
    exact = {"pruned_calls": 0, "density": 1.0, "selection_ms": 0.0, "attention_ms": 500.0}
    found = pruned_costs({"first": pruned, "second": exact})
    assert found == {"attention_s": 1.0, "selection_s": 0.1, "density": 0.2}


def test_the_peak_is_seen_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    resident, seen = 100 * MIB, Event()

    def memory_info() -> SimpleNamespace:
        now = SimpleNamespace(rss=resident)
        if now.rss > 100 * MIB:
            seen.set()
        return now

    def run() -> bool:
        nonlocal resident
        resident = 700 * MIB
        sampled = seen.wait(10)
        resident = 100 * MIB
        return sampled

    monkeypatch.setattr(
        measuring.psutil, "Process", lambda: SimpleNamespace(memory_info=memory_info)
    )
    measured = measure(run)
    assert measured.result
    assert measured.peak_mib == 700
