"""What the tagger says of each piece of a document: labels and concepts."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedModel

from secateur.core.models.tagger import TYPES_KEY, chunk_tokens, model_labels
from secateur.core.models.word_weights import renumbered
from secateur.core.recovery import remember
from secateur.core.spans import SpanTable
from secateur.core.states import NAME as DAP
from secateur.pipelines.finance.candidates.number_types import CONCEPTS_KEY
from secateur.pipelines.finance.numbers.scores import NumberScores
from secateur.pipelines.finance.reader.encode import Encoded
from secateur.pipelines.finance.reader.second_reading import second_reading


@dataclass(frozen=True)
class Scores:
    """What a model says of a document.

    Attributes:
        labels: Log-probabilities of each piece, float32 `[tokens, labels]`.
        numbers: Of its numbers, None for a model without a head for them.
        again: Pieces whose labels come from a second reading, ascending.
    """

    labels: NDArray[np.float32]
    numbers: NumberScores | None = None
    again: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def fill(labels: NDArray[np.float32], logits: Tensor, source: NDArray[np.int64]) -> None:
    """Takes in what one row of a model call says.

    Args:
        labels: Log-probabilities `[tokens, labels]`, filled in place.
        logits: What the model gave for the row `[N, labels]`.
        source: For each position of the row, from the first, the number of its piece; -1 for none.
    """
    inside = source >= 0
    said = logits[: len(source)].float().log_softmax(-1).cpu().numpy()
    labels[source[inside]] = said[inside]


def empty_labels(encoded: Encoded, model: PreTrainedModel) -> NDArray[np.float32]:
    """Returns scores to be filled in for a document."""
    return np.zeros((len(encoded.tokens), len(model_labels(model))), dtype=np.float32)


@torch.inference_mode()
def score_numbers(encoded: Encoded, model: PreTrainedModel) -> NumberScores | None:
    """Asks a model's head for numbers, None where model or document has none."""
    head: Any = getattr(model, "figure_head", None)
    if head is None or encoded.numbers is None:
        return None
    embedding: Any = model.get_input_embeddings()
    if next(head.parameters()).device.type != "cpu":
        head = copy.deepcopy(head).cpu()
    # A document uses a tenth of the vocabulary.
    used, texts = renumbered(encoded.numbers.texts)
    words = embedding.weight.detach()[used.to(embedding.weight.device)].cpu().float()
    types, concepts = head(words, texts, torch.from_numpy(encoded.numbers.signs), used)
    return NumberScores(
        types.softmax(-1).numpy(),
        concepts.numpy(),
        getattr(model.config, CONCEPTS_KEY),
    )


@torch.inference_mode()
def score(encoded: Encoded, model: PreTrainedModel) -> Scores:
    """Runs the model over a document; under DAP, words that it is not sure of once more.

    Args:
        encoded: The document.
        model: A token classifier.

    Returns:
        What it says of each piece and each number of the document.
    """
    labels = empty_labels(encoded, model)
    numbers = score_numbers(encoded, model)
    if not len(encoded):
        return Scores(labels, numbers)
    if model.config._attn_implementation == DAP:
        return Scores(labels, numbers, _score_pruned(encoded, model, labels))
    fill(labels, first_reading(encoded, model), encoded.source)
    return Scores(labels, numbers)


@torch.inference_mode()
def first_reading(encoded: Encoded, model: PreTrainedModel) -> Tensor:
    """Runs the model once over a document, and gives its logits `[N, labels]`."""
    chunk_tokens(model)
    logits: Tensor = model(**_inputs(encoded, model)).logits
    return logits[0]


def _score_pruned(
    encoded: Encoded, model: PreTrainedModel, labels: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Fills in the labels; returns the pieces that the second reading gave."""
    with remember(model) as memory:
        fill(labels, first_reading(encoded, model), encoded.source)
    inputs = _inputs(encoded, model)
    inputs.pop("span_offsets")
    again = second_reading(encoded, model, memory, inputs, np.exp(labels.max(-1)))
    if again is None:
        return np.zeros(0, dtype=np.int64)
    rows, logits = again
    fill(labels, logits, encoded.source[rows])
    return encoded.source[rows]


def _inputs(encoded: Encoded, model: PreTrainedModel) -> dict[str, Tensor]:
    columns = {
        "input_ids": encoded.input_ids[None],
        "position_ids": encoded.position_ids[None],
        "token_type_ids": encoded.token_type_ids[None],
        "attention_mask": np.ones((1, len(encoded)), dtype=np.int64),
    }
    return model_inputs(columns, [encoded.span_ends], model)


def model_inputs(
    columns: dict[str, NDArray[np.int64]],
    span_ends: Sequence[Sequence[int]],
    model: PreTrainedModel,
) -> dict[str, Tensor]:
    """Turns the columns of a batch into what a model takes.

    Args:
        columns: `input_ids`, `position_ids`, `token_type_ids` and `attention_mask` `[B, N]`.
            Without a mask transformers takes positions that begin anew for packed sequences.
        span_ends: For each row the tokens at which sentences end.
        model: Where token types mean something else, it gets none; under attention "dap" it is
            told the sentences.
    """
    types = columns["token_type_ids"]
    if not getattr(model.config, TYPES_KEY, False):
        given = {name: column for name, column in columns.items() if name != "token_type_ids"}
        if hasattr(model.config, "type_vocab_size"):
            given["token_type_ids"] = np.zeros_like(types)
        columns = given
    inputs = {name: torch.from_numpy(column).to(model.device) for name, column in columns.items()}
    if model.config._attn_implementation == DAP:
        table = SpanTable.from_boundaries(span_ends, types.shape[1])
        inputs["span_offsets"] = table.offsets.to(model.device)
    return inputs
