"""Days and months on which something happened, whose time few other figures share."""

from __future__ import annotations

import re

from secateur.pipelines.finance.figures.times import Time
from secateur.pipelines.finance.fiscal.forecasts import tells_results

OPENS = 15
"""Characters in which the time stands that a sentence opens with."""
_CAUSE = re.compile(
    r"\b(?:because|after|when|reflecting|owing to|due to|as (?:the|our|its|we|it|they))\b",
    re.IGNORECASE,
)
_CLAUSE = "; "


def is_event(time: Time) -> bool:
    """Whether a sentence opens with a day, on which something happened."""
    return time.kind == "day" and time.start < OPENS


def is_of_another_clause(text: str, at: int, time: Time) -> bool:
    """Whether a day or month is of what another clause than a figure's tells.

    Args:
        text: The sentence.
        at: Where the figure starts in it.
        time: A time that the sentence speaks of.

    Returns:
        True for the cause ("rose to $5 million because rates took effect in May 2024") and the next
        clause ("was $5 million; the Board in May 2024 raised"), and for results behind what
        happened ("On 2 June 2025 we bought Lowther; it contributed £6 million of revenue").
    """
    if time.kind not in ("day", "month"):
        return False
    if time.start < at:
        clause = text.rfind(_CLAUSE, time.end, at)
        end = text.find(_CLAUSE, at)
        return clause >= 0 and tells_results(text[clause : end if end > 0 else len(text)])
    between = text[at : time.start]
    follows = time.kind == "month" and _CLAUSE in between
    return follows or _CAUSE.search(between) is not None
