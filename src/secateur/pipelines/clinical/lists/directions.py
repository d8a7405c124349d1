"""Dose, route and frequency of a drug, as the words behind its name give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from secateur.pipelines.clinical.lists.patterns import FREQUENCY, UNIT
from secateur.pipelines.document.calendar_words import WEEKDAY_BEGINS
from secateur.pipelines.document.document import Span

_SPELT = r"(?:one|two|three|four|five|six|seven|eight|ten|twelve|half|[½¼])"
_FIGURE = r"(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
_HALVES = rf"{_FIGURE}(?:[ -]?(?:½|1/2|and a half))?"
_N = (
    rf"(?:{_HALVES}(?: ?(?:[-–/]|to|or) ?{_HALVES})*"
    rf"|{_SPELT}(?:(?:[-–]| to | or ){_SPELT})?)"
)
_PER = (
    rf"(?: ?(?:/|per ) ?(?:{_FIGURE} ?)?(?:kg|m2|m²|m\^2|ml|hrs?|hours?|h|min(?:ute)?|days?|d|dose"
    r"|act(?:uation|uat)?|inh(?:alation)?|puff|spray|tab(?:let)?|cap(?:sule)?|patch|week|wk)\b)*"
)
_AMOUNT = (
    rf"(?:AUC(?: of| ?=)? ?{_FIGURE}"
    rf"|(?<![\w.+/-])\+?{_N}[ -]?(?:{UNIT}|(?:unt|million units|inhalations?|actuations?|vials?"
    r"|applications?|amp(?:oule)?s?|milligrams?|micrograms?|packets?|sachets?|scoops?|capfuls?"
    rf"|strips?|rings?)\b)(?: elemental(?: iron| calcium)?)?{_PER}(?! ?/? ?d?l\b)"
    r"|\b(?:sliding|correction)(?: |-)scale\b"
    rf"|(?<=\bthen ){_FIGURE}(?![\w.]| ?(?:days?|weeks?|wks?|months?|hours?)\b))"
)
_DOSE = re.compile(_AMOUNT, re.IGNORECASE)
_NO_DOSE = re.compile(
    r"(?:\b(?:max(?:imum)?(?: dose)?(?: of)?|not (?:to )?exceed(?:ing)?|no more than|goal|target"
    r"|total(?: of)?|from|was|were(?: on)?|took|previously|formerly|instead of|rather than|by"
    r"|(?:crcl|e?gfr|clearance)(?: (?:about|around|of|is|was))?"
    r"|cut|(?:reduc|lower|(?:in|de)creas)\w+"
    r"|disp(?:ense)?|qty|quantity|refills?|weigh\w*|wt|last dose|supply(?: of)?)"
    r"|[,;(] ?up to|[<#]|(?<![-=])>)\W*$",
    re.IGNORECASE,
)
"""Before an amount that is no dose: a limit, an earlier one, what is dispensed, a weight."""
_DISPENSED = re.compile(r"[1-9]\d\d? ?(?:tablets|tabs|capsules|caps|pills)", re.IGNORECASE)
"""More than anyone takes at once: "every 4 hours as needed (24 tablets)"."""
_WAY = (
    r"(?:by mouth|orally|p\.?o|intravenous(?:ly)?|i\.?v|intramuscular(?:ly)?|i\.?m"
    r"|subcut(?:aneous(?:ly)?)?|sub-?q|s[./]?[cq]|sublingual(?:ly)?|s\.?l"
    r"|under (?:the|your) (?:tongue|skin)"
    r"|(?:per )?rect(?:al(?:ly)?|um)|p\.?r(?!\.? ?n\b)|vaginal(?:ly)?|p\.?v|inhaled?|by inhalation"
    r"|(?:by |via )?neb(?:uli[sz](?:ed|er))?s?|intranasal(?:ly)?|topical(?:ly)?|transdermal(?:ly)?"
    r"|buccal(?:ly)?|intrathecal(?:ly)?|intradermal(?:ly)?"
    r"|(?:(?:per|via|by|through) )?(?:the )?(?:ng|og|peg|[gj])[- ]?tube"
    r"|(?:each|both|left|right|affected) (?:eyes?|ears?|nostrils?)|nares|o[us])\b\.?"
)
_ROUTE = re.compile(rf"\b{_WAY}(?:(?:/| or ){_WAY})*", re.IGNORECASE)
_BARE = re.compile(
    rf"\W{{0,2}}(?:(?!(?:{FREQUENCY}))[A-Za-z]+ ){{0,2}}"
    r"(?P<dose>(?!(?:0?[1-9]|1[0-2])[/-]\d\d?(?!\d))\d+(?:\.\d+)?(?:[/-]\d+(?:\.\d+)?)+(?![/\d-])"
    rf"|\d{{1,4}}(?:\.\d+)?(?= ?(?:[,;.)]? ?$|[,;] |{_ROUTE.pattern}|daily\b|{FREQUENCY}))|SSI\b)",
    re.IGNORECASE,
)
"""A dose without a unit right behind the name, no date: "Advair 250/50", "aspirin 81 daily"."""
_FORM = re.compile(r"\b(?:oral|nasal|ophthalmic|otic)\b", re.IGNORECASE)
"""A route that the form of a drug tells: "oral tablet"."""
_NEEDED = r"(?:prn|p\.r\.n\.?|(?:as|if|when) (?:needed|required))"
_MEAL = (
    r"(?:(?:a|each|every|the|evening|morning|main|first|last) )*(?:meals?|food|milk|juice|water"
    r"|breakfast|lunch|dinner|supper|bed(?:time)?|tea|feeds?|snacks?|dialysis|hd|bowel movement)"
)
_DAYPART = (
    r"(?:mornings?|evenings?|afternoons?|nights?|bedtime|noon|midday|lunchtime|a\.?m|p\.?m|hs)"
)
_DAYS = rf"(?-i:(?i:{WEEKDAY_BEGINS})[a-z]*|MWF|T/?Th/?S|M/W/F|T/Th/Sat?)"
_OFTEN = re.compile(
    r"\b(?:q\.? ?h\.? ?s|"
    rf"(?:once|twice|thrice|{_N}(?: ?x| times?))[ /-](?:daily|nightly|weekly|monthly"
    r"|(?:(?:an?|per|each|every|in a) )?(?:day|night|week|wk|month))"
    rf"|(?:every|each|q\.?) ?(?:(?:other|alternate|second|third) )?(?:{_N}[ -]?)?"
    rf"(?:hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mo|minutes?|mins?|shift"
    rf"|run|treatment|session|cycle|visit|meal|feed|{_DAYPART})"
    r"|q\.? ?(?:4|6|8|12)\b(?! ?/)"
    r"|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|q\.?o?\.?d|q\.?h\.?s|q\.?[ap]\.?m|b\.?d|t\.?d\.?s|q\.?d\.?s|o\.?d"
    rf"|{_DAYPART}(?: and {_DAYPART})+|most (?:days|nights)"
    r"|o\.?m|nocte|mane|h\.?s|a\.?c|p\.?c|stat|(?:once )?(?:daily|nightly|weekly|monthly|hourly)"
    r"|fortnightly|yearly|annually|(?:on )?alternate days|continuous(?:ly)?|as directed"
    rf"|{_NEEDED}|on an empty stomach|\d+ ?h(?:(?:ou)?rs?)? on,? \d+ ?h(?:(?:ou)?rs?)? off"
    r"|on \d+ ?h(?:(?:ou)?rs?)?,? off \d+ ?h(?:(?:ou)?rs?)?"
    rf"|(?:in|at|during) (?:the )?(?:early )?{_DAYPART}"
    rf"|(?:(?:\d+ ?(?:min(?:ute)?s?|hours?) )?(?:before|after)|with|at|between) {_MEAL}"
    rf"|with (?:each|every) \w+(?: changes?)?"
    rf"|(?:(?:on|every|each) )?{_DAYS}(?:(?:[/,&+ -]| and )+{_DAYS})*"
    r"|(?:on )?(?:days? |d)\d+(?: ?(?:[-–,&]|to|and) ?\d+)*"
    r"(?: of (?:each |an? )?\d+[- ]day cycles?)?"
    rf")(?!\w)\.?",
    re.IGNORECASE,
)
_LASTS = rf"(?:(?:x ?|for ){_N} ?(?:more )?(?:days?|d|weeks?|wks?|months?|doses?)\b)"
_GAP = re.compile(
    rf"(?: ?{_LASTS})?[ ,;(]*(?:(?:and|then|or|&|\+|plus|around)\b)?[ (]*", re.IGNORECASE
)
"""Between two words of how often: "every 4 hours for 2 days, then as needed"."""
_AND_ROUTE = re.compile(rf"[ ,(]*(?:{_ROUTE.pattern}[ ,)]*)+", re.IGNORECASE)
_AS_NEEDED = re.compile(rf"\b{_NEEDED}", re.IGNORECASE)
_LASTING = re.compile(_LASTS, re.IGNORECASE)
_PASSES = re.compile(rf"{_LASTS}|\bthen\b", re.IGNORECASE)
_SCALE = re.compile(r"\bscale\b|\bSSI\b", re.IGNORECASE)
_TAPERS_OFF = re.compile(
    rf"[^.;]*?{_LASTS}[^.;]*?\bthen (?:off|stop|d/?c|discontinue)\b", re.IGNORECASE
)
_FROM_OLD = re.compile(
    rf"(?:->|=>|→|\bto\b) ?"
    rf"(?={_AMOUNT}|{_FIGURE}(?![\d.]) ?(?:$|[,;.)]|{_ROUTE.pattern}|{FREQUENCY}))",
    re.IGNORECASE,
)
"""Before what a dose is changed to."""
_OLD = re.compile(
    rf"(?:\b(?:from|cut|increas\w+|decreas\w+|reduc\w+|rais\w+|lower\w+|titrat\w+|tak\w+ down)\b"
    rf"|{_AMOUNT}).*|(?:.*[a-z]\W*|\W*){_FIGURE} ?$",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"(?<!from )(?<![\d.,]){_FIGURE} ?to $", re.IGNORECASE)
"""What "to" may follow that joins two numbers: "1 to 2 tablets", not "from 25 to 50 mg"."""
_IN_CASE = re.compile(
    r"[,;:.(–-]? ?\b(?:if(?! (?:needed|required))|unless|could|would|consider|hold"
    r"|may (?:go|increase|take|repeat))\b",
    re.IGNORECASE,
)
_SCHEDULE_ENDS = re.compile(r" ?(?:[.;] |\((?!\d)|$)")
_OF = re.compile(rf"(?P<dose>{_AMOUNT}) of $", re.IGNORECASE)
_ADJECTIVE = re.compile(rf"(?P<route>{_ROUTE.pattern}|{_FORM.pattern}) $", re.IGNORECASE)
_REACH = 60
"""Characters of other words across which a dose or frequency is still the drug's."""


