"""Training of the tagging model on transformers' Trainer, with labels that may be partly known."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset
from transformers import (
    PreTrainedModel,
    Trainer,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import get_last_checkpoint

from secateur.core import hf
from secateur.core.tagged import IGNORE
from secateur.core.tagger import fold_token_types, model_labels


@dataclass(frozen=True)
class TrainingSettings:
    """How long and how fast to train.

    Attributes:
        output: Folder for checkpoints and logs.
        steps: Optimiser steps.
        learning_rate: Highest learning rate, reached after the warm-up and then lowered to 0.
        warmup_ratio: Share (0 to 1) of the steps that warm up.
        weight_decay: Weight decay of AdamW.
        max_grad_norm: Gradients are scaled down to this norm.
        seed: Start of all random choices.
        precision: "bf16" or "fp32" arithmetic; weights stay fp32.
        save_steps: Steps between checkpoints.
        log_steps: Steps between logged losses.
        threads: CPU threads; 0 leaves torch's choice.
        resume: Goes on from the last checkpoint in `output` where there is one.
    """

    output: str
    steps: int = 1000
    learning_rate: float = 2e-4
    warmup_ratio: float = 0.1
    weight_decay: float = 0.01
    max_grad_norm: float = 1.0
    seed: int = 0
    precision: str = "bf16"
    save_steps: int = 200
    log_steps: int = 20
    threads: int = 0
    resume: bool = True

    def __post_init__(self) -> None:
        """Refuses values outside their ranges.

        Raises:
            ValueError: A value is out of range; the message names it.
        """
        if self.precision not in ("bf16", "fp32"):
            raise ValueError(f'precision must be "bf16" or "fp32", got {self.precision!r}')
        for name in ("steps", "save_steps", "log_steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        if not 0 <= self.warmup_ratio <= 1:
            raise ValueError(f"warmup_ratio must be 0 to 1, got {self.warmup_ratio}")
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate must be above 0, got {self.learning_rate}")


@dataclass(frozen=True)
class TaggerTraining(TrainingSettings):
    """`TrainingSettings` with what the tagger's training adds.

    Attributes:
        threshold: DAP threshold of the first step for pieces of 8,192 tokens. Shorter ones get less
            in proportion, so that spans of the same probability are cut; 0 prunes nothing.
        last_threshold: The same of the last step; between them lies a geometric line.
        rare: Weight of the labels of each rare type.
        head_rate: Learning rate of the last layers and the token types, which begin from nothing,
            as a multiple of the encoder's.
        checkpointing: Computes activations again in the backward pass instead of keeping them.
    """

    threshold: float = 0.0
    last_threshold: float = 0.0
    rare: dict[str, float] = field(default_factory=dict)
    head_rate: float = 1.0
    checkpointing: bool = False

    def __post_init__(self) -> None:
        """Refuses values outside their ranges.

        Raises:
            ValueError: A value is out of range; the message names it.
        """
        super().__post_init__()
        for name in ("threshold", "last_threshold"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        if (self.threshold > 0) != (self.last_threshold > 0):
            raise ValueError("threshold and last_threshold must both be 0 or both above 0")

    def threshold_at(self, done: float, tokens: int) -> float:
        """Returns the DAP threshold for a piece.

        Args:
            done: Share (0 to 1) of the steps that are done.
            tokens: Length of the piece.
        """
        if not self.threshold:
            return 0.0
        whole = self.threshold * (self.last_threshold / self.threshold) ** done
        return whole * tokens / _THRESHOLD_TOKENS


_THRESHOLD_TOKENS = 8192
Settings = TypeVar("Settings")


def read_toml(path: str | Path, known: Sequence[str]) -> dict[str, Any]:
    """Reads the tables of a config file.

    Args:
        path: A TOML file.
        known: Names of the tables it may hold.

    Raises:
        ValueError: There is no such file or it is not TOML, where the message names file and line;
            or a table is unknown, where it names the nearest known one.
    """
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{path}: no such config file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ValueError(f"{path}: cannot be read as TOML: {error}") from error
    for name in tables:
        if name not in known:
            raise ValueError(f"{path}: unknown table {name!r}: {_hint(name, known)}")
    return tables


def build_tables(
    tables: dict[str, Any], path: str | Path, kinds: Mapping[str, type]
) -> dict[str, Any]:
    """Turns tables of a config file into settings, a missing table into the defaults.

    Args:
        tables: What `read_toml` gave.
        path: The file, for messages.
        kinds: The dataclass of each table.

    Returns:
        The settings by the tables' names.

    Raises:
        ValueError: See `build_settings`.
    """
    return {
        name: build_settings(kind, tables.get(name, {}), f"{path}, [{name}]")
        for name, kind in kinds.items()
    }


def build_settings(kind: type[Settings], values: Any, place: str) -> Settings:
    """Fills a settings dataclass from a table of a config file.

    Args:
        kind: The dataclass.
        values: The table.
        place: File and table, for messages.

    Returns:
        The settings; whatever the table leaves out keeps its default.

    Raises:
        ValueError: A key is unknown (the message names the nearest known one), missing or of the
            wrong type, or its value is out of range.
    """
    if not isinstance(values, dict):
        raise ValueError(f"{place}: expected a table, got {values!r}")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for key, value in values.items():
        if key not in known:
            raise ValueError(f"{place}: unknown key {key!r}: {_hint(key, known)}")
        wanted = str(known[key].type)
        if not _fits(value, wanted):
            raise ValueError(f"{place}: {key} must be {wanted}, got {value!r}")
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{place}: {error}") from error


def _hint(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"


def _fits(value: object, wanted: str) -> bool:
    if wanted == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if wanted in ("int", "str", "bool"):
        return type(value).__name__ == wanted
    return True


def partial_label_loss(logits: Tensor, allowed: Tensor, weights: Tensor | None = None) -> Tensor:
    """Negative log of the probability that each token bears one of its allowed labels.

    A token of which only one label is allowed gives plain cross-entropy; a token that may bear any
    label gives 0. So a set that does not label a type neither rewards nor punishes it.

    Args:
        logits: `[B, N, L]`, at most 62 labels.
        allowed: int64 `[B, N]`: a bit set of label numbers, or -100 for tokens that do not count.
        weights: Weight of each label `[L]`, for tokens of which that label is known; None is 1.

    Returns:
        The sum divided by the number of tokens that count, a scalar; 0 where there is none.
    """
    counted = allowed != IGNORE
    scores = logits[counted].float()
    bits = torch.arange(logits.shape[-1], device=logits.device)
    admitted = ((allowed[counted][:, None] >> bits) & 1).bool()
    inside = scores.masked_fill(~admitted, float("-inf")).logsumexp(-1)
    losses = scores.logsumexp(-1) - inside
    if weights is not None:
        known = admitted.sum(-1) == 1
        losses = losses * torch.where(known, (admitted * weights).sum(-1), 1.0)
    return losses.sum() / max(int(counted.sum()), 1)


def train_tagger(
    model: PreTrainedModel,
    batches: Dataset[dict[str, Tensor]],
    settings: TaggerTraining,
) -> list[dict[str, float]]:
    """Trains a model on ready batches, in their order, under DAP.

    Args:
        model: Gives `logits` `[B, N, L]`.
        batches: One batch an item, with partial labels under "labels"; as many as steps.
        settings: Duration and speed.

    Returns:
        The log: step, loss, learning rate and gradient norm. The model is changed in place; at the
        end it has torch's own attention and one table of token types.
    """
    if settings.threads:
        torch.set_num_threads(settings.threads)
    set_seed(settings.seed)
    arguments = TrainingArguments(
        output_dir=settings.output,
        max_steps=settings.steps,
        per_device_train_batch_size=1,
        learning_rate=settings.learning_rate,
        warmup_steps=round(settings.warmup_ratio * settings.steps),
        lr_scheduler_type="linear",
        weight_decay=settings.weight_decay,
        max_grad_norm=settings.max_grad_norm,
        seed=settings.seed,
        data_seed=settings.seed,
        bf16=settings.precision == "bf16",
        use_cpu=not torch.cuda.is_available(),
        save_steps=settings.save_steps,
        save_total_limit=2,
        logging_steps=settings.log_steps,
        report_to=[],
        remove_unused_columns=False,
        disable_tqdm=True,
        train_sampling_strategy="sequential",
    )
    if settings.checkpointing:
        model.activation_checkpointing_enable({"use_reentrant": False})
    trainer = _TaggerTrainer(
        model=model,
        args=arguments,
        train_dataset=batches,
        data_collator=_only,
        optimizers=(_optimiser(model, settings), None),
    )
    trainer.settings = settings
    trainer.weights = _label_weights(model, settings)
    last = get_last_checkpoint(settings.output) if settings.resume else None
    trainer.train(resume_from_checkpoint=last)
    hf.disable(model)
    fold_token_types(model)
    return trainer.state.log_history


class _TaggerTrainer(Trainer):
    """Trainer with the loss of a tagger, and its own DAP threshold for every step."""

    settings: TaggerTraining
    weights: Tensor

    def compute_loss(
        self, model: nn.Module, inputs: dict[str, Tensor], *_: Any, **__: Any
    ) -> Tensor:
        """Returns the loss of one batch."""
        settings = self.settings
        labels = inputs.pop("labels")
        done = self.state.global_step / max(settings.steps - 1, 1)
        threshold = settings.threshold_at(done, labels.shape[1])
        hf.enable(self.accelerator.unwrap_model(model), threshold=threshold, mass_floor=0.0)
        logits = model(**inputs)["logits"]
        return partial_label_loss(logits, labels, self.weights.to(labels.device))


def _optimiser(model: nn.Module, settings: TaggerTraining) -> torch.optim.AdamW:
    """AdamW whose new layers learn faster; biases and norms do not decay."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, values in model.named_parameters():
        new = "classifier" in name or "token_type" in name
        rate = settings.learning_rate * (settings.head_rate if new else 1.0)
        decay = settings.weight_decay if values.ndim > 1 and not new else 0.0
        groups.setdefault((rate, decay), []).append(values)
    return torch.optim.AdamW(
        [
            {"params": part, "lr": rate, "weight_decay": decay}
            for (rate, decay), part in groups.items()
        ]
    )


def _label_weights(model: PreTrainedModel, settings: TaggerTraining) -> Tensor:
    labels = model_labels(model)
    for kind in settings.rare:
        if f"B-{kind}" not in labels:
            raise ValueError(f"rare: the model has no type {kind!r}")
    return torch.tensor([settings.rare.get(label[2:], 1.0) for label in labels])


def _only(items: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    return items[0]
