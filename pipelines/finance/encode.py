"""From a document to the one token sequence that the tagger reads: every token of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from secateur.core.pieces import MAX_PASSAGE, POSITIONS, first_position
from secateur.core.tagger import NO_LETTERS, letter_case

letter_case_of = lru_cache(maxsize=65536)(letter_case)


@dataclass(frozen=True)
class Tokens:
    """The word pieces of a text, without special tokens.

    Attributes:
        ids: Vocabulary numbers `[n]`.
        starts: First character of each piece `[n]`.
        ends: One past its last character `[n]`.
        words: Number of the word each piece belongs to `[n]`, ascending from 0.
        cases: Letter case of that word `[n]`, see `secateur.core.tagger`.
    """

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    words: NDArray[np.int64]
    cases: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def opens_word(self) -> NDArray[np.bool_]:
        """True `[n]` where a piece is the first of its word."""
        return np.diff(self.words, prepend=-1) > 0


def tokenise(text: str, tokenizer: PreTrainedTokenizerBase) -> Tokens:
    """Cuts a text of any length into word pieces.

    Args:
        text: The text.
        tokenizer: A fast tokenizer, which knows offsets.

    Returns:
        All pieces; nothing is truncated.

    Raises:
        ValueError: The tokenizer is not a fast one.
    """
    if not tokenizer.is_fast:
        raise ValueError(f"{type(tokenizer).__name__} gives no offsets: a fast tokenizer is needed")
    encoding = tokenizer(
        text,
        add_special_tokens=False,
        truncation=False,
        padding=False,
        return_offsets_mapping=True,
        verbose=False,
    )
    offsets = np.array(encoding["offset_mapping"], dtype=np.int64).reshape(-1, 2)
    words = np.array(encoding.word_ids(), dtype=np.int64)
    starts, ends = offsets[:, 0], offsets[:, 1]
    opens = np.flatnonzero(np.diff(words, prepend=-1))
    closes = np.append(opens[1:], len(words)) - 1
    cases = np.zeros(len(words), dtype=np.int64)
    for first, last in zip(opens.tolist(), closes.tolist(), strict=False):
        cases[first : last + 1] = letter_case_of(text[starts[first] : ends[last]])
    ids = np.array(encoding["input_ids"], dtype=np.int64)
    return Tokens(ids, starts, ends, words, cases)


@dataclass(frozen=True)
class Encoded:
    """A document as one sequence of passages, each with its own opening and closing token.

    Attributes:
        input_ids: Vocabulary numbers `[N]`, special tokens included.
        token_type_ids: Letter cases `[N]`.
        position_ids: Positions `[N]`; passages begin at `secateur.core.pieces.first_position`.
        source: For each position `[N]` the number of its piece in `tokens`, -1 for special tokens.
        span_ends: Positions at which a sentence ends, ascending; the last is N.
        passage_ends: Positions at which a passage ends, ascending; the last is N.
        tokens: The document's pieces, every one of which stands in the sequence once.
        sentences: Character spans of the sentences.
    """

    input_ids: NDArray[np.int64]
    token_type_ids: NDArray[np.int64]
    position_ids: NDArray[np.int64]
    source: NDArray[np.int64]
    span_ends: tuple[int, ...]
    passage_ends: tuple[int, ...]
    tokens: Tokens
    sentences: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.input_ids)


def encode(
    text: str,
    sentences: Sequence[tuple[int, int]],
    tokenizer: PreTrainedTokenizerBase,
    max_passage: int = MAX_PASSAGE,
    positions: int = POSITIONS,
) -> Encoded:
    """Cuts a text into passages at sentence ends and lines them up in one sequence.

    Args:
        text: The whole text.
        sentences: Character spans, ascending and disjoint (a table row counts as a sentence).
            What lies between two of them goes with the first.
        tokenizer: A fast tokenizer with opening and closing tokens.
        max_passage: Tokens of a passage, 8 or more, its two special tokens included. A longer
            sentence is cut at the end of a word.
        positions: Positions that the model has, `max_passage` or more.

    Returns:
        The sequence; it holds every piece of the text once and in order.

    Raises:
        ValueError: `max_passage` is under 8 or over `positions`.
    """
    if not 8 <= max_passage <= positions:
        raise ValueError(f"max_passage must be 8 to {positions} tokens, got {max_passage}")
    tokens = tokenise(text, tokenizer)
    bounds = _sentence_bounds(tokens, sentences)
    passages = _pack(_cut_long(tokens, bounds, max_passage - 2), max_passage - 2)
    length = len(tokens) + 2 * len(passages)
    source = np.full(length, -1, dtype=np.int64)
    places = np.zeros(length, dtype=np.int64)
    ids = np.full(length, tokenizer.sep_token_id, dtype=np.int64)
    span_ends: list[int] = []
    passage_ends: list[int] = []
    at = 0
    for number, passage in enumerate(passages):
        first, last = passage[0], passage[-1]
        size = last - first
        ids[at] = tokenizer.cls_token_id
        source[at + 1 : at + 1 + size] = np.arange(first, last)
        place = first_position(number, max_passage, positions)
        places[at : at + size + 2] = place + np.arange(size + 2)
        span_ends += [at + 1 + end - first for end in passage[1:]]
        at += size + 2
        passage_ends.append(at)
        span_ends[-1] = at
    inner = source >= 0
    ids[inner] = tokens.ids[source[inner]]
    cases = np.full(length, NO_LETTERS, dtype=np.int64)
    cases[inner] = tokens.cases[source[inner]]
    return Encoded(
        input_ids=ids,
        token_type_ids=cases,
        position_ids=places,
        source=source,
        span_ends=tuple(span_ends),
        passage_ends=tuple(passage_ends),
        tokens=tokens,
        sentences=tuple(sentences),
    )


def _sentence_bounds(tokens: Tokens, sentences: Sequence[tuple[int, int]]) -> list[int]:
    """Piece numbers at which sentences end: 0, ..., number of pieces, ascending."""
    starts = np.array([start for start, _ in sentences[1:]], dtype=np.int64)
    cuts = np.searchsorted(tokens.starts, starts)
    inside = tokens.opens_word
    bounds = [0]
    for cut in (*cuts.tolist(), len(tokens)):
        if cut > bounds[-1] and (cut == len(tokens) or inside[cut]):
            bounds.append(cut)
    return bounds


def _cut_long(tokens: Tokens, bounds: list[int], room: int) -> list[int]:
    """Adds bounds inside sentences of more than `room` pieces, at word ends where words allow."""
    opens = tokens.opens_word
    cuts = bounds[:1]
    for end in bounds[1:]:
        while end - cuts[-1] > room:
            limit = cuts[-1] + room
            cut = limit
            while cut > cuts[-1] + room // 2 and not opens[cut]:
                cut -= 1
            cuts.append(cut if opens[cut] else limit)
        cuts.append(end)
    return cuts


def _pack(bounds: list[int], room: int) -> list[list[int]]:
    """Groups neighbouring sentences into passages of at most `room` pieces."""
    passages: list[list[int]] = []
    for start, end in pairwise(bounds):
        if passages and end - passages[-1][0] <= room:
            passages[-1].append(end)
        else:
            passages.append([start, end])
    return passages
