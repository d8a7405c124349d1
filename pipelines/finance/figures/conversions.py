"""Amounts that a sentence says again in another currency."""

from __future__ import annotations

import re

from secateur.pipelines.finance.figures.numbers import NUMERAL
from secateur.pipelines.finance.figures.vocabulary import (
    CURRENCY,
    CURRENCY_BEHIND,
    SCALE_WORD,
    currency_code,
)

_CONVERTED = re.compile(
    rf"(?P<first>{CURRENCY})?\s?(?:{NUMERAL})(?:\s?{SCALE_WORD})?(?:\s(?P<behind>{CURRENCY_BEHIND}))?"
    r"(?P<aside>\s\((?:(?:or|approximately|about|around|equivalent to)\s){0,2}"
    rf"(?P<other>{CURRENCY})\s?(?:{NUMERAL})(?:\s?{SCALE_WORD})?\))",
    re.IGNORECASE,
)
"""With what stands behind it: "RMB4,647.7 million (US$654.6 million)"."""


def without_conversions(text: str, at: int) -> tuple[str, int]:
    """Blanks amounts in another currency behind those that they say again, whose time they have.

    Args:
        text: A sentence.
        at: Where a figure starts in it.

    Returns:
        The text, as long as before, and where the figure starts, or the one that it says again.
    """
    for found in _CONVERTED.finditer(text):
        first = currency_code(found["first"] or found["behind"])
        if first is not None and first != currency_code(found["other"]):
            start, end = found.span("aside")
            text = text[:start] + " " * (end - start) + text[end:]
            at = found.start() if start <= at < end else at
    return text, at
