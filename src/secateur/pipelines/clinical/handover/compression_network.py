"""The network that says which words of a unit a handover can do without.

Compression by deletion (Filippova et al., EMNLP 2015) as labelling of words: an encoder's states of
a word's tokens, and how it is written, go through gated convolutions over the words around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, gelu
from torch.nn.utils.rnn import pad_sequence

from secateur.pipelines.clinical.handover.importance_network import GatedConvolution

_DILATIONS = (1, 2, 4)
_INPUT_DROPOUT = 0.2


@dataclass(frozen=True)
class WordSizes:
    """Sizes of a network.

    Attributes:
        states: Of an encoder's state.
        forms: Numbers that say how a word is written and where.
        width: Of a word inside.
    """

    states: int
    forms: int
    width: int = 128


class WordInputs(NamedTuple):
    """The words of a note's units as the network reads them: `W` words of `N` tokens.

    Attributes:
        states: The encoder's states of tokens in words `[N, D]`.
        owners: The word of each token `[N]`, ascending.
        forms: How each word is written and where `[W, F]`.
    """

    states: Tensor
    owners: Tensor
    forms: Tensor


class CompressionNetwork(nn.Module):
    """Says of words how likely they stay, and how likely a comma stands before them.

    Args:
        sizes: Of its parts.
        drop: Share of hidden values that training drops.
    """

    def __init__(self, sizes: WordSizes, drop: float = 0.3) -> None:
        super().__init__()
        self.sizes = sizes
        self.inner = nn.Linear(sizes.states + sizes.forms, sizes.width)
        self.context = nn.ModuleList(
            GatedConvolution(sizes.width, dilation, drop) for dilation in _DILATIONS
        )
        self.norm = nn.LayerNorm(sizes.width)
        self.out = nn.Linear(sizes.width, 2)
        self.drop = nn.Dropout(drop)

    def forward(self, notes: Sequence[WordInputs]) -> Tensor:
        """Returns log-odds that words stay, and that a comma stands before them.

        Args:
            notes: Some notes, with a word at least each.

        Returns:
            `[W, 2]`, one note behind the other.
        """
        counts = [len(note.forms) for note in notes]
        words = torch.cat([_pooled(note) for note in notes])
        hidden = gelu(self.inner(dropout(words, _INPUT_DROPOUT, self.training)))
        padded = pad_sequence(list(hidden.split(counts)), batch_first=True)
        mask = torch.arange(padded.shape[1]) < torch.tensor(counts)[:, None]
        for layer in self.context:
            padded = layer(padded, mask)
        out: Tensor = self.out(self.drop(self.norm(padded[mask])))
        return out


def _pooled(note: WordInputs) -> Tensor:
    """Mean state of each word's tokens, and its form `[W, D + F]`."""
    count = len(note.forms)
    states = note.states.float()
    sums = states.new_zeros(count, states.shape[1]).index_add(0, note.owners, states)
    tokens = torch.bincount(note.owners, minlength=count).clamp_min(1)
    return torch.cat([sums / tokens[:, None], note.forms], 1)
