"""Training of the importance model: from labels and texts to a model that ranks."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest
import torch

from secateur.pipelines.cli.main import main
from secateur.pipelines.clinical.handover.importance import (
    read_importance,
    score_units,
)
from secateur.pipelines.clinical.training import importance as training
from secateur.pipelines.clinical.training.importance import evaluate, train_importance
from secateur.pipelines.errors import UsageError
from secateur.pipelines.ingestion.read import read

MATTERS, IDLE = "Septic shock, now improving.", "He was thanked for his time."
CONFIG = """
[data]
labels = "labels.jsonl"
folder = "data"
sets = {{ note = "notes.jsonl.gz" }}

[training]
checkpoint = "run"
members = {members}
epochs = {epochs}
texts = 2
parts = 4
"""


@pytest.fixture
def config(tmp_path):
    """Writes a config over eight notes in which one sentence matters."""
    (tmp_path / "data").mkdir()
    notes, labels = [], []
    for number in range(8):
        own = [IDLE] * 4
        own.insert(number % 5, MATTERS)
        text = f"Room {number}.\n" + "\n".join(own)
        start = text.index(MATTERS)
        notes.append({"id": number, "transcription": text})
        labels.append(
            {
                "id": f"note-{number}", "reader": "a", "units": 6,
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
                "labels": [[start, start + len(MATTERS), "PC", 3]],
            }
        )  # fmt: skip
    lines = "\n".join(map(json.dumps, notes))
    (tmp_path / "data" / "notes.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)))

    def write(members=1, epochs=12):
        path = tmp_path / "importance.toml"
        path.write_text(CONFIG.format(members=members, epochs=epochs))
        return path

    return write


def learnt(folder, tmp_path):
    """What a model says of a note that it has not seen: what matters, and the rest."""
    path = tmp_path / "new.txt"
    path.write_text(f"Room 12.\n{IDLE}\n{MATTERS}\n{IDLE}\n")
    document = read(path)
    scored = score_units(document, read_importance(folder))
    return {document.text[unit.start : unit.end]: unit for unit in scored}


def test_it_learns_what_matters_and_where_it_belongs(config, tmp_path, capsys):
    assert main(["train", "importance", "--config", str(config())]) == 0
    folder = capsys.readouterr().out.strip()
    assert folder == str(tmp_path / "run" / "importance")
    found = learnt(tmp_path / "run" / "importance", tmp_path)
    assert found[MATTERS].weight > 2 * found[IDLE].weight
    assert set(sorted(found[MATTERS].sections, key=found[MATTERS].sections.get)[-2:]) == {
        "problems", "course",
    }  # fmt: skip


def test_a_run_that_was_stopped_ends_as_one_that_was_not(config, tmp_path, monkeypatch):
    whole = train_importance(config(epochs=4)).joinpath("weights.safetensors").read_bytes()
    (tmp_path / "run" / "member0.pt").unlink()
    kept, passes = training.Member.epoch, []

    def stops(member, number):
        if number == 2:
            raise KeyboardInterrupt
        passes.append(number)
        return kept(member, number)

    monkeypatch.setattr(training.Member, "epoch", stops)
    with pytest.raises(KeyboardInterrupt):
        train_importance(config(epochs=4))
    assert passes == [0, 1]
    monkeypatch.setattr(training.Member, "epoch", kept)
    folder = train_importance(config(epochs=4))
    assert folder.joinpath("weights.safetensors").read_bytes() == whole


def test_scores_are_the_share_of_the_weight_and_the_average_precision(config, tmp_path):
    train_importance(config(epochs=1))
    prepared = torch.load(tmp_path / "run" / "prepared.pt", weights_only=False)
    perfect = evaluate(prepared.examples, lambda e: e.levels[e.bags].float())
    inverse = evaluate(prepared.examples, lambda e: -e.levels[e.bags].float())
    assert perfect == (1.0, 1.0)
    assert inverse[1] == pytest.approx(1 / 6)


def test_another_text_than_the_labelled_one_is_refused(config, tmp_path):
    path = config()
    labels = (tmp_path / "labels.jsonl").read_text()
    (tmp_path / "labels.jsonl").write_text(labels.replace('"sha256": "', '"sha256": "0'))
    with pytest.raises(UsageError, match="text of note-0"):
        train_importance(path)
