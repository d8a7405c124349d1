"""Scripts that are run by hand: what they do before their clocks start."""

import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import folders
import perplexity
import pytest
import torch
from records import Recorder, select

pytestmark = pytest.mark.tree


def test_perplexity_of_a_filing_is_recorded_beside_the_samples(monkeypatch):
    read = []
    monkeypatch.setattr(perplexity.hf, "load", lambda *_: (None, None))
    monkeypatch.setattr(perplexity, "_tokens", lambda path, *_: read.append(path.name))
    found = {"perplexity": 20.0, "density": 0.1}
    monkeypatch.setattr(perplexity, "measure", lambda *_: found)
    recorder = Recorder("perplexity", "python x")
    suite = perplexity.measure_perplexity(recorder, Path("data"), quick=False)
    records = select(suite, metric="perplexity", tokens=8192)
    report, filing = "annual_report.html", "crm-10-k-2025-03-05.html.gz"
    assert read == [report, report, filing, filing]
    assert [(record.setting["document"], record.method) for record in records] == [
        (report, "full"), (report, "dap"), (filing, "full"), (filing, "dap"),
    ]  # fmt: skip


def test_reading_one_by_one_is_timed_after_the_model_is_there(tmp_path, monkeypatch):
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text("Net sales grew.")
    now, made = 0.0, False

    def load_model(*_):
        nonlocal now
        now += 60.0
        return SimpleNamespace(model=None, tokenizer=None)

    def extract_all(*_):
        nonlocal now, made
        now, made = now + (1.0 if made else 60.0), True
        return SimpleNamespace(tokens=10)

    usage = SimpleNamespace(cpu_s=lambda: 1.0, tenths=list)
    monkeypatch.setattr("secateur.pipelines.runs.models.load_model", load_model)
    monkeypatch.setattr("secateur.pipelines.finance.reader.entities.extract_all", extract_all)
    monkeypatch.setattr(folders, "Usage", lambda: nullcontext(usage))
    monkeypatch.setattr(time, "monotonic", lambda: now)
    line = folders.one_by_one(tmp_path, 3, torch.get_num_threads())
    assert (line["seconds"], line["tokens"]) == (3.0, 30)
