"""Adapters: batches of answers, a loss on answers alone, saving, merging, training and resuming."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
import torch
from tiny_folders import save_decoder

from secateur.core import hf
from secateur.core.models import lora
from secateur.core.training.annealing import PruningSettings
from secateur.core.training.answers import (
    AdapterTraining,
    AnswerBatches,
    Example,
    answer_loss,
    train_adapter,
)
from secateur.core.training.pieces import IGNORE


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_decoder(tmp_path_factory.mktemp("base"), 512)


def _examples(count, seed=0):
    generator = torch.Generator().manual_seed(seed)

    def tokens(low, high):
        length = int(torch.randint(low, high, (1,), generator=generator))
        return tuple(torch.randint(4, 190, (length,), generator=generator).tolist())

    return [Example(tokens(5, 30), tokens(2, 9)) for _ in range(count)]


def _adapted(folder, seed=0):
    model, _ = hf.load(folder, "causal-lm", attention="full")
    torch.manual_seed(seed)
    return lora.attach(model, lora.AdapterSettings(rank=4, alpha=8, dropout=0.1))


def test_a_mixed_adapter_lies_between_where_it_began_and_where_it_got(folder, tmp_path):
    adapted = _adapted(folder)
    lora.save_adapter(adapted, tmp_path, str(folder))
    weights = {name: one for name, one in adapted.named_parameters() if one.requires_grad}
    before = {name: one.detach().half().float() for name, one in weights.items()}
    with torch.no_grad():
        for weight in weights.values():
            weight.add_(1.0)
    lora.mix(adapted, tmp_path, 0.25)
    for name, weight in weights.items():
        torch.testing.assert_close(weight.detach(), before[name] + 0.75, atol=1e-3, rtol=0)


def test_batches_hold_every_example_once_and_ask_for_its_answer():
    examples = _examples(23)
    batches = AnswerBatches(examples, 120, pad=0)
    found = []
    for index in range(len(batches)):
        batch = batches[index]
        assert batch["input_ids"].numel() <= 120
        for tokens, labels in zip(batch["input_ids"], batch["labels"], strict=True):
            places = (labels != IGNORE).nonzero().flatten().tolist()
            answer = labels[places].tolist()
            assert tokens[places[1:]].tolist() == answer[:-1]
            found.append(Example(tuple(tokens[: places[0] + 1].tolist()), tuple(answer)))
    assert sorted(found, key=repr) == sorted(examples, key=repr)


def test_an_example_longer_than_a_batch_is_refused():
    with pytest.raises(ValueError, match="does not fit in 16"):
        AnswerBatches([Example(tuple(range(20)), (1,))], 16, pad=0)


@torch.no_grad()
def test_the_loss_is_that_of_each_answer_alone(folder):
    model, _ = hf.load(folder, "causal-lm", attention="full")
    examples = _examples(5)
    batch = AnswerBatches(examples, 4096, pad=0)[0]
    total = 0.0
    for example in examples:
        logits = model(torch.tensor([[*example.prompt, *example.answer]])).logits[0]
        rows = logits[len(example.prompt) - 1 : -1].log_softmax(-1)
        total -= sum(float(row[token]) for row, token in zip(rows, example.answer, strict=True))
    assert answer_loss(model, batch).item() == pytest.approx(total, abs=1e-4)


def test_a_merged_adapter_computes_what_the_adapted_model_does(folder, tmp_path):
    adapted = _adapted(folder).eval()
    with torch.no_grad():
        for name, weight in adapted.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.2)
    tokens = torch.arange(5, 60)[None]
    expected = adapted(tokens).logits
    lora.save_adapter(adapted, tmp_path / "adapter", str(folder))
    merged, _ = hf.load(tmp_path / "adapter", "causal-lm", attention="full")
    base, _ = hf.load(folder, "causal-lm", attention="full")
    assert type(merged) is type(base)
    torch.testing.assert_close(merged(tokens).logits, expected, atol=5e-3, rtol=0)
    assert (base(tokens).logits - expected).abs().max() > 0.05


def test_saving_keeps_the_card(folder, tmp_path):
    (tmp_path / "README.md").write_text("the card")
    lora.save_adapter(_adapted(folder), tmp_path, str(folder))
    assert (tmp_path / "README.md").read_text() == "the card"
    weights = tmp_path / "adapter_model.safetensors"
    assert weights.stat().st_size < 200_000


def test_training_goes_on_from_a_saved_adapter(folder, tmp_path):
    first = _adapted(folder)
    with torch.no_grad():
        for name, weight in first.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.2)
    lora.save_adapter(first, tmp_path / "first", str(folder))
    model, _ = hf.load(folder, "causal-lm", attention="full")
    settings = lora.AdapterSettings(rank=4, alpha=8, dropout=0.3)
    again = lora.attach(model, settings, tmp_path / "first")
    tokens = torch.arange(5, 60)[None]
    torch.testing.assert_close(
        again.eval()(tokens).logits, first.eval()(tokens).logits, atol=5e-3, rtol=0
    )
    trained = {name for name, weight in again.named_parameters() if weight.requires_grad}
    assert trained == {name for name, _ in again.named_parameters() if "lora_" in name}
    assert {weight.dtype for weight in again.parameters() if weight.requires_grad} == {
        torch.float32
    }
    rates = {m.p for m in again.modules() if isinstance(m, torch.nn.Dropout)}
    assert 0.3 in rates
    assert 0.1 not in rates


def test_an_adapter_of_another_shape_is_not_gone_on_from(folder, tmp_path):
    lora.save_adapter(_adapted(folder), tmp_path / "first", str(folder))
    model, _ = hf.load(folder, "causal-lm", attention="full")
    with pytest.raises(ValueError, match=r"first: has rank 4, alpha 8 and targets"):
        lora.attach(model, lora.AdapterSettings(rank=8, alpha=8), tmp_path / "first")
    with pytest.raises(ValueError, match=r"nowhere: no adapter here"):
        lora.attach(model, lora.AdapterSettings(rank=4, alpha=8), tmp_path / "nowhere")


def test_an_adapter_that_does_not_fit_is_refused(folder, tmp_path):
    lora.save_adapter(_adapted(folder), tmp_path / "adapter", str(folder))
    (tmp_path / "adapter" / "adapter_model.safetensors").write_bytes(b"broken")
    with pytest.raises(ValueError, match=r"adapter: the adapter does not fit its base"):
        hf.load(tmp_path / "adapter", "causal-lm")
    config = tmp_path / "adapter" / "adapter_config.json"
    config.write_text(json.dumps({"peft_type": "LORA"}))
    with pytest.raises(ValueError, match="base_model_name_or_path is missing"):
        hf.load(tmp_path / "adapter", "causal-lm")


def _settings(output, **changes):
    values = {
        "steps": 8, "learning_rate": 1e-2, "precision": "fp32", "save_steps": 4, "eval_steps": 2,
        "log_steps": 2, "batch_tokens": 200, "patience": 9, "gradient_accumulation": 1,
    }  # fmt: skip
    return AdapterTraining(output=str(output), **(values | changes))


def _train(folder, output, **changes):
    settings = _settings(output, **changes)
    batches = AnswerBatches(_examples(12), settings.batch_tokens, 0)
    model = _adapted(folder)
    return train_adapter(model, batches, batches, settings, PruningSettings()), model


@pytest.mark.filterwarnings("ignore:Could not find a config file:UserWarning")
def test_training_lowers_the_loss_and_goes_on_after_a_kill_as_if_nothing_was(folder, tmp_path):
    log, model = _train(folder, tmp_path / "whole")
    looks = [entry["eval_loss"] for entry in log if "eval_loss" in entry]
    assert looks[-1] < looks[0] - 0.05
    with (tmp_path / "whole" / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows if row["eval_loss"]] == ["2", "4", "6", "8"]
    shutil.copytree(tmp_path / "whole" / "checkpoint-4", tmp_path / "killed" / "checkpoint-4")
    again, resumed = _train(folder, tmp_path / "killed")
    later = [entry["loss"] for entry in again if "loss" in entry]
    assert later == pytest.approx([entry["loss"] for entry in log if "loss" in entry], abs=1e-4)
    for (name, weight), (_, other) in zip(
        model.named_parameters(), resumed.named_parameters(), strict=True
    ):
        torch.testing.assert_close(weight, other, atol=1e-5, rtol=0, msg=name)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_tokens": 0}, "batch_tokens must be 1 or more, got 0"),
        ({"precision": "fp8"}, "precision must be"),
    ],
)
def test_settings_out_of_range_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        _settings("x", **changes)
