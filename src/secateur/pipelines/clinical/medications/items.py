"""Drugs of a list in a note: its items, known to a vocabulary or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain, pairwise

from spacy.lang.en.stop_words import STOP_WORDS

from secateur.pipelines.clinical.language.drug_names import known_drugs
from secateur.pipelines.clinical.language.prescribing import FREQUENCY, ROUTE, UNIT
from secateur.pipelines.clinical.medications.names import is_same
from secateur.pipelines.terminology.drug_words import DOSE_UNIT, ENDED, NOT_TAKEN, STOP, STOPPED
from secateur.pipelines.terminology.matcher import TermMatcher

_STOPPED = re.compile(
    rf"\b(?:{STOPPED}|{ENDED}|{NOT_TAKEN}|completed|d/c|quit|had to (?:hold|stop)|no longer"
    r"|declined|refused|none since|none now"
    r"|not prescribed|not using|withheld|omit(?:ted)?|ceased?|weaned|suspended|withdrawn|replaced"
    r"|cancell?ed|self-(?:stopped|discontinued)|(?:do|did) not (?:resume|restart)|declines"
    r"|off (?:x ?\d|since\b|for \d)|none (?:at home|left)"
    r"|to complete (?:today|now))"
    rf"|(?:^|[-–—>→(:,*])\s*(?:{STOP})\b(?!\s*(?:if|for|when|after|before))"
    r"|~~",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:not|never) (?:been )?(?:given|started|taken)\b|\bdeferred\b|\w\s*[-–—:]\s*none\W*$"
    r"|\b(?:is|are) (?:ok(?:ay)?|fine|safe|allowed)\b",
    re.IGNORECASE,
)
"""What an item says of a drug that the patient never had."""
_SAID = re.compile(
    rf"(?:{_STOPPED.pattern})(?: (?:by|per) (?:the )?\w+| (?:last|this) \w+| in \w+| today| now)?"
    r"(?:\s*\([^()]*\))?",
    re.IGNORECASE,
)
_ITEMS = re.compile(
    r"\s*[;\n]\s*|,\s+(?!\d|(?:one[- ])?half\b)(?:also\s+)?|\s+and\s+(?!(?:a )?half)"
    # "insulin 50 units in a.m. HCTZ 50 mg"
    r"|(?<=mg|cg|ml|ts)\.\s+(?=(?-i:[A-Z]))|\s+plus\s+|(?<=\.[a-z]\.)\s+(?=(?-i:[A-Z])[\w-]*[a-z]\s\d|also\b)",
    re.IGNORECASE,
)
_INCLUDE = re.compile(r"[^.,;]{0,90}\binclud(?:es?|ed|ing)\b[:,]?\s*", re.IGNORECASE)
_LEAD = re.compile(
    r"\A(?:(?:and|right|now|presently|currently|current|home|outpatient|inpatient|his|her|the"
    r"|patient|pt|s?he|has|is|are|was|on|takes?|taking|uses?|using|utilizes|reports"
    r"|reported|endorses|states|started|also|still|of|one|generic"
    r"|(?:switch(?:ed)?|changed?) to"
    r"|as|i|have|given|follows|continue[sd]?|start|stop|hold|resume|discontinue"
    r"|(?:low|high)[- ]dose|medications?|meds|some|an?|another|baby|occasional|prescription|oral"
    r"|only"
    rf"|p\.?r\.?n\.?|[\d.]+\s?{DOSE_UNIT}\s+of)\s+)+",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?P<name>[A-Za-z][\w'’®/-]*(?:\s[\w'’®/-]+){0,3}?)"
    r"[\"”]?(?=[\s.]*$|\s*\(|\s-\s|\s+(?:\d|po\b|p\.o\.|q\.?\w{0,3}\b|b\.?i\.?d|t\.?i\.?d|p\.?r\.?n"
    r"|(?:daily|once|twice|one|two|three|half|as needed|at (?:bedtime|night|h\.?s)|every|weekly"
    r"|monthly|inhale\w*|nasal|cream|patch|ointment|tab(?:let)?s?|cap(?:sule)?s?|sliding|iv|im"
    r"|subq?|spray|topical|gel|lotion|powder|pump|for|unclear|chronically|occasionally"
    r"|over[- ]the[- ]counter|otc)\b))",
    re.IGNORECASE,
)
_DAYS = "sunday monday tuesday wednesday thursday friday saturday"
IDLE_WORDS = """
    none refer chart dose doses dosing unsure unknown unclear reviewed unchanged note noted denied
    denies listed overall usual medications medication medicine drugs list patient otherwise please
    history include included received started dispense dispensed admission presentation transfer
    watch call look return monitor check records allergic apparently previously diet snacks swish
    swallow spit nkda nka nkma nkfa tablet tablets cap caps capsule capsules time new changed
    hands feet scalp elbows knees body face legs arms nostrils spring summer fall autumn winter
    inject apply take use instill inhale place
    hold maximum sig disp quantity qty refill refills route frequency strength
    lab labs vitals follow-up followup expired
    morning mornings evening evenings noon breakfast lunch dinner supper bedtime meals
    cpap bipap rx tx goal risk diagnosis awake failed tolerating
