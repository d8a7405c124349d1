"""The network that ranks the concepts of the us-gaap taxonomy for the items of a report.

An item is a sum of mean word embeddings, one projection a field, and of embeddings of what is known
of its figures; a small transformer lets the items of a table see each other, with embeddings of row
and column as in TAPAS (Herzig et al., ACL 2020, arXiv 2004.02349). A concept is scored by the dot
product with its vector: what its name, labels and documentation say, plus a vector of its own where
training filings use it. So concepts that no training filing uses can be ranked too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding_bag

KINDS = (
    "table", "prose", "income_statement", "comprehensive_income", "balance_sheet", "cash_flow",
    "equity",
)  # fmt: skip
TYPES = ("?", "MONEY", "PERCENT", "SHARES", "PER_SHARE")
SIGNS = ("none", "positive", "negative", "both")
ROWS, COLUMNS = 128, 16
"""Rows and items of a row that are told apart."""
_CONCEPT_TEXTS = 3
"""Name, labels, documentation."""
_IMPOSSIBLE = -30.0
"""Logit of a concept of another type."""


@dataclass(frozen=True)
class Sizes:
    """Sizes of the network.

    Attributes:
        words: Words of the vocabulary.
        fields: Texts around an item.
        spans: Lengths of periods that are told apart.
        concepts: Concepts of the taxonomy.
        embedding: Width of word embeddings.
        width: Width of an item's vector.
        layers: Layers of the transformer.
        heads: Its heads.
    """

    words: int
    fields: int
    spans: int
    concepts: int
    embedding: int = 128
    width: int = 256
    layers: int = 2
    heads: int = 4


class Bags(NamedTuple):
    """Texts as words: `words [W]` of all, and where in them each text begins `starts [N]`."""

    words: Tensor
    starts: Tensor


class Items(NamedTuple):
    """Items of some blocks.

    Attributes:
        texts: Each field's texts.
        known: Kind, in a caption or not, type, span, signs, row and column `[N, 7]`.
        places: Number of the item at each place of each block `[B, L]`.
        padding: Where a place has none `[B, L]`.
        reports: Words of the statements' row heads of each report.
        report_of: Number of each item's report `[N]`.
    """

    texts: Sequence[Bags]
    known: Tensor
    places: Tensor
    padding: Tensor
    reports: Bags
    report_of: Tensor


class ConceptNetwork(nn.Module):
    """Scores concepts for items.

    Args:
        sizes: Its sizes.
        types: Number in `TYPES` of each concept's figures, 0 where the taxonomy says none `[C]`.
        dropout: Share of features dropped in training.
    """

    types: Tensor

    def __init__(self, sizes: Sizes, types: Sequence[int], dropout: float = 0.0) -> None:
        super().__init__()
        width, embedding = sizes.width, sizes.embedding
        self.words = nn.Embedding(1 + sizes.words, embedding)
        self.word_weights = nn.Parameter(torch.zeros(1 + sizes.words))
        self.fields = nn.ModuleList(
            nn.Linear(embedding, width, bias=False) for _ in range(sizes.fields)
        )
        self.report = nn.Linear(embedding, width, bias=False)
        known = (len(KINDS), 2, len(TYPES), sizes.spans, len(SIGNS))
        self.known = nn.ModuleList(nn.Embedding(count, width) for count in known)
        self.row, self.column = nn.Embedding(ROWS, width), nn.Embedding(COLUMNS, width)
        self.mix = nn.Sequential(
            nn.LayerNorm(width), nn.Dropout(dropout), nn.Linear(width, 2 * width), nn.GELU(),
            nn.Dropout(dropout), nn.Linear(2 * width, width),
        )  # fmt: skip
        self.mixed = nn.LayerNorm(width)
        layer = nn.TransformerEncoderLayer(
            width, sizes.heads, 2 * width, dropout, "gelu", batch_first=True, norm_first=True
        )
        self.table = nn.TransformerEncoder(layer, sizes.layers, enable_nested_tensor=False)
        self.out = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width))
        self.own = nn.Embedding(1 + sizes.concepts, width)
        self.bias = nn.Parameter(torch.zeros(1 + sizes.concepts))
        self.of_concept = nn.ModuleList(
            nn.Linear(embedding, width, bias=False) for _ in range(_CONCEPT_TEXTS)
        )
        self.concept_norm = nn.LayerNorm(width)
        self.flip = nn.Sequential(nn.Linear(2 * width, 128), nn.GELU(), nn.Linear(128, 1))
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("types", torch.tensor([*types, 0]), persistent=False)
        for module in (self.words, *self.known, self.row, self.column):
            nn.init.normal_(module.weight, 0.0, 0.1)
        nn.init.zeros_(self.own.weight)

    def forward(self, items: Items) -> Tensor:
        """Reads items.

        Args:
            items: The items of some blocks.

        Returns:
            Their vectors `[N, D]`, in the order of `places`.
        """
        found = self.dropout(self.report(self._mean(items.reports)))[items.report_of]
        for project, texts in zip(self.fields, items.texts, strict=True):
            found = found + project(self.dropout(self._mean(texts)))
        for number, embed in enumerate(self.known):
            found = found + embed(items.known[:, number])
        found = self.mixed(found + self.mix(found))
        found = found + self.row(items.known[:, -2]) + self.column(items.known[:, -1])
        return self.table(found[items.places], src_key_padding_mask=items.padding)[~items.padding]

    def concepts(self, texts: Sequence[Bags], numbers: Tensor, drop: float = 0.0) -> Tensor:
        """Makes the vectors of concepts.

        Args:
            texts: Their names, labels and documentation.
            numbers: Which concepts these are `[C]`.
            drop: Share of concepts that have no vector of their own, in training.

        Returns:
            A vector each, and that of "no concept of the taxonomy" behind them `[C + 1, D]`.
        """
        pairs = zip(self.of_concept, texts, strict=True)
        said = 0.3 * self.concept_norm(sum(project(self._mean(bags)) for project, bags in pairs))
        own = self.own(_with_none(numbers, self.own.num_embeddings))
        if self.training and drop:
            own = own * (torch.rand(len(own), 1) > drop)
        return torch.cat([said, torch.zeros(1, said.shape[1])]) + own

    def logits(self, items: Tensor, concepts: Tensor, types: Tensor, numbers: Tensor) -> Tensor:
        """Scores concepts.

        Args:
            items: Vectors of items `[N, D]`.
            concepts: Vectors of concepts `[C + 1, D]`.
            types: Number in `TYPES` of each item `[N]`.
            numbers: Which concepts these are `[C]`.

        Returns:
            Logits `[N, C + 1]`; those of concepts of another type are as good as none.
        """
        which = _with_none(numbers, len(self.bias))
        found = self.out(items) @ concepts.T + self.bias[which]
        of = self.types[which]
        other = (of[None] != types[:, None]) & (of[None] > 0) & (types[:, None] > 0)
        return found.masked_fill(other, _IMPOSSIBLE)

    def flips(self, items: Tensor, concepts: Tensor) -> Tensor:
        """Says whether a concept's sign is the opposite of the printed one, as logits `[N]`.

        Args:
            items: Vectors of items `[N, D]`.
            concepts: The vector of each item's concept `[N, D]`.
        """
        found: Tensor = self.flip(torch.cat([items, concepts], 1)).squeeze(1)
        return found

    def _mean(self, bags: Bags) -> Tensor:
        """Weighted sums of word embeddings, divided by the root of the weights' sum `[N, E]`."""
        weights = self.word_weights.exp().unsqueeze(1)
        sums = embedding_bag(
            bags.words,
            self.words.weight,
            bags.starts,
            mode="sum",
            per_sample_weights=weights[bags.words, 0],
        )
        totals = embedding_bag(bags.words, weights, bags.starts, mode="sum")
        return sums / (totals + 1).sqrt()


def _with_none(numbers: Tensor, count: int) -> Tensor:
    return torch.cat([numbers, numbers.new_tensor([count - 1])])
