"""From a document to the one token sequence that the tagger reads: every token of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from transformers import PretrainedConfig, PreTrainedTokenizerBase

from secateur.core.pieces import MAX_PASSAGE, POSITIONS, first_position
from secateur.core.tagger import NO_LETTERS, token_types
from secateur.pipelines.finance.numbers import FoundNumbers
from secateur.pipelines.finance.tokens import Tokens, context_tokens, tokenise, with_kinds


@dataclass(frozen=True)
class Encoded:
    """A document as one sequence of passages, each with its own opening and closing token.

    Attributes:
        input_ids: Vocabulary numbers `[N]`, special tokens and context included.
        kinds: Letter case `[N]`, or kind of column of a number (`secateur.core.tagger`).
        position_ids: Positions `[N]`; passages begin at `secateur.core.pieces.first_position`.
        source: For each position `[N]` the number of its piece in `tokens`, -1 for special tokens
            and for context, which is read and never labelled.
        span_ends: Positions at which a sentence or a context ends, ascending; the last is N.
        passage_ends: Positions at which a passage ends, ascending; the last is N.
        tokens: The document's pieces, every one of which stands in the sequence once.
        sentences: Character spans of the sentences.
        token_type_ids: What the model is given of kinds and passages `[N]`.
        numbers: The document's numbers, for a model with a head for them.
    """

    input_ids: NDArray[np.int64]
    kinds: NDArray[np.int64]
    position_ids: NDArray[np.int64]
    source: NDArray[np.int64]
    span_ends: tuple[int, ...]
    passage_ends: tuple[int, ...]
    tokens: Tokens
    sentences: tuple[tuple[int, int], ...]
    token_type_ids: NDArray[np.int64]
    numbers: FoundNumbers | None = None

    def __len__(self) -> int:
        return len(self.input_ids)


@dataclass(frozen=True)
class Surroundings:
    """What a document says of its passages and numbers from afar.

    Attributes:
        contexts: For each sentence, what a passage that opens with it is told beforehand.
        kinds: First character, one past the last and kind of column of numbers, ascending.
        most: Most tokens of context in a passage, the last ones of longer contexts.
    """

    contexts: Sequence[str]
    kinds: Sequence[tuple[int, int, int]]
    most: int


def encode(
    text: str,
    sentences: Sequence[tuple[int, int]],
    tokenizer: PreTrainedTokenizerBase,
    max_passage: int = MAX_PASSAGE,
    positions: int = POSITIONS,
    around: Surroundings | None = None,
    config: PretrainedConfig | None = None,
) -> Encoded:
    """Cuts a text into passages at sentence ends and lines them up in one sequence.

    Args:
        text: The whole text.
        sentences: Character spans, ascending and disjoint (a table row counts as a sentence).
            What lies between two of them goes with the first.
        tokenizer: A fast tokenizer with opening and closing tokens.
        max_passage: Tokens of a passage, 8 or more, its special tokens and context included. A
            longer sentence is cut at the end of a word.
        positions: Positions that the model has, `max_passage` or more.
        around: Context and columns; None leaves them out.
        config: The model's, which decides on token types; None gives those of letter case.

    Returns:
        The sequence; it holds every piece of the text once and in order.

    Raises:
        ValueError: `max_passage` is under 8 or over `positions`.
    """
    if not 8 <= max_passage <= positions:
        raise ValueError(f"max_passage must be 8 to {positions} tokens, got {max_passage}")
    tokens = tokenise(text, tokenizer)
    if around is not None:
        tokens = with_kinds(tokens, around.kinds)
    room = max_passage - 2
    bounds = _cut_long(tokens, _sentence_bounds(tokens, sentences), room)
    context = _Contexts(sentences, tokenizer, around)
    sequence = _Sequence(tokenizer.cls_token_id, tokenizer.sep_token_id)
    while len(bounds) > 1:
        first = bounds[0]
        needed = bounds[1] - first
        given = context.before(int(tokens.starts[first]), room - needed - 1)
        left = room - (len(given) + 1 if len(given) else 0)
        count = bisect_right(bounds, first + left) - 1
        place = first_position(len(sequence.passage_ends), max_passage, positions)
        sequence.add(tokens, bounds[: count + 1], given, place)
        del bounds[:count]
    return sequence.close(tokens, sentences, config)


@dataclass(frozen=True)
class _Contexts:
    """Gives each passage its context, tokenised."""

    sentences: Sequence[tuple[int, int]]
    tokenizer: PreTrainedTokenizerBase
    around: Surroundings | None

    def before(self, start: int, room: int) -> Tokens:
        """Returns the context of a passage that begins at a character, at most `room` tokens."""
        text = ""
        if self.around is not None and room > 0:
            sentence = bisect_right(self.sentences, start, key=lambda span: span[0]) - 1
            text = self.around.contexts[max(sentence, 0)] if self.sentences else ""
        most = min(room, self.around.most) if self.around else 0
        return context_tokens(text, self.tokenizer, most)


class _Sequence:
    """Collects passages one behind the other."""

    def __init__(self, opening: int, closing: int) -> None:
        self.passage_ends: list[int] = []
        self._opening = np.array([opening])
        self._closing = np.array([closing])
        self._at = 0
        self._span_ends: list[int] = []
        self._columns: tuple[list[NDArray[np.int64]], ...] = ([], [], [], [], [])

    def add(self, tokens: Tokens, bounds: Sequence[int], given: Tokens, place: int) -> None:
        """Appends the pieces from the first bound to the last; sentences end at the bounds."""
        edge, nothing = np.array([NO_LETTERS]), np.array([-1])
        cut = slice(bounds[0], bounds[-1])
        ids, kinds, source = [self._opening], [edge], [nothing]
        if len(given):
            ids += [given.ids, self._closing]
            kinds += [given.cases, edge]
            source += [np.full(len(given) + 1, -1)]
            self._span_ends.append(self._at + len(given) + 2)
        start = self._at + sum(map(len, ids))
        ids += [tokens.ids[cut], self._closing]
        kinds += [tokens.cases[cut], edge]
        source += [np.arange(bounds[0], bounds[-1]), nothing]
        length = sum(map(len, ids))
        self._span_ends += [start + end - bounds[0] for end in bounds[1:-1]]
        self._at += length
        self._span_ends.append(self._at)
        places = place + np.arange(length)
        number = np.full(length, len(self.passage_ends))
        parts = (*map(np.concatenate, (ids, kinds, source)), places, number)
        for column, part in zip(self._columns, parts, strict=True):
            column.append(part)
        self.passage_ends.append(self._at)

    def close(
        self,
        tokens: Tokens,
        sentences: Sequence[tuple[int, int]],
        config: PretrainedConfig | None,
    ) -> Encoded:
        """Returns the sequence as a model of that config reads it."""
        nothing = np.zeros(0, dtype=np.int64)
        ids, kinds, source, places, passages = (
            np.concatenate([nothing, *column]) for column in self._columns
        )
        types = np.minimum(kinds, NO_LETTERS)
        return Encoded(
            input_ids=ids,
            kinds=kinds,
            position_ids=places,
            source=source,
            span_ends=tuple(self._span_ends),
            passage_ends=tuple(self.passage_ends),
            tokens=tokens,
            sentences=tuple(sentences),
            token_type_ids=types if config is None else token_types(kinds, passages, config),
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
