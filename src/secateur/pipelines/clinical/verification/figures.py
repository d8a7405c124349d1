"""Whether a sentence gives one thing the figure of another, or turns a change round."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from secateur.pipelines.clinical.verification.chunks import Chunks
from secateur.pipelines.clinical.verification.quantities import (
    DATE,
    DOSE_UNITS,
    SPELT_OUT,
    dates,
    plain,
    unit,
)
from secateur.pipelines.clinical.verification.words import FUNCTION_WORDS, singular
from secateur.pipelines.document.calendar_words import MONTH_BEGINS, WHOLE_MONTH, month_number

_NUMBER = r"(?<![\w./#-])(?<!\d:)(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)"
_UNIT = (
    r"(?:mg|mcg|g|kg|ml|cc|l|meq|mmol|mm|cm|%|percent|hours?|hrs?|h|days?|d|weeks?|wks?|months?|mos?"
    r"|years?|yrs?|pounds?|lbs?|degrees|units?|c?gy|fractions?)"
)
_FIGURE = re.compile(
    rf"(?P<number>{_NUMBER})(?:[\s-]?(?P<unit>{_UNIT})(?![\w/])|(?![\w/-]|[.:]\d))"
    rf"|\b(?P<spelt>{'|'.join(SPELT_OUT)})[\s-](?P<of>{_UNIT})(?![\w/])",
    re.IGNORECASE,
)
_AGE = re.compile(r"[\s-]*(?:old\b|of age\b)", re.IGNORECASE)
_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}
_LENGTHS = {"mm": 1, "cm": 10}
# A bare figure of less tells a count or a place in a list as often as a measurement.
_LEAST = 10
_YEARS = range(1900, 2100)
_CHUNK = re.compile(r"[,;:()]|\.(?=\s|$)|\b(?:and|plus|then|or|but|with)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]+")
# A verb of change or time, and what measures, stand beside any figure: they tie it to nothing.
_IDLE = FUNCTION_WORDS | frozenset(
    "its about approximately around level levels value values count measuring "
    "measures measured measure over under than less more greater up down every after within x day "
    "days week weeks month months year years hour hours mg mcg ml mm cm cc kg bid tid qid daily "
    "once twice time times po now patient follow followup return seen see total another last next "
    "bilateral well not no takes take taking given started "
    "fell fallen rose risen dropped increased decreased improved worsened went came changed".split()
)
_WAY = re.compile(
    rf"\b(?:(?P<up>up|gain(?:ed)?|increased?|rose)|down|lost|loss|decreased?|fell)(?: by| of)?"
    rf" (?P<by>{_NUMBER})",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?<![\w/.])(?P<of>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])(?![\w/%]|\.\d)"
    rf"|\b(?:in|since|last|until|by|through)\s+(?P<month>{WHOLE_MONTH})\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\W*(?:on|in|at|after|before|by|today|yesterday|now|this)\b|\W*$", re.I)
_MOMENTS = frozenset("arrival admission discharge presentation today yesterday".split())
_LOBE = re.compile(r"\b([RL])([UML])L\b")
_LOBES = {"R": "right", "L": "left", "U": "upper", "M": "middle"}
_SIZE = rf"({_NUMBER})(?: ?(?:%|[a-z/]{{1,6}}))?"
_CHANGES = (
    (re.compile(rf"{_SIZE} (?:instead of|in place of|rather than) {_SIZE}", re.IGNORECASE), True),
    (re.compile(rf"\bfrom {_SIZE} to {_SIZE}", re.IGNORECASE), False),
    (re.compile(rf"{_SIZE},? \(?(?:[a-z]+ ){{0,2}}from (?:[a-z]+ ){{0,3}}{_SIZE}", re.I), True),
    (
        re.compile(
            rf"{_SIZE} ?[(,;] ?(?:was|baseline|previous(?:ly)?|prior|last)\b[^\d.;]{{0,20}}{_SIZE}",
            re.IGNORECASE,
        ),
        True,
    ),
)
"""What a change reads like, and whether its end stands first."""

_ON = re.compile(
    rf"({_NUMBER})(?: ?{_UNIT})?(?: (?!and\b|but\b)[a-z]+){{0,3}} on (?=\d|{MONTH_BEGINS})",
    re.IGNORECASE,
)
"""Before the day of an amount: "234 mg was given on 8 April"."""
_QUALIFIED = re.compile(
    r"\b(baseline|peak|nadir|maximum|minimum|initial|preoperative|postoperative|gad-7|phq-[29]|mmse"
    r"|moca|gcs|nihss|meld|lvef|ejection fraction)\b(?: score)?(?: of)?"
    rf"(?: [a-z/]+){{0,3}}[ :]{{0,2}}({_NUMBER})(?![\w-]|[.:/]\d)",
    re.IGNORECASE,
)
"""A figure that is said to be the baseline's, the highest, a score's, and so on."""


class _Figure(NamedTuple):
    """A time, a length, a share, a bare figure, or a day or month; doses have their own checks."""

    kind: str
    amount: float


class Figures:
    """The figures of a note, each with the words of its clause.

    Args:
        sentences: The note's.
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        self._of_word: dict[str, set[_Figure]] = defaultdict(set)
        self._all: set[_Figure] = set()
        self._changes: set[tuple[str, str]] = set()
        self._ways: set[tuple[int, str]] = set()
        self._days: set[tuple[str, str]] = set()
        self._qualified: dict[str, set[str]] = defaultdict(set)
        for sentence in sentences:
            self._changes |= set(_changes(sentence))
            self._ways |= set(_ways(sentence))
            self._days |= set(_days(sentence))
            for word, number in _qualified(sentence):
                self._qualified[word].add(number)
            for figure, before, after in _bound(sentence, carries=True):
                self._all.add(figure)
                for word in (*before, *after):
                    self._of_word[word].add(figure)

    def are_exchanged(self, sentence: str) -> bool:
        """Whether a figure is another's.

        Args:
            sentence: A sentence about the note.

        Returns:
            Whether the note gives the word beside a figure others of its kind, and this one to
            other words only; whether what changes, or goes up or down by so much, does so the other
            way round; whether amounts changed days; or whether the baseline, the peak and so on are
            other figures.
        """
        qualified = [(number, self._qualified.get(word)) for word, number in _qualified(sentence)]
        told = {float(number) for number, others in qualified if others and number in others}
        return (
            any(
                (-way, number) in self._ways and (way, number) not in self._ways
                for way, number in _ways(sentence)
            )
            or any(others and number not in others for number, others in qualified)
            or any(map(self._changed_days, _days(sentence)))
            or any(
                figure.amount not in told and self._is_others(figure, head)
                for figure, before, after in _bound(sentence)
                for head in (before[-1:] or after[:1], _moment(after))
            )
            or any(
                (new, old) in self._changes and (old, new) not in self._changes
                for old, new in _changes(sentence)
            )
        )

    def _changed_days(self, given: tuple[str, str]) -> bool:
        """Whether the note has the amount on another day, and another on this day, only."""
        amounts, days = zip(*self._days, strict=True) if self._days else ((), ())
        return given not in self._days and given[0] in amounts and given[1] in days

    def _is_others(self, figure: _Figure, head: tuple[str, ...]) -> bool:
        own = self._of_word.get(head[0], set()) if head else set()
        alike = {other for other in own if other.kind == figure.kind}
        return figure in self._all and bool(alike) and figure not in alike


