"""Whether a sentence tells results, or what is expected."""

from __future__ import annotations

import re
from collections.abc import Iterable

from secateur.pipelines.document.calendar_words import YEAR

_EXPECTS = re.compile(
    r"\b(?:expect(?:s|ed)?|expecting|anticipat(?:es?|ed|ing)|forecast(?:s|ed|ing)?"
    r"|guidance|guid(?:es?|ed|ing)|outlook|budget(?:s|ed)?|estimates that"
    r"|project(?:s|ed|ing) |plan(?:s|ned|ning)? to|targets?|targeting"
    r"|(?:aim|hope)s? (?:for|to)|aiming (?:for|to))\b",
    re.IGNORECASE,
)
_AWAITED = re.compile(r"\b(?:will|to be|(?:is|are) (?:expected|due|scheduled|planned))\b")
_PLANNED = re.compile(
    r"\b(?:expect|anticipat|forecast|guidance|outlook|plan(?:s|ned)?\b|will\b|target|matur|due\b"
    r"|expir|thereafter\b|beyond\b)",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\b(?:ending|ends|will end) (?:on )?$", re.IGNORECASE)
_NEAR = 20
"""Characters before a date in which it may be announced."""
_BOUND = re.compile(r"[.;:!?]\s|\n")
_SENTENCE = 200
"""Characters on each side of a figure that may belong to its sentence."""
_WAS = re.compile(r"\b(?:was|were|had|spent|invested|paid|earned)\b", re.IGNORECASE)
_RESULT = re.compile(
    r"\b(?:revenues?|sales|turnover|earnings|eps|ebitda|ebit|margins?|tax rate|growth"
    r"|(?:net|interest|operating) income"
    r"|profits?|(?:pre|after)[- ]tax (?:charges?|gains?|loss(?:es)?)"
    r"|capital (?:expenditures?|spending|investments?|budget|guidance)|capex"
    r"|cash (?:flows?|from|provided|used)|dividends?|a?ffo|funds from operations"
    r"|to (?:spend|invest|earn))\b",
    re.IGNORECASE,
)
_OBLIGATION = re.compile(
    r"\b(?:contribut\w+|recogni[sz]\w+|amorti[sz]\w+|obligations?|unvested|benefit payments?"
    r"|reclassif\w+|pension|leases?|vest\w*)\b",
    re.IGNORECASE,
)
AHEAD = re.compile(
    r"\b(?:of record (?:on|as of|at)|register (?:on|at)(?: \w+){0,4}|meeting (?:on|of)"
    r"|record date (?:of|on))(?:\s+\w+){0,3}\s*$"
    r"|\b(?:(?<!past )due|matur\w+|expir\w+|payable|be paid|until|thereafter|through|beyond)"
    r"(?:\s+\w+){0,3}"
    rf"(?:\s+(?:\w+\s+)?(?:\d\d?,\s+)?{YEAR},?\s+(?:and|or)(?:\s+(?:in|on))?)?\s*$"
    r"|\bby(?:\s+(?:the|end|close|middle|beginning|of|early|mid|late|around|fiscal|year))*\s*$",
    re.IGNORECASE,
)
"""Before a day to come; what is "provided by operations during 2024" has passed."""


def is_awaited(text: str) -> bool:
    """Whether a sentence tells what will be, whose time the next one does not share."""
    return _AWAITED.search(text) is not None


def tells_results(text: str) -> bool:
    """Whether a sentence speaks of what a company earned, sold or paid out."""
    return _RESULT.search(text) is not None


def is_planned(text: str, at: int) -> bool:
    """Whether the sentence around a place tells what is planned, expected or falls due.

    Args:
        text: A text of many sentences.
        at: The place.
    """
    before = [bound.end() for bound in _BOUND.finditer(text, max(at - _SENTENCE, 0), at)]
    behind = _BOUND.search(text, at, at + _SENTENCE)
    start, end = before[-1] if before else max(at - _SENTENCE, 0), at + _SENTENCE
    return _PLANNED.search(text, start, behind.start() if behind else end) is not None


def is_to_end(text: str, places: Iterable[int]) -> bool:
    """Whether a year has not ended yet: all mentions of its last day speak of what is ahead.

    A last day that the text does not name ("January to December 2024") is not ahead.

    Args:
        text: The text.
        places: Where it names that day.
    """
    ahead = [
        _ENDING.search(text, max(at - _NEAR, 0), at) is not None or is_planned(text, at)
        for at in places
    ]
    return bool(ahead) and all(ahead)


def is_forecast(text: str, at: int) -> bool:
    """Whether a figure is what a company expects its results to be.

    Expected payments into pension plans and the like, which filers tag as of the report's own day,
    are no results; what was, before what "is expected", is no forecast.

    Args:
        text: The sentence.
        at: Where the figure starts in it.
    """
    expects = _EXPECTS.search(text)
    if not expects or not tells_results(text) or _OBLIGATION.search(text):
        return False
    return at > expects.start() or not _WAS.search(text, 0, expects.start())


def lies_ahead(text: str, at: int) -> bool:
    """Whether words before a date say that something is due, payable or to be held on it."""
    return AHEAD.search(text, max(0, at - 40), at) is not None
