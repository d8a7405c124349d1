"""Identifiers that their form gives away: dates, numbers, addresses, phones, high ages, places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from secateur.pipelines.clinical.dates import MONTH
from secateur.pipelines.terminology.matcher import TermMatcher

_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl"
    r"|Terrace|Highway|Hwy|Parkway|Pkwy|Circle|Square|Trail)\b\.?"
)
_IDS = (
    r"(?:mrn|medical record|record|account|acct|chart|case|patient id|visit|encounter|accession"
    r"|policy|member(?: id)?|insurance(?: id)?|licen[sc]e|dea|npi|ssn|social security|serial"
    r"|device|lot|id)"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH_DAY = r"(?:0?[1-9]|1[0-2])/(?:0[1-9]|[12]\d|3[01])(?![\d/%]|\.\d)"
_DOSES = (
    r"(?:mg|mcg|g|ml|cc|cm|mm|units?|iu|meq|doses?|tab(?:let)?s?|cap(?:sule)?s?|drops?|puffs?"
    r"|times|daily|b\.?i\.?d|t\.?i\.?d|q\.?d|q\.?h\.?s|at bedtime|%)"
)
# What follows fractions, and never a day.
_COUNTED = (
    rf"(?!,? (?:{_DOSES}|sites|strength|pain|scale|points?|(?:lymph )?nodes?|cores?|leads?|teeth"
    r"|joints?|hours?|weeks?|months?|years?|french|gauge|on the (?:left|right)|in (?:severity"
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
    r"|improved|dropped|down|reflexes|pulses?)\b[^.;\n]{0,30}?"
)
_COUNTS = (
    r"(?:platelets?|plt|plts|wbc|rbc|cfu|colon(?:y|ies)|viral load|counts?|copies|units?|heparin)"
    r"\W{1,3}(?:count\W{1,3})?(?:(?:of|is|was|were|at|over|about|greater than|less than)\W{1,2})?>?"
)
_FRACTION = _form("DATE", rf"(?<![\w/.-]){_MONTH_DAY}(?<!/10){_COUNTED}", re.I, _SCORED)
_FORMS: tuple[_Form, ...] = (
    _form("EMAIL", r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    _form("URL", r"(?:https?://|www\.)\S+"),
    _form(
        "NUMBER",
        rf"\b{_IDS}\b(?: (?:number|no\.?|id))?[\s:#]{{0,12}}"
        r"(?P<found>[A-Z]{0,4}-?\d[\w-]{3,}\b)",
        re.IGNORECASE,
    ),
    _form("NUMBER", r"\b\d{3}-\d{2}-\d{4}\b"),
    _form(
        "PHONE",
        r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b"
        r"(?:,? ?(?:x|ext\.?|extension) ?\d+)?|\b\d{3}-\d{4}\b"
        r"|\(\d{3}\) ?\d{4}\b",
    ),
    _form(
        "ADDRESS",
        r"\b\d{1,6}[A-Z]?(?! [AP]M\b)(?: [NSEW]\.?)?"
        rf"(?: (?:[A-Z][\w'-]*|\d+(?:st|nd|rd|th))){{1,4}} "
        rf"{_STREET}(?:,? (?:Apt|Apartment|Suite|Ste|Unit|#)\.? ?#?\w+)?|\bP\.? ?O\.? Box \d+",
    ),
    _form("ADDRESS", r"\b[A-Z][a-z]+(?: [A-Z][a-z]+){0,2},? [A-Z]{2} \d{5}(?:-\d{4})?\b"),
    _form(
        "DATE",
        rf"(?<![\d/.-]){_DAY}([/-]){_DAY}\1(?:\d{{4}}|\d\d)\b"
        r"|\b\d{4}([/.-])\d{1,2}\2\d{1,2}\b"
        rf"|(?<![\d.]){_DAY}\.{_DAY}\.{_YEAR}\b"
        rf"|\b(?:0?[1-9]|1[0-2])/{_YEAR}\b",
    ),
    _form(
        "DATE",
        r"\b(?:on|since|until|till|dated?|through|thru|before|after):? "
        rf"(?P<found>{_MONTH_DAY}){_COUNTED}",
        re.IGNORECASE,
    ),
    _form(
        "DATE",
        rf"\b{MONTH}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR}\b"
        rf"|\b{_DAY}(?:st|nd|rd|th)?(?: of)?[ -]{MONTH}\b\.?(?:,? |-)(?:{_YEAR}|\d\d(?![\d.]))\b"
        rf"|\b{MONTH}\.?,?[ -]{_YEAR}\b",
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
    _form("AGE", r"(?<![\d./])9\d(?=[FM]\b)", not_after=r"\b(?:t|temp\w*|tmax|fever)\b[^\n]{0,12}"),
    _form(
        "PLACE",
        r"\b(?!The )"
        r"(?:(?:(?:St|Ft|Mt|Dr|(?:[A-Z]\.){0,4}[A-Z])\.|[A-Z][\w'’-]{0,40}) (?:of )?){1,4}"
        r"(?:Medical Center|Hospital|Clinic|Health|Rehabilitation|Nursing Home|Hospice"
        r"|Infirmary)\b",
    ),
)
_LIVES = (
    r"(?:(?:lives|lived|living|resides|residing|born|raised|grew up|works|worked|vacation(?:ed)?)"
    r" (?:alone |here )?in|moved (?:here |back )?(?:to|from)|(?:trip|travel(?:s|ed|led|ling)?"
    r"|flew|drove|visit(?:ed|ing)?) (?:to|from)|(?:native|resident) of)"
)
_WORKS = r"(?:(?:works?|worked|working|employed|job) (?:at|for|by|with)|retired from|employer:)"
_NO_PLACE = (
    r"(?:The|An?|Assisted|Nursing|Group|Skilled|Independent|Dr|Mrs?|Ms|January|February|March|April"
    r"|May|June|July|August|September|October|November|December)"
)
_CAPITAL = rf"(?:(?:St|Ft|Mt)\.|(?!{_NO_PLACE}\b)[A-Z][\w'’-]*[a-z]\b)"
_FORMS += (
    _form(
        "PLACE",
        rf"\b{_LIVES} (?P<found>{_CAPITAL}(?: {_CAPITAL}){{0,2}}"
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
    for match in _FRACTION.pattern.finditer(text):
        before = text[max(match.start() - _BEFORE, 0) : match.start()]
        if not _leads_in(_FRACTION, before) and not _ends_in_drug(before, vocabulary):
            yield match.start(), match.end(), _FRACTION.kind


def _leads_in(form: _Form, before: str) -> bool:
    return form.not_after is not None and form.not_after.search(before) is not None


def _ends_in_drug(before: str, vocabulary: TermMatcher | None) -> bool:
    word = _LAST_WORD.search(before)
    return bool(vocabulary and word and vocabulary.find(word[0]))
