"""Reads how a drug is taken from the words around its name: dose, route, frequency, duration."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from secateur.pipelines.clinical.language.prescribing import (
    AMOUNT,
    DURATION,
    FIGURE,
    FREQUENCY,
    NEEDED,
    SPELT,
    UNIT,
    WAY,
)
from secateur.pipelines.document.document import Span

_PER = (
    rf"(?: ?(?:/|per ) ?(?:{FIGURE} ?)?(?:kg(?: ?(?:/|per ) ?(?:day|d|dose|hr?)\b)?|m2|m²|m\^2|ml"
    r"|hrs?|hours?|h|min(?:ute)?|dose|act(?:uation|uat)?|inh(?:alation)?|puff|spray|tab(?:let)?"
    r"|cap(?:sule)?|patch)\b)*"
)
_COUNTED = (
    r"(?:[1-4](?:\.5)?(?:(?:[-–]| to | or )[1-4])?|1-1/2|1/2"
    rf"|{SPELT}(?:(?:[-–]| to | or ){SPELT})?)"
)
_DOSED = (
    rf"(?:AUC(?: of| ?=)? ?{FIGURE}"
    rf"|(?<![\w.+/-])\+?{AMOUNT}[ -]?{UNIT}(?: elemental(?: iron| calcium)?)?{_PER}(?! ?/? ?d?l\b)"
    r"|\b(?:sliding|correction)(?: |-)scale\b"
    rf"|(?<![\w.+/#-]){_COUNTED}(?= (?:{WAY}|daily\b|(?:once|twice|{SPELT} times)\b|every\b"
    rf"|[bt]\.?i\.?d|q\.?\w|at (?:bedtime|night)))"
    rf"|(?<=\bthen ){FIGURE}(?![\w.]| ?(?:days?|weeks?|wks?|months?|hours?)\b))"
)
_DOSE = re.compile(_DOSED, re.IGNORECASE)
_NO_DOSE = re.compile(
    r"(?:\b(?:max(?:imum)?(?: dose)?(?: of)?|not (?:to )?exceed(?:ing)?|no more than|goal|target"
    r"|total(?: of)?|from|was|were(?: on)?|took|previously|formerly|instead of|rather than"
    r"|(?<!followed )by"
    r"|(?:crcl|e?gfr|clearance)(?: (?:about|around|of|is|was))?"
    r"|cut|(?:reduc|lower|(?:in|de)creas)\w+"
    r"|disp(?:ense)?|qty|quantity|refills?|weigh\w*|wt|last dose|supply(?: of)?)"
    r"|[,;(] ?up to|[<#]|(?<![-=])>)\W*$",
    re.IGNORECASE,
)
"""Before an amount that is no dose: a limit, an earlier one, what is dispensed, a weight."""
_IN_ALL = re.compile(rf"\btotal of (?P<dose>{_DOSED}) (?={FREQUENCY})", re.IGNORECASE)
"""A dose where none is told apart: "for a total of 200 mg twice a day"."""
_DISPENSED = re.compile(r"[1-9]\d\d? ?(?:tablets|tabs|capsules|caps|pills)", re.IGNORECASE)
"""More than anyone takes at once: "every 4 hours as needed (24 tablets)"."""
_ROUTE = re.compile(rf"\b{WAY}(?:(?:/| or ){WAY})*", re.IGNORECASE)
_BARE = re.compile(
    rf"\W{{0,2}}(?:(?!(?:{FREQUENCY}))[A-Za-z]+ ){{0,2}}"
    r"(?P<dose>(?!(?:0?[1-9]|1[0-2])[/-]\d\d?(?!\d))\d+(?:\.\d+)?(?:[/-]\d+(?:\.\d+)?)+(?![/\d-])"
    rf"|\d{{1,4}}(?:\.\d+)?(?= ?(?:[,;.)]? ?$|[,;] |{WAY}|daily\b|{FREQUENCY}))|SSI\b)",
    re.IGNORECASE,
)
"""A dose without a unit right behind the name, no date: "Advair 250/50", "aspirin 81 daily"."""
_OFTEN = re.compile(rf"(?:\b|(?=/)){FREQUENCY}\.?", re.IGNORECASE)
_GAP = re.compile(
    rf"(?: ?{DURATION})?[ ,;(]*(?:(?:and|then|or|&|\+|plus|around|on an?)\b)?[ (]*", re.IGNORECASE
)
"""Between two words of how often: "every 4 hours for 2 days, then as needed"."""
_AND_ROUTE = re.compile(rf"[ ,(]*(?:{_ROUTE.pattern}[ ,)]*)+", re.IGNORECASE)
_AS_NEEDED = re.compile(rf"\b{NEEDED}", re.IGNORECASE)
_LASTING = re.compile(rf"(?<!\w)(?:{DURATION})", re.IGNORECASE)
_LASTS_BARE = re.compile(rf"^\W*(?P<lasts>{AMOUNT} (?:days?|weeks?))\b(?! ago)", re.IGNORECASE)
"""Right behind a name: "Zithromax one week 250 mg daily"."""
_PASSES = re.compile(rf"{DURATION}|\b(?:and )?then\b|\bfollowed by\b", re.IGNORECASE)
_SCALE = re.compile(r"\bscale\b|\bSSI\b", re.IGNORECASE)
_TAPERS_OFF = re.compile(
    rf"[^.;]*?{DURATION}[^.;]*?\bthen (?:off|stop|d/?c|discontinue)\b", re.IGNORECASE
)
_FROM_OLD = re.compile(
    rf"(?:->|=>|→|\bto\b) ?"
    rf"(?={_DOSED}|{FIGURE}(?![\d.]) ?(?:$|[,;.)]|{WAY}|{FREQUENCY}))",
    re.IGNORECASE,
)
"""Before what a dose is changed to."""
_OLD = re.compile(
    rf"(?:\b(?:from|cut|increas\w+|decreas\w+|reduc\w+|rais\w+|lower\w+|titrat\w+|tak\w+ down)\b"
    rf"|{_DOSED}).*|(?:.*[a-z]\W*|\W*){FIGURE} ?$",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"(?<!from )(?:(?<![\d.,]){FIGURE}|\b(?!and\b){SPELT}) ?to $", re.IGNORECASE)
"""What "to" may follow that joins two numbers: "1 to 2 tablets", not "from 25 to 50 mg"."""
_IN_CASE = re.compile(
    r"[,;:.(–-]? ?\b(?:if(?! (?:needed|required))|unless|could|would|consider|hold"
    r"|may (?:go|increase|take|repeat))\b",
    re.IGNORECASE,
)
_SCHEDULE_ENDS = re.compile(r" ?(?:(?:(?<!\b[a-zA-Z])[.;]|[.;](?= [A-Z])) |\((?!\d)|$)")
_OF = re.compile(
    rf"(?P<dose>{_DOSED}|{AMOUNT}[ -]?{UNIT}) of (?:(?:the|his|her|your|oral"
    rf"|iv) )?$",
    re.IGNORECASE,
)
_DIRECT = re.compile(rf"(?P<dose>{_DOSED}) (?:(?:iv|po|oral) )?$", re.IGNORECASE)
_STRENGTH = re.compile(r"(?<![\d.])(?P<dose>\d[\d.]* ?%) (?:plain )?$")
"""Right before a name: "1% lidocaine"."""
_ADJECTIVE = re.compile(
    rf"(?P<route>{_ROUTE.pattern}) (?:(?:\w+ )?(?:therapy|treatment) with |doses? of )?$",
    re.IGNORECASE,
)
_REASON = re.compile(
    rf"{NEEDED}(?: for)? (?!basis\b|and\b)(?P<needed>[a-z][a-z/ -]{{2,30}})"
    r"|(?<!except )\bfor (?P<reason>(?!and\b|full details|(?:her|him|them|it|you)\b\W*$)"
    r"(?:his |her |your |the )?(?!\d|the next|a total|another|at least|an? |at "
    rf"|now|{SPELT}\b)[a-z][a-z/ -]{{2,30}})",
    re.IGNORECASE,
)
_REASON_ENDS = re.compile(
    r"\s+(?:and|or|but|as well as|with|to|he|she|i|you|we|the|right now|now|today)\b.*$",
    re.IGNORECASE,
)
_REACH = 60
"""Characters of other words across which a dose or frequency is still the drug's."""


