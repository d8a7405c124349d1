"""The GPU bench: honest without a GPU, right arithmetic, and a small run where there is one."""

import json

import pytest
import torch

from secateur.pipelines import bench_cuda
from secateur.pipelines.cli import main


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_nothing_is_claimed(capsys):
    assert main(["bench", "attention", "--device", "cuda", "--dtypes", "bf16", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["status"] for row in rows} == {"not measured"}
    assert not any("ratio" in name or "ms_" in name for row in rows for name in row)
    assert "secateur bench attention --device cuda" in rows[0]["how"]


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_the_table_says_so(capsys):
    assert main(["bench", "attention", "--device", "cuda"]) == 0
    assert "not measured: no CUDA device" in capsys.readouterr().out


def test_rows_pair_our_times_with_each_rivals():
    facts = {"n": 1000, "heads": 2, "head_dim": 50}
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


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_measures_on_a_gpu():
    rows = bench_cuda.benchmark_cuda((4096,), (1.0, 0.1), rivals=("flash",), repeats=2)
    assert {row["status"] for row in rows} == {"measured"}
    assert all(row["ratio_with_selection"] > 0 for row in rows)
