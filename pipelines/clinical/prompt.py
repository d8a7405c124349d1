"""The decoder's prompt around a note, with the note's sentence boundaries in tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from secateur.core.spans import SpanTable

BRIEF = "Summarize this note in one to three short sentences."
_SYSTEM = "You summarize clinical notes. You use only facts and words of the note."
_MARK = "\x00"


@dataclass(frozen=True)
class Prompt:
    """A prompt ready for the model.

    Attributes:
        tokens: int64 `[1, n]`.
        span_offsets: int32 `[1, S + 1]`, sentence boundaries in tokens.
        note_tokens: How many of the tokens are the note's.
        note_start: Which token is the note's first.
        places: Characters in the note of each of its tokens, half-open.
    """

    tokens: Tensor
    span_offsets: Tensor
    note_tokens: int
    note_start: int
    places: tuple[tuple[int, int], ...]


def build_prompt(
    text: str,
    sentences: Sequence[tuple[int, int]],
    tokenizer: PreTrainedTokenizerBase,
    request: str = BRIEF,
) -> Prompt:
    """Puts a note into the chat template.

    Args:
        text: The note, or a part of it.
        sentences: Its sentences, half-open character offsets into `text`, ascending.
        tokenizer: A fast tokenizer with a chat template.
        request: What is asked for, after the note.

    Returns:
        The prompt. The note's characters are never read as control tokens.

    Raises:
        ValueError: The tokenizer has no chat template.
    """
    before, after = _frame(tokenizer, request)
    note = tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, split_special_tokens=True
    )
    ends = _token_ends(note["offset_mapping"], [end for _, end in sentences])
    tokens = [*before, *note["input_ids"], *after]
    cuts = [len(before), *(len(before) + end for end in ends), len(before) + len(note["input_ids"])]
    return Prompt(
        tokens=torch.tensor([tokens]),
        span_offsets=SpanTable.from_boundaries([cuts], len(tokens)).offsets,
        note_tokens=len(note["input_ids"]),
        note_start=len(before),
        places=tuple(note["offset_mapping"]),
    )


def frame_length(tokenizer: PreTrainedTokenizerBase, request: str = BRIEF) -> int:
    """Counts the tokens that a prompt has beside its note."""
    return sum(len(part) for part in _frame(tokenizer, request))


def _frame(tokenizer: PreTrainedTokenizerBase, request: str) -> tuple[list[int], list[int]]:
    if not tokenizer.chat_template:
        raise ValueError(
            f"{tokenizer.name_or_path} has no chat template; use an instruction-tuned model"
        )
    chat = tokenizer.apply_chat_template(
        [
            {"role": "system", "content": _SYSTEM},
            {"role": "user", "content": f"{_MARK}\n\n{request}"},
        ],
        tokenize=False,
        add_generation_prompt=True,
    )
    before, after = str(chat).split(_MARK)
    return (
        tokenizer(before, add_special_tokens=False)["input_ids"],
        tokenizer(after, add_special_tokens=False)["input_ids"],
    )


def _token_ends(offsets: Sequence[tuple[int, int]], ends: Sequence[int]) -> list[int]:
    """For each character end, counts the tokens that begin before it."""
    counts, token = [], 0
    for end in ends:
        while token < len(offsets) and offsets[token][0] < end:
            token += 1
        counts.append(token)
    return counts
