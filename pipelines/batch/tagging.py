"""Entities of several documents, short ones of like length in one model call.

Documents share a call if they are files of one group (`plan.group`: up to 8 KiB each) and short:
of up to as many tokens as run exact attention anyway, 512 unless the model says otherwise. There a
document's scores depend on the others by rounding only, and the groups are the same in every run.
Longer documents have their calls for themselves, because pruning looks at a whole batch, and fill a
CPU's caches, and most of a GPU, alone. Documents of an archive are run one by one as they are read,
so that only one of them is in memory.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedModel

from secateur.core.config import DapConfig
from secateur.core.interface import CONFIG_KEY
from secateur.core.interface import NAME as DAP
from secateur.core.spans import SpanTable
from secateur.core.tagger import TYPES_KEY, chunk_feed_forward, model_labels
from secateur.pipelines.finance.encode import Encoded

_WIDE = 12
"""Vectors of the hidden size that a layer holds at once for each token, its copies included."""


def batches(lengths: Sequence[int], short: int, most_tokens: int) -> list[list[int]]:
    """Puts short sequences of like length together.

    Args:
        lengths: Tokens of each sequence.
        short: Sequences of up to so many tokens may share a batch.
        most_tokens: Tokens of a shared batch, padding included.

    Returns:
        Positions in `lengths`, each once, batch by batch, longest first.
    """
    order = sorted(range(len(lengths)), key=lambda number: (-lengths[number], number))
    found: list[list[int]] = []
    for number in order:
        longest = lengths[found[-1][0]] if found else short + 1
        if longest <= short and (len(found[-1]) + 1) * longest <= most_tokens:
            found[-1].append(number)
        else:
            found.append([number])
    return found


def short_length(model: PreTrainedModel) -> int:
    """Returns up to how many tokens a document runs exact attention."""
    return DapConfig.from_dict(getattr(model.config, CONFIG_KEY, None) or {}).exact_below


def tokens_within(model: PreTrainedModel, mib: int) -> int:
    """Returns how many tokens, padding included, fit a memory budget for activations."""
    config = model.config
    values = _WIDE * config.hidden_size + 2 * config.intermediate_size + config.num_labels
    return max((mib << 20) // (values * model.dtype.itemsize), 1)


@torch.inference_mode()
def score_batch(batch: Sequence[Encoded], model: PreTrainedModel) -> list[NDArray[np.float32]]:
    """Runs the model once over several short documents, padded to the longest.

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
