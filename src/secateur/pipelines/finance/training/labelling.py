"""Labels of characters turned into labels of tokens, with what each token may be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from secateur.core.models.word_kinds import LOWER, NO_LETTERS
from secateur.core.training.tagged import IGNORE, TaggedTokens
from secateur.pipelines.finance.candidates.found import NAMES
from secateur.pipelines.finance.candidates.tokens import Tokens, tokenise
from secateur.pipelines.finance.training.datasets import LabelledText

_INSIDE_NAMES = frozenset(
    "of and the for de du la le van von der del in on at to a an & y e".split()
)
"""Words in small letters that stand inside names."""


def label_tokens(
    text: LabelledText,
    tokenizer: PreTrainedTokenizerBase,
    types: Sequence[str],
) -> TaggedTokens:
    """Tokenises a labelled text and states for each word which labels it may bear.

    Args:
        text: The text with its marks.
        tokenizer: A fast tokenizer.
        types: The model's types, in the order of its outputs; marks of other types are no entity.

    Returns:
        Tokens whose first piece of each word carries a bit set: one bit where the label is known;
        outside marks "O" and every label of the types that the set does not annotate; all bits
        where nothing is known.
    """
    tokens = tokenise(text.text, tokenizer)
    bit = {kind: 1 << (2 * number + 1) for number, kind in enumerate(types)}
    allowed = _outside(text, tokens, bit)
    facts = 0
    anything = (1 << (2 * len(types) + 1)) - 1
    mentions = []
    for mark in text.marks:
        if mark.label is not None and mark.label not in bit:
            continue
        first = int(np.searchsorted(tokens.ends, mark.start, side="right"))
        last = int(np.searchsorted(tokens.starts, mark.end, side="left"))
        if first >= last:
            continue
        if mark.label is None:
            allowed[first:last] = anything
            continue
        allowed[first:last] = bit[mark.label] << 1
        allowed[first] = bit[mark.label]
        facts += (last - first) * (mark.concept is not None)
        if mark.label in NAMES:
            mentions.append((first, last, mark.label))
    opens = tokens.opens_word
    allowed[~opens] = IGNORE
    whole = tuple(
        (first, last, kind)
        for first, last, kind in mentions
        if opens[first] and (last == len(tokens) or opens[last])
    )
    stated = facts if text.plain else None
    return TaggedTokens(tokens.ids, tokens.cases, allowed, whole, stated)


def _outside(text: LabelledText, tokens: Tokens, bit: dict[str, int]) -> NDArray[np.int64]:
    """What each token may bear where no mark stands."""
    outside = 1
    for kind in bit.keys() - text.annotated:
        outside |= bit[kind] | bit[kind] << 1
    allowed = np.full(len(tokens), outside, dtype=np.int64)
    if not text.plain:
        return allowed
    names = 0
    for kind in NAMES & bit.keys():
        names |= bit[kind] | bit[kind] << 1
    for number in np.flatnonzero(tokens.opens_word & (tokens.cases == LOWER)).tolist():
        word = text.text[tokens.starts[number] : tokens.ends[number]]
        if word not in _INSIDE_NAMES:
            allowed[number] &= ~names
    allowed[tokens.cases == NO_LETTERS] &= ~names
    return allowed
