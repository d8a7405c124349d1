"""One network of the importance model in training."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from secateur.pipelines.clinical.handover.importance import SECTIONS
from secateur.pipelines.clinical.handover.importance_network import (
    LEVELS,
    ImportanceNetwork,
    Sizes,
)
from secateur.pipelines.clinical.training.importance_data import Example, Prepared

FOLDS_OF = ("note", "dialogue")
"""Groups of which members leave some texts out; pieces of dialogues are learnt from by all."""
_SHARPNESS = 2.0
"""How much the likeliest clause of a bag counts before the others."""
_LEVEL_SHARES = (0.5, 1.0, 1.0)
"""What the decision that a unit has weight 1, 2 or 3 at least counts."""


@dataclass(frozen=True)
class ImportanceTraining:
    """How it is learnt.

    Attributes:
        checkpoint: Folder of the finished model.
        members: Networks of the ensemble.
        parts: Into how many parts texts are divided; a member leaves one out, with 1 none.
        epochs: Passes over the texts.
        learning_rate: The highest.
        weight_decay: Of all weights.
        texts: Texts of a step.
        pieces: Pieces of dialogues of a step.
        piece_share: Share of the pieces that a pass takes.
        sections: What the sections count beside the weights.
        dropout: Share of hidden values that are dropped.
        seed: Of everything drawn.
        threads: Threads of torch.
    """

    checkpoint: str
    members: int = 5
    parts: int = 8
    epochs: int = 10
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    texts: int = 12
    pieces: int = 96
    piece_share: float = 0.5
    sections: float = 1.0
    dropout: float = 0.3
    seed: int = 0
    threads: int = 1


class Member:
    """One network in training.

    Args:
        prepared: What is learnt from.
        settings: How.
        number: Which member it is.
    """

    def __init__(self, prepared: Prepared, settings: ImportanceTraining, number: int) -> None:
        self._settings = settings
        self._seed = 1000 * settings.seed + number
        out = left_out_of(number, prepared.examples, settings)
        self.held = [example for example in prepared.examples if example.name in out]
        learnt = [example for example in prepared.examples if example.name not in out]
        self._texts = [example for example in learnt if example.group in FOLDS_OF]
        self._pieces = [example for example in learnt if example.group not in FOLDS_OF]
        torch.manual_seed(self._seed)
        first = prepared.examples[0].inputs
        sizes = Sizes(
            first.states.shape[1], first.places.shape[1], 1 + len(prepared.sections), len(SECTIONS)
        )
        self.network = ImportanceNetwork(sizes, settings.dropout)
        self._optimizer = torch.optim.AdamW(
            self.network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
        )
        steps = settings.epochs * len(self._steps(random.Random(0)))
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, settings.learning_rate, max(steps, 2) + 1, pct_start=0.15
        )

    def epoch(self, number: int) -> float:
        """Passes over the texts once and returns the mean loss; a pass draws by its number."""
        torch.manual_seed(1000 * self._seed + number)
        steps = self._steps(random.Random(1000 * self._seed + number))
        self.network.train()
        total = 0.0
        for examples in steps:
            loss = loss_of(self.network, examples, self._settings.sections)
            self._optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self._optimizer.step()
            self._schedule.step()
            total += loss.item()
        return total / len(steps)

    def _steps(self, draw: random.Random) -> list[list[Example]]:
        """The examples of each step of a pass; short pieces go together."""
        texts = draw.sample(self._texts, len(self._texts))
        taken = int(len(self._pieces) * self._settings.piece_share)
        pieces = draw.sample(self._pieces, taken)
        steps = [*_parts(texts, self._settings.texts), *_parts(pieces, self._settings.pieces)]
        draw.shuffle(steps)
        return steps

    def _stateful(self) -> tuple[Any, ...]:
        return self.network, self._optimizer, self._schedule

    def state(self, done: int) -> dict[str, Any]:
        """What `resume` goes on from."""
        return {"done": done, "parts": [part.state_dict() for part in self._stateful()]}

    def resume(self, known: Mapping[str, Any]) -> int:
        """Goes on from a state and returns the passes that are done."""
        for part, state in zip(self._stateful(), known["parts"], strict=True):
            part.load_state_dict(state)
        return int(known["done"])


def _parts(examples: Sequence[Example], size: int) -> Iterator[list[Example]]:
    for begin in range(0, len(examples), size):
        yield list(examples[begin : begin + size])


def left_out_of(member: int, examples: Sequence[Example], settings: ImportanceTraining) -> set[str]:
    """The texts that a member does not see, by their ids."""
    found: set[str] = set()
    for group in FOLDS_OF if settings.parts > 1 else ():
        names = sorted(example.name for example in examples if example.group == group)
        random.Random(settings.seed).shuffle(names)
        found.update(names[member % settings.parts :: settings.parts])
    return found


def loss_of(network: ImportanceNetwork, examples: Sequence[Example], share: float) -> Tensor:
    """Cross-entropy of the bags' weights and of the sections of those that have some.

    Args:
        network: In training.
        examples: Of one step.
        share: What the sections count.
    """
    scores = network([example.inputs for example in examples])
    firsts = torch.tensor([0, *(len(example.levels) for example in examples)]).cumsum(0)
    bags = torch.cat(
        [example.bags + first for example, first in zip(examples, firsts[:-1], strict=True)]
    )
    levels = torch.cat([example.levels for example in examples])
    sections = torch.cat([example.sections for example in examples])
    # A text counts by the root of its bags: long ones tell more, but less a unit.
    counts = torch.cat(
        [torch.full((len(e.levels),), len(e.levels) ** -0.5) for e in examples]
    )  # fmt: skip
    told = levels > 0
    wanted = torch.stack([(levels > level).float() for level in range(LEVELS)], 1)
    weights = (counts / counts.mean())[:, None] * torch.tensor(_LEVEL_SHARES)
    pooled = _pooled(scores.levels, scores.levels, bags, len(levels))
    loss = binary_cross_entropy_with_logits(pooled, wanted, weights)
    if told.any():
        named = _pooled(scores.sections, scores.levels, bags, len(levels))
        loss = loss + share * binary_cross_entropy_with_logits(named[told], sections[told])
    return loss


def _pooled(values: Tensor, levels: Tensor, bags: Tensor, count: int) -> Tensor:
    """Values of bags `[B, V]`: of their units `[S, V]`, the likeliest before all."""
    odds = _SHARPNESS * levels.mean(1)
    shares = (odds - odds.max().detach()).exp().clamp_min(1e-20)
    totals = shares.new_zeros(count).index_add(0, bags, shares)
    shares = shares / totals[bags]
    return values.new_zeros(count, values.shape[1]).index_add(0, bags, shares[:, None] * values)
