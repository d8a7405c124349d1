"""Whether a sentence names another artery, lobe or bone than the note does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial

from secateur.pipelines.clinical.verification.exchange import Exchanges, Name

# One kind a line, one member between slashes, its spellings between bars.
_KINDS = """
    LAD|left anterior descending / RCA|right coronary / L[Cc][Xx]|circumflex / LMCA|left main
    PC[Oo][Mm]{1,2}|posterior communicating / AC[Oo][Mm]{1,2}|anterior communicating \
/ MCA|middle cerebral / ACA|anterior cerebral / posterior cerebral / basilar|vertebrobasilar \
/ ICA|internal carotid
    frontal\\w* / parietal|frontoparietal|temporoparietal / occipital / temporal|frontotemporal
    c?a?ecum|cecal|ileocecal / ascending colon|right colon / hepatic flexure / transverse colon \
/ splenic flexure / descending colon|left colon / sigmoid|rectosigmoid
    duoden\\w+ / jejun\\w+ / ileum|ileal|ileo\\w+ / antrum|antral
    ACL|anterior cruciate / PCL|posterior cruciate / MCL|medial collateral / LCL|lateral collateral
    supraspinatus / infraspinatus / subscapularis / teres minor
    femur|femoral|femoro\\w+ / tibia|tibial|\\w+tibial|tib|pilon|plafond \
/ fibula|fibular|\\w+fibular|(?<=tib[/-])fib
    humerus|humeral / radius|radial|radioulnar / ulna|ulnar|radioulnar
    metacarpal / metatarsal / scaphoid / lunate / talus|talar / calcaneus|calcaneal
    axillary / subclavian / brachial|brachiocephalic / basilic / cephalic / jugular|IJ \
/ femoral
    index finger / middle finger|long finger / ring finger / little finger|small finger|pinky \
/ thumb
    forehead / cheek|malar / chin / scalp / eyelid
    mitral / tricuspid / pulmonic|pulmonary valve
"""
_LOBES = ("upper", "middle", "lower")
_SIDES = ("right", "left")
_BY_FIGURES = 9
"""More words than a place has: "left … artery" stands beside any of them, a figure beside one."""


def _lobe(side: str, place: str) -> str:
    """Every spelling of a lobe of a lung: "RUL", "right upper lobe", "upper lobes"."""
    letters = f"{side[0]}{place[0]}L".upper()
    one = rf"{side[0]}(?:{side[1:]})?"
    return rf"{letters}|{one}[ -](?:\w+,? and )?{place}[ -]lobe|{one} {place} and|{place} lobes"


def _compiled(spellings: str) -> re.Pattern[str]:
    """Abbreviations as they stand, words in any letters."""
    each = (one if one[:2].isupper() else f"(?i:{one})" for one in spellings.split("|"))
    return re.compile(rf"\b(?:{'|'.join(each)})s?\b")


_PATTERNS = [list(map(_compiled, line.split(" / "))) for line in _KINDS.strip().split("\n    ")]
_PATTERNS.append([_compiled(_lobe(side, place)) for side in _SIDES for place in _LOBES])


class Sites:
    """The arteries, lobes, bones and so on that a note names.

    Args:
        sentences: The note's.
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        texts = list(sentences)
        finders = (partial(_named, patterns) for patterns in _PATTERNS)
        self._kinds = [
            (find, named, Exchanges(texts, find, _BY_FIGURES))
            for find in finders
            if (named := _names(find("\n".join(texts))))
        ]

    def are_others(self, sentence: str) -> bool:
        """Tells whether a sentence names another one of a kind.

        Args:
            sentence: A sentence about the note.

        Returns:
            Whether it names one that the note does not, in place of one that it does, or one where
            the note has another.
        """
        for find, named, places in self._kinds:
            here = _names(find(sentence))
            if (here - named and named - here) or (here and places.is_exchanged(sentence)):
                return True
        return False


def _named(patterns: Sequence[re.Pattern[str]], text: str) -> list[Name]:
    """The members of a kind in a text, by their number in it."""
    found = ((n, match) for n, each in enumerate(patterns) for match in each.finditer(text))
    return sorted((*match.span(), str(n)) for n, match in found)


def _names(found: Iterable[Name]) -> set[str]:
    return {name for _, _, name in found}
