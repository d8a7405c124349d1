"""Organisations and mines told by words beside them: "the newspaper Ohm", "Ohm shares rose"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import has_legal_form
from secateur.pipelines.finance.mentions.known import is_country

_BEFORE = re.compile(
    r"\b(?:news(?:paper| agency)|magazine|broadcaster|airline|brokerage|insurer|retailer"
    r"|(?:car|auto|drug|chip|steel|truck)maker|conglomerate|subsidiary|unit) $"
)
_SHARES = re.compile(r"\b[Ss]hares (?:in|of) $")
_AFTER = re.compile(
    r" (?:news agency\b|shares (?:rose|fell|gained|lost|jumped|tumbled|surged|slid|dropped|climbed"
    r"|soared|plunged|sank|closed|were)\b|filed for (?:bankruptcy|Chapter)\b|is exploring a sale\b"
    r"|posted an? (?:\w+ ){0,3}(?:profit|loss|drop|rise)\b"
    r"|(?:cut|raised|lifted|lowered) its (?:\w+ ){0,2}(?:forecast|guidance|dividend|outlook)\b)"
)
_HOLDER = re.compile(
    r" (?:(?:co-)?founder|[Cc]hief [Ee]xecutive(?: [Oo]fficer)?|C[EFO]O|[Cc]hair(?:man|woman)|boss"
    r"|analysts?|strategist|spokes(?:man|woman|person)|(?:managing|finance) director"
    r"|chief (?:economist|strategist|(?:financial|operating) officer))"
    r"(?: [A-Z][\w.’'-]*){2}"
)
"""Behind the name of whom a person of two names or more works for."""
_SITE = re.compile(
    r" (?:(?:\w+ )?(?:mines?|smelter|refinery|oil ?field|gas ?field|deposit)"
    r"|(?:lithium|copper|gold|silver|nickel|uranium|zinc|cobalt|iron ore|potash) project)\b"
)
_OWN = re.compile(r"\b(?:its|their|our)(?: \w+)? $")
_TWICE = re.compile(r"(\w+) (?:and|&) \1")
"""A firm of two of one name."""
_REACH = 24


def with_trades(text: str, found: Sequence[Found]) -> list[Found]:
    """Makes persons and places organisations beside words for a trade, or a firm's shares.

    Args:
        text: The document's text.
        found: Names and all else.

    Returns:
        The same; what a company calls its mine is a place.
    """
    return [replace(mention, label=_label(text, mention)) for mention in found]


def _label(text: str, mention: Found) -> str:
    name = text[mention.start : mention.end]
    before = text[max(mention.start - _REACH, 0) : mention.start]
    told = _BEFORE.search(before) or _AFTER.match(text, mention.end)
    if told and mention.label in ("PER", "LOC") and not is_country(name):
        return "ORG"
    if mention.label == "PER":
        works = _HOLDER.match(text, mention.end)
        return "ORG" if works or _SHARES.search(before) or _TWICE.fullmatch(name) else "PER"
    mined = mention.label == "ORG" and _SITE.match(text, mention.end) and _OWN.search(before)
    return "LOC" if mined and not has_legal_form(name) else mention.label
