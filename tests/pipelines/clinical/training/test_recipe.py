"""Sets of summaries, shortened texts, and the recipe from config to adapter."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_folders import save_decoder

from secateur.core import hf
from secateur.core.models import lora
from secateur.core.models.shipped import shipped
from secateur.pipelines.clinical.handover.prompt import build_prompt
from secateur.pipelines.clinical.training.condense import condense
from secateur.pipelines.clinical.training.datasets import read_pairs
from secateur.pipelines.clinical.training.recipe import encode, read_recipe, train_summaries
from secateur.pipelines.errors import UsageError


def _notes(path):
    rows = [
        {
            "id": number,
            "description": f"Cough for {number} days.",
            "transcription": f"CC: Cough.\n\nHPI: He coughs since {number} days. No fever.",
            "split": "valid" if number % 3 == 0 else "train",
        }
        for number in range(9)
    ]
    rows.append({**rows[1], "id": 99, "split": "valid"})
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def _config(folder, steps=2):
    return f"""
[model]
base = "{folder / "base"}"
checkpoint = "adapter"
[data]
folder = "."
[[data.train]]
kind = "mtsamples"
path = "notes.jsonl.gz"
text_tokens = 40
[[data.valid]]
kind = "mtsamples"
path = "notes.jsonl.gz"
part = "valid"
text_tokens = 40
[adapter]
rank = 2
[training]
output = "run"
steps = {steps}
precision = "fp32"
eval_steps = 1
save_steps = 1
log_steps = 1
batch_tokens = 1024
gradient_accumulation = 2
"""


@pytest.fixture(scope="module")
def decoder(tmp_path_factory):
    folder = save_decoder(tmp_path_factory.mktemp("decoder"), 1024)
    return hf.load(folder, "causal-lm", attention="full")


def test_a_description_that_also_stands_in_train_is_left_out_of_valid(tmp_path):
    _notes(tmp_path / "notes.jsonl.gz")
    names = [pair.name for pair in read_pairs("mtsamples", tmp_path / "notes.jsonl.gz", "valid")]
    assert names == ["0", "3", "6"]


def test_dialogues_ask_for_the_section_by_its_name(tmp_path):
    with (tmp_path / "talk.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "section_header", "section_text", "dialogue"])
        writer.writerow(["7", "GENHX", "Two  lines\nof text.", "Doctor: Hello."])
    (pair,) = read_pairs("mts_dialog", tmp_path / "talk.csv")
    assert "'history of present illness'" in pair.request
    assert (pair.text, pair.answer) == ("Doctor: Hello.", "Two lines of text.")


def test_of_a_whole_note_the_opening_of_its_history_is_learnt(tmp_path):
    history = "HISTORY OF PRESENT ILLNESS\n\nA man\nof 50.\n\nMore."
    note = f"CHIEF COMPLAINT\n\nPain.\n\n{history}\n\nEXAM\n\nX"
    with (tmp_path / "visits.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["encounter_id", "dialogue", "note"])
        writer.writerow(["D1", "[doctor] hi", note])
    (pair,) = read_pairs("aci_bench", tmp_path / "visits.csv")
    assert pair.answer == "A man of 50."


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("mtsample", "notes.jsonl.gz", "unknown kind of set 'mtsample'"),
        ("mtsamples", "nothing.gz", "nothing.gz: no such file"),
        ("mts_dialog", "notes.jsonl.gz", "not a set of kind mts_dialog"),
        ("mtsamples", "cut.gz", "cut.gz: not a set of kind mtsamples"),
        ("mtsamples", "lists.jsonl", "lists.jsonl: not a set of kind mtsamples"),
        ("mtsamples", "null.jsonl", "null.jsonl: not a set of kind mtsamples"),
    ],
)
def test_sets_out_of_order_are_refused(tmp_path, kind, name, message):
    _notes(tmp_path / "notes.jsonl.gz")
    (tmp_path / "cut.gz").write_bytes((tmp_path / "notes.jsonl.gz").read_bytes()[:-12])
    (tmp_path / "lists.jsonl").write_text('["Cough.", "CC: Cough."]\n')
    (tmp_path / "null.jsonl").write_text(
        '{"id": 1, "description": "Cough.", "transcription": null, "split": "train"}\n'
    )
    with pytest.raises(UsageError, match=message):
        read_pairs(kind, tmp_path / name)


def test_a_short_text_stays_whole_and_a_long_one_keeps_what_the_answer_needs(decoder):
    _, tokenizer = decoder
    filler = " ".join(f"Line {number} says nothing." for number in range(30))
    text = f"{filler}\nThe appendix was removed.\n{filler}"
    assert condense(text, "Appendix removed.", 10_000, tokenizer) == text
    short = condense(text, "Appendix removed.", 120, tokenizer)
    assert "The appendix was removed." in short
    assert short.startswith("Line 0 says nothing.")
    assert len(tokenizer(short, add_special_tokens=False)["input_ids"]) <= 120


def test_training_prompts_are_those_of_summarize(decoder, tmp_path):
    _, tokenizer = decoder
    _notes(tmp_path / "notes.jsonl.gz")
    pair = read_pairs("mtsamples", tmp_path / "notes.jsonl.gz")[0]
    example = encode(pair, 10_000, tokenizer)
    prompt = build_prompt(pair.text, [(0, len(pair.text))], tokenizer)
    assert list(example.prompt) == prompt.tokens[0].tolist()
    assert example.answer[-1] == tokenizer.eos_token_id


@pytest.mark.filterwarnings("ignore:Could not find a config file:UserWarning")
def test_a_config_makes_an_adapter_that_loads(tmp_path):
    save_decoder(tmp_path / "base", 1024)
    _notes(tmp_path / "notes.jsonl.gz")
    (tmp_path / "train.toml").write_text(_config(tmp_path))
    folder = train_summaries(tmp_path / "train.toml")
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
    ]
    model, tokenizer = hf.load(folder, "causal-lm", attention="full")
    assert type(model).__name__ == "LlamaForCausalLM"
    assert tokenizer.chat_template
    assert (tmp_path / "run" / "log.csv").read_text().startswith("step,epoch,loss,eval_loss")
    (tmp_path / "train.toml").write_text(_config(tmp_path, steps=3))
    with pytest.raises(UsageError, match=r"a run with other values of training\.steps; give"):
        train_summaries(tmp_path / "train.toml")


def test_an_unknown_key_is_refused_with_the_nearest(tmp_path):
    config = tmp_path / "train.toml"
    config.write_text(_config(tmp_path).replace("rank = 2", "rnk = 2"))
    with pytest.raises(UsageError, match=r"\[adapter\]: unknown key 'rnk': did you mean rank"):
        read_recipe(config)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("start_share = 0.5", "start_share without start"),
        ('start = "a"\nstart_share = 1.0', "got 1.0"),
    ],
    ids=["of-nothing", "range"],
)
def test_a_share_of_the_start_that_makes_no_sense_is_refused(tmp_path, keys, message):
    config = tmp_path / "train.toml"
    config.write_text(_config(tmp_path).replace("[model]\n", f"[model]\n{keys}\n"))
    with pytest.raises(UsageError, match=message):
        read_recipe(config)


@pytest.mark.tree
def test_the_shipped_config_is_in_order():
    recipe = read_recipe(Path(__file__).parents[4] / "configs" / "clinical_summaries.toml")
    assert recipe.model.base == "smollm2-135m"


def test_the_shipped_adapter_is_small_and_fits_its_base():
    folder = shipped("clinical")
    assert lora.base_name(folder) == "smollm2-135m"
    weights = load_file(folder / "adapter_model.safetensors")
    assert sum(weight.nbytes for weight in weights.values()) < 20e6
    assert {weight.dtype for weight in weights.values()} == {torch.float16}
    assert all(weight.isfinite().all() for weight in weights.values())
