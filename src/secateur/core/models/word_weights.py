"""Means of words in which some words count more than others, and how much each counts.

What a row of a table measures is told by one or two of its words. Means over all of them are what
"net", "other" and "total" make of everything; weights for words, another for each kind of text
around a number, are learnt together with a small network (see the taggers with heads of their own).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

_ROWS = 4096
"""Texts that are summed at once: bounds memory, not the result."""


@dataclass(frozen=True)
class Texts:
    """One kind of text, told of every number.

    Attributes:
        ids: Vocabulary numbers of words, of several texts one behind the other, int64 `[m]`.
        ranges: For each number its text's first word and one past its last, int64 `[F, 2]`.
    """

    ids: Tensor
    ranges: Tensor

    @cached_property
    def different(self) -> tuple[Tensor, Tensor]:
        """The different ranges, ascending, and which of them each number has."""
        ranges = self.ranges
        past = int(ranges.max()) + 1 if len(ranges) else 1
        codes, which = (ranges[:, 0] * past + ranges[:, 1]).unique(return_inverse=True)
        return torch.stack([codes // past, codes % past], 1), which

    def rows(self, chosen: Tensor) -> Texts:
        """Returns the texts of some of the numbers, chosen by number or mask."""
        return Texts(self.ids, self.ranges[chosen])

    def thinned(self, share: float) -> Texts:
        """Returns the texts without so large a share (0 to 1) of their words, drawn at random.

        A word is drawn for each number anew, also where several numbers are told the same text.
        """
        ids, owner, lengths = _gathered(self)
        kept = torch.rand(len(ids)) >= share
        ends = torch.zeros_like(lengths).index_add(0, owner, kept.to(lengths)).cumsum(0)
        starts = torch.cat([ends.new_zeros(1), ends[:-1]])
        return Texts(ids[kept], torch.stack([starts, ends], 1))


def _gathered(texts: Texts) -> tuple[Tensor, Tensor, Tensor]:
    """The words of each text one behind the other, whose each is, and how many each has."""
    lengths = texts.ranges[:, 1] - texts.ranges[:, 0]
    owner = torch.repeat_interleave(torch.arange(len(lengths)), lengths)
    shift = texts.ranges[:, 0] - (lengths.cumsum(0) - lengths)
    return texts.ids[torch.arange(len(owner)) + shift[owner]], owner, lengths


def joined(parts: Sequence[Texts]) -> Texts:
    """Puts the texts of several documents one behind the other."""
    moved, before = [], 0
    for part in parts:
        moved.append(part.ranges + before)
        before += len(part.ids)
    return Texts(torch.cat([part.ids for part in parts]), torch.cat(moved))


def renumbered(texts: Sequence[Texts]) -> tuple[Tensor, tuple[Texts, ...]]:
    """Returns the words that texts use, ascending, and the texts told by places among these."""
    ids = torch.cat([text.ids for text in texts])
    seen = torch.zeros(int(ids.max()) + 1 if len(ids) else 0, dtype=torch.bool)
    seen[ids] = True
    places = (seen.cumsum(0) - 1)[ids]
    parts = places.split([len(text.ids) for text in texts])
    return seen.nonzero()[:, 0], tuple(
        Texts(part, text.ranges) for part, text in zip(parts, texts, strict=True)
    )


def sum_words(words: Tensor, texts: Texts, weights: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Adds up the words of each number's text.

    Args:
        words: Embeddings `[V, D]`.
        texts: The texts.
        weights: What each word counts, above 0 `[V]`; None counts all alike.

    Returns:
        Sums `[F, D]` and what they count together `[F, 1]`, in the dtype of the words.
    """
    ranges, text = texts.different
    sums, counts = [], []
    for some in ranges.split(_ROWS):
        ids, owner, lengths = _gathered(Texts(texts.ids, some))
        counted = words.new_ones(len(ids)) if weights is None else weights[ids]
        before = lengths.cumsum(0) - lengths
        sums.append(embedding_bag(ids, words, before, mode="sum", per_sample_weights=counted))
        counts.append(words.new_zeros(len(some)).index_add(0, owner, counted)[:, None])
    return torch.cat(sums)[text], torch.cat(counts)[text]


def mean_words(words: Tensor, texts: Texts, weights: Tensor | None = None) -> Tensor:
    """Means of the words of each number's text `[F, D]`, 0 where it has none; see `sum_words`."""
    sums, counts = sum_words(words, texts, weights)
    return sums / counts.clamp(min=torch.finfo(sums.dtype).tiny)
