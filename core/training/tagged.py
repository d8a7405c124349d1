"""Labelled sentences as token numbers, and sets of them: what training pieces are cut from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IGNORE = -100
"""Label of what is not scored."""

Column = NDArray[np.int64]
"""One number for each token."""


@dataclass(frozen=True)
class TaggedTokens:
    """One sentence, tokenised and labelled.

    Attributes:
        ids: Vocabulary numbers `[n]`.
        cases: Letter case of each token's word `[n]`.
        allowed: For each token `[n]` a bit set of the label numbers it may bear, `IGNORE` where it
            is not scored (word pieces after a word's first).
        mentions: Replaceable mentions: first token, one past the last, type.
        facts: Tokens that belong to facts, in sets that state facts; None elsewhere.
    """

    ids: Column
    cases: Column
    allowed: Column
    mentions: tuple[tuple[int, int, str], ...] = ()
    facts: int | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Source:
    """One labelled set as the sampler sees it.

    Attributes:
        name: For messages.
        documents: Sentences of each document, in order.
        repeat: How often an epoch passes over the set; 0.5 takes half of the documents.
        loose: Sentences of different documents may share a passage (tweets, single sentences).
    """

    name: str
    documents: tuple[tuple[TaggedTokens, ...], ...]
    repeat: float = 1.0
    loose: bool = False


def mention_pools(sources: Sequence[Source], types: Sequence[str]) -> dict[str, list[TaggedTokens]]:
    """Collects every mention of the named types, to be put in the place of others."""
    pools: dict[str, list[TaggedTokens]] = {kind: [] for kind in types}
    for source in sources:
        for document in source.documents:
            for sentence in document:
                for start, end, kind in sentence.mentions:
                    if kind in pools:
                        cut = slice(start, end)
                        pools[kind].append(
                            TaggedTokens(
                                sentence.ids[cut], sentence.cases[cut], sentence.allowed[cut]
                            )
                        )
    return pools
