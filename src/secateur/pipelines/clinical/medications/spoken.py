"""Drugs that are told in the transcript of a visit: ordered, taken, asked for and answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from secateur.pipelines.clinical.language.dialogue import Turn, is_question
from secateur.pipelines.clinical.language.drug_names import known_drugs
from secateur.pipelines.clinical.medications.prose import told_drugs
from secateur.pipelines.clinical.medications.weighed import is_of_relative
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.terminology.matcher import TermMatcher

YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|uh[- ]huh|m+[- ]?hm+|I (?:do|am|have)|every day|right|correct)\b", re.I
)
_ENDED = re.compile(
    r"\b(?:stop(?:ped|s)?|quit|ran out|came off|took me off|off (?:it|that|of)"
    r"|(?:no longer|not) tak(?:e|ing)|do(?:n['’]t| n['’]t| not) (?:take|use|need))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:take|taking|taken|on|us(?:e|ing)|medications?|meds|medicines?|pills?|prescriptions?)\b",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"\b(?:I(?:['’]m| am|['’]ve been)? (?:\w+ ){0,2}?(?:take|taking|use|using|on)"
    r"|(?:doctor|s?he|they) (?:has|have|put|started) me on)\b",
    re.IGNORECASE,
)
_TOOK = re.compile(
    r"\b(?:took|tried|used|had|was|were|ago|last|borrowed|if|wants?|should)\b", re.IGNORECASE
)
_SOMEONE = re.compile(
    r"\bnot me\b|\b(?:my|a|his|her) (?:buddy|friend|neighbou?r|boss|colleague|co-?worker)\b", re.I
)
_ALLERGIES = re.compile(r"\ballerg", re.IGNORECASE)
_WAS_ON = re.compile(
    r"\bI (?:was|used to be|had been) (?:also )?(?:on|taking) (?:\w+ ){0,2}?$", re.IGNORECASE
)
_BEFORE_NOW = re.compile(r" (?:before|until|but)\b", re.IGNORECASE)
# How a clinician words an order to the patient, and how a plan does.
_WORDINGS = (
    (r"\b(?:gon na|wan na|going to|gonna|wanna)\b", "will"),
    (r"\byou (?:can|may) (?:also )?(?=(?:stop|continue|take|keep|use)\b)", ""),
    (r"\b(?:what )?(?:I|we)(?: would| ?['’]d| will)? (?:like|want) you to (?:use|take)(?: is)?"
     r"(?: to (?:use|take))?\b|\b(?:I|we)(?: ?['’]ll| will| can) try(?: (?:once"
     r"|one) called)?\b", "start"),
    (r"\bit(?: ?['’]s| is| will)(?: (?:going to|gon ?na|will))? be (?=[a-z]+)", "start "),
    (r"\bprescribe (?:to you |you )?(?:something|a \w+) called\b", "start"),
    (r"^(?:(?:and|then|okay|ok|alright|all right|right|so|no|yes|well|now|also)\b\W*)+", ""),
    (r"\b(?:I|we)(?: ?['’](?:m|re|d|ll)| am| are| will| would)? (?:(?:just|also|will|now) )*"
     r"(?:(?:want|like|plan(?:ning)?) (?:you )?(?:to )?)?(?:go ahead and )?(?:if \.\.\. and )?"
     r"(?=(?:stop|start|switch|give|put|add|prescrib|call|send|increase|decrease|change|hold"
     r"|continue|order|write|have you)\w*\b)", ""),
    (r"\blet ?['’]?s (?=continue|start|keep|stop|add|increase)", ""),
    (r"\b(?:continue|keep) you on\b(?: (?:this|the|your|that|\.\.\.|on)){0,6}", "continue"),
    (r"\b(?:I|we) want you (?:to )?(?:tak(?:e|ing)|use)\b|\bhave you use(?: your)?\b"
     r"|\byou (?:can|may) continue to take(?: (?:that|the))?\b"
     r"|\bwant you taking(?: is)?\b", "take"),
    (r"\b(?:give|prescribe|order) you\b|\b(?:call|send|write) (?:you )?(?:in|for)\b"
     r"|\bput you (?:back )?on\b"
     r"|\bstart you (?:(?:back )?on|with)\b|\border\b", "start"),
    (r"\b(stop|avoid)(?: taking)? any [\w ]{0,40}\b(?:such as|like) (?:your )?", r"\1 "),
    (r"\bprescribe (?:you )?(?:one|an?|another|some) (?:new )?(?:medicine"
     r"|medication)(?: for you)?,?"
     r" (?:and )?(?:that['’]?s|that is|called|it['’]?s|which is) ", "start "),
    (r"\b(switch|change|move) you (?:over )?to\b", r"\1 to"),
    (r"\b(switch|change|move) to ([\w-]+) instead of (?:(?:the|your) )?([\w-]+)",
     r"\1 \3 to \2"),
    (r"\b(stop|hold|increase|decrease) (?:your|the)(?: dose of)?\b", r"\1"),
    (r"\bincreased? (?:your )?dose of\b", "increase"),
    (r"\bmilligrams?\b", "mg"),
)  # fmt: skip
_PARTS = re.compile(r",? (?:and|but) (?=(?:I|my|he|she|they)\b)", re.IGNORECASE)
_CLAUSES = re.compile(
    r",? (?:and )?(?:so|but|then) (?=(?:I|we|you|let)\b)"
    r"| (?:and )?(?:also |then )?(?=(?:I|we)(?: am| are| will| ?['’](?:m|re|ll))? (?:gon na"
    r"|going to|want"
    r"|wan na|would like)\b)"
    r"| (?:and )?(?:also )?(?=(?:let['’]?s|please|finally) )",
    re.IGNORECASE,
)


class Told(NamedTuple):
    """A drug that is spoken of.

    Attributes:
        span: Where, half-open offsets in the transcript.
        on: Whether the patient takes it from now on.
        answered: Whether it was asked for, and what the patient said tells it.
    """

    span: Span
    on: bool
    answered: bool = False


def spoken_drugs(
    document: Document, said: Sequence[Turn], vocabulary: TermMatcher
) -> Iterator[list[Told]]:
    """Finds the drugs that a clinician orders or stops, and that the patient says are taken.

    Args:
        document: The transcript.
        said: Its turns.
        vocabulary: Drug names.

    Yields:
        Those of each sentence.
    """
    asked: Span = (0, 0)
    text = document.text
    for turn in said:
        spans = [(span, is_question(text[slice(*span)])) for span in turn.sentences]
        statements = [span for span, asks in spans if not asks]
        if turn.is_clinician:
            asked = next((span for span, asks in reversed(spans) if asks), (0, 0))
            if asked == (0, 0) and spans and _OPEN.search(text, *spans[-1][0]):
                asked = spans[-1][0]
            for span in statements:
                yield _ordered(text, span, vocabulary)
            continue
        answer = " ".join(text[slice(*span)] for span, _ in spans)
        yield _answered(text, asked, answer, vocabulary)
        question = text[slice(*asked)]
        for start, end in statements:
            said_so = text[start:end]
            taken = bool(_ASKS.search(question) or _TAKES.search(said_so))
            if taken or not _ALLERGIES.search(question):
                for first, last in _cut(said_so, _PARTS):
                    yield _told(text, (start + first, start + last), taken, vocabulary)


_OPEN = re.compile(
    r"\b(?:are you (?:still )?(?:taking|on|using)|(?:is|are) (?:that|those) the med\w+"
    r"|do you take)\b",
    re.IGNORECASE,
)
"""A question that speech writes without its mark."""


def _cut(text: str, marks: re.Pattern[str]) -> Iterator[Span]:
    start = 0
    for mark in marks.finditer(text):
        if mark.start() > start:
            yield start, mark.start()
        start = mark.end()
    yield start, len(text)


def _told(text: str, span: Span, taken: bool, vocabulary: TermMatcher) -> list[Told]:
    """Drugs of what the patient says, none that another takes or that was taken."""
    said = text[slice(*span)]
    if is_of_others(said):
        return []
    found = []
    known = known_drugs(said, vocabulary)
    for start, end in known:
        if _WAS_ON.search(said[:start]) and _BEFORE_NOW.match(said, end):
            found.append(Told((span[0] + start, span[0] + end), on=False))
    for (start, end), on in told_drugs(said, taken, vocabulary):
        if not (on and _TOOK.search(said)):
            found.append(Told((span[0] + start, span[0] + end), on))
    return found


def is_of_others(text: str) -> bool:
    """Whether the patient speaks of what somebody else takes."""
    return is_of_relative(text) or _SOMEONE.search(text) is not None


def _ordered(text: str, span: Span, vocabulary: TermMatcher) -> list[Told]:
    """Drugs of what a clinician says, worded as in a plan."""
    found: list[Told] = []
    for first, last in _cut(text[slice(*span)], _CLAUSES):
        clause = text[span[0] + first : span[0] + last]
        for wording, order in _WORDINGS:
            clause = re.sub(wording, order, clause, flags=re.IGNORECASE)
        at = span[0] + first
        for (start, end), on in sorted(told_drugs(clause, False, vocabulary)):
            begin = text.find(clause[start:end], at, span[0] + last)
            if begin >= 0:
                found.append(Told((begin, begin + end - start), on))
    return found


def _answered(text: str, asked: Span, answer: str, vocabulary: TermMatcher) -> list[Told]:
    """Drugs of a question ("Are you still on lisinopril?") with what is answered."""
    question = text[slice(*asked)]
    if not _ASKS.search(question):
        return []
    spans = [(asked[0] + a, asked[0] + b) for a, b in known_drugs(question, vocabulary)]
    if _ENDED.search(answer) and len(spans) == 1 and not known_drugs(answer, vocabulary):
        return [Told(spans[0], on=False, answered=True)]
    first = answer.split(".", 1)[0]
    return [Told(span, on=True, answered=True) for span in spans] if YES.search(first) else []
