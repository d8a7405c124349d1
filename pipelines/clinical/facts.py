"""Whether a sentence of a summary says what its evidence says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.clinical.context import context_of

_NUMBER = re.compile(r"(?<![\w.])(\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)")
_DATE = re.compile(
    r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\b\d{4}-\d\d-\d\d\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}"
    r"(?:st|nd|rd|th)?\b",
    re.IGNORECASE,
)
_UNITS = (
    "mg|mcg|µg|ug|g|gm|gram|grams|kg|ml|cc|l|dl|units?|meq|mmol|mm|cm|%|percent|degrees|weeks?|days?"
    "|months?|years?|hours?|minutes?|times|tablets?|pounds?|lbs?|inches|bpm|mmhg"
)
_MEASURE = re.compile(rf"({_NUMBER.pattern})[\s-]?({_UNITS})(?![a-z])", re.IGNORECASE)
_SAME_UNIT = {
    "gm": "g", "gram": "g", "grams": "g", "cc": "ml", "µg": "mcg", "ug": "mcg", "percent": "%",
    "lb": "pound", "lbs": "pound",
}  # fmt: skip
_DOSE_UNITS = frozenset("mg mcg g ml unit meq mmol tablet".split())
_CLAUSE = re.compile(r"[,;:(]|\.\s")
_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
_SPELT = re.compile(rf"\b({'|'.join(_WORDS)})\b", re.IGNORECASE)
_SIDE = re.compile(r"\b(left|right|bilateral(?:ly)?|both|lt|rt)\b", re.IGNORECASE)
_SAME_SIDE = {"lt": "left", "rt": "right", "bilaterally": "bilateral", "both": "bilateral"}
_OTHER_SIDE = {"left": "right", "right": "left"}
_MALE = re.compile(r"\b(?:he|his|him|male|man|boy|gentleman|mr)\b", re.IGNORECASE)
_FEMALE = re.compile(r"\b(?:she|her|hers|female|woman|girl|lady|mrs|ms)\b", re.IGNORECASE)
_OPPOSITES = (
    ("increase", "decrease"), ("increased", "decreased"), ("elevated", "low"), ("high", "low"),
    ("improved", "worsened"), ("better", "worse"), ("upper", "lower"), ("start", "stop"),
    ("started", "stopped"), ("positive", "negative"), ("acute", "chronic"), ("benign", "malignant"),
    ("normal", "abnormal"), ("stable", "unstable"), ("anterior", "posterior"),
    ("proximal", "distal"), ("medial", "lateral"), ("superior", "inferior"),
    ("hypertension", "hypotension"), ("continue", "discontinue"), ("with", "without"),
    ("hyperthyroidism", "hypothyroidism"), ("tachycardia", "bradycardia"),
)  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z][A-Za-z'-]{3,}")
_RELATIVE = re.compile(
    r"\b(?:mother|father|brother|sister|son|daughter|aunt|uncle|wife|husband)s?\b", re.IGNORECASE
)
_IDLE = frozenset(
    "with without that this have been were from into over after before during there their patient "
    "denies denied negative never none also which will then than year years".split()
)


def check(sentence: str, evidence: Sequence[str], note: str) -> tuple[str, ...]:
    """Compares a sentence with what it rests on.

    Args:
        sentence: A sentence of a summary.
        evidence: The sentences of the note that support it.
        note: The whole note; only the patient's sex is told from it.

    Returns:
        What disagrees, each once: "number", "unit", "dose", "date", "side", "negation", "person",
        "opposite". Empty where nothing does, or where there is no evidence.
    """
    if not evidence:
        return ()
    joined = "\n".join(evidence)
    found = (
        ("date", _dates(sentence) - _dates(joined)),
        ("number", _numbers(sentence) - _numbers(joined)),
        ("unit", _has_other_unit(sentence, joined)),
        ("dose", _is_dose_of_another(sentence, evidence)),
        ("side", _has_other_side(sentence, joined)),
        ("negation", _turns_negation(sentence, evidence)),
        ("person", _is_other_person(sentence, evidence, note)),
        ("opposite", _is_opposite(sentence, joined)),
    )
    return tuple(name for name, wrong in found if wrong)


def numbers_of(sentence: str) -> set[str]:
    """Lists the numbers and dates of a sentence, each in one spelling."""
    return _numbers(sentence) | _dates(sentence)


def _numbers(text: str) -> set[str]:
    rest = _DATE.sub(" ", text)
    digits = {_plain(match[1]) for match in _NUMBER.finditer(rest)}
    return digits | {str(_WORDS.index(m[1].lower()) + 1) for m in _SPELT.finditer(rest)} - {"1"}


def _plain(number: str) -> str:
    return f"{float(number.replace(',', '')):g}"


def _dates(text: str) -> set[str]:
    return {
        re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", match[0].lower().replace(".", ""))
        for match in _DATE.finditer(text)
    }


def _measures(text: str) -> set[tuple[str, str]]:
    return {
        (_plain(match[2]), _unit(match[3].lower()))
        for match in _MEASURE.finditer(_DATE.sub(" ", text))
    }


def _unit(name: str) -> str:
    name = _SAME_UNIT.get(name, name)
    return name[:-1] if len(name) > 3 and name.endswith("s") else name


def _has_other_unit(sentence: str, evidence: str) -> bool:
    stated = _measures(evidence)
    bare = _numbers(evidence) - {number for number, _ in stated}
    return any(
        number not in bare and any(number == other for other, _ in stated)
        for number, _ in _measures(sentence) - stated
    )


def _is_dose_of_another(sentence: str, evidence: Sequence[str]) -> bool:
    """Whether a dose's clause shares no word with any sentence of the evidence that has it."""
    for words, measure in _doses(sentence):
        holding = [other for other in evidence if measure in _measures(other)]
        if holding and not any(words & _words(other) for other in holding):
            return True
    return False


