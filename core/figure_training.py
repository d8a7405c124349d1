"""The head for numbers, trained on word embeddings that do not change.

Ten filings take minutes; four networks from different starts err less together than any one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from secateur.core.figure_head import FigureHead, Scorer, concept_features, type_features
from secateur.core.tagged import IGNORE
from secateur.core.word_weights import Texts


@dataclass(frozen=True)
class FigureTraining:
    """How the head is trained.

    Attributes:
        width: Hidden units of each part; 0 trains no head.
        parts: Networks trained apart, from `seed` on, and joined: what they say on average.
        epochs: Passes over the numbers.
        weights_epochs: Passes that learn what words count, before; 0 counts all alike.
        batch: Numbers in a step.
        learning_rate: Highest learning rate, in the middle of the training.
        weights_rate: The same of the logarithms of what words count.
        weight_decay: Weight decay of AdamW.
        drop: Chance (0 to 1) of dropping a hidden unit; features are dropped with half of it.
        other_weight: Weight of "other" beside 1 for each concept.
        seed: Start of all random choices.
    """

    width: int = 256
    parts: int = 4
    epochs: int = 12
    weights_epochs: int = 12
    batch: int = 128
    learning_rate: float = 2e-3
    weights_rate: float = 5e-3
    weight_decay: float = 0.05
    drop: float = 0.4
    other_weight: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuses values outside their ranges.

        Raises:
            ValueError: A value is out of range; the message names it.
        """
        for name in ("width", "weights_epochs"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        for name in ("parts", "epochs", "batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        if not 0 <= self.drop < 1:
            raise ValueError(f"drop must be 0 to under 1, got {self.drop}")
        for name in ("learning_rate", "weights_rate"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)}")


@dataclass(frozen=True)
class Numbers:
    """Numbers with what they are.

    Attributes:
        texts: What each is told, in the order of `figure_head.KINDS_OF_TEXT`.
        signs: How each is written `[F, signs]`.
        types: int64 `[F]`: 0 for no figure, -100 where that is unknown.
        concepts: int64 `[F]`: 0 for other concepts, -100 where there is none.
    """

    texts: tuple[Texts, ...]
    signs: Tensor
    types: Tensor
    concepts: Tensor


def train_figure_head(
    words: Tensor, numbers: Numbers, sizes: tuple[int, int], settings: FigureTraining
) -> FigureHead:
    """Trains a head over word embeddings that do not change.

    Args:
        words: The embeddings `[V, D]`.
        numbers: What to learn from.
        sizes: Types without "none", concepts without "other".
        settings: Duration and speed.

    Returns:
        The head, as wide as all of its parts together.
    """
    width = settings.width * settings.parts
    head = FigureHead((len(words), words.shape[1]), numbers.signs.shape[1], *sizes, width)
    costs = torch.ones(1 + sizes[1])
    costs[0] = settings.other_weight
    types = _Task(numbers.types, 1 + sizes[0])
    concepts = _Task(numbers.concepts, 1 + sizes[1], costs, types)
    if settings.weights_epochs:
        head.word_weights.copy_(_learn_weights(words, numbers, concepts, settings))
    given = words, numbers.texts, numbers.signs
    head.types = _train(type_features(*given), types, settings)
    head.concepts = _train(concept_features(*given, head.word_weights), concepts, settings)
    return head.eval()


@dataclass(frozen=True)
class _Task:
    """What a network learns of the numbers.

    Attributes:
        wanted: int64 `[F]`, -100 where nothing is known.
        classes: How many.
        costs: What each counts in the loss; None counts all alike.
        beside: Learnt by the same hidden units, then thrown away: concepts are known of few
            numbers, and what is a figure at all of many.
    """

    wanted: Tensor
    classes: int
    costs: Tensor | None = None
    beside: _Task | None = None

    def known(self) -> Tensor:
        """Numbers of which something is known, ascending."""
        known = self.wanted != IGNORE
        if self.beside is not None:
            known |= self.beside.wanted != IGNORE
        return known.nonzero()[:, 0]

    def loss(self, said: Tensor, chosen: Tensor) -> Tensor:
        """Mean loss of scores `[B, classes]` of the chosen numbers; 0 where none is known."""
        wanted = self.wanted[chosen]
        if bool((wanted == IGNORE).all()):
            return said.sum() * 0.0
        return nn.functional.cross_entropy(said, wanted, self.costs, ignore_index=IGNORE)


def _learn_weights(
    words: Tensor, numbers: Numbers, task: _Task, settings: FigureTraining
) -> Tensor:
    logs = nn.Parameter(torch.zeros(len(numbers.texts), len(words)))

    def features(chosen: Tensor) -> Tensor:
        texts = [text.rows(chosen) for text in numbers.texts]
        return concept_features(words, texts, numbers.signs[chosen], logs)

    _fit(features, task, settings, settings.seed, settings.weights_epochs, logs)
    return logs.detach()


def _train(features: Tensor, task: _Task, settings: FigureTraining) -> Scorer:
    seeds = range(settings.seed, settings.seed + settings.parts)
    return _joined(
        [_fit(features.__getitem__, task, settings, seed, settings.epochs) for seed in seeds]
    )


def _fit(
    features: Callable[[Tensor], Tensor],
    task: _Task,
    settings: FigureTraining,
    seed: int,
    epochs: int,
    logs: nn.Parameter | None = None,
) -> Scorer:
    """Trains one network on the features of chosen numbers, and the weights that make them."""
    torch.manual_seed(seed)
    rows = task.known()
    with torch.no_grad():
        whole = features(rows)
    scorer = Scorer(whole.shape[1], task.classes, settings.width)
    if not len(rows):
        return scorer
    scorer.fit_scale(whole)
    del whole
    aside = nn.Linear(settings.width, task.beside.classes) if task.beside else None
    networks = [scorer] if aside is None else [scorer, aside]
    groups: list[dict[str, Any]] = [
        {"params": [weight for part in networks for weight in part.parameters()]}
    ]
    rates = [settings.learning_rate]
    if logs is not None:
        groups.append({"params": [logs], "weight_decay": 0.0})
        rates.append(settings.weights_rate)
    steps = max(epochs * (len(rows) // settings.batch), 1)
    optimiser = torch.optim.AdamW(
        groups, settings.learning_rate, weight_decay=settings.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=steps + 1)
    order = torch.empty(0, dtype=torch.int64)
    for _ in range(steps):
        if len(order) < settings.batch:
            order = rows[torch.randperm(len(rows))]
        chosen, order = order[: settings.batch], order[settings.batch :]
        given = nn.functional.dropout(scorer.scaled(features(chosen)), settings.drop / 2)
        inner = nn.functional.dropout(nn.functional.gelu(scorer.inner(given)), settings.drop)
        loss = task.loss(scorer.outer(inner), chosen)
        if aside is not None and task.beside is not None:
            loss = loss + task.beside.loss(aside(inner), chosen)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return scorer


@torch.no_grad()
def _joined(parts: Sequence[Scorer]) -> Scorer:
    """One network whose scores are the means of the parts'."""
    first = parts[0]
    width = sum(part.inner.out_features for part in parts)
    whole = Scorer(first.inner.in_features, first.outer.out_features, width)
    whole.mean.copy_(first.mean)
    whole.spread.copy_(first.spread)
    whole.inner.weight.copy_(torch.cat([part.inner.weight for part in parts]))
    whole.inner.bias.copy_(torch.cat([part.inner.bias for part in parts]))
    whole.outer.weight.copy_(torch.cat([part.outer.weight for part in parts], 1) / len(parts))
    whole.outer.bias.copy_(torch.stack([part.outer.bias for part in parts]).mean(0))
    return whole
