"""The usual way to read a long document with a short encoder: overlapping windows of its tokens.

A rival of the pipeline, on the same checkpoint: attention stays within a window.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core.models.tagger import chunk_tokens
from secateur.core.models.word_kinds import NO_LETTERS
from secateur.pipelines.finance.reader.encode import Encoded
from secateur.pipelines.finance.reader.scoring import (
    Scores,
    empty_labels,
    fill,
    model_inputs,
    score_numbers,
)

WINDOW, STRIDE = 512, 384
"""Tokens of a window, its two special ones included, and from one window's start to the next."""


@torch.inference_mode()
def score_windows(
    encoded: Encoded,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    *,
    batch_size: int = 8,
    window: int = WINDOW,
    stride: int = STRIDE,
) -> Scores:
    """Runs the model over windows, several in a call, none of them padded.

    Args:
        encoded: The document; its pieces are read, its chunks are not.
        model: A token classifier under torch's own attention.
        tokenizer: The model's.
        batch_size: Windows in a call, 1 or more.
        window: Tokens of a window, 8 or more.
        stride: Tokens from the start of a window to that of the next, at most `window - 2`.

    Returns:
        What the model says of each piece, taken from the window in whose middle it stands nearest.

    Raises:
        ValueError: Windows would leave pieces out.
    """
    if not 1 <= stride <= window - 2:
        raise ValueError(f"a stride of {stride} leaves tokens out of windows of {window}")
    chunk_tokens(model)
    labels = empty_labels(encoded, model)
    cuts = list(_windows(len(encoded.tokens), window - 2, stride))
    # The last one may be shorter: it runs alone, so that no call needs a mask.
    starts = [*range(0, len(cuts) - 1, batch_size), len(cuts) - 1]
    for number, following in zip(starts, [*starts[1:], len(cuts)], strict=True):
        group = cuts[number:following]
        columns = _columns(encoded, tokenizer, [cut[:2] for cut in group])
        logits = model(**model_inputs(columns, [()] * len(group), model)).logits
        for row, (start, end, first, last) in zip(logits, group, strict=True):
            source = np.full(end - start + 2, -1)
            source[first - start + 1 : last - start + 1] = np.arange(first, last)
            fill(labels, row, source)
    return Scores(labels, score_numbers(encoded, model))


def _windows(tokens: int, room: int, stride: int) -> Iterator[tuple[int, int, int, int]]:
    """Yields start and end of each window, and of the pieces that are taken from it."""
    half = (room - stride) // 2
    first = 0
    for start in range(0, max(tokens - room + stride, 1), stride):
        end = min(start + room, tokens)
        last = tokens if end == tokens else start + stride + half
        yield start, end, first, last
        first = last


def _columns(
    encoded: Encoded,
    tokenizer: PreTrainedTokenizerBase,
    cuts: list[tuple[int, int]],
) -> dict[str, np.ndarray]:
    """Model inputs of windows of equal length, positions from 0 in each."""
    tokens, edge = encoded.tokens, [NO_LETTERS]
    ids = np.stack(
        [
            np.concatenate([[tokenizer.cls_token_id], tokens.ids[a:b], [tokenizer.sep_token_id]])
            for a, b in cuts
        ]
    )
    return {
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "position_ids": np.broadcast_to(np.arange(ids.shape[1]), ids.shape).copy(),
        "token_type_ids": np.stack(
            [np.concatenate([edge, tokens.cases[a:b], edge]) for a, b in cuts]
        ),
    }
