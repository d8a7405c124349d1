"""Whether a sentence of a summary says what its evidence says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.clinical.content import content
from secateur.pipelines.clinical.context import context_of
from secateur.pipelines.clinical.quantities import (
    dates,
    has_other_number,
    has_other_unit,
    is_dose_of_another,
)

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
_RELATIVE = re.compile(
    r"\b(?:mother|father|brother|sister|son|daughter|aunt|uncle|wife|husband)s?\b", re.IGNORECASE
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
        ("date", dates(sentence) - dates(joined)),
        ("number", has_other_number(sentence, evidence)),
        ("unit", has_other_unit(sentence, joined)),
        ("dose", is_dose_of_another(sentence, evidence)),
        ("side", _has_other_side(sentence, joined)),
        ("negation", _turns_negation(sentence, evidence)),
        ("person", _is_other_person(sentence, evidence, note)),
        ("opposite", _is_opposite(sentence, joined)),
    )
    return tuple(name for name, wrong in found if wrong)


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
    for word, start, end in content(sentence):
        here = context_of(sentence, start, end).negated
        there = [
            context_of(other, at, stop).negated
            for other in evidence
            for same, at, stop in content(other)
            if same == word
        ]
        if there and all(negated != here for negated in there):
            return True
    return False


def _is_other_person(sentence: str, evidence: Sequence[str], note: str) -> bool:
    men, women = len(_MALE.findall(note)), len(_FEMALE.findall(note))
    wrong = _MALE if women > 2 * men else _FEMALE if men > 2 * women else None
    joined = "\n".join(evidence)
    if wrong and wrong.search(sentence) and not wrong.search(joined):
        return True
    for own, other in ((_MALE, _FEMALE), (_FEMALE, _MALE)):
        if own.search(sentence) and other.search(joined) and not own.search(joined):
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
