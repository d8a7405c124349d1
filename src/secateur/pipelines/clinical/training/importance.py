"""Training of the importance model: `secateur train importance --config FILE`.

Each member of the ensemble leaves some notes and dialogues out, on which it is scored. Encoded
texts and members are kept beside the checkpoint: a run that was stopped goes on with the next pass.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from secateur.core.training.settings import build_tables, read_toml
from secateur.pipelines.clinical.handover.importance import save_importance
from secateur.pipelines.clinical.handover.importance_network import ImportanceNetwork
from secateur.pipelines.clinical.training.importance_data import Example, Prepared, prepare
from secateur.pipelines.clinical.training.importance_member import (
    FOLDS_OF,
    ImportanceTraining,
    Member,
)
from secateur.pipelines.clinical.training.labelled_texts import DataSettings
from secateur.pipelines.errors import UsageError, usage_errors

_NEEDED = 2
"""Weight from which on the next clinician needs a unit."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipe:
    """The whole config file."""

    data: DataSettings
    training: ImportanceTraining


def train_importance(config: str | Path) -> Path:
    """Trains the importance model.

    Args:
        config: A file such as `configs/clinical_importance.toml`.

    Returns:
        The folder with the model.

    Raises:
        UsageError: The config is wrong, or labels or texts are missing.
    """
    with usage_errors():
        recipe = build_tables(Recipe, read_toml(config, ("data", "training")), config)
    data, settings = recipe["data"], recipe["training"]
    root = Path(config).resolve().parent
    folder = root / settings.checkpoint
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(settings.threads)
    kept = folder / "prepared.pt"
    if not kept.exists():
        torch.save(prepare(root / data.labels, root / data.folder, data.sets), kept)
    prepared: Prepared = torch.load(kept, weights_only=False)
    if not any(example.group in FOLDS_OF for example in prepared.examples):
        raise UsageError(f"{root / data.labels}: holds no label of a note or dialogue")
    members = [
        train_member(prepared, settings, number, folder / f"member{number}.pt")
        for number in range(settings.members)
    ]
    ready = folder / "importance"
    save_importance(ready, members, prepared.sections)
    return ready


def train_member(
    prepared: Prepared, settings: ImportanceTraining, number: int, path: Path
) -> ImportanceNetwork:
    """Trains one member, or what is left of its passes, and keeps it after each."""
    member = Member(prepared, settings, number)
    done = member.resume(torch.load(path, weights_only=False)) if path.exists() else 0
    for epoch in range(done, settings.epochs):
        loss = member.epoch(epoch)
        logger.info("member %d, pass %d of %d: loss %.3f", number, epoch + 1, settings.epochs, loss)
        torch.save(member.state(epoch + 1), path)
    network = member.network.eval()
    for group in FOLDS_OF:
        held = [example for example in member.held if example.group == group]
        if held:
            captured, precision = evaluate(held, _weights(network))
            logger.info(
                "member %d, %d unseen texts, %s: %.3f of the weight, average precision %.3f",
                number, len(held), group, captured, precision,
            )  # fmt: skip
    return network


def _weights(network: ImportanceNetwork) -> Callable[[Example], Tensor]:
    def weights(example: Example) -> Tensor:
        with torch.inference_mode():
            return network([example.inputs]).weights()

    return weights


def evaluate(
    examples: Sequence[Example], score: Callable[[Example], Tensor]
) -> tuple[float, float]:
    """Scores weights of units against labels.

    Args:
        examples: Labelled texts.
        score: Gives the weight of each unit of a text.

    Returns:
        Means over the texts: the share of the weight of needed labels that the units hold which are
        taken by weight for the root of their words, within a handover's limit; and the average
        precision of needed bags.
    """
    captured, precisions = [], []
    for example in examples:
        needed = example.levels >= _NEEDED
        if not needed.any():
            continue
        weights = score(example)
        taken = torch.zeros(len(needed), dtype=torch.bool)
        taken[example.bags[_taken(weights, example)]] = True
        levels = example.levels.float()
        captured.append(float(levels[needed & taken].sum() / levels[needed].sum()))
        best = torch.full((len(needed),), -1.0).scatter_reduce(0, example.bags, weights, "amax")
        hits = needed[best.argsort(descending=True, stable=True)].float()
        ranks = hits.cumsum(0) / torch.arange(1, len(hits) + 1)
        precisions.append(float((ranks * hits).sum() / hits.sum()))
    return sum(captured) / len(captured), sum(precisions) / len(precisions)


def _taken(weights: Tensor, example: Example) -> list[int]:
    """Units that fit into the limit, those of most weight for the root of their words first."""
    words = torch.tensor(example.words)
    left, taken = example.limit, []
    for unit in (weights / words.clamp_min(3).sqrt()).argsort(descending=True).tolist():
        if 0 < example.words[unit] <= left:
            taken.append(unit)
            left -= example.words[unit]
    return taken
