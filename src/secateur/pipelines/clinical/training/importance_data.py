"""Labelled texts as examples for the importance model.

Labels are ids, offsets, sections and weights (`benchmarks/importance`); the texts are in a data
folder. A label made for a sentence or a turn covers all its clauses: they form a bag, of which one
clause at least has the label's weight (Dietterich et al., Artificial Intelligence 89, 1997).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from secateur.pipelines.clinical.handover.importance import SECTIONS
from secateur.pipelines.clinical.handover.importance_inputs import (
    passages_of,
    section_name,
    unit_inputs,
)
from secateur.pipelines.clinical.handover.importance_network import UnitInputs
from secateur.pipelines.clinical.handover.units import NoteUnit, units_of
from secateur.pipelines.clinical.training.labelled_texts import labelled_texts
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.handover import count_words, limit_of

_TEXTS_OF_SECTION = 6
"""A section of notes is told apart that so many texts have."""
_SHARED = 0.5
"""Share of a unit or of a label that lies in the other, where they belong together."""


@dataclass(frozen=True)
class Example:
    """A labelled text.

    Attributes:
        name: Its id; the part before "-" is its group.
        inputs: What the network reads.
        bags: The bag of each unit `[S]`, numbered from 0.
        levels: Weight of each bag `[B]`, 0 to 3.
        sections: Sections of each bag `[B, outputs]`, 0 or 1.
        words: Words of each unit.
        limit: Words that a handover of the text may have.
    """

    name: str
    inputs: UnitInputs
    bags: Tensor
    levels: Tensor
    sections: Tensor
    words: tuple[int, ...]
    limit: int

    @property
    def group(self) -> str:
        """The part of its id before the first "-"."""
        return self.name.split("-")[0]


@dataclass(frozen=True)
class Prepared:
    """What is learnt from.

    Attributes:
        examples: In the order of the labels.
        sections: Names of the notes' sections that are told apart, numbered from 1.
    """

    examples: tuple[Example, ...]
    sections: tuple[str, ...]


def prepare(labels: Path, folder: Path, sets: Mapping[str, str]) -> Prepared:
    """Reads labels and texts, and encodes the texts.

    Args:
        labels: JSON lines, see `benchmarks/importance/README.md`.
        folder: The data folder.
        sets: File in the folder by group of ids ("note", "dialogue", "mts").

    Raises:
        UsageError: A file is missing, or a labelled text is not in it or is another one.
    """
    texts = list(labelled_texts(labels, folder, sets))
    own = (
        {section_name(passage) for passage in passages_of(document, units_of(document))}
        for document, _ in texts
    )
    counts = Counter(name for names in own for name in names if name)
    sections = sorted(name for name, count in counts.items() if count >= _TEXTS_OF_SECTION)
    examples = tuple(
        example_of(record["id"], document, record["labels"], sections)
        for document, record in texts
        if units_of(document)
    )
    return Prepared(examples, tuple(sections))


def example_of(
    name: str,
    document: Document,
    labels: Sequence[tuple[int, int, str, int]],
    names: Sequence[str],
) -> Example:
    """Makes an example of a text.

    Args:
        name: Its id.
        document: The text, with one unit at least.
        labels: First character, one past the last, letters of sections and weight.
        names: Names of the notes' sections that are told apart, numbered from 1.
    """
    units = units_of(document)
    owners = [_label_of(unit, labels) for unit in units]
    numbers: dict[tuple[str, int], int] = {}
    bags = []
    for at, owner in enumerate(owners):
        key = ("unit", at) if owner is None else ("label", owner)
        bags.append(numbers.setdefault(key, len(numbers)))
    levels = torch.zeros(len(numbers), dtype=torch.int64)
    sections = torch.zeros(len(numbers), len(SECTIONS))
    letters = list(SECTIONS)
    for (kind, owner), bag in numbers.items():
        if kind == "label":
            _, _, codes, weight = labels[owner]
            levels[bag] = weight
            sections[bag, [letters.index(code) for code in codes]] = 1
    inputs = unit_inputs(document, names)
    texts = [document.text[unit.start : unit.end] for unit in units]
    return Example(
        name, inputs._replace(states=inputs.states.half()), torch.tensor(bags), levels, sections,
        tuple(map(count_words, texts)), limit_of(document.text),
    )  # fmt: skip


def _label_of(unit: NoteUnit, labels: Sequence[tuple[int, int, str, int]]) -> int | None:
    """Number of the label that covers a unit, or the most of it."""
    shared = [
        (min(unit.end, end) - max(unit.start, start), number)
        for number, (start, end, _, _) in enumerate(labels)
        if min(unit.end, end) - max(unit.start, start)
        > _SHARED * min(unit.end - unit.start, end - start)
    ]
    return max(shared)[1] if shared else None