"""
IDLE = frozenset(
    (STOP_WORDS - {"with", "and"})
    | {*IDLE_WORDS.split(), *_DAYS.split(), *(f"{day}s" for day in _DAYS.split())}
)
# "NPH 14 units" is insulin, whatever else the letters mean.
_DOSED = re.compile(rf"\S+ \d[\d.,/-]* ?{DOSE_UNIT}", re.IGNORECASE)
_TAKEN = re.compile(
    rf"\d ?{UNIT}|\b{FREQUENCY}|\b{ROUTE}|\b(?:over[- ]the[- ]counter|otc)\b|\d/\d+\b(?!/)"
    r"|\d ?L(?:/min| (?:nc|nasal|by|via|per))\b",
    re.IGNORECASE,
)
"""What tells a drug before a number from a value: unit, frequency, route, or "5/325"."""
_ANALYTES = r"""
    na k cl co2 hco3 bicarb bun cr creat creatinine gluc glucose sodium potassium chloride ca mg
    phos po4 wbc rbc hgb hb hct plt plts platelets mcv inr pt ptt aptt ast alt alp alk ldh tbili
    bili bilirubin alb albumin protein tsh t4 ft4 a1c hba1c hgba1c ldl hdl tg triglycerides
    cholesterol esr crp bnp probnp nt-probnp trop troponin ck pth ferritin tibc lactate lipase
    amylase ph pco2 po2 psa egfr gfr anc fio2 ua bp sbp dbp map hr p pulse rr r resp t temp
    temperature spo2 sao2 sats? o2sat o2 wt weight ht height bmi ebl qbl tof fwf
"""
_VALUE = re.compile(
    rf"(?:(?:serum|fasting|dry|pre|post|target) )?(?:{'|'.join(_ANALYTES.split())})\b"
    r"[\s:=]*(?:of|is|was)?\s*[<>~]?\s*\d|[a-z ]+? \d[\d.]*\s?(?:kg|lbs?|cm|mm ?hg|bpm)\b",
    re.IGNORECASE,
)
"""What was measured: "Na 138", "BP 120/80", "dry wt 78.5 kg"."""
_COLUMNS = re.compile(r" {3,}|\t")
_DAY = re.compile(r"d(?:ay)? ?\d{1,2}\b(?!\s?\d)", re.IGNORECASE)
"""How far a course is: "cephalexin 500 mg QID, D7"."""
_HOW = re.compile(rf"(?:(?:{FREQUENCY}|{ROUTE})\W*)+", re.IGNORECASE)
"""How a drug is taken and how often: a column of an inpatient's list."""
_WHOLE_ITEM = re.compile(
    rf"(?:\d ?{UNIT}|\b{FREQUENCY}\.?)(?: (?:{FREQUENCY}|{ROUTE})\.?)* $", re.IGNORECASE
)
"""What ends an item behind its drug, where the next one follows without a mark."""
_ARROW = re.compile(rf"\s*(?:->|=>|→)\s*(?=[A-Za-z])(?!{STOP}|d/c)", re.IGNORECASE)
_REPLACES = re.compile(r"\s*(?:switched|changed|converted) to\b", re.IGNORECASE)
"""Before what takes the place of the item before: "lisinopril 10 mg -> losartan 50 mg"."""
_BRACKETS = re.compile(r"(?<=\w )\([^()\n]*\)")
_PARTS = re.compile(r"[,;]|\b(?:and|plus)\b", re.IGNORECASE)
_REMARK = re.compile(
    r"(?:s?he|it|this|but|which|who|that|with|today|yesterday|latest)\b",
    re.IGNORECASE,
)
_UNMARKED = 2
"""Items that follow one another without a mark from which a name alone may be one of them."""
_WORDS = 2
"""Most words of a drug that no vocabulary knows and no dose or time follows."""
_LISTED = 2 / 3
"""Share of a sentence's items that are drugs from which it is a list of them."""


