"""Figures in asides of another time: "Sales of £5m (2023: £4m)", "Sales of £5m (£4m in 2023)"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from secateur.pipelines.finance.candidates.vocabulary import CURRENCY
from secateur.pipelines.finance.figures.implied import YEAR_BEFORE
from secateur.pipelines.finance.figures.lists import AMOUNT, LEADS_ON
from secateur.pipelines.finance.figures.times import Time

_ASIDE = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_SAYS = re.compile(r":|\s?[-–—]\s")
_OPENS = re.compile(r"\((?:(?:[^()]|\([^()]*\))*\d(?:[^()]|\([^()]*\))*[;,]\s(?:and\s)?)?$")
"""Before a time that says what follows is its own: "(2023: £4m; 2022: £3m)"."""
_NEAR = 120
"""Characters before an aside, or a time in it, in which the figure or the bracket stands."""
_CURRENCY = re.compile(rf"\s?({CURRENCY})", re.IGNORECASE)
_AGAINST = re.compile(
    rf"(?:{AMOUNT.pattern},?\s(?:(?:up|down) from|versus|vs\.?|against"
    rf"|(?:as )?compared (?:to|with))|(?<=\bto ){AMOUNT.pattern} from)\s{AMOUNT.pattern}",
    re.IGNORECASE,
)
"""A figure and what it is compared with; in "fell $1 million from $5 million" it is a change."""


@dataclass(frozen=True)
class _Aside:
    """What stands in parentheses.

    Attributes:
        start: Where they open.
        end: One past where they close.
        times: What a figure in them is for, apart from the rest of the sentence.
        compared: Ends of the last figure before them, None without one.
    """

    start: int
    end: int
    times: Sequence[Time]
    compared: tuple[int, int] | None


def heard_at(text: str, at: int, times: Sequence[Time]) -> list[Time]:
    """Leaves out times of asides: "Sales of £5m (2023: £4m)", "of all units (sold in 2023)".

    Args:
        text: The sentence.
        at: Where the figure starts in it; -1 for what other sentences hear of it.
        times: The times that the sentence speaks of.

    Returns:
        For a figure in an aside the aside's own times, for others the rest, but those of asides
        before a figure that another follows.
    """
    rest, passed = list(times), []
    for aside in _asides(text, tuple(times)):
        if aside.times and aside.start < at < aside.end:
            return list(aside.times)
        rest = [time for time in rest if time not in aside.times]
        if aside.end <= at:
            passed += [time for time in rest if aside.start < time.start < aside.end]
    follows = passed and any(time.start > at for time in rest)
    return [time for time in rest if time not in passed] if follows else rest


def before_aside(text: str, at: int, times: Sequence[Time]) -> tuple[int, int] | None:
    """Finds the figure that one in an aside is compared with: £5m of "Sales of £5m (2023: £4m)".

    Args:
        text: The sentence.
        at: Where the figure in the aside starts.
        times: The times of the sentence.

    Returns:
        Its ends; None for a figure that stands in no such aside.
    """
    for aside in _asides(text, tuple(times)):
        if aside.start < at < aside.end:
            opens = aside.times or any(time.start == aside.start + 1 for time in times)
            return aside.compared if opens or YEAR_BEFORE.search(text, aside.start, at) else None
    return None


def day_beside(text: str, at: int, times: Sequence[Time]) -> Time | None:
    """Finds the day of what a figure is compared with: "Cash was £4m (30 June 2024: £5m)".

    Or at once: "Cash was £4m, down from £5m at 30 June 2024".

    Args:
        text: The sentence.
        at: Where the figure starts.
        times: The times of the sentence.
    """
    if against := _AGAINST.match(text, at):
        end = against.end()
        led_to = (t for t in times if t.start >= end and LEADS_ON.fullmatch(text, end, t.start))
        return next((time for time in led_to if time.kind == "day"), None)
    for aside in _asides(text, tuple(times)):
        if aside.compared and aside.compared[0] <= at < aside.compared[1]:
            return next((time for time in aside.times if time.kind == "day"), None)
    return None


def is_aside(text: str, time: Time) -> bool:
    """Whether a year stands in an aside before a figure of its own: "(2023: 24.0%)"."""
    return time.kind == "year" and _opens(text, time)


def _opens(text: str, time: Time) -> bool:
    """Whether a time opens an aside, or goes on with it, before a figure of its own."""
    near = max(time.start - _NEAR, 0)
    says = _SAYS.match(text, time.end) is not None
    return says and _OPENS.search(text[near : time.start]) is not None


@lru_cache(maxsize=8)
def _asides(text: str, times: tuple[Time, ...]) -> list[_Aside]:
    # All figures of a sentence ask for the same.
    found = []
    for aside in _ASIDE.finditer(text):
        before = [
            amount
            for amount in AMOUNT.finditer(text, max(0, aside.start() - _NEAR), aside.start())
            if not any(time.start < amount.end() and amount.start() < time.end for time in times)
        ]
        compared = before[-1] if before else None
        own = _own(text, aside, times, compared)
        ends = None
        if compared:
            ends = compared.end() - len(compared[0].lstrip()), compared.end()
        found.append(_Aside(*aside.span(), own, ends))
    return found


def _own(
    text: str, aside: re.Match[str], times: Sequence[Time], compared: re.Match[str] | None
) -> list[Time]:
    """The times that stand before their figures in an aside, or behind its first."""
    start, end = aside.span()
    within = [time for time in times if start < time.start < end]
    opening = [time for time in within if _opens(text, time)]
    if opening or not within or compared is None:
        return opening
    amount = AMOUNT.match(text, start + 1)
    if amount is None or _kind(amount[0]) != _kind(compared[0]):
        return []
    return within if LEADS_ON.fullmatch(text, amount.end(), within[0].start) else []


def _kind(amount: str) -> str:
    """The currency of an amount, or its sign of percent: "5% ($4 million in 2023)" compares not."""
    currency = _CURRENCY.match(amount)
    return currency[1].lower() if currency else amount[-1:] * amount.endswith("%")
