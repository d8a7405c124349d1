"""Figures as the head for numbers sees them, in the place of those that labels alone give."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from secateur.pipelines.finance.candidates.found import FIGURES, Found
from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY, SCALE_WORD
from secateur.pipelines.finance.mentions.repair import whole_figure
from secateur.pipelines.finance.numbers.inputs import FoundNumbers
from secateur.pipelines.finance.numbers.scores import NumberScores

CERTAIN = 0.5
"""Probability from which a number counts as a figure."""

OVERRULES = 0.8
"""Probability from which it does even where the labels see a date."""

_LEAST = 1e-4
"""Chance that a type has at least, so that its logarithm is finite."""
_AMOUNT = re.compile(rf"{CURRENCY}\s?\d[\d.,]*\s?(?:{SCALE_WORD})?", re.IGNORECASE)
_UNIT = re.compile(r"(?:bps?|pct|ppts?)$", re.IGNORECASE)
_STRAY = re.compile(r"\s?\((?:US|HK|C|A|NZ|S|R)?\Z")
"""The beginning of an aside ("(US" of "(US$179.9 million)")."""
_COMPARED = re.compile(
    r"(?: [^.;()\d]{0,40}(?:(?:19|20)\d\d )?[^.;()\d]{0,40})?\s?\("
    r"(?:(?:FY ?|fiscal |in |Q[1-4] )?(?:19|20)\d\d"
    rf"|(?:prior|previous|last) (?:year|period|quarter))[:,]?\s(?:{CURRENCY})?\s?\(?",
    re.IGNORECASE,
)
"""Between a figure and what it was before: "EUR 3.13 (2023: EUR 2.68)"."""
_BESIDE = re.compile(r" \((?:\d+[.,]\d+|[-–−]\s?\d+(?:[.,]\d+)?)\)")
"""What it was before, alone in parentheses and no mark of a note: "SEK 2.06 (1.88)", "1% (–2)"."""


def retype(
    text: str, found: Sequence[Found], numbers: FoundNumbers, scores: NumberScores
) -> list[Found]:
    """Replaces the figures that labels gave by those of the head for numbers.

    Args:
        text: The document's text.
        found: What the labels gave, ascending and disjoint.
        numbers: The document's numbers.
        scores: What the head says of them.

    Returns:
        Names, dates and metrics as they are, but for dates that the head is sure are figures; each
        number that the head calls a figure with its sign, currency and scale. Where the labels saw
        a longer figure around it ("EUR 5 million"), its ends stay. What the writing of a number
        and the signs in its column leave of types counts before the head, and money in a column of
        percentages ("% of revenues") is a percentage; what the head takes for a type that running
        text rules out is likelier no figure. Type and concept are told together: in the
        row of a note of "0.9%" its amount is no rate, and a sure number of shares is no money.
    """
    figures = list(_figures(text, found, numbers, scores))
    taken = [figure.start for figure in figures]
    kept = [
        entity
        for entity in found
        if entity.label not in FIGURES and _free(entity.start, entity.end, figures, taken)
    ]
    return sorted([*kept, *figures], key=lambda entity: entity.start)


def _figures(
    text: str, found: Sequence[Found], numbers: FoundNumbers, scores: NumberScores
) -> Iterator[Found]:
    starts = [entity.start for entity in found]
    scores = _agreed(scores, numbers)
    done, label, concept = 0, "", None
    for number, (first, last) in enumerate(numbers.spans.tolist()):
        if first < done:
            continue
        possible = numbers.possible[number]
        row = np.where(possible, scores.types[number], 0.0)
        certain = not possible[0]
        certainty = 1.0 if certain else 1.0 - float(row[0])
        if numbers.running[number] and not certain:
            certainty = float(row[1:].sum())
        around = _around(found, starts, first, last)
        dated = around is not None and around.label == "DATE"
        # "312p" is no name, whatever the labels see in it.
        alone = certain and around is not None and _is_only(text, around, last - first)
        if around is not None and around.label not in FIGURES and not (dated or alone):
            continue
        if certainty < (OVERRULES if dated else CERTAIN) or not possible[1:].any():
            continue
        chances = _chances(row[1:], possible[1:], bool(numbers.percent[number]))
        beside = _BESIDE.match(text, done) if text[first - 1 : first] in "(-–−" else None
        aside = beside or _COMPARED.fullmatch(text, done, first)
        compared = label in chances and aside is not None
        compared = compared and bool(possible[1 + FIGURE_TYPES.index(label)])
        if not compared:
            concept = scores.concept(number, chances, int(numbers.years[number]))
            label = max(chances, key=lambda kind: chances[kind])
            label = scores.known[concept] if concept is not None else label
        start, end = whole_figure(text, first, last, label)
        if around is not None and not dated and _only_number(around, numbers, number):
            stray = _STRAY.search(text, end, around.end)
            start = min(start, around.start)
            end = max(end, stray.start() if stray else around.end)
        start = max(start, done)
        done = end
        # What writing and heads rule out adds to what they leave.
        score = certainty * (1.0 if compared else chances[label])
        if certain:
            score = max(float(row[1 + FIGURE_TYPES.index(label)]), CERTAIN)
        yield Found(start, end, label, round(score, 4), concept)


def _agreed(scores: NumberScores, numbers: FoundNumbers) -> NumberScores:
    """Chances with which the figures of a row below years are of one type and one concept.

    Of each whether it is a figure stays as it is; percentages by their sign may stand beside
    amounts.
    """
    types, concepts = scores.types.copy(), scores.concepts.copy()
    for group in _together(numbers, numbers.possible[:, 1:].sum(1) > 1):
        mean = np.log(np.maximum(types[group, 1:], _LEAST)).mean(0)
        shares = np.exp(mean - mean.max())
        types[group, 1:] = (1.0 - types[group, :1]) * shares / shares.sum()
    rates = (numbers.possible[:, 1:] == (np.array(FIGURE_TYPES) == "PERCENT")).all(1)
    for group in (*_together(numbers, rates), *_together(numbers, ~rates)):
        concepts[group] = concepts[group].mean(0)
    return replace(scores, types=types, concepts=concepts)


def _together(numbers: FoundNumbers, free: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Yields the numbers of each row below years that are free to agree, where two are."""
    places = np.flatnonzero((numbers.rows >= 0) & free)
    for group in np.split(places, np.flatnonzero(np.diff(numbers.rows[places])) + 1):
        if len(group) > 1:
            yield group


