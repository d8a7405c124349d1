"""Names of persons, by the words around them, and wherever they stand in the same note."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from operator import itemgetter

from secateur.pipelines.clinical.deidentification.name_words import (
    CLINICAL,
    COMMON_WORDS,
    FUNCTION_WORDS,
    NO_NAMES,
)
from secateur.pipelines.terminology.matcher import TermMatcher

_UPPER, _LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_LETTERS = _UPPER + _LOWER
# Bounded, since a text may hold one "word" of many thousand letters.
_MIXED = rf"[{_UPPER}][{_LETTERS}’'-]{{0,40}}[{_LOWER}]"
_CAPS = rf"(?:[{_UPPER}]['’])?[{_UPPER}]{{3,40}}(?:-[{_UPPER}]{{1,40}})?"
_NAME = rf"{_MIXED}|{_CAPS}"
_PARTICLE = r"de|van|der|von|la|del|al"
_FULL = (
    rf"(?:(?:{_PARTICLE}) ){{0,2}}(?:{_NAME}|[{_UPPER}]\.)"
    rf"(?:,? (?:{_NAME}|[{_UPPER}]\.|[{_UPPER}]\b|(?:{_PARTICLE})\b)){{0,3}}"
)
_TITLED = rf"(?:[{_UPPER}] ){{0,2}}{_FULL}"
_TWO = rf"(?:{_NAME}),? (?:[{_UPPER}]\.? )?(?:{_NAME})"
_LOOSE = rf"(?:{_MIXED})(?:,? (?:{_MIXED}|[{_UPPER}]\.)){{0,3}}"
_TITLES = r"(?:Dr|Drs|Mr|Mrs|Ms|Miss|Prof|Professor)\b\.?"
_CALLINGS = r"(?:Doctor|Nurse|Sister|Rev)\b\.?"
# In capitals "MR" is an image or a valve, "MS" a disease, "PA" a view, "DO" a verb.
_CAPS_TITLES = r"(?:MR|MS|PROF)\.|(?:MRS|DRS?)\b\.?"
_SPACE = r"(?: |(?<=\.))"
_CAPS_FULL = rf"[{_UPPER}]{{2,}}(?:[’'-][{_UPPER}]+)?(?: (?:[{_UPPER}]\.|{_CAPS})){{0,2}}"
_DEGREES = r"(?:M\.?D|Ph\.?D|LCSW|(?:PMH|F)NP(?:-BC)?|PA-C|APRN|CRNA|D\.?D\.?S|FACS|PharmD)\b"
_SHORT_DEGREES = r"(?:D\.?O|R\.?N|N\.?P|P\.?A)\b(?!\.? (?i:not|and|view|film|lateral|swab)\b)"
_LABELS = (
    r"(?:(?:patient|pt)(?:['’]?s)?(?: name)?|name|attending(?: physician)?|physician|surgeon"
    r"|assistant|anesthesiologist|pcp|primary care (?:physician|provider)|referring(?: physician)?"
    r"|provider|author|consultant|next of kin|emergency contact|spouse|guarantor|health care proxy"
    r"|signed|resident|interpreter|hcp|(?:hc|d|m)?poa|power of attorney|social worker|nurse"
    r"|(?:case|care) manager|care coordinator|therapist|pharmacist|dietiti?an|chaplain|scribe"
    r"|circulator|scrub(?: (?:nurse|tech))?|perfusionist|witness|caregiver|guardian|contact)"
)
_ROLES = (
    r"(?:attending(?: physician)?|surgeon|anesthesiologist|pcp|primary care (?:physician|provider)"
    r"|referring physician|patient|next of kin|emergency contact|health care proxy)"
)
_PHRASES = (
    r"(?:(?:dictated|signed|seen|referred|entered|verified|authored|transcribed|ordered"
    r"|documented|prepared|reported) by|dear|name is|emergency contact|next of kin"
    r"|health care proxy)"
)
_RELATIVES = (
    r"(?:wife|husband|spouse|partner|(?:step)?(?:mother|father)|mom|mum|dad|sons?|daughters?"
    r"|(?:mother|father|son|daughter|brother|sister)-in-law|room-?mate|supervisor|landlord|pastor"
    r"|brothers?|sisters?|aunt|uncle|niece|nephew|(?:girl|boy)?friend|fianc[eé]e?|neighbou?r"
    r"|cousin|poa|grand(?:mother|father|son|daughter)|named|called|goes by"
    r"|married to|divorced from|widow(?:er)? of|lives with)"
)
_AGES = r"(?:years?|months?|weeks?|days?|yrs?|y\.?/?o|yo)\b"
_DOES = (
    r"(?:returns|returned|presents|presented|comes|came|arrives|arrived|reports|reported|denies"
    r"|denied|states|stated|complains|complained|c/o|underwent|tolerated|feels|felt"
    r"|(?:is|was) (?:seen|here|admitted|brought|discharged|referred|transferred|evaluated))"
)
# What only persons do; a name alone that opens a sentence does it.
_SAYS = (
    r"(?:denies|denied|complains|complained|states|says|said|lives|lived|works|worked|smokes"
    r"|drinks|agrees|agreed|understands|asks|asked|wants|wishes|returns|returned|is here|came|comes"
    r"|recommends|is aware|(?:presents|presented) (?:today|to|for|with (?:his|her|mom|dad))"
    r"|will (?:return|call|check in|follow|be seen))"
)
_NO_VERB = r"(?![\w-]+(?:ly|ing|ed)\b)"
_OPENS = rf"(?:(?<=\A)|(?<=[.!?] )|(?<=\n)){_NO_VERB}"
# What follows the patient's name in a heading.
_HEADED = (
    rf"(?:(?:MRN|DOB|SSN)\b|D\.O\.B|[Aa]ge:? \d|\d{{1,3}}[- ]?(?i:{_AGES}|[mf]\b|(?:fe)?male\b))"
)


@dataclass(frozen=True)
class _Cue:
    """What gives a name away.

    Attributes:
        pattern: With the name, and maybe words beside it, as group "found".
        leads: Whether the cue stands before the name; else behind it.
        sure: Whether any word but a function word is a name here: after a title.
        whole: Whether all words have to be names.
    """

    pattern: re.Pattern[str]
    leads: bool = True
    sure: bool = False
    whole: bool = False


def _before(cue: str, name: str, after: str = "", **traits: bool) -> _Cue:
    """A cue with the name behind it, which may hold the next cue."""
    return _Cue(re.compile(rf"{cue}(?=(?P<found>{name}){after})"), **traits)


def _behind(name: str, cue: str, **traits: bool) -> _Cue:
    return _Cue(re.compile(rf"(?<![{_LETTERS}’'-])(?P<found>{name}){cue}"), leads=False, **traits)


_NO_LABEL = r"(?=\W|$)(?!:)"
_CUES = (
    _before(rf"\b{_TITLES}{_SPACE}", _TITLED, sure=True),
    _before(rf"\b{_CALLINGS} ", _FULL),
    _before(rf"\b(?:{_CAPS_TITLES}){_SPACE}", _CAPS_FULL),
    _behind(_FULL, rf",? {_DEGREES}"),
    _behind(_FULL, rf", {_SHORT_DEGREES}"),
    _behind(_TWO, rf" {_SHORT_DEGREES}", whole=True),
    _before(rf"\b(?i:{_LABELS}):[ \t]*", _FULL, _NO_LABEL),
    _before(rf"\b(?i:{_ROLES})(?: [-–] |, )", _TWO, _NO_LABEL, whole=True),
    _before(rf"\b(?i:{_PHRASES}):?[ \t]*", _FULL, _NO_LABEL),
    _before(r"(?m:^)[ \t]*(?i:re):[ \t]*", _TWO, _NO_LABEL, whole=True),
    _behind(_TWO, rf" {_DOES}\b", whole=True),
    _behind(_TWO, rf",? (?:aged? )?\d{{1,3}}(?:,? {_AGES})?,? (?:is|was|has|who)\b", whole=True),
    _behind(rf"{_OPENS}(?:{_MIXED})", rf" {_SAYS}\b", whole=True),
    _before(r"\b(?:RN|LPN|CNA|CRNA|RRT|MD|NP) ", rf"{_TWO}|{_NO_VERB}(?:{_MIXED})", whole=True),
    _before(
        r"\b(?i:(?:discussed|spoke|spoken|talked|conferred|met) with|d/w) ",
        rf"{_TWO}|{_MIXED}",
        whole=True,
    ),
    _behind(_FULL, rf",? (?i:(?:is |was )?an? (?:[a-z]+,? ){{0,3}}\d{{1,3}}[- ]?{_AGES})"),
    _before(rf"\b(?i:{_RELATIVES})(?:[,:]? | \()(?:is |was )?", _LOOSE),
    _behind(
        rf"(?:{_NAME}), (?:{_NAME})(?: [{_UPPER}]\b\.?)?", rf"[\s,;|(]{{1,12}}{_HEADED}", whole=True
    ),
    _behind(_MIXED, rf"['’]s (?={_RELATIVES}\b)", whole=True),
    _before(r"\b[Pp]er ", _MIXED, r",? (?:\(|RN\b|who\b)", whole=True),
    # "J. Smith / 62 M".
    _behind(
        rf"[{_UPPER}]\. ?(?:{_NAME})|{_TWO}",
        r"\s?[/,|]\s?\d{1,3} ?[/,|]? ?(?:y\.?/?o\.? ?)?[MF]\b",
        whole=True,
    ),
    _before(
        r"\b(?:[Pp]atient|[Pp]t\.?) ",
        rf"{_TWO}|{_NO_VERB}(?:{_MIXED})",
        rf" (?:is|was|has|had|{_DOES})\b",
        whole=True,
    ),
)
_WORD = re.compile(rf"(?<![’'])(?:[{_LETTERS}]\.|[{_LETTERS}]+(?:[’'-](?!s\b)[{_LETTERS}]+)*)")
_REACH = 24
"""Characters behind a name in which a term that begins in it may go on ("Prostate cancer")."""
_PARTICLES = frozenset(_PARTICLE.split("|"))
_EPONYM = (
    r"(?!(?:['’]s)? (?:disease|syndrome|palsy|sign|catheter|line|lymphoma|phenomenon|procedure"
    r"|dementia|contractures?|hernia|esophagus|fracture|classification|score|scale|test|stain)\b)"
)


class NameFinder:
    """Learns the names of a note, and finds them in texts about it.

    Args:
        text: The note.
        vocabulary: Drugs and diseases, which are no names; without it the ends of words tell.
    """

    def __init__(self, text: str, vocabulary: TermMatcher | None) -> None:
        self._vocabulary = vocabulary
        exact: set[str] = set()
        loose: set[str] = set()

        @cache
        def first(word: str) -> int:
            """Where a word first stands in lower case."""
            found = re.search(rf"\b{re.escape(word.lower())}\b", text)
            return found.start() if found else len(text)

        for words, start in self._cued(text):
            for word in words:
                if first(word) < start or self._is_word(word):
                    exact |= {word, word.title()} if word.isupper() else {word}
                else:
                    loose.add(word)
        self._exact = re.compile(rf"(?<![{_LETTERS}])(?:{_either(exact)})(?![{_LETTERS}]){_EPONYM}")
        self._loose = re.compile(
            rf"(?<![{_LETTERS}])(?:{_either(loose)})(?![{_LETTERS}]){_EPONYM}", re.IGNORECASE
        )

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Finds names.

        Args:
            text: The note, or anything written about it.

        Yields:
            Half-open character offsets; they may overlap.
        """
        for cue in _CUES:
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
        for cue in _CUES:
            for match in cue.pattern.finditer(text):
                run = self._run(match, cue)
                words = [word[0] for word in run if _is_name(word[0])]
                if words:
                    yield words, match.start("found")

    def _run(self, match: re.Match[str], cue: _Cue) -> list[re.Match[str]]:
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


def _is_name(word: str) -> bool:
    return len(word) > 1 and word[-1] != "." and word not in _PARTICLES


def _either(words: set[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)"
