"""Scores on the parts that a recipe holds out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tiny_folders import save_decoder

from secateur.pipelines.clinical.handover.prompt import build_prompt
from secateur.pipelines.clinical.training.datasets import as_documents
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation.methods import main, scored_pairs, unchecked
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions

NOTES = [
    ("train", "She has had a fever since May.", "Fever."),
    ("test", "She has had a dry cough for three weeks.", "Cough."),
    ("test", "He fell from a ladder and broke his left wrist.", "Wrist."),
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


def test_pairs_of_the_part_that_was_held_out_are_scored(recipe: Path) -> None:
    assert [pair.answer for pair in scored_pairs(recipe, "mtsamples")] == ["Cough.", "Wrist."]


def test_a_part_without_such_a_set_is_refused(recipe: Path) -> None:
    with pytest.raises(UsageError, match=r"no set of kind mts_dialog in data\.held_out"):
        scored_pairs(recipe, "mts_dialog")


def test_unchecked_is_what_the_model_most_likely_writes(recipe: Path, tmp_path: Path) -> None:
    loaded = load_model("clinical", RunOptions(model=str(save_decoder(tmp_path / "decoder", 1024))))
    [document, _] = as_documents(scored_pairs(recipe, "mtsamples"))
    spans = sentences(document.text, document.passages)
    prompt = build_prompt(document.text, spans, loaded.tokenizer).tokens
    tokens = loaded.model.generate(prompt, max_new_tokens=6, do_sample=False)[0, prompt.shape[1] :]
    likeliest = loaded.tokenizer.decode(tokens, skip_special_tokens=True).split()
    assert unchecked(document, loaded).split()[: len(likeliest)] == likeliest


def test_pruned_and_full_attention_are_compared_note_by_note(
    recipe: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoder = str(save_decoder(tmp_path / "decoder", 1024))
    asked = [str(recipe), "--models", decoder, "--attention", "full", "dap", "--unchecked"]
    monkeypatch.setattr(sys, "argv", ["methods", *asked])
    main()
    scores, difference = capsys.readouterr().out.split(f"\n{decoder}, dap less full\n")
    assert f"\n{decoder}, full, unchecked, 2 texts\n" in scores
    # So short a note is not pruned.
    values = [line.split()[1] for line in difference.splitlines()[1:]]
    assert set(values) == {"0.0000"}
