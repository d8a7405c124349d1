"""Amounts that a sentence says again in another currency."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secateur.pipelines.finance.candidates.vocabulary import (
    CURRENCY,
    CURRENCY_BEHIND,
    SCALE_WORD,
    currency_code,
)
from secateur.pipelines.finance.figures.numbers import NUMERAL

_AGAIN = (
    r"\s\((?:(?:or|approximately|about|around|equivalent to)\s){0,2}"
    rf"(?P<other>{CURRENCY})\s?(?:{NUMERAL})(?:\s?{SCALE_WORD})?\)"
)
_ASIDE = re.compile(_AGAIN, re.IGNORECASE)
_CONVERTED = re.compile(
    rf"(?P<first>{CURRENCY})?\s?(?:{NUMERAL})(?:\s?{SCALE_WORD})?(?:\s(?P<behind>{CURRENCY_BEHIND}))?"
    rf"(?P<aside>{_AGAIN})",
    re.IGNORECASE,
)
"""With what stands behind it: "RMB4,647.7 million (US$654.6 million)"."""


def converted(text: str, at: int) -> tuple[int, int] | None:
    """Finds the amount that another says again.

    Args:
        text: A sentence.
        at: Where the other starts in it.

    Returns:
        Its ends; None where no amount in another currency stands before.
    """
    for found in _conversions(text):
        if found.start("aside") <= at < found.end("aside"):
            return found.start(), found.start("aside")
    return None


def without_conversions(text: str) -> str:
    """Blanks the amounts in another currency behind those that they say again.

    Args:
        text: A sentence.

    Returns:
        The text, as long as before.
    """
    for found in _conversions(text):
        start, end = found.span("aside")
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _conversions(text: str) -> Iterator[re.Match[str]]:
    # Brackets are found sooner than numbers, and few sentences have any.
    for found in _CONVERTED.finditer(text) if _ASIDE.search(text) else ():
        first = currency_code(found["first"] or found["behind"])
        if first is not None and first != currency_code(found["other"]):
            yield found
