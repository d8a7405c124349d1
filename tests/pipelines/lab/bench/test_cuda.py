"""The GPU bench: honest without a GPU, right arithmetic, and a small run where there is one."""

import json
import math

import pytest
import torch
import triton_interpreter
from kernel_backends import needs_triton
from torch.nn.attention import SDPBackend

from secateur.pipelines.cli.main import main
from secateur.pipelines.errors import UsageError
from secateur.pipelines.lab.bench import captured_cuda as bench_captured_cuda
from secateur.pipelines.lab.bench import cuda as bench_cuda


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize(
    ("words", "count", "targets"),
    [
        pytest.param([], 6 * 5 * 3 * 2, {0.8}, id="random"),
        pytest.param(["--captured", "report.html"], 6, {1.7, 5.0, 12.0}, id="captured"),
        pytest.param(["--dtypes", "fp16", "--head-dims", "64"], 90, {0.8}, id="fp16"),
    ],
)
def test_without_a_gpu_every_row_says_not_measured(capsys, words, count, targets):
    assert main(["bench", "attention", "--device", "cuda", "--json", *words]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == count
    assert {row["status"] for row in rows} == {"not measured"}
    assert not any("ratio" in name or "ms_" in name for row in rows for name in row)
    captured = words if "--captured" in words else []
    command = " ".join(["secateur bench attention --device cuda", *captured])
    assert {row["how"].partition(" and run ")[2] for row in rows} == {command}
    assert {row["target"] for row in rows if row["rival"] == "flash"} - {None} == targets
    assert all(row["target"] is None for row in rows if row["rival"] != "flash")


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_the_table_says_so(capsys):
    assert main(["bench", "attention", "--device", "cuda", "--lengths", "4096"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.endswith("not measured") for line in lines[1:-1])
    assert lines[-1].startswith("not measured: no CUDA device")


def test_rows_pair_our_times_with_each_rivals():
    facts = {"n": 1000, "heads": 2, "head_dim": 50, "causal": False, "lists": "random"}
    times = {
        ("selection", None): 1.0,
        ("triton", 1.0): 8.0,
        ("triton", 0.1): 3.0,
        ("flash", None): 10.0,
        ("flex_attention", 1.0): 9.0,
        ("flex_attention", 0.1): 6.0,
    }
    rows = bench_cuda.rows_of(times, (1.0, 0.1), facts)
    found = {(row["density"], row["rival"]): row for row in rows}
    assert len(found) == len(rows) == 4
    assert found[1.0, "flash"]["ratio_with_selection"] == 1.25
    assert found[0.1, "flash"]["ratio"] == pytest.approx(10 / 3, abs=1e-3)
    assert found[0.1, "flash"]["ratio_with_selection"] == 2.5
    assert found[0.1, "flex_attention"]["ratio_with_selection"] == 1.5
    # 4 x 2 heads x 1000^2 x 50 operations in 4 ms.
    assert found[0.1, "flash"]["tflops"] == pytest.approx(0.1)
    assert (found[1.0, "flash"]["target"], found[1.0, "flash"]["met"]) == (0.8, True)
    assert (found[0.1, "flash"]["target"], found[0.1, "flash"]["met"]) == (None, None)


def test_a_rival_that_does_not_run_has_a_row_that_says_so():
    facts = {"n": 1000, "heads": 2, "head_dim": 50, "causal": False, "lists": "random"}
    times = {("triton", 1.0): 8.0, ("flash", None): math.nan}
    (row,) = bench_cuda.rows_of(times, (1.0,), facts)
    assert row["status"] == "not measured"
    assert "does not run" in row["reason"]
    assert not any("ratio" in name or "ms_" in name for name in row)


@pytest.mark.parametrize(("ours", "met"), [(1.0, True), (3.0, False)])
def test_captured_rows_are_held_against_their_target(ours, met):
    """At 32,768 tokens 5 times flash attention is asked for, selection included."""
    facts = {"n": 32768, "heads": 1, "head_dim": 64, "causal": True, "lists": "captured"}
    times = {("selection", None): 1.0, ("triton", 0.1): ours, ("flash", None): 12.0}
    (row,) = bench_cuda.rows_of(times, (0.1,), facts)
    assert (row["target"], row["met"]) == (5.0, met)
    # Half of the pairs are visible.
    assert row["tflops_rival"] == pytest.approx(2 * 32768**2 * 64 / 0.012 / 1e12, abs=0.1)


@pytest.fixture
def simulated_card(monkeypatch):
    """The CPU in a card's place: Triton's interpreter, and calls that are made but not timed."""
    triton_interpreter.mend()

    def call_each(calls, repeats):
        return {name: float(call() is not None) for name, call in calls.items()}

    monkeypatch.setattr(bench_cuda, "DEVICE", "cpu")
    monkeypatch.setattr(bench_cuda, "BACKENDS", {"flash": SDPBackend.MATH})
    monkeypatch.setattr(bench_cuda, "unavailable", lambda: "")
    monkeypatch.setattr(bench_cuda, "machine", lambda: {"device": "simulated"})
    monkeypatch.setattr(bench_cuda, "best_times", call_each)


@needs_triton
@pytest.mark.usefixtures("simulated_card")
def test_random_rows_on_a_simulated_card():
    rows = bench_cuda.benchmark_cuda(
        (128,), (1.0, 0.3), heads=1, head_dim=16, dtype=torch.float32, rivals=("flash",)
    )
    assert [(row["density"], row["rival"], row["status"]) for row in rows] == [
        (1.0, "flash", "measured"),
        (0.3, "flash", "measured"),
    ]
    assert [row["ratio_with_selection"] for row in rows] == [1.0, 0.5]


@needs_triton
@pytest.mark.usefixtures("simulated_card")
def test_captured_rows_on_a_simulated_card(decoder, tmp_path):
    document = tmp_path / "report.txt"
    document.write_text("Net sales grew by seven percent. " * 40)
    settings = {"model": decoder, "dtype": torch.float32}
    (row,) = bench_captured_cuda.benchmark_captured_cuda(document, [128], **settings)
    assert (row["n"], row["lists"], row["causal"], row["rival"]) == (128, "captured", True, "flash")
    assert 0 < row["density"] <= 1
    assert row["ratio_with_selection"] == 0.5
    with pytest.raises(UsageError, match=r"report\.txt has \d+ tokens, not 9000"):
        bench_captured_cuda.benchmark_captured_cuda(document, [9000], **settings)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_measures_on_a_gpu():
    rows = bench_cuda.benchmark_cuda((4096,), (1.0, 0.1), rivals=("flash",), repeats=2)
    assert {row["status"] for row in rows} == {"measured"}
    assert all(row["ratio_with_selection"] > 0 for row in rows)