class Directions(NamedTuple):
    """How a drug is taken, each as the text writes it, empty where it says none.

    Attributes:
        dose: Strength and amount ("25 mg, 1-2 tablets"). A taper, a scale or doses that differ by
            the time of the day or week are one dose with their times ("4 mg Mon, 2 mg Tue").
        route: How it gets into the patient.
        frequency: How often and when; empty where the dose has its times.
    """

    dose: str = ""
    route: str = ""
    frequency: str = ""

    def over(self, before: Directions) -> Directions:
        """Fills what these do not say from those that held before."""
        has_times = _OFTEN.search(self.dose) or _LASTING.search(self.dose)
        frequency = self.frequency or ("" if has_times else before.frequency)
        return Directions(self.dose or before.dose, self.route or before.route, frequency)


def led_in(before: str) -> re.Match[str] | None:
    """Finds the dose or route that stands in front of a drug: "40 mg of", "oral"."""
    return _OF.search(before) or _ADJECTIVE.search(before)


def read_directions(after: str, before: str = "") -> Directions:
    """Reads how a drug is taken.

    Args:
        after: What stands behind its name, up to the next drug.
        before: What stands in front of it.

    Returns:
        The doses, the last where one is changed to another, the route and the frequency.
    """
    text, before = _spaced(after), _spaced(before, trailing=True)
    case = _IN_CASE.search(text)
    text = _current(text[: case.start()] if case else text)
    led, adjective = _OF.search(before), _ADJECTIVE.search(before)
    amounts = _amounts(text)
    often = _near(_often(text, amounts), [0, *(end for _, end in amounts)])
    routes = [*_ROUTE.finditer(text), *_FORM.finditer(text)]
    route = routes[0][0].rstrip(".") if routes else adjective["route"] if adjective else ""
    schedule = _schedule(text, amounts, often)
    if schedule:
        alone = [text[slice(*amount)] for amount in amounts if amount[1] <= schedule[0]]
        return Directions(", ".join((*alone, text[slice(*schedule)])), route, "")
    doses = [text[slice(*amount)] for amount in amounts] or ([led["dose"]] if led else [])
    return Directions(", ".join(doses), route, _joined(text, often))


