"""Transformers' Trainer with what all recipes need: a schedule of pruning, a way out of memory."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.utils.data import Dataset
from transformers import PreTrainedModel, Trainer, TrainerCallback

from secateur.core import hf
from secateur.core.attention_modules import body_of
from secateur.core.out_of_memory import is_out_of_memory
from secateur.core.training.annealing import (
    PruningSettings,
    last_logged,
    mean_density,
    recalibrated,
)
from secateur.core.training.tagged import IGNORE

Batch = dict[str, Tensor]
Batches = Dataset[Batch]
Loss = Callable[[PreTrainedModel, Batch], Tensor]
"""Sum of the losses of a batch's labels; those of -100 do not count."""

_MOST_SKIPPED = 3
"""Steps in a row with gradients that are not finite, at which training ends."""

logger = logging.getLogger(__name__)


class RecipeTrainer(Trainer):
    """Trainer that prunes by a schedule and cuts batches that do not fit in memory."""

    loss: Loss
    pruning: PruningSettings

    def __init__(self, **given: Any) -> None:
        """Builds a Trainer whose losses are divided by the labels of a whole step."""
        super().__init__(**given)
        self.model_accepts_loss_kwargs = True
        self._step = -1
        self._group: list[Batch] = []
        self._told: Tensor | float = 0.0

    @property
    def target(self) -> float:
        """The threshold that pruning climbs to."""
        return last_logged(self.state.log_history, "target_threshold", self.pruning.dap_threshold)

    @property
    def parts(self) -> int:
        """Into how many parts each batch is cut for lack of memory."""
        return int(last_logged(self.state.log_history, "parts", 1))

    def compute_loss(
        self,
        model: nn.Module,
        inputs: Batch,
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:
        """Returns a batch's share of the step's mean loss."""
        self._prune(self.state.global_step / max(self.state.max_steps - 1, 1), inputs)
        with self.accelerator.autocast():
            total = self.loss(body_of(self.accelerator.unwrap_model(model)), inputs)
        count = num_items_in_batch
        return total / max(int(_counted(inputs) if count is None else count), 1)

    def _prune(self, done: float, inputs: Batch) -> None:
        if self.pruning.attention == "full":
            return
        threshold = self.pruning.threshold_at(done, inputs["input_ids"].shape[1], self.target)
        model = body_of(self.accelerator.unwrap_model(self.model))
        hf.enable(model, threshold=threshold, fallback=self.pruning.fallback_full_attention)
        self._threshold = threshold

    def training_step(
        self,
        model: nn.Module,
        inputs: Batch,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        """Adds a batch's gradient; where memory runs out, the step begins anew in halves."""
        if self._step != self.state.global_step:
            self._step, self._group, self._told = self.state.global_step, [], 0.0
        self._group.append(inputs)
        pending, told = [inputs], self._told
        while True:
            try:
                parts = [part for batch in pending for part in cut(batch, self.parts)]
                steps = [super(RecipeTrainer, self).training_step(model, part, num_items_in_batch)
                         for part in parts]  # fmt: skip
                break
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            # After the except block, so that the failed call's tensors are freed.
            self._halve()
            model.zero_grad()
            pending, told = list(self._group), 0.0
        total = torch.stack(steps).sum()
        before, self._told = self._told, told + total
        return self._told - before

    def _halve(self) -> None:
        rows = max(len(batch["input_ids"]) for batch in self._group)
        if self.parts >= rows:
            raise ValueError(
                "out of memory with a single row of "
                f"{self._group[-1]['input_ids'].shape[1]} tokens: lower max_seq_len, or turn "
                "gradient_checkpointing on"
            )
        parts = 2 * self.parts
        logger.warning(
            "out of memory: batches are halved to %d rows, and %d are accumulated to a step",
            math.ceil(rows / parts), parts * self.args.gradient_accumulation_steps,
        )  # fmt: skip
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self.log({"parts": parts})

    def evaluate(
        self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval"
    ) -> dict[str, float]:
        """Returns the mean loss of the validation set's labels, pruned at the target."""
        model = body_of(self.accelerator.unwrap_model(self.model))
        device = self.args.device
        dataset = self.eval_dataset if eval_dataset is None else eval_dataset
        metrics = {f"{metric_key_prefix}_loss": self._mean_loss(model, dataset, device)}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def _mean_loss(self, model: PreTrainedModel, dataset: Any, device: torch.device) -> float:
        training = model.training
        model.eval()
        total, count = 0.0, 0
        with torch.no_grad(), self.accelerator.autocast():
            for number in range(len(dataset)):
                for part in cut(dataset[number], self.parts):
                    batch = {name: values.to(device) for name, values in part.items()}
                    self._prune(1.0, batch)
                    total += float(self.loss(model, batch))
                    count += _counted(batch)
        model.train(training)
        if not count:
            raise ValueError("the validation set asks for nothing")
        return total / count

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:
        """Says of what the writers below cannot write where and why; what they raise does not."""
        try:
            super()._save_checkpoint(model, trial)
        except (RuntimeError, SafetensorError) as error:
            raise ValueError(
                f"the checkpoint of step {self.state.global_step} cannot be written: make room in "
                f"{self.args.output_dir} and run again, which goes on from the last whole one"
            ) from error

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Logs, and beside a loss the threshold in use and the density that it gave."""
        if "loss" in logs and self.pruning.attention == "dap":
            model = body_of(self.accelerator.unwrap_model(self.model))
            logs = {
                **logs,
                "threshold": self._threshold,
                "density": mean_density(hf.statistics(model)),
            }
        super().log(logs, start_time)


class FiniteSteps(TrainerCallback):
    """Leaves out steps whose gradients are not finite, and stops when there are too many."""

    def __init__(self, trainer: RecipeTrainer) -> None:
        self._trainer = trainer

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Takes gradients that are not finite away, so that nothing is learnt from them."""
        model = cast(nn.Module, self._trainer.model)
        grads = [values.grad for values in model.parameters() if values.grad is not None]
        if all(bool(torch.isfinite(grad).all()) for grad in grads):
            return
        if args.fp16:  # the loss scaler leaves such steps out itself, and lowers its scale
            return
        step = state.global_step + 1
        skipped = [entry["step"] + 1 for entry in state.log_history if "skipped" in entry]
        if skipped[1 - _MOST_SKIPPED :] == list(range(step - _MOST_SKIPPED + 1, step)):
            raise ValueError(
                f"the gradients of steps {step - _MOST_SKIPPED + 1} to {step} are not finite: "
                f'lower learning_rate, or set precision = "fp32"; {args.output_dir} has the '
                "checkpoints before them"
            )
        logger.warning("step %d: the gradients are not finite, the step is left out", step)
        for values in model.parameters():
            values.grad = None
        self._trainer.log({"skipped": len(skipped) + 1})


class EarlyStopping(TrainerCallback):
    """Stops after so many looks without a lower loss, by the log, which outlives a kill."""

    def __init__(self, patience: int) -> None:
        self._patience = patience

    def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Stops where patience is at its end."""
        if out_of_patience(state.log_history, self._patience):
            control.should_training_stop = True


class Recalibration(TrainerCallback):
    """Sets the target threshold anew at the beginning and after each epoch."""

    def __init__(self, trainer: RecipeTrainer, batches: Batches, epoch_steps: int) -> None:
        self._trainer, self._batches, self._epoch = trainer, batches, epoch_steps

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Measures, unless the run goes on from a checkpoint, whose log has the target."""
        if not state.global_step:
            self._measure()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Measures at the end of an epoch."""
        if state.global_step % self._epoch == 0 and state.global_step < state.max_steps:
            # Logging takes back the wish to log that this step may have.
            wished = control.should_log
            self._measure()
            control.should_log = wished

    def _measure(self) -> None:
        trainer = self._trainer
        model = body_of(trainer.accelerator.unwrap_model(trainer.model))
        with trainer.accelerator.autocast():
            found = recalibrated(model, self._batches, trainer.pruning.dap_threshold)
        if found is not None:
            trainer.log({"entropy": found[0], "target_threshold": found[1]})


def out_of_patience(history: Sequence[Mapping[str, Any]], patience: int) -> bool:
    """Tells by a Trainer's log whether so many looks have passed since the best one."""
    looks = [entry["eval_loss"] for entry in history if "eval_loss" in entry]
    return bool(looks) and len(looks) - 1 - looks.index(min(looks)) >= patience


def cut(batch: Batch, parts: int) -> Iterator[Batch]:
    """Cuts a batch by its rows into at most so many parts of like size."""
    rows = len(batch["input_ids"])
    size = math.ceil(rows / parts)
    for first in range(0, rows, size):
        yield {name: values[first : first + size] for name, values in batch.items()}


def _counted(batch: Batch) -> int:
    return int((batch["labels"] != IGNORE).sum())
