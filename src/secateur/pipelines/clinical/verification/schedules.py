"""Doses and frequencies of a sentence, held against those that the note gives the same drug."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from secateur.pipelines.clinical.verification.chunks import Chunks
from secateur.pipelines.clinical.verification.content import content
from secateur.pipelines.clinical.verification.quantities import SPELT_OUT, Value, doses
from secateur.pipelines.clinical.verification.told import Told
from secateur.pipelines.document.document import Span

Reader = Callable[[str], Iterator[tuple[Value, Span]]]
"""Reads values, each with its place."""

_NUMBER = rf"(?:\d+|{'|'.join(SPELT_OUT)})"
_FREQUENCY = re.compile(
    r"\b(?:(?P<short>b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|q\.?o\.?d|q\.?d|q\.?h\.?s|q\.? ?[ap]\.?m)"
    rf"|(?P<times>once|twice|{_NUMBER}[ -]times)(?: an?| per| each| every)?[ -]"
    r"(?P<per>day|daily|week|weekly|month|monthly)"
    rf"|(?:every|each|q\.?) ?(?P<every>other |{_NUMBER})?(?:(?: ?- ?| to ){_NUMBER})?[ -]?"
    r"(?P<unit>hours?|hrs?|h|days?|weeks?|months?)"
    r"|(?:every|each) (?P<time>morning|evening|night)|(?P<night>nightly|at (?:bedtime|night))"
    r"|(?P<plain>hourly|daily|weekly|monthly)|(?P<needed>p\.?r\.?n|as needed))\b",
    re.IGNORECASE,
)
_RATES = {"bid": Fraction(2), "tid": Fraction(3), "qid": Fraction(4), "qod": Fraction(1, 2)}
_TIMES = {"morning": "morning", "qam": "morning", "qhs": "night", "qpm": "night"}
_A_DAY = {"h": Fraction(24), "d": Fraction(1), "w": Fraction(1, 7), "m": Fraction(1, 30)}
_COUNTS = {"once": 1, "twice": 2, "other": 2} | {
    word: number for number, word in enumerate(SPELT_OUT, 1)
}
_CHUNK = re.compile(r"[,;:()]|\.\s|\b(?:and|plus|then|or)\b", re.IGNORECASE)
# What stands between a drug and its dose, or asks for it.
_CHANGED_TO = re.compile(
    r"\b(?:(?:up|down)-?)?(?:increas|decreas|reduc|titrat|rais|lower|taper|advanc|chang)\w*"
    r"\b[^.;]*\bto (?:\w+ )?$",
    re.IGNORECASE,
)
_CHANGE = 80
"""Characters before a dose in which it may be said that something is changed to it."""
# What is done with a drug, and how it is taken, says nothing of which drug it is.
_IDLE = frozenset(
    "receive received reduce reduced titrate titrated raise raised lower lowered taper tapered "
    "change changed "
    "take taking given give start started starting continue continued continuing increase increased"
    " decrease decreased resume resumed restart restarted restarting dose dosage tablet capsule"
    " puff spray drop oral orally mouth once twice daily every time night bedtime needed total"
    " about approximately hour week month".split()
)


@dataclass(frozen=True)
class _Bound:
    """A value with the words of content in the chunks of text before and after it."""

    value: Value
    before: tuple[str, ...]
    after: tuple[str, ...]

    def names(self) -> tuple[str, ...]:
        """The word that it most likely belongs to, if any."""
        return self.before[-1:] or self.after[:1]


def has_other_dose(sentence: str, note: Told) -> bool:
    """Whether the note gives the word beside a dose other doses only, or changes to another."""
    return _differs(sentence, note, doses) or any(
        _is_new(claimed.value, name, note, _changed)
        for claimed in _bind(sentence, _changed)
        for name in claimed.before[-1:]
    )


def has_other_frequency(sentence: str, note: Told) -> bool:
    """Whether the note gives the word beside a frequency other frequencies only."""
    return _differs(sentence, note, frequencies)


def without_same_frequencies(sentence: str, evidence: Sequence[str]) -> str:
    """Leaves out frequencies that the evidence gives in any words: "t.i.d." holds no number."""
    stated = [value for other in evidence for value, _ in frequencies(other)]
    for value, (start, end) in reversed([*frequencies(sentence)]):
        if any(_agree(value, other) for other in stated):
            sentence = f"{sentence[:start]} {sentence[end:]}"
    return sentence


def _changed(text: str) -> Iterator[tuple[Value, Span]]:
    """Each dose that something is changed to."""
    for value, (start, end) in doses(text):
        if _CHANGED_TO.search(text, max(start - _CHANGE, 0), start):
            yield value, (start, end)


def frequencies(text: str) -> Iterator[tuple[Value, Span]]:
    """Each frequency as times a day and "morning", "night" or None, with its place."""
    for match in _FREQUENCY.finditer(text):
        yield (_rate(match), _time(match)), match.span()


def _rate(match: re.Match[str]) -> Fraction | str:
    if match["needed"]:
        return "as needed"
    if match["times"]:
        return _count(match["times"]) * _A_DAY[match["per"][0].lower()]
    if match["unit"]:
        return _A_DAY[match["unit"][0].lower()] / _count(match["every"] or "once")
    if match["plain"]:
        return _A_DAY[match["plain"][0].lower()]
    return _RATES.get(_plain(match["short"] or ""), Fraction(1))


def _count(words: str) -> int:
    word = re.split(r"[ -]", words.lower())[0]
    return _COUNTS.get(word) or int(word) or 1


def _time(match: re.Match[str]) -> str | None:
    if match["night"]:
        return "night"
    return _TIMES.get(_plain(match["short"] or match["time"] or ""))


def _plain(short: str) -> str:
    return short.lower().replace(".", "").replace(" ", "")


def _differs(sentence: str, note: Told, read: Reader) -> bool:
    return any(
        _is_new(claimed.value, name, note, read)
        for claimed in _bind(sentence, read)
        for name in claimed.names()
    )


def _is_new(value: Value, name: str, note: Told, read: Reader) -> bool:
    """Whether other values stand beside the name, and this one does not."""
    bounds = [
        bound
        for sentence in {mention.sentence for mention in note.of(name)}
        for bound in _bind(sentence, read)
        if name in bound.before + bound.after
    ]
    # Of "twice a day while on cefazolin" the frequency is another drug's.
    own = [bound for bound in bounds if name in bound.before + bound.after[:1]]
    stated = [bound.value for bound in own or bounds]
    return bool(stated) and not any(_agree(value, other) for other in stated)


def _agree(one: Value, other: Value) -> bool:
    return all(a == b or a is None or b is None for a, b in zip(one, other, strict=True))


# Each value of a claim asks for the sentences that name the same drug.
@lru_cache(maxsize=256)
def _bind(text: str, read: Reader) -> tuple[_Bound, ...]:
    chunks = Chunks(text, _CHUNK, _words)
    return tuple(_bound(chunks, value, *span) for value, span in read(text))


def _bound(chunks: Chunks, value: Value, start: int, end: int) -> _Bound:
    before, after = chunks.before(start), chunks.after(end)
    own = next(before)
    return _Bound(value, own or (() if after else next(filter(None, before), ())), after)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word, _, _ in content(text) if word not in _IDLE)
