"""A note as an encoder reads it: the states of its tokens, unit by unit.

The encoder reads chunks of 256 tokens, each by itself. Its states over a whole note are no better
where notes are as short as those that the networks are learnt from, and flat in a record of
thousands of tokens, over which it was never trained to attend (docs/results.md, "Handovers"); what
stands elsewhere in the note reaches a unit through the networks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core import hf
from secateur.core.training.pieces import MAX_CHUNK
from secateur.pipelines.clinical.handover.units import NoteUnit, units_of
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.once import once
from secateur.pipelines.errors import usage_errors

ENCODER = "minilm-l6"
"""The encoder whose states the networks read."""
LAYERS = (6, 4)
"""Layers of the encoder whose states are read: the last says what is meant, an inner one how."""


@dataclass(frozen=True)
class EncodedNote:
    """A note's units and the `N` tokens in them.

    Attributes:
        units: Its sentences, rows and clauses in reading order.
        states: The encoder's states `[N, D]` of the tokens.
        owners: Number of each token's unit `[N]`, ascending.
        begins: Each token's first character in the note `[N]`.
    """

    units: tuple[NoteUnit, ...]
    states: Tensor
    owners: Tensor
    begins: Tensor


@lru_cache(maxsize=1)
def load_encoder() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Loads the encoder, whose chunks are too short for anything to be pruned.

    Raises:
        UsageError: It is not installed.
    """
    with usage_errors():
        return hf.load(ENCODER, "encoder", attention="full")


@once
@torch.inference_mode()
def encoded(document: Document) -> EncodedNote:
    """Encodes a note.

    Args:
        document: The note.

    Raises:
        UsageError: The encoder is not installed.
    """
    units = units_of(document)
    encoder, tokenizer = load_encoder()
    coded = tokenizer(
        document.text, add_special_tokens=False, return_offsets_mapping=True,
        split_special_tokens=True, verbose=False,
    )  # fmt: skip
    ids = np.array(coded["input_ids"], dtype=np.int64)
    begins = np.array(coded["offset_mapping"], dtype=np.int64).reshape(-1, 2)[:, 0]
    starts = np.array([unit.start for unit in units])
    ends = np.array([unit.end for unit in units])
    owners = np.searchsorted(starts, begins, side="right") - 1
    if units:
        owners = np.where((owners >= 0) & (begins < ends[owners]), owners, -1)
    own = owners >= 0
    width = len(LAYERS) * encoder.config.hidden_size
    found = [torch.empty(0, width)]
    for start, end in pairwise(_bounds(np.searchsorted(begins, starts[1:]), len(ids))):
        found.append(_chunk(encoder, tokenizer, ids[start:end])[own[start:end]].float())
    return EncodedNote(
        units, torch.cat(found), torch.from_numpy(owners[own]), torch.from_numpy(begins[own])
    )


def _chunk(
    encoder: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, ids: NDArray[np.int64]
) -> Tensor:
    """States `[N, D]` of a chunk's tokens, which attend to each other."""
    tokens = torch.tensor([[tokenizer.cls_token_id, *ids.tolist(), tokenizer.sep_token_id]])
    states = encoder(input_ids=tokens, output_hidden_states=True).hidden_states
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
