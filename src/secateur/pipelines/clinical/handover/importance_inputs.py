"""What the importance network reads of a note: encoder states of its tokens, and places."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

import torch

from secateur.pipelines.clinical.handover.encoded import encoded
from secateur.pipelines.clinical.handover.importance_network import UnitInputs
from secateur.pipelines.clinical.handover.units import NoteUnit
from secateur.pipelines.document.document import Document, Passage

_MANY = 30
"""Units from which on a count says no more."""
_NUMBER = re.compile(r"\d+")
_LABELLED = re.compile(r"[A-Z][A-Za-z /&,-]{2,50}:")
_LISTED = re.compile(r"\s*(?:\d+[.)]|[-*•])")


def unit_inputs(document: Document, sections: Sequence[str]) -> UnitInputs:
    """Makes what the network reads of a note.

    Args:
        document: The note, with one unit at least.
        sections: Names of the sections that are told apart, numbered from 1.
    """
    note = encoded(document)
    numbers = {name: number for number, name in enumerate(sections, 1)}
    passages = passages_of(document, note.units)
    texts = [document.text[unit.start : unit.end] for unit in note.units]
    places = torch.tensor(list(_places(texts, note.units, passages)), dtype=torch.float32)
    known = torch.tensor([numbers.get(section_name(passage), 0) for passage in passages])
    return UnitInputs(note.states, note.owners, places, known)


def passages_of(document: Document, units: Sequence[NoteUnit]) -> list[Passage | None]:
    """Returns the passage in which each unit begins."""
    starts = [passage.start for passage in document.passages]
    return [
        document.passages[max(bisect_right(starts, unit.start) - 1, 0)] if starts else None
        for unit in units
    ]


def section_name(passage: Passage | None) -> str:
    """Returns the name of a passage's section, "" for none."""
    return (passage.section or "") if passage else ""


def _places(
    texts: Sequence[str], units: Sequence[NoteUnit], passages: Sequence[Passage | None]
) -> Iterator[list[float]]:
    """The place of each unit in its note and section, its form, and who speaks."""
    count = len(texts)
    names = [section_name(passage) for passage in passages]
    totals, seen = Counter(names), Counter[str]()
    clauses = Counter(unit.sentence for unit in units)
    spoken = any(unit.is_clinician is not None for unit in units)
    asked = False
    for number, (text, unit, passage) in enumerate(zip(texts, units, passages, strict=True)):
        name, kind, words = names[number], passage.kind if passage else "", len(text.split())
        asks = text.rstrip().endswith("?")
        yield [
            number / count,
            1 / (1 + number),
            min(number, _MANY) / _MANY,
            min(count - 1 - number, _MANY) / _MANY,
            min(words, 60) / 30,
            math.log1p(words) / 3,
            words <= 3,
            kind == "title",
            kind == "list",
            kind == "cell",
            1 / (1 + seen[name]),
            seen[name] / totals[name],
            min(totals[name], _MANY) / _MANY,
            text.isupper(),
            text.endswith("."),
            text.endswith(":"),
            asks,
            asked,
            min(count, 200) / 100,
            number == 0,
            number == count - 1,
            _NUMBER.search(text) is not None,
            min(len(_NUMBER.findall(text)), 6) / 3,
            _LABELLED.match(text) is not None,
            spoken,
            unit.is_clinician is True,
            unit.is_clinician is False,
            _LISTED.match(text) is not None,
            clauses[unit.sentence] > 1,
        ]
        seen[name] += 1
        asked = asks
