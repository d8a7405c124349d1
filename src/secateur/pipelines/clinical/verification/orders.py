"""Whether a sentence ends a drug that it names: the verb nearest before the drug decides."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from enum import Enum

from secateur.pipelines.clinical.verification.context import REACH
from secateur.pipelines.document.calendar_words import WEEKDAY
from secateur.pipelines.document.document import Span
from secateur.pipelines.terminology.drug_words import DOSE_UNIT, ENDED, STOP, STOPPED


class Fate(Enum):
    """What a sentence does with a drug."""

    OPEN = "neither"
    LEFT = "declined, weighed or a cause of harm: not taken for what this sentence says"
    STOPPED = "stopped, held or switched, for now or for good"


_DC = r"d/?c(?:['’]?e?d)?"
_STOPPING = (
    r"(?<!then )stop(?:ped|s|ping)?(?!\s+(?:at|by|in)\b)|discontinu\w+|quit(?:s|ting)?"
    rf"|{_DC}(?!\s+(?:home|to|on|with|instr|summ|med|plan))|(?:on )?hold(?:ing)?|(?:with)?held"
    r"|no longer\s+(?:takes?|taking|on|us(?:es?|ing)|needs?|requires?)|not\s+(?:\w+ly\s+)?taking"
    r"|finished|ran out of|used up|g(?:ive|iving|ave|iven) up|dropped"
    r"|(?:we[ae]n|taper)(?:ed|ing)?(?:\s+\w+)?\s+off|no more"
    r"|(?:(?<!\w )|(?:is|was|been|taken|came|come|now|currently|patient|pt|remains)\s+)"
    r"off(?:\s+of)?"
)
_STOP = re.compile(rf"\b(?:{_STOPPING})\b", re.IGNORECASE)
_ENDED = re.compile(
    rf"\b(?:{_STOPPING}|declin\w+|refus\w+|avoid\w*|allerg\w+|intoleran\w+|consider\w*|ruled out"
    r"|resistant|in(?:stead| place) of|rather than|past trials?|failed|we[ae]n(?:ed|ing)"
    r"|contraindicated|reaction|side effects?|completed|discuss|do not)\b",
    re.IGNORECASE,
)
# A verb that gives the drugs after it whatever was ended before: "stop aspirin and start".
_TURN = re.compile(
    r"\b(?:start(?:s|ed)?|beg[iau]n|continue[sd]?|resume[sd]?|restart(?:ed)?|initiated?|add(?:ed)?"
    r"|takes?|uses?|gi(?:ve|ven)|prescribed?|increased?|decreased?|reduced?"
    r"|(?:put|placed?)\s+(?:\w+\s+){0,2}on|(?<=, )on(?! hold)"
    r"|(?:switch|chang|transition|convert)(?:ed?)?\s+(?:\w+\s+)?to)\b",
    re.IGNORECASE,
)
# What follows it was not ended before: "Allergic to penicillin, so azithromycin was given",
# "penicillin allergy -> azithromycin".
_SO = re.compile(r"\b(?:so|therefore|thus|hence)\b|[-=]>|→", re.IGNORECASE)
_JOINT = re.compile(r",|\b(?:and|then|but|so)\b", re.IGNORECASE)
_CHOICE = re.compile(r"\b(?:or|nor|not)\s+$", re.IGNORECASE)
_SWITCH = re.compile(
    r"\b(?:switch|chang|transition|convert|replac|de-?escalat|narrow|broaden|rotat|exchang|swap"
    r"|substitut)(?:es?|p?ed|p?ing)?\s+(?:(?:\w+\s+){0,2}from\s+)?"
    r"(?:(?:the|his|her|their|my)\s+)?",
    re.IGNORECASE,
)
_TO = re.compile(r"[^.;,]{0,40}?\b(?:to|with|by|for)\s+(?:[\w-]+\s+){0,2}", re.IGNORECASE)
_SWITCHED = re.compile(
    r"[^.;]{0,40}?(?P<cue>\b(?:switch|chang|transition|convert|replac|de-?escalat|narrow|broaden"
    r"|rotat)ed\s+(?:\w+\s+)?(?:to|with|by)\b|→|[-=]+>)\s*(?:[a-z]+\s+){0,2}",
    re.IGNORECASE,
)
"""Between a drug and the one that replaced it: "amlodipine was switched to losartan"."""
_DOSE_WORDS = (
    r"\d+|mg|mcg|g|ml|units?|daily|bid|tid|qd|po|iv|oral|tablets?|once|twice|a|day|dose|low"
)
AND = re.compile(rf"(?:\W|\b(?:{_DOSE_WORDS}|and)\b)*", re.IGNORECASE)
"""What may stand between drugs that share a verb."""
# "Stop azithromycin today, cefuroxime 500 mg".
_APART = re.compile(r"(?=[^,]*[a-z])[^,;]*, ?", re.IGNORECASE)
_DOSE = re.compile(rf" \d[\d.,/-]* ?{DOSE_UNIT}", re.IGNORECASE)
_ORDER = re.compile(rf"{STOP}|d/?c", re.IGNORECASE)
# What may stand between the verb and the drugs that it ends.
_BETWEEN = re.compile(
    rf"(?:\W|\b(?:{_DOSE_WORDS}|taking|using|use|of|the|any|all|both|further|s?he|her|his|their"
    r"|your|my|him|patient|on|from|home|current|baby|long|acting|and|as|well|also|therapy)\b)*",
    re.IGNORECASE,
)
_PASSIVE = rf"\s+(?:\w+\s+){{0,2}}?(?P<stop>{STOPPED}|{ENDED}|completed|removed|taken off)\b"
_WAS = re.compile(
    rf"(?:,[^.;,\n]{{1,80}},)?[^.;\n]{{0,50}}?\b(?:was|were|is|are|been|be){_PASSIVE}",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"[^.;\n]{0,50}?\b(?:but\s+(?:\w+\s+){0,2}?(?P<stop>stopped|quit|discontinued)\b"
    r"|(?:and|but)\s+(?:\w+\s+){0,2}?(?P<gone>(?:no longer (?:takes|uses)|gave up|stopped|quit)"
    r" (?:it|them|this)\b))",
    re.IGNORECASE,
)
"""How it is said that a drug was stopped: "took sertraline in college but stopped because of
nausea", "and no longer takes it"."""
_WERE = re.compile(rf"[^.;\n]{{0,20}}?\b(?:were|are|have been){_PASSIVE}", re.IGNORECASE)
_MARK = re.compile(
    r"(?:[^.;\n]{0,20};(?=\s*(?:stop|discontinue|d/c)(?: it)?\W*$)|[^.;\n]{0,40}?(?:[-–—(:,]|->|→)"
    rf"|(?:\s+(?:{_DOSE_WORDS})\b)*)\s*"
    rf"(?P<stop>{STOP}|d/?c|{STOPPED}|{ENDED}|put on hold|no longer (?:taken|used|needed)"
    r"|to be (?:removed|stopped))\b",
    re.IGNORECASE,
)
_BARE = re.compile(rf"{STOP}|d/?c|quit|avoid|consider|discuss|do not", re.IGNORECASE)
_OBJECT = re.compile(
    r"\s+(?!(?:an?|and|as|at|after|because|before|daily|due|during|for|given|if|in|it|now|on|once|per"
    r"|prior|since|tak(?:e|en|ing)|the|then|this|next|to(?:day|morrow|night)?|until|when|while|unless"
    r"|x)\b)[a-z]",
    re.IGNORECASE,
)
"""What a verb behind a comma is said of, in place of the drug: "aspirin, stop smoking"."""
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|before|prior|after(?! (?:talk|discuss|speak|review))"
    r"|mornings?|nights?|days of|(?:dialysis|hd|clinic) days|tonight|then|resum\w+"
    r"|(?<!not )restart\w*|while|in case|once(?! (?:an?|per|each|every|daily|weekly)\b)"
    r"|earlier|later|soon|in (?:\d|a|one|two|three)"
    rf"|x ?(?:\d+|one|two|three)|on (?:the day|\d|{WEEKDAY})|for (?:(?:the|an?|his|her|your) )?"
    r"(?:\w+ )?(?:surgery|procedure|operation|colonoscopy|cath\w*|biopsy|hr|heart rate|sbp|systolic"
    r"|pulse|bp|map|\d+|one|two|three|few|couple))\b|[<>]"
    r"|\bshould\s+(?!not\b|be\b|have\b|never\b|also\b|then\b|avoid\b)(?:(?:the|his|her|an?)\s+)?"
    r"(?:[\w-]+\s+){1,2}(?:be|become|develop|occur|recur|rise|fall|drop|worsen|return|need)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:(?:un)?till?|while (?:here|inpatient|admitted|hospitali[sz]ed|npo))\b", re.IGNORECASE
)
"""What tells how long a drug stays off: "hold spironolactone till K <5"."""
_HELD = re.compile(
    r"held (?:while|because|since|given|due|as)\b"
    r"|held\b[^.;]{0,60}\b(?:resume|restart)\b(?: it)? (?:when|once|if|after)\b",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|unless|before|prior|then|resum\w+|(?<!not )restart\w*)\b", re.I)
