"""Whether a sentence of a summary says what its evidence says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.clinical.verification.content import with_ages
from secateur.pipelines.clinical.verification.opposites import has_other_prefix, is_opposite
from secateur.pipelines.clinical.verification.pairs import (
    has_other_salt,
    is_former_value,
    turns_preference,
)
from secateur.pipelines.clinical.verification.quantities import (
    has_invented_number,
    has_other_date,
    has_other_number,
    has_other_unit,
    is_dose_of_another,
)
from secateur.pipelines.clinical.verification.relatives import relatives_in
from secateur.pipelines.clinical.verification.schedules import (
    has_other_dose,
    has_other_frequency,
    without_same_frequencies,
)
from secateur.pipelines.clinical.verification.told import (
    Told,
    drops_doubt,
    exchanges_drugs,
    is_of_another,
    turns_negation,
    turns_orders,
)

_SIDE = re.compile(r"\b(left|right|bilat(?:eral(?:ly)?)?|both|b/l|lt|rt)\b", re.IGNORECASE)
_BOTH = re.compile(r"\b(?:left\s+(?:and|&)\s+right|right\s+(?:and|&)\s+left)\b", re.IGNORECASE)
_SIDE_LETTER = re.compile(
    r"(?<![\w.-])(?<!\d )[LR](?=\)?\s+[A-Za-z]{2}|[ULM][LEQ]\b)|(?<=\bvs )[LR](?= \d)"
)
"""Of "R wrist", "(L) knee", "RUQ", "vs L 36.5"; not the liters of "9.4 L removed"."""
_SIDE_LETTERS = {"L": "left ", "R": "right "}
_EYES = {"OD": "right eye", "OS": "left eye", "OU": "both eyes"}
_EYE = re.compile(r"\bO[DSU]\b")
_SIDED = re.compile(r"\b(left|right)\b((?:[^\w.,;:()]+(?!left|right)[\w.]+\b){1,3})")
_SIDED_WORD = re.compile(r"\d+(?:\.\d+)?|[a-z]{2,}")
_SAME_SIDE = {"lt": "left", "rt": "right"} | dict.fromkeys(
    ("bilaterally", "bilat", "both", "b/l"), "bilateral"
)
_OTHER_SIDE = {"left": "right", "right": "left"}
_MALE = re.compile(r"\b(?:he|his|him|male|man|boy|gentleman|mr)\b", re.IGNORECASE)
_FEMALE = re.compile(r"\b(?:she|her|hers|female|woman|girl|lady|mrs|ms)\b", re.IGNORECASE)
# Flags that tell wrong from right where the words are others; of the rest what names the detail.
_TELLING = frozenset(("side", "site", "drug", "dose", "frequency", "unit", "study", "person"))


def check(sentence: str, evidence: Sequence[str], note: str, told: Told) -> tuple[str, ...]:
    """Compares a sentence with what it rests on.

    Args:
        sentence: A sentence of a summary.
        evidence: The sentences of the note that support it.
        note: The whole note; the patient's sex is told from it.
        told: How the note speaks of each word.

    Returns:
        What disagrees, each once: "number", "unit", "dose", "drug", "frequency", "date", "side",
        "site", "study", "negation", "uncertainty", "person", "opposite". Empty where nothing does
        or where there is no evidence.
    """
    if not evidence:
        return ()
    evidence = [with_ages(place) for place in evidence]
    joined = "\n".join(evidence)
    counted = without_same_frequencies(sentence, evidence)
    found = (
        ("date", has_other_date(sentence, joined)),
        (
            "number",
            _has_other_number(counted, evidence, told) or is_former_value(sentence, evidence),
        ),
        ("unit", has_other_unit(counted, joined)),
        ("dose", is_dose_of_another(sentence, evidence) or has_other_dose(sentence, told)),
        ("drug", exchanges_drugs(sentence, told) or has_other_salt(sentence, note)),
        ("frequency", has_other_frequency(sentence, told)),
        ("side", _has_other_side(*(_with_eyes(text, note) for text in (sentence, joined)))),
        ("site", told.sites.are_others(sentence)),
        ("study", told.studies.are_mixed(sentence) or told.findings.is_exchanged(sentence)),
        ("negation", turns_negation(sentence, evidence)),
        ("uncertainty", drops_doubt(sentence, told)),
        ("person", _is_other_person(sentence, joined, note) or is_of_another(sentence, told)),
        (
            "opposite",
            is_opposite(sentence, joined)
            or turns_orders(sentence, told)
            or told.severities.are_others(sentence)
            or turns_preference(sentence, evidence),
        ),
    )
    return tuple(name for name, wrong in found if wrong)


def check_reworded(
    sentence: str, evidence: Sequence[str], note: str, told: Told
) -> tuple[str, ...]:
    """Compares a sentence with what says it in other words.

    Args:
        sentence: A sentence of a summary.
        evidence: The sentences of the note that are like it.
        note: The whole note.
        told: How the note speaks of each word.

    Returns:
        As `check`, without what other words alone may cause.
    """
    flags = [flag for flag in check(sentence, evidence, note, told) if flag in _TELLING]
    if told.codes.are_others(sentence) or has_invented_number(sentence, note):
        flags.append("number")
    if turns_orders(sentence, told) or has_other_prefix(sentence, "\n".join(evidence)):
        flags.append("opposite")
    return tuple(flags)


def _has_other_number(sentence: str, evidence: Sequence[str], told: Told) -> bool:
    exchanged = told.figures.are_exchanged(sentence) or told.codes.are_others(sentence)
    return exchanged or has_other_number(sentence, evidence)


def _has_other_side(sentence: str, evidence: str) -> bool:
    sentence, evidence = map(_with_sides, (sentence, evidence))
    claimed, stated = _sides(_BOTH.sub("both", sentence)), _sides(evidence)
    if claimed - stated and stated:
        return True
    here, there = set(_sided(sentence)), set(_sided(evidence))
    return any(
        (side, part) not in there and (_OTHER_SIDE[side], part) in there for side, part in here
    )


def _with_eyes(text: str, note: str) -> str:
    """Spells eyes out in a note that has both: "OD" alone may be a dose's "once daily"."""
    is_of_eyes = set(_EYE.findall(note)) > {"OD"}
    return _EYE.sub(lambda match: _EYES[match[0]], text) if is_of_eyes else text


def _with_sides(text: str) -> str:
    return _SIDE_LETTER.sub(lambda match: _SIDE_LETTERS[match[0]], text)


def _sided(text: str) -> Iterator[tuple[str, str]]:
    """Each side with the words and figures after it, up to the next side or stop."""
    for match in _SIDED.finditer(text.lower()):
        for word in _SIDED_WORD.findall(match[2]):
            yield match[1], word


def _sides(text: str) -> set[str]:
    found = {_SAME_SIDE.get(m[1].lower(), m[1].lower()) for m in _SIDE.finditer(text)}
    return found | {"bilateral"} if {"left", "right"} <= found else found


def _is_other_person(sentence: str, evidence: str, note: str) -> bool:
    note = with_ages(note)
    men, women = len(_MALE.findall(note)), len(_FEMALE.findall(note))
    wrong = _MALE if women > 2 * men else _FEMALE if men > 2 * women else None
    if wrong and wrong.search(sentence) and not wrong.search(evidence):
        return True
    named, stated = relatives_in(sentence), relatives_in(evidence)
    if named and stated and not named & stated:
        return True
    return any(
        own.search(sentence) and other.search(evidence) and not own.search(evidence)
        for own, other in ((_MALE, _FEMALE), (_FEMALE, _MALE))
    )
