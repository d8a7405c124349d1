"""Names of persons, by the words around them, and wherever they stand in the same note."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, takewhile
from operator import itemgetter

from secateur.pipelines.clinical.deidentification.cues import CUES, LETTERS, PARTICLE, Cue
from secateur.pipelines.clinical.deidentification.name_words import (
    CLINICAL,
    COMMON_WORDS,
    FUNCTION_WORDS,
    NO_NAMES,
)
from secateur.pipelines.terminology.matcher import TermMatcher

_WORD = re.compile(rf"(?<![’'])(?:[{LETTERS}]\.|[{LETTERS}]+(?:[’'-](?!s\b)[{LETTERS}]+)*)")
_REACH = 24
"""Characters behind a name in which a term that begins in it may go on ("Prostate cancer")."""
_PARTICLES = frozenset(PARTICLE.split("|"))
_EPONYM = (
    r"(?!(?:['’]s)? (?:disease|syndrome|palsy|sign|catheter|line|lymphoma|phenomenon|procedure"
    r"|dementia|contractures?|hernia|esophagus|fracture|classification|score|scale|test|stain)\b)"
)


class NameFinder:
    """Learns the names of a note, and finds them in texts about it.

    Args:
        text: The note.
        vocabulary: Drugs and diseases, which are no names; without it the ends of words tell.
        known: Where else the note has names, as half-open offsets.
    """

    def __init__(
        self,
        text: str,
        vocabulary: TermMatcher | None,
        known: Iterable[tuple[int, int]] = (),
    ) -> None:
        self._vocabulary = vocabulary
        exact: set[str] = set()
        loose: set[str] = set()

        @cache
        def first(word: str) -> int:
            """Where a word first stands in lower case."""
            found = re.search(rf"\b{re.escape(word.lower())}\b", text)
            return found.start() if found else len(text)

        for words, start in chain(self._cued(text), _named(text, known)):
            for word in words:
                if first(word) < start or self._is_word(word):
                    exact |= {word, word.title()} if word.isupper() else {word}
                else:
                    loose.add(word)
        self._exact = _any_of(exact)
        self._loose = _any_of(loose, re.IGNORECASE)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Finds names.

        Args:
            text: The note, or anything written about it.

        Yields:
            Half-open character offsets; they may overlap.
        """
        for cue in CUES:
            for match in cue.pattern.finditer(text):
                run = self._run(match, cue)
                if run:
                    yield run[0].start(), run[-1].end()
        for match in self._loose.finditer(text):
            yield match.span()
        terms = self._phrases(text)
        for match in self._exact.finditer(text):
            at = bisect_right(terms, match.start(), key=itemgetter(0))
            if not at or terms[at - 1][1] <= match.start():
                yield match.span()

    def _cued(self, text: str) -> Iterator[tuple[list[str], int]]:
        """The words of each name that a cue gives away, and where it stands."""
        for cue in CUES:
            for match in cue.pattern.finditer(text):
                run = self._run(match, cue)
                words = [word[0] for word in run if _is_name(word[0])]
                if words:
                    yield words, match.start("found")

    def _run(self, match: re.Match[str], cue: Cue) -> list[re.Match[str]]:
        """The words next to the cue up to the first that is no name; none if it is of medicine."""
        words = list(_WORD.finditer(match.string, *match.span("found")))
        no_names = FUNCTION_WORDS if cue.sure else NO_NAMES
        run = list(
            takewhile(
                lambda word: (
                    word[0].lower() not in no_names
                    or (len(word[0]) == 1 and (cue.sure or cue.whole))
                ),
                words if cue.leads else words[::-1],
            )
        )
        # "Dr. Roe I saw her".
        if cue.sure and run and run[-1][0] in ("A", "I"):
            run.pop()
        if not any(_is_name(word[0]) for word in run) or (cue.whole and len(run) < len(words)):
            return []
        if not cue.sure and self._is_clinical(match.string, *match.span("found")):
            return []
        return run if cue.leads else run[::-1]

    def _is_clinical(self, text: str, start: int, end: int) -> bool:
        """Whether a drug or disease begins in a stretch of text, or a word ends like one."""
        if any(CLINICAL.fullmatch(word[0]) for word in _WORD.finditer(text, start, end)):
            return True
        beyond = text[start : end + _REACH].partition("\n")[0]
        found = self._vocabulary.find(beyond) if self._vocabulary else ()
        return any(term.start < end - start for term in found)

    def _is_word(self, name: str) -> bool:
        """Whether a name is a word too, so that in lower case it is none."""
        lower = name.lower()
        return len(name) < 4 or lower in COMMON_WORDS or self._is_clinical(name, 0, len(name))

    def _phrases(self, text: str) -> list[tuple[int, int]]:
        """Terms of several words, in which a name is none ("Graves disease")."""
        if not self._vocabulary:
            return []
        found = self._vocabulary.find(text)
        return [(m.start, m.end) for m in found if " " in text[m.start : m.end]]


def _named(text: str, known: Iterable[tuple[int, int]]) -> Iterator[tuple[list[str], int]]:
    for start, end in known:
        words = [word[0] for word in _WORD.finditer(text, start, end) if _is_name(word[0])]
        # A tagger may take the next label for a part of the name ("A. Roe   Dx:").
        words = [word for word in words if word.lower() not in FUNCTION_WORDS]
        if capitals := [word for word in words if word[0].isupper()]:
            yield capitals, start


def _is_name(word: str) -> bool:
    return len(word) > 1 and word[-1] != "." and word not in _PARTICLES


def _any_of(names: Iterable[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """What finds names as whole words, the longest first, and not in eponyms."""
    either = "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?<![{LETTERS}])(?:{either})(?![{LETTERS}]){_EPONYM}", flags)
