"""Whether a sentence stops a drug that the note goes on with, or goes on with one that it stops."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from secateur.pipelines.clinical.checks.exchange import Namer
from secateur.pipelines.clinical.checks.orders import Fate, fate_of

_KEEPS = re.compile(
    r"\b(?:continu(?:e[ds]?|ing)(?! to\b)|resum(?:e[ds]?|ing)|restart(?:ed|ing)?|maintain(?:ed)?"
    r"|remain(?:s|ed)? on)\b",
    re.IGNORECASE,
)
_APART = re.compile(r"[.;,:]\s|\n|\b(?:and|but|then)\b")


class Fates:
    """What becomes of each drug of a note.

    Args:
        sentences: The note's.
        names: Finds drugs.
    """

    def __init__(self, sentences: Sequence[str], names: Namer) -> None:
        self._names = names
        self._fates: dict[str, list[tuple[Fate, bool]]] = defaultdict(list)
        for sentence in sentences:
            for name, fate, kept in self._of(sentence):
                self._fates[name].append((fate, kept))

    def are_turned(self, sentence: str) -> bool:
        """Whether a drug that it stops is stopped nowhere in the note, or one that it keeps is."""
        for name, fate, kept in self._of(sentence):
            told = self._fates.get(name)
            if told and fate is Fate.STOPPED and all(other is Fate.OPEN for other, _ in told):
                return True
            last = told[-1][0] if told else None
            if kept and last is Fate.STOPPED and told and not any(keeps for _, keeps in told):
                return True
        return False

    def _of(self, sentence: str) -> list[tuple[str, Fate, bool]]:
        """Each drug with what becomes of it, and whether it is said to go on."""
        names = self._names(sentence)
        spans = [(start, end) for start, end, _ in names]
        found = []
        for start, end, name in names:
            fate = fate_of(sentence, (start, end), spans)
            before = _APART.split(sentence[:start])[-1]
            after = _APART.split(sentence[end:])[0]
            kept = fate is Fate.OPEN and bool(_KEEPS.search(before) or _KEEPS.search(after))
            found.append((name, fate, kept))
        return found
