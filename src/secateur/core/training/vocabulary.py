"""A vocabulary of one's own: learnt from texts, and the model's embeddings moved over to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase


def renew_vocabulary(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, texts: Iterable[str], size: int
) -> PreTrainedTokenizerBase:
    """Learns a vocabulary of the tokenizer's own kind and gives it to the model.

    A piece that the old vocabulary has keeps its embedding; a new one begins as the mean of the
    old pieces that spell it.

    Args:
        model: Changed in place.
        tokenizer: A fast tokenizer, the model's.
        texts: What to learn from.
        size: Pieces wanted, special ones included; few texts give fewer.

    Returns:
        The new tokenizer.

    Raises:
        ValueError: The tokenizer is not a fast one.
    """
    if not tokenizer.is_fast:
        raise ValueError("a new vocabulary needs a fast tokenizer")
    renewed: PreTrainedTokenizerBase = tokenizer.train_new_from_iterator(
        texts, size, show_progress=False
    )
    origins = _origins(tokenizer, renewed)
    before: Any = model.get_input_embeddings()
    output: Any = model.get_output_embeddings()
    tables = [before.weight.data]
    if output is not None and output.weight is not before.weight:
        tables.append(output.weight.data)
    moved = [torch.stack([table[pieces].mean(0) for pieces in origins]) for table in tables]
    bias = getattr(output, "bias", None)
    biases = None if bias is None else torch.stack([bias.data[pieces].mean() for pieces in origins])
    model.resize_token_embeddings(len(renewed), mean_resizing=False)
    after: Any = model.get_input_embeddings()
    after.weight.data.copy_(moved[0])
    output = model.get_output_embeddings()
    if len(moved) > 1:
        output.weight.data.copy_(moved[1])
    if biases is not None:
        output.bias.data.copy_(biases)
    for name in ("pad_token_id", "bos_token_id", "eos_token_id"):
        if getattr(model.config, name, None) is not None:
            setattr(model.config, name, getattr(renewed, name))
    return renewed


def _origins(old: PreTrainedTokenizerBase, new: PreTrainedTokenizerBase) -> list[list[int]]:
    """Numbers of the old pieces that each new piece is made of, in the order of the new."""
    known = old.get_vocab()
    found = []
    for piece, _ in sorted(new.get_vocab().items(), key=lambda item: item[1]):
        if piece in known:
            found.append([known[piece]])
            continue
        text = new.convert_tokens_to_string([piece]).removeprefix("##")
        numbers = old(text, add_special_tokens=False)["input_ids"]
        found.append(numbers or [old.unk_token_id or 0])
    return found
