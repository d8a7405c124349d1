"""What the importance network reads of a note: encoder states of its tokens, and places.

The encoder reads chunks of 256 tokens, each by itself. Its states over a whole note are no better
where notes are as short as those it is learnt from, and flat in a record of thousands of tokens,
over which it was never trained to attend (docs/results.md, "Handovers"); what stands elsewhere in
the note reaches a unit through the network.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core.training.pieces import MAX_CHUNK
from secateur.pipelines.clinical.handover.importance_network import UnitInputs
from secateur.pipelines.clinical.handover.units import NoteUnit
from secateur.pipelines.document.document import Document, Passage

LAYERS = (6, 4)
"""Layers of the encoder whose states are read: the last says what is meant, an inner one how."""
_MANY = 30
"""Units from which on a count says no more."""
_NUMBER = re.compile(r"\d+")
_LABELLED = re.compile(r"[A-Z][A-Za-z /&,-]{2,50}:")
_LISTED = re.compile(r"\s*(?:\d+[.)]|[-*•])")


class NoteReader:
    """Turns notes into inputs of the network.

    Args:
        encoder: The encoder.
        tokenizer: Its fast tokenizer.
        sections: Names of the sections that are told apart, numbered from 1.
    """

    def __init__(
        self,
        encoder: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        sections: Sequence[str],
    ) -> None:
        self._encoder, self._tokenizer = encoder, tokenizer
        self._sections = {name: number for number, name in enumerate(sections, 1)}

    def read(self, document: Document, units: Sequence[NoteUnit]) -> UnitInputs:
        """Reads a note.

        Args:
            document: The note.
            units: Its units, at least one.

        Returns:
            What the network scores.
        """
        passages = passages_of(document, units)
        texts = [document.text[unit.start : unit.end] for unit in units]
        places = torch.tensor(list(_places(texts, units, passages)), dtype=torch.float32)
        names = [section_name(passage) for passage in passages]
        sections = torch.tensor([self._sections.get(name, 0) for name in names])
        states, owners = self._states(document.text, units)
        return UnitInputs(states, owners, places, sections)

    @torch.inference_mode()
    def _states(self, text: str, units: Sequence[NoteUnit]) -> tuple[torch.Tensor, torch.Tensor]:
        """States `[N, D]` of the tokens in units, and the number of each one's unit `[N]`."""
        coded = self._tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True,
            split_special_tokens=True, verbose=False,
        )  # fmt: skip
        ids = np.array(coded["input_ids"], dtype=np.int64)
        begins = np.array(coded["offset_mapping"], dtype=np.int64).reshape(-1, 2)[:, 0]
        starts = np.array([unit.start for unit in units])
        ends = np.array([unit.end for unit in units])
        owners = np.searchsorted(starts, begins, side="right") - 1
        owners = np.where((owners >= 0) & (begins < ends[owners]), owners, -1)
        found = []
        for start, end in pairwise(_bounds(np.searchsorted(begins, starts[1:]), len(ids))):
            found.append(self._chunk(ids[start:end])[owners[start:end] >= 0])
        return torch.cat(found).float(), torch.from_numpy(owners[owners >= 0])

    def _chunk(self, ids: NDArray[np.int64]) -> torch.Tensor:
        """States `[N, D]` of a chunk's tokens, which attend to each other."""
        opening, closing = self._tokenizer.cls_token_id, self._tokenizer.sep_token_id
        tokens = torch.tensor([[opening, *ids.tolist(), closing]])
        states = self._encoder(input_ids=tokens, output_hidden_states=True).hidden_states
        return torch.cat([states[layer][0, 1:-1] for layer in LAYERS], 1)


def _bounds(cuts: NDArray[np.int64], count: int) -> Iterator[int]:
    """Where chunks of at most `MAX_CHUNK` tokens begin and end, between units where possible."""
    room = MAX_CHUNK - 2
    yield 0
    start = last = 0
    for cut in [*cuts.tolist(), count]:
        while cut - start > room:
            start = last if last > start else start + room
            yield start
        last = cut
    if count > start or not count:
        yield count


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
