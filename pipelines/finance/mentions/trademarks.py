"""Names of products: those that a document marks as trademarks, "LUSTRA®" and "LUSTRA-AF™"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import NAMES, key_of

_MARKS = frozenset("®™℠")
_OFTEN = 1 / 2
"""Share of a name's mentions from which marks say what all are: few are marked each time."""


def without_trademarks(
    text: str, found: Sequence[Found], companies: Collection[str]
) -> list[Found]:
    """Leaves out names that are marked as trademarks in half of their places or more.

    Args:
        text: The document's text.
        found: Names and all else.
        companies: Keys of the names that bear a legal form somewhere: a company's name is one,
            trademark or not.

    Returns:
        The rest, in order.
    """
    total: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for mention in found:
        if mention.label in NAMES:
            key = _key(text, mention)
            total[key] += 1
            marked[key] += text[mention.end : mention.end + 1] in _MARKS
    products = {
        key for key in marked if marked[key] >= max(_OFTEN * total[key], 1) and key not in companies
    }
    return [
        mention
        for mention in found
        if mention.label not in NAMES or _key(text, mention) not in products
    ]


def _key(text: str, mention: Found) -> str:
    return key_of(text[mention.start : mention.end])
