"""Whether a sentence gives a study the site or the finding of another one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from secateur.pipelines.clinical.verification.exchange import Name
from secateur.pipelines.clinical.verification.words import BODY_PARTS, singular

_KINDS = (
    r"angiogra(?:m|phy)|venogra(?:m|phy)|mammogra(?:m|phy)|fluoroscopy|doppler|pet|mra|mri"
    r"|ultrasound|sonogra(?:m|phy)|echocardiogra(?:m|phy)|x-?ray|radiograph|films?|ct"
)
_STUDY = re.compile(rf"\b(?:{_KINDS})s?\b", re.IGNORECASE)
_SITE = re.compile(rf"\b(?:{'|'.join(sorted(BODY_PARTS))})(?:e?s)?\b", re.IGNORECASE)
# A study's sites as a list behind it: "CT of the chest, abdomen and pelvis".
_LIST = re.compile(
    rf"(?:\s+(?:scan|study|exam(?:ination)?))?(?:\s+of)?(?:,?\s+(?:and\s+)?(?:(?:the|both|left|right"
    rf"|upper|lower)\s+)*{_SITE.pattern})+",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:(?-i:[A-Z])\. ?)?(?P<what>coli|klebsiella|pseudomonas|MRSA|MSSA|SA"
    r"|staph(?:ylococcus)?|strep(?:tococcus)?|enterococcus|VRE|candida|proteus|difficile"
    r"|enterobacter|acinetobacter|serratia|citrobacter|bacteroides|haemophilus|legionella"
    r"|salmonella|shigella|campylobacter|pneumococcus|gonorrhea|chlamydia|trichomonas|influenza"
    r"|RSV|hyperplastic|adenomatous|adenoma|adenocarcinoma|(?-i:[A-Z]{3,6}\d{1,2}))\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\bcompar(?:ed|isons?)\b", re.IGNORECASE)


class Studies:
    """The sites that a note names with each study.

    Args:
        sentences: The note's.
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        self._own: dict[str, set[str]] = defaultdict(set)
        self._earlier: set[str] = set()
        for sentence in sentences:
            sites = set(_sites(sentence))
            if _EARLIER.search(sentence):
                self._earlier |= sites
                continue
            for kind, _ in _studies(sentence):
                self._own[kind] |= sites

    def are_mixed(self, sentence: str) -> bool:
        """Whether a study is said to be of a site that the note names with others only."""
        return not _EARLIER.search(sentence) and any(
            self._is_others(kind, set(_sites(_list_behind(sentence, end))))
            for kind, end in _studies(sentence)
        )

    def _is_others(self, kind: str, sites: set[str]) -> bool:
        own = self._own.get(kind, set())
        others = self._earlier.union(*(s for other, s in self._own.items() if other != kind))
        return bool(own) and bool((sites - own) & others)


def findings(text: str) -> Sequence[Name]:
    """Finds what tests tell one by one: germs, kinds of polyps, genes."""
    return [(*match.span(), match["what"].lower()) for match in _FOUND.finditer(text)]


def _list_behind(sentence: str, end: int) -> str:
    match = _LIST.match(sentence, end)
    return match[0] if match else ""


def _studies(sentence: str) -> Iterator[tuple[str, int]]:
    """Kinds of studies and where their names end; of "CT angiography" the second alone."""
    found = list(_STUDY.finditer(sentence))
    for match, following in zip_longest(found, found[1:]):
        if following is None or sentence[match.end() : following.start()].strip():
            kind = singular(match[0].lower())
            yield re.sub(r"(?<=gra)(?:m|phy)$", "phy", kind).replace("xray", "x-ray"), match.end()


def _sites(text: str) -> Iterator[str]:
    for match in _SITE.finditer(text):
        site = match[0].lower()
        yield next(part for part in (site, site[:-1], site[:-2]) if part in BODY_PARTS)
