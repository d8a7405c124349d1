"""Numbers of what is said of others: "less than one million yen are omitted", "in CHF 1’000"."""

from __future__ import annotations

import re

from secateur.pipelines.document.document import Passage
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY, CURRENCY_BEHIND
from secateur.pipelines.finance.figures.units import is_unit
from secateur.pipelines.finance.numbers.counted import SCALES

_UNDER = r"(?:less than|below|under|smaller than)"
_AMOUNTS = r"(?:amounts?|figures|fractions?|numbers|values|digits)"
_SIGN = rf"(?:{CURRENCY} ?)?$"
_TO = re.compile(
    r"\b(?:round(?:ed|ing)|truncat(?:ed|ing))(?: (?:up|down|off))?"
    rf"(?: (?:{_AMOUNTS}|to|at|of|the|nearest|{_UNDER}|each|whole))+ {_SIGN}|\bnearest {_SIGN}",
    re.IGNORECASE,
)
"""Before what others are rounded to: "rounded to the nearest 1 million yen"."""
_LESS = re.compile(
    rf"\b(?:(?P<amounts>{_AMOUNTS} (?:of )?)?{_UNDER}|(?P<fractions>fractions? of)) {_SIGN}",
    re.IGNORECASE,
)
_ROUNDED = re.compile(
    rf"(?: {SCALES})?(?: ?{CURRENCY_BEHIND})?,? (?:(?:are|is|were|was|being|ha(?:ve|s) been) )?"
    r"(?:(?:round(?:ed|ing)|truncat(?:ed|ing))|(?P<left_out>omitted|dis(?:card|regard)ed"
    r"|dropped|cut off|eliminated))\b",
    re.IGNORECASE,
)
"""Behind what is too small to be told: "amounts below one thousand yen are truncated"."""
_BACK = 60
"""Characters before a number in which it is said that others are rounded to it."""


def tells_of_others(text: str, start: int, end: int, passage: Passage) -> bool:
    """Says whether a number is what others are rounded to or stated in, or below what left out.

    Args:
        text: The document's text.
        start: The number's first character.
        end: One past its last.
        passage: The one in which it stands.
    """
    if text.endswith("000", start, end):
        line = text[passage.start : passage.end]
        if end - start == len("000") or is_unit(line, text[start:end]):
            return True
    near = max(start - _BACK, passage.start)
    if _TO.search(text, near, start):
        return True
    less = _LESS.search(text, near, start)
    rounded = _ROUNDED.match(text, end, passage.end) if less else None
    return bool(less and rounded and (less.lastgroup or not rounded["left_out"]))
