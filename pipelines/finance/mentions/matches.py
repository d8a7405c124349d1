"""Clubs that reports on matches call by their towns: "BOSTON AT DETROIT", "Leeds 2 York 1"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.known import is_country

_CLUB = r"([A-Z][\w.'’&-]*(?: [A-Z][\w.'’&/-]*){0,3})"
_WON = ("beat", "defeated", "edged", "routed", "thrashed", "downed", "drew with", "lost to")
_MATCHES = tuple(
    (words, re.compile(pattern, re.MULTILINE))
    for words, pattern in (
        ((" AT ", " v ", " v. ", " vs ", " vs. "), rf"^{_CLUB} (?:AT|vs?\.?) {_CLUB}$"),
        (("",), rf"^{_CLUB} \d{{1,3}},? {_CLUB} \d{{1,3}}(?: \([^()]*\))?$"),
        # "Leeds 2 York 1, Hull 0 Derby 3" on one line.
        (("",), rf"(?:^|[:;,] ){_CLUB} \d{{1,2}},? {_CLUB} \d{{1,2}}(?=[,;.]|$)"),
        (("",), rf"^{_CLUB}(?:(?: \d+){{2,3}} (?:\.\d{{3}}|1\.000)\b|(?: \d+){{6,}}).*$"),
        (_WON, rf"\b{_CLUB} (?:{'|'.join(_WON)}) {_CLUB} ?\d{{1,3}}-\d{{1,3}}\b"),
        (("to beat ",), rf"\bto beat {_CLUB} \d{{1,3}}-\d{{1,3}}\b"),
        ((" scored ",), rf"\b{_CLUB} scored (?:\d|once|twice|three|four|five|six)"),
        (
            ("beaten", "drew", "los", "won", "winning"),
            r"\b(?:beaten|drew|lost|lose|losing|won|winning) \d{1,3}-\d{1,3}"
            rf" (?:against|at|by|to|with) {_CLUB}(?<!\.)",
        ),
    )
)
"""Who meets whom; a result; a line of a table of games won and lost; sentences with a result.

Each with words of which it has one, which are looked for first."""


def with_clubs(text: str, found: Sequence[Found]) -> list[Found]:
    """Makes places organisations where they play, but for countries, whose teams bear their names.

    Args:
        text: The document's text.
        found: Names and all else, ascending and disjoint.

    Returns:
        The same, disjoint.
    """
    clubs = dict(
        match.span(number)
        for words, pattern in _MATCHES
        if any(word in text for word in words)
        for match in pattern.finditer(text)
        for number in range(1, pattern.groups + 1)
    )
    ends = {*clubs.values()}
    done = []
    for mention, following in zip_longest(found, found[1:]):
        # A word before the club ("Then Leeds beat") may look like a part of it.
        end = clubs.get(mention.start, mention.end)
        is_club = mention.label in ("LOC", "ORG") and end in ends
        if is_club and not (following and following.start < end):
            is_land = mention.label == "LOC" and is_country(text[mention.start : end])
            mention = replace(mention, end=end, label="LOC" if is_land else "ORG")
        done.append(mention)
    return done