def _is_only(text: str, around: Found, digits: int) -> bool:
    """Whether a name is no more than a number and its unit: "312p", "80bp", "SEK 25m"."""
    if _AMOUNT.fullmatch(text, around.start, around.end):
        return True
    unit = _UNIT.search(text, around.start, around.end)
    size = (unit.start() if unit else around.end) - around.start
    return size <= digits + 1


def _chances(
    row: NDArray[np.float32], possible: NDArray[np.bool_], percent: bool
) -> dict[str, float]:
    """Chance of each type of a figure, together 1, by the head and by what its writing leaves."""
    left = np.where(possible, np.maximum(row, _LEAST), 0.0)
    if percent and FIGURE_TYPES[left.argmax()] in ("MONEY", "PERCENT"):
        left = (np.array(FIGURE_TYPES) == "PERCENT").astype(np.float32)
    return dict(zip(FIGURE_TYPES, (left / left.sum()).tolist(), strict=True))


def _around(found: Sequence[Found], starts: Sequence[int], first: int, last: int) -> Found | None:
    place = bisect_left(starts, last) - 1
    return found[place] if place >= 0 and found[place].end > first else None


def _only_number(entity: Found, numbers: FoundNumbers, number: int) -> bool:
    spans = numbers.spans
    before = number > 0 and spans[number - 1, 1] > entity.start
    after = number + 1 < len(spans) and spans[number + 1, 0] < entity.end
    return not before and not after


def _free(start: int, end: int, figures: Sequence[Found], starts: Sequence[int]) -> bool:
    place = bisect_left(starts, end) - 1
    return place < 0 or figures[place].end <= start
