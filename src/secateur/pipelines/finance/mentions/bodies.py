"""Bodies of a place, of whose name the labels saw the place alone: "U.S." of "U.S. Treasury"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from secateur.pipelines.finance.candidates.found import Found

_BODY = re.compile(
    r" (?:(?:Stock|Mercantile|Securities|Commodity|Futures) Exchange"
    r"|(?:(?:Global|Select|Capital) )+Market"
    r"|(?:(?<= Financial )|(?<= Capital )|(?<= Global )|(?<= Select ))Market"
    r"|(?:(?:Supreme|High|District|Circuit|Bankruptcy|County|Superior|Appeals) )*Court"
    r"|Board of (?:Trade|Education|Elections)|Chamber of Commerce|Coast Guard|Air Force|Navy|Army"
    r"|(?:Police|Fire|State|Justice|Treasury|Health|Energy|Labor|Defense) Department"
    r"|(?:(?:State|Technical|Medical) )?University|(?:City|County) Council"
    r"|(?:Central|National|Reserve) Bank|Treasury|Parliament|Senate|Commission|Committee|Ministry"
    r"|(?<= Stock )Exchange|(?<=OTC Bulletin )Board)(?![\w-])",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r" (?:[A-Z][a-z]+ (?:and )?){1,2}(?:Survey|Service|Administration|Bureau|Federation|Museum)\b"
)
"""Behind a place; behind a company it is a product."""
_HEAD = (
    r"(?:Department|Ministry|Office|Bureau|Commission|Committee|Council|Institutes?|Academy|Agency"
    r"|(?:(?:Supreme|High|District|Circuit|Superior|County) )?Courts?|Regents"
    r"|Authority|Administration|Alliance|Association|Coalition|Federation|Confederation|School|College|Centers?"
    r"|Board(?= of (?:Governors|Trade|Education|Regents|Supervisors)))"
)
_WORDS = r"[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*"
_SUBJECT = re.compile(
    rf"\b{_HEAD} (?:of|on|for)(?: the)?"
    r"(?! (?:Board|Directors|Company|Corporation|Chief|President|Secretary)\b)"
    rf" {_WORDS}(?: (?:of|for)(?: the)? (?!(?:[\w.]+ )?{_HEAD} of)(?!U\.){_WORDS})*"
)
"""A body by what it is for: "Office of the Comptroller of the Currency"."""


def with_bodies(text: str, found: Sequence[Found]) -> list[Found]:
    """Lets places go on to the word for a body right behind them, which makes an organisation.

    Names within such a body's name are part of it.
    """
    whole: list[Found] = []
    for number, mention in enumerate(found):
        if whole and mention.start < whole[-1].end:
            continue
        body = _body(text, mention)
        if body:
            inside = [m for m in found[number + 1 : number + 3] if m.start < body.end()]
            if all(other.is_name and other.end <= body.end() for other in inside):
                mention = replace(mention, end=body.end(), label="ORG")
        whole.append(mention)
    return _with_subjects(text, whole)


def _with_subjects(text: str, found: Sequence[Found]) -> list[Found]:
    """Bodies with what they are for, of which the labels saw a part, and the place before."""
    whole = list(found)
    for match in _SUBJECT.finditer(text):
        # A place right before it ends where the space begins.
        first = bisect_left(whole, match.start() - 1, key=lambda other: other.end)
        last = bisect_left(whole, match.end(), key=lambda other: other.start)
        parts = whole[first:last]
        if not parts or any(part.label not in ("ORG", "LOC") for part in parts):
            continue
        start = min(match.start(), parts[0].start)
        score = fmean(part.score for part in parts)
        # "and" and commas lead on only where the labels go on, too.
        further = text[match.end() : parts[-1].end]
        end = match.end() if further.islower() else match.end() + len(further)
        whole[first:last] = [Found(start, end, "ORG", round(score, 4))]
    return whole


def _body(text: str, mention: Found) -> re.Match[str] | None:
    """The words for a body behind a place: with capitals, or all in capitals."""
    body = _BODY.match(text, mention.end) if mention.label in ("LOC", "ORG") else None
    words = body.group().replace(" of", "") if body else ""
    if words.istitle() or words.isupper():
        return body
    return _SERVICE.match(text, mention.end) if mention.label == "LOC" else None
