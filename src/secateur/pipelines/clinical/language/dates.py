"""The date that a document bears: its format's, a labelled one, or the first of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from secateur.pipelines.document.calendar_words import MONTH, MONTHS, WEEKDAY, YEAR
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.validation import check

_NAMED = rf"(?P<name>{MONTH})\.?"
_TH = r"(?:st|nd|rd|th)?"
_OVER_12 = r"1[3-9]|[23]\d"
_FORMS = tuple(
    re.compile(rf"{form}(?![\d/])", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})([/.-])(?P<month>\d{1,2})\2(?P<day>\d{1,2})",
        # With points either may stand first, so that one of them has to be no month.
        rf"(?P<day>{_OVER_12})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}})",
        rf"(?P<month>\d{{1,2}})\.(?P<day>{_OVER_12})\.(?P<year>\d{{4}})",
        rf"{_NAMED} (?P<day>\d{{1,2}}){_TH},? (?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}}){_TH}(?: of)?[ -]{_NAMED}(?:,? |-)(?P<year>\d{{4}}|\d\d)",
    )
)


def _stroked(day: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Matches dates with strokes that begin with the month, and with the day."""
    month, day = r"(?P<month>0?[1-9]|1[0-2])", rf"(?P<day>{day})"
    both = (rf"{month}([/-]){day}", rf"{day}([/-]){month}")
    first, second = (re.compile(rf"{two}\2(?P<year>\d{{4}}|\d\d)(?![\d/])") for two in both)
    return first, second


_MONTH_FIRST, _DAY_FIRST = _stroked(r"\d{1,2}")
_SURELY_MONTH_FIRST, _SURELY_DAY_FIRST = _stroked(_OVER_12)
# Letters and digits without a space or stroke are a date behind a label only.
_COMPACT = tuple(
    re.compile(rf"{form}(?!\w)", re.IGNORECASE)
    for form in (
        rf"(?P<day>\d{{1,2}})(?P<name>{MONTH})(?P<year>\d{{4}}|\d\d)",
        rf"(?P<year>{YEAR})(?P<month>\d\d)(?P<day>\d\d)",
    )
)
_START = re.compile(rf"(?<![\w/.-])(?=\d|{MONTH}\b)", re.IGNORECASE)
_OTHER_TIME = (
    r"(?<!last )(?<!first )(?<!next )(?<!prior )(?<!previous )(?<!previously )(?<!initially )"
    r"(?<!-up )"
)
_SEEN = r"(?:admitted|seen|examined|arrival|discharged)"
_SIGNED = r"(?:dictated|typed|transcribed|signed)"


def _label(kinds: str, acts: str, bare: str = "(?!)") -> re.Pattern[str]:
    """Matches labels of dates up to where the date begins, if one does."""
    time = r"(?: ?(?:/|and) ?time)?"
    return re.compile(
        rf"(?:\bdate{time} of {kinds}|{_OTHER_TIME}\b{kinds} date{time}|{_OTHER_TIME}\b{acts}"
        rf"(?: on)?(?=:)|{bare}{time}(?=[ \t]*[:|]))"
        rf"[ \t|:=-]*(?:(?:on|{WEEKDAY}),? )?(?:the )?"
        rf"(?=\d|{MONTH}\b)",
        re.IGNORECASE,
    )


_LABELS = (
    # A bare "date" that follows a word is of something else ("Onset date").
    _label(
        r"(?:visit|service|admission|admit|exam(?:ination)?|study|encounter|consult(?:ation)?"
        r"|evaluation|clinic|call)",
        _SEEN,
        r"(?<![a-z-])(?<![a-z] )(?:date|dos|doa|visit|encounter|today(?:'s date)?)",
    ),
    _label(r"(?:surgery|procedure|operation|discharge|note)", "collected"),
    # When something was written down is later than when it was.
    _label(r"(?:report|dictation)", rf"(?:{_SIGNED}|reported)"),
)
_DISCHARGE = _label("discharge", "discharged?", r"\bdod")
_DISCHARGES = re.compile(r"\bdischarge\b[^\n:]*\b(?:summary|note|letter|report)\b", re.IGNORECASE)
_ACT = re.compile(
    rf"{_OTHER_TIME}\b(?:{_SEEN}\b[^\n\d]{{0,20}}?|{_SIGNED}\b[^\n\d]{{0,20}}?"
    r"|signed by\b[^\n\d]{0,60}?)$"
    r"|\btoday(?:'s date)?(?: is)?,? $",
    re.IGNORECASE,
)
# What dates of birth, of earlier times and of what is planned are led in by.
_NOT_OWN = re.compile(
    r"\b(?:d\.?o\.?b\.?|birth|born|l\.?m\.?p\.?|menstrua\w+|last|prior|previous(?:ly)?|since|until"
    r"|scheduled|set for|due|onset)\b[^\n\d]{0,12}$",
    re.IGNORECASE,
)
_BEFORE = 80
"""Characters before a date in which something may say what it is of."""
# What a date may follow that is the note's: "Letter, ", "Progress note of ", "Hospital day 2 - ".
_TITLE = re.compile(
    r"\b(?:note|letter|report|summary|visit|consult(?:ation)?|evaluation)\b[^:\d]{0,12}$",
    re.IGNORECASE,
)
_A_DAY = re.compile(r"\W*(?:(?:hospital|icu|post-?op(?:erative)?) )?day #?\d+\W*$", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:next|return|follow\w*|another|earlier|comparison|outside)\b", re.I)
_STOP = re.compile(r"[.;](?=\s)")
_SENTENCE = 200
"""Characters before a date that may belong to its sentence."""
_LINE_END = re.compile(r"[ \t:]*(?:\n|$)")
_OPENING = 3
"""Lines that may stand above one that opens with the note's date."""
_CENTURY = 50
"""Years of two digits below it are after 2000."""


