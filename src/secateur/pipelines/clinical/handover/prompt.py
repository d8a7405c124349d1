"""The decoder's prompt around a note, with the note's sentence boundaries in tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from secateur.core.decoder.decoding import Prompt
from secateur.core.spans import SpanTable

BRIEF = "Summarize this note in one to three short sentences."
_SYSTEM = "You summarize clinical notes. You use only facts and words of the note."
_MARK = "\x00"


def section_request(name: str) -> str:
    """Words the request for one section of the note about a dialogue ("chief complaint")."""
    return f"Write the section {name!r} of the note about this dialogue."


HISTORY = section_request("history of present illness")


@dataclass(frozen=True)
class NotePrompt(Prompt):
    """A prompt around a note.

    Attributes:
        span_offsets: Its sentences' boundaries, known here.
        note_tokens: How many of the tokens are the note's.
        note_start: Which token is the note's first.
        places: Characters in the note of each of its tokens, half-open.
    """

    span_offsets: Tensor
    note_tokens: int
    note_start: int
    places: tuple[tuple[int, int], ...]


def build_prompt(
    text: str,
    sentences: Sequence[tuple[int, int]],
    tokenizer: PreTrainedTokenizerBase,
    request: str = BRIEF,
    *,
    encoder: bool = False,
) -> NotePrompt:
    """Puts a note into the chat template, or simply before the request where there is none.

    Args:
        text: The note, or a part of it.
        sentences: Its sentences, half-open character offsets into `text`, ascending.
        tokenizer: A fast tokenizer.
        request: What is asked for, after the note; before an encoder's note.
        encoder: Whether an encoder reads it, which has no chat template.

    Returns:
        The prompt. The note's characters are never read as control tokens.
    """
    before, after = _frame(tokenizer, request, encoder)
    note = tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, split_special_tokens=True
    )
    ends = _token_ends(note["offset_mapping"], [end for _, end in sentences])
    tokens = [*before, *note["input_ids"], *after]
    cuts = [len(before), *(len(before) + end for end in ends), len(before) + len(note["input_ids"])]
    return NotePrompt(
        tokens=torch.tensor([tokens]),
        span_offsets=SpanTable.from_boundaries([cuts], len(tokens)).offsets,
        note_tokens=len(note["input_ids"]),
        note_start=len(before),
        places=tuple(note["offset_mapping"]),
    )


def frame_length(
    tokenizer: PreTrainedTokenizerBase, request: str = BRIEF, *, encoder: bool = False
) -> int:
    """Counts the tokens that a prompt has beside its note; see `build_prompt`."""
    return sum(len(part) for part in _frame(tokenizer, request, encoder))


def _frame(
    tokenizer: PreTrainedTokenizerBase, request: str, encoder: bool
) -> tuple[list[int], list[int]]:
    if encoder or not tokenizer.chat_template:
        return _plain_frame(tokenizer, request, encoder)
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


def _plain_frame(
    tokenizer: PreTrainedTokenizerBase, request: str, encoder: bool
) -> tuple[list[int], list[int]]:
    """The tokenizer's own first and last tokens, and the request where the model expects it."""
    special: list[int] = tokenizer("")["input_ids"]
    alone = special == [tokenizer.eos_token_id] != [tokenizer.bos_token_id]
    ended = alone or len(special) > 1
    first, last = (special[:-1], special[-1:]) if ended else (special, [])
    asked = request if encoder else f"\n\n{request}\n"
    words: list[int] = tokenizer(asked, add_special_tokens=False)["input_ids"]
    return ([*first, *words], last) if encoder else (first, words)


def _token_ends(offsets: Sequence[tuple[int, int]], ends: Sequence[int]) -> list[int]:
    """For each character end, counts the tokens that begin before it."""
    counts, token = [], 0
    for end in ends:
        while token < len(offsets) and offsets[token][0] < end:
            token += 1
        counts.append(token)
    return counts
