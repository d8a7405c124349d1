"""Cups, wars and treaties, which are called by places and name none: "Vietnam War", "U.S. Open"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import NAMES

_EVENT = (
    r"(?:Open|Cup|Championships?|Olympics|Grand Prix|Marathon|Bowl|Trophy|War|Accords?"
    r"|Treaty|Protocol|(?:Peace )?Prize|Awards?|(?:Motor|Air|Auto|Trade) Show|Film Festival)"
)
_NEXT = re.compile(rf" (?:[A-Z]\w+ )?{_EVENT}(?![\w-]| (?:[A-Z&]|of [A-Z]))")
_WHOLE = re.compile(
    rf".+(?<!of)(?<!the) {_EVENT}"
    r"|(?:Eastern|Western|Northern|Southern|Central|Atlantic|Pacific) (?:Division|Conference)",
    re.IGNORECASE,
)


def without_events(text: str, found: Sequence[Found]) -> list[Found]:
    """Leaves out names that are an event's, a prize's or a division's, or stand in one.

    Args:
        text: The document's text.
        found: Names and all else.

    Returns:
        The rest, in order; persons stay.
    """
    return [
        mention
        for mention in found
        if mention.label not in NAMES
        or mention.label == "PER"
        or not (
            _NEXT.match(text, mention.end) or _WHOLE.fullmatch(text, mention.start, mention.end)
        )
    ]
