"""Drugs that a sentence of a note gives or stops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from secateur.pipelines.clinical.language.drug_names import known_drugs
from secateur.pipelines.clinical.language.prescribing import COUNT, FREQUENCY, ROUTE, SPELT, UNIT
from secateur.pipelines.clinical.medications.classes import is_class
from secateur.pipelines.clinical.medications.items import IDLE
from secateur.pipelines.clinical.medications.lines import AS_BEFORE
from secateur.pipelines.clinical.medications.regions import LABEL
from secateur.pipelines.clinical.medications.weighed import is_only_mentioned
from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.clinical.verification.orders import AND, Fate, fate_of, is_switched_to
from secateur.pipelines.clinical.verification.relatives import names_family
from secateur.pipelines.document.document import Span
from secateur.pipelines.terminology.drug_words import DOSE_UNIT
from secateur.pipelines.terminology.matcher import TermMatcher

_DOSE = (
    rf"(?:\d[\d,.]*(?:\s?-\s?[\d,.]+)?\s?(?:(?!%){UNIT}|%\s+(?:{ROUTE}|apply|{FREQUENCY}))"
    rf"|{SPELT} (?:{DOSE_UNIT}|milligrams?|micrograms?|puffs?|tab(?:let)?s?|units?)\b)"
)
_AFTER = re.compile(
    r",? (?:new )?(?:prescription|rx)\b|\s+(?:(?:was|is|were|has been)\s+)?prescribed\b"
    r"|\s+(?:PCA|gtt|drip|(?:sliding )?scale|(?:\d+-day )?(?:dose )?packs?)\b"
    r"|(?: [\w/-]+){0,4} to be (?:taken|used|applied|instilled|inhaled)\b"
    rf"|(?!\.)(?:(?!->|=>|→)(?:[^.;\n]|\.(?=\d))){{0,32}}?{_DOSE}|\s(?:81|162|325)\b(?![/.]\d|\s?%)"
    rf"|,?\s+(?:(?:\d[\d.,/-]*|{SPELT})\s+)?(?:{ROUTE}\.?\s+)?{FREQUENCY}",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"\b(?:continue[sd]?|start(?:s|ed)?|beg[iau]n|initiate|resume|(?<!to )restart"
    r"|(?:in|de)crease[sd]?|reduce[sd]?|raise[sd]?|takes?|taking|uses"
    r"|(?:I|you)(?: (?:also|still|now))? use|prescri\w+|refill(?:ed)?|add(?:ed)?"
    r"|chemotherapy with|(?<!not )to give|supplement(?:ed)? with|scripts? (?:\w+ ){0,4}for"
    r"|switch(?:ed)? (?:\w+ ){0,3}to|proceed with|commence[sd]?"
    r"|(?:controlled|managed|maintained) (?:with|on)"
    r"|discharged?\W+(?:\w+\W+){0,2}with|on)"
    r"\W+(?:\w+\W+){0,3}(?:(?:medications|meds)\W+(?:of|including|your|the)\W+)?(?:your\W+)?$",
    re.IGNORECASE,
)
_RESUME = re.compile(r"\bre(?:sume|start)\W+(?:\w+\W+){0,3}$", re.IGNORECASE)
_LATER = re.compile(r"\b(?:when|once|if|until|unless)\b", re.IGNORECASE)
_FOR = re.compile(r"\s+for\s+(?!an?\b|the\b|now\b|\d)[\w/-]+(?: [\w/-]+){0,2}\W*$", re.IGNORECASE)
"""Behind a drug that opens a sentence of its own: "Warfarin for AF"."""
_MARKS = " \t-*•–"
_LEVEL = re.compile(
    r"\s+(?:levels?|def(?:icien\w+)?|trough|toxicity|screen(?:ing)?|of \d|mutations?|mutant"
    r"|genes?)\b",
    re.IGNORECASE,
)
"""Behind a drug that is measured, or a gene: "after vitamin D level back", "PIK3CA mutation"."""
_PUT_OFF = re.compile(
    r"(?:[^.\n]|\.(?=\d))*?\b(?:deferred|will wait|considered,? (?:but|not)"
    r"|not (?:yet )?(?:been )?(?:started|begun|initiated))\b",
    re.IGNORECASE,
)
"""Behind what was not given after all: "start mirtazapine - will wait, not started today"."""
ASKS = re.compile(r"\b(?:grateful|appreciate it|helpful) if you (?:would|could)\b", re.IGNORECASE)
_SAYS = re.compile(
    r"(?:^|:)\W*(?:(?:his|her|the) )?\w+ (?:says?|said|reports?|states?|thinks?)(?: that)?\b",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"[^.;]{0,40}(?:\b(?:and|plus)|\+)\s+"
    r"(?:(?:otc|over[- ]the[- ]counter|occasional|prn|some|an?|baby|the|your|his|her)\s+)?",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[^;,\n]{0,20},\s+(?:and\s+)?")
_AND_DOSED = re.compile(r"[^.;\n]{0,60}?(?:,\s+(?:and\s+)?|\s+and\s+)", re.IGNORECASE)
_PLAIN_DOSE = re.compile(r"\s\d{1,4}(?:\.\d+)?(?=\s*(?:[,.;)]|and\b|$))", re.IGNORECASE)
"""A number alone behind a drug that goes on a list of given ones: ", clopidogrel 75 and"."""
_FORM = re.compile(rf"\s+{ROUTE}", re.IGNORECASE)
_COUNTED = r"(?:one|two|[12]) (?:puffs?|inhalations?|tab(?:let)?s?|cap(?:sule)?s?|sprays?|drops?)\b"
# A drug that no vocabulary knows: "I will prescribe Lortab, 5 mg".
_ORDERED = re.compile(
    r"\b(?i:prescri\w+|start(?:s|ed)?|beg[iau]n|initiat\w+|continue[sd]?|resume|takes?|taking)\s+"
    rf"(?P<name>[A-Z][a-z-]{{3,}}),?\s+(?i:{_DOSE}|\d[\d.]*/\d+(?!/)|(?:\d+ )?{_COUNTED}"
    rf"|(?:\d[\d.,/-]*\s+)?{FREQUENCY}"
    rf"|for {COUNT} (?:more |full |additional )?(?:days?|weeks?)\b)"
)
# "Percocet 5/325 1-2 tabs q6h" as an item of a plan.
_ORDERED_ITEM = re.compile(
    rf"(?P<name>[A-Za-z][a-z-]{{3,}})\s+(?:\d[\d./-]*\s+)?\d[\d./-]*\s?{UNIT}"
    rf"\s+(?:{ROUTE}\.?\s+)?{FREQUENCY}",
    re.IGNORECASE,
)
_NO_DRUG = IDLE | set(
    "fluid fluids water protein salt sodium carbs carbohydrates diet foley cast splint brace boot"
    " sling drain exercise exercises therapy dressing dressings oxygen telemetry antibiotic"
    " antibiotics isolation precautions feeds formula".split()
)
# "Polysporin ointment" behind a drug that is given.
_NEXT_ITEM = re.compile(
    rf",\s+(?:and\s+)?(?P<name>[A-Z][a-z-]{{3,}})\s+(?i:(?:\d[\d./-]*\s+)?(?:{ROUTE}|{FREQUENCY}|{_DOSE}))"
)
UNTAKEN = frozenset(
    "eye drops|nasal spray|inhaler|gluten|lactose|amylase|lipase|homocystine|homocysteine"
    "|antibiotic|antibiotics|normal saline|saline|saline solution|general anesthetic"
    "|local anesthetic|anesthetic|hemoglobin|methylmalonic acid|uric acid"
    "|thyroglobulin|guaiac|ferritin|troponin|creatinine".split("|")
)
"""What vocabularies of drugs name, and plans measure or leave out."""
_IN_BRACKETS = re.compile(r"\s*\([^()]*")
_STOP = re.compile(r"[.;](?!\d)|\n")
_QUERIED = re.compile(r"[^.;,?]{0,30}\?")
_HOLD = re.compile(
    r"(?:^|[:–-])\W*(?:(?:with)?hold|stop|d/?c|discontinue|cease|omit|pause|suspend|drop"
    r"|do not re(?:start|sume)|take (?:him|her|them|pt|the patient) off)\s+$",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\s*(?:,(?!\s*(?:if|when|unless|until|for|before|prior|on)\b)|$)", re.IGNORECASE
)
"""Behind a drug that an order stops, which says more of others: "hold warfarin, vit K x1"."""
_OFF_FOR_NOW = re.compile(
    r"\s+(?:(?:is|are|remains?|still) )?on hold\b|\s+off\W*$"
    r"|\s+(?:(?:is|was|has been) )?(?:ceased|withheld|suspended|paused|withdrawn|omitted)\b"
    r"|\s*[-–:]\s*(?:stop|hold|d/?c) (?:while|un?till?)\b",
    re.IGNORECASE,
)
"""Behind one that is off as long as something lasts."""
_FREE = re.compile(r"[- ]free\b", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(?:instead|in place|in lieu) of (?:(?:the|his|her) )?$", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:except(?:ion)?|other than|apart from|aside from|but not)\b", re.I)


def told_drugs(line: str, taken: bool, vocabulary: TermMatcher) -> Iterator[tuple[Span, bool]]:
    """Finds the drugs that a sentence gives or stops, or names where drugs are listed.

    Args:
        line: The sentence, or a line of it.
        taken: Whether drugs are listed here.
        vocabulary: Drug names.

    Yields:
        Where each stands, half-open offsets, with whether the patient takes it.
    """
    last, other = 0, None
    known = known_drugs(line, vocabulary)
    for start, end in known:
        if other and _is_same_in_brackets(line, other, (start, end), vocabulary):
            continue
        other = start, end
        if line[start:end].lower() in UNTAKEN:
            continue
        clause = _SAYS.sub("", ASKS.sub("", _STOP.split(line[:start])[-1]))
        after = _STOP.split(line[end:])[0]
        context = context_of(line, start, end)
        given = (
            (taken and not context.past)
            or is_switched_to(line, (start, end), known)
            or _gives(clause, after)
            or (last and _is_joined(line, last, start, after))
        )
        following = next((a for a, _ in known if a >= end), len(line))
        fate = fate_of(line, (start, end), known)
        if _HOLD.search(clause) and _ALONE.match(after):
            fate = Fate.STOPPED
        replaced = _INSTEAD.search(clause) or _OFF_FOR_NOW.match(after)
        if replaced or (_EXCEPT.search(clause) and AS_BEFORE.search(clause)):
            fate = Fate.STOPPED
        if fate is Fate.STOPPED and not names_family(clause):
            if not _QUERIED.match(after):
                yield (start, end), False
        elif (
            is_only_mentioned(clause, after)
            or context.family
            or _LEVEL.match(after)
            or _PUT_OFF.match(line, end, following)
            or (not taken and _RESUME.search(clause) and _LATER.search(after))
            or is_class(line[start:end].lower(), vocabulary)
        ):
            continue
        elif given and fate is Fate.OPEN and not (context.negated or _FREE.match(after)):
            yield (start, end), True
            last = end
    yield from ((span, True) for span in _ordered(line, last, vocabulary))


def _gives(before: str, after: str) -> bool:
    """Whether a clause gives the drug that it names."""
    opens = not before.strip(_MARKS) and (_FOR.match(after) or not after.strip(" ."))
    return bool(opens or _AFTER.match(after) or _GIVEN.search(before))


def _is_joined(line: str, last: int, start: int, after: str) -> bool:
    """Whether a drug goes on a list behind one that is given, up to `last`."""
    return bool(
        _WITH.fullmatch(line, last, start)
        or AND.fullmatch(line, last, start)
        or (_COMMA.fullmatch(line, last, start) and _FORM.match(after))
        or (_AND_DOSED.fullmatch(line, last, start) and _PLAIN_DOSE.match(after))
    )


def _is_same_in_brackets(line: str, drug: Span, named: Span, vocabulary: TermMatcher) -> bool:
    """Whether a drug is named again in brackets: "metformin (GLUCOPHAGE)"."""
    if not _IN_BRACKETS.fullmatch(line, drug[1], named[0]):
        return False
    first, second = (vocabulary.find(line[slice(*span)]) for span in (drug, named))
    return {match.term.concept for match in first} == {match.term.concept for match in second}


def _ordered(line: str, last: int, vocabulary: TermMatcher) -> Iterator[Span]:
    """Drugs that no vocabulary knows and a sentence orders, or names behind the last it gives."""
    label = LABEL.match(line)
    item = _ORDERED_ITEM.match(line, label.end() if label else 0)
    more = _NEXT_ITEM.finditer(line, last) if last else ()
    for order in chain([item] if item else [], _ORDERED.finditer(line), more):
        name = order["name"].lower()
        if name in _NO_DRUG or vocabulary.find(name) or context_of(line, *order.span()).negated:
            continue
        clause = _STOP.split(line[: order.start("name")])[-1]
        if is_only_mentioned(clause, _STOP.split(line[order.end("name") :])[0]):
            continue
        if fate_of(line, order.span("name"), [order.span("name")]) is Fate.OPEN:
            yield order.span("name")
