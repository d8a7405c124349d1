"""Reads what a place says of a drug: how it is taken, what becomes of it, whether it holds."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from secateur.pipelines.clinical.language.drug_names import known_drugs
from secateur.pipelines.clinical.language.plans import PLANNED
from secateur.pipelines.clinical.medications.mention import Mention
from secateur.pipelines.clinical.medications.names import is_same
from secateur.pipelines.clinical.medications.prose import ASKS
from secateur.pipelines.clinical.medications.regimen import led_in, read_regimen
from secateur.pipelines.clinical.medications.regions import TAKEN
from secateur.pipelines.clinical.medications.status import Status, cue_after, cue_before
from secateur.pipelines.clinical.medications.weighed import is_only_mentioned
from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.clinical.verification.orders import Fate, fate_of
from secateur.pipelines.document.document import Span
from secateur.pipelines.terminology.matcher import TermMatcher

_CHANGED = re.compile(
    r"\b(?:(?:in|de)creas|reduc|rais|lower|titrat|taper|chang|adjust|cut|doubl|halv|drop|up|down"
    r"|back to"
    r"|now|start|switch)\w*|->|=>|→|^\s*to\b",
    re.IGNORECASE,
)
_WEIGHED = re.compile(
    r"\b(?:could|may(?! take)|might|would|consider\w*|if|whether)\b", re.IGNORECASE
)
_HELD = re.compile(r"\bh[eo]ld\b|\bholding\b|withh[eo]ld|\bon hold\b|\bomit", re.IGNORECASE)
_STOPS = re.compile(r"\bstop|\bdiscontinu|\bd/?c\b|\boff\b", re.IGNORECASE)
_AGAIN = re.compile(r"[\s®™\"”]*[(\[/-]\s*(?:brand |generic |aka )?")
"""Between two names of a drug: "Lasix (furosemide)"."""
_JOINS = re.compile(r"\s*(?:,|,?\s+and|&|,?\s+plus)\s+", re.IGNORECASE)
_TAPERS = re.compile(r"\b(?:and )?then (?:\w+ )?$", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\s*(?:take|inject|apply|use|inhale|instill|place|give|spray|put|chew|dissolve|insert|sig|dose"
    r"|dosage|directions|instructions|route|frequency|how)\b",
    re.IGNORECASE,
)
"""How a line begins that tells of the item above it how it is taken."""
_CLAUSE = re.compile(r"\.(?=\s+[A-Z(\[])|(?<=\s)\.(?=\s)|;(?!\d)|\n")
"""The end of a clause, not a point of "b.i.d."."""
_SENTENCE = re.compile(
    r"\.\s+(?=(?:The|He|She|His|Her|It|They|This|We|I|There|Patient|In|If|At)\b)"
)
"""The end of what a list says of a drug."""
_SPOKEN = re.compile(
    r"\s(?=(?:and )?(?:i|we|you|that|this)(?: (?:do|also|just|am|are|is|will|gon na))*"
    r" (?:want|think|can|would|have|need|going|help|helps|continue)\b"
    r"(?! you to (?:take|use) (?:that|it|this)\b))",
    re.IGNORECASE,
)
"""Where speech without stops goes on with something else."""
_BEHIND = re.compile(r"[\s,;.:(–-]+(?:and\s*)?$", re.IGNORECASE)
_LONGEST = 400
"""Characters behind a drug that may tell how it is taken."""
_LINES = 4
"""Most lines below an item that go on with it."""


def read_place(
    text: str,
    line: Span,
    span: Span,
    spans: Sequence[Span],
    on: bool | None,
    section: str | None,
) -> Mention:
    """What a line says of one of its drugs."""
    lists = section in TAKEN
    words = text[slice(*line)]
    number = bisect_left(spans, span)
    before = spans[number - 1][1] if number else 0
    behind = bisect_left(spans, (span[1], 0))
    following = spans[behind][0] if behind < len(spans) else None
    after = words[span[1] : following if following is not None else len(words)]
    led = led_in(after) if following is not None else None
    after = after[: led.start() if led else _LONGEST]
    flat = words.replace("\n", " ")
    after = after if lists else _CLAUSE.split(after)[0]
    after = _SENTENCE.split(after)[0]
    after = after if section or lists else _SPOKEN.split(after)[0]
    regimen = read_regimen(after, words[before : span[0]], is_first=before == 0)
    stop = line[0] + span[1] + len(_BEHIND.sub("", after))
    mention = Mention(
        line[0] + span[0],
        line[0] + span[1],
        " ".join(words[slice(*span)].lower().split()),
        on,
        lists,
        section,
        item=(line[0] + span[0], stop),
        regimen=regimen,
    )
    mention.status = _status(flat, span, spans, on, before if lists else 0)
    if not lists:
        clause = ASKS.split(_CLAUSE.split(flat[: span[0]])[-1])[-1]
        context = context_of(flat, *span)
        is_other = context.past or context.family or context.negated or _WEIGHED.search(clause)
        mention.holds = not (is_other or is_only_mentioned(clause, after))
        is_planned = section in PLANNED and regimen.dose
        changes = is_planned or _CHANGED.search(clause) or _CHANGED.search(after)
        mention.changes = bool(changes and any(regimen[:4]))
    return mention


def _status(text: str, span: Span, spans: Sequence[Span], on: bool | None, bound: int) -> Status:
    """What the words around a drug do with it."""
    behind = cue_after(text, span, spans)
    ahead, _ = cue_before(text, span[0], bound=bound)
    if on is False or (on is None and fate_of(text, span, spans) is Fate.STOPPED):
        near = text[max(span[0] - 60, 0) : span[1] + 60]
        return "held" if _HELD.search(near) and not _STOPS.search(near) else "stopped"
    if behind in ("stopped", "held") or (not behind and ahead in ("stopped", "held")):
        return "" if on is None and behind not in ("stopped", "held") else behind or ""
    return behind or ahead


def grouped(
    text: str, spans: list[Span], told: dict[Span, bool], vocabulary: TermMatcher | None
) -> list[Span]:
    """Names, several of one drug in a row as one: "Lasix (furosemide)"."""
    found: list[Span] = []
    for span in spans:
        is_again = found and _AGAIN.fullmatch(text, found[-1][1], span[0])
        names = [text[slice(*each)] for each in (*found[-1:], span)]
        same = is_again and is_same(names[0], names[-1], vocabulary)
        # What no vocabulary knows has its substance in brackets: "Ginsana (ginseng)".
        same = same or (is_again and "(" in is_again[0] and not _is_known(names[0], vocabulary))
        taper = found and _TAPERS.search(text, found[-1][1], span[0])
        same = same or (taper and text[slice(*found[-1])].lower() == text[slice(*span)].lower())
        if not same:
            found.append(span)
    return found


def _is_known(name: str, vocabulary: TermMatcher | None) -> bool:
    return vocabulary is None or bool(known_drugs(name, vocabulary))


def shares(text: str, first: Mention, second: Mention) -> bool:
    """Whether two drugs are taken in one way: "albuterol and Atrovent nebulizers q.4 h."."""
    is_joined = _JOINS.fullmatch(text, first.end, second.start)
    return bool(is_joined) and not any(first.regimen) and not second.regimen.dose


def end_of_item(text: str, end: int, vocabulary: TermMatcher | None) -> int:
    """Where an item of a list ends: with its line and those below that say how it is taken."""
    for number in range(_LINES):
        most = min(end + _LONGEST, len(text))
        stop = text.find("\n", end + (number > 0), most)
        line = text[end : stop if stop >= 0 else most]
        known = known_drugs(line, vocabulary) if vocabulary else ()
        if (number and not _GOES_ON.match(line)) or known:
            break
        end += len(line)
    return end
