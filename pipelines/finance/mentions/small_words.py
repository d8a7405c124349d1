"""Words that a text writes in small letters too: what is made of them alone is hardly a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[a-z]{2,}")


def has_small(text: str, words: Iterable[str]) -> bool:
    """Tells whether each word stands alone somewhere, in small letters.

    Args:
        text: The document's text.
        words: In small letters; of one letter, or with other letters than a to z, none counts.
    """
    return all(_stands_alone(word, text) for word in words)


def _stands_alone(word: str, text: str) -> bool:
    # The word comes first, so that the search skips to it.
    alone = rf"{word}(?<![\w’'-]{word})(?![\w-])"
    return _WORD.fullmatch(word) is not None and re.search(alone, text) is not None