def listed_drugs(
    text: str, vocabulary: TermMatcher | None, *, is_sure: bool = True
) -> list[tuple[str, bool]] | None:
    """Reads a list of drugs.

    Args:
        text: A line or sentence without its label.
        vocabulary: Drug names; items that read like drugs count without it as well.
        is_sure: Whether a name alone is one of a drug; else unknown ones need a dose or the like.

    Returns:
        Lower-case names, each with whether the patient takes it; None where the text is no list.
    """
    items: list[tuple[str, str]] = []
    text = _BRACKETS.sub(partial(_remark, vocabulary=vocabulary), _ARROW.sub("; changed to ", text))
    led = _INCLUDE.match(text)
    if led and not (vocabulary and known_drugs(led[0], vocabulary)):
        text = text[led.end() :]
    parts = _ITEMS.split(text)
    for item in chain.from_iterable(_unparted(part, vocabulary) for part in parts):
        bare = _LEAD.sub("", item.strip(' .-*•~"“”'), count=1)
        if items and _is_remark(item, bare, vocabulary):
            items[-1] = items[-1][0], f"{items[-1][1]}, {item}"
        elif bare:
            if items and _REPLACES.match(item) and vocabulary and known_drugs(bare, vocabulary):
                items[-1] = items[-1][0], f"{items[-1][1]}, replaced"
            items.append((bare, item))
    names = [_name(bare, vocabulary, is_sure, len(items) == 1) for bare, _ in items]
    found = [name for name in names if name]
    if not names or names[0] is None or len(found) < _LISTED * len(names):
        return None
    return [
        (name.lower(), not _STOPPED.search(item))
        for name, (_, item) in zip(names, items, strict=True)
        if name and not _NEVER.search(item)
    ]


def _unparted(item: str, vocabulary: TermMatcher | None) -> Iterator[str]:
    """Items that nothing parts: "Advair 1 puff bid Lisinopril 10 mg qd Colace 100 mg"."""
    known = known_drugs(item, vocabulary) if vocabulary else []
    gaps = [(end, start) for (_, end), (start, _) in pairwise(known)]
    whole = [_WHOLE_ITEM.search(item, *gap) is not None for gap in gaps]
    # "Multivitamins Feso4 1 tab qd" where other items follow one another without a mark as well.
    is_bare = sum(whole) >= _UNMARKED
    begin = 0
    for (_, start), is_whole, (first, second) in zip(gaps, whole, pairwise(known), strict=True):
        names = item[slice(*first)], item[slice(*second)]
        is_next = is_bare and item[first[1] : start] == " " and not is_same(*names, vocabulary)
        if is_whole or is_next:
            yield item[begin:start]
            begin = start
    yield item[begin:]


def _remark(brackets: re.Match[str], vocabulary: TermMatcher | None) -> str:
    """Brackets behind a drug as one remark, whatever commas part it: "(failed, d/c'd)"."""
    names = (
        any(m.term.kind == "drug" for m in vocabulary.find(brackets[0])) if vocabulary else False
    )
    return brackets[0] if names else _PARTS.sub(" ", brackets[0])


def _is_remark(item: str, bare: str, vocabulary: TermMatcher | None) -> bool:
    """Whether an item says more of the one before: "which is an antimalarial", "two at noon"."""
    first = bare.split(maxsplit=1)[:1]
    if (
        _REMARK.match(item)
        or _HOW.fullmatch(bare)
        or any(map(_SAID.fullmatch, (bare, item.strip())))
        or (_STOPPED.match(bare) and vocabulary and not known_drugs(bare, vocabulary))
        or _DAY.match(bare)
        or (first and first[0].lower() in IDLE)
    ):
        return True
    found = vocabulary.find(bare) if vocabulary and not _DOSED.match(bare) else []
    return bool(found) and found[0].start == 0 and found[0].term.kind != "drug"


def _name(item: str, vocabulary: TermMatcher | None, is_sure: bool, is_alone: bool) -> str | None:
    """What an item of a list calls its drug, or None where it is no drug."""
    taken = _TAKEN.search(item)
    if _VALUE.match(item):
        counted = _TAKEN.search(_COLUMNS.split(item)[0])
        if counted is None or counted[0][-1] == "%" or "/" in counted[0]:
            return None
    for start, end in known_drugs(item, vocabulary) if vocabulary else ():
        if start == 0:
            return item[:end]
    match = _ITEM.match(item)
    # Values stand in rows; "Co-Q 10" may stand alone.
    is_value = match and not is_alone and item[match.end() :].lstrip()[:1].isdigit()
    if not taken and (is_value or not is_sure):
        return None
    words = match["name"].lower().split() if match else []
    alone = match is not None and not item[match.end() :].strip(" .")
    if (
        not match
        or not IDLE.isdisjoint(words)
        or (alone and len(words) > _WORDS + ("with" in words))
    ):
        return None
    return match["name"]
