"""Training of a decoder's adapter on the answers to prompts, on transformers' Trainer."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from peft import PeftModel
from peft.helpers import disable_input_dtype_casting
from torch import Tensor, nn
from torch.utils.data import Dataset
from transformers import (
    EarlyStoppingCallback,
    PreTrainedModel,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import get_last_checkpoint

from secateur.core.tagged import IGNORE
from secateur.core.training import TrainingSettings


@dataclass(frozen=True)
class AdapterTraining(TrainingSettings):
    """`TrainingSettings` with what an adapter's training adds.

    Attributes:
        batch_tokens: Most tokens of a batch, padding included; 1 or more.
        accumulation: Batches to an optimiser step.
        eval_steps: Steps between looks at the validation set; checkpoints must fall on them.
        patience: Looks without a lower validation loss after which training stops.
    """

    batch_tokens: int = 2048
    accumulation: int = 1
    eval_steps: int = 50
    patience: int = 4

    def __post_init__(self) -> None:
        """Refuses values outside their ranges; see `TrainingSettings`."""
        super().__post_init__()
        for name in ("batch_tokens", "accumulation", "eval_steps", "patience"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        if self.save_steps % self.eval_steps:
            raise ValueError(
                f"save_steps must be a multiple of eval_steps ({self.eval_steps}), "
                f"got {self.save_steps}"
            )


@dataclass(frozen=True)
class Example:
    """A prompt and what is to be written after it, in tokens, the end token included."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.answer)


class AnswerBatches(Dataset[dict[str, Tensor]]):
    """Batches of examples of like length, padded on the right.

    Under causal attention no token sees the padding after it, so that none needs a mask.

    Args:
        examples: Shorter than `batch_tokens` each.
        batch_tokens: Most tokens of a batch, padding included.
        pad: Token to pad with.
        seed: Start of the shuffling that decides which examples of like length meet.
    """

    def __init__(
        self, examples: Sequence[Example], batch_tokens: int, pad: int, seed: int = 0
    ) -> None:
        longest = max(map(len, examples), default=0)
        if longest > batch_tokens:
            raise ValueError(f"an example of {longest} tokens does not fit in {batch_tokens}")
        self._pad = pad
        order = torch.randperm(len(examples), generator=torch.Generator().manual_seed(seed))
        shuffled = sorted((examples[i] for i in order.tolist()), key=len)
        self._batches: list[list[Example]] = [[]]
        for example in shuffled:
            if (len(self._batches[-1]) + 1) * len(example) > batch_tokens:
                self._batches.append([])
            self._batches[-1].append(example)

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        """Builds a batch.

        Returns:
            input_ids, int64 `[B, N]`; labels, int64 `[B, N]`: the token to be written after each
            place, -100 where that is the prompt's or padding.
        """
        rows = self._batches[index]
        width = max(map(len, rows)) - 1
        tokens = torch.full((len(rows), width), self._pad)
        labels = torch.full((len(rows), width), IGNORE)
        for number, row in enumerate(rows):
            tokens[number, : len(row) - 1] = torch.tensor((*row.prompt, *row.answer)[:-1])
            labels[number, len(row.prompt) - 1 : len(row) - 1] = torch.tensor(row.answer)
        return {"input_ids": tokens, "labels": labels}


def answer_loss(model: PreTrainedModel, batch: dict[str, Tensor]) -> Tensor:
    """Mean cross-entropy over the answers' tokens; logits are computed for those places only.

    Args:
        model: A causal language model whose logits are its head's output, not scaled or capped.
        batch: See `AnswerBatches`.

    Returns:
        A scalar.
    """
    answered = batch["labels"] != IGNORE
    read = model.get_decoder()(input_ids=batch["input_ids"], use_cache=False)
    logits = model.get_output_embeddings()(read.last_hidden_state[answered])
    return nn.functional.cross_entropy(logits.float(), batch["labels"][answered])


class _AnswerTrainer(Trainer):
    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Tensor | Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor | tuple[Tensor, Any]:
        adapted: PeftModel = self.accelerator.unwrap_model(model)
        base = cast(PreTrainedModel, adapted.get_base_model())
        with self.accelerator.autocast():
            loss = answer_loss(base, inputs)
        return (loss, {}) if return_outputs else loss


class _CsvLog(TrainerCallback):
    """Writes the log to a CSV file as it grows, so that an interrupted run has one too."""

    _COLUMNS = ("step", "epoch", "loss", "eval_loss", "learning_rate", "grad_norm")

    def __init__(self, path: Path) -> None:
        self._path = path

    def on_log(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        with self._path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self._COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(state.log_history)


def train_adapter(
    model: PeftModel,
    train: Dataset[dict[str, Tensor]],
    valid: Dataset[dict[str, Tensor]],
    settings: AdapterTraining,
) -> list[dict[str, float]]:
    """Trains an adapter and leaves the model with the weights of the lowest validation loss.

    Args:
        model: See `secateur.core.lora.attach`. With bf16 arithmetic a bf16 base saves casting its
            weights in every forward call; the adapter's own weights stay fp32.
        train: One batch an item, see `AnswerBatches`.
        valid: The same, for validation.
        settings: Duration, speed, checkpoints. Checkpoints and `log.csv` go to `settings.output`.

    Returns:
        The log: step, loss, eval_loss, learning rate and gradient norm.
    """
    if settings.threads:
        torch.set_num_threads(settings.threads)
    set_seed(settings.seed)
    output = Path(settings.output)
    output.mkdir(parents=True, exist_ok=True)
    trainer = _AnswerTrainer(
        model=model,
        args=_arguments(settings),
        train_dataset=train,
        eval_dataset=valid,
        data_collator=_only,
        callbacks=[_CsvLog(output / "log.csv"), EarlyStoppingCallback(settings.patience)],
    )
    last = get_last_checkpoint(settings.output) if settings.resume else None
    # Autocast casts what it multiplies; peft would turn every input to fp32 first.
    with disable_input_dtype_casting(model):
        trainer.train(resume_from_checkpoint=last)
    return trainer.state.log_history


def _arguments(settings: AdapterTraining) -> TrainingArguments:
    return TrainingArguments(
        output_dir=settings.output,
        max_steps=settings.steps,
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        gradient_accumulation_steps=settings.accumulation,
        learning_rate=settings.learning_rate,
        warmup_steps=round(settings.warmup_ratio * settings.steps),
        lr_scheduler_type="linear",
        weight_decay=settings.weight_decay,
        max_grad_norm=settings.max_grad_norm,
        seed=settings.seed,
        data_seed=settings.seed,
        bf16=settings.precision == "bf16",
        use_cpu=not torch.cuda.is_available(),
        eval_strategy="steps",
        eval_steps=settings.eval_steps,
        save_steps=settings.save_steps,
        save_total_limit=3,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        prediction_loss_only=True,
        label_names=["labels"],
        logging_steps=settings.log_steps,
        report_to=[],
        remove_unused_columns=False,
        disable_tqdm=True,
    )


def _only(items: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    return items[0]
