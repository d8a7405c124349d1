"""Words of content of a sentence: those that two sentences about the same thing share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secateur.pipelines.clinical.verification.words import FUNCTION_WORDS, singular

_TOKEN = re.compile(r"[A-Za-z][A-Za-z'-]{3,}|\b[A-Z]{3}\b")
# Tokens are of four letters, or of three capitals: that is why short words stand here.
_IDLE = frozenset(
    singular(word)
    for word in FUNCTION_WORDS.union(
        "without into over after before during there patient denies denied negative never none "
        "which will then than year not who but all any day per via old new now bid tid qid prn qhs "
        "hpi pmh psh ros vss nad mrn dob".split()
    )
)

_AGE = re.compile(
    r"(?<![\w.])(\d{1,3}) ?(?:(?:[Yy]/?[Oo]|[Yy]r?s?\.? ?old|-year-old) ?)?([FM])\b(?![/.])"
)
_YEARS = re.compile(r"(?<![\w.])(\d{1,3}) ?[Yy][/.]?[Oo]\b")
_SEXES = {"F": "woman female", "M": "man male"}


def with_ages(text: str) -> str:
    """Spells ages and sexes out that are written in short: "68F", "34 yo M"."""
    return with_years(_AGE.sub(lambda match: f"{match[1]}-year-old {_SEXES[match[2]]}", text))


def with_years(text: str) -> str:
    """Spells ages out, so that they are compared as years: "29yo"."""
    return _YEARS.sub(r"\1-year-old", text)


def content(text: str) -> Iterator[tuple[str, int, int]]:
    """Lists the words of content in one spelling, with half-open character offsets."""
    for match in _TOKEN.finditer(text):
        word = singular(match[0].lower())
        if word not in _IDLE:
            yield word, match.start(), match.end()


def content_words(text: str) -> set[str]:
    """The words of content, each once."""
    return {word for word, _, _ in content(text)}
