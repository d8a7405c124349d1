"""Running totals of an attention module: what they say, and that they do not grow."""

from __future__ import annotations

import pickle

import pytest
import torch

from secateur.core.attention import AttentionReport
from secateur.core.config import DapConfig
from secateur.core.statistics import ModuleState

FULL = AttentionReport(1.0, 1.0, 0.0, 0.0, 8.0, pruned=False)


def pruned(density: float, mass: float, recovered: float) -> AttentionReport:
    return AttentionReport(density, torch.tensor(mass), recovered, 2.0, 4.0, pruned=True)


@pytest.fixture
def state() -> ModuleState:
    return ModuleState("layer", DapConfig())


def test_means_are_over_pruned_calls_and_times_over_all(state: ModuleState) -> None:
    for report in (FULL, pruned(0.2, 0.75, 0.0), FULL, pruned(0.4, 0.25, 0.5)):
        state.record(report)
    assert state.summary() == {
        "calls": 4, "pruned_calls": 2, "density": pytest.approx(0.3), "kept_mass": 0.5,
        "recovered_share": 0.25, "selection_ms": 4.0, "attention_ms": 24.0,
    }  # fmt: skip


@pytest.mark.parametrize("report", [FULL, pruned(0.5, 0.5, 0.0)], ids=["full", "pruned"])
def test_what_is_read_again_counts_with_its_call(
    state: ModuleState, report: AttentionReport
) -> None:
    state.record(report)
    state.record_again(0.25, 3.0)
    found = state.summary()
    assert found["calls"] == 1
    assert found["density"] == (0.75 if report.pruned else 1.0)
    assert found["recovered_share"] == (0.25 if report.pruned else 0.0)
    assert found["attention_ms"] == report.attention_ms + 3.0


def test_totals_take_no_more_memory_with_more_calls(state: ModuleState) -> None:
    sizes = []
    for _ in range(2):
        for _ in range(100):
            state.record(pruned(0.5, 0.5, 0.0))
        sizes.append(len(pickle.dumps(state)))
    assert sizes[1] <= sizes[0]


def test_a_reset_leaves_the_settings(state: ModuleState) -> None:
    state.record(pruned(0.5, 0.5, 0.0))
    state.reset()
    assert state.summary() == ModuleState("layer", DapConfig()).summary()
