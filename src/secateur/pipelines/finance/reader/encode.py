"""From a document to the one token sequence that the tagger reads: every token of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from secateur.core.models.word_kinds import NO_LETTERS
from secateur.core.training.pieces import MAX_CHUNK, POSITIONS, first_position
from secateur.pipelines.finance.candidates.tokens import Tokens, tokenise
from secateur.pipelines.finance.numbers.inputs import FoundNumbers

Offsets = Callable[[NDArray[np.int64]], NDArray[np.int64]]


@dataclass(frozen=True)
class Encoded:
    """A document as one sequence of chunks, each with its own opening and closing token.

    Attributes:
        input_ids: Vocabulary numbers `[N]`, special tokens included.
        token_type_ids: Letter case `[N]` (`secateur.core.models.tagger`).
        position_ids: Positions `[N]`; chunks begin at
            `secateur.core.training.pieces.first_position`.
        source: For each position `[N]` the number of its piece in `tokens`, -1 for special tokens.
        span_ends: Positions at which a sentence ends, ascending; the last is N.
        chunk_ends: Positions at which a chunk ends, ascending; the last is N.
        tokens: The document's pieces, every one of which stands in the sequence once.
        sentences: Character spans of the sentences.
        numbers: The document's numbers, for a model with a head for them.
    """

    input_ids: NDArray[np.int64]
    token_type_ids: NDArray[np.int64]
    position_ids: NDArray[np.int64]
    source: NDArray[np.int64]
    span_ends: tuple[int, ...]
    chunk_ends: tuple[int, ...]
    tokens: Tokens
    sentences: tuple[tuple[int, int], ...]
    numbers: FoundNumbers | None = None

    def __len__(self) -> int:
        return len(self.input_ids)

    def counted(self, starts: Offsets, ends: Offsets) -> Encoded:
        """Returns the same with its characters counted in another text of the same words.

        Args:
            starts: Tells first characters in the other text by those in this one.
            ends: The same of characters behind the last.
        """
        tokens, numbers = self.tokens, self.numbers
        if numbers is not None:
            spans = numbers.spans
            spans = np.stack([starts(spans[:, 0]), ends(spans[:, 1])], 1)
            numbers = replace(numbers, spans=spans)
        sentences = np.array(self.sentences, dtype=np.int64).reshape(-1, 2)
        firsts, lasts = starts(sentences[:, 0]).tolist(), ends(sentences[:, 1]).tolist()
        return replace(
            self,
            tokens=replace(tokens, starts=starts(tokens.starts), ends=ends(tokens.ends)),
            sentences=tuple(zip(firsts, lasts, strict=True)),
            numbers=numbers,
        )


def encode(
    text: str,
    sentences: Sequence[tuple[int, int]],
    tokenizer: PreTrainedTokenizerBase,
    max_chunk: int = MAX_CHUNK,
    positions: int = POSITIONS,
) -> Encoded:
    """Cuts a text into chunks at sentence ends and lines them up in one sequence.

    Args:
        text: The whole text.
        sentences: Character spans, ascending and disjoint (a table row counts as a sentence).
            What lies between two of them goes with the first.
        tokenizer: A fast tokenizer with opening and closing tokens.
        max_chunk: Tokens of a chunk, 8 or more, its special tokens included. A
            longer sentence is cut at the end of a word.
        positions: Positions that the model has, `max_chunk` or more.

    Returns:
        The sequence; it holds every piece of the text once and in order.

    Raises:
        ValueError: `max_chunk` is under 8 or over `positions`.
    """
    if not 8 <= max_chunk <= positions:
        raise ValueError(f"max_chunk must be 8 to {positions} tokens, got {max_chunk}")
    tokens = tokenise(text, tokenizer)
    room = max_chunk - 2
    bounds = _cut_long(tokens, _sentence_bounds(tokens, sentences), room)
    sequence = _Sequence(tokenizer.cls_token_id, tokenizer.sep_token_id)
    while len(bounds) > 1:
        count = bisect_right(bounds, bounds[0] + room) - 1
        place = first_position(len(sequence.chunk_ends), max_chunk, positions)
        sequence.add(tokens, bounds[: count + 1], place)
        del bounds[:count]
    return sequence.close(tokens, sentences)


class _Sequence:
    """Collects chunks one behind the other."""

    def __init__(self, opening: int, closing: int) -> None:
        self.chunk_ends: list[int] = []
        self._opening = np.array([opening])
        self._closing = np.array([closing])
        self._at = 0
        self._span_ends: list[int] = []
        self._columns: tuple[list[NDArray[np.int64]], ...] = ([], [], [], [])

    def add(self, tokens: Tokens, bounds: Sequence[int], place: int) -> None:
        """Appends the pieces from the first bound to the last; sentences end at the bounds."""
        edge, nothing = np.array([NO_LETTERS]), np.array([-1])
        cut = slice(bounds[0], bounds[-1])
        ids = np.concatenate([self._opening, tokens.ids[cut], self._closing])
        cases = np.concatenate([edge, tokens.cases[cut], edge])
        source = np.concatenate([nothing, np.arange(bounds[0], bounds[-1]), nothing])
        self._span_ends += [self._at + 1 + end - bounds[0] for end in bounds[1:-1]]
        self._at += len(ids)
        self._span_ends.append(self._at)
        places = place + np.arange(len(ids))
        for column, part in zip(self._columns, (ids, cases, source, places), strict=True):
            column.append(part)
        self.chunk_ends.append(self._at)

    def close(self, tokens: Tokens, sentences: Sequence[tuple[int, int]]) -> Encoded:
        """Returns the whole sequence."""
        nothing = np.zeros(0, dtype=np.int64)
        ids, cases, source, places = (
            np.concatenate([nothing, *column]) for column in self._columns
        )
        return Encoded(
            input_ids=ids,
            token_type_ids=cases,
            position_ids=places,
            source=source,
            span_ends=tuple(self._span_ends),
            chunk_ends=tuple(self.chunk_ends),
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
