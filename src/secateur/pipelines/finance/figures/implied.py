"""What a sentence says of a figure's time in other words than a date.

It compares ("down from $31 million"), speaks of "the year", or sets another year's
figure in an aside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.finance.candidates.vocabulary import CURRENCY, SCALE_WORD
from secateur.pipelines.finance.figures.lists import A_SHARE, AMOUNT, LEADS_ON, list_at
from secateur.pipelines.finance.figures.times import Time

_UNIT = rf"[)\s]*(?:(?:{SCALE_WORD}|%|percent|shares)[)\s]*)?"
"""What may stand between a number and the words behind its figure."""

_EARLIER = re.compile(
    r"\b(?:(?:up|down|rose|risen|rising|rise|grew|grown|growing|growth|increas\w+|decreas\w+"
    r"|declin\w+|expand\w+|widen\w+|narrow\w+|climb\w+|jump\w+|drop\w+|fell|fallen|falling"
    r"|improv\w+|reduc\w+|slip\w*|slid|eased|dip\w*|shr[au]nk|soar\w*|surg\w+|tumbl\w+|plung\w+"
    r"|contract(?:ed|ing)|advanc(?:ed|ing))\b(?:[^.;]|\.\d){0,60}?\bfrom"
    r"|compar(?:ed?|es|ing) (?:to|with)|versus|vs\.?|as opposed to|against)"
    r"\s+(?:(?:an?|the)\s+)?(?:(?:net|operating)\s+)?"
    r"(?:(?:loss(?:es)?|profits?|income|gains?|earnings|sales|revenues?)\s+of\s+)?\(?$",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"\b(?:compared (?:to|with)|versus|vs\.|against)\s", re.IGNORECASE)
_APPOSED = re.compile(
    rf"{AMOUNT.pattern},?\s+(?:or\s|\()\s?(?:an? (?:net )?(?:loss|profit|gain) of )?$",
    re.IGNORECASE,
)
"""Before what an amount is of something: "$13 million, or $0.28 per share", "$4 million (3%)"."""
_SAID_BESIDE = re.compile(rf"\s?(?:{SCALE_WORD})? at {AMOUNT.pattern}", re.IGNORECASE)
"""Behind an amount, at what rate it is: "$205 million at 5.6% a year earlier"."""
_BEHIND_A_SHARE = re.compile(rf"\)?\s{A_SHARE}", re.IGNORECASE)
_YEAR_AGO = re.compile(
    rf"{_UNIT}(?:(?:before|after)[- ]tax\)?\s|\([^()]{{2,40}}\)\s)?"
    r"(?:(?:of|on|for|related to|relating to) (?:[^\W\d][\w’'&-]* ){1,7}?"
    r"|(?:increase|decrease|decline|growth|rise|drop|gain|loss) "
    r"|[a-z]+ly )?(?:in |for )?"
    r"(?:(?:the )?(?:last|prior|previous) (?:fiscal |financial )?(?:year|period)"
    r"|(?:the )?(?:pcp|(?:prior|previous) (?:corresponding|comparative|comparable) (?:period|half))"
    r"|(?:the|a|one) year (?:before|ago|earlier)"
    r"|the (?:(?:prior|previous)[- ]year|year[- ]ago"
    r"|(?:same|corresponding|compar(?:able|ison|ative))"
    r"(?: prior[- ]year)?) (?:periods?|quarters?|half|halves)"
    r"(?: (?:of |in )?(?:the )?(?:(?:last|prior|previous) year|(?:a )?year (?:ago|earlier)))?)"
    r"(?![\w-])",
    re.IGNORECASE,
)
_QUARTER_AGO = re.compile(
    rf"{_UNIT}(?:(?:in |for |at )?(?:the )?(?:end of (?:the )?)?"
    r"(?:linked|last|prior|previous|preceding) quarter(?:[- ]end)?"
    r"|sequentially)(?![\w-]| of\b)",
    re.IGNORECASE,
)
_LAST_YEAR_END = re.compile(
    rf"{_UNIT}at (?:the )?(?:(?:last|prior|previous|preceding) (?:fiscal |financial )?year[- ]end"
    r"|end of (?:the )?(?:last|prior|previous|preceding) (?:fiscal |financial )?year)(?!\w)",
    re.IGNORECASE,
)
YEAR_BEFORE = re.compile(
    r"\b(?:prior|previous|last|preceding)[- ]year(?:['’]s)? "
    r"(?:(?!(?:and|first|second|third|fourth)\b|q[1-4])\w+ ){1,4}of "
    rf"(?:{CURRENCY}\s?)?$"
    rf"|\b(?:prior|previous|last|preceding)[- ]year['’]s (?:{CURRENCY}\s?)?$"
    rf"|[,;(–—] ?(?:a|one) year (?:ago|before|earlier)[,:]? (?:{CURRENCY}\s?)?$"
    r"|\(\s?(?:(?:the )?(?:previous|prior|last|preceding)[ -](?:fiscal |financial )?year|py)"
    r"(?: (?:quarter|period|half))?"
    rf"(?:(?:['’]s)? (?:figure|level|value|amount))?\s?:?\s(?:{CURRENCY}\s?)?$",
    re.IGNORECASE,
)
_TO_LATER = re.compile(rf"{_UNIT}\bto\b", re.IGNORECASE)
_OF_ANOTHER_TIME = re.compile(
    rf"{_UNIT}"
    r"(?:as of|at|in|for|during|on|by|last|the year before|previous|prior)\b",
    re.IGNORECASE,
)
_THIS_YEAR = re.compile(
    r"\b(?:during|for|in|over|throughout) (?:the|this) (?:(?:fiscal|financial|reporting) )?year\b"
    r"(?!-| (?:end|to|ending|before|ago|earlier))",
    re.IGNORECASE,
)
_BARE_ASIDE = re.compile(
    r"[\d%](?:\s?(?:million|billion|m|mn|bn|k))?(?:\s(?:in|for|at) (?:the )?[\w ]{3,25}?)?"
    r"\s\([-–−]?$"
)
"""Before the figure of last year in Nordic reports: "Profit was NOK 1,412 million (1,158)"."""
_PERCENT = re.compile(r"\d+(?:[.,]\d+)?%")
_AMOUNT_INSIDE = re.compile(rf"({CURRENCY})\s?[\d.,]+\s?(?:{SCALE_WORD})?", re.IGNORECASE)
_AMOUNT_BEFORE = re.compile(
    rf"({CURRENCY})\s?[-–−]?[\d.,]+\s?(?:{SCALE_WORD})?(?: [\w ]{{3,25}}?)?\s\($", re.IGNORECASE
)
_OF_YEAR = re.compile(r"\b(?:period(s)?|quarter|half|months) (?:in|of) $", re.IGNORECASE)
_YEAR_OF = re.compile(r" (?:period(s)?|quarter|half)(?!\w)", re.IGNORECASE)


def is_earlier(text: str, at: int, times: Sequence[Time]) -> bool:
    """Whether a figure is of the year before what its sentence speaks of, without saying so.

    Args:
        text: The sentence.
        at: Where the figure starts in it.
        times: The times that the sentence speaks of.

    Returns:
        True for the second figure of "was $29 million in 2024, down from $31 million", the first
        of "grew from $31 million to $29 million in 2024", and those of "$31 million last year" and
        "(previous year: $31 million)"; False where a sentence that says no such words names several
        times, but for a list of as many figures behind them, or what follows the figure tells
        another.
    """
    own = AMOUNT.search(text, at)
    if own and (own[0].endswith("%") or _BEHIND_A_SHARE.match(text, own.end())):
        apposed = _APPOSED.search(text, max(0, at - 60), max(at, 0))
        # "55% (56%)" is compared.
        at = apposed.start() if apposed and "%" not in apposed[0] else at
        own = AMOUNT.search(text, at)
    if own is None:
        return False
    beside = _SAID_BESIDE.match(text, own.end())
    end = beside.end() if beside else own.end()
    dated = any(LEADS_ON.fullmatch(text, end, time.start) for time in times if time.start >= end)
    if YEAR_BEFORE.search(text, max(0, at - 40), at) and not dated:
        return True
    if _is_year_ago(text, end, times):
        return True
    if len({(time.first, time.last) for time in times}) > 1:
        listed = list_at(text, at)
        if len(listed) != len(times) or times[-1].end > listed[0][0]:
            return False
        at, end = listed[0][0], listed[-1][1]
    if _is_year_ago(text, end, times) or _is_bare_aside(text, at):
        return True
    if not _EARLIER.search(text, max(0, at - 100), at) or _OF_ANOTHER_TIME.match(text, end):
        return False
    told_after = bool(times) and all(time.start > at for time in times)
    return not told_after or _TO_LATER.match(text, end) is not None


def _is_year_ago(text: str, end: int, times: Sequence[Time]) -> bool:
    """Whether a figure is followed by "in the prior-year quarter", and not by which that was."""
    said = _YEAR_AGO.match(text, end)
    if said is None:
        return False
    following = next((time.start for time in times if time.start >= end), len(text))
    other = AMOUNT.search(text, said.end())
    return following == len(text) or (other is not None and other.end() <= following)


def says_a_year_ago(text: str, at: int) -> bool:
    """Whether what follows a figure says that it is of a year before: "$25 million a year earlier".

    Args:
        text: The sentence.
        at: Where the figure starts in it.
    """
    return _is_followed_by(_YEAR_AGO, text, at)


def compared_first(text: str, at: int, times: Sequence[Time]) -> Time | None:
    """Finds the time of what is compared with another time's and with what is of a year before.

    Args:
        text: The sentence.
        at: Where the figure of a year before starts in it.
        times: The times that the sentence speaks of.

    Returns:
        The second quarter in "58% in the second quarter, compared with 61% in the first and 63% a
        year earlier"; None where no other time stands between the comparison and the figure.
    """
    said = max((match.start() for match in _COMPARED.finditer(text, 0, at)), default=0)
    before = [time for time in times if time.end <= said]
    between = any(said < time.start < at for time in times)
    return before[-1] if before and between else None


def _is_bare_aside(text: str, at: int) -> bool:
    """Whether a figure stands alone in parentheses behind another of the same kind."""
    begin = at + 1 if text[at : at + 1] == "(" else at
    end = text.find(")", begin)
    inside = text[begin:end] if end > 0 else ""
    same = _AMOUNT_INSIDE.fullmatch(inside)
    if same:
        before = _AMOUNT_BEFORE.search(text, max(0, begin - 48), begin)
        return before is not None and before[1].lower() == same[1].lower()
    if _PERCENT.fullmatch(inside):
        return text[max(0, begin - 3) : begin] == "% ("
    bare = bool(inside) and all(sign.isdigit() or sign in ".,-–− " for sign in inside)
    return bare and _BARE_ASIDE.search(text, max(0, begin - 48), begin) is not None


def same_stretches(text: str, time: Time) -> int:
    """Says for how many parts of it a year is named.

    Args:
        text: The sentence.
        time: The year.

    Returns:
        1 for "the same period in 2023" and "the 2024 period", 2 for more, "the same periods in
        2023"; else 0.
    """
    named = _OF_YEAR.search(text, max(0, time.start - 14), time.start)
    named = named or _YEAR_OF.match(text, time.end)
    return 1 + bool(named[1]) if named and time.kind == "year" else 0


def reported_or_last(times: Sequence[Time], own: Time | None) -> Time | None:
    """Tells which of the times of an introduction the list below it is of.

    Args:
        times: The times in order.
        own: The stretch that the document reports on, where it is no year.

    Returns:
        That one where it is among them ("the three and nine months ended"), else the last.
    """
    named = (time for time in times if own and (time.first, time.last) == (own.first, own.last))
    return next(named, times[-1] if times else None)


def is_a_quarter_earlier(text: str, at: int) -> bool:
    """Whether a figure is of the quarter before its sentence's; arguments as `says_a_year_ago`."""
    return _is_followed_by(_QUARTER_AGO, text, at)


def is_at_the_last_year_end(text: str, at: int) -> bool:
    """Whether a figure is of the day that the year before closed with: "$5 at the prior year end".

    Args:
        text: The sentence.
        at: Where the figure starts in it.
    """
    return _is_followed_by(_LAST_YEAR_END, text, at)


def _is_followed_by(said: re.Pattern[str], text: str, at: int) -> bool:
    own = AMOUNT.search(text, at)
    return own is not None and said.match(text, own.end()) is not None


def is_of_the_year(text: str) -> bool:
    """Whether a sentence says "during the year"."""
    return _THIS_YEAR.search(text) is not None
