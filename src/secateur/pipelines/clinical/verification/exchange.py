"""Whether a sentence says of one drug or relative what the note says of another.

What stands next to a name tells: "50 mg of Versed" is wrong where the note has "50 mg of Demerol"
and gives Versed another dose. Names of a list may change places freely.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from secateur.pipelines.clinical.verification.words import FUNCTION_WORDS, singular
from secateur.pipelines.document.calendar_words import MONTHS
from secateur.pipelines.terminology.drug_words import DOSE_UNIT

Name = tuple[int, int, str]
"""First character, one past the last, and whom or what it names."""
Namer = Callable[[str], Sequence[Name]]
"""Finds the names of one kind in a text, in order."""

_TOKEN = re.compile(r"\d[\d.,:/%-]*(?<![.,:-])|[a-z][a-z'-]+|[.;](?=\s|$)", re.IGNORECASE)
_STOPS = frozenset(".;")
_IDLE = FUNCTION_WORDS | frozenset("well then patient po oral tablet tablets capsule due".split())
# "A instead of B, 50 mg": the dose is of the first.
_INSTEAD = re.compile(
    r"\b(?:instead of|in place of|rather than|replacing) (?:(?:the|his|her|your) )?$", re.IGNORECASE
)
_LONGEST_INSTEAD = len("rather than your ")
_WORD = re.compile(r"[A-Za-z][A-Za-z-]{3,}")
_NAME = r"(?<![a-z])[a-z][a-z-]{3,40}"
_AMOUNT = rf"\d[\d.,]{{0,12}} ?(?:{DOSE_UNIT}|cc)\b(?!/)"
_MEASURED = re.compile(rf"({_NAME}),? {_AMOUNT}|{_AMOUNT}(?: of)? ({_NAME})", re.IGNORECASE)
_NO_NAMES = frozenset(
    "dose doses dosage daily total about approximately another additional only with than from then "
    "over take takes taking given gave received increased decreased times least most between until "
    "loss were have tablet tablets capsule solution mixture plain each once twice every nightly "
    "weekly monthly orally oral intravenous intravenously subcutaneous subcutaneously sublingual "
    "bedtime needed push after before into were was".split()
)
_REACH = 4
"""Words of content on either side by which a name's place is known."""


@dataclass(frozen=True)
class _Place:
    """What stands beside a name, the nearest first."""

    left: tuple[str, ...]
    right: tuple[str, ...]

    def shared(self, other: _Place) -> list[str]:
        """The words that both have next to the name, up to the first that differs."""
        sides = ((self.left, other.left), (self.right, other.right))
        return [word for mine, theirs in sides for word in _same(mine, theirs)]


def measured(text: str) -> frozenset[str]:
    """Lists the words that a text gives a dose or another measure, drugs or not, lower case."""
    found = (match[1] or match[2] for match in _MEASURED.finditer(text))
    return frozenset(word.lower() for word in found) - _NO_NAMES


def words_in(text: str, known: frozenset[str]) -> Iterator[Name]:
    """Finds known words in a text."""
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if word in known:
            yield match.start(), match.end(), word


class Exchanges:
    """The places of the names of one kind in a note.

    Args:
        sentences: The note's.
        names: Finds them.
        least: By how many words the place has to be more like another's than like its own; one is
            enough where it is a number.
    """

    def __init__(self, sentences: Sequence[str], names: Namer, least: int) -> None:
        self._names = names
        self._least = least
        self._places: dict[str, list[_Place]] = defaultdict(list)
        for sentence in sentences:
            for name, place in _places(sentence, names(sentence)):
                self._places[name].append(place)

    def is_exchanged(self, sentence: str) -> bool:
        """Whether a name of the sentence stands where the note has another one only."""
        return any(
            self._is_others(name, place) for name, place in _places(sentence, self._names(sentence))
        )

    def _is_others(self, name: str, place: _Place) -> bool:
        own = max(
            (place.shared(known) for known in self._places.get(name, ())), key=len, default=[]
        )
        return any(
            len(shared) >= len(own) + self._least
            or (len(shared) > len(own) and _numbers(shared) > _numbers(own))
            for other, places in self._places.items()
            if not _is_kind_of(name, other) and not _is_kind_of(other, name)
            for shared in (place.shared(known) for known in places)
        )


def _is_kind_of(name: str, other: str) -> bool:
    """Whether a name says all that another one says: "bronchial neoplasms", "neoplasm"."""
    words, others = ({singular(word.strip(",")) for word in one.split()} for one in (name, other))
    return others <= words


def _places(sentence: str, names: Sequence[Name]) -> Iterator[tuple[str, _Place]]:
    sentence, names = _without_replaced(sentence, names)
    for number, (start, end, name) in enumerate(names):
        left = max((names[number - 1][1] if number else 0), 0)
        right = names[number + 1][0] if number + 1 < len(names) else len(sentence)
        before = _words(sentence[left:start])
        yield name, _Place(_near(before[::-1]), _near(_words(sentence[end:right])))


def _without_replaced(sentence: str, names: Sequence[Name]) -> tuple[str, list[Name]]:
    """Blanks the names that another one is given in place of."""
    kept: list[Name] = []
    for start, end, name in names:
        instead = _INSTEAD.search(sentence, max(start - _LONGEST_INSTEAD, 0), start)
        if instead and kept:
            sentence = f"{sentence[: instead.start()]:<{end}}{sentence[end:]}"
        else:
            kept.append((start, end, name))
    return sentence, kept


def _words(text: str) -> list[str]:
    words = (match[0].lower() for match in _TOKEN.finditer(text))
    return [word[:3] if word in MONTHS else word for word in words if word not in _IDLE]


def _near(words: Sequence[str]) -> tuple[str, ...]:
    stop = next((at for at, word in enumerate(words) if word in _STOPS), len(words))
    return tuple(words[: min(stop, _REACH)])


def _same(mine: Sequence[str], theirs: Sequence[str]) -> Iterator[str]:
    for one, other in zip(mine, theirs, strict=False):
        if one != other:
            return
        yield one


def _numbers(words: Sequence[str]) -> int:
    return sum(word[0].isdigit() for word in words)
