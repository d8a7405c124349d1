"""Lists of amounts in running text, and the times in the same places of lists of theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.finance.candidates.vocabulary import CURRENCY, SCALE_WORD
from secateur.pipelines.finance.figures.numbers import NUMERAL
from secateur.pipelines.finance.figures.times import Time

AMOUNT = re.compile(
    rf"(?:{CURRENCY})?\s?\(?(?:{NUMERAL})\)?(?:\s?%|\s?{SCALE_WORD})?", re.IGNORECASE
)
_AMOUNTS_JOIN = re.compile(
    rf"[\s)]*(?:(?:{SCALE_WORD}|%|percent|shares)[\s)]*)?(?:,|and|or|,\s*and|;)\s*(?:an?\s+)?"
    r"(?:(?:net\s+)?(?:gains?|loss(?:es)?|income|benefits?|expenses?|charges?)\s+of\s+)?[$€£(\s]*",
    re.IGNORECASE,
)
_STEPS_JOIN = re.compile(rf"[\s)]*(?:{SCALE_WORD}|%|percent)?\s+to\s+[$€£(\s]*", re.IGNORECASE)
"""Between amounts of years in a row: "from $3 million to $4 million to $7 million"."""
_STEPS = 3
"""Amounts from which on a list tells steps."""
_DASH = re.compile(r"\s?[-–]\s?")
A_SHARE = r"per\s(?:\w+\s){0,3}?(?:share|unit|ADS|warrant)\b"
LEADS_ON = re.compile(
    rf"[^\w;]*(?:(?:million|billion|thousand|shares|percent|{A_SHARE})\W*)?"
    rf"(?:(?:or\s{AMOUNT.pattern}(?:\s{A_SHARE})?|{AMOUNT.pattern}\s{A_SHARE})\W*)?"
    r"(?:of [\w\s]{0,40},?\s?)?"
    r"(?:(?:[a-z-]+ ){0,2}(?:charges?|gains?|loss(?:es)?|benefits?|expenses?|provisions?|payments?"
    r"|credits?|write-?(?:off|down)s?) )?"
    r"(?:(?:is|are|was|were|had|has|have|will)(?: been| be)? (?:[a-z]+ly )?"
    r"[a-z]+(?:ed|en|aid|awn|eld|ent|old|ought) )?"
    r"\b(?:as (?:of|at|on)|at|in|for|during|on|through)\b[\w\s’'-]{0,30}",
    re.IGNORECASE,
)
"""What leads from a list on to its times."""


def place_in_list(text: str, at: int, runs: Sequence[Sequence[Time]]) -> Time | None:
    """Finds the time that stands in the same place of a list as a figure does in its own.

    Args:
        text: The sentence, or a row head whose figures are for the columns of the table.
        at: Where the figure starts in it.
        runs: Lists of times.

    Returns:
        The time, None where no list is as long as the figure's.
    """
    times = [time for run in runs for time in run]
    amounts = [
        match.span()
        for match in AMOUNT.finditer(text)
        if not any(t.start < match.end() and match.start() < t.end for t in times)
    ]
    own = _own(amounts, at)
    if own is None:
        return None
    first, last = _list(text, amounts, own)
    count = last - first + 1
    if count > 1 and (fitting := [run for run in runs if len(run) == count]):
        return _beside(text, (amounts[first][0], amounts[last][1]), fitting)[own - first]
    begin, end = _list(text, amounts, own, _STEPS_JOIN)
    steps = next((run for run in runs if len(run) == end - begin + 1 >= _STEPS), None)
    if steps:
        return steps[own - begin]
    if "respectively" not in text:
        return None
    whole = next((run for run in [*runs, times] if len(run) == len(amounts) > 1), None)
    if whole:
        return whole[own]
    repeated = next((run for run in runs if len(run) > 1 and count % len(run) == 0), None)
    return repeated[(own - first) % len(repeated)] if repeated else None


def _beside(text: str, span: tuple[int, int], runs: Sequence[Sequence[Time]]) -> Sequence[Time]:
    """The times to which a list of amounts leads on, else those nearest to it."""
    start, end = span
    behind = (run for run in runs if run[0].start >= end)
    led_to = next((run for run in behind if LEADS_ON.fullmatch(text, end, run[0].start)), None)
    return led_to or min(
        runs, key=lambda run: min(abs(run[0].start - end), abs(start - run[-1].end))
    )


def first_of_list(text: str, at: int) -> tuple[int, int] | None:
    """Finds the first amount of the list, or range, in which one stands: "$3, $4 and $5 million".

    Args:
        text: The sentence.
        at: Where the amount starts in it.

    Returns:
        Its ends; None where no amount stands there.
    """
    amounts = [match.span() for match in AMOUNT.finditer(text)]
    own = _own(amounts, at)
    if own is None:
        return None
    while own:
        gap = amounts[own - 1][1], amounts[own][0]
        if not (_AMOUNTS_JOIN.fullmatch(text, *gap) or _DASH.fullmatch(text, *gap)):
            break
        own -= 1
    return amounts[own]


def list_at(text: str, at: int) -> Sequence[tuple[int, int]]:
    """Finds the amounts of the list in which one stands, "$3, $4 and $5 million".

    Args:
        text: The sentence.
        at: Where the amount starts in it.

    Returns:
        The ends of each; empty where no amount stands there.
    """
    amounts = [match.span() for match in AMOUNT.finditer(text)]
    own = _own(amounts, at)
    if own is None:
        return ()
    first, last = _list(text, amounts, own)
    return amounts[first : last + 1]


def _own(amounts: Sequence[tuple[int, int]], at: int) -> int | None:
    """Number of the amount that stands at a place."""
    return next((k for k, (start, end) in enumerate(amounts) if start <= at + 1 and at < end), None)


def _list(
    text: str,
    amounts: Sequence[tuple[int, int]],
    own: int,
    join: re.Pattern[str] = _AMOUNTS_JOIN,
) -> tuple[int, int]:
    """Numbers of the first and the last amount of a list."""
    first = last = own
    while first and join.fullmatch(text, amounts[first - 1][1], amounts[first][0]):
        first -= 1
    while last + 1 < len(amounts) and join.fullmatch(text, amounts[last][1], amounts[last + 1][0]):
        last += 1
    return first, last
