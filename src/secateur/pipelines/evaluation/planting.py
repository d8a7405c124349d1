"""Plants one wrong fact in a sentence, to see whether the checks of summaries find it.

Shares no code and no word list with `secateur.pipelines.clinical`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

_VALUE = re.compile(r"(?<![\w./:-])\d{1,4}(?:\.\d+)?(?![\w/:-]|\.\d)")
_MARK = re.compile(r"(?<![^\n])\d{1,2}[.)] ")
_DOSE = re.compile(r"\b(\d+(?:\.\d+)?)(?=[ -]?(?:mg|mcg|mL|ml|cc|units|grams)\b)")
_SWAPS = {
    "side": [("left", "right")],
    "person": [
        ("he", "she"), ("his", "her"), ("man", "woman"), ("male", "female"), ("boy", "girl"),
        ("gentleman", "lady"), ("Mr", "Mrs"), ("father", "sister"), ("mother", "brother"),
    ],
}  # fmt: skip
_NEGATIONS = (
    (r"\bno (?=[a-z])", ""),
    (r"\bdenie[sd]\b", "reports"),
    (r"\bwithout\b", "with"),
    (r"\b(is|was|were|are) not\b", r"\1"),
    (r"\bdid not have\b", "had"),
    (r"\b(is|was|were|are)\b(?! (?:no|not)\b)", r"\1 not"),
    (r"\b(has|had)\b(?! (?:no|not|been)\b)", r"\1 no"),
    (r"\bwith\b", "without"),
)


def plant(kind: str, sentence: str, note: Sequence[str], rng: random.Random) -> str | None:
    """Changes one fact of a sentence.

    Args:
        kind: One of `KINDS`.
        sentence: A true sentence about a note.
        note: The note's sentences; where another dose is taken from.
        rng: Chooses among several places and values.

    Returns:
        The false sentence, or None where it holds nothing of the kind.
    """
    return KINDS[kind](sentence, note, rng)


def _value(sentence: str, note: Sequence[str], rng: random.Random) -> str | None:
    return _renumbered(sentence, _VALUE, rng)


def _dose(sentence: str, note: Sequence[str], rng: random.Random) -> str | None:
    return _renumbered(sentence, _DOSE, rng)


def _other_dose(sentence: str, note: Sequence[str], rng: random.Random) -> str | None:
    """Takes the dose, with its unit, of another sentence: that of another drug as a rule."""
    whole = re.compile(_DOSE.pattern + r"[ -]?[A-Za-z]+")
    own = whole.search(sentence)
    others = [match[0] for other in note if other != sentence for match in whole.finditer(other)]
    others = [other for other in others if other not in sentence]
    if own is None or not others:
        return None
    return sentence[: own.start()] + rng.choice(others) + sentence[own.end() :]


def _renumbered(sentence: str, pattern: re.Pattern[str], rng: random.Random) -> str | None:
    places = [
        match for match in pattern.finditer(sentence) if not _MARK.match(sentence, match.start())
    ]
    if not places:
        return None
    place = rng.choice(places)
    old = float(place[0])
    new = rng.choice([old * 2, old * 10, old + 3, old + 1, old / 2])
    text = f"{new:g}" if new != old else f"{old + 7:g}"
    return sentence[: place.start()] + text + sentence[place.end() :]


def _swapper(kind: str) -> Callable[[str, Sequence[str], random.Random], str | None]:
    pairs = [pair for both in _SWAPS[kind] for pair in (both, both[::-1])]

    def swap(sentence: str, note: Sequence[str], rng: random.Random) -> str | None:
        places = [
            (match, new)
            for old, new in pairs
            for match in re.finditer(rf"\b{old}\b", sentence, re.IGNORECASE)
        ]
        if not places:
            return None
        match, new = rng.choice(places)
        new = new.capitalize() if match[0][0].isupper() else new
        return sentence[: match.start()] + new + sentence[match.end() :]

    return swap


def _negation(sentence: str, note: Sequence[str], rng: random.Random) -> str | None:
    for old, new in _NEGATIONS:
        changed = re.sub(old, new, sentence, count=1, flags=re.IGNORECASE)
        if changed != sentence:
            return changed
    return None


KINDS: Mapping[str, Callable[[str, Sequence[str], random.Random], str | None]] = {
    "value": _value,
    "dose": _dose,
    "dose of another": _other_dose,
    "side": _swapper("side"),
    "negation": _negation,
    "person": _swapper("person"),
}
