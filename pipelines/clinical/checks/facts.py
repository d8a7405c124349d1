"""Whether a sentence of a summary says what its evidence says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.clinical.checks.content import content_words, with_ages
from secateur.pipelines.clinical.checks.pairs import (
    has_other_salt,
    is_former_value,
    turns_preference,
)
from secateur.pipelines.clinical.checks.quantities import (
    dates,
    has_other_number,
    has_other_unit,
    is_dose_of_another,
)
from secateur.pipelines.clinical.checks.relatives import relatives_in
from secateur.pipelines.clinical.checks.schedules import (
    has_other_dose,
    has_other_frequency,
    without_same_frequencies,
)
from secateur.pipelines.clinical.checks.told import (
    Told,
    drops_doubt,
    exchanges_drugs,
    is_of_another,
    turns_negation,
    turns_orders,
)

_SIDE = re.compile(r"\b(left|right|bilateral(?:ly)?|both|lt|rt)\b", re.IGNORECASE)
_SIDE_LETTER = re.compile(
    r"(?<![\w.-])(?<!\d )[LR](?=\)?\s+[A-Za-z]{2}|[ULM][LEQ]\b)|(?<=\bvs )[LR](?= \d)"
)
"""Of "R wrist", "(L) knee", "RUQ", "vs L 36.5"; not the liters of "9.4 L removed"."""
_SIDE_LETTERS = {"L": "left ", "R": "right "}
_SIDED = re.compile(r"\b(left|right)\b((?:[^\w.,;:()]+(?!left|right)[\w.]+\b){1,3})")
_SIDED_WORD = re.compile(r"\d+(?:\.\d+)?|[a-z]{2,}")
_SAME_SIDE = {"lt": "left", "rt": "right", "bilaterally": "bilateral", "both": "bilateral"}
_OTHER_SIDE = {"left": "right", "right": "left"}
_MALE = re.compile(r"\b(?:he|his|him|male|man|boy|gentleman|mr)\b", re.IGNORECASE)
_FEMALE = re.compile(r"\b(?:she|her|hers|female|woman|girl|lady|mrs|ms)\b", re.IGNORECASE)
# Values of one scale, in any of their words; no two of a line's hold at once.
_SCALES = tuple(
    tuple(frozenset(value.split()) for value in line.split(" / "))
    for line in """
    increase / decrease
    increased / decreased
    elevated high / low
    better improved improving / worse worsened worsening / stable unchanged
    mild mildly / moderate moderately / severe severely
    resolved / ongoing persistent worse worsened worsening
    upper / lower
    start started starting begin continue continued continuing resume resumed take increase / stop \
stopped discontinue discontinued hold held avoid
    positive pos / negative neg
    failed fails / passed passes
    agreed agrees accepted accepts consented / declined declines refused refuses
    patent / occluded
    grown larger bigger / shrunk shrunken smaller
    new / unchanged
    acute / chronic
    benign / malignant
    normal unremarkable / abnormal
    stable / unstable
    anterior / posterior
    proximal / distal
    medial / lateral
    superior / inferior
    ct computed / mri magnetic
    tachycardia / bradycardia
    with / without
    """.strip().splitlines()
)

_PREFIX = re.compile(r"\b(hyper|hypo|over|under)-?([a-z]{4,})", re.IGNORECASE)
_OTHER_PREFIX = {"hyper": "hypo", "hypo": "hyper", "over": "under", "under": "over"}
# Results that a note gives one after the other; they change places without a new word.
_RESULTS = {
    "positive": "positive", "pos": "positive", "negative": "negative", "neg": "negative",
    "patent": "patent", "occluded": "occluded",
}  # fmt: skip
_RESULT = re.compile(rf"\b(?:{'|'.join(_RESULTS)})\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:.\n](?=\s|$)|\b(?:and|but|while|with)\b", re.IGNORECASE)


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
        ("date", dates(sentence) - dates(joined)),
        (
            "number",
            _has_other_number(counted, evidence, told) or is_former_value(sentence, evidence),
        ),
        ("unit", has_other_unit(counted, joined)),
        ("dose", is_dose_of_another(sentence, evidence) or has_other_dose(sentence, told)),
        ("drug", exchanges_drugs(sentence, told) or has_other_salt(sentence, note)),
        ("frequency", has_other_frequency(sentence, told)),
        ("side", _has_other_side(sentence, joined)),
        ("site", told.sites.are_others(sentence)),
        ("study", told.studies.are_mixed(sentence) or told.findings.is_exchanged(sentence)),
        ("negation", turns_negation(sentence, evidence)),
        ("uncertainty", drops_doubt(sentence, told)),
        ("person", _is_other_person(sentence, joined, note) or is_of_another(sentence, told)),
        (
            "opposite",
            _is_opposite(sentence, joined, told) or turns_preference(sentence, evidence),
        ),
    )
    return tuple(name for name, wrong in found if wrong)


def _has_other_number(sentence: str, evidence: Sequence[str], told: Told) -> bool:
    exchanged = told.figures.are_exchanged(sentence) or told.codes.are_others(sentence)
    return exchanged or has_other_number(sentence, evidence)


def _has_other_side(sentence: str, evidence: str) -> bool:
    sentence, evidence = map(_with_sides, (sentence, evidence))
    claimed, stated = _sides(sentence), _sides(evidence)
    if claimed - stated and stated:
        return True
    here, there = set(_sided(sentence)), set(_sided(evidence))
    return any(
        (side, part) not in there and (_OTHER_SIDE[side], part) in there for side, part in here
    )


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


def _is_opposite(sentence: str, evidence: str, told: Told) -> bool:
    if turns_orders(sentence, told) or told.severities.are_others(sentence):
        return True
    if _has_other_prefix(sentence, evidence) or _exchanges_results(sentence, evidence):
        return True
    claimed = set(re.findall(r"[a-z]+", sentence.lower()))
    stated = set(re.findall(r"[a-z]+", evidence.lower()))
    for scale in _SCALES:
        here = {value for value in scale if value & claimed}
        there = {value for value in scale if value & stated}
        if here - there and there - here:
            return True
    return False


def _has_other_prefix(sentence: str, evidence: str) -> bool:
    """Whether the evidence has a word with the opposite prefix only: "hypo-" for "hyper-"."""
    claimed, stated = _prefixed(sentence), _prefixed(evidence)
    return any((_OTHER_PREFIX[prefix], stem) in stated for prefix, stem in claimed - stated)


def _prefixed(text: str) -> set[tuple[str, str]]:
    return {(match[1], match[2]) for match in _PREFIX.finditer(text.lower())}


def _exchanges_results(sentence: str, evidence: str) -> bool:
    """Whether the evidence gives what stands beside a result other results only."""
    stated = set(_results(evidence))
    names = {name for name, _ in stated}
    return any(name in names and (name, one) not in stated for name, one in _results(sentence))


def _results(text: str) -> Iterator[tuple[str, str]]:
    """Each word of content of a clause with the clause's one result."""
    for clause in _CLAUSE.split(text):
        found = {_RESULTS[match[0].lower()] for match in _RESULT.finditer(clause)}
        if len(found) == 1:
            for word in content_words(_RESULT.sub(" ", clause)):
                yield word, next(iter(found))
