"""Labels of characters turned into labels of tokens, with what each token may be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from transformers import PreTrainedTokenizerBase

from secateur.core.pieces import IGNORE, TaggedTokens
from secateur.pipelines.finance.datasets import GENERAL, LabelledText
from secateur.pipelines.finance.encode import tokenise


def label_tokens(
    text: LabelledText, tokenizer: PreTrainedTokenizerBase, types: Sequence[str]
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
    outside = 1
    for kind in types:
        if kind not in text.annotated:
            outside |= bit[kind] | bit[kind] << 1
    anything = (1 << (2 * len(types) + 1)) - 1
    allowed = np.full(len(tokens), outside, dtype=np.int64)
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
        if mark.label in GENERAL:
            mentions.append((first, last, mark.label))
    opens = tokens.opens_word
    allowed[~opens] = IGNORE
    whole = tuple(
        (first, last, kind)
        for first, last, kind in mentions
        if opens[first] and (last == len(tokens) or opens[last])
    )
    return TaggedTokens(tokens.ids, tokens.cases, allowed, whole)
