"""Names of things, which bear those of bodies and places: "U.S. Open", "the film Heat", "LUSTRA®".

Events, laws, ships and models are told by their names, works by what is said of them, products by
their trademarks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.forms import key_of

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
_WORK = (
    r"(?:album|film|movie|song|novel|(?:video |computer |arcade |board )?game|sitcom|soap opera"
    r"|(?:television|TV|radio|comedy|drama|anime|manga|comic) (?:series|show|program(?:me)?)"
    r"|miniseries|EP|mixtape|documentary|musical|opera|poem|memoir|anthology|short story)"
)
_WORD = r"[A-Z0-9][\w.'’!-]*"
_TITLE = rf"{_WORD}(?: (?:{_WORD}|of|the|an?|in|and|to|for|on|with|from|&)){{0,8}}"
_IS_WORK = re.compile(
    rf"(?:^|(?<=[.!?] ))({_TITLE}) (?:\([^()\n]{{0,40}}\) )?(?:is|was) (?:an?|the)"
    rf"(?: [\w'’-]+){{0,7}}? (?:{_WORK}|single)(?= ?[.,(]| (?:by|released|directed|from|written|of"
    r"|starring|that|which|in|recorded|produced|published|featuring|created|developed|based)\b)",
    re.MULTILINE,
)
_WORK_BEFORE = re.compile(
    rf"\b(?:{_WORK}|(?:debut|hit|lead|second|third) single|(?:episodes?|seasons?|soundtrack)"
    r" (?:of|to)|(?:his|her|their) book)"
    r"(?:,? (?:called|titled|entitled))?,? (?:[\"“‘] ?)?(?:(?:The|An?) )?$"
)
_MAKER = re.compile(r" (?:made|directed|wrote|sang|recorded|did|ever)\b")
"""Behind a person in "the last film Welles made"."""
_QUOTED = re.compile(rf"((?<!\w)\d{{1,2}}[.)] ?)?[\"“] ?({_TITLE}) ?[,.!?]?[\"”]")
_FEWEST, _MOST = 3, 6
"""Words of a quoted title that makes no name of one within it; a headline has more."""
_WORK_REACH = 48
"""Characters before a name in which the word for a work stands."""
_MARKS = frozenset("®™℠")
_OFTEN = 1 / 2
"""Share of a name's mentions from which marks say what all are: few are marked each time."""


def without_things(text: str, found: Sequence[Found]) -> list[Found]:
    """Leaves out names of events, laws, ships, models, divisions and works, and those within one.

    Titles of works follow a word for a work or are said to be one; those in quotation marks are
    numbered, or longer than the name. Persons stay, but for those whose name is a storm's, a ship's
    or a work's.
    """
    titles = [match.span(1) for match in _IS_WORK.finditer(text)]
    quoted = [match for match in _QUOTED.finditer(text) if match[1] or _is_long(match[2])]
    titles += [match.span(2) for match in quoted]

    def is_work(mention: Found) -> bool:
        if _WORK_BEFORE.search(mention.before(text, _WORK_REACH)):
            return not (mention.label == "PER" and _MAKER.match(text, mention.end))
        return any(start <= mention.start and mention.end <= end for start, end in titles)

    return [
        mention
        for mention in found
        if not mention.is_name
        or not (
            _is_storm(text, mention)
            or _is_ship(text, mention)
            or (mention.label != "PER" and _is_event(text, mention))
            or (mention.label == "ORG" and _MODEL.fullmatch(text, mention.start, mention.end))
            or is_work(mention)
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
    letters = re.fullmatch(_SHIP, mention.wording(text))
    named = letters and _SHIP_NEXT.match(text, mention.end)
    return bool(named or _OF_SHIP.fullmatch(text, mention.start, mention.end))


def _before(mention: Found) -> tuple[int, int]:
    return max(mention.start - _REACH, 0), mention.start


def _is_long(title: str) -> bool:
    return _FEWEST <= len(title.split()) <= _MOST and not title.istitle()


def without_trademarks(
    text: str, found: Sequence[Found], companies: Collection[str]
) -> list[Found]:
    """Leaves out names that are marked as trademarks in half of their places or more.

    But for `companies`, keys of the names that bear a legal form somewhere.
    """
    total: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for mention in found:
        if mention.is_name:
            key = key_of(mention.wording(text))
            total[key] += 1
            marked[key] += text[mention.end : mention.end + 1] in _MARKS
    products = {
        key for key in marked if marked[key] >= max(_OFTEN * total[key], 1) and key not in companies
    }
    return [
        mention
        for mention in found
        if not mention.is_name or key_of(mention.wording(text)) not in products
    ]
