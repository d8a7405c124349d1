"""Codes of letters and digits that a sentence gives another place than the note does.

A stage, a grade, a vertebra or a week of pregnancy is wrong by one letter or by the order of "IV"
and "VI", which neither words nor numbers tell: "CKD stage 3a" for 3b, "L3-L4" for L4-L5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from secateur.pipelines.clinical.verification.content import with_years
from secateur.pipelines.clinical.verification.quantities import (
    SPELT_OUT,
    numbers_with_near,
    plain,
    with_near,
)

_VERTEBRA = (
    r"(?P<spine>[CTLS])(?P<first>1[0-2]|[1-9])"
    r"(?: ?[-/–] ?(?P<other>[CTLS])?(?P<last>1[0-2]|[1-9]))?(?![\w.])"
)
_GRADED = (
    r"stage|grade|class|type|level|segment|category|group|zone|figo|nyha|ccs|killip|bethesda|hinchey"
    r"|mallampati|asa|gustilo|fitzpatrick|child|bipolar|salter-harris|ckd"
)
_ROMAN = r"I{1,3}|I?V|VI{1,3}|IX|XI{0,2}"
_CODE = re.compile(
    rf"(?<![\w.-])(?:{_VERTEBRA}"
    rf"|(?P<pregnancies>[Gg]\d{{1,2}} ?[Pp]\d{{1,4}})\b"
    rf"|(?P<weeks>\d\d ?[w+] ?[0-6]) ?d?\b(?!/)"
    r"|(?P<sum>[1-5](?:\+| \+ )[1-5])(?![\d+])"
    rf"|(?P<digit>\d)(?P<digits_letter>[a-cA-C])\b"
    rf"|(?P<roman>VI{{1,3}}|I{{2,3}}|IX|XI{{1,2}})(?P<romans_letter>[a-cA-C])?\b"
    r"|(?P<lettered>(?!O2)[A-Z]\d{1,2}(?![\w.])|[A-Z]\d{2,4}[A-Z]\b)"
    rf"|(?i:\b(?:POD|post-?op(?:erative)? day) ?#? ?(?P<pod>\d{{1,2}}|{'|'.join(SPELT_OUT)}))\b"
    r"|(?i:\b(?:child(?:-pugh)?|hepatitis|influenza|class|type|grade))s? (?P<letter>[A-D])\b"
    rf"|(?i:\b(?:{_GRADED}))s? (?P<graded>{_ROMAN})(?P<grades_letter>[a-cA-C])?\b)"
)
_DAY = "POD"
_ORDER = "I II III IV V VI VII VIII IX X XI XII".split()


class Codes:
    """The codes of a note, each with the words around it.

    Args:
        sentences: The note's.
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        texts = list(sentences)
        self._stated = list(chain.from_iterable(map(_bound, texts)))
        self._counts_days = any(code.startswith(_DAY) for code, _ in self._stated)
        self._stated += chain.from_iterable(map(numbers_with_near, texts))

    def are_others(self, sentence: str) -> bool:
        """Whether a code stands nowhere in the note near any word that it stands near here."""
        return any(
            not any(
                code == same and (not near or not there or near & there)
                for same, there in self._stated
            )
            for code, near in _bound(sentence)
            # "Second postoperative day" is none of these codes.
            if self._counts_days or not code.startswith(_DAY)
        )


def _bound(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    text = with_years(text)
    return with_near(text, ((code, m.span()) for m in _CODE.finditer(text) for code in _codes(m)))


def _codes(match: re.Match[str]) -> Iterator[str]:
    """A code in one spelling; two of a span of vertebrae."""
    if match["spine"]:
        yield f"{match['spine']}{match['first']}"
        if match["last"]:
            yield f"{match['other'] or match['spine']}{match['last']}"
    elif match["pregnancies"] or match["weeks"]:
        code = (match["pregnancies"] or match["weeks"]).lower()
        yield code.replace(" ", "").replace("+", "w")
    elif match["sum"]:
        yield match["sum"].replace(" ", "")
    elif match["pod"]:
        yield f"{_DAY} {plain(match['pod'])}"
    elif match["lettered"] or match["letter"]:
        yield match["lettered"] or match["letter"]
    elif match["digit"]:
        yield match["digit"] + match["digits_letter"].lower()
    else:
        number = _ORDER.index(match["roman"] or match["graded"]) + 1
        yield f"{number}{(match['romans_letter'] or match['grades_letter'] or '').lower()}"
