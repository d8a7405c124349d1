"""Training of the compression model: from labels and texts to a model that shortens."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest

from secateur.pipelines.cli.main import main
from secateur.pipelines.clinical.handover.compression import read_compression, shorten
from secateur.pipelines.clinical.training import compression as training
from secateur.pipelines.clinical.training.compression import train_compression
from secateur.pipelines.errors import UsageError
from secateur.pipelines.ingestion.read import read

SENTENCES = ("She kindly has gout.", "He kindly takes aspirin.", "They kindly saw a surgeon.")
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
    """Writes a config over eight notes whose readers left one word out."""
    (tmp_path / "data").mkdir()
    notes, labels = [], []
    for number in range(8):
        text = "\n".join(SENTENCES[number % 3 :] + SENTENCES[: number % 3])
        notes.append({"id": number, "transcription": text})
        labels.append(
            {
                "id": f"note-{number}", "reader": "a",
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
                "units": [_label(text, sentence) for sentence in SENTENCES],
            }
        )  # fmt: skip
    lines = "\n".join(map(json.dumps, notes))
    (tmp_path / "data" / "notes.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)))

    def write(members=1, epochs=25):
        path = tmp_path / "compression.toml"
        path.write_text(CONFIG.format(members=members, epochs=epochs))
        return path

    return write


def _label(text, sentence):
    start = text.index(sentence)
    out = start + sentence.index("kindly")
    return [start, start + len(sentence), [[out, out + len("kindly")]], []]


def test_it_learns_what_readers_leave_out(config, tmp_path, capsys):
    assert main(["train", "compression", "--config", str(config())]) == 0
    folder = tmp_path / "run" / "compression"
    assert capsys.readouterr().out.strip() == str(folder)
    path = tmp_path / "new.txt"
    path.write_text("Room 12.\nShe kindly takes gout.\n")
    assert shorten(read(path), read_compression(folder))[1] == "She takes gout"


def test_a_run_that_was_stopped_goes_on_with_the_next_member(config, tmp_path, monkeypatch):
    train_compression(config(members=1, epochs=1))
    learnt, kept = [], training.train_member

    def learns(texts, settings, number):
        learnt.append(number)
        return kept(texts, settings, number)

    monkeypatch.setattr(training, "train_member", learns)
    folder = train_compression(config(members=2, epochs=1))
    assert learnt == [1]
    assert len(read_compression(folder)) == 2


def test_another_text_than_the_labelled_one_is_refused(config, tmp_path):
    path = config(epochs=1)
    labels = (tmp_path / "labels.jsonl").read_text()
    (tmp_path / "labels.jsonl").write_text(labels.replace('"sha256": "', '"sha256": "0'))
    with pytest.raises(UsageError, match="note-0"):
        train_compression(path)
