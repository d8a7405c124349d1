"""Whether a sentence of a history denies what the visit affirms, or affirms what it denies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.facts.answers import Item, answers
from secateur.pipelines.clinical.facts.matters import (
    ALLERGY,
    FAMILY,
    HABITS,
    PAIN,
    PLACES,
    PROBLEM,
    Matter,
    matters,
)
from secateur.pipelines.clinical.facts.spoken import allergens_named
from secateur.pipelines.clinical.language.dialogue import turns
from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.clinical.verification.relatives import names_family
from secateur.pipelines.document.document import Document
from secateur.pipelines.terminology.matcher import TermMatcher

_CLAUSES = re.compile(
    r"[.;]\s|, (?=no\b|denie|without\b)|\bbut\b"
    r"|,? \band (?=(?:(?:s?he|it|there|the|his|her|also) )?(?:has|have|had|is|was|are"
    r"|were|takes?|took|reports?|denies|states|complains|does|did|uses|smokes|drinks|lives|presents"
    r"|continues)\b)",
    re.IGNORECASE,
)
_PARTS = re.compile(r",|\b(?:and|or|with|without)\b", re.IGNORECASE)
_ENDED = re.compile(
    r"\b(?:former(?:ly)?|quit|stopped|ran out|no longer|discontinued|resolved|used to|gave up"
    r"|previously|not since)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:history|past|prior|remote|previous|ago)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:other|except|besides|apart|further|additional|else|unaware)\b", re.IGNORECASE
)
_PARTLY = re.compile(
    r"\b(?:any ?more|current(?:ly)?|at this time|today|recent(?:ly)?|much|significant|severe)\b",
    re.IGNORECASE,
)
"""Beside what is denied in part, or of now, only."""
_SAYS = re.compile(
    r"\b(?:his|her|the) (?:mother|father|mom|dad|parents?|wife|husband|daughter|son)"
    r"(?= (?:report|stat|den|say|said|not|bring|brought|describ)\w*)",
    re.IGNORECASE,
)
# How notes deny: "nonsmoker", "Negative rash", "Alcohol use, denies".
_WORDINGS = (
    (re.compile(r"\bnon-?(?=smok|drink|tobacco|cigarette)|\bnothing(?= \w)", re.IGNORECASE), "no "),
    (re.compile(r"\bafebrile\b", re.IGNORECASE), "no fever"),
    (re.compile(r"\bnegative (?!for\b)", re.IGNORECASE), "no "),
    (re.compile(r"^(.*), (?:denie[sd]|none|negative)\W*$", re.IGNORECASE), r"no \1"),
    (_SAYS, ""),
)
_NO_MEDICATIONS = re.compile(
    r"\b(?:no|den(?:ies|ied)(?: \w+){0,3}|not (?:\w+ )?(?:take|taking|on)(?: any)?)"
    r" (?:(?:current|daily|regular|home|prescription) )?medic(?:ation|ine)s?\b(?! (?:allerg|for))",
    re.IGNORECASE,
)
_KINDS = frozenset((ALLERGY, "drug", "food", "reaction", "seasonal", "environment"))
"""Words beside an allergy that name no allergen."""
_NEGATION, _DRUG = "negation", "drug"


class Contradictions:
    """Compares sentences with what the turns of a transcript affirm and deny.

    Args:
        document: The transcript.
        vocabulary: Clinical terms, drugs among them.
    """

    def __init__(self, document: Document, vocabulary: TermMatcher | None) -> None:
        said = turns(document)
        self._vocabulary = vocabulary
        self._answers = answers(document, said, vocabulary)
        self._allergens = allergies(document, vocabulary) if said else ()
        self._is_transcript = bool(said)

    def flags(self, sentence: str) -> tuple[str, ...]:
        """Finds what a sentence says against the transcript.

        Args:
            sentence: A sentence of a history.

        Returns:
            "negation" where it denies what is affirmed there or affirms what is denied, "drug"
            where it tells another allergy.
        """
        if not self._is_transcript:
            return ()
        for wording, plain in _WORDINGS:
            sentence = wording.sub(plain, sentence)
        clauses = filter(None, map(str.strip, _CLAUSES.split(sentence)))
        return tuple(dict.fromkeys(flag for part in clauses for flag in self._of_clause(part)))

    def _of_clause(self, clause: str) -> Iterator[str]:
        named = matters(clause, self._vocabulary)
        words = {one.name for one in named}
        if (names_family(clause) and FAMILY not in words) or _OTHER.search(clause):
            return
        if ALLERGY in words:
            yield from self._of_allergies(clause, named)
        elif self._answers.takes and _NO_MEDICATIONS.search(clause):
            yield _NEGATION
        elif not _ENDED.search(clause):
            cuts = [0, *(match.end() for match in _PARTS.finditer(clause)), len(clause)]
            for start, end in pairwise(cuts):
                if self._is_turned(clause, [one for one in named if start <= one.start < end]):
                    yield _NEGATION

    def _is_turned(self, clause: str, named: Sequence[Matter]) -> bool:
        here = frozenset(one.name for one in named)
        contexts = {one.name: context_of(clause, one.start, one.end) for one in named}
        negated = {name for name, it in contexts.items() if it.negated}
        denied = {name for name in negated if not contexts[name].aside}
        if denied:
            return not _PARTLY.search(clause) and any(
                item & denied and _is_denied_with(item, here) for item in self._answers.affirmed
            )
        is_past = _PAST.search(clause) is not None
        return any(
            item <= here - negated
            and not (is_past and item & HABITS)
            and not any(item < other <= here for other in self._answers.affirmed)
            for item in self._answers.denied
        )

    def _of_allergies(self, clause: str, named: Sequence[Matter]) -> Iterator[str]:
        own = next(one for one in named if one.name == ALLERGY)
        known = self._names(" ; ".join(self._allergens))
        told = [self._names(name) for name in allergens_named(clause, self._vocabulary)]
        is_none_known = clause[own.start :].lower().startswith("nk")
        if is_none_known or context_of(clause, own.start, own.end).negated:
            about = {one.name for one in named} - _KINDS
            if self._allergens and (not about or about & known):
                yield _NEGATION
        elif any(not name & known for name in told):
            yield _DRUG

    def _names(self, text: str) -> set[str]:
        return {one.name for one in matters(text, self._vocabulary)}


def _is_denied_with(item: Item, names: Item) -> bool:
    """Whether to deny what has these names denies an item.

    To deny all swelling is to deny that of a lip, and to deny that of the legs is not.
    """
    matter = item - PLACES
    is_all = not names & PLACES and not matter <= {PAIN, PROBLEM}
    return (item <= names or (is_all and matter <= names)) and not (names - item) & PLACES
