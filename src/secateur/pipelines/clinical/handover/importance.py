"""How much each sentence, row and clause of a note matters to the next clinician: a trained model.

Networks over an encoder's states (`importance_network`) say of every unit of a note how likely a
reader would give it weight 1, 2 or 3, and in which section of a handover it belongs. They are
learnt from training notes and dialogues that were labelled by reading (`benchmarks/importance`) and
ship in `models/importance`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import torch
from safetensors.torch import load_file, save_file

from secateur.core.models.shipped import shipped
from secateur.pipelines.clinical.handover.encoded import ENCODER, encoded
from secateur.pipelines.clinical.handover.importance_inputs import unit_inputs
from secateur.pipelines.clinical.handover.importance_network import ImportanceNetwork, Sizes
from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import usage_errors

SECTIONS = MappingProxyType(
    {
        "O": "one_liner", "P": "problems", "C": "course", "F": "findings", "R": "procedures",
        "M": "medications", "A": "allergies", "N": "pending", "U": "follow_up",
        "D": "disposition",
    }
)  # fmt: skip
"""Sections of a handover by the letters of the labels."""
_WEIGHTS, _DESCRIPTION = "weights.safetensors", "importance.json"


@dataclass(frozen=True)
class ScoredUnit:
    """A sentence, row or clause with its importance.

    Attributes:
        start: Its first character.
        end: One past its last.
        sections: Probability of each section of a handover, together 1.
        weight: How much it matters, 0 to 3.
        short: What it says in fewer words.
    """

    start: int
    end: int
    sections: Mapping[str, float]
    weight: float
    short: str = ""


@dataclass(frozen=True)
class ImportanceModel:
    """The trained model.

    Attributes:
        sections: Names of the notes' sections that the networks tell apart.
        networks: The members of the ensemble.
    """

    sections: tuple[str, ...]
    networks: tuple[ImportanceNetwork, ...]


@lru_cache(maxsize=1)
def load_importance() -> ImportanceModel:
    """Loads the model that ships.

    Raises:
        UsageError: It or its encoder is not installed.
    """
    with usage_errors():
        return read_importance(shipped("importance"))


def save_importance(
    folder: Path, networks: Sequence[ImportanceNetwork], sections: Sequence[str]
) -> None:
    """Writes networks in fp16, with their sizes and the names of the notes' sections.

    Args:
        folder: Where; it is made.
        networks: Of equal sizes, one at least.
        sections: Names of the notes' sections that they tell apart, numbered from 1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        f"{number}.{name}": tensor.half().contiguous()
        for number, network in enumerate(networks)
        for name, tensor in network.state_dict().items()
    }
    save_file(tensors, folder / _WEIGHTS)
    description = {
        "encoder": ENCODER,
        "members": len(networks),
        "sizes": asdict(networks[0].sizes),
        "sections": list(sections),
    }
    (folder / _DESCRIPTION).write_text(json.dumps(description, indent=1), encoding="utf-8")


def read_importance(folder: Path) -> ImportanceModel:
    """Reads what `save_importance` wrote into a folder."""
    description = json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
    weights = load_file(folder / _WEIGHTS)
    networks = []
    for number in range(description["members"]):
        prefix = f"{number}."
        network = ImportanceNetwork(Sizes(**description["sizes"]))
        own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        network.load_state_dict({name: tensor.float() for name, tensor in own.items()})
        networks.append(network.eval())
    return ImportanceModel(tuple(description["sections"]), tuple(networks))


@torch.inference_mode()
def score_units(document: Document, model: ImportanceModel) -> tuple[ScoredUnit, ...]:
    """Scores the units of a note, each in the context of the whole note.

    Args:
        document: The note.
        model: See `load_importance`.

    Returns:
        All its sentences, rows and clauses of long sentences, in reading order.
    """
    units = encoded(document).units
    if not units:
        return ()
    inputs = unit_inputs(document, model.sections)
    scores = [network([inputs]) for network in model.networks]
    weights = torch.stack([each.weights() for each in scores]).mean(0)
    sections = torch.stack([each.sections.sigmoid() for each in scores]).mean(0)
    shares = sections / sections.sum(1, keepdim=True)
    names = tuple(SECTIONS.values())
    return tuple(
        ScoredUnit(unit.start, unit.end, dict(zip(names, share, strict=True)), weight)
        for unit, share, weight in zip(units, shares.tolist(), weights.tolist(), strict=True)
    )
