"""Several documents in one call of the model, each row padded to the longest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from secateur.core.models.tagger import chunk_tokens
from secateur.pipelines.finance.reader.encode import Encoded
from secateur.pipelines.finance.reader.scoring import (
    Scores,
    empty_labels,
    fill,
    model_inputs,
    score,
    score_numbers,
)


@torch.inference_mode()
def score_batch(batch: Sequence[Encoded], model: PreTrainedModel) -> list[Scores]:
    """Runs the model once over several documents.

    Args:
        batch: The documents.
        model: A token classifier.

    Returns:
        What it says of each.
    """
    chunk_tokens(model)
    width = max(map(len, batch))
    if not width:
        return [score(entry, model) for entry in batch]
    columns = {
        "input_ids": _padded([entry.input_ids for entry in batch], width),
        "position_ids": _padded([entry.position_ids for entry in batch], width),
        "token_type_ids": _padded([entry.token_type_ids for entry in batch], width),
        "attention_mask": _padded([np.ones(len(entry), dtype=np.int64) for entry in batch], width),
    }
    outputs = model(**model_inputs(columns, [entry.span_ends for entry in batch], model))
    found = []
    for row, entry in enumerate(batch):
        labels = empty_labels(entry, model)
        fill(labels, outputs.logits[row], entry.source)
        found.append(Scores(labels, score_numbers(entry, model)))
    return found


def _padded(rows: Sequence[NDArray[np.int64]], width: int) -> NDArray[np.int64]:
    table = np.zeros((len(rows), width), dtype=np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table
