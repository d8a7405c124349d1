"""Type and concept of the numbers of a document, from what stands around each.

A number in a table is decided by its row's words, its column's head and the titles above. Small
networks over means of word embeddings say so. For concepts the means are weighted, see
`secateur.core.models.word_weights`.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from secateur.core.models.word_weights import Texts, mean_words, sum_words
from secateur.pipelines.finance.candidates.number_types import KINDS_OF_TEXT

_CLIP = 6.0
"""Standard deviations at which a feature is cut off, so that no outlier decides alone."""
_SPREAD = 1e-3
"""Added to each spread: a feature that never varies must not divide by zero."""

_OWN, _CONTEXT = (0, 1, 7), slice(2, 7)
"""Kinds that the decision on types sees apart and as one text; of the rows around it sees none."""


class Scorer(nn.Module):
    """Two layers over the features of a number."""

    mean: Tensor
    spread: Tensor

    def __init__(self, size: int, classes: int, width: int) -> None:
        """Builds the layers.

        Args:
            size: Features of a number.
            classes: What is told apart.
            width: Hidden units.
        """
        super().__init__()
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("spread", torch.ones(size))
        self.inner = nn.Linear(size, width)
        self.outer = nn.Linear(width, classes)

    def fit_scale(self, features: Tensor) -> None:
        """Takes mean and spread from the training's features `[F, S]`."""
        self.mean.copy_(features.mean(0))
        self.spread.copy_(features.std(0) + _SPREAD)

    def scaled(self, features: Tensor) -> Tensor:
        """Returns features `[F, S]` with the training's mean 0 and spread 1, outliers cut off."""
        return ((features - self.mean) / self.spread).clamp(-_CLIP, _CLIP)

    def forward(self, features: Tensor) -> Tensor:
        """Scores numbers: features `[F, S]` to `[F, classes]`."""
        said: Tensor = self.outer(nn.functional.gelu(self.inner(self.scaled(features))))
        return said


class FigureHead(nn.Module):
    """Decides for numbers what type they are and which concept they state.

    Attributes:
        types: The network for types.
        concepts: Networks for concepts, which count by the mean of what they say.
        word_weights: Natural logarithm of what each word counts in each kind of text, for each
            network for concepts `[networks, kinds, V]`.
    """

    word_weights: Tensor

    def __init__(
        self,
        words: tuple[int, int],
        signs: int,
        types: int,
        concepts: int,
        widths: tuple[int, int],
        networks: int,
    ) -> None:
        """Builds the layers.

        Args:
            words: Size of the vocabulary and of a word's embedding.
            signs: What is known of a number beside its texts.
            types: Types of figures, without "none".
            concepts: Concepts, without "other".
            widths: Hidden units for types, and of each network for concepts.
            networks: How many there are for concepts.
        """
        super().__init__()
        kinds = len(KINDS_OF_TEXT)
        self.register_buffer("word_weights", torch.zeros(networks, kinds, words[0]))
        self.types = Scorer(4 * words[1] + signs, 1 + types, widths[0])
        self.concepts = nn.ModuleList(
            Scorer(kinds * words[1] + signs, 1 + concepts, widths[1]) for _ in range(networks)
        )

    def forward(
        self,
        words: Tensor,
        texts: Sequence[Texts],
        signs: Tensor,
        used: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Scores numbers.

        Args:
            words: Word embeddings `[V, D]`.
            texts: Of each kind, in the order of `KINDS_OF_TEXT`.
            signs: How each number is written `[F, signs]`.
            used: Which of the vocabulary's words these are `[V]`; None where they are all.

        Returns:
            Types `[F, 1 + types]`, 0 for "none", and concepts `[F, 1 + concepts]`, 0 for "other".
        """
        types = self.types(type_features(words, texts, signs))
        all_weights = self.word_weights if used is None else self.word_weights[..., used]
        said = [
            network(concept_features(words, texts, signs, weights)).log_softmax(-1)
            for network, weights in zip(self.concepts, all_weights, strict=True)
        ]
        return types, torch.stack(said).mean(0)


def type_features(words: Tensor, texts: Sequence[Texts], signs: Tensor) -> Tensor:
    """Means over row, neighbourhood, all titles and heads together, and column; arguments as above.

    Returns:
        `[F, 4 D + signs]`.
    """
    sums = [sum_words(words, text) for text in texts[_CONTEXT]]
    total, count = (sum(part) for part in zip(*sums, strict=True))
    context = total / count.clamp(min=1)
    row, near, column = (mean_words(words, texts[kind]) for kind in _OWN)
    return torch.cat([row, near, context, column, signs], 1)


def concept_features(
    words: Tensor, texts: Sequence[Texts], signs: Tensor, word_weights: Tensor
) -> Tensor:
    """Weighted means over each kind of text; arguments as above, weights `[kinds, V]`.

    Returns:
        `[F, kinds * D + signs]`.
    """
    means = [
        mean_words(words, text, weights.exp())
        for text, weights in zip(texts, word_weights, strict=True)
    ]
    return torch.cat([*means, signs], 1)
