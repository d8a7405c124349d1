"""Training of the tagging model, with labels that may be partly known."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset
from transformers import PreTrainedModel

from secateur.core.models.tagger import model_labels
from secateur.core.training.annealing import PruningSettings
from secateur.core.training.run import TrainingSettings, train
from secateur.core.training.tagged import IGNORE
from secateur.core.training.trainer import Batch


@dataclass(frozen=True)
class TaggerTraining(TrainingSettings):
    """`TrainingSettings` with what the tagger's training adds.

    Attributes:
        rare: Weight of the labels of each rare type.
        head_rate: Learning rate of what begins from nothing (last layer, token types, strength of
            the code of distance), as a multiple of the encoder's.
    """

    rare: dict[str, float] = field(default_factory=dict)
    head_rate: float = 1.0


def partial_label_loss(logits: Tensor, allowed: Tensor, weights: Tensor | None = None) -> Tensor:
    """Negative log of the probability that each token bears one of its allowed labels.

    A token of which only one label is allowed gives plain cross-entropy; a token that may bear any
    label gives 0. So a set that does not label a type neither rewards nor punishes it.

    Args:
        logits: `[B, N, L]`, at most 62 labels.
        allowed: int64 `[B, N]`: a bit set of label numbers, or -100 for tokens that do not count.
        weights: Weight of each label `[L]`, for tokens of which that label is known; None is 1.

    Returns:
        The sum over the tokens that count, a scalar.
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
    return losses.sum()


def train_tagger(
    model: PreTrainedModel,
    batches: Dataset[Batch],
    settings: TaggerTraining,
    pruning: PruningSettings,
    *,
    valid: Dataset[Batch] | None = None,
    epoch_steps: int = 0,
) -> list[dict[str, float]]:
    """Trains a model on ready batches, in their order; see `secateur.core.training.run.train`.

    Args:
        model: Gives `logits` `[B, N, L]`.
        batches: Partial labels under "labels"; as many as steps times `gradient_accumulation`.
        settings: Duration and speed.
        pruning: Attention while training.
        valid: Batches for validation.
        epoch_steps: Steps after which the threshold is calibrated again.

    Returns:
        The log. The model is changed in place.
    """
    return train(
        model, batches, settings, pruning,
        partial(_loss, weights=_label_weights(model, settings)),
        valid=valid, epoch_steps=epoch_steps, optimiser=_optimiser(model, settings),
    )  # fmt: skip


def _loss(model: PreTrainedModel, batch: Batch, weights: Tensor) -> Tensor:
    given = {name: values for name, values in batch.items() if name != "labels"}
    return partial_label_loss(
        model(**given)["logits"], batch["labels"], weights.to(batch["labels"].device)
    )


def _optimiser(model: nn.Module, settings: TaggerTraining) -> torch.optim.AdamW:
    """AdamW whose new layers learn faster; biases and norms do not decay."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, values in model.named_parameters():
        new = any(part in name for part in ("classifier", "token_type", "amplitude"))
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
