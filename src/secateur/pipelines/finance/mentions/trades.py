"""Organisations and mines told by words beside them: "the newspaper Ohm", "Ohm shares rose"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.forms import has_legal_form
from secateur.pipelines.finance.mentions.known import is_country

_KIND = (
    r"(?:news(?:paper| agency)|magazine|broadcaster|airline|carrier|brokerage|insurer|retailer"
    r"|lender|miner|producer|developer|startup|(?:crypto|stock) exchange|hedge fund"
    r"|(?:car|auto|drug|chip|steel|truck|plane)maker|conglomerate|subsidiary|unit)"
)
_BEFORE = re.compile(
    rf"\b(?:{_KIND}|Broadcaster|Airline|Brokerage|Insurer|Retailer|Miner|Startup|Crypto exchange"
    r"|(?:Car|Auto|Drug|Chip|Steel|Truck|Plane)maker) $"
)
"""A trade in front of a company's name; "Lender" is none, it is a contract's party."""
_KIND_ALONE = re.compile(r"(?:crypto|stock) exchange|hedge fund|news agency", re.IGNORECASE)
"""Trades that name nobody; those of one word ("Lender") may be a contract's parties."""
_KIND_FIRST = re.compile(
    r"(?:Broker|Insurer|Lender|Miner|Producer|Retailer|(?:Car|Auto|Drug|Chip|Plane)maker) (?=[A-Z])"
)
"""What opens a sentence before a name, and has its capital from there."""
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
    r"|fund manager|trader|chief (?:economist|strategist|(?:financial|operating) officer))"
    r"(?: [A-Z][\w.’'-]*){2}"
)
"""Behind the name of whom a person of two names or more works for."""
_SITE = re.compile(
    r" (?:(?:\w+ )?(?:mines?|smelter|refinery|oil ?field|gas ?field|deposit)"
    r"|(?:lithium|copper|gold|silver|nickel|uranium|zinc|cobalt|iron ore|potash) project)\b"
)
_OWN = re.compile(r"\b(?:its|their|our)(?: \w+)? $")
_OWNED = re.compile(
    r" (?:[a-z]+ed|bought|sold|said|will|has|had|is|was|cut|fell|rose|won|lost|may|plans|owns)\b"
)
_STAKE = re.compile(r"\b(?:stake|holding) in $")
_STAKE_NEXT = re.compile(r"[.,;]|\Z| (?:after|as|for|from|to)\b")
_OWNER = re.compile(r"[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)+['’]s? $")
"""Before what a person of two names or more owns."""
_STUDIED = re.compile(
    r"\b(?:M\.?B\.?A\.?|A\.?B\.?|B\.?[AS]c?\.?|Ph\.?D\.?|J\.?D\.?|degree|diploma|doctorate"
    r"|graduated?|alumn(?:a|us|i)|senior|junior|sophomore|freshman|dean) (?:of|from|at) $"
)
"""Before where somebody studied: "an M.B.A. from"."""
_HEADS = re.compile(r"\b(?:mayors?|governors?|premier|capital|outskirts|suburbs?) of $")
"""Before a place, whatever it is called."""
_WHO = re.compile(r", who (?:is|was|has|had|became|served|joined|died|lives?|lived)\b")
_WHICH = re.compile(r", which\b")
_GOVERNMENT = re.compile(r" administration\b")
_TWICE = re.compile(r"(\w+) (?:and|&) \1")
"""A firm of two of one name."""
_REACH = 32
"""Characters before a name in which a trade stands."""


def with_trades(text: str, found: Sequence[Found]) -> list[Found]:
    """Makes persons and places organisations beside words for a trade, or a firm's shares.

    What is no more than such a word ("crypto exchange") is left out, or opens with one ("Miner
    Ohm") loses it; what a company calls its mine is a place, and "the Reis administration" is
    called by a person.
    """
    named = [mention for mention in found if not _is_kind(text, mention)]
    return [replace(_without_kind(text, one), label=_label(text, one)) for one in named]


def _is_kind(text: str, mention: Found) -> bool:
    words = _KIND_ALONE.fullmatch(text, mention.start, mention.end)
    return mention.is_name and words is not None


def _without_kind(text: str, mention: Found) -> Found:
    kind = _KIND_FIRST.match(text, mention.start, mention.end) if mention.label == "ORG" else None
    return replace(mention, start=kind.end()) if kind else mention


def _label(text: str, mention: Found) -> str:
    if mention.label == "ORG":
        return _label_of_body(text, mention)
    if mention.label not in ("PER", "LOC") or is_country(mention.wording(text)):
        return mention.label
    before = mention.before(text, _REACH)
    if _AFTER.match(text, mention.end) or _is_told_before(text, mention, before):
        return "ORG"
    if _STUDIED.search(before):
        return "ORG"
    if mention.label == "LOC":
        return "LOC"
    works = _HOLDER.match(text, mention.end) or _TWICE.fullmatch(text, mention.start, mention.end)
    which = _WHICH.match(text, mention.end)
    return "ORG" if works or which or _SHARES.search(before) else "PER"


def _label_of_body(text: str, mention: Found) -> str:
    name = mention.wording(text)
    if _GOVERNMENT.match(text, mention.end) and name.istitle():
        return "PER" if " " not in name else "ORG"
    before = mention.before(text, _REACH)
    if _HEADS.search(before) and not has_legal_form(name):
        return "LOC"
    if name.isalpha() and name.istitle() and _WHO.match(text, mention.end):
        return "PER"
    mined = _SITE.match(text, mention.end) and _OWN.search(before)
    return "LOC" if mined and not has_legal_form(name) else "ORG"


def _is_told_before(text: str, mention: Found, before: str) -> bool:
    """Whether words before a person or place say that it is a firm."""
    if _BEFORE.search(before):
        return True
    if _OWNED.match(text, mention.end) and _OWNER.search(before):
        return True
    return bool(_STAKE_NEXT.match(text, mention.end) and _STAKE.search(before))
