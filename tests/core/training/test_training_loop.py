"""The training that all recipes share: memory, odd gradients, the best weights, logs, resuming."""

from __future__ import annotations

import csv
import json
import logging
from shutil import copytree

import pytest
import torch
from safetensors import SafetensorError
from tiny_texts import save_masked
from transformers import AutoModelForMaskedLM

from secateur.core.training.annealing import PruningSettings
from secateur.core.training.checkpoints import last_checkpoint
from secateur.core.training.language import LanguageBatches, Reading, masked_loss
from secateur.core.training.run import TrainingSettings, train
from secateur.core.training.trainer import cut

FULL = PruningSettings(attention="full")
HOW = Reading("masked", 192, 0, 190, (0, 1, 2, 3, 192))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_masked(tmp_path_factory.mktemp("masked"))


def batches(count=24, length=24, rows=8, seed=0, how=HOW):
    generator = torch.Generator().manual_seed(seed)
    texts = torch.randint(4, 24, (16, length), generator=generator).tolist()
    return LanguageBatches(texts, how, rows * length, count, seed)


def settings(output, **given):
    values = {
        "steps": 6, "learning_rate": 1e-2, "precision": "fp32", "save_steps": 2, "eval_steps": 2,
        "log_steps": 1, "gradient_accumulation": 2, "gradient_checkpointing": False,
    }  # fmt: skip
    return TrainingSettings(str(output), **(values | given))


def run(folder, output, loss=masked_loss, pruning=FULL, data=None, valid=None, epoch=0, **given):
    model = AutoModelForMaskedLM.from_pretrained(folder)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    log = train(
        model, data or batches(), settings(output, **given), pruning, loss,
        valid=valid, epoch_steps=epoch,
    )  # fmt: skip
    return log, dict(model.state_dict())


def losses(log):
    return [entry["loss"] for entry in log if "loss" in entry]


@pytest.fixture(scope="module")
def whole(folder, tmp_path_factory):
    """The log, the weights and the folder of a run that nothing disturbs."""
    output = tmp_path_factory.mktemp("whole")
    return *run(folder, output), output


def same(one, other, tolerance=0.0):
    for name, values in one.items():
        if tolerance and name.endswith("key.bias"):
            continue  # softmax takes it out again: its gradient is rounding, which Adam blows up
        torch.testing.assert_close(values, other[name], atol=tolerance, rtol=0, msg=name)


def full_memory(rows):
    def loss(model, batch):
        if len(batch["input_ids"]) > rows:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")
        return masked_loss(model, batch)

    return loss


def test_out_of_memory_halves_the_batches_and_changes_no_gradient(folder, whole, tmp_path, caplog):
    log, weights, _ = whole
    with caplog.at_level(logging.WARNING):
        halved_log, halved = run(folder, tmp_path, full_memory(2))
    assert losses(halved_log) == pytest.approx(losses(log), abs=1e-4)
    same(weights, halved, 1e-4)
    assert [entry["parts"] for entry in halved_log if "parts" in entry] == [2, 4]
    assert "out of memory: batches are halved to 2 rows, and 8 are accumulated" in caplog.text


def test_gradient_checkpointing_makes_the_same_weights(folder, whole, tmp_path):
    _, weights, _ = whole
    same(weights, run(folder, tmp_path, gradient_checkpointing=True)[1])


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
    ids=["allocator", "cublas"],
)
def test_memory_that_runs_out_within_a_step_loses_no_batch_of_it(error, folder, whole, tmp_path):
    calls = []

    def loss(model, batch):
        calls.append(len(batch["input_ids"]))
        if len(calls) == 4:  # the second batch of the second step
            raise error
        return masked_loss(model, batch)

    log, weights, _ = whole
    halved_log, halved = run(folder, tmp_path, loss)
    assert losses(halved_log) == pytest.approx(losses(log), abs=1e-4)
    same(weights, halved, 1e-4)


def test_a_single_row_that_does_not_fit_says_what_to_do(folder, tmp_path):
    with pytest.raises(ValueError, match="single row of 24 tokens: lower max_seq_len"):
        run(folder, tmp_path, full_memory(0))


def test_other_errors_are_not_taken_for_want_of_memory(folder, tmp_path):
    def loss(model, batch):
        raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes do not fit"):
        run(folder, tmp_path, loss)


def test_parts_hold_every_row():
    batch = {"input_ids": torch.arange(10).view(5, 2), "labels": torch.arange(10).view(5, 2)}
    parts = list(cut(batch, 2))
    assert [len(part["labels"]) for part in parts] == [3, 2]
    assert torch.equal(torch.cat([part["input_ids"] for part in parts]), batch["input_ids"])


