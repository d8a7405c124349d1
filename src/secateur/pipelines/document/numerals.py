"""Numbers as filings write small ones: in English words, with common fractions."""

from __future__ import annotations

import re
from decimal import Decimal

FRACTION = r"(?:[ -](?:1/2|[12]/3|[13]/4|[1357]/8|\d{1,2}/(?:16|32|64))(?![\d/])|[¼½¾⅓⅔⅛⅜⅝⅞])"
"""What stands behind a whole number: "8 3/8", "1-2/3", "5½"."""
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: i for i, word in enumerate(_ONES.split())}
_UNITS |= {word: 10 * i for i, word in enumerate(_TENS.split(), start=2)}
_UNITS |= {"no": 0, "none": 0, "nil": 0, "a": 1, "an": 1}
_POWERS = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}


def parse_words(text: str) -> Decimal | None:
    """Reads a number in words.

    Args:
        text: "forty-two", "one hundred and five", "no".

    Returns:
        The number, None if a word is not understood.
    """
    total, group = 0, 0
    words = re.findall(r"[a-z]+", text.lower())
    for word in words:
        if word in _UNITS:
            group += _UNITS[word]
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in _POWERS:
            total, group = total + max(group, 1) * _POWERS[word], 0
        elif word != "and":
            return None
    return Decimal(total + group) if words else None
