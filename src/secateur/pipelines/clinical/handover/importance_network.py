"""The network that says how much each unit of a note matters, and in which section it belongs.

An encoder's states of a unit's tokens are pooled by learnt attention (Lin et al., ICLR 2017,
arXiv:1703.03130) and by their mean; section, place and speaker join them, and gated convolutions
over neighbouring units (Dauphin et al., ICML 2017, arXiv:1612.08083) and the mean of the whole note
give each unit its context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, gelu, glu, normalize
from torch.nn.utils.rnn import pad_sequence

LEVELS = 3
"""Weights above 0; the network says for each how likely a unit weighs so much or more."""
_WORTH = (0.4, 1.3, 1.3)
"""What reaching each level adds to a unit's weight: what is only good to have weighs little."""
_SECTION_WIDTH = 16
_REACH = 5
"""Units that a convolution sees at once."""
_DILATIONS = (1, 3)
_MEAN = 8.0
"""Length of the mean vector: that of many small features beside it."""
_INPUT_DROPOUT, _TOKEN_DROPOUT = 0.2, 0.1


@dataclass(frozen=True)
class Sizes:
    """Sizes of a network.

    Attributes:
        states: Of an encoder's state.
        places: Numbers that say where a unit stands and how it is written.
        sections: Sections of notes that are told apart, "other" included.
        outputs: Sections of a handover.
        width: Of a unit inside.
        heads: Of the attention over a unit's tokens.
        head: Of the vector of each.
    """

    states: int
    places: int
    sections: int
    outputs: int
    width: int = 160
    heads: int = 4
    head: int = 48


class UnitInputs(NamedTuple):
    """A note as the network reads it: `S` units, at least one, with `N` tokens.

    Attributes:
        states: The encoder's states of tokens in units `[N, D]`.
        owners: The unit of each `[N]`, ascending.
        places: `[S, P]`.
        sections: Numbers of the units' sections `[S]`.
    """

    states: Tensor
    owners: Tensor
    places: Tensor
    sections: Tensor


class UnitScores(NamedTuple):
    """What the network says of the units of notes, one note behind the other.

    Attributes:
        levels: Log-odds of each level or more `[S, LEVELS]`.
        sections: Log-odds of each section of a handover `[S, outputs]`.
    """

    levels: Tensor
    sections: Tensor

    def weights(self) -> Tensor:
        """Returns how much each unit matters `[S]`, 0 to 3."""
        return self.levels.sigmoid() @ torch.tensor(_WORTH)


class ImportanceNetwork(nn.Module):
    """Scores the units of notes.

    Args:
        sizes: Of its parts.
        drop: Share of hidden values that training drops.
    """

    def __init__(self, sizes: Sizes, drop: float = 0.3) -> None:
        super().__init__()
        self.sizes = sizes
        pooled = sizes.heads * sizes.head
        inputs = sizes.states + pooled + sizes.places + _SECTION_WIDTH
        self.key = nn.Linear(sizes.states, sizes.heads)
        self.value = nn.Linear(sizes.states, pooled)
        self.section = nn.Embedding(sizes.sections, _SECTION_WIDTH)
        self.inner = nn.Linear(inputs, sizes.width)
        self.whole = nn.Linear(sizes.width, sizes.width)
        self.context = nn.ModuleList(
            GatedConvolution(sizes.width, dilation, drop) for dilation in _DILATIONS
        )
        self.norm = nn.LayerNorm(sizes.width)
        self.levels = nn.Linear(sizes.width, LEVELS)
        self.sections = nn.Linear(sizes.width, sizes.outputs)
        self.drop = nn.Dropout(drop)

    def forward(self, notes: Sequence[UnitInputs]) -> UnitScores:
        """Scores the units of some notes."""
        counts = [len(note.places) for note in notes]
        units = torch.cat([self._pooled(note) for note in notes])
        hidden = gelu(self.inner(dropout(units, _INPUT_DROPOUT, self.training)))
        padded = pad_sequence(list(hidden.split(counts)), batch_first=True)
        places = torch.arange(padded.shape[1])
        mask = places < torch.tensor(counts)[:, None]
        mean = padded.sum(1, keepdim=True) / torch.tensor(counts)[:, None, None]
        padded = padded + gelu(self.whole(self.drop(mean)))
        for layer in self.context:
            padded = layer(padded, mask)
        out = self.drop(self.norm(padded[mask]))
        return UnitScores(self.levels(out), self.sections(out))

    def _pooled(self, note: UnitInputs) -> Tensor:
        """What is known of each unit by itself `[S, inputs]`."""
        count, owners = len(note.places), note.owners
        states = dropout(note.states.float(), _TOKEN_DROPOUT, self.training)
        sums = states.new_zeros(count, states.shape[1]).index_add(0, owners, states)
        keys = self.key(states)
        shares = (keys - keys.amax(0).detach()).exp() if len(states) else keys
        values = self.value(states).view(-1, self.sizes.heads, self.sizes.head)
        totals = shares.new_zeros(count, self.sizes.heads).index_add(0, owners, shares)
        pooled = values.new_zeros(count, *values.shape[1:]).index_add(
            0, owners, shares[..., None] * values
        )
        pooled = (pooled / totals.clamp_min(1e-9)[..., None]).flatten(1)
        sections = self.section(note.sections)
        return torch.cat([_MEAN * normalize(sums, dim=-1), pooled, note.places, sections], -1)


class GatedConvolution(nn.Module):
    """A gated convolution over neighbouring units, added to what went in."""

    def __init__(self, width: int, dilation: int, drop: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(drop)
        self.neighbours = nn.Conv1d(
            width, 2 * width, _REACH, padding=dilation * (_REACH // 2), dilation=dilation
        )

    def forward(self, units: Tensor, mask: Tensor) -> Tensor:
        """Adds their neighbours to units `[B, S, W]`; `mask` `[B, S]` is False for padding."""
        seen = self.drop(self.norm(units)) * mask[..., None]
        return units + glu(self.neighbours(seen.mT).mT, -1)