def date_of(document: Document, beside: str = "") -> date | None:
    """Reads the date that a document bears.

    Args:
        document: A note.
        beside: Other text of its record, whose dates tell as well which of day and month is first.

    Returns:
        The date that the format gives; else, of a note that discharges, the first that is labelled
        as the discharge's; else the first after a label such as "Date of visit:"; else
        the first on which the patient was "seen" or the like; else the first that heads the note or
        a day of it. In "03/04/2026" the month stands first unless other dates of the text can only
        begin with the day. None where there is none with day, month and year, or where a label
        stands before what cannot be read: another date of the text would be a wrong one.
    """
    check(document, Document)
    if document.dated is not None:
        return date.fromisoformat(document.dated)
    text = document.text
    forms = (*_FORMS, *_strokes(f"{text}\n{beside}"))
    for label in (_DISCHARGE, *_LABELS) if _discharges(document) else _LABELS:
        ends = [match.end() for match in label.finditer(text)]
        if ends:
            labelled = (_date_at(text, end, (*forms, *_COMPACT)) for end in ends)
            return next(filter(None, labelled), None)
    return _unlabelled(text, forms)


def _strokes(text: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How to read dates with strokes, by those of the text that have one reading only."""
    starts = [match.end() for match in _START.finditer(text)]
    by_day, by_month = (
        any(form.match(text, start) for start in starts)
        for form in (_SURELY_DAY_FIRST, _SURELY_MONTH_FIRST)
    )
    if by_day and by_month:
        return _SURELY_MONTH_FIRST, _SURELY_DAY_FIRST
    return (_DAY_FIRST, _MONTH_FIRST) if by_day else (_MONTH_FIRST, _DAY_FIRST)


def _discharges(document: Document) -> bool:
    """Whether a note's title says so, or it lists medications to go home with."""
    opening = document.text.lstrip().split("\n", _OPENING)[:_OPENING]
    return any(map(_DISCHARGES.search, opening)) or any(
        passage.section == "Discharge Medications" for passage in document.passages
    )


def _unlabelled(text: str, forms: Sequence[re.Pattern[str]]) -> date | None:
    first = None
    for match in _START.finditer(text):
        found = _date_at(text, match.end(), forms)
        before = text[max(match.end() - _BEFORE, 0) : match.end()]
        if found is None or _NOT_OWN.search(before):
            continue
        if _ACT.search(before):
            return found
        if first is None and _is_head(text, match.end(), forms):
            first = found
    return first


def _is_head(text: str, at: int, forms: Sequence[re.Pattern[str]]) -> bool:
    """Whether a date heads a note: it opens its first lines, stands alone, or follows a title."""
    above, _, line = text[:at].rpartition("\n")
    opens = above.strip().count("\n") < _OPENING
    if not line.strip():
        date_ = _match_at(text, at, forms)
        return opens or (date_ is not None and _LINE_END.match(text, date_.end()) is not None)
    title = _STOP.split(line[-_SENTENCE:])[-1]
    is_title = _TITLE.search(title) is not None and _OTHER.search(title) is None
    return _A_DAY.match(line) is not None or (opens and is_title)


def _date_at(text: str, at: int, forms: Sequence[re.Pattern[str]]) -> date | None:
    match = _match_at(text, at, forms)
    return _as_date(match) if match else None


def _match_at(text: str, at: int, forms: Sequence[re.Pattern[str]]) -> re.Match[str] | None:
    return next(filter(None, (form.match(text, at) for form in forms)), None)


def _as_date(match: re.Match[str]) -> date | None:
    given = match.groupdict()
    name, year = given.get("name"), int(given["year"])
    month = MONTHS[name[:3].lower()] if name else int(given["month"])
    if len(given["year"]) == 2:
        year += 2000 if year < _CENTURY else 1900
    try:
        return date(year, month, int(given["day"]))
    except ValueError:
        return None