def _bound(
    text: str, *, carries: bool = False
) -> Iterator[tuple[_Figure, tuple[str, ...], tuple[str, ...]]]:
    """Each figure with the words before and after it in its clause.

    What has none before it in its own clause may have those of the ones before: "creatinine 1.4 in
    June, 2.1 on arrival".
    """
    text = _LOBE.sub(lambda m: f"{_LOBES[m[1]]} {_LOBES.get(m[2], 'lower')} lobe", text)
    yield from _dated(text)
    text = DATE.sub(" ", text)
    chunks = Chunks(text, _CHUNK, _words)
    matches = [m for m in _FIGURE.finditer(text) if not _AGE.match(text, m.end())]
    for match in matches:
        figure = _figure(match)
        if figure:
            before, after = chunks.before(match.start()), chunks.after(match.end())
            own = next(before)
            earlier = () if own else tuple(before)
            if earlier and carries and _WHEN.match(text, match.end()):
                own = tuple(word for word in chain(*earlier) if word not in _MOMENTS)
            yield figure, own or (() if after else next(filter(None, earlier), ())), after


def _dated(text: str) -> Iterator[tuple[_Figure, tuple[str, ...], tuple[str, ...]]]:
    """Each day ("11/05") and month ("in June") with the words before it in its clause."""
    chunks = Chunks(text, _CHUNK, _words)
    for match in _DATED.finditer(text):
        month = match["month"]
        number = month_number(month) if month else 0
        day = 100 * int(match["of"] or 0) + int(match["day"] or 0)
        before = next(chunks.before(match.start()))
        yield _Figure("month" if month else "day", number or day), before, ()


def _figure(match: re.Match[str]) -> _Figure | None:
    number = float(plain(match["number"] or match["spelt"]))
    kind = unit((match["unit"] or match["of"] or "").lower())
    if kind in _DAYS:
        return _Figure("time", number * _DAYS[kind])
    if kind in _LENGTHS:
        return _Figure("length", number * _LENGTHS[kind])
    is_count = not kind and "." not in match[0] and (number < _LEAST or number in _YEARS)
    return None if is_count or kind in DOSE_UNITS else _Figure(kind, number)


def _words(text: str) -> tuple[str, ...]:
    words = (word.lower() for word in _WORD.findall(text))
    return tuple(singular(word) for word in words if word not in _IDLE)


def _ways(text: str) -> Iterator[tuple[int, str]]:
    """By how much something went up (1) or down (-1)."""
    for match in _WAY.finditer(text):
        yield 1 if match["up"] else -1, plain(match["by"])


def _days(text: str) -> Iterator[tuple[str, str]]:
    """Each amount with the day that it is told of."""
    for match in _ON.finditer(text):
        date = DATE.match(text, match.end())
        if date:
            yield plain(match[1]), next(iter(dates(date[0])))


def _moment(after: tuple[str, ...]) -> tuple[str, ...]:
    return after[:1] if after and after[0] in _MOMENTS else ()


def _qualified(text: str) -> Iterator[tuple[str, str]]:
    return ((match[1].lower(), plain(match[2])) for match in _QUALIFIED.finditer(text))


def _changes(text: str) -> Iterator[tuple[str, str]]:
    for pattern, ends_first in _CHANGES:
        for match in pattern.finditer(text):
            old, new = plain(match[1]), plain(match[2])
            yield (new, old) if ends_first else (old, new)
