"""Cups, wars and storms, which bear places' and persons' names: "U.S. Open", "Hurricane Hugo"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import NAMES

_EVENT = (
    r"(?:Open|Cup|Championships?|Olympics|Grand Prix|Marathon|Bowl|Trophy|War|Accords?"
    r"|Treaty|Protocol|(?:Peace )?Prize|(?:Motor|Air|Auto|Trade) Show|Film Festival)"
)
_NEXT = re.compile(rf" (?:[A-Z]\w+ )?{_EVENT}(?![\w-]| (?:[A-Z&]|of [A-Z]))")
_WHOLE = re.compile(
    rf".+(?<!of)(?<!the) {_EVENT}"
    r"|(?:Eastern|Western|Northern|Southern|Central|Atlantic|Pacific) (?:Division|Conference)",
    re.IGNORECASE,
)
_STORM = r"(?:Hurricane|Typhoon|Cyclone|Tropical Storm)"
_STORM_BEFORE = re.compile(rf"\b{_STORM} $")
_OF_STORM = re.compile(rf"{_STORM}(?: [A-Z]\w+)?")
_REACH = 20
"""Characters before a name in which a word for a storm stands."""


def without_events(text: str, found: Sequence[Found]) -> list[Found]:
    """Leaves out names that are an event's, a prize's or a division's, or stand in one.

    Args:
        text: The document's text.
        found: Names and all else.

    Returns:
        The rest, in order; persons stay, but for those whose name is a storm's.
    """
    return [
        mention
        for mention in found
        if mention.label not in NAMES
        or not (_is_storm(text, mention) or (mention.label != "PER" and _is_event(text, mention)))
    ]


def _is_event(text: str, mention: Found) -> bool:
    next_to = _NEXT.match(text, mention.end)
    return bool(next_to or _WHOLE.fullmatch(text, mention.start, mention.end))


def _is_storm(text: str, mention: Found) -> bool:
    before = _STORM_BEFORE.search(text, max(mention.start - _REACH, 0), mention.start)
    return bool(before or _OF_STORM.fullmatch(text, mention.start, mention.end))
