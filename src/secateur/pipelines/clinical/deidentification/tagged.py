"""Names that a tagger of general text found in a note, without what is medicine in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from secateur.pipelines.clinical.deidentification.name_words import CLINICAL, EPONYMS, NO_NAMES
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.terminology.matcher import TermMatcher

_KINDS = {"PER": "NAME", "LOC": "PLACE", "ORG": "PLACE"}
_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}+(?:['’-](?!s\b){_LETTER}+)*")
_LETTERS = re.compile(r"[A-Z]{1,6}s?(?:-[A-Z]{1,3})?")
"""Abbreviations, of which notes are full: "SNF", "RMCA", "PA-C"."""
_REACH = 24
"""Characters before a name in which words may say that it is a thing's."""
_LEAST = 0.4
"""Score under which what the tagger found is no name."""
_SURE = 0.9
"""Scores from which a name counts, and from which one does that opens a sentence or is a body's."""
_THINGS = (
    r"(?:sign|test|manoeuvre|maneuver|position|valve|shunt|punch|needle|splint|suture|catheter|scan"
    r"|monitor|clamp|retractor|forceps|stage|procedure|exam|field|fascia|stress|protocol|scale"
    r"|score|scor|drain|tube|gag|bag|line|stitch|knife|curette|elevator|scope|bronchoscope|cannula"
    r"|screw|plate|pin|wire|mesh|graft|stent|sheath|balloon|speculum|tenaculum|dressing|boot|brace"
    r"|collar|stocking|disease|syndrome|palsy|phenomenon|lymphoma|classification|criteria"
    r"|technique|incision|repair|osteotomy|cream|ointment|lotion|tablet|inhaler|diet|formula|mask"
    r"|rules?|screen|grade|interpreter|scissors|laryngoscope|frame|holder|device|drill|triangle|fat|implant|program)"
)
_IS_THING = re.compile(
    rf"(?:['’]s?)?,? (?:(?:and|or) )?(?:[\w'’-]+ )?{_THINGS}e?s?\b", re.IGNORECASE
)
"""What makes a name one of a thing: "Kerrison punch", "Phalen's and Tinel's tests"."""
_MADE = re.compile(
    r"(?:\b(?:OCPs?|pills?|tablets?|contraceptives?),? \(?"
    r"|(?:(?:\d-0|#\d+|\d[ -]?(?:French|Fr|mm))(?: [a-z]+)?|\b(?:ligament|foramen|fossa|node"
    r"|sphincter|circle|angle|canal|space|pouch|band|fascia|tubercle|ampulla|duct|islets?|line"
    r"|bundle) of) )$",
    re.IGNORECASE,
)
"""Before what is taken, sewn, put in or part of a body: "OCP (Sprintec)", "5-0 Dexon"."""
_SMALL = frozenset("of the and de la del van von der den al bin".split())
_OPENS = re.compile(r"(?:\A|[.:!?]\s+|\n\W*|\b\d[.)]\s*)$")


def names_among(
    text: str, tagged: Iterable[Entity], vocabulary: TermMatcher | None
) -> Iterator[tuple[int, int, str]]:
    """Finds the names among what a tagger marked.

    Args:
        text: The note.
        tagged: Its persons, places and bodies; of other types none counts.
        vocabulary: Drugs and diseases, which are no names, nor is a word that only they use.

    Yields:
        Half-open character offsets and kind, "NAME" or "PLACE", in order.
    """
    for entity in tagged:
        kind = _KINDS.get(entity.label)
        if kind and _is_name(text, entity, vocabulary):
            yield entity.start, entity.end, kind


def _is_name(text: str, entity: Entity, vocabulary: TermMatcher | None) -> bool:
    words = _WORD.findall(entity.text)
    lower = [word.lower() for word in words]
    if entity.score < _LEAST or not words or not words[0][0].isupper():
        return False
    if any(character.isdigit() for character in entity.text):
        return False
    if all(_LETTERS.fullmatch(word) for word in words) or any(map(CLINICAL.fullmatch, lower)):
        return False
    if vocabulary and vocabulary.find(entity.text):
        return False
    if all(_is_word(word, vocabulary) for word in lower) or _IS_THING.match(text, entity.end):
        return False
    if any(word[0].islower() and word not in _SMALL for word in words):
        return False
    before = text[max(entity.start - _REACH, 0) : entity.start]
    if _MADE.search(before):
        return False
    opens = _OPENS.search(before)
    alone = len(words) == 1 and (entity.label == "ORG" or opens)
    return not alone or (entity.score >= _SURE and text[entity.end : entity.end + 1] != ":")


def _is_word(word: str, vocabulary: TermMatcher | None) -> bool:
    known = vocabulary is not None and vocabulary.has_word(word)
    return len(word) < 3 or word in NO_NAMES or word in EPONYMS or known