def nan_at(*bad):
    calls = []

    def loss(model, batch):
        calls.append(0)
        step = (len(calls) - 1) // 2
        return masked_loss(model, batch) * (float("nan") if step in bad else 1.0)

    return loss


def test_a_step_with_odd_gradients_is_left_out(folder, tmp_path, caplog):
    log, weights = run(folder, tmp_path, nan_at(2))
    assert [entry["skipped"] for entry in log if "skipped" in entry] == [1]
    assert "step 3: the gradients are not finite" in caplog.text
    assert all(torch.isfinite(values).all() for values in weights.values())
    assert losses(log)[-1] < losses(log)[0]


def test_odd_gradients_three_times_running_stop_the_training(folder, tmp_path):
    with pytest.raises(ValueError, match="steps 3 to 5 are not finite: lower learning_rate"):
        run(folder, tmp_path, nan_at(2, 3, 4, 5))
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-4"
    kept = AutoModelForMaskedLM.from_pretrained(tmp_path / "checkpoint-4")
    assert all(torch.isfinite(values).all() for values in kept.parameters())


def scripted(values):
    """A validation loss that is told, and a training loss that is real."""
    left = list(values)

    def loss(model, batch):
        if torch.is_grad_enabled():
            return masked_loss(model, batch)
        return torch.tensor(left.pop(0) * float((batch["labels"] != -100).sum()))

    return loss


def test_the_best_weights_on_validation_are_kept_and_training_stops_early(folder, tmp_path):
    log, weights = run(
        folder, tmp_path / "a", scripted([3.0, 1.0, 2.0, 2.5, 2.6]), valid=batches(1), steps=12,
        patience=2,
    )  # fmt: skip
    assert [entry["eval_loss"] for entry in log if "eval_loss" in entry] == [3.0, 1.0, 2.0, 2.5]
    assert max(entry["step"] for entry in log) == 8
    best = AutoModelForMaskedLM.from_pretrained(tmp_path / "a" / "checkpoint-4")
    same(dict(best.state_dict()), weights)


def test_a_resumed_run_stops_early_where_the_whole_one_did(folder, tmp_path):
    given = {"valid": batches(1), "steps": 12, "patience": 2}
    log, _ = run(folder, tmp_path, scripted([3.0, 1.0, 2.0, 2.5, 2.6]), **given)
    (tmp_path / "checkpoint-8").rename(tmp_path / "lost")
    copytree(tmp_path / "checkpoint-4", tmp_path / "checkpoint-6")
    state = json.loads((tmp_path / "lost" / "trainer_state.json").read_text())
    state["log_history"] = [entry for entry in state["log_history"] if entry["step"] <= 6]
    (tmp_path / "checkpoint-6" / "trainer_state.json").write_text(
        json.dumps(state | {"global_step": 6})
    )
    again, _ = run(folder, tmp_path, scripted([2.5, 2.6]), **given)
    assert max(entry["step"] for entry in again) == max(entry["step"] for entry in log) == 8


@pytest.mark.parametrize(("steps", "patience"), [(12, 1), (6, 9)], ids=["early", "all steps"])
def test_a_run_that_has_ended_is_not_gone_on_with(folder, tmp_path, steps, patience):
    given = {"valid": batches(1), "steps": steps, "patience": patience}
    log, weights = run(folder, tmp_path, scripted([2.0, 1.0, 3.0]), **given)
    again, resumed = run(folder, tmp_path, scripted([0.5, 0.4, 0.3, 0.2]), **given)
    assert losses(again) == losses(log)
    same(weights, resumed)


def test_checkpoints_must_fall_on_looks(folder, tmp_path):
    with pytest.raises(ValueError, match=r"multiple of eval_steps \(2\), got 3"):
        run(folder, tmp_path, valid=batches(1), save_steps=3)


def test_the_log_is_a_table_events_and_a_plot(folder, tmp_path):
    run(folder, tmp_path, valid=batches(1))
    with (tmp_path / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows if row["loss"]] == ["1", "2", "3", "4", "5", "6"]
    assert [row["step"] for row in rows if row["eval_loss"]] == ["2", "4", "6"]
    assert list((tmp_path / "tensorboard").glob("events*"))
    assert (tmp_path / "loss.png").read_bytes().startswith(b"\x89PNG")


def test_the_rate_climbs_over_the_first_tenth_and_then_falls(folder, tmp_path):
    log, _ = run(folder, tmp_path, data=batches(20), steps=20, gradient_accumulation=1)
    rates = [entry["learning_rate"] for entry in log if "learning_rate" in entry]
    assert rates[:3] == pytest.approx([0.0, 5e-3, 1e-2])
    assert rates[-1] == pytest.approx(1e-2 / 18)
    assert TrainingSettings("o", steps=100_000).warmup == 4000
    assert TrainingSettings("o", steps=1000).warmup == 100