def _amounts(text: str) -> list[Span]:
    """Where doses stand, no limits and none that held before."""
    found = (match.span() for match in _DOSE.finditer(text) if not _DISPENSED.fullmatch(match[0]))
    doses = [span for span in found if not _NO_DOSE.search(text, 0, span[0])]
    bare = _BARE.match(text)
    if bare and all(bare.end("dose") <= start for start, _ in doses):
        doses.insert(0, bare.span("dose"))
    return doses


def _schedule(text: str, amounts: Sequence[Span], often: Sequence[re.Match[str]]) -> Span | None:
    """Where doses stand with their times: between two of them is a time, a scale's or "then"."""
    times = [match.start() for match in (*often, *_PASSES.finditer(text))]
    for (start, end), (following, _) in pairwise(amounts):
        if any(end <= time < following for time in times) or _SCALE.search(text, start, end):
            break
    else:
        taper = _TAPERS_OFF.match(text, amounts[-1][1]) if amounts else None
        return (amounts[-1][0], taper.end()) if taper else None
    ends = _SCHEDULE_ENDS.search(text, amounts[-1][1])
    last = ends.start() if ends else len(text)
    return start, start + len(text[start:last].rstrip(" ,.)"))


def _often(text: str, amounts: Sequence[Span]) -> list[re.Match[str]]:
    """Words of how often, none of a dose's own unit: "90 mg/kg/day"."""
    return [
        match
        for match in _OFTEN.finditer(text)
        if not any(start <= match.start() < end for start, end in amounts)
    ]


