"""Whether a clause only mentions a drug: weighed, given once, taken long ago or by a relative."""

from __future__ import annotations

import re

from secateur.pipelines.clinical.language.prescribing import FREQUENCY
from secateur.pipelines.clinical.language.reactions import REACTED_TO
from secateur.pipelines.clinical.verification.relatives import named_relatives

_IN_CASE = re.compile(
    r"(?:\bif\b[^.;,]{0,40}|(?:^|[.;:(])\W*(?:if|should)\b[^.;]{0,80})"
    r"\b(?:switch|change|convert|start|begin|add|give|use|try)\w*(?: to)?\s+$"
    r"|\bif\s+(?:[<>≤≥]|(?:it(?:['’]s| is) |result\w* )?"
    r"(?:positive|negative|(?:ab)?normal|elevated|low|high|confirmed)\b)[^.;]{0,40}$",
    re.IGNORECASE,
)
"""Before a drug that is only to be given in some case: "if myoclonus switch to", "if >10"."""
_IF_SO = re.compile(
    r"[^.;]{0,60}\bif (?:it|they|this|that|the \w+)(?:['’](?:s|re)| is| are| comes?(?: back)?)"
    r" (?:positive|negative|(?:ab)?normal|elevated|low|high|confirmed)\b",
    re.IGNORECASE,
)
"""Behind such a drug: "try rosuvastatin 5 mg if it's normal"."""
_WEIGHED = re.compile(
    r"\boptions? (?:\w+ ){0,3}(?:are|were|include|including)\b[^.;]*$"
    r"|\b(?:(?:may|might|could|would)(?: \w+ly| also| well)? (?:benefit|need|require|help|consider"
    r"|be|respond)\b|(?:risks?|benefits?|pros|cons|options?|role|possibility|side effects?)\b"
    r"(?:(?!\b(?:so|and then|but|will)\b)[^.,;:])*\b(?:of|with|for|include)\b)"
    r"(?:(?!\b(?:so|and|but|will|then)\b)[^.,;:])*$",
    re.IGNORECASE,
)
"""Before a drug that is only spoken of: "may benefit from", "risks of"."""
_DISCUSSED = re.compile(r"\b(?:was|were|been) (?:also )?(?:discussed|considered)\b", re.I)
_CHECK = re.compile(
    r"\b(?:re)?(?:check|monitor|measure|repeat|draw)(?: an?| the)? $", re.IGNORECASE
)
_ONCE = re.compile(
    r"[^.;\n]{0,40}?(?:\bx ?1\b(?! (?:wk|week|day|mo))|\b(?:single|one) dose\b"
    r"|\bonce (?:here|today|now)\b|\bgiven (?:here|today|now|in (?:the )?(?:clinic|office|ed|er)))",
    re.IGNORECASE,
)
"""Behind what was given once: "10 mg PO given here, single dose"."""
_OFTEN = re.compile(rf"\b{FREQUENCY}", re.IGNORECASE)
_ONCE_LABEL = re.compile(
    r"\W*(?:given|administered)(?: (?:today|here|now|at birth|in (?:the )?\w+))?:", re.IGNORECASE
)
_FORMER = re.compile(
    r"\b(?:previously|formerly|used to (?:take|use|be on)|took|past trials? of)\b[^.;\n]{0,60}$"
    r"|\bhad $",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(
    r"[^.;\n]{0,40}\b(?:before pregnancy|in (?:high school|college|childhood)|years ago|as a child"
    r"|(?:19|20)\d\d (?:to|-|–) ?(?:(?:19|20)\d\d|\d\d)\b|(?:until|in) (?:19|20)\d\d\b)",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:start|since|beg[au]n|diagnos|now|current)", re.IGNORECASE)
_AT_ONCE = re.compile(
    r"\b(?:given|gave|received|receiving|administered|got|treated with|dose of|bolus(?:ed)?)\b",
    re.IGNORECASE,
)
_SEDATED = re.compile(
    r"\b(?:sedat|premedicat|an(?:a)?esthe|infiltrat|inject)\w* (?:\w+ ){0,4}with\b", re.IGNORECASE
)
_THERE = re.compile(
    r"\b(?:in|by|at|per|from)(?: the)? (?:(?-i:EDs?|ER|EMS|OR|PACU)|emergency (?:room|department)"
    r"|ambulance|paramedics?|outside hospital|recovery room)\b|\ben route\b",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"(?:['’]s)?,? (?!(?:says?|said|reports?|states?)\b)(?:[\w-]+ ){0,5}?"
    r"(?:takes?|took|taking|uses?|used|on)\b",
    re.I,
)
_PATIENT = re.compile(r"\b(?:patient|pt|she|he|him|her)\b", re.IGNORECASE)


def is_of_relative(text: str) -> bool:
    """Finds whether a text tells what a relative takes: "his wife takes warfarin".

    Args:
        text: A sentence or what stands before a drug in it.

    Returns:
        Whether a relative stands in front of the verb, and no patient behind it.
    """
    relatives = (end for _, end, _ in named_relatives(text))
    return any(_TAKES.match(text, end) and not _PATIENT.search(text, end) for end in relatives)


def is_only_mentioned(before: str, after: str) -> bool:
    """Finds whether a clause does not give the drug that it names for good.

    Args:
        before: The clause up to the drug.
        after: What stands behind it.

    Returns:
        Whether it is only spoken of, given once, or no longer.
    """
    once = _ONCE.match(after)
    if (
        (once and not _OFTEN.search(once[0]))
        or _ONCE_LABEL.match(before)
        or _IF_SO.match(after)
        or after.startswith(("?", " off"))
    ):
        return True
    if _FORMER.search(before) or (_LONG_AGO.match(after) and not _SINCE.search(before)):
        return True
    at_once = _AT_ONCE.search(before) and _THERE.search(f"{before} {after}")
    if at_once or is_of_relative(before) or _DISCUSSED.search(after):
        return True
    return any(cue.search(before) for cue in (_IN_CASE, _WEIGHED, _CHECK, _SEDATED, REACTED_TO))
