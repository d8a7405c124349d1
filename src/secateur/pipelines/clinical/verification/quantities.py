"""Numbers, dates, units and doses of a sentence, compared with those of its evidence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from secateur.pipelines.clinical.verification.content import content_words, with_years
from secateur.pipelines.document.calendar_words import MONTH, MONTHS
from secateur.pipelines.document.document import Span
from secateur.pipelines.document.numerals import parse_words

Value = tuple[object, ...]
"""What is compared, part by part; None agrees with anything."""

_NUMBER = re.compile(r"(?:(?<![\w.])|(?<=\bx))(\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
_IN_YEAR = r"(?:,? ((?:19|20)\d\d))?"
# "Mar 5", and not "take 2 may repeat".
_NAMED = rf"(?!(?-i:may|mar|march)\b)({MONTH})"
DATE = re.compile(
    r"\b(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?\b|\b(\d{4})-(\d\d)-(\d\d)\b"
    rf"|\b{_NAMED}\.? {_ORDINAL}\b{_IN_YEAR}|\b{_ORDINAL}(?: of)? {_NAMED}\b{_IN_YEAR}",
    re.IGNORECASE,
)
"""A day, with the year or without."""
# "2." before an item of a list counts nothing.
_ITEM = re.compile(r"\s*\d{1,2}[.)]\s+")
_UNITS = (
    "mg|milligrams?|mcg|micrograms?|µg|ug|g|gm|gram|grams|kg|ml|cc|l|dl|units?|meq|mmol|mm|cm|%|percent|degrees|weeks?|days?"
    "|months?|years?|wks?|w|hours?|minutes?|times|tablets?|pounds?|lbs?|inches|bpm|mmhg|c?gy|fractions?"
)
_SAME_UNIT = {
    "milligram": "mg", "milligrams": "mg", "microgram": "mcg", "micrograms": "mcg",
    "gm": "g", "gram": "g", "grams": "g", "cc": "ml", "µg": "mcg", "ug": "mcg", "percent": "%",
    "lb": "pound", "lbs": "pound", "hr": "hour", "hrs": "hour", "d": "day", "wk": "week",
    "wks": "week", "w": "week", "h": "hour", "mo": "month", "mos": "month", "yr": "year",
    "yrs": "year",
}  # fmt: skip
DOSE_UNITS = frozenset("mg mcg g ml unit meq mmol tablet".split())
"""Units in one spelling in which drugs are given."""
_CLAUSE = re.compile(r"[,;:(]|\.\s")
_OF = re.compile(r"^\s+of\s+(\w+)")
SPELT_OUT = "one two three four five six seven eight nine ten eleven twelve".split()
"""Names of the numbers from one on."""
_ONES = "|".join(SPELT_OUT[:9])
_TEENS = "|".join(f"{word}teen" for word in "thir four fif six seven eigh nine".split())
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_TWO_DIGITS = rf"(?:(?:{_TENS})(?:[ -](?:{_ONES}))?|{_TEENS}|ten|eleven|twelve)"
_CENTURY = re.compile(rf"(nineteen|twenty) ({_TWO_DIGITS})", re.IGNORECASE)
"""A year as it is said: "nineteen eighty-four"."""
_SPELT = re.compile(
    rf"\b((?:nineteen|twenty) {_TWO_DIGITS}"
    rf"|(?:{_ONES}|a) (?:hundred|thousand)(?:(?: and)? (?:{_TWO_DIGITS}|{_ONES}))?"
    rf"|{_TWO_DIGITS}|{_ONES})\b",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    rf"(?P<number>{_NUMBER.pattern}|{_SPELT.pattern})[\s-]?(?P<unit>{_UNITS})(?![a-z])",
    re.IGNORECASE,
)
_NEAR = re.compile(r"[A-Za-z]{2,}|%")
_REACH = 4
"""Words on each side of a value that tell what it is of."""
# Days after an operation are counted of whatever happens on them.
_BARE_UNITS = frozenset("hour day week month year pod every daily weekly monthly".split())
_COMMON = frozenset(
    "in to of on at by or an is it as be the and with was were for from has had have are that this"
    " his her who".split()
)


def numbers_of(sentence: str) -> set[str]:
    """Lists the numbers of a sentence, each in one spelling, and the dates as they stand."""
    return numbers(sentence) | {match[0].lower() for match in DATE.finditer(sentence)}


def numbers(text: str) -> set[str]:
    """Lists the numbers, spelt out or not, dates and list marks aside."""
    return {number for number, _ in numbers_with_near(text)}


def dates(text: str) -> set[str]:
    """Lists the dates, each as month and day in figures."""
    return {f"{month}/{day}" for month, day, _ in map(_date, DATE.finditer(text))}


def has_other_date(sentence: str, evidence: str) -> bool:
    """Whether a date stands nowhere in the evidence; either may leave out the year."""
    stated = set(map(_date, DATE.finditer(evidence)))
    # British notes write the day first: "04/08/2026".
    stated |= {(day, month, year) for month, day, year in stated}
    return any(
        not any(
            own[:2] == other[:2] and (own[2] == other[2] or None in (own[2], other[2]))
            for other in stated
        )
        for own in map(_date, DATE.finditer(sentence))
    )


def _date(match: re.Match[str]) -> tuple[int, int, int | None]:
    """Month, day and the last two digits of the year."""
    parts = match.groups()
    month, day, year = next(
        found
        for found in (
            parts[:3], (parts[4], parts[5], parts[3]), parts[6:9], (parts[10], parts[9], parts[11])
        )
        if found[0]
    )  # fmt: skip
    number = MONTHS.get(month.lower()) or int(month)
    return number, int(day), int(year) % 100 if year else None


def has_other_number(sentence: str, evidence: Sequence[str]) -> bool:
    """Whether a number stands nowhere in the evidence near any word that it stands near here."""
    stated = [bound for other in evidence for bound in numbers_with_near(other)]
    return any(
        not any(number == same and _is_near(near, there) for same, there in stated)
        for number, near in numbers_with_near(sentence)
    )


def has_invented_number(sentence: str, text: str) -> bool:
    """Whether a number stands nowhere in a text, not even in a name ("L5")."""
    held = numbers(text) | {plain(digits) for digits in _DIGITS.findall(text)}
    return not numbers(sentence) <= held


def _is_near(here: frozenset[str], there: frozenset[str]) -> bool:
    """Whether two numbers share a word beside them; a unit is one where they have no other."""
    own, other = here - _BARE_UNITS, there - _BARE_UNITS
    return bool(own & other) if own and other else not here or not there or bool(here & there)


def numbers_with_near(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Gives each number, spelt out or not, the words and units next to it."""
    item = _ITEM.match(text)
    rest = DATE.sub(" ", with_years(text[item.end() if item else 0 :]))
    found = [(plain(m[1]), m.span()) for m in _NUMBER.finditer(rest)]
    found += [(plain(m[1]), m.span()) for m in _SPELT.finditer(rest) if m[1].lower() != "one"]
    yield from with_near(rest, found)


