"""Runs that share documents between the CPU and a GPU, which is simulated."""

import json

import batch_runs
import pytest

from secateur.pipelines.runs.batch.run import run
from secateur.pipelines.runs.options import RunOptions


@pytest.fixture(scope="module")
def chosen(model):
    options = RunOptions(model=str(model), threshold=0.0)
    return batch_runs.settings(model, options=options, workers=1, start="fork")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return batch_runs.make_folder(tmp_path_factory.mktemp("documents"), 12)


@pytest.fixture(scope="module")
def on_cpu(folder, chosen, tmp_path_factory):
    out = tmp_path_factory.mktemp("cpu") / "out"
    batch_runs.start(folder, out, chosen).join()
    return out


def _rows(out):
    manifest = json.loads((out / "manifest.json").read_text())
    return [row for row in manifest["documents"] if row["status"] == "result"]


def _spans(out):
    return {
        record["path"]: [(e["start"], e["end"], e["label"]) for e in record["entities"]]
        for record in batch_runs.lines(out / "results.jsonl")
    }


def _events(out, name):
    return [event for event in batch_runs.lines(out / "log.jsonl") if event["event"] == name]


def test_without_a_gpu_the_cpu_does_both_kinds(on_cpu):
    tokens = [row["tokens"] for row in _rows(on_cpu)]
    assert min(tokens) < 512 < max(tokens)
    assert {row["device"] for row in _rows(on_cpu)} == {"cpu"}
    assert json.loads((on_cpu / "manifest.json").read_text())["gpu"] == "none"


def test_long_documents_go_to_the_gpu_and_short_ones_stay(folder, chosen, on_cpu, tmp_path):
    out = tmp_path / "out"
    process = batch_runs.start(folder, out, chosen, gpu="works")
    process.join()
    assert process.exitcode == 0
    batch_runs.check_exactly_one(folder, out)
    assert _spans(out) == _spans(on_cpu)
    for row in _rows(out):
        assert row["device"] == ("gpu" if row["tokens"] > 512 else "cpu")
    assert json.loads((out / "manifest.json").read_text())["gpu"] == "simulated"


def test_a_lost_gpu_costs_its_worker_and_no_document(folder, chosen, on_cpu, tmp_path):
    out = tmp_path / "out"
    process = batch_runs.start(folder, out, chosen, gpu="lost")
    process.join()
    assert process.exitcode == 0
    batch_runs.check_exactly_one(folder, out)
    assert _spans(out) == _spans(on_cpu)
    assert ["simulated loss" in event["what"] for event in _events(out, "routing")] == [True]
    assert len(_events(out, "worker replaced")) == 1
    assert not _events(out, "worker lost")


def test_a_resumed_run_prunes_from_where_it_began(chosen, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    own, out = tmp_path / "documents", tmp_path / "out"
    own.mkdir()
    (own / "a.txt").write_text("Acme Corp. earned $1.2 million. " * 4)
    run(own, out, chosen)
    monkeypatch.setattr("secateur.core.crossover.load", lambda machine: pytest.fail("asked anew"))
    (own / "b.txt").write_text("Globex Inc. earned nothing. " * 4)
    report = run(own, out, chosen, resume=True)
    assert report.results == 2
    assert json.loads((out / "manifest.json").read_text())["exact_up_to"] == 512