def _spaced(text: str, *, trailing: bool = False) -> str:
    """A text in one line, one space between its words."""
    line = " ".join(text.split())
    return f"{line} " if trailing and text[-1:].isspace() else line


def _current(text: str) -> str:
    """What a text says from the dose on that another is changed to."""
    changes = [
        change
        for change in _FROM_OLD.finditer(text)
        if _OLD.search(text, 0, change.start())
        and not _NO_DOSE.search(text, 0, change.end())
        and not _RANGE.search(text, 0, change.end())
    ]
    return text[changes[-1].end() :] if changes else text


def _near(often: list[re.Match[str]], ends: list[int]) -> list[re.Match[str]]:
    """The words of how often that stand near the drug, a dose or one another."""
    near: list[re.Match[str]] = []
    for match in often:
        if any(0 <= match.start() - end <= _REACH for end in (*ends, *(m.end() for m in near))):
            near.append(match)
    return near


def _joined(text: str, often: Sequence[re.Match[str]]) -> str:
    """The first words of how often with those that go on, and whether it is only as needed."""
    if not often:
        return ""
    pieces = [(often[0].start(), often[0].end())]
    for match in often[1:]:
        start, end = pieces[-1]
        if _GAP.fullmatch(text, end, match.start()):
            pieces[-1] = start, match.end()
        elif _AND_ROUTE.fullmatch(text, end, match.start()) or _AS_NEEDED.fullmatch(match[0]):
            pieces.append(match.span())
    said = " ".join(text[slice(*piece)] for piece in pieces).rstrip(" ,;.")
    return f"{said})" if said.count("(") > said.count(")") else said
