"""Transcripts of visits: where who speaks changes, and where lower-case speech ends a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.document.numerals import parse_words

_CLINICIAN = r"doctor|dr\.?|physician|clinician|provider|nurse|therapist|guest[_ ]clinician"
_OTHERS = (
    r"patient|pt|mr\.?|mrs\.?|ms\.?|miss|mother|mom|father|dad|parent|daughter|son|wife|husband"
    r"|spouse|caregiver|guest[_ ]family"
)
_SPEAKER = rf"(?i:(?:(?P<clinician>{_CLINICIAN})|{_OTHERS})(?: [A-Z][\w.'’-]*){{0,2}})"
_OPENING = re.compile(
    rf"(?:^[ \t]*\[?|(?<=[.?!…-])[ \t]+\[?|(?<=\s)(?=[A-Z][^:\n]{{0,60}}:\s+[a-z])){_SPEAKER}"
    r"(?:\]|:)[ \t]*",
    re.MULTILINE,
)
"""What opens what someone says: "Doctor:", "Mrs. Lee:", "[patient]".

It stands at the start of a line, after the end of a sentence, or, where nothing ends one, before a
small letter: "Doctor: any pain Patient: no", but not "Patient: Ann Lee  Doctor: J. Moss".
"""
_NAME = re.compile(rf"{_SPEAKER}[\]:]")
_TURNS = 2
"""Turns of the clinician and of others from which on a text is a transcript."""
_SAID = re.compile(r"[.?!]\s*$", re.MULTILINE)
"""What ends something said; the lines of a letterhead ("Patient: Ann Lee") end in nothing."""
_SET_APART = re.compile(r"(?<=[\w%'’)-]) [.?!](?: [.?!\"”])*\s+(?=[\"“'’(]?\s?(\w+))")
"""An end that a space sets apart, with what follows up to the next sentence."""
_ORDINARY = re.compile(r"\b(\w+)[.?!]+(?=\s|$)")
_WORD = re.compile(r"\w+$")
_TITLE = re.compile(r"(?:mr|mrs|ms|messrs|dr|drs|prof|st|vs)", re.IGNORECASE)
_NO_FIGURES = ("no", "none", "nil", "and", "an")
"""Words that numbers may have and that are none before a decimal point or after it."""
_SPARSE = 50
"""Words for each end set apart from which on a text is not set so throughout."""
_SHARE = 0.8
"""Of all its ends so many are set apart, and of the sentences after them so many begin small."""


def openings(text: str) -> list[re.Match[str]]:
    """Finds where someone begins to speak in the transcript of a visit.

    Args:
        text: Any text.

    Returns:
        The names that open turns, in order, with the group "clinician" where the doctor or nurse
        speaks; none in a text that is no transcript.
    """
    found = list(_OPENING.finditer(text))
    return found if _both_speak(found) or _all_is_said(text, found) else []


def _both_speak(opens: Sequence[re.Match[str]]) -> bool:
    clinician = sum(turn["clinician"] is not None for turn in opens)
    return min(clinician, len(opens) - clinician) >= _TURNS


def _all_is_said(text: str, opens: Sequence[re.Match[str]]) -> bool:
    """Whether each line is a turn, of two speakers at least: a question and its answer are."""
    lines = sum(map(bool, map(str.strip, text.splitlines())))
    speakers = {turn[0].strip().lower() for turn in opens}
    return lines == len(opens) and len(speakers) > 1 and _SAID.search(text) is not None


def breaks(text: str) -> list[int]:
    """Finds where sentences begin for how a transcript is written, whatever their words are.

    Args:
        text: Any text.

    Returns:
        Offsets in order: where a turn begins, and, in speech that is written small throughout with
        spaces around its full stops ("hi , ann . how are you ?"), what follows a stop.
    """
    return sorted({turn.start() for turn in openings(text)} | set(_after_ends(text)))


def _after_ends(text: str) -> list[int]:
    ends = [end for end in _SET_APART.finditer(text) if _is_end(text, end)]
    small = sum(not end[1][0].isupper() for end in ends)
    if len(ends) * _SPARSE < len(text.split()) or small < _SHARE * len(ends):
        return []
    ordinary = sum(not _TITLE.fullmatch(end[1]) for end in _ORDINARY.finditer(text))
    return [end.end() for end in ends] if len(ends) >= _SHARE * (len(ends) + ordinary) else []


def _is_end(text: str, end: re.Match[str]) -> bool:
    """Whether a sentence follows, no turn, and no rest of a name or number: "seven . two"."""
    if _NAME.match(text, end.start(1)):
        return False
    before = _WORD.search(text, max(end.start() - 20, 0), end.start())
    if before is None:
        return True
    is_point = text[end.start() + 1] == "." and _is_decimal(before[0], end[1])
    return not (_TITLE.fullmatch(before[0]) or is_point)


def _is_decimal(whole: str, digits: str) -> bool:
    return digits != "a" and _is_figure(whole) and _is_figure(digits)


def _is_figure(word: str) -> bool:
    return word.isdigit() or (word not in _NO_FIGURES and parse_words(word) is not None)
