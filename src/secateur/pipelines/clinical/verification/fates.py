"""Whether a sentence stops a drug that the note goes on with, or goes on with one that it stops."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from secateur.pipelines.clinical.verification.context import REACH, clause_bounds
from secateur.pipelines.clinical.verification.exchange import Namer
from secateur.pipelines.clinical.verification.orders import Fate, fate_of
from secateur.pipelines.clinical.verification.relatives import relatives_of
from secateur.pipelines.terminology.drug_words import STOPPED

_KEEPS = re.compile(
    r"\b(?:continu(?:e[ds]?|ing)(?! to\b)|resum(?:e[ds]?|ing)|restart(?:ed|ing)?|maintain(?:ed)?"
    r"|remain(?:s|ed)? on)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"\b(?:start(?:s|ed|ing)?|beg[iau]n(?:s|ning)?|initiat(?:e[ds]?|ing)|prescribe[ds]?|add(?:ed)?"
    r"|takes|taking|take)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?: (?!and\b|but\b|then\b)[^\s;,]*[^\s.;,]){0,5}? (?:(?:was|were|is|are|to be) )?"
    r"(?:continued|resumed|restarted|started)\b",
    re.IGNORECASE,
)
"""Behind a drug, whatever is said of the one before it: "HCTZ held and amlodipine continued"."""
_ALLERGY = re.compile(r"[ -]allerg", re.IGNORECASE)
_ENDS = re.compile(
    r"\b(?:and|then|but) (?:(?:was|were|then|later|now) )*"
    rf"(?:{STOPPED}|withdrawn)\b",
    re.IGNORECASE,
)
"""In what is told of a drug after it: "was tried for a week and stopped for sedation"."""
_OBJECT = re.compile(r"\W*(?:[a-z]+ )?", re.IGNORECASE)
_APART = re.compile(r"[.;,:]\s|\n|\b(?:and|but|then)\b")


class _Told(NamedTuple):
    """What a sentence says of a drug: its fate, whether it goes on, begins or is said to end."""

    fate: Fate
    kept: bool
    begun: bool
    ended: bool


class Fates:
    """What becomes of each drug of a note.

    Args:
        sentences: The note's.
        names: Finds drugs.
    """

    def __init__(self, sentences: Sequence[str], names: Namer) -> None:
        self._names = names
        self._told: dict[str, list[_Told]] = defaultdict(list)
        for sentence in sentences:
            for name, told in self._of(sentence):
                self._told[name].append(told)

    def are_turned(self, sentence: str) -> bool:
        """Tells whether a sentence turns an order round.

        Args:
            sentence: A sentence about the note.

        Returns:
            Whether a drug that it stops is stopped nowhere in the note, one that it goes on with is
            stopped last, or one that it begins is ended or declined everywhere.
        """
        return any(
            _is_turned(here, self._told[name])
            for name, here in self._of(sentence)
            if name in self._told
        )

    def _of(self, sentence: str) -> Iterator[tuple[str, _Told]]:
        names = self._names(sentence)
        spans = [(start, end) for start, end, _ in names]
        followings = [*(start for start, _ in spans[1:]), len(sentence)]
        for (start, end, name), following in zip(names, followings, strict=False):
            goes_on = _GOES_ON.match(sentence, end, following)
            fate = Fate.OPEN if goes_on else fate_of(sentence, (start, end), spans)
            left, right = clause_bounds(sentence, start, end)
            is_anothers = relatives_of(sentence[left:start], sentence[end:right])
            if is_anothers or _ALLERGY.match(sentence, end):
                continue
            around = (
                _APART.split(sentence[max(start - REACH, 0) : start])[-1],
                _APART.split(sentence[end : end + REACH])[0],
            )
            kept, begun = (any(map(cue.search, around)) for cue in (_KEEPS, _BEGINS))
            yield name, _Told(fate, kept, begun, _is_ended(sentence, end, following))


def _is_ended(sentence: str, end: int, following: int) -> bool:
    """Whether a drug is said to be stopped behind it, and not the one that follows."""
    cue = _ENDS.search(sentence, end, following)
    is_others = (
        cue and following < len(sentence) and _OBJECT.fullmatch(sentence, cue.end(), following)
    )
    return bool(cue) and not is_others


def _is_turned(here: _Told, note: Sequence[_Told]) -> bool:
    if here.fate is not Fate.OPEN:
        return here.fate is Fate.STOPPED and not any(
            told.ended or told.fate is not Fate.OPEN for told in note
        )
    if here.kept and note[-1].fate is Fate.STOPPED and not any(told.kept for told in note):
        return True
    return here.begun and not any(told.fate is Fate.OPEN or told.begun for told in note)
