"""Where the numbers of a document stand: digits in any grouping, words, dashes that fill a cell."""

from __future__ import annotations

import re

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.numerals import FRACTION
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY, SCALE_WORD
from secateur.pipelines.finance.figures.numbers import MINUS
from secateur.pipelines.finance.figures.worded import find_worded

_SPACED = r"\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d+)?"
_CODES = "AUD CAD CHF CNY DKK EUR GBP HKD INR JPY NOK NZD RMB SEK SGD USD"
_NUMBER = re.compile(
    # What no digit or point begins is no number: that is seen before all else is tried.
    r"(?=[\d.])(?:"
    "(?<![\\d.,])\\d{1,3}(?:['’\u00a0\u2009\u202f]\\d{3})+(?!\\d)(?:[.,]\\d+)?"
    rf"|(?:(?<=[$€£¥₹])|(?<=(?:{_CODES.replace(' ', '|')})[ \u00a0])"
    rf"|(?<=(?:{_CODES.replace(' ', '|')})m[ \u00a0])){_SPACED}"
    rf"|(?<![\d.,]){_SPACED}(?=\)? ?(?i:{SCALE_WORD}|{CURRENCY}|(?:ordinary )?shares\b))"
    rf"|(?:(?<=[\t\n(])|(?<=[\t\n][{MINUS}])|(?<=[\t\n][{MINUS}] ))"
    rf"{_SPACED}(?=\)?(?:[\t\n]|\Z))"
    rf"|(?<=\(){_SPACED}(?=\))"
    rf"|(?<![\d.,/-])\d{{1,3}}{FRACTION}"
    r"|(?:(?<![\w.,)%])\.)?\d+(?:[.,]\d+)*)"
)
"""Digits, grouped or not; plain spaces group them beside a currency or scale, and alone in a cell
or in parentheses."""
_ZERO = re.compile(r"[$€£¥₹]?\s?([-−–—‐‑]{1,2})\s?%?(?:(?<=[—%])\s?\(\d{1,2}\))?")
"""A cell that prints zero as a dash, perhaps with a note's mark."""


def number_spans(document: Document) -> list[tuple[int, int]]:
    """Finds where the numbers of a document stand.

    Args:
        document: The document.

    Returns:
        First character of each and one past the last, ascending; a dash that fills a cell is zero,
        and words of running text are numbers beside what they count, see `find_worded`.
    """
    text = document.text
    cells = (passage for passage in document.passages if passage.kind == "cell")
    zeros = (_ZERO.fullmatch(text, cell.start, cell.end) for cell in cells)
    digits = (match.span() for match in _NUMBER.finditer(text))
    running = (passage for passage in document.passages if passage.kind != "cell")
    words = (
        (number.start, number.end)
        for passage in running
        for number in find_worded(text, passage.start, passage.end)
    )
    return sorted([*digits, *words, *(match.span(1) for match in zeros if match)])
