"""The tagging model: a BERT encoder that sees letter case and passage, BIO labels and concepts.

The vocabulary is uncased, so the letter case of each token's word goes in as its token type, and
with it what a table's column says of a number. Positions repeat all over a document: the token type
also tells which passage a token stands in, so that attention can keep to it, or leave it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import MethodType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertConfig, BertForTokenClassification

from secateur.core.figure_head import FigureHead

LOWER, TITLE, CAPITALS, MIXED, NO_LETTERS = range(5)
"""Letter case of a word."""

MONEY_COLUMN, PERCENT_COLUMN, SHARES_COLUMN, PER_SHARE_COLUMN = range(5, 9)
"""What the column of a number in a table says that it is, in place of `NO_LETTERS`."""

CASES = 5
KINDS = 9
"""Letter cases and kinds of columns."""

PASSAGE_NUMBERS = 128
"""Passages that the token types tell apart; the next one counts from 0 again."""

TYPES_KEY = "letter_case_types"
"""Set in the config of a model whose token types begin with letter cases."""

CONTEXT_KEY = "context_tokens"
"""In the config: tokens that may say at the head of a passage what it belongs to."""

CONCEPTS_KEY = "concepts"
"""In the config: names of the concepts that the head for numbers tells apart from "other"."""

FIGURES_KEY = "figure_head"
"""In the config: features, types, concepts and hidden units of the head for numbers."""

FIGURE_TYPES = ("MONEY", "PERCENT", "SHARES", "PER_SHARE")
"""Types that the head for numbers tells apart from "none"."""


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


def token_types(
    kinds: NDArray[np.int64], passages: NDArray[np.int64], config: Any
) -> NDArray[np.int64]:
    """Returns the token types of a sequence, as the model of a config knows them.

    Args:
        kinds: Letter case or kind of column of each token `[N]`.
        passages: Number of each token's passage `[N]`.
        config: The model's; one that knows letter case alone gets that.
    """
    types = int(config.type_vocab_size)
    if types < KINDS:
        return np.minimum(kinds, NO_LETTERS)
    return kinds + KINDS * (passages % (types // KINDS))


class FigureTagger(BertForTokenClassification):
    """A BERT token classifier with a second head beside the first, for numbers.

    Attributes:
        figure_head: See `secateur.core.figure_head`; it is given words, not what the encoder says.
    """

    def __init__(self, config: BertConfig) -> None:
        """Builds the model of a config that lists types and concepts of figures."""
        super().__init__(config)
        size, types, concepts, width = getattr(config, FIGURES_KEY)
        self.figure_head = FigureHead(size, types, concepts, width)
        self.post_init()


def with_figure_head(model: nn.Module, head: FigureHead, concepts: Sequence[str]) -> FigureTagger:
    """Puts a trained head for numbers on a trained tagger.

    Args:
        model: A `BertForTokenClassification`.
        head: The head.
        concepts: Names of its concepts.
    """
    config: Any = model.config
    sizes = head.inner.in_features, head.types.out_features - 1, len(concepts)
    setattr(config, FIGURES_KEY, [*sizes, head.inner.out_features])
    setattr(config, CONCEPTS_KEY, list(concepts))
    whole = FigureTagger(config)
    whole.load_state_dict(model.state_dict(), strict=False)
    whole.figure_head = head
    dtype = next(model.parameters()).dtype
    return whole.half().eval() if dtype == torch.float16 else whole.eval()


def new_tagger(
    base: str | Path,
    types: Sequence[str],
    dropout: float,
    context_tokens: int = 0,
    attention_dropout: float = 0.0,
) -> BertForTokenClassification:
    """Puts a token classifier on an encoder.

    Args:
        base: Folder of a BERT encoder in Hugging Face form.
        types: Entity types; the model gets `bio_labels(types)`.
        dropout: Chance (0 to 1) of dropping in hidden states and classifier.
        context_tokens: Most tokens at the head of a passage that say what it belongs to.
        attention_dropout: Chance (0 to 1) of dropping an attention weight; with it torch's own
            attention writes the whole matrix and is several times slower.

    Returns:
        A tagger whose token types are `KINDS` for each of `PASSAGE_NUMBERS` passages. Each begins
        as the encoder's type 0 plus a code of the passage (`passage_codes`); `fold_token_types`
        makes a plain BERT of it when it is trained.
    """
    labels = bio_labels(types)
    config = BertConfig.from_pretrained(
        base,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=attention_dropout,
    )
    own = {CONTEXT_KEY: context_tokens, TYPES_KEY: True}
    for key, value in own.items():
        setattr(config, key, value)
    model: BertForTokenClassification = BertForTokenClassification.from_pretrained(
        base, config=config, attn_implementation="sdpa"
    )
    embeddings = model.bert.embeddings
    embeddings.token_type_embeddings = TokenTypes(
        embeddings.token_type_embeddings.weight.data[0], embeddings.word_embeddings.weight.data
    )
    model.config.type_vocab_size = KINDS * PASSAGE_NUMBERS
    return model


class TokenTypes(nn.Module):
    """Token types as sums of a kind and a passage number, so that all passages learn one kind.

    A finished model holds the sums: `fold` makes them.
    """

    def __init__(self, first: Tensor, words: Tensor) -> None:
        """Builds the two tables.

        Args:
            first: The encoder's embedding of token type 0 `[D]`.
            words: Its word embeddings `[V, D]`.
        """
        super().__init__()
        self.kinds = nn.Embedding.from_pretrained(first.repeat(KINDS, 1), freeze=False)
        self.passages = nn.Embedding.from_pretrained(passage_codes(words), freeze=False)

    def forward(self, types: Tensor) -> Tensor:
        """Returns the embeddings of token types `[B, N]`."""
        kinds: Tensor = self.kinds(types % KINDS)
        return kinds + self.passages(types // KINDS)

    def fold(self) -> nn.Embedding:
        """Returns one table of all token types."""
        with torch.no_grad():
            return nn.Embedding.from_pretrained(
                self(torch.arange(KINDS * PASSAGE_NUMBERS)), freeze=False
            )


def fold_token_types(model: nn.Module) -> None:
    """Gives a trained tagger the plain table of token types that a BERT model has."""
    embeddings: Any = model.get_submodule("bert.embeddings")
    if isinstance(embeddings.token_type_embeddings, TokenTypes):
        embeddings.token_type_embeddings = embeddings.token_type_embeddings.fold()


_WAVES = (1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 37, 41, 47, 53, 59)
_CODE_NORM = 0.5
"""About the norm of MiniLM's position embeddings; words have twice that."""


def passage_codes(words: Tensor) -> Tensor:
    """Returns a code for each passage number, in directions that tell words hardly apart.

    The codes are waves along the passage number, so that likeness falls with distance: sines and
    cosines with 1 to 59 periods over `PASSAGE_NUMBERS`.

    Args:
        words: The encoder's word embeddings `[V, D]`, D at least 32.

    Returns:
        `[PASSAGE_NUMBERS, D]`.
    """
    centred = words - words.mean(0)
    quiet = torch.linalg.eigh(centred.T @ centred).eigenvectors[:, : 2 * len(_WAVES)]
    angles = torch.arange(PASSAGE_NUMBERS)[:, None] * torch.tensor(_WAVES) / PASSAGE_NUMBERS
    waves = torch.cat([(2 * torch.pi * angles).sin(), (2 * torch.pi * angles).cos()], -1)
    return _CODE_NORM * (waves / len(_WAVES) ** 0.5) @ quiet.T


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
