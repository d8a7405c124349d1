"""Figures of running text that are for a day, or a stretch of time, by the words beside them."""

from __future__ import annotations

import re

from secateur.pipelines.document.dates import MONTH
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY, SCALE_WORD
from secateur.pipelines.finance.figures.lists import AMOUNT

_STANDS = re.compile(
    rf"[)\s]*(?:(?:{SCALE_WORD}|%)\s*)?(?:[a-z]+ed )?(?:at|as of) (?:the )?(?:fiscal )?"
    rf"(?:(?:year|quarter|period|half)[ -]?end\b|end of|{MONTH} \d|\d\d? {MONTH}\b)"
    rf"|[)\s]*(?:(?:{SCALE_WORD}|shares)\s*)?(?:(?:was|were|is|are) )?(?:still )?"
    r"(?:remain|outstanding\b)",
    re.IGNORECASE,
)
"""What follows an amount as it stands on a day: "at year-end", "remained available"."""
_STOOD = re.compile(
    r"(?:\b(?:at|as of|by) (?:the )?(?:(?:end of the )?(?:period|quarter|half|year)|(?:period"
    r"|quarter|half[- ]year|year)[- ]end)"
    r"(?:(?: \w+){0,2} (?:was|were|is|of|at|totall?ed|amounted to|reached)"
    r"|,?(?: [\w-]+){3,6} (?:was|were))|\bas (?:at|on) [\w ,.]{6,20} (?:was|were|is|stood at))"
    rf"(?: \w+)? (?:{CURRENCY} ?)?$"
    r"|\b(?:end|clos|finish)(?:ed|ing) the (?:quarter|year|period|half) with(?: [\w-]+){0,6}?"
    rf"(?: (?:of|at))? (?:{AMOUNT.pattern} (?:of|in)(?: [a-z-]+){{1,4}},?(?: and)? )?"
    rf"(?:{CURRENCY} ?)?$"
    r"|(?<!\bin )(?<!\bof )\b(?:net (?:interest-bearing |financial )?debt"
    r"|book value per (?:\w+ )?share|net cash|cash and cash equivalents|total assets|inventories"
    r"|allowance for [\w ]{4,24}|(?:equity|solvency|CET1) ratio|ratio of debt to [\w ]{4,24}"
    r"|(?:order )?(?:book|backlog)|assets under management)"
    r" (?:was|were|is|of|at|(?:stood|stands) at|amounted to|totall?ed|reached"
    r"|(?:rose|fell|grew|climbed|dropped|(?:in|de)creased|declined)"
    rf"(?: by)?(?: {AMOUNT.pattern})? to)"
    rf"(?: \w+)? (?:{CURRENCY} ?)?$"
    r"|\b(?:cash(?: and cash equivalents)?|deposits|loans|borrowings|accounts|receivables|assets)"
    rf" (?:rose|fell|grew|climbed|dropped|(?:in|de)creased|declined) by {AMOUNT.pattern}"
    rf"(?: [\w-]+){{0,9}},? to (?:{CURRENCY} ?)?$"
    r"|\b(?:owns?|owned|holds?|held)(?: (?:approximately|about|over|some|a total of))? "
    rf"(?:{CURRENCY} ?)?$",
    re.IGNORECASE,
)
"""What stands before an amount of a day: "Net debt at the period end was"."""
_PASSED = re.compile(
    r"\b(?:EPS|earnings per (?:\w+ )?share|EBITDA|revenues?|(?:net )?sales|capex"
    r"|capital expenditures?) (?:is|are|was|were) (?:expected|forecast|projected) to be"
    rf"(?: (?:between|about|approximately))? (?:{AMOUNT.pattern}(?: cents)? ?(?:to|and|[-–]) ?)?"
    rf"(?:{CURRENCY} ?)?$",
    re.IGNORECASE,
)
"""What stands before a result that is awaited, or before the end of its range."""
_FLOWED = re.compile(
    r"(?<!deferred )(?<!unearned )\b(?:free cash flow|EPS|earnings per (?:\w+ )?share|EBITDA|EBIT"
    r"|revenues?|net sales|net (?:income|loss|profit)|operating (?:income|profit|loss)|capex"
    r"|capital expenditures?) (?:was|were|of|totall?ed|amounted to|reached|came to)"
    r"|\b(?:cash (?:from|provided|used|generated)|sales (?:in|outside|to))(?: [a-z]+){1,4}"
    r" (?:was|were|totall?ed|amounted to|reached)"
    r"|\b(?:increase|decrease|rise|decline|improvement|reduction) of"
    rf"(?: (?:approximately|about))? (?:{CURRENCY} ?)?$"
    r"|\bmargins? [a-z]+ed (?:by )?[\d.]+ ?(?:%|(?:basis |percentage )?points|bps) to"
    rf"(?: (?:approximately|about))? (?:{CURRENCY} ?)?$",
    re.IGNORECASE,
)
"""What stands before a result, whatever day its sentence names."""
_RESULTS = re.compile(
    r"(?<!deferred )(?<!unearned )(?<!\bon )(?<!\bof )\b(?:EPS|earnings per (?:\w+ )?share|EBITDA?"
    r"|(?:net )?sales|revenues?|(?:net|operating|gross) (?:income|earnings|loss|profit)"
    r"|(?:earnings|income) before (?:income )?tax(?:es)?|(?:[a-z]+ )?margins?"
    r"|cash (?:provided by|used (?:in|by|for)|from) (?:operating|investing|financing) activities)"
    r"(?: (?:attributable to|of|in|for|during|from) [^.;,]{2,50}?|,[^.;,]{2,150},)?"
    r" (?:(?:in|de)creased|declined|grew|rose|fell|improved|benefited|was|were)\b"
    r"(?:[^.;]|\.\d)*$",
    re.IGNORECASE,
)
"""What stands before the figures of a sentence on how a result came about."""
_BALANCE = re.compile(
    r"\b(?:at|as of|balances?|debt|backlog|cash and cash equivalents|total assets|outstanding"
    r"|equity|headcount|employees|facilit(?:y|ies)|rates?)\b",
    re.IGNORECASE,
)
"""Words of something else behind it."""
_MATURITIES = re.compile(
    r"\b(?:future|aggregate|contractual|scheduled) (?:\w+ ){0,5}maturities\b", re.IGNORECASE
)
"""Before amounts that fall due, each with its own year, in all of the sentence."""
_NEAR = 80
"""Characters before a figure, of its sentence, in which such words stand."""


def stood_in(text: str, span: tuple[int, int], begin: int) -> bool:
    """Says whether a figure is what stood on a day: "Net debt was", "remained outstanding".

    Args:
        text: The document.
        span: The figure.
        begin: Where its sentence begins.
    """
    near = max(begin, span[0] - _NEAR)
    stood = _STANDS.match(text, span[1]) or _STOOD.search(text, near, span[0])
    return (stood or _MATURITIES.search(text, begin, span[0])) is not None


def passed_in(text: str, span: tuple[int, int], begin: int) -> bool:
    """Says whether a figure is what passed: "Revenue was", "an increase of".

    Arguments are as for `stood_in`.
    """
    near = max(begin, span[0] - _NEAR)
    if any(said.search(text, near, span[0]) for said in (_PASSED, _FLOWED)):
        return True
    told = _RESULTS.search(text, begin, span[0])
    return told is not None and not _BALANCE.search(told[0])