def _doses(sentence: str) -> Iterator[tuple[set[str], tuple[str, str]]]:
    """Each dose with the words of content that stand before it in its clause, if any do."""
    text = _DATE.sub(" ", sentence)
    for match in _MEASURE.finditer(text):
        words = _words(_CLAUSE.split(text[: match.start()].rstrip(" (:,"))[-1])
        unit = _unit(match[3].lower())
        if words and unit in _DOSE_UNITS:
            yield words, (_plain(match[2]), unit)


def _words(text: str) -> set[str]:
    return {word for word, _, _ in _content(text)}


def _has_other_side(sentence: str, evidence: str) -> bool:
    claimed, stated = _sides(sentence), _sides(evidence)
    if claimed - stated and stated:
        return True
    here, there = set(_sided(sentence)), set(_sided(evidence))
    return any(
        (side, part) not in there and (_OTHER_SIDE[side], part) in there for side, part in here
    )


def _sided(text: str) -> Iterator[tuple[str, str]]:
    """Each side with the word after it."""
    for match in re.finditer(r"\b(left|right)\W+([a-z]{3,})", text.lower()):
        yield match[1], match[2]


def _sides(text: str) -> set[str]:
    found = {_SAME_SIDE.get(m[1].lower(), m[1].lower()) for m in _SIDE.finditer(text)}
    return found | {"bilateral"} if {"left", "right"} <= found else found


def _turns_negation(sentence: str, evidence: Sequence[str]) -> bool:
    for word, start, end in _content(sentence):
        here = context_of(sentence, start, end).negated
        there = [
            context_of(other, at, stop).negated
            for other in evidence
            for same, at, stop in _content(other)
            if same == word
        ]
        if there and all(negated != here for negated in there):
            return True
    return False


def _content(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _TOKEN.finditer(text):
        word = match[0].lower()
        if word not in _IDLE:
            yield word.rstrip("s"), match.start(), match.end()


def _is_other_person(sentence: str, evidence: Sequence[str], note: str) -> bool:
    men, women = len(_MALE.findall(note)), len(_FEMALE.findall(note))
    wrong = _MALE if women > 2 * men else _FEMALE if men > 2 * women else None
    joined = "\n".join(evidence)
    if wrong and wrong.search(sentence) and not wrong.search(joined):
        return True
    if _RELATIVE.search(sentence):
        named = {match[0].lower() for match in _RELATIVE.finditer(sentence)}
        return not named & {match[0].lower() for match in _RELATIVE.finditer(joined)}
    return all(_RELATIVE.search(other) for other in evidence) and not re.search(
        r"\bfamily history\b", sentence, re.IGNORECASE
    )


def _is_opposite(sentence: str, evidence: str) -> bool:
    claimed = set(re.findall(r"[a-z]+", sentence.lower()))
    stated = set(re.findall(r"[a-z]+", evidence.lower()))
    return any(
        a in claimed - stated and b in stated - claimed
        for pair in _OPPOSITES
        for a, b in (pair, pair[::-1])
    )
