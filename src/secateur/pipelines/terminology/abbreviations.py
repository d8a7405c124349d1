"""What the abbreviations of a note stand for, decided by the note itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SHORT = re.compile(r"\b[A-Z][A-Za-z]{0,2}[A-Z]{1,5}s?\b|\b[A-Z]{2,6}\b")
_WORD = re.compile(r"[a-z]+")
# Words that any note has say nothing about what an abbreviation means.
_EMPTY = frozenset("of the and in to with for on a an by or at left right acute chronic".split())
_STEM = 5
"""Letters by which a meaning's words are found in the text, whatever their endings."""


@dataclass(frozen=True)
class Abbreviation:
    """An abbreviation in a text, half-open character offsets, with its meaning."""

    start: int
    end: int
    short: str
    long: str


class Abbreviations:
    """What the short forms of texts about one note mean.

    Args:
        meanings: Known meanings by short form.
        context: The note, beside the text itself.
    """

    def __init__(self, meanings: Mapping[str, Sequence[str]], context: str = "") -> None:
        self._meanings = meanings
        self._context = context
        self._used = _beginnings(context)
        self._places: dict[str, int] = {}

    def find(self, text: str) -> list[Abbreviation]:
        """Finds abbreviations and chooses what each means.

        A meaning that the text, or else the note, spells out beside the abbreviation ("congestive
        heart failure (CHF)") wins. Else the only known meaning is taken, and of several the one
        whose words the rest uses most; where none is used, none is chosen.

        Args:
            text: The note, a part of it, or a text about it.

        Returns:
            The abbreviations whose meaning is decided, in order; the same short form has the same
            meaning everywhere.
        """
        used = self._used | _beginnings(text)
        chosen: dict[str, str | None] = {}
        found = []
        for match in _SHORT.finditer(text):
            short = match[0]
            if short not in chosen:
                meanings = self._meanings.get(short, ())
                chosen[short] = self._spelt_out(short, text) or _choose(meanings, used)
            meaning = chosen[short]
            if meaning:
                found.append(Abbreviation(match.start(), match.end(), short, meaning))
        return found

    def _spelt_out(self, short: str, text: str) -> str | None:
        """The words before "(CHF)" whose initials are the abbreviation's letters."""
        at = text.find(f"({short})")
        if at >= 0:
            return _initialled(short, text[:at])
        if short not in self._places:
            self._places[short] = self._context.find(f"({short})")
        at = self._places[short]
        return None if at < 0 else _initialled(short, self._context[:at])


def _beginnings(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.lower())} - _EMPTY


def _initialled(short: str, before: str) -> str | None:
    words = before.split()[-len(short) :]
    initials = "".join(word[0].lower() for word in words)
    return " ".join(words).lower() if initials == short.lower() else None


def _choose(meanings: Sequence[str], used: set[str]) -> str | None:
    if len(meanings) == 1:
        return meanings[0].lower()
    shares = []
    for meaning in meanings:
        words = [word for word in _WORD.findall(meaning.lower()) if word not in _EMPTY]
        shares.append(sum(word[:_STEM] in used for word in words) / max(len(words), 1))
    best = max(shares, default=0.0)
    if best == 0 or shares.count(best) > 1:
        return None
    return meanings[shares.index(best)].lower()
