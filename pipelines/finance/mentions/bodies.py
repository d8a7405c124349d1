"""Bodies of a place, of whose name the labels saw the place alone: "U.S." of "U.S. Treasury"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import NAMES

_BODY = re.compile(
    r" (?:(?:Stock|Mercantile|Securities|Commodity|Futures) Exchange"
    r"|(?:(?:Global|Select|Capital) )+Market"
    r"|(?:(?:Supreme|High|District|Circuit|Bankruptcy|County|Superior|Appeals) )*Court"
    r"|Board of (?:Trade|Education|Elections)|Chamber of Commerce|Coast Guard|Air Force|Navy|Army"
    r"|(?:Police|Fire|State|Justice|Treasury|Health|Energy|Labor|Defense) Department"
    r"|(?:(?:State|Technical|Medical) )?University|(?:City|County) Council"
    r"|(?:Central|National|Reserve) Bank|Treasury|Parliament|Senate)(?![\w-])",
    re.IGNORECASE,
)


def with_bodies(text: str, found: Sequence[Found]) -> list[Found]:
    """Lets places go on to the word for a body right behind them, which makes an organisation.

    Args:
        text: The document's text.
        found: Names and all else, ascending and disjoint.

    Returns:
        The same, disjoint; names within such a body's name are part of it.
    """
    whole: list[Found] = []
    for number, mention in enumerate(found):
        if whole and mention.start < whole[-1].end:
            continue
        body = _body(text, mention)
        inside = [other for other in found[number + 1 : number + 3] if body and _cuts(other, body)]
        if body and all(other.label in NAMES and other.end <= body.end() for other in inside):
            mention = replace(mention, end=body.end(), label="ORG")
        whole.append(mention)
    return whole


def _body(text: str, mention: Found) -> re.Match[str] | None:
    """The words for a body behind a place: with capitals, or all in capitals."""
    body = _BODY.match(text, mention.end) if mention.label in ("LOC", "ORG") else None
    words = body.group().replace(" of", "") if body else ""
    return body if words.istitle() or words.isupper() else None


def _cuts(other: Found, body: re.Match[str]) -> bool:
    return other.start < body.end()
