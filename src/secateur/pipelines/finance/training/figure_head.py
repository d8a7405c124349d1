"""The head for numbers, trained on word embeddings that do not change.

Ten filings take minutes. Words are left out at random, another choice in every step: what a company
calls its things must not be needed to tell them (cf. word dropout, Iyyer et al., ACL 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from secateur.core.models.word_weights import Texts
from secateur.core.training.tagged import IGNORE
from secateur.pipelines.finance.reader.figure_head import (
    FigureHead,
    Scorer,
    concept_features,
    type_features,
)

_WEIGHTS_RATE = 5e-3
"""Highest learning rate of the logarithms of what words count."""
_DROP = 0.4
"""Chance of dropping a hidden unit; features are dropped with half of it."""
_OTHER = 0.5
"""Weight of "other" beside 1 for each concept."""


@dataclass(frozen=True)
class FigureTraining:
    """How the head is trained.

    Attributes:
        width: Hidden units of each network; 0 trains no head.
        parts: Networks for types, trained apart, from `seed` on, and joined into one: what they say
            on average.
        concept_parts: Networks for concepts, each of which learns what words count for it.
        epochs: Passes over the numbers.
        batch: Numbers in a step.
        learning_rate: Highest learning rate, in the middle of the training.
        weight_decay: Weight decay of AdamW.
        word_drop: Chance (0 to 1) of leaving a word out of a text.
        seed: Start of all random choices.
    """

    width: int = 256
    parts: int = 4
    concept_parts: int = 2
    epochs: int = 12
    batch: int = 128
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    word_drop: float = 0.2
    seed: int = 0

    def __post_init__(self) -> None:
        if self.width < 0:
            raise ValueError(f"width must be 0 or more, got {self.width}")
        for name in ("parts", "concept_parts", "epochs", "batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        if not 0 <= self.word_drop < 1:
            raise ValueError(f"word_drop must be 0 to under 1, got {self.word_drop}")
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate must be above 0, got {self.learning_rate}")


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
        The head; its network for types is as wide as all of its parts together.
    """
    networks = settings.concept_parts
    shape = (len(words), words.shape[1]), numbers.signs.shape[1], *sizes
    head = FigureHead(*shape, (settings.width * settings.parts, settings.width), networks)
    costs = torch.ones(1 + sizes[1])
    costs[0] = _OTHER
    types = _Task(numbers.types, 1 + sizes[0])
    concepts = _Task(numbers.concepts, 1 + sizes[1], costs, types)
    of_types = partial(type_features, words)
    seeds = range(settings.seed, settings.seed + max(settings.parts, networks))
    head.types = _joined(
        [_fit(of_types, numbers, types, settings, seed) for seed in seeds[: settings.parts]]
    )
    for number, seed in enumerate(seeds[:networks]):
        logs = nn.Parameter(head.word_weights[number].clone())
        of_concepts = partial(concept_features, words, word_weights=logs)
        head.concepts[number] = _fit(of_concepts, numbers, concepts, settings, seed, logs)
        head.word_weights[number].copy_(logs.detach())
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


def _fit(
    features: Callable[[Sequence[Texts], Tensor], Tensor],
    numbers: Numbers,
    task: _Task,
    settings: FigureTraining,
    seed: int,
    logs: nn.Parameter | None = None,
) -> Scorer:
    """Trains one network on features of texts and signs, and the weights that make them."""
    torch.manual_seed(seed)
    rows = task.known()
    with torch.no_grad():
        whole = features([text.rows(rows) for text in numbers.texts], numbers.signs[rows])
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
        rates.append(_WEIGHTS_RATE)
    steps = max(settings.epochs * (len(rows) // settings.batch), 1)
    optimiser = torch.optim.AdamW(
        groups, settings.learning_rate, weight_decay=settings.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=steps + 1)
    order = torch.empty(0, dtype=torch.int64)
    for _ in range(steps):
        if len(order) < settings.batch:
            order = rows[torch.randperm(len(rows))]
        chosen, order = order[: settings.batch], order[settings.batch :]
        texts = [text.rows(chosen).thinned(settings.word_drop) for text in numbers.texts]
        given = scorer.scaled(features(texts, numbers.signs[chosen]))
        given = nn.functional.dropout(given, _DROP / 2)
        inner = nn.functional.dropout(nn.functional.gelu(scorer.inner(given)), _DROP)
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
