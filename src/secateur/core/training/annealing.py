"""How attention is pruned while a model trains: from full to a target that follows its entropy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import PreTrainedModel

from secateur.core.attention import AttentionCall
from secateur.core.config import DEFAULT_THRESHOLD, Attention, DapConfig, Fallback
from secateur.core.entropy import mean_entropy, starting_threshold
from secateur.core.pruned_calls import observe
from secateur.core.spans import SpanTable
from secateur.core.training.tagged import IGNORE

_ROWS = 4
"""Rows that entropy is measured on at the end of an epoch."""
_BATCHES = 64
"""Batches that are looked through for rows long enough to be pruned."""


@dataclass(frozen=True)
class PruningSettings:
    """How training prunes.

    Attributes:
        attention: "dap", or "full" for torch's own attention.
        dap_threshold: DAP threshold that the model is trained towards, in units of the uniform
            share; the base of the entropy formula where `recalibrate` is on.
        start_threshold: Threshold of the first step; 0 begins with full attention and climbs in a
            straight line, anything else in a geometric one.
        anneal_ratio: Share (0 to 1) of the steps after which the target is reached.
        recalibrate: Sets the target anew each epoch, to `dap_threshold * (1 - entropy / 4.5)`, with
            the mean entropy of the attention over training rows.
        per_tokens: Thresholds are for rows of so many tokens, and others get theirs in proportion,
            so that spans of the same probability are cut; 0 gives every length the same.
        fallback_full_attention: "auto" gives unsure tiles their full row within a budget, false
            never does, true runs full attention through our kernels.
    """

    attention: Attention = "dap"
    dap_threshold: float = DEFAULT_THRESHOLD
    start_threshold: float = 0.0
    anneal_ratio: float = 0.5
    recalibrate: bool = True
    per_tokens: int = 0
    fallback_full_attention: Fallback = "auto"

    def __post_init__(self) -> None:
        if self.attention not in ("full", "dap"):
            raise ValueError(f'attention must be "full" or "dap", got {self.attention!r}')
        for name in ("dap_threshold", "start_threshold", "per_tokens"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        if self.start_threshold and not self.dap_threshold:
            raise ValueError("a start_threshold above 0 needs a dap_threshold above 0")
        if not 0 <= self.anneal_ratio <= 1:
            raise ValueError(f"anneal_ratio must be 0 to 1, got {self.anneal_ratio}")
        if self.fallback_full_attention not in ("auto", True, False):
            given = self.fallback_full_attention
            raise ValueError(
                f'fallback_full_attention must be "auto", true or false, got {given!r}'
            )

    def threshold_at(self, done: float, tokens: int, target: float | None = None) -> float:
        """Returns the DAP threshold for a row.

        Args:
            done: Share (0 to 1) of the steps that are done.
            tokens: Length of the row.
            target: Where the climb ends; None is `dap_threshold`.
        """
        end = self.dap_threshold if target is None else target
        ramp = min(done / self.anneal_ratio, 1.0) if self.anneal_ratio else 1.0
        start = self.start_threshold
        threshold = start * (end / start) ** ramp if start and end else end * ramp
        return threshold * tokens / self.per_tokens if self.per_tokens else threshold


def recalibrated(
    model: PreTrainedModel, batches: Dataset[dict[str, Tensor]], base: float
) -> tuple[float, float] | None:
    """Measures how evenly a model's attention spreads, and makes a threshold of it.

    Args:
        model: In any mode, which it keeps, as it does its attention.
        batches: Batches as the model trains on; a few rows long enough to be pruned are read.
        base: Threshold of a model whose attention is all on one span.

    Returns:
        Mean entropy, 0 to 4.5, and the threshold; None where no row is long enough to be pruned.
    """
    found: list[float] = []

    def see(name: str, call: AttentionCall, spans: SpanTable, config: DapConfig) -> None:
        found.append(mean_entropy(call, spans, config.tile))

    runs = [_run(model, row) for row in _long_rows(batches)]
    if not runs:
        return None
    training = model.training
    model.eval()
    observe(model, runs, see)
    model.train(training)
    entropy = sum(found) / len(found)
    return entropy, starting_threshold(entropy, base)


def _run(model: PreTrainedModel, row: dict[str, Tensor]) -> Callable[[], object]:
    given = {name: values.to(model.device) for name, values in row.items()}
    return lambda: model.base_model(**given)


def _long_rows(batches: Dataset[dict[str, Tensor]]) -> Iterator[dict[str, Tensor]]:
    """Yields a few rows without their padding."""
    found = 0
    for number in range(min(len(batches), _BATCHES)):  # type: ignore[arg-type]
        batch = batches[number]
        for row in range(len(batch["input_ids"])):
            length = _length(batch, row)
            if length > DapConfig().exact_below:
                yield _cut(batch, row, length)
                found += 1
            if found == _ROWS:
                return


def _length(batch: dict[str, Tensor], row: int) -> int:
    if "attention_mask" in batch:
        return int(batch["attention_mask"][row].sum())
    # Batches for causal attention have no mask: what follows the last label is padding.
    labelled = (batch["labels"][row] != IGNORE).nonzero()
    return int(labelled.max()) + 1 if len(labelled) else 0


def _cut(batch: dict[str, Tensor], row: int, length: int) -> dict[str, Tensor]:
    cut = {}
    for name, values in batch.items():
        if name == "labels":
            continue
        one = values[row : row + 1]
        cut[name] = one.clamp(max=length) if name == "span_offsets" else one[:, :length]
    return {name: values.contiguous() for name, values in cut.items()}


def last_logged(history: list[dict[str, float]], key: str, default: float) -> float:
    """Returns the newest value of a key in a Trainer's log, which a resumed run gets back."""
    return next((entry[key] for entry in reversed(history) if key in entry), default)


def mean_density(statistics: dict[str, dict[str, float]]) -> float:
    """Returns the mean density over modules, of `secateur.core.hf.statistics`; 1 without any."""
    kept = torch.tensor([module["density"] for module in statistics.values()])
    return float(kept.mean()) if len(kept) else 1.0
