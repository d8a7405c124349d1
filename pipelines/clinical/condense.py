"""Shortens a training text to the sentences that its answer rests on and some that it does not."""

from __future__ import annotations

import re

from transformers import PreTrainedTokenizerBase

from secateur.pipelines.document import Passage
from secateur.pipelines.sentences import sentences

_WORD = re.compile(r"[a-z0-9]+")
# A bonus for standing early, so that the rest of the room goes to what opens the note.
_HEAD = 0.25


def condense(text: str, answer: str, room: int, tokenizer: PreTrainedTokenizerBase) -> str:
    """Keeps whole sentences of a text, in order, up to a number of tokens.

    Training reads most of its tokens in prompts: a shorter prompt gives more steps in the same
    time. Sentences are taken by the share of the answer's words that they add, then by place.

    Args:
        text: A note or dialogue.
        answer: What is to be learnt from it.
        room: Most tokens, 1 or more.
        tokenizer: Counts them.

    Returns:
        The text itself where it fits.
    """

    def count(piece: str) -> int:
        return len(tokenizer(piece, add_special_tokens=False, split_special_tokens=True).input_ids)

    if count(text) <= room:
        return text
    spans = sentences(text, _lines(text))
    words = [frozenset(_WORD.findall(text[start:end].lower())) for start, end in spans]
    missing = set(_WORD.findall(answer.lower()))
    wanted = max(len(missing), 1)
    left, kept = set(range(len(spans))), set[int]()
    while left:
        best = max(left, key=lambda i: (_worth(words[i], missing, wanted, i / len(spans)), -i))
        left.remove(best)
        cost = count(text[slice(*spans[best])]) + 1
        if cost <= room:
            room -= cost
            kept.add(best)
            missing -= words[best]
    return _joined(text, [spans[i] for i in sorted(kept)])


def _worth(words: frozenset[str], missing: set[str], wanted: int, place: float) -> float:
    return len(words & missing) / wanted + _HEAD * (1 - place)


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
