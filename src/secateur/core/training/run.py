"""The training that all recipes share, on transformers' Trainer.

A data set's item is a ready batch, a loss is the sum over its labels, and the sum of a step's
batches is divided by the number of labels in them: so a step is the same however it is cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import (
    PreTrainedModel,
    PrinterCallback,
    TrainingArguments,
    set_seed,
)

from secateur.core import hf
from secateur.core.attention_modules import body_of
from secateur.core.training.annealing import PruningSettings
from secateur.core.training.checkpoints import (
    best_checkpoint,
    last_checkpoint,
    read_state,
    remove_checkpoints,
)
from secateur.core.training.log import TrainingLog, plot_losses
from secateur.core.training.trainer import (
    Batch,
    Batches,
    EarlyStopping,
    FiniteSteps,
    Loss,
    Recalibration,
    RecipeTrainer,
    out_of_patience,
)


@dataclass(frozen=True)
class TrainingSettings:
    """How long and how fast to train.

    Attributes:
        output: Folder for checkpoints and logs.
        steps: Optimiser steps.
        learning_rate: Highest learning rate, reached after the warm-up and then lowered to 0.
        warmup_steps: Steps that warm up, but at most `warmup_ratio` of all.
        warmup_ratio: Share (0 to 1) of the steps that may warm up.
        weight_decay: Weight decay of AdamW.
        max_grad_norm: Gradients are scaled down to this norm.
        gradient_accumulation: Batches to an optimiser step.
        gradient_checkpointing: Computes activations again in the backward pass instead of keeping
            them.
        seed: Start of all random choices.
        precision: "bf16", "fp16" (on a GPU) or "fp32" arithmetic; "auto" takes what the machine
            computes fast. Weights stay fp32.
        save_steps: Steps between checkpoints; with a validation set a multiple of `eval_steps`.
        eval_steps: Steps between looks at the validation set.
        patience: Looks without a lower validation loss after which training stops.
        log_steps: Steps between logged losses.
        threads: CPU threads; 0 leaves torch's choice.
        resume: Goes on from the last checkpoint in `output` where there is one; false begins anew
            and removes those that are there.
    """

    output: str
    steps: int = 1000
    learning_rate: float = 3e-4
    warmup_steps: int = 4000
    warmup_ratio: float = 0.1
    weight_decay: float = 0.01
    max_grad_norm: float = 1.0
    gradient_accumulation: int = 8
    gradient_checkpointing: bool = True
    seed: int = 0
    precision: str = "auto"
    save_steps: int = 200
    eval_steps: int = 50
    patience: int = 4
    log_steps: int = 20
    threads: int = 0
    resume: bool = True

    def __post_init__(self) -> None:
        if self.precision not in ("auto", "bf16", "fp16", "fp32"):
            raise ValueError(
                f'precision must be "auto", "bf16", "fp16" or "fp32", got {self.precision!r}'
            )
        if self.precision == "fp16" and not torch.cuda.is_available():
            raise ValueError('precision "fp16" needs a GPU; "auto" takes what this machine has')
        for name in (
            "steps", "save_steps", "log_steps", "gradient_accumulation", "eval_steps", "patience",
        ):  # fmt: skip
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        for name in ("warmup_steps", "weight_decay", "seed", "threads"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        if not 0 <= self.warmup_ratio <= 1:
            raise ValueError(f"warmup_ratio must be 0 to 1, got {self.warmup_ratio}")
        for name in ("learning_rate", "max_grad_norm"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)}")

    @property
    def warmup(self) -> int:
        """Steps that warm up."""
        return min(self.warmup_steps, round(self.warmup_ratio * self.steps))

    @property
    def arithmetic(self) -> str:
        """The precision, "auto" resolved: "bf16", "fp16" or "fp32"."""
        if self.precision != "auto":
            return self.precision
        if torch.cuda.is_available():
            return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
        return "bf16" if torch.cpu._is_avx512_bf16_supported() else "fp32"


def train(
    model: PreTrainedModel | PeftModel,
    batches: Batches,
    settings: TrainingSettings,
    pruning: PruningSettings,
    loss: Loss,
    *,
    valid: Batches | None = None,
    epoch_steps: int = 0,
    planned: bool = True,
    optimiser: torch.optim.Optimizer | None = None,
) -> list[dict[str, float]]:
    """Trains a model; with a validation set it ends with the weights of the lowest loss there.

    Args:
        model: Changed in place; at the end it has torch's own attention.
        batches: One batch an item, with `labels` of -100 where nothing is to be learnt.
        settings: Duration, speed, checkpoints. Checkpoints, `log.csv`, `tensorboard/` and
            `loss.png` go to `settings.output`.
        pruning: Attention while training. The validation set is read at the target threshold.
        loss: What is to fall.
        valid: The same as `batches`, for validation.
        epoch_steps: Steps after which the threshold is calibrated again; 0 for never.
        planned: Batches are taken in their order; else shuffled in each epoch.
        optimiser: None is AdamW over all weights.

    Returns:
        The log: step, loss, learning rate and what else `secateur.core.training.log` has.

    Raises:
        ValueError: The settings do not fit together, the gradients are not finite three steps
            running, or a single row does not fit in memory.
    """
    if valid is not None and settings.save_steps % settings.eval_steps:
        raise ValueError(
            f"save_steps must be a multiple of eval_steps ({settings.eval_steps}), "
            f"got {settings.save_steps}"
        )
    if settings.threads:
        torch.set_num_threads(settings.threads)
    set_seed(settings.seed)
    output = Path(settings.output)
    output.mkdir(parents=True, exist_ok=True)
    if not settings.resume:
        remove_checkpoints(output)
    if settings.gradient_checkpointing:
        body_of(model).activation_checkpointing_enable({"use_reentrant": False})
    trainer = RecipeTrainer(
        model=model,
        args=_arguments(settings, valid is not None, planned),
        train_dataset=batches,
        eval_dataset=valid,
        data_collator=_only,
        optimizers=(optimiser, None),
    )
    trainer.loss, trainer.pruning = loss, pruning
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(TrainingLog(output))
    trainer.add_callback(FiniteSteps(trainer))
    if pruning.attention == "dap" and pruning.recalibrate and epoch_steps:
        trainer.add_callback(Recalibration(trainer, batches, epoch_steps))
    if valid is not None:
        trainer.add_callback(EarlyStopping(settings.patience))
    begin = last_checkpoint(output) if settings.resume else None
    if begin is not None and _has_ended(begin, settings, valid is not None):
        # Trainer would take one step more, and its weights where they happen to be better.
        trainer.state = read_state(begin)
        trainer._load_from_checkpoint(str(best_checkpoint(begin) if valid is not None else begin))
    else:
        trainer.train(resume_from_checkpoint=None if begin is None else str(begin))
    if settings.gradient_checkpointing:
        body_of(model).activation_checkpointing_disable()
    hf.disable(body_of(model))
    plot_losses(trainer.state.log_history, output / "loss.png")
    return trainer.state.log_history


def _has_ended(checkpoint: Path, settings: TrainingSettings, validated: bool) -> bool:
    state = read_state(checkpoint)
    stopped = validated and out_of_patience(state.log_history, settings.patience)
    return stopped or state.global_step >= settings.steps


def _arguments(settings: TrainingSettings, validated: bool, planned: bool) -> TrainingArguments:
    best: dict[str, Any] = {}
    if validated:
        best = {
            "eval_strategy": "steps",
            "eval_steps": settings.eval_steps,
            "load_best_model_at_end": True,
            "metric_for_best_model": "eval_loss",
            "greater_is_better": False,
        }
    return TrainingArguments(
        output_dir=settings.output,
        max_steps=settings.steps,
        per_device_train_batch_size=1,
        gradient_accumulation_steps=settings.gradient_accumulation,
        learning_rate=settings.learning_rate,
        warmup_steps=settings.warmup,
        lr_scheduler_type="linear",
        weight_decay=settings.weight_decay,
        max_grad_norm=settings.max_grad_norm,
        seed=settings.seed,
        data_seed=settings.seed,
        bf16=settings.arithmetic == "bf16",
        fp16=settings.arithmetic == "fp16",
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        save_steps=settings.save_steps,
        save_total_limit=2,
        logging_steps=settings.log_steps,
        report_to=[],
        remove_unused_columns=False,
        disable_tqdm=True,
        label_names=["labels"],
        train_sampling_strategy="sequential" if planned else "random",
        **best,
    )


def _only(items: list[Batch]) -> Batch:
    return items[0]
