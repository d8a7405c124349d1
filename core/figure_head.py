"""Type and concept of the numbers of a document, from what stands around each.

A number in a table is decided by its row's words, its column's head and the titles above. A small
network over means of word embeddings learns that from ten filings in half a minute; four of them
from different starts err less together than any one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

IGNORE = -100
_CLIP = 6.0
_SPREAD = 1e-3


class FigureHead(nn.Module):
    """Two layers over the features of a number, the last one twice: for type and for concept."""

    mean: Tensor
    spread: Tensor

    def __init__(self, size: int, types: int, concepts: int, width: int) -> None:
        """Builds the layers.

        Args:
            size: Features of a number.
            types: Types of figures, without "none".
            concepts: Concepts, without "other".
            width: Hidden units.
        """
        super().__init__()
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("spread", torch.ones(size))
        self.inner = nn.Linear(size, width)
        self.types = nn.Linear(width, 1 + types)
        self.concepts = nn.Linear(width, 1 + concepts)

    def scaled(self, features: Tensor) -> Tensor:
        """Returns features `[F, S]` with the training's mean 0 and spread 1, outliers cut off."""
        return ((features - self.mean) / self.spread).clamp(-_CLIP, _CLIP)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Scores numbers.

        Args:
            features: `[F, S]`.

        Returns:
            Types `[F, 1 + types]`, 0 for "none", and concepts `[F, 1 + concepts]`, 0 for "other".
        """
        hidden = nn.functional.gelu(self.inner(self.scaled(features)))
        return self.types(hidden), self.concepts(hidden)


@dataclass(frozen=True)
class FigureTraining:
    """How the head is trained.

    Attributes:
        width: Hidden units of each part; 0 trains no head.
        parts: Heads trained apart, from `seed` on, and joined: what they say on average.
        epochs: Passes over the numbers.
        batch: Numbers in a step.
        learning_rate: Highest learning rate, in the middle of the training.
        weight_decay: Weight decay of AdamW.
        drop: Chance (0 to 1) of dropping a hidden unit; features are dropped with half of it.
        other_weight: Weight of "other" beside 1 for each concept.
        seed: Start of all random choices.
    """

    width: int = 256
    parts: int = 4
    epochs: int = 12
    batch: int = 128
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    drop: float = 0.4
    other_weight: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuses values outside their ranges.

        Raises:
            ValueError: A value is out of range; the message names it.
        """
        if self.width < 0:
            raise ValueError(f"width must be 0 or more, got {self.width}")
        for name in ("parts", "epochs", "batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        if not 0 <= self.drop < 1:
            raise ValueError(f"drop must be 0 to under 1, got {self.drop}")
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate must be above 0, got {self.learning_rate}")


@dataclass(frozen=True)
class Numbers:
    """Numbers with what they are.

    Attributes:
        features: `[F, S]`.
        types: int64 `[F]`: 0 for no figure, -100 where that is unknown.
        concepts: int64 `[F]`: 0 for other concepts, -100 where there is none.
    """

    features: Tensor
    types: Tensor
    concepts: Tensor


def train_figure_head(
    numbers: Numbers,
    sizes: tuple[int, int],
    settings: FigureTraining,
) -> FigureHead:
    """Trains a head on features that do not change.

    Args:
        numbers: What to learn from.
        sizes: Types without "none", concepts without "other".
        settings: Duration and speed.

    Returns:
        The head, as wide as all of its parts together.
    """
    seeds = range(settings.seed, settings.seed + settings.parts)
    return _joined([_train_part(numbers, sizes, settings, seed) for seed in seeds]).eval()


def _train_part(
    numbers: Numbers, sizes: tuple[int, int], settings: FigureTraining, seed: int
) -> FigureHead:
    torch.manual_seed(seed)
    count, size = numbers.features.shape
    head = FigureHead(size, *sizes, settings.width)
    head.mean.copy_(numbers.features.mean(0))
    head.spread.copy_(numbers.features.std(0) + _SPREAD)
    steps = max(settings.epochs * (count // settings.batch), 1)
    optimiser = torch.optim.AdamW(
        head.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
    )
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.learning_rate, total_steps=steps + 1
    )
    weights = torch.ones(1 + sizes[1])
    weights[0] = settings.other_weight
    order = torch.empty(0, dtype=torch.int64)
    for _ in range(steps):
        if len(order) < settings.batch:
            order = torch.randperm(count)
        chosen, order = order[: settings.batch], order[settings.batch :]
        loss = _loss(head, numbers, chosen, weights, settings)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rates.step()
    return head


@torch.no_grad()
def _joined(parts: Sequence[FigureHead]) -> FigureHead:
    """One head whose scores are the means of the parts'."""
    first = parts[0]
    outputs = first.types.out_features - 1, first.concepts.out_features - 1
    whole = FigureHead(
        first.inner.in_features, *outputs, sum(part.inner.out_features for part in parts)
    )
    whole.mean.copy_(first.mean)
    whole.spread.copy_(first.spread)
    whole.inner.weight.copy_(torch.cat([part.inner.weight for part in parts]))
    whole.inner.bias.copy_(torch.cat([part.inner.bias for part in parts]))
    for name in ("types", "concepts"):
        layers = [getattr(part, name) for part in parts]
        joined = getattr(whole, name)
        joined.weight.copy_(torch.cat([layer.weight for layer in layers], 1) / len(parts))
        joined.bias.copy_(torch.stack([layer.bias for layer in layers]).mean(0))
    return whole


def _loss(
    head: FigureHead,
    numbers: Numbers,
    chosen: Tensor,
    weights: Tensor,
    settings: FigureTraining,
) -> Tensor:
    features = head.scaled(numbers.features[chosen].float())
    features = nn.functional.dropout(features, settings.drop / 2)
    inner = nn.functional.dropout(nn.functional.gelu(head.inner(features)), settings.drop)
    loss = _entropy(head.types(inner), numbers.types[chosen])
    return loss + _entropy(head.concepts(inner), numbers.concepts[chosen], weights)


def _entropy(logits: Tensor, wanted: Tensor, weights: Tensor | None = None) -> Tensor:
    if bool((wanted == IGNORE).all()):
        return logits.sum() * 0.0
    return nn.functional.cross_entropy(logits, wanted, weights, ignore_index=IGNORE)