def test_the_same_seed_gives_the_same_losses(folder, whole, tmp_path):
    assert losses(run(folder, tmp_path)[0]) == losses(whole[0])


def test_a_checkpoint_cut_off_while_it_was_written_is_passed_over(folder, whole, tmp_path):
    log, weights, output = whole
    copytree(output, tmp_path, dirs_exist_ok=True)
    (tmp_path / "checkpoint-6" / "trainer_state.json").unlink()
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-4"
    again, resumed = run(folder, tmp_path)
    assert losses(again) == losses(log)
    same(weights, resumed)


@pytest.mark.parametrize("left", [None, 0.5], ids=["missing", "cut"])
@pytest.mark.parametrize(
    "name", ["model.safetensors", "config.json", "optimizer.pt", "scheduler.pt", "rng_state.pth"]
)
def test_a_checkpoint_with_a_damaged_file_is_passed_over(whole, tmp_path, caplog, name, left):
    copytree(whole[2], tmp_path, dirs_exist_ok=True)
    path = tmp_path / "checkpoint-6" / name
    if left is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: int(left * path.stat().st_size)])
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-4"
    assert "checkpoint-6 is not complete" in caplog.text


@pytest.mark.parametrize(
    ("writer", "error"),
    [
        ("torch.save", RuntimeError("unexpected pos 64 vs 0")),
        ("transformers.modeling_utils.safe_save_file", SafetensorError("I/O error: os error 28")),
    ],
    ids=["torch", "safetensors"],
)
def test_a_disk_that_takes_no_checkpoint_is_named(folder, tmp_path, monkeypatch, writer, error):
    def full(*_, **__):
        raise error

    monkeypatch.setattr(writer, full)
    with pytest.raises(ValueError, match=f"of step 2 cannot be written: make room in {tmp_path}"):
        run(folder, tmp_path)


def test_a_run_that_begins_anew_leaves_no_checkpoint_of_the_one_before(folder, whole, tmp_path):
    copytree(whole[2], tmp_path, dirs_exist_ok=True)
    run(folder, tmp_path, steps=2, save_steps=2, resume=False)
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-2"


def test_pruning_climbs_from_full_and_is_calibrated_each_epoch(folder, tmp_path):
    long = batches(6, length=600, rows=1, how=Reading("masked", 192, 0, 190, (0, 1, 2, 3), 512))
    pruning = PruningSettings(dap_threshold=400.0, anneal_ratio=0.5, fallback_full_attention=False)
    log, _ = run(
        folder, tmp_path, pruning=pruning, data=long, epoch=2, gradient_accumulation=1,
        learning_rate=1e-4,
    )  # fmt: skip
    used = [entry["threshold"] for entry in log if "threshold" in entry]
    targets = {
        entry["step"]: entry["target_threshold"] for entry in log if "target_threshold" in entry
    }
    entropies = [entry["entropy"] for entry in log if "entropy" in entry]
    assert sorted(targets) == [0, 2, 4]
    assert list(targets.values()) == pytest.approx([400 * (1 - e / 4.5) for e in entropies])
    assert used[0] == 0.0
    assert used[3:] == pytest.approx([targets[2], targets[4], targets[4]])
    assert used[-1] == pytest.approx(targets[4])
    densities = [entry["density"] for entry in log if "density" in entry]
    assert densities[0] == 1.0
    assert densities[-1] < 0.95


def test_a_resumed_run_keeps_its_calibrated_target(folder, tmp_path):
    long = batches(6, length=600, rows=1, how=Reading("masked", 192, 0, 190, (0, 1, 2, 3), 512))
    given = {
        "pruning": PruningSettings(dap_threshold=4.0), "data": long, "epoch": 3,
        "gradient_accumulation": 1,
    }  # fmt: skip
    whole, weights = run(folder, tmp_path, **given)
    (tmp_path / "checkpoint-6" / "trainer_state.json").write_text("{")
    again, resumed = run(folder, tmp_path, **given)
    assert json.dumps(losses(again)) == json.dumps(losses(whole))
    same(weights, resumed)


@pytest.mark.parametrize("precision", ["auto", "bf16", "fp32"])
def test_arithmetic_is_one_that_the_machine_has(precision):
    found = TrainingSettings("o", precision=precision).arithmetic
    assert found in {"bf16", "fp32", "fp16"}
    assert precision in ("auto", found)


@pytest.mark.skipif(torch.cuda.is_available(), reason="fp16 is allowed where there is a GPU")
def test_half_precision_is_refused_without_a_gpu():
    with pytest.raises(ValueError, match='"fp16" needs a GPU; "auto" takes'):
        TrainingSettings("o", precision="fp16")
