"""Texts of table cells: the gaps between them in a document, and which of them show a number."""

from __future__ import annotations

import re
from functools import lru_cache

from secateur.pipelines.document.numerals import FRACTION

BLOCK_GAP = "\n\n"
ROW_GAP = "\n"
CELL_GAP = "\t"

CURRENCY = r"(?:US|U\.S\.|C|CA|A|AU|HK|NZ|S|R|MX)?\$|€|£|¥|₹|₩|CHF|EUR|USD|GBP|JPY"
_FIGURE = re.compile(
    rf"[(\-–—−+~<>△▲]*\s?(?:{CURRENCY})?\s?[(\-–—−]?\s?\.?\d[\d,.]*{FRACTION}?"
    r"(?:\s?(?:%|x|¢|bps?)|pp?)?\s?\)?\s?%?"
    rf"|[(\-–—−△▲]*\s?(?:{CURRENCY})?\s?[(\-–—−]?"
    r"\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?\)?"
    rf"|[(\-–—−]?\s?(?:(?:{CURRENCY})\s?[(\-–—−]?\d[\d,]*(?:\.\d+)?|\d+\.\d+)"
    r"\s?(?:bn|mn|[BMKbmk]|million|billion|crore)\)?"
    rf"|(?:{CURRENCY})?\s?[-–—−]+\s?%?"
    r"|[<>≤≥]?\s?\d{1,3}(?:\.\d+)?\s?:\s?1(?:\.0+)?"
)
NO_FIGURE = re.compile(r"(?:19|20)\d\d|\d{1,2}\.\d{1,2}\.(?:(?:19|20)\d\d|\d\d)")
"""A bare year, or a date in digits."""
_DIGIT = re.compile(r"\d")
_LONGEST_FIGURE = 100
"""Characters: more of them are a line drawn with dashes, or no cell of data."""
_NOTE_MARK = re.compile(r"(?<=[\d%)—])\s?\(\d{1,2}\)$")
_RANGE = re.compile(r"(?:(?<=[\d%)])|(?<=\d[mnbMBk])|(?<=[bm]n))\s?(?:[-–—−]|to)\s?(?=[\d$€£.])")
_SCALE_END = re.compile(r"\s?(?:million|billion|crore|[bm]n|m)$")


def is_figure(text: str) -> bool:
    """Tells whether a cell shows a number, a dash for zero, a percentage, or a range of numbers.

    Args:
        text: What the cell reads.

    Returns:
        True for "$1,234", "(5.2)%", "—", "3.6% - 4.4%", "4.50:1.00", "1,234 (2)" with a note's
        mark; False for text, a bare year, years, and dates ("30.09.2024").
    """
    return len(text) <= _LONGEST_FIGURE and _is_figure(text)


@lru_cache(maxsize=1 << 12)  # Whoever reads a table asks, and most cells are short and alike.
def _is_figure(text: str) -> bool:
    if ")" in text:
        text = _NOTE_MARK.sub("", text)
    if _FIGURE.fullmatch(text):
        return not NO_FIGURE.fullmatch(text)
    if not _DIGIT.search(text):
        return False
    ends = _RANGE.split(_SCALE_END.sub("", text))
    return len(ends) == 2 and all(
        _FIGURE.fullmatch(end) and not NO_FIGURE.fullmatch(end) for end in ends
    )
