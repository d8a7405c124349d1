"""Shortens a training text as a reader would meet it: opening, what matters, and noise."""

from __future__ import annotations

import random
import re

from transformers import PreTrainedTokenizerBase

from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.sentences import sentences

_WORD = re.compile(r"[a-z0-9]+")
# Shares of the room that the opening and the sentences nearest the answer may take; the rest is
# noise, so that finding what matters is learnt too.
_OPENING = 0.4
_NEAREST = 0.3


def condense(
    text: str, answer: str, room: int, tokenizer: PreTrainedTokenizerBase, seed: int = 0
) -> str:
    """Keeps whole sentences of a text, in order, up to a number of tokens.

    The opening comes first, then the sentences that add most of the answer's words, then others
    drawn at random.

    Args:
        text: A note or dialogue.
        answer: What is to be learnt from it.
        room: Most tokens, 1 or more.
        tokenizer: Counts them.
        seed: Of the draw.

    Returns:
        The text itself where it fits.
    """

    def count(piece: str) -> int:
        return len(tokenizer(piece, add_special_tokens=False, split_special_tokens=True).input_ids)

    if count(text) <= room:
        return text
    spans = sentences(text, _lines(text))
    costs = [count(text[start:end]) + 1 for start, end in spans]
    kept = set[int]()

    def keep(index: int, limit: float) -> bool:
        if sum(costs[i] for i in kept | {index}) > limit:
            return False
        kept.add(index)
        return True

    for index in range(len(spans)):
        if not keep(index, _OPENING * room):
            break
    for index in _by_gain(text, spans, answer, kept):
        keep(index, (_OPENING + _NEAREST) * room)
    rest = [index for index in range(len(spans)) if index not in kept]
    random.Random(seed).shuffle(rest)
    for index in rest:
        keep(index, room)
    return _joined(text, [spans[i] for i in sorted(kept)])


def _by_gain(text: str, spans: list[tuple[int, int]], answer: str, kept: set[int]) -> list[int]:
    """Sentences by the number of the answer's words that each adds to those before it."""
    words = [frozenset(_WORD.findall(text[start:end].lower())) for start, end in spans]
    missing = set(_WORD.findall(answer.lower())).difference(*(words[i] for i in kept))
    order: list[int] = []
    left = [index for index in range(len(spans)) if index not in kept]
    while left and missing:
        best = max(left, key=lambda i: (len(words[i] & missing), -i))
        if not words[best] & missing:
            break
        left.remove(best)
        order.append(best)
        missing -= words[best]
    return order


def _lines(text: str) -> list[Passage]:
    return [
        Passage(match.start(), match.end())
        for match in re.finditer(r"[^\n]+", text)
        if match[0].strip()
    ]


def _joined(text: str, spans: list[tuple[int, int]]) -> str:
    """Joins sentences by a space, or by a line break where they stand in different lines."""
    pieces: list[str] = []
    for number, (start, end) in enumerate(spans):
        if number:
            between = text[spans[number - 1][1] : start]
            pieces.append("\n" if "\n" in between else " ")
        pieces.append(text[start:end])
    return "".join(pieces)