def with_near(text: str, found: Iterable[tuple[str, Span]]) -> Iterator[tuple[str, frozenset[str]]]:
    """Gives each value of a text the words and units next to it, in place of where it stands."""
    words = [word for word in _NEAR.finditer(text) if word[0].lower() not in _COMMON]
    starts = [word.start() for word in words]
    for value, (start, end) in found:
        last, first = bisect_left(starts, start), bisect_left(starts, end)
        near = words[max(last - _REACH, 0) : last] + words[first : first + _REACH]
        yield value, frozenset(unit(word[0].lower()) for word in near)


def plain(number: str) -> str:
    """Writes a number, spelt out or not, in one way."""
    word = number.lower()
    if year := _CENTURY.fullmatch(word):
        return plain(year[1]) + plain(year[2])
    spelt = parse_words(word)
    return f"{float(word.replace(',', '')) if spelt is None else spelt:g}"


def _measures(text: str) -> set[Value]:
    return {_measure(match) for match in _MEASURE.finditer(DATE.sub(" ", with_years(text)))}


def _measure(match: re.Match[str]) -> Value:
    return plain(match["number"]), unit(match["unit"].lower())


def doses(text: str) -> Iterator[tuple[Value, Span]]:
    """Each dose as number and unit, with its place."""
    for match in _MEASURE.finditer(text):
        value = _measure(match)
        if value[1] in DOSE_UNITS:
            yield value, match.span()


def unit(name: str) -> str:
    """Writes a unit, in small letters, in one way."""
    name = _SAME_UNIT.get(name, name)
    return name[:-1] if len(name) > 3 and name.endswith("s") else name


def has_other_unit(sentence: str, evidence: str) -> bool:
    """Whether a number has another unit than the evidence gives it."""
    stated = _measures(evidence)
    bare = numbers(evidence) - {number for number, _ in stated}
    return any(
        number not in bare and any(number == other for other, _ in stated)
        for number, _ in _measures(sentence) - stated
    )


def is_dose_of_another(sentence: str, evidence: Sequence[str]) -> bool:
    """Whether a dose's clause shares no word with any sentence of the evidence that has it."""
    for words, measure in _doses(sentence):
        holding = [other for other in evidence if measure in _measures(other)]
        if holding and not any(words & content_words(other) for other in holding):
            return True
    return False


def _doses(sentence: str) -> Iterator[tuple[set[str], Value]]:
    """Each dose with the words of content before it in its clause, or after "of", if any."""
    text = DATE.sub(" ", sentence)
    for measure, (start, end) in doses(text):
        words = content_words(_CLAUSE.split(text[:start].rstrip(" (:,"))[-1])
        words |= content_words("".join(_OF.findall(text[end:])))
        if words:
            yield words, measure
