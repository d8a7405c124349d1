"""Scores on a recipe's test part, and on those of its texts that nothing was learnt from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation.methods import ScoredPart, as_tables

SECTION = "She has had a dry cough for three weeks and sleeps badly because of it."
NOTES = [
    ("train", f"{SECTION} A film was taken.", "A cough."),
    ("test", f"HPI: {SECTION}", "Cough at night."),
    ("test", "He fell from a ladder in May and broke his left wrist in two places.", "Wrist."),
]
RECIPE = """
[model]
base = "smollm2-135m"
checkpoint = "adapter"
[data]
folder = "sets"
valid = []
[[data.train]]
kind = "mtsamples"
path = "notes.jsonl"
[[data.held_out]]
kind = "mtsamples"
path = "notes.jsonl"
part = "test"
[adapter]
[training]
output = "run"
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    rows = [
        {"id": number, "split": split, "transcription": text, "description": answer}
        for number, (split, text, answer) in enumerate(NOTES)
    ]
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "notes.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "recipe.toml").write_text(RECIPE)
    return tmp_path / "recipe.toml"


def test_scores_are_told_again_for_texts_that_nothing_was_learnt_from(recipe: Path) -> None:
    part = ScoredPart.read(recipe, "mtsamples")
    assert [pair.name for pair in part.pairs] == ["1", "2"]
    written = as_tables("lead", ["Nothing.", "Wrist."], part, ["", ""], None)
    every, clean = written.strip().split("\n\n")
    assert every.startswith("lead, 2 texts\n")
    assert clean.startswith("lead, 1 texts apart from what was learnt\n")
    rouge = [table.splitlines()[2].split()[:2] for table in (every, clean)]
    assert rouge == [["rouge1", "0.5000"], ["rouge1", "1.0000"]]


def test_a_sample_keeps_each_text_with_what_is_known_of_it(recipe: Path) -> None:
    part = ScoredPart.read(recipe, "mtsamples")
    for seed in range(4):
        drawn = part.sample(1, seed)
        assert drawn.apart == (drawn.pairs[0].name == "2",)


def test_a_part_without_such_a_set_is_refused(recipe: Path) -> None:
    with pytest.raises(UsageError, match=r"no set of kind mts_dialog in data\.held_out"):
        ScoredPart.read(recipe, "mts_dialog")