class Regimen(NamedTuple):
    """How a drug is taken, each as the text writes it, empty where it says none.

    Attributes:
        dose: Strength and amount ("25 mg, 1-2 tablets"). A taper, a scale or doses that differ by
            the time of the day or week are one dose with their times ("4 mg Mon, 2 mg Tue").
        route: How it gets into the patient.
        frequency: How often and when, as needed included; empty where the dose has its times.
        duration: For how long.
        reason: What it is for.
    """

    dose: str = ""
    route: str = ""
    frequency: str = ""
    duration: str = ""
    reason: str = ""

    def over(self, before: Regimen) -> Regimen:
        """Fills what these do not say from those that held before."""
        has_times = _OFTEN.search(self.dose) or _LASTING.search(self.dose)
        return Regimen(
            self.dose or before.dose,
            self.route or before.route,
            self.frequency or ("" if has_times else before.frequency),
            self.duration,
            self.reason or before.reason,
        )


def led_in(before: str) -> re.Match[str] | None:
    """Finds the dose or route that stands in front of a drug: "40 mg of", "oral"."""
    return _OF.search(before) or _ADJECTIVE.search(before)


def read_regimen(after: str, before: str = "", *, is_first: bool = False) -> Regimen:
    """Reads how a drug is taken.

    Args:
        after: What stands behind its name, up to the next drug.
        before: What stands in front of it.
        is_first: Whether no drug is named before it in the line, so that a dose right before it is
            its own: "start 40 mg Lasix".

    Returns:
        The doses, the last where one is changed to another, the route, the frequency and the rest.
    """
    text, before = _spaced(after), _spaced(before, trailing=True)
    case = _IN_CASE.search(text)
    text = _current(text[: case.start()] if case else text)
    led, adjective = _OF.search(before), _ADJECTIVE.search(before)
    led = led or (_DIRECT.search(before) if is_first else None)
    amounts = _amounts(text)
    often = _near(_often(text, amounts), [0, *(end for _, end in amounts)])
    routes = [*_ROUTE.finditer(text)]
    route = routes[0][0].rstrip(".") if routes else adjective["route"] if adjective else ""
    lasting, bare = _LASTING.search(text), _LASTS_BARE.match(text)
    lasts = lasting[0] if lasting else bare["lasts"] if bare else ""
    reason = _REASON.search(text)
    rest = _REASON_ENDS.sub("", reason["needed"] or reason["reason"]).strip() if reason else ""
    schedule = _schedule(text, amounts, often)
    if schedule:
        alone = [text[slice(*amount)] for amount in amounts if amount[1] <= schedule[0]]
        return Regimen(", ".join((*alone, text[slice(*schedule)])), route, "", "", rest)
    strength = _STRENGTH.search(before)
    doses = [text[slice(*amount)] for amount in amounts] or ([led["dose"]] if led else [])
    doses[:0] = [strength["dose"]] if strength and not any("%" in dose for dose in doses) else []
    return Regimen(", ".join(doses), route, _joined(text, often), lasts, rest)


def _amounts(text: str) -> list[Span]:
    """Where doses stand, no limits and none that held before."""
    found = (match.span() for match in _DOSE.finditer(text) if not _DISPENSED.fullmatch(match[0]))
    doses = [span for span in found if not _NO_DOSE.search(text, 0, span[0])]
    if not doses:
        doses = [match.span("dose") for match in _IN_ALL.finditer(text)]
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
