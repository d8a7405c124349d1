"""Training of the compression model: `secateur train compression --config FILE`.

Each member of the ensemble leaves some texts out, on which it is scored. Encoded texts and members
are kept beside the checkpoint: a run that was stopped goes on with the next member.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from secateur.core.training.settings import build_tables, read_toml
from secateur.pipelines.clinical.handover.compression import (
    save_compression,
    word_inputs,
    words_of,
)
from secateur.pipelines.clinical.handover.compression_network import (
    CompressionNetwork,
    WordInputs,
    WordSizes,
)
from secateur.pipelines.clinical.handover.units import units_of
from secateur.pipelines.clinical.training.labelled_texts import DataSettings, labelled_texts
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.errors import UsageError, usage_errors

_COMMAS = 0.3
"""What commas count beside words."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CompressionTraining:
    """How it is learnt.

    Attributes:
        checkpoint: Folder of the finished model.
        members: Networks of the ensemble.
        parts: Into how many parts texts are divided; a member leaves one out, with 1 none.
        epochs: Passes over the texts.
        learning_rate: The highest.
        weight_decay: Of all weights.
        texts: Texts of a step.
        dropout: Share of hidden values that are dropped.
        seed: Of everything drawn.
        threads: Threads of torch.
    """

    checkpoint: str
    members: int = 3
    parts: int = 6
    epochs: int = 30
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    texts: int = 6
    dropout: float = 0.3
    seed: int = 0
    threads: int = 1


@dataclass(frozen=True)
class Recipe:
    """The whole config file."""

    data: DataSettings
    training: CompressionTraining


@dataclass(frozen=True)
class Shortened:
    """A text whose units were shortened.

    Attributes:
        inputs: What the network reads.
        labelled: Whether a word's unit was shortened `[W]`.
        stays: Whether each word stays `[W]`.
        commas: Whether a comma stands before it in the shorter wording `[W]`.
    """

    inputs: WordInputs
    labelled: Tensor
    stays: Tensor
    commas: Tensor


def train_compression(config: str | Path) -> Path:
    """Trains the compression model.

    Args:
        config: A file such as `configs/clinical_compression.toml`.

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
    texts: tuple[Shortened, ...] = torch.load(kept, weights_only=False)
    if not texts:
        raise UsageError(f"{root / data.labels}: holds no labels")
    members = []
    for number in range(settings.members):
        path = folder / f"member{number}.pt"
        if not path.exists():
            torch.save(train_member(texts, settings, number), path)
        members.append(torch.load(path, weights_only=False))
    ready = folder / "compression"
    save_compression(ready, members)
    return ready


def prepare(labels: Path, folder: Path, sets: dict[str, str]) -> tuple[Shortened, ...]:
    """Reads labels and texts, see `labelled_texts`, and encodes the texts."""
    return tuple(
        shortened_text(document, record["units"])
        for document, record in labelled_texts(labels, folder, sets)
    )


def shortened_text(
    document: Document, labels: Sequence[tuple[int, int, Sequence[Span], Sequence[int]]]
) -> Shortened:
    """Makes an example of a text.

    Args:
        document: The text.
        labels: Of each unit that was shortened: first character, one past the last, half-open
            offsets of what is left out, and where the words begin before which a comma stands.
    """
    words = words_of(document.text, units_of(document))
    labelled, stays, commas = (torch.zeros(len(words.spans)) for _ in range(3))
    for start, end, dropped, marks in labels:
        for number, (begin, stop) in enumerate(words.spans):
            if start <= begin and stop <= end:
                labelled[number] = 1
                stays[number] = not any(a <= begin and stop <= b for a, b in dropped)
                commas[number] = begin in marks
    inputs = word_inputs(document, words)
    return Shortened(inputs._replace(states=inputs.states.half()), labelled, stays, commas)


def train_member(
    texts: Sequence[Shortened], settings: CompressionTraining, number: int
) -> CompressionNetwork:
    """Trains one network, without the texts that it leaves out, and scores it on these."""
    order = random.Random(settings.seed).sample(range(len(texts)), len(texts))
    out = set(order[number % settings.parts :: settings.parts]) if settings.parts > 1 else set()
    learnt = [text for at, text in enumerate(texts) if at not in out]
    torch.manual_seed(1000 * settings.seed + number)
    first = texts[0].inputs
    sizes = WordSizes(first.states.shape[1], first.forms.shape[1])
    network = CompressionNetwork(sizes, settings.dropout).train()
    optimizer = torch.optim.AdamW(
        network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
    )
    steps = settings.epochs * -(-len(learnt) // settings.texts)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, max(steps, 2) + 1, pct_start=0.15
    )
    draw = random.Random(1000 * settings.seed + number)
    for epoch in range(settings.epochs):
        draw.shuffle(learnt)
        total = 0.0
        for begin in range(0, len(learnt), settings.texts):
            loss = loss_of(network, learnt[begin : begin + settings.texts])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        logger.info(
            "member %d, pass %d of %d: loss %.3f", number, epoch + 1, settings.epochs, total
        )
    network.eval()
    if out:
        logger.info(
            "member %d, %d unseen texts: words kept or left out rightly %.3f, F1 of kept %.3f,"
            " kept %.3f of %.3f",
            number, len(out), *evaluate(network, [texts[at] for at in sorted(out)]),
        )  # fmt: skip
    return network


def loss_of(network: CompressionNetwork, texts: Sequence[Shortened]) -> Tensor:
    """Cross-entropy of the words of shortened units, and of commas before those that stay."""
    odds = network([text.inputs for text in texts])
    labelled = torch.cat([text.labelled for text in texts]).bool()
    stays = torch.cat([text.stays for text in texts])
    commas = torch.cat([text.commas for text in texts])
    loss = binary_cross_entropy_with_logits(odds[labelled, 0], stays[labelled])
    kept = labelled & stays.bool()
    return loss + _COMMAS * binary_cross_entropy_with_logits(odds[kept, 1], commas[kept])


@torch.inference_mode()
def evaluate(
    network: CompressionNetwork, texts: Sequence[Shortened]
) -> tuple[float, float, float, float]:
    """Scores the words of shortened units.

    Returns:
        The share of words that are kept or left out as by the reader, F1 of those that stay, and
        the shares that stay by the network and by the reader.
    """
    stays = torch.cat([network([text.inputs])[:, 0] > 0 for text in texts])
    wanted = torch.cat([text.stays for text in texts]).bool()
    labelled = torch.cat([text.labelled for text in texts]).bool()
    stays, wanted = stays[labelled], wanted[labelled]
    both = int((stays & wanted).sum())
    return (
        float((stays == wanted).float().mean()),
        2 * both / max(int(stays.sum() + wanted.sum()), 1),
        float(stays.float().mean()),
        float(wanted.float().mean()),
    )
