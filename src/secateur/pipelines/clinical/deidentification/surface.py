"""Identifiers that their form gives away: dates, numbers, phones, high ages, addresses, places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secateur.pipelines.clinical.deidentification.forms import Form, form
from secateur.pipelines.clinical.deidentification.places import ADDRESSES, PLACES
from secateur.pipelines.document.calendar_words import MONTH, WEEKDAY_BEGINS, YEAR
from secateur.pipelines.terminology.matcher import TermMatcher

_IDS = (
    r"(?:mrn|medical record|record|account|acct|chart|case|patient id|visit|encounter|accession"
    r"|acc(?= ?#)|(?:mr|hosp(?:ital)?|interp(?:reter)?|fin)(?= ?#)|csn|unos|incident"
    r"|policy|member(?: id)?|insurance(?: id)?|lic(?:en[sc]e(?: plate)?|\.)?|passport"
    r"|medicare|medicaid|badge|vin|pager|beeper|bleep|ext(?:ension)?|dea|npi|ssn|social security"
    r"|serial|device|lot|id)"
)
_GROUPED_IDS = (
    r"(?:insurance|member|policy|medicare|medicaid|subscriber|account|acct|mrn|patient|group|grp"
    r"|tracking|claim|file|nhs|ins(?=:)|hosp(?:ital)?(?= (?:no|number|id)\b))"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH_DAY = rf"(?:0?[1-9]|1[0-2])/{_DAY}(?![\d/%]|\.\d)"
_DOSES = (
    r"(?:mg|mcg|g|ml|cc|cm|mm|units?|iu|meq|doses?|tab(?:let)?s?|cap(?:sule)?s?|drops?|puffs?"
    r"|times|daily|b\.?i\.?d|t\.?i\.?d|q\.?d|q\.?h\.?s|at bedtime|%)"
)
# What follows fractions, and never a day.
_COUNTED = (
    rf"(?!,? (?:{_DOSES}|sites|strength|pain|scale|points?|(?:lymph )?nodes?|LNs?|cores?|leads?"
    r"|teeth|joints?|hours?|weeks?|months?|years?|french|gauge|of|packs?|inch(?:es)?"
    r"|(?:blood )?cultures?|bottles?|extremities|criteria|quadrants?|o[sdu]|on the (?:left|right)"
    r"|in (?:severity|intensity|strength)|murmur|positive|correct|vision|acuity|cycles|sessions"
    r"|visits|treatments|fractions|days|throughout)(?!\w))"
)
# "May" and "march" are verbs too, unless a year stands beside.
_VERB = r"(?!(?-i:may|MAY|march|MARCH)\b)"
_TIMES = r"(?! (?:to \d|-)|[ -]?(?:weeks?|days?|hours?|months?|more|or \d|x)\b)"
_MARKED = rf"(?!\s?{_DOSES}(?!\w)){_TIMES}"
_SCORED = (
    r"\b(?:pain|scor(?:e[ds]?|ing)|scale|rat(?:e[sd]?|ing)|severity|intensity|acuity|vision|visual"
    r"|snellen|strength|grade[ds]?|murmur|apgars?|mmse|moca|gcs|ratio|stents?|lens(?:es)?"
    r"|bipap|bilevel|[ci]pap|psv?|pressures?|peep|h/?h|h&h|bp|va|dp|pupils?"
    r"|improved|dropped|down|reflexes|pulses?|phq|gad|epds|audit|slums|braden|nihss)\b"
    r"[^.;\n]{0,30}?"
    # "Cycle 10/12" is the tenth of twelve.
    r"|(?<!last )(?<!next )(?<!prior )\b(?:visit|cycle|fraction|session|treatment|day|dose)"
    r"(?: ?(?:no\.?|number|#):?)? ?"
)
_COUNTS = (
    r"(?:platelets?|plt|plts|wbc|rbc|cfu|colon(?:y|ies)|viral load|counts?|copies|units?|heparin)"
    r"\W{1,3}(?:count\W{1,3})?(?:(?:of|is|was|were|at|over|about|greater than|less than)\W{1,2})?>?"
)
_FRACTION = form("DATE", rf"(?<![\w/.-]){_MONTH_DAY}{_COUNTED}", re.I, _SCORED)
_TO = r" ?(?:-|–|to|through|thru) ?"
_RANGE = form(
    "DATE", rf"(?<![\w/.-])(\d+)/(\d+){_TO}(\d+)/(\d+)(?![\d/%]|\.\d){_COUNTED}", re.I, _SCORED
)
_SURE = re.compile(
    r"\b(?:on|since|until|till|dated?|through|thru|before|after"
    r"|(?<!duced )(?<!creased )(?<!cut )(?<!down )by"
    rf"|{WEEKDAY_BEGINS}[a-z]{{0,6}}\.?,?):? $",
    re.IGNORECASE,
)
_HEADS = re.compile(r"(?:\A|\n|[.;]\s)\s*$")
"""Before a day that heads what happened on it: "5/6: afebrile. 5/7: fever"."""
# "1/8 at 2:30", "11/8 1500", and not "1/2 1000 mg tablet".
_AT_TIME = re.compile(
    r",? (?:(?:at|@) ?\d{1,2}(?::\d\d| ?[ap]\.?m)"
    rf"|(?:at |@ ?)?(?:[01]\d|2[0-3]):?[0-5]\d(?![\d/]|[.,]\d| ?(?:{_DOSES}|k?cal\w*)(?!\w)))",
    re.IGNORECASE,
)
# What happens on a day; "last INR 4/2".
_EVENT = re.compile(
    r"\b(?:(?:re)?admit(?:ted)?|admission|discharged?|seen|due|labs?|surgery|bm|lmp|edc|edd|adm|dos"
    r"|d/?c['’]?e?d|stopped|completed|finished|removed|placed|(?:ex|in)tubated"
    r"|return(?:ed|s)?(?: to [\w-]+(?: [\w-]+)?)?"
    r"|(?:last|next|prior|previous|repeat|recheck)(?: [\w-]+){1,2}):? (?:from )?$",
    re.IGNORECASE,
)
_BESIDE = 24
"""Characters of one sentence between days that stand side by side: "TTE 7/4, and TEE 7/8"."""
_HIGH_AGE, _NINETY = r"(?:9\d|1[01]\d)", r"ninety(?:-\w+)?"
"""Ages that few reach, and that tell who it is."""
_NO_AMOUNT = r"(?!\s?(?:%|percent|kg|lb|pounds|degrees|on|over))"
_FORMS: tuple[Form, ...] = (
    form("EMAIL", r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    form("URL", r"(?:https?://|www\.)\S+|(?<!\S)@[A-Za-z]\w{2,30}\d\b"),
    form("URL", r"\b(?:[a-z][\w-]{0,40}\.){1,4}(?:com|org|net|edu|gov|co\.uk)\b(?:/\S*)?"),
    form(
        "NUMBER",
        rf"\b{_IDS}\b(?: (?:number|no\.?|id))?[\s:#]{{0,12}}"
        r"(?P<found>[A-Z]{0,4}-?\d[\w-]{3,}\b(?: \d{4,}\b)?|[A-Z]{2,4}\d{3}\b)",
        re.IGNORECASE,
    ),
    form(
        "NUMBER",
        rf"\b{_GROUPED_IDS}(?: (?:number|no\.?|id))?[\s:#]{{1,4}}"
        r"(?P<found>(?:[A-Z]{1,4}[ -])?\d{2,}(?:[ -]\d{2,})+)\b",
        re.IGNORECASE,
    ),
    form(
        "NUMBER",
        rf"\b(?:group|grp|order|claim)(?: (?:number|no\.?|id))?[\s:#]{{1,4}}"
        rf"(?P<found>\d[A-Z\d-]{{4,}})\b(?![,-]\w| ?{_DOSES}(?!\w))",
        re.IGNORECASE,
    ),
    form("NUMBER", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)"),
    form(
        "NUMBER",
        r"\b\d{3}-\d{2}-\d{4}\b|(?<![\d-])\d{2}-(?:\d{2,3}-\d{4}|\d{7})\b"
        r"|(?<!\w)[xX*]{3}-[xX*]{2}-\d{4}\b"
        r"|(?<![\d.,])[1-9]\d{3} \d{3,5} \d{1,4}(?![\d.,/]\d| ?[a-z%])",
    ),
    form("NUMBER", r"\b(?i:plate)[\s:#]{1,4}(?P<found>[A-Z]{2,4}[ -]?\d{3,4}|\d[A-Z]{3}\d{3})\b"),
    form(
        "PHONE",
        r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b"
        r"(?:,? ?(?:x|ext\.?|extension) ?\d+)?|\b\d{3}-\d{4}\b"
        r"|\(\d{3}\) ?(?:\d{4}|\d{7})\b|\b\d{3}/\d{3}-\d{4}\b|\bx\d{4,5}\b"
        r"|\bx\d-\d{4}\b|\+\d{2} \d{4,5} \d{5,6}\b|\(0\d\) \d{4} \d{4}\b"
        r"|\b(?i:call(?:ed)?|ph|phone|tel|cell|mobile|fax|text(?:ed)?|reached? at|number):? "
        r"(?P<found>\d{3}[ .]\d{4})\b",
    ),
    form("PHONE", r"(?<![\w./-])(?:\+44 ?(?:\(0\) ?)?|\(?0)\d{2,4}\)? \d{3,4} ?\d{3,4}\b"),
    form(
        "DATE",
        rf"(?<![\d/.-]){_DAY}-{_DAY}-(?:\d{{4}}|\d\d)\b"
        rf"|(?<![\d/.]){_DAY}/{_DAY}/(?:\d{{4}}|\d\d)\b"
        r"|\b\d{4}([/.-])\d{1,2}\1\d{1,2}\b"
        rf"|(?<![\d.]){_DAY}\.{_DAY}\.(?:{YEAR}|\d\d(?![\d.]))\b"
        rf"|\b(?:0?[1-9]|1[0-2])/{YEAR}\b",
    ),
    form(
        "DATE",
        rf"\b{MONTH}\.? {_DAY}(?:st|nd|rd|th)?,? (?:{YEAR}|['’]\d\d)\b|\b{MONTH}\.? ['’]\d\d\b"
        rf"|\b{_DAY}(?:st|nd|rd|th)?(?: of)?[ -]{MONTH}\b\.?(?:,? |-)(?:{YEAR}|\d\d(?![\d.]))\b"
        rf"|\b(?:(?:late|early|mid)[ -])?{MONTH}\.?,?[ -]{YEAR}\b"
        rf"|\b{_DAY}{MONTH}(?:{YEAR}|\d\d)\b"
        rf"|\bborn (?:in )?(?P<found>{YEAR})\b",
        re.IGNORECASE,
    ),
    # "S21-08816", "GMC/2022/104482": letters and five digits or more.
    form(
        "NUMBER",
        r"(?<![\w/-])(?!G\d)(?=[\d/-]{0,16}[A-Z])(?=(?:[A-Z/-]{0,12}\d){5})[A-Z\d]{1,20}"
        r"(?:[/-][A-Z\d]{1,20}){0,4}(?![\w/-]|\.\d)",
    ),
    form(
        "NUMBER",
        rf"(?<![\d.,])\d{{6,}}(?!\d|[.,]\d)(?! ?(?:{_DOSES}|cells|copies|colon|cfu|per )|/)"
        r"|\b[A-Z]{1,3}-?\d{5,}\b|\b(?:19|20)\d\d/\d{4,}\b",
        not_after=_COUNTS,
    ),
    # "On the 23rd", "since August".
    form(
        "DATE",
        rf"\b(?:on|until|by|before|after|since|again) (?P<found>the {_DAY}(?:st|nd|rd|th))"
        r"(?=[.,;:?!)]|$| (?:and|for|with|at|of this|of last|of next)\b)",
        re.IGNORECASE,
    ),
    form(
        "DATE",
        r"\b(?i:in|from|since|until|last|this|next|by|around) (?:late |early |mid-?)?"
        r"(?P<found>(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber"
        r"|Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\b(?!\.? \d)",
    ),
    form(
        "DATE",
        rf"\b(?!(?-i:may|march)\b){MONTH}\.? {_DAY}(?:st|nd|rd|th)?\b{_MARKED}"
        rf"|\b{_DAY}(?:(?:st|nd|rd|th)(?: of)?| of)?[ -]{_VERB}{MONTH}\b\.?",
        re.IGNORECASE,
    ),
    form(
        "AGE",
        rf"\b{_HIGH_AGE}(?=[- ]?(?:years?[- ](?:old|of age)|y\.?/? ?o\b|yr))"
        rf"|\b(?<=\bage ){_HIGH_AGE}\b|\bage[d:]:? ?(?:is )?(?P<found>{_HIGH_AGE})\b",
        re.IGNORECASE,
    ),
    form(
        "AGE",
        rf"\b(?:he|she|patient|pt) (?:is|was|turned) (?:now )?(?P<found>{_HIGH_AGE})"
        rf"(?=[.,;]?(?:\s(?!\d)|$){_NO_AMOUNT})",
        re.IGNORECASE,
    ),
    form(
        "AGE",
        rf"\b(?:man|woman|lady|gentleman|male|female|age) of (?P<found>{_HIGH_AGE}|{_NINETY})\b"
        rf"|\b(?:pt|patient) \((?P<pt>{_HIGH_AGE})\)"
        r"|\b(?:turned|turning|turns|lived to(?: be)?|died at|aged?)"
        rf" (?P<old>{_HIGH_AGE}|{_NINETY})\b{_NO_AMOUNT}"
        r"|\b(?:wife|husband|mother|father|mom|dad|grand(?:mother|father)|aunt|uncle|sister|brother)"
        rf" (?:(?:is|was) (?:now )?|\()(?P<of>{_HIGH_AGE})\b"
        r"|\b(?:died|passed(?: away)?|ca|cancer|stroke|mi) at (?:age )?"
        rf"(?P<at>{_HIGH_AGE})\b(?!/)",
        re.IGNORECASE,
    ),
    form(
        "AGE",
        r"\b(?:Mrs?|Ms|Miss)\b\.?(?: [A-Z][\w'’.-]{0,30}){1,3},"
        rf" (?P<found>{_HIGH_AGE})(?=[,;.)\s])",
    ),
    form("AGE", rf"\b{_NINETY}(?=[ -]years?\b)", re.IGNORECASE),
    form("AGE", r"(?<![\d./])9\d(?=[FM]\b)", not_after=r"\b(?:t|temp\w*|tmax|fever)\b[^\n]{0,12}"),
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
    for each in (*ADDRESSES, *_FORMS, *PLACES):
        for match in each.pattern.finditer(text):
            if not _leads_in(each, _before(match)):
                found = next((name for name, group in match.groupdict().items() if group), 0)
                yield match.start(found), match.end(found), each.kind
    for match in _RANGE.pattern.finditer(text):
        if _are_days(match) and not _ends_in_drug(_before(match), vocabulary):
            yield match.start(), match.end(), _RANGE.kind
    for group in _side_by_side(text):
        free = [match for match in group if not _ends_in_drug(_before(match), vocabulary)]
        told = [match for match in free if _is_day(match)]
        also = [match for match in free if told and not _leads_in(_FRACTION, _before(match))]
        for match in {*told, *also}:
            yield match.start(), match.end(), _FRACTION.kind


def _side_by_side(text: str) -> list[list[re.Match[str]]]:
    """Fractions in groups: what is near the one before in its sentence, and soon after it."""
    groups: list[list[re.Match[str]]] = []
    for match in _FRACTION.pattern.finditer(text):
        if groups and _is_beside(groups[-1][-1], match):
            groups[-1].append(match)
        else:
            groups.append([match])
    return groups


def _is_beside(first: re.Match[str], then: re.Match[str]) -> bool:
    between = first.string[first.end() : then.start()]
    (month, day), (later, last) = (map(int, match[0].split("/")) for match in (first, then))
    # "Seen 5/3, 5/5" may well be a strength.
    is_soon = (month, day) < (later, last) and later - month < 2 and later != last
    return is_soon and len(between) <= _BESIDE and not re.search(r"[.;\n]", between)


def _before(match: re.Match[str]) -> str:
    return match.string[max(match.start() - _BEFORE, 0) : match.start()]


def _is_day(match: re.Match[str]) -> bool:
    """Whether "3/14" is a day: "3/4", which may be a share, only where something happens on it."""
    before = _before(match)
    month, _, day = match[0].partition("/")
    told = _SURE.search(before) is not None
    if _leads_in(_FRACTION, before):
        return told and len(day) > 1
    behind = match.string[match.end() : match.end() + _BEFORE]
    # No share is of more than its whole, and none is written with a naught before it.
    told = told or "0" in (month[0], day[0]) or int(month) > max(int(day), 6)
    told = told or _AT_TIME.match(behind) is not None
    told = told or (behind.startswith(": ") and _HEADS.search(before) is not None)
    return told or _EVENT.search(before) is not None or (len(day) > 1 and day != "10")


def _are_days(match: re.Match[str]) -> bool:
    """Whether "3/5-3/12" are days: the second follows within a month or so."""
    month, day, last_month, last_day = map(int, match.groups())
    follows = (month, day) < (last_month, last_day) and last_month - month in (0, 1)
    return (
        follows
        and day != last_day
        and last_month < 13
        and last_day < 32
        and not _leads_in(_RANGE, _before(match))
    )


def _leads_in(each: Form, before: str) -> bool:
    return each.not_after is not None and each.not_after.search(before) is not None


def _ends_in_drug(before: str, vocabulary: TermMatcher | None) -> bool:
    word = _LAST_WORD.search(before)
    terms = vocabulary.find(word[0]) if vocabulary and word else ()
    return any(match.term.kind == "drug" for match in terms)
