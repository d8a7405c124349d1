"""Events, laws, ships and models, which bear others' names: "U.S. Open", "Dodd-Frank Act"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import NAMES

_EVENT = (
    r"(?:Open|Cup|Championships?|Olympics|Grand Prix|Marathon|Bowl|Trophy|War|Accords?"
    r"|Treaty|Protocol|Act|(?:Albums|Singles) Chart|(?:Peace )?Prize"
    r"|(?:Motor|Air|Auto|Trade) Show|Film Festival)"
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
_OF_PLACE = re.compile(r"\b(?:Battles?|Sieges?|Treaty|Edict) of (?:the )?$")
"""Before the place that a battle or a treaty is called by."""
_SHIP = r"(?:USS|USNS|USCGC|HMS|HMCS|RMS)"
_SHIP_BEFORE = re.compile(rf"\b{_SHIP} $")
_OF_SHIP = re.compile(rf"{_SHIP} [A-Z].*|Air Force (?:One|Two)")
_SHIP_NEXT = re.compile(r" [A-Z]")
_MODEL = re.compile(
    r"[A-Z][a-z]{4,}-\d+[A-Z]?|(?:.* )?Flight \d+|(?:FTSE|Fortune|Russell|Nikkei|CAC|BEL) ?\d{2,4}"
    r"|(?:[A-Z][a-z]+ )+(?:7\d7|[A-Z]\d{2,4}|(?!19|20)\d{4,5})"
)
"""A spacecraft, a flight, an index of shares, or a maker with the number of what it makes."""
_REACH = 24
"""Characters before a name in which a word for a storm, a battle or a ship stands."""


def without_events(text: str, found: Sequence[Found]) -> list[Found]:
    """Leaves out names of events, laws, ships, models and divisions, and those within one.

    Args:
        text: The document's text.
        found: Names and all else.

    Returns:
        The rest, in order; persons stay, but for those whose name is a storm's or a ship's.
    """
    return [
        mention
        for mention in found
        if mention.label not in NAMES
        or not (
            _is_storm(text, mention)
            or _is_ship(text, mention)
            or (mention.label != "PER" and _is_event(text, mention))
            or (mention.label == "ORG" and _MODEL.fullmatch(text, mention.start, mention.end))
        )
    ]


def _is_event(text: str, mention: Found) -> bool:
    if mention.label == "LOC" and _OF_PLACE.search(text, *_before(mention)):
        return True
    next_to = _NEXT.match(text, mention.end)
    return bool(next_to or _WHOLE.fullmatch(text, mention.start, mention.end))


def _is_storm(text: str, mention: Found) -> bool:
    before = _STORM_BEFORE.search(text, *_before(mention))
    return bool(before or _OF_STORM.fullmatch(text, mention.start, mention.end))


def _is_ship(text: str, mention: Found) -> bool:
    """Whether a name is a ship's, or the letters before it."""
    if _SHIP_BEFORE.search(text, *_before(mention)):
        return True
    letters = re.fullmatch(_SHIP, text[mention.start : mention.end])
    named = letters and _SHIP_NEXT.match(text, mention.end)
    return bool(named or _OF_SHIP.fullmatch(text, mention.start, mention.end))


def _before(mention: Found) -> tuple[int, int]:
    return max(mention.start - _REACH, 0), mention.start
