"""Towns in the news: those that datelines begin with are places, those that play are clubs.

"PARIS, May 3 (Reuters) -", "BOSTON AT DETROIT", "Leeds 2 York 1".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from secateur.pipelines.document.calendar_words import MONTH_BEGINS, YEAR
from secateur.pipelines.finance.candidates.found import NAMES, Found
from secateur.pipelines.finance.mentions.known import is_country, is_state

_MONTH = rf"(?i:{MONTH_BEGINS})[a-z]{{0,6}}\.?"
_DATELINE = re.compile(
    r"^([A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,2})"
    rf"(?=,? (?:[A-Z][\w.]+, )?{_MONTH} \d{{1,2}}(?:, {YEAR})? ?(?:[(/–—]|--? ))",
    re.MULTILINE,
)
"""With the agency or the dash behind the date: a company's name stands above a date, too."""
_CLUB = r"([A-Z][\w.'’&-]*(?: [A-Z][\w.'’&/-]*){0,3})"
_LAND = r"(?: \( ?[A-Z][\w. ]+ ?\))?"
_RESULT = re.compile(
    rf"^(?:[^:\n]{{1,80}} : )?{_CLUB}{_LAND} \d{{1,3}},? {_CLUB}{_LAND} \d{{1,3}}"
    r"(?: ?\([^()\n]*\)| ?[.;].*)?$",
    re.MULTILINE,
)
_MEETING = re.compile(rf"^{_CLUB} (AT|at|vs?\.?) {_CLUB}(?: ?[,(].*)?$", re.MULTILINE)
_BEAT = re.compile(
    r"\b([A-Z][\w.'’&-]*(?: [A-Z][\w.'’&-]*){0,2})"
    r" (?:beat|defeated|edged|routed|thrashed|downed|drew with|lost to)"
    rf" {_CLUB} \d{{1,3}} ?- ?\d{{1,3}}\b"
)
_SCORED = re.compile(
    r"\b(?:beaten|drew|lost|lose|losing|won|winning) \d{1,3} ?- ?\d{1,3}"
    rf" (?:against|at|by|to|with) {_CLUB}(?<!\.)"
)
_STANDING = re.compile(rf"^{_CLUB}((?: \d+){{2,8}})(?: (\.\d{{3}}|1\.000)\b.*)?$", re.MULTILINE)
_COLUMNS = 5
"""Of a table of games at least: played, won, drawn, lost and points."""
_ROUNDED = 0.0006
"""How far a share of three decimals may be from what it is of."""


def with_datelines(text: str, found: Sequence[Found]) -> list[Found]:
    """Makes towns of datelines places, whatever the labels say."""
    datelines = {match.span(1) for match in _DATELINE.finditer(text)}
    return [
        replace(mention, label="LOC")
        if mention.is_name and (mention.start, mention.end) in datelines
        else mention
        for mention in found
    ]


def with_clubs(text: str, found: Sequence[Found]) -> list[Found]:
    """Makes places organisations where they play, but for countries, whose teams bear their names.

    Clubs meet or have a result on a line of their own, have a result in a sentence, or stand before
    games won and lost that add up; two states with two numbers are a line of any table.
    """
    labels = {other.start: other.label for other in found}
    clubs = {start: end for start, end in _clubs(text, labels) if labels.get(start) == "LOC"}
    results = dict(_results(text))
    done = []
    for mention, following in zip_longest(found, found[1:]):
        end = results.get(mention.start) or clubs.get(mention.start)
        cut = end is not None and following is not None and following.start < end
        if end and mention.is_name and not cut and not is_country(text[mention.start : end]):
            mention = replace(mention, end=end, label="ORG")
        done.append(mention)
    return done


def _results(text: str) -> Iterator[tuple[int, int]]:
    for match in _RESULT.finditer(text):
        if not (is_state(match[1]) and is_state(match[2])):
            yield from (match.span(1), match.span(2))


def _clubs(text: str, labels: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    for match in _MEETING.finditer(text):
        # What is at a place may be anything but a place.
        meets = {"LOC"} if match[2].lower() == "at" else NAMES
        if labels.get(match.start(1)) in meets:
            yield from (match.span(1), match.span(3))
    for match in _BEAT.finditer(text):
        yield from (match.span(1), match.span(2))
    yield from (match.span(1) for match in _SCORED.finditer(text))
    for match in _STANDING.finditer(text):
        if _adds_up([int(games) for games in match[2].split()], match[3]):
            yield match.span(1)


def _adds_up(games: Sequence[int], share: str | None) -> bool:
    """Whether numbers are games won and lost with their share, or all games, by result, points."""
    if share:
        return abs(games[0] - float(share) * sum(games[:2])) < _ROUNDED * sum(games[:2])
    if len(games) < _COLUMNS:
        return False
    played, won, drawn, lost, *_, points = games
    return played == won + drawn + lost and points in (3 * won + drawn, 2 * won + drawn)