_CHANGED = re.compile(r"\W*(?:chang|switch|replac|exchang|convert|swap)", re.IGNORECASE)
_DONE = re.compile(rf"stopped|discontinued|{ENDED}", re.IGNORECASE)
_UNSURE = re.compile(
    r"\b(?:if|when|unless|until|then|may|might|could|can|consider\w*|discuss\w*|options?|whether"
    r"|reluctan\w+|hesita\w+|refus\w+|declin\w+|want\w*|wish\w*|would like to|tr(?:y|ied)|ask\w*"
    r" about)\b|\b(?:not|never|without|n't)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
# "Reluctant about stopping it" stops nothing, "we are stopping it" does.
_GERUND = re.compile(r"\w+ing|discontinuation|discontinuance", re.IGNORECASE)
_DOES = re.compile(r"(?:\b(?:am|is|are|be|been|recommend\w*|advis\w+)|['’](?:m|re))\s+$", re.I)
_BOUND = re.compile(r"[.;](?!\d)|\n")


def fate_of(line: str, drug: Span, drugs: Sequence[Span]) -> Fate:
    """Tells what a sentence does with one of its drugs.

    Args:
        line: The sentence.
        drug: Where it names the drug, half-open offsets.
        drugs: Where it names drugs, this one included, in order.

    Returns:
        STOPPED only for what is unconditional: no "hold if", "stop before surgery", "may stop".
    """
    left, right = _clause(line, drug)
    drugs = _near(drugs, drug)
    cues = list(_ENDED.finditer(line, left, drug[0]))
    told = _told_after(line, drug, drugs, right) or _switch(line, left, drug, drugs)
    if told:
        return _stopped(line, (left, right), told)
    if _is_said_of(line, drug, drugs, right):
        return Fate.LEFT
    if not cues or _is_turned(line, cues[-1].end(), drug[0], drugs):
        return Fate.OPEN
    cue = cues[-1]
    if not _STOP.fullmatch(cue[0]):
        return Fate.LEFT
    if not _is_object(line, cue.end(), drug[0], drugs):
        return Fate.OPEN if _is_item(line, drug, drugs) else Fate.LEFT
    items = (other[0] for other in drugs if other[0] >= drug[1] and _is_item(line, other, drugs))
    return _stopped(line, (left, min(next(items, right), right)), cue.span())


def is_switched_to(line: str, drug: Span, drugs: Sequence[Span]) -> bool:
    """Whether the sentence changes the drug before to this one, without a condition."""
    left, right = _clause(line, drug)
    drugs = _near(drugs, drug)
    before = [span for span in drugs if left <= span[0] < drug[0]]
    cue = _switch(line, left, before[-1], drugs) if before else None
    return cue is not None and _stopped(line, (left, right), cue) is Fate.STOPPED


def _clause(line: str, drug: Span) -> Span:
    first, last = max(drug[0] - REACH, 0), min(drug[1] + REACH, len(line))
    left = max((bound.end() for bound in _BOUND.finditer(line, first, drug[0])), default=first)
    bound = _BOUND.search(line, drug[1], last)
    return left, bound.start() if bound else last


def _near(drugs: Sequence[Span], drug: Span) -> Sequence[Span]:
    """Those that a verb may share with a drug."""
    first = bisect_left(drugs, (drug[0] - REACH, 0))
    return drugs[first : bisect_left(drugs, (drug[1] + REACH, 0))]


def _told_after(line: str, drug: Span, drugs: Sequence[Span], right: int) -> Span | None:
    """Where words after a drug end it ("was stopped", "- STOP"), as those after its group do."""
    end = drug[1]
    following = [span for span in drugs if end <= span[0] < right]
    next_drug = following[0][0] if following else right
    ways = (pattern.match(line, end, next_drug) for pattern in (_WAS, _MARK, _BUT))
    told = next(filter(None, ways), None)
    is_order = told is not None and told.re is _MARK and following
    has_object = is_order and told and _BETWEEN.fullmatch(line, told.end(), next_drug)
    # "Clopidogrel: stop, on warfarin alone" stops the one before.
    if told and line.startswith(",", told.end()):
        has_object = None
    if told and not (has_object or _has_object(line, drug[1], told.span(told.lastgroup or "stop"))):
        return told.span(told.lastgroup or "stop")
    while following and AND.fullmatch(line, end, following[0][0]):
        end = following.pop(0)[1]
    told = _WERE.match(line, end, following[0][0] if following else right)
    return told.span("stop") if told else None


def _is_said_of(line: str, drug: Span, drugs: Sequence[Span], right: int) -> bool:
    """Whether a verb right behind a drug ends it, not the next: "continue x, stop y"."""
    said = re.compile(rf"[ ,]*(?P<cue>{_ENDED.pattern})", re.IGNORECASE).match(line, drug[1], right)
    following = next((a for a, _ in drugs if said and said.end() <= a < right), None)
    if said is None or (following and _BETWEEN.fullmatch(line, said.end(), following)):
        return False
    return not _has_object(line, drug[1], said.span("cue"))


def _has_object(line: str, end: int, cue: Span) -> bool:
    """Whether a verb behind a drug and a comma is said of something else."""
    behind = line[end : cue[0]].rstrip().removesuffix("and").rstrip().endswith(",")
    is_bare = _BARE.fullmatch(line, *cue) is not None
    return behind and is_bare and _OBJECT.match(line, cue[1]) is not None


def _switch(line: str, left: int, drug: Span, drugs: Sequence[Span]) -> Span | None:
    """Where a sentence says that another drug replaces this one."""
    cues = [cue for cue in _SWITCH.finditer(line, left, drug[0]) if cue.end() == drug[0]]
    following = next((span for span in drugs if span[0] >= drug[1]), None)
    if following is None:
        return None
    switched = _SWITCHED.fullmatch(line, drug[1], following[0])
    is_active = cues and _TO.fullmatch(line, drug[1], following[0])
    if not switched and not is_active:
        return None
    same = line[slice(*drug)].lower() == line[slice(*following)].lower()
    return None if same else switched.span("cue") if switched else cues[-1].span()


def _is_turned(line: str, cue: int, start: int, drugs: Sequence[Span]) -> bool:
    """Whether a verb after the cue gives what follows, and is not what the cue speaks of."""
    so = _SO.search(line, cue, start)
    if so and (so[0][-1] in ">→" or any(cue <= a < so.start() for a, _ in drugs)):
        return True
    for turn in _TURN.finditer(line, cue, start):
        between = line[cue : turn.start()]
        names_drug = any(cue <= a < turn.start() for a, _ in drugs)
        if (names_drug or _JOINT.search(between)) and not _CHOICE.search(between):
            return True
    return False


def _is_object(line: str, cue: int, start: int, drugs: Sequence[Span]) -> bool:
    """Whether only drugs and their doses stand between a verb and a drug."""
    for a, b in drugs:
        if cue <= a < start:
            if not _BETWEEN.fullmatch(line, cue, a):
                return False
            cue = b
    return _BETWEEN.fullmatch(line, cue, start) is not None


def _is_item(line: str, drug: Span, drugs: Sequence[Span]) -> bool:
    """Whether a comma sets a drug with a dose of its own apart from what is said of another."""
    number = bisect_left(drugs, drug)
    before = drugs[number - 1][1] if number else 0
    return bool(before and _APART.fullmatch(line, before, drug[0]) and _DOSE.match(line, drug[1]))


def _stopped(line: str, clause: Span, cue: Span) -> Fate:
    """What a verb that stops a drug does where the sentence may set a condition."""
    left, right = clause
    turns = (turn.start() for turn in _TURN.finditer(line, cue[1], right))
    right = next((at for at in turns if not line.lower().startswith("re", at)), right)
    until = _UNTIL.search(line, cue[1], right)
    right = until.start() if until else right
    before = line[left : cue[0]]
    if _GERUND.fullmatch(line[slice(*cue)].split()[0]) and not _DOES.search(before):
        return Fate.LEFT
    if _HELD.match(line, cue[0]):
        return Fate.STOPPED
    # "Stopped when the season ended" says when, "stop when" until when.
    is_told = _DONE.fullmatch(line, *cue) or _CHANGED.match(line, *cue)
    when = _IF if is_told else _CONDITION
    if not _UNSURE.search(before) and not when.search(line, cue[1], right):
        return Fate.STOPPED
    return Fate.OPEN if _ORDER.fullmatch(line, *cue) else Fate.LEFT
