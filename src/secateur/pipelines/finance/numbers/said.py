"""What the words around a number leave of the types that it may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.figures.numbers import read_printed
from secateur.pipelines.finance.numbers.written import Possible

# Searches that mind the case of letters, in small ones, take half the time.
_EXCEPT = re.compile(r"\b(?:except|excluding|other than)\b[^)\t\n]*")
_WORDS_OF = {
    "PERCENT": re.compile(
        r"%|per ?cent|\brates?\b|ratio|\blcr\b|\bnsfr\b|margin|yield|return|volatility|coverage"
        r"|growth|change|bps|basis points|weight|allocation|portion|share of|interest"
    ),
    "SHARES": re.compile(
        r"share|stock|\bunit(?:s|holders?)?\b|(?<!ad)option|award|rsu|psu|equity(?! tier)|warrant"
        r"|\bads\b|securities|dilut|basic|repurchase|grant|(?<!in)vest|outstanding"
    ),
    "PER_SHARE": re.compile(
        r"\bper\b|price|[ed]ps|share|value|dividend|basic|dilut|grant|exercise|strike|\bn[at]av?\b"
    ),
}
"""Words of which one stands by every number of a type: in its row, heads, caption or titles."""
_WORDS_IN_PROSE = {
    "PERCENT": re.compile(
        r"%|\bper ?cent|\b(?:pct|ppts?|bps?|points?|rates?|ratios?|margins?|yields?|volatility"
        r"|growth|[A-Z]+[IO]BOR|SOFR)\b",
        re.IGNORECASE,
    ),
    "SHARES": re.compile(
        r"\b(?:shares?|stocks?|shareholders?|stockholders?|units?|options?|awards?|[RP]SUs?|PRSUs?"
        r"|warrants?|ADSs?|issu\w+|basic|securities|equity|depositary|treasury|outstanding"
        r"|dilut\w+|repurchas\w+|buy-?backs?|bought back|grant\w*|vest\w*|forfeit\w*|exercis\w+"
        r"|conver\w+)\b",
        re.IGNORECASE,
    ),
}
"""Words of which one stands in the sentence of a number of a type, for shares or in the one before
it."""

_EARNED = re.compile(
    r"\b(?:EPS|(?:earnings|income|loss(?:es)?) per (?:[a-z-]+ ){0,3}share)\b[^;]{0,160}[$€£]\s?$",
    re.IGNORECASE,
)
_CENTS = re.compile(r"\d{1,3}\.\d\d")


def said_around(
    possible: Possible, around: str, own: Mapping[str, str] = MappingProxyType({})
) -> Possible:
    """Rules out types of which no word around a number of a table speaks.

    Args:
        possible: What its writing leaves.
        around: Its row, heads, caption and titles.
        own: By a type the fewer words of which one must speak of it, where not any may.

    Returns:
        What is left; all that was possible where nothing would be left but no figure.
    """

    def is_said(kind: str) -> bool:
        words = _WORDS_OF.get(kind)
        said = _EXCEPT.sub(" ", own.get(kind, around).lower())
        return words is None or words.search(said) is not None

    kinds = ("none", *FIGURE_TYPES)
    left = tuple(may and is_said(kind) for kind, may in zip(kinds, possible, strict=True))
    return left if any(left[1:]) else possible


def said_in_prose(possible: Possible, around: str, sentence: str) -> Possible:
    """Rules out percentages and shares of which no word of running text speaks.

    Args:
        possible: What the writing of a number leaves.
        around: Its sentence and the one before.
        sentence: Its sentence, of which a word must speak of a percentage.

    Returns:
        As `said_around`.
    """
    none, money, percent, shares, per_share = possible
    percent = percent and _WORDS_IN_PROSE["PERCENT"].search(sentence) is not None
    shares = shares and _WORDS_IN_PROSE["SHARES"].search(around) is not None
    left = none, money, percent, shares, per_share
    return left if any(left[1:]) else possible


def earned_a_share(possible: Possible, text: str, span: tuple[int, int], begin: int) -> Possible:
    """Rules out that dollars and cents told of earnings a share are millions: "EPS rose to $6.51".

    Args:
        possible: What is left of a number's types.
        text: The document.
        span: The number.
        begin: Where its sentence begins.

    Returns:
        The same without money, where a sentence speaks of earnings a share and no scale follows.
    """
    none, _, percent, shares, per_share = possible
    if (
        not per_share
        or not _CENTS.fullmatch(text, *span)
        or not _EARNED.search(text, begin, span[0])
    ):
        return possible
    printed = read_printed(text, *span)
    scaled = printed is None or printed.scale is not None
    return possible if scaled else (none, False, percent, shares, per_share)
