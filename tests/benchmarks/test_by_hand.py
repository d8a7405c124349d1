"""Scripts that are run by hand: what they do before their clocks start."""

import json
import time
from contextlib import nullcontext
from types import SimpleNamespace

import folders
import perplexity
import pytest
import torch

pytestmark = pytest.mark.tree


def test_a_first_reading_is_counted_for_no_threshold(tmp_path, monkeypatch, capsys):
    file = tmp_path / "filing.txt"
    file.write_text("Net sales grew.")
    read = []
    encoded = SimpleNamespace(input_ids=torch.zeros(1, 4, dtype=torch.int64))
    monkeypatch.setattr(perplexity.hf, "load", lambda *_: (None, lambda *_, **__: encoded))
    monkeypatch.setattr(
        perplexity, "measure",
        lambda model, documents, threshold: read.append(threshold) or {"threshold": threshold},
    )  # fmt: skip
    words = ["perplexity.py", str(file), "--tokens", "4", "--skip", "0"]
    monkeypatch.setattr("sys.argv", words)
    perplexity.main()
    assert read == [0.0, 0.0, 0.45]
    shown = [json.loads(line)["threshold"] for line in capsys.readouterr().out.splitlines()]
    assert shown == [0.0, 0.45]


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
    monkeypatch.setattr("secateur.pipelines.models.load_model", load_model)
    monkeypatch.setattr("secateur.pipelines.finance.entities.extract_all", extract_all)
    monkeypatch.setattr(folders, "Usage", lambda: nullcontext(usage))
    monkeypatch.setattr(time, "monotonic", lambda: now)
    line = folders.one_by_one(tmp_path, 3, torch.get_num_threads())
    assert (line["seconds"], line["tokens"]) == (3.0, 30)
