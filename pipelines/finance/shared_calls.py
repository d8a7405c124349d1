"""Several documents in one call of the model, each row padded to the longest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from secateur.core.interface import NAME as DAP
from secateur.core.spans import SpanTable
from secateur.core.tagger import TYPES_KEY, chunk_feed_forward, model_labels
from secateur.pipelines.finance.encode import Encoded


@torch.inference_mode()
def score_batch(batch: Sequence[Encoded], model: PreTrainedModel) -> list[NDArray[np.float32]]:
    """Runs the model once over several documents.

    Args:
        batch: The documents.
        model: A token classifier.

    Returns:
        For each document log-probabilities float32 `[tokens, labels]`.
    """
    chunk_feed_forward(model)
    width = max(map(len, batch))
    columns = {
        "input_ids": _padded([entry.input_ids for entry in batch], width),
        "position_ids": _padded([entry.position_ids for entry in batch], width),
        "attention_mask": _padded([np.ones(len(entry), dtype=np.int64) for entry in batch], width),
    }
    if getattr(model.config, TYPES_KEY, False):
        columns["token_type_ids"] = _padded([entry.token_type_ids for entry in batch], width)
    elif hasattr(model.config, "type_vocab_size"):
        columns["token_type_ids"] = np.zeros_like(columns["input_ids"])
    inputs = {name: torch.from_numpy(rows).to(model.device) for name, rows in columns.items()}
    if model.config._attn_implementation == DAP:
        table = SpanTable.from_boundaries([entry.span_ends for entry in batch], width)
        inputs["span_offsets"] = table.offsets.to(model.device)
    logits = model(**inputs).logits.float().log_softmax(-1).cpu().numpy()
    labels = len(model_labels(model))
    found = []
    for row, entry in zip(logits, batch, strict=True):
        scores = np.zeros((len(entry.tokens), labels), dtype=np.float32)
        inside = entry.source >= 0
        scores[entry.source[inside]] = row[: len(entry)][inside]
        found.append(scores)
    return found


def _padded(rows: Sequence[NDArray[np.int64]], width: int) -> NDArray[np.int64]:
    table = np.zeros((len(rows), width), dtype=np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table
