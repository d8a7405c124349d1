"""Allergens that are told in the transcript of a visit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.clinical.language.dialogue import Turn, is_question
from secateur.pipelines.clinical.language.substances import substances
from secateur.pipelines.clinical.medications.spoken import YES, is_of_others
from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.clinical.verification.relatives import names_family
from secateur.pipelines.document.document import Document
from secateur.pipelines.terminology.matcher import TermMatcher

_ALLERGIES = re.compile(r"\ballerg", re.IGNORECASE)


def spoken_allergens(
    document: Document, said: Sequence[Turn], vocabulary: TermMatcher | None
) -> Iterator[str]:
    """Finds what the patient names where allergies are asked for.

    Args:
        document: The transcript.
        said: Its turns.
        vocabulary: Drug names; without it only common allergens are known.

    Yields:
        Lower-case names in order.
    """
    asked: list[str] = []
    for turn in said:
        texts = [document.text[slice(*span)] for span in turn.sentences]
        if turn.is_clinician:
            asked = [text for text in texts if _ALLERGIES.search(text)]
        elif asked:
            named = [name for text in texts for name in _reacted_to(text, vocabulary)]
            if texts and YES.match(texts[0]) and is_question(asked[-1]):
                named = named or list(_reacted_to(asked[-1].rstrip(" ?"), vocabulary))
            yield from named


def _reacted_to(text: str, vocabulary: TermMatcher | None) -> Iterator[str]:
    """Allergens of what the patient says, none that is denied or another's."""
    if is_question(text) or is_of_others(text) or names_family(text):
        return
    for span in substances(text, vocabulary):
        if not context_of(text, *span).negated:
            yield text[slice(*span)].lower()


def allergens_named(text: str, vocabulary: TermMatcher | None) -> list[str]:
    """Lists the drugs and common allergens that a text names, whatever it says of them."""
    return [text[slice(*span)] for span in substances(text, vocabulary)]
