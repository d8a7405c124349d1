"""Identifiers that their form gives away: dates, numbers, addresses, phones, high ages, places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from secateur.pipelines.clinical.dates import MONTH
from secateur.pipelines.terminology.matcher import TermMatcher

_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl"
    r"|Terrace|Highway|Hwy|Parkway|Pkwy|Circle|Square|Trail|Crescent|Close|Plaza|Grove|Gardens)\b\.?"
)
_IDS = (
    r"(?:mrn|medical record|record|account|acct|chart|case|patient id|visit|encounter|accession"
    r"|policy|member(?: id)?|insurance(?: id)?|licen[sc]e(?: plate)?|passport|medicare|medicaid"
    r"|badge|vin|pager|beeper|dea|npi|ssn|social security|serial|device|lot|id)"
)
_GROUPED_IDS = r"(?:insurance|member|policy|medicare|medicaid|subscriber|account|acct|mrn|patient)"
_STATES = (
    r"(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia"
    r"|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts"
    r"|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey"
    r"|Mexico|York)|(?:North|South) (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon|Pennsylvania"
    r"|Rhode Island|Tennessee|Texas|Utah|Vermont|(?:West )?Virginia|Washington|Wisconsin|Wyoming)"
)
_TOWN = r"(?!(?:At|From|In|Near|Of|To)\b)(?:[A-Z][\w'’-]{0,40}[a-z] ){0,2}[A-Z][\w'’-]{0,40}[a-z]"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH_DAY = rf"(?:0?[1-9]|1[0-2])/{_DAY}(?![\d/%]|\.\d)"
_DOSES = (
    r"(?:mg|mcg|g|ml|cc|cm|mm|units?|iu|meq|doses?|tab(?:let)?s?|cap(?:sule)?s?|drops?|puffs?"
    r"|times|daily|b\.?i\.?d|t\.?i\.?d|q\.?d|q\.?h\.?s|at bedtime|%)"
)
# What follows fractions, and never a day.
_COUNTED = (
    rf"(?!,? (?:{_DOSES}|sites|strength|pain|scale|points?|(?:lymph )?nodes?|cores?|leads?|teeth"
    r"|joints?|hours?|weeks?|months?|years?|french|gauge|of|packs?|inch(?:es)?|(?:blood )?cultures?"
    r"|bottles?|extremities|criteria|quadrants?|on the (?:left|right)|in (?:severity"
    r"|intensity|strength)|murmur|positive|correct|vision|acuity)(?!\w))"
)
# "May" and "march" are verbs too, unless a year stands beside.
_VERB = r"(?!(?-i:may|MAY|march|MARCH)\b)"
_TIMES = r"(?! (?:to \d|-)|[ -]?(?:weeks?|days?|hours?|months?|more|or \d|x)\b)"
_MARKED = rf"(?!\s?{_DOSES}(?!\w)){_TIMES}"


@dataclass(frozen=True)
class _Form:
    """A kind of identifier, what it looks like, and what may not lead in to it."""

    kind: str
    pattern: re.Pattern[str]
    not_after: re.Pattern[str] | None = None


def _form(kind: str, pattern: str, flags: int = 0, not_after: str | None = None) -> _Form:
    left = not_after and re.compile(rf"(?:{not_after})$", re.IGNORECASE)
    return _Form(kind, re.compile(pattern, flags), left or None)


_SCORED = (
    r"\b(?:pain|scor(?:e[ds]?|ing)|scale|rat(?:e[sd]?|ing)|severity|intensity|acuity|vision|visual"
    r"|snellen|strength|grade[ds]?|murmur|apgars?|mmse|moca|gcs|ratio|stents?|lens(?:es)?"
    r"|improved|dropped|down|reflexes|pulses?|phq|gad|epds|audit|slums|braden|nihss)\b"
    r"[^.;\n]{0,30}?"
    # "Cycle 10/12" is the tenth of twelve.
    r"|(?:(?<!last )(?<!next )(?<!prior )\bvisit|\b(?:cycle|fraction|session|treatment|day|dose))"
    r"(?: ?(?:no\.?|number|#))? ?"
)
_COUNTS = (
    r"(?:platelets?|plt|plts|wbc|rbc|cfu|colon(?:y|ies)|viral load|counts?|copies|units?|heparin)"
    r"\W{1,3}(?:count\W{1,3})?(?:(?:of|is|was|were|at|over|about|greater than|less than)\W{1,2})?>?"
)
_FRACTION = _form("DATE", rf"(?<![\w/.-]){_MONTH_DAY}{_COUNTED}", re.I, _SCORED)
_TO = r" ?(?:-|–|to|through|thru) ?"
_RANGE = _form(
    "DATE", rf"(?<![\w/.-])(\d+)/(\d+){_TO}(\d+)/(\d+)(?![\d/%]|\.\d){_COUNTED}", re.I, _SCORED
)
_SURE = re.compile(r"\b(?:on|since|until|till|dated?|through|thru|before|after):? $", re.IGNORECASE)
_AT_TIME = re.compile(r",? (?:at|@) ?\d{1,2}(?::\d\d| ?[ap]\.?m)", re.IGNORECASE)
# What happens on a day; "last INR 4/2".
_EVENT = re.compile(
    r"\b(?:(?:re)?admit(?:ted)?|admission|discharged?|seen|due|labs?|surgery|bm"
    r"|(?:last|next|prior|previous)(?: [\w-]+){1,2}):? (?:from )?$",
    re.IGNORECASE,
)
_FORMS: tuple[_Form, ...] = (
    _form("EMAIL", r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    _form("URL", r"(?:https?://|www\.)\S+"),
    # Before numbers: in "Boise, ID 83702" the state is no label.
    _form("ADDRESS", r"\b[A-Z][a-z]+(?: [A-Z][a-z]+){0,2},? [A-Z]{2} \d{5}(?:-\d{4})?\b"),
    _form(
        "NUMBER",
        rf"\b{_IDS}\b(?: (?:number|no\.?|id))?[\s:#]{{0,12}}"
        r"(?P<found>[A-Z]{0,4}-?\d[\w-]{3,}\b)",
        re.IGNORECASE,
    ),
    _form(
        "NUMBER",
        rf"\b{_GROUPED_IDS}(?: (?:number|no\.?|id))?[\s:#]{{1,4}}"
        r"(?P<found>(?:[A-Z]{1,4}[ -])?\d{2,}(?:[ -]\d{2,})+)\b",
        re.IGNORECASE,
    ),
    _form("NUMBER", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)"),
    _form("NUMBER", r"\b\d{3}-\d{2}-\d{4}\b"),
    _form(
        "PHONE",
        r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b"
        r"(?:,? ?(?:x|ext\.?|extension) ?\d+)?|\b\d{3}-\d{4}\b"
        r"|\(\d{3}\) ?(?:\d{4}|\d{7})\b",
    ),
    _form("PHONE", r"(?<![\w./-])(?:\+44 ?(?:\(0\) ?)?|\(?0)\d{2,4}\)? \d{3,4} ?\d{3,4}\b"),
    _form(
        "ADDRESS",
        r"\b\d{1,6}[A-Z]?(?! [AP]M\b)(?: [NSEW]\.?)?"
        rf"(?: (?:[A-Z][\w'-]*|\d+(?:st|nd|rd|th))){{1,4}} "
        rf"{_STREET}(?:,? (?:Apt|Apartment|Suite|Ste|Unit|#)\.? ?#?\w+)?|\bP\.? ?O\.? Box \d+",
    ),
    # British ones: "Leeds LS7 4QB".
    _form("ADDRESS", r"\b(?:[A-Z][a-z]+,? )?[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"),
    _form("ADDRESS", r"\b(?i:zip(?: code)?):? (?P<found>\d{5}(?:-\d{4})?)\b"),
    _form(
        "DATE",
        rf"(?<![\d/.-]){_DAY}-{_DAY}-(?:\d{{4}}|\d\d)\b"
        rf"|(?<![\d/.]){_DAY}/{_DAY}/(?:\d{{4}}|\d\d)\b"
        r"|\b\d{4}([/.-])\d{1,2}\1\d{1,2}\b"
        rf"|(?<![\d.]){_DAY}\.{_DAY}\.{_YEAR}\b"
        rf"|\b(?:0?[1-9]|1[0-2])/{_YEAR}\b",
    ),
    _form(
        "DATE",
        rf"\b{MONTH}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR}\b"
        rf"|\b{_DAY}(?:st|nd|rd|th)?(?: of)?[ -]{MONTH}\b\.?(?:,? |-)(?:{_YEAR}|\d\d(?![\d.]))\b"
        rf"|\b{MONTH}\.?,?[ -]{_YEAR}\b|\b{_DAY}{MONTH}(?:{_YEAR}|\d\d)\b"
        rf"|\bborn (?:in )?(?P<found>{_YEAR})\b",
        re.IGNORECASE,
    ),
    _form(
        "DATE",
        rf"\b(?!(?-i:may|march)\b){MONTH}\.? {_DAY}(?:st|nd|rd|th)?\b{_MARKED}"
        rf"|\b{_DAY}(?:(?:st|nd|rd|th)(?: of)?| of)?[ -]{_VERB}{MONTH}\b\.?",
        re.IGNORECASE,
    ),
    _form(
        "NUMBER",
        rf"(?<![\d.,])\d{{6,}}(?!\d|[.,]\d)(?! ?(?:{_DOSES}|cells|copies|colon|cfu|per )|/)"
        r"|\b[A-Z]{1,3}-?\d{5,}\b",
        not_after=_COUNTS,
    ),
    _form(
        "AGE",
        r"\b(?:9\d|1[01]\d)(?=[- ]?(?:years?[- ](?:old|of age)|y\.?/? ?o\b|yr))"
        r"|\b(?<=\bage )(?:9\d|1[01]\d)\b|\bage[d:]:? ?(?:is )?(?P<found>9\d|1[01]\d)\b",
        re.IGNORECASE,
    ),
    _form(
        "AGE",
        r"\b(?:he|she|patient|pt) (?:is|was|turned) (?:now )?(?P<found>9\d|1[01]\d)"
        r"(?=[.,;]?(?:\s(?!\d)|$)(?!\s?(?:%|percent|kg|lb|pounds|degrees|on|over)))",
        re.IGNORECASE,
    ),
    _form("AGE", r"(?<![\d./])9\d(?=[FM]\b)", not_after=r"\b(?:t|temp\w*|tmax|fever)\b[^\n]{0,12}"),
    _form(
        "PLACE",
        r"\b(?!The )"
        r"(?:(?:(?:St|Ft|Mt|Dr|(?:[A-Z]\.){0,4}[A-Z])\.|[A-Z][\w'’-]{0,40}) (?:of )?){1,4}"
        r"(?:Medical Center|Hospital|Clinic|Health|Rehabilitation|Nursing Home|Hospice"
        r"|Infirmary|(?:High|Middle|Elementary) School|University|College|Church|Academy"
        r"|Correctional (?:Facility|Institution|Center)|(?:Assisted|Senior) Living"
        r"|Manor|Monastery|Convent|Pharmacy)\b",
    ),
    _form(
        "PLACE", r"\b(?:at|to|from) (?P<found>(?:[A-Z][\w'’-]{1,40} ){1,2}(?:General|Memorial))\b"
    ),
    _form("PLACE", rf"\b{_TOWN}, {_STATES}\b(?: \d{{5}}(?:-\d{{4}})?\b)?"),
    # "in Joliet, IL", not "seen in Liver, CT".
    _form(
        "PLACE",
        rf"\b(?:in|from|to|near|of) (?P<found>{_TOWN}"
        r", (?!CT|MD|PA|MI|OR|IV|ED|ER|IM)[ACDFGHIKLMNOPRSTUVW][A-Z]\b)",
    ),
)
_LIVES = (
    r"(?:(?:lives|lived|living|resides|residing|born|raised|grew up|works|worked|vacation(?:ed)?)"
    r" (?:alone |here )?(?:in (?:19|20)\d\d )?in|moved (?:here |back )?(?:to|from)"
    r"|(?:trip|travel(?:s|ed|led|ling)?|flew|drove|visit(?:ed|ing)?)(?: (?:him|her|them|in)){0,2}"
    r" (?:to|from)"
    r"|(?:native|resident) of"
    r"|(?:originally|(?:patient|he|she) is|man|gentleman|lady|retired [a-z]{3,}) from)"
)
_WORKS = (
    r"(?:(?:works?|worked|working|employed|job) (?:at|for|by|with)|retired from|employer(?::| is))"
)
_NO_PLACE = (
    r"(?:The|An?|Hospital|Clinic|Assisted|Nursing|Group|Skilled|Independent|Dr|Mrs?|Ms|January|February|March|April"
    r"|May|June|July|August|September|October|November|December)"
)
_CAPITAL = rf"(?:(?:St|Ft|Mt)\.|(?!{_NO_PLACE}\b)[A-Z][\w'’-]*[a-z]\b)"
_FORMS += (
    _form(
        "PLACE",
        rf"\b(?i:{_LIVES}) (?P<found>{_CAPITAL}(?: {_CAPITAL}){{0,2}}"
        rf"(?:, (?:{_CAPITAL}(?: {_CAPITAL})?|[A-Z]{{2}}\b))?)",
    ),
    _form("PLACE", rf"\b{_WORKS} (?:the )?(?P<found>{_CAPITAL}(?: (?:& |and )?{_CAPITAL}){{0,3}})"),
)
_BEFORE = 48
"""Characters in front of a number in which something may say what it counts."""
_LAST_WORD = re.compile(r"[A-Za-z][\w-]+\W{1,2}$")


def formed(text: str, vocabulary: TermMatcher | None) -> Iterator[tuple[int, int, str]]:
    """Finds identifiers by their form, those that may take words of others first.

    Args:
        text: Any text.
        vocabulary: Names of drugs, whose strengths look like dates ("Lotrel 10/20").

    Yields:
        Half-open character offsets and kind; they may overlap.
    """
    for form in _FORMS:
        for match in form.pattern.finditer(text):
            if not _leads_in(form, text[max(match.start() - _BEFORE, 0) : match.start()]):
                found = match.groupdict().get("found") and "found"
                yield match.start(found or 0), match.end(found or 0), form.kind
    for form, is_day in ((_RANGE, _are_days), (_FRACTION, _is_day)):
        for match in form.pattern.finditer(text):
            before = text[max(match.start() - _BEFORE, 0) : match.start()]
            if is_day(match, before) and not _ends_in_drug(before, vocabulary):
                yield match.start(), match.end(), form.kind


def _is_day(match: re.Match[str], before: str) -> bool:
    """Whether "3/14" is a day: "3/4", which may be a share, only where something happens on it."""
    _, _, day = match[0].partition("/")
    told = _SURE.search(before) is not None
    if _leads_in(_FRACTION, before):
        return told and len(day) > 1
    told = told or _AT_TIME.match(match.string, match.end()) is not None
    return told or _EVENT.search(before) is not None or (len(day) > 1 and day != "10")


def _are_days(match: re.Match[str], before: str) -> bool:
    """Whether "3/5-3/12" are days: the second follows within a month or so."""
    month, day, last_month, last_day = map(int, match.groups())
    follows = (month, day) < (last_month, last_day) and last_month - month in (0, 1)
    return (
        follows
        and day != last_day
        and last_month < 13
        and last_day < 32
        and not _leads_in(_RANGE, before)
    )


def _leads_in(form: _Form, before: str) -> bool:
    return form.not_after is not None and form.not_after.search(before) is not None


def _ends_in_drug(before: str, vocabulary: TermMatcher | None) -> bool:
    word = _LAST_WORD.search(before)
    return bool(vocabulary and word and vocabulary.find(word[0]))
