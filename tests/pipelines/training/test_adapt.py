"""`secateur train adapt` from config to checkpoint, and configs of every training command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from tiny_texts import save_config, save_texts
from transformers import AutoModelForMaskedLM, AutoTokenizer

from secateur.core import hf
from secateur.core.models.tagger import new_tagger
from secateur.pipelines.cli.main import main
from secateur.pipelines.clinical.training import recipe as clinical
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.training import settings as finance
from secateur.pipelines.training import adapt as adapting
from secateur.pipelines.training.adapt import adapt

CONFIGS = Path(__file__).parents[3] / "configs"


def log_of(folder: Path) -> list[dict[str, float]]:
    return json.loads((folder / "log.json").read_text())["log"]


def losses(log: list[dict[str, float]], key: str = "loss") -> list[float]:
    return [entry[key] for entry in log if key in entry]


def test_an_encoder_is_adapted_and_stage_two_begins_from_it(tmp_path, capsys):
    config = save_config(tmp_path)
    assert main(["train", "adapt", "--config", str(config)]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'out'}\n"
    log = log_of(tmp_path / "run")
    assert losses(log, "eval_loss")[-1] < losses(log, "eval_loss")[0] - 0.1
    model = AutoModelForMaskedLM.from_pretrained(tmp_path / "out")
    assert model.dtype == torch.float32
    tagger = new_tagger(tmp_path / "out", ["ORG"], 0.0)
    torch.testing.assert_close(
        tagger.bert.encoder.layer[0].attention.self.query.weight,
        model.bert.encoder.layer[0].attention.self.query.weight,
    )
    card = (tmp_path / "out" / "README.md").read_text()
    assert "learnt from 5 documents" in card
    assert "validated on 1 document," in card
    assert "Trained with full attention." in card


def test_a_decoder_gets_an_adapter_under_pruning(tmp_path):
    config = save_config(
        tmp_path, "causal", adapter_rank=2, training_steps=2, data_max_seq_len=600,
        data_batch_tokens=600, pruning_attention="dap", pruning_dap_threshold=400.0,
        pruning_fallback_full_attention=False,
        training_log_steps=2,
    )  # fmt: skip
    folder = adapt(config, seed=3)
    assert folder == tmp_path / "out-seed3"
    model, _ = hf.load(folder, "causal-lm", attention="full")
    assert type(model).__name__ == "LlamaForCausalLM"
    log = log_of(tmp_path / "run-seed3")
    assert losses(log, "target_threshold")
    assert losses(log, "density")[-1] < 1.0
    assert "Trained under DAP towards a threshold of 400." in (folder / "README.md").read_text()


def test_a_vocabulary_of_its_own_is_learnt_from_the_texts(tmp_path):
    config = save_config(tmp_path, model_vocabulary=220, training_steps=2)
    folder = adapt(config)
    words = AutoTokenizer.from_pretrained(folder)
    assert words.tokenize("region") == ["region"]
    assert AutoModelForMaskedLM.from_pretrained(folder).config.vocab_size == len(words)


def test_a_card_written_by_hand_stays(tmp_path):
    config = save_config(tmp_path, training_steps=2)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "README.md").write_text("by hand")
    adapt(config)
    assert (tmp_path / "out" / "README.md").read_text() == "by hand"
    assert "learnt from" in (tmp_path / "run" / "card.md").read_text()


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_weights_and_losses(tmp_path):
    config = save_config(tmp_path, training_steps=60, training_patience=99)
    command = [sys.executable, "-m", "secateur", "train", "adapt", "--config"]
    process = subprocess.Popen(
        [*command, str(config)], env={**os.environ, "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    reached = tmp_path / "run" / "checkpoint-6" / "trainer_state.json"
    end = time.monotonic() + 240
    while not reached.exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    adapt(config)
    other = save_config(
        tmp_path, training_steps=60, training_patience=99, model_checkpoint="whole",
        training_output="whole-run",
    )  # fmt: skip
    adapt(other)
    resumed, whole = log_of(tmp_path / "run"), log_of(tmp_path / "whole-run")
    assert losses(resumed) == losses(whole)
    assert losses(resumed, "eval_loss") == losses(whole, "eval_loss")
    weights = AutoModelForMaskedLM.from_pretrained(tmp_path / "out").state_dict()
    for name, values in AutoModelForMaskedLM.from_pretrained(tmp_path / "whole").named_parameters():
        assert torch.equal(values, weights[name]), name


def test_a_run_is_not_gone_on_from_with_another_config(tmp_path):
    adapt(save_config(tmp_path, training_steps=2))
    other = save_config(tmp_path, training_steps=4, training_threads=2, data_mask_share=0.2)
    message = r"has checkpoints of a run with other values of data\.mask_share, training\.steps;"
    with pytest.raises(UsageError, match=message):
        adapt(other)
    save_config(tmp_path, training_steps=4, data_mask_share=0.2, training_resume=False)
    adapt(other)
    anew = losses(log_of(tmp_path / "run"))
    save_config(tmp_path, training_steps=4, data_mask_share=0.2, training_output="fresh")
    adapt(other)
    assert anew == losses(log_of(tmp_path / "fresh"))


READERS = {
    "adapt": (CONFIGS / "adapt.toml", adapting.read_recipe),
    "summaries": (CONFIGS / "clinical_summaries.toml", clinical.read_recipe),
    "entities": (CONFIGS / "finance_entities.toml", finance.read_recipe),
}


@pytest.mark.tree
@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize("table", ["model", "data", "pruning", "training"])
def test_every_command_names_the_key_that_was_meant(tmp_path, command, table):
    path, read = READERS[command]
    slips = {
        "model": ("attention_dropout", "atention_dropout"), "data": ("folder", "foldr"),
        "pruning": ("dap_threshold", "dap_treshold"), "training": ("steps", "stepz"),
    }  # fmt: skip
    meant, slip = slips[table]
    broken = tmp_path / "broken.toml"
    broken.write_text(path.read_text().replace(f"[{table}]\n", f"[{table}]\n{slip} = 1\n", 1))
    with pytest.raises(
        UsageError, match=rf"\[{table}\]: unknown key '{slip}': did you mean {meant}\?"
    ):
        read(broken)


@pytest.mark.tree
@pytest.mark.parametrize("name", ["adapt", "study_full", "study_dap"])
def test_shipped_configs_of_adapt_are_in_order(name):
    recipe = adapting.read_recipe(CONFIGS / f"{name}.toml")
    tests = ("jnj", "nke", "v-")
    assert not any(pattern.startswith(tests) for pattern in recipe.data.train)


@pytest.mark.tree
def test_the_config_of_adapt_shows_the_defaults():
    recipe = adapting.read_recipe(CONFIGS / "adapt.toml")
    assert recipe.model.attention_dropout == 0.1
    assert recipe.data.max_seq_len == 2048
    assert recipe.pruning.dap_threshold == 0.45
    assert recipe.pruning.fallback_full_attention == "auto"
    training = recipe.training
    assert (training.warmup_steps, training.warmup_ratio) == (4000, 0.1)
    assert training.learning_rate == 3e-4
    assert training.gradient_accumulation == 8
    assert training.gradient_checkpointing
    assert training.precision == "auto"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_objective": "guess"}, 'objective must be "masked" or "causal"'),
        ({"model_base": "nowhere/at/all"}, "nowhere/at/all"),
        ({"data_train": "*.txt"}, r"train must be list\[str\], got '\*\.txt'"),
        ({"data_train": [3]}, r"train must be list\[str\], got \[3\]"),
        ({"data_max_seq_len": 999}, r"max_seq_len must be 8 to batch_tokens \(256\), got 999"),
        ({"data_folder": "none"}, "none: is not a folder; give the folder"),
        ({"data_valid": ["*.txt"]}, "is named to learn from and to validate on"),
        ({"adapter_rank": 2}, r"\[adapter\] is for decoders"),
        ({"training_save_steps": 3}, r"save_steps must be a multiple of eval_steps \(2\)"),
    ],
    ids=[
        "objective",
        "base",
        "no list",
        "list of numbers",
        "length",
        "folder",
        "twice",
        "adapter",
        "looks",
    ],
)
def test_a_config_not_in_order_is_refused(tmp_path, changes, message):
    config = save_config(tmp_path, **changes)
    with pytest.raises(UsageError, match=message):
        adapt(config)


def test_a_seed_is_for_adapt_alone(tmp_path, capsys):
    assert main(["train", "entities", "--config", str(tmp_path / "a"), "--seed", "1"]) == 1
    assert "--seed is for train adapt" in capsys.readouterr().err


def test_no_text_reaches_a_log_or_a_message(tmp_path, caplog, capsys):
    config = save_config(tmp_path, training_steps=2)
    save_texts(tmp_path / "texts", 3)
    (tmp_path / "texts" / "note.txt").write_text("Mrs. Zyxwv has a cough. " * 30)
    adapt(config)
    told = caplog.text + "".join(capsys.readouterr())
    told += "".join(
        path.read_text(errors="ignore")
        for path in (tmp_path / "run").rglob("*")
        if path.is_file() and path.suffix in {".csv", ".json", ".md"}
    )
    assert "Zyxwv" not in told
