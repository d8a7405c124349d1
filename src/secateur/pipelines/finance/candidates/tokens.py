"""Word pieces of a text, with their places and the letter case of their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from secateur.core.models.word_kinds import NO_LETTERS, letter_case
from secateur.pipelines.errors import UsageError

letter_case_of = lru_cache(maxsize=65536)(letter_case)


@dataclass(frozen=True)
class Tokens:
    """The word pieces of a text, without special tokens.

    Attributes:
        ids: Vocabulary numbers `[n]`.
        starts: First character of each piece `[n]`.
        ends: One past its last character `[n]`.
        words: Number of the word each piece belongs to `[n]`, ascending from 0.
        cases: Letter case of that word `[n]`, see `secateur.core.models.tagger`.
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

    def first(self, count: int) -> Tokens:
        """Returns the first pieces, all where there are fewer."""
        columns = (self.ids, self.starts, self.ends, self.words, self.cases)
        return Tokens(*(column[:count] for column in columns))


def tokenise(text: str, tokenizer: PreTrainedTokenizerBase) -> Tokens:
    """Cuts a text of any length into word pieces.

    Args:
        text: The text.
        tokenizer: A fast tokenizer, which knows offsets.

    Returns:
        All pieces; nothing is truncated.

    Raises:
        UsageError: The tokenizer is not a fast one.
    """
    if not tokenizer.is_fast:
        raise UsageError(f"{type(tokenizer).__name__} gives no offsets: a fast tokenizer is needed")
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
    closes = np.append(opens, len(words))[1:] - 1
    spans = zip(starts[opens].tolist(), ends[closes].tolist(), strict=True)
    of_words = np.array([letter_case_of(text[start:end]) for start, end in spans], dtype=np.int64)
    ids = np.array(encoding["input_ids"], dtype=np.int64)
    return Tokens(ids, starts, ends, words, np.repeat(of_words, closes - opens + 1))


def with_kinds(tokens: Tokens, kinds: Sequence[tuple[int, int, int]]) -> Tokens:
    """Puts the kinds of columns in the place of the letter case that numbers have not.

    Args:
        tokens: Pieces of a text.
        kinds: First character, one past the last and kind of runs of that text, ascending.
    """
    cases = tokens.cases.copy()
    for start, end, kind in kinds:
        first = int(np.searchsorted(tokens.starts, start))
        inside = slice(first, int(np.searchsorted(tokens.starts, end)))
        cases[inside] = np.where(cases[inside] == NO_LETTERS, kind, cases[inside])
    return replace(tokens, cases=cases)
