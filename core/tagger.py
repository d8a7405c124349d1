"""The tagging model: a BERT encoder that sees letter case, and BIO labels.

The vocabulary is uncased, so the letter case of each token's word goes in as its token type.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import MethodType
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertForTokenClassification

LOWER, TITLE, CAPITALS, MIXED, NO_LETTERS = range(5)
"""Letter case of a word."""

CASES = 5
TYPES_KEY = "letter_case_types"
"""Set in the config of a model whose token types are letter cases."""


def bio_labels(types: Sequence[str]) -> list[str]:
    """Returns "O" and the B- and I- label of each type, in the order of the model's outputs."""
    return ["O", *(f"{mark}-{kind}" for kind in types for mark in "BI")]


def model_labels(model: Any) -> list[str]:
    """Returns the labels of a token classifier in the order of its outputs."""
    names = model.config.id2label
    return [str(names[number]) for number in range(len(names))]


def letter_case(word: str) -> int:
    """Returns the letter case of one word, `LOWER` to `NO_LETTERS`.

    A word that joins letters and digits ("4th"), or has capitals past its first letter ("iPhone"),
    is `MIXED`; scripts without case count as `LOWER`.
    """
    letters = [character for character in word if character.isalpha()]
    if not letters:
        return NO_LETTERS
    if len(letters) < len(word):
        return MIXED
    if not any(letter.isupper() for letter in letters):
        return LOWER
    if letters[0].isupper() and not any(letter.isupper() for letter in letters[1:]):
        return TITLE
    return CAPITALS if all(letter.isupper() for letter in letters) else MIXED


def new_tagger(base: str | Path, types: Sequence[str], dropout: float) -> nn.Module:
    """Puts a token classifier on an encoder.

    Args:
        base: Folder of a BERT encoder in Hugging Face form.
        types: Entity types; the model gets `bio_labels(types)`.
        dropout: Chance (0 to 1) of dropping in hidden states and classifier. Attention itself drops
            nothing: with dropout torch writes the whole matrix and is several times slower.

    Returns:
        A `BertForTokenClassification` whose token types are letter cases, each beginning as the
        encoder's type 0.
    """
    labels = bio_labels(types)
    model = BertForTokenClassification.from_pretrained(
        base,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=0.0,
        attn_implementation="sdpa",
    )
    old = model.bert.embeddings.token_type_embeddings.weight.data
    model.bert.embeddings.token_type_embeddings = nn.Embedding.from_pretrained(
        old[:1].repeat(CASES, 1), freeze=False
    )
    model.config.type_vocab_size = CASES
    setattr(model.config, TYPES_KEY, True)
    return model


def chunk_feed_forward(model: nn.Module, tokens: int = 4096) -> None:
    """Runs the feed-forward layers over at most `tokens` tokens at a time.

    Transformers' own `chunk_size_feed_forward` asks for lengths that are multiples of it; a
    document's length is what it is. Numbers do not change; the memory of the widest activation
    no longer grows with the document.
    """

    def forward(layer: Any, hidden: Tensor) -> Tensor:
        parts = hidden.split(tokens, dim=1)
        return torch.cat([layer.output(layer.intermediate(part), part) for part in parts], dim=1)

    layers: list[Any] = [part for part in model.modules() if hasattr(part, "feed_forward_chunk")]
    for layer in layers:
        layer.feed_forward_chunk = MethodType(forward, layer)
