"""Tells what the words near a drug do with it: its status, from verbs, headings and tense.

Verbs before a drug reach forward to it within their sentence, the nearest decides; what stands
right behind it ("was started") decides before any of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal

from secateur.pipelines.clinical.language.rules import Rule
from secateur.pipelines.document.document import Span
from secateur.pipelines.terminology.drug_words import DISCONTINUED, WEIGHED

Status = Literal["", "home", "given", "new", "changed", "continued", "stopped", "held"]

_USUAL = (
    r"(?:home|usual|outpatient|chronic|regular|current) (?:home )?(?:med\w*|drugs|regimen)"
    r"(?: (?:that |which )?(?:of|includ\w+|are|were|is))?"
)
BEFORE: dict[Status, tuple[Rule, ...]] = {
    "held": (Rule("hold", r"(?:on )?hold(?:ing)?|held|withh(?:old|eld)\w*", "held", "holder"),),
    "stopped": (
        Rule("stop", r"stop(?:ped|ping)?|discontinu\w+|quit|no longer tak(?:e|es"
             r"|ing)", "stopped", "stopper"),
        Rule("removed", r"(?:removed|weaned|taken|come) (?:him |her |them )?(?:off"
             r"|from)(?: of)?(?: the)?",
             "removed from", "removed"),
    ),
    "changed": (
        Rule("more or less", r"(?:(?:in|de)creas|titrat|adjust|doubl|lower|rais|reduc|uptitrat"
             r"|halv)\w*|drop(?:ping)? (?:the|his|her)", "increased", "low"),
        Rule("other", r"chang(?:e|ed|ing) (?:the |his |her |your )?(?:dose|dosage)(?: of)?"
             r"|taper(?:ed|ing)?(?! off)",
             "taper", "change"),
    ),
    "continued": (
        Rule("those of before", rf"(?:continu|resum|re-?start)\w*(?: [a-z]+){{0,2}} {_USUAL}",
             "resume his home medications of", "resume exercise"),
        Rule("go on", r"continu\w+(?: to (?:take|use)(?: the)?| taking| using| with| on)?"
             r"|resum\w+|re-?start\w*|remain\w*|stay\w*|keep\w*|maintain\w*|refill\w*",
             "continue", "contain"),
        Rule("back", r"back on|not need to adjust", "back on", "back pain"),
    ),
    "new": (
        Rule("begin", r"start(?:s|ed|ing)?|beg[iau]n(?:ning|s)?|initiat\w+|commenc\w+|introduc\w+",
             "started", "startled"),
        Rule("order", r"prescri\w+|add(?:s|ed|ing)?|order(?:ed|ing)?|rx|recommend\w*|trial of|try",
             "prescribed", "address"),
        Rule("put on", r"(?:put|place[sd]?|placing|putting) (?:\w+ ){0,3}?on|write (?:\w+ )?for"
             r"|(?:switch|chang|convert|transition)\w* (?:\w+ ){0,3}?to|give you|have you use"
             r"|(?:discharged|sent)(?: home)? (?:on|with)|supplement(?:ed)? with"
             r"|scripts? (?:\w+ ){0,4}for", "placed on", "placed"),
        Rule("told to take", r"(?:to|may|can|should|must|will|want you to) (?:take|use|apply"
             r"|have)(?: the)?",
             "to take", "takes"),
    ),
    "given": (
        Rule("give", r"receiv(?:e|ed|ing)|given|administer\w*|gave|bolus\w*|load(?:ed|ing)"
             r"|treated with"
             r"|(?:intravenous|antibiotic|empiric\w*) [\w ]{0,30}with|requir(?:ed|ing)|transfus\w+",
             "received", "recipe"),
        Rule("operate", r"inject\w*|infiltrat\w*|instill\w*|irrigat\w*|inflat\w*|sedat\w+"
             r"|premedicat\w+"
             r"|an(?:a)?esthe\w+|infus\w+|injections? of|assistance of|appl(?:y|ied)|induc\w+"
             r"|using",
             "injected", "reject"),
        Rule("there", r"(?:multiple |several )?days (?:\w+ ){0,6}on"
             r"|success\w* with", "days on", "days"),
    ),
    "home": (
        Rule("take", r"takes|taking|(?:does|do) take|uses|utiliz\w+|(?:is|are|was|been|currently"
             r"|presently|now|['’]m"
             r"|already|still) (?:also |currently |been |now )*on|(?:you|i) (?:are|am) on|take for",
             "is on", "on"),
        Rule("controlled", r"(?:controlled|managed|maintained) (?:with|on"
             r"|by)", "controlled with", "control"),
        Rule("usual", _USUAL, "usual medications", "home"),
    ),
}  # fmt: skip
"""What stands before the drugs that it speaks of."""
AFTER: dict[Status, tuple[Rule, ...]] = {
    "held": (Rule("held", r"held|(?:on |put on )hold|withheld", "on hold", "hold"),),
    "stopped": (
        Rule("stopped", rf"{DISCONTINUED}|weaned(?: off)?|completed|removed", "stopped", "stop"),
    ),
    "changed": (
        Rule("changed", r"(?:in|de)creased|titrated|tapered|changed|adjusted|doubled|lowered"
             r"|raised|reduced",
             "increased", "increase"),
    ),
    "continued": (Rule("continued", r"continued|resumed|restarted"
    r"|refilled", "continued", "continues"),),
    "new": (Rule("started", r"started|begun|initiated|added|prescribed"
    r"|ordered", "started", "start"),),
    "given": (
        Rule("given", r"given|administered|injected|instilled|delivered|used|applied|infused"
             r"|infiltrated"
             r"|done|repeated", "given", "give"),
    ),
}  # fmt: skip
"""What is said of the drugs before it: "was started"."""


def _compiled(
    table: dict[Status, tuple[Rule, ...]], shape: str
) -> list[tuple[Status, re.Pattern[str]]]:
    return [
        (status, re.compile(shape.format("|".join(r.pattern for r in rules)), re.IGNORECASE))
        for status, rules in table.items()
    ]


_BEFORE = _compiled(BEFORE, r"(?<![\w-])(?:{})(?![\w-])")
_AFTER = _compiled(
    AFTER,
    r"[^.;:\n]{{0,60}}?\b(?:was|were|is|are|be|been|has been|have been)\s+(?:\w+ ){{0,2}}?(?:{})\b",
)
_MARKED = re.compile(
    r"\s*(?:[-–—(,:]|->|→)+\s*(?:(?P<held>hold|held|on hold)|(?P<new>new|started|start)"
    r"|(?P<changed>changed?|increased?|decreased?|reduced?)|(?P<continued>continued?|unchanged|resume))\b",
    re.IGNORECASE,
)
"""A remark behind a drug: "lisinopril 10 mg (increased)"."""
_REMARKS: tuple[Status, ...] = ("held", "new", "changed", "continued")
_DRIP = re.compile(
    r"\s+(?:drip|gtt|bolus|infusion|injection|\d+ ?minute protocol|started)\b", re.IGNORECASE
)
_TO_BE = re.compile(r"\b(?:will|to|should|can) be (?:\w+ ){0,2}\w+$", re.IGNORECASE)
"""What is given from now on: "lactulose will be used"."""
_CHANGED_TO = re.compile(
    r"[^.;\n]{0,60}?\b(?:was|were|been) (?:then |subsequently |later )?"
    r"(?:switch|chang|convert|transition)ed (?:over )?to (?:[a-z]+ )?",
    re.IGNORECASE,
)
"""Between a drug and the one that took its place."""
_NOT = re.compile(
    rf"\b(?:{WEIGHED}|not|never|without|may|allerg\w+|denie[sd])\b(?!\s+only)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[.;](?=\s)|\b(?:but|however|because|which|who|although|since)\b", re.IGNORECASE
)
"""What a verb does not reach across."""
_REACH = 160
"""Characters before a drug in which a verb speaks of it."""
_JOINED = re.compile(r"[^.;:]{0,60}?(?:,|\band\b|&|/)[^.;:]{0,20}", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:ago|(?:19|20)\d\d|previously|in the past|initially|first|last (?:year|month|visit)"
    r"|since|years?|months?|prior)\b",
    re.IGNORECASE,
)


def cue_before(text: str, start: int, *, bound: int = 0) -> tuple[Status, int]:
    """Finds the nearest verb before a drug.

    Args:
        text: The sentence.
        start: Where the drug begins.
        bound: Where its clause begins.

    Returns:
        The status that it tells and where it begins; "" and -1 for none, or one that is denied or
        set under a condition.
    """
    first = max(bound, start - _REACH)
    clause = text[first:start]
    ends = [end.end() for end in _ENDS.finditer(clause)]
    offset = ends[-1] if ends else 0
    clause = clause[offset:]
    found = [
        (cue.end(), -cue.start(), status)
        for status, pattern in _BEFORE
        for cue in pattern.finditer(clause)
    ]
    if not found:
        return "", -1
    _, at, status = max(found)
    at = -at
    if _NOT.search(clause[max(at - 40, 0) :]):
        return "", -1
    return status, first + offset + at


def cue_after(text: str, drug: Span, drugs: Sequence[Span]) -> Status:
    """Finds what is said right behind a drug, or behind the drugs that it is joined with.

    Args:
        text: The sentence.
        drug: Where the drug stands.
        drugs: Where drugs stand, in order.

    Returns:
        The status, or "".
    """
    marked = _MARKED.match(text, drug[1])
    if marked:
        return next(status for status in _REMARKS if marked[status])
    number, end = bisect_left(drugs, (drug[1], 0)), drug[1]
    while number < len(drugs) and _JOINED.fullmatch(text, end, drugs[number][0]):
        end = drugs[number][1]
        number += 1
        if end - drug[1] > _REACH:
            break
    following = drugs[number][0] if number < len(drugs) else len(text)
    if following < len(text) and _CHANGED_TO.fullmatch(text, end, following):
        return "stopped"
    found: list[tuple[int, Status]] = []
    for status, pattern in _AFTER:
        said = pattern.match(text, end, following)
        if said and not _NOT.search(said[0]):
            is_ahead = status == "given" and _TO_BE.search(said[0])
            found.append((said.end(), "new" if is_ahead else status))
    if found:
        return min(found)[1]
    return "given" if _DRIP.match(text, drug[1]) else ""


def is_past(text: str) -> bool:
    """Whether a sentence speaks of a time before this visit or stay."""
    return _PAST.search(text) is not None
