"""What the writer of a letter concludes, where no section holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_THINKS = re.compile(
    r"(?:my|our) (?:(?:overall|clinical|current|working|provisional) )?"
    r"(?:impression|assessment|opinion|diagnosis)\b|in (?:summary|conclusion|my (?:opinion|view))\b"
    r"|it is my (?:impression|opinion)\b|(?:I|we) (?:think|believe|suspect|feel)\b",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"thank|(?:(?:with )?(?:kind|best|warm)(?:est)? )?regards|(?:yours )?(?:sincerely|faithfully)"
    r"|respectfully|in closing|should you have|again, thank|please (?:do not|don't|feel free)"
    r"|if you have any questions|cc:",
    re.IGNORECASE,
)


def opinion(text: str, sentences: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Finds the sentences from the one in which a letter says what its writer thinks.

    Args:
        text: The letter's.
        sentences: Its sentences, half-open offsets.

    Yields:
        Those that tell it, up to the close.
    """
    inside = False
    for start, end in sentences:
        said = text[start:end]
        inside = (inside or _THINKS.match(said) is not None) and not _CLOSES.match(said)
        if inside:
            yield start, end
