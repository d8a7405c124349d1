"""What a handover says of allergies: each with its reaction, or that none are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.handover.tidy import tidy
from secateur.pipelines.clinical.language.dialogue import is_question
from secateur.pipelines.clinical.verification.evidence import evidence_at
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.document.handover import HandoverItem
from secateur.pipelines.terminology.matcher import TermMatcher

_NONE = re.compile(
    r"\bn\.?k\.?d?\.?a\b\.?|\bno (?:known |(?:known )?(?:drug|food|medication"
    r"|medical) (?:or \w+ )?)?"
    r"allerg(?:y|ies)\b(?: to (?:any )?(?:drugs?|medications?|medicines?))?"
    r"|\b(?:denies|without) (?:any )?(?:known )?(?:drug |medication )?allergies\b"
    r"|\bnot? (?:known to be )?allergic to any\w*(?: medications?)?",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"\b(?:(?:drug|medication|food|known) )*allergies:?\s*(?P<none>none(?: known)?|nil"
    r"|no known|no)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\W*(?:(?:drug|medication|food|known|patient) )*(?:allergies|intolerances?)\b[^:\w]*:?\s*"
    r"(?:(?:include|are|to)\b:?)?\s*",
    re.IGNORECASE,
)
_LONGEST = 16
"""Most words of a place that says an allergy with its reaction."""


def allergy_items(
    document: Document, sentences: Sequence[Span], vocabulary: TermMatcher | None
) -> tuple[HandoverItem, ...]:
    """Lists the allergies of a note.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        vocabulary: Drug names.

    Returns:
        A place each that names one or several with their reactions; the statement that there are
        none, where the note makes it and names none; nothing of a note that says neither.
    """
    names = allergies(document, vocabulary)
    found = tuple(_named(document, sentences, names))
    return found or tuple(_none(document))


def _named(
    document: Document, sentences: Sequence[Span], names: Sequence[str]
) -> Iterator[HandoverItem]:
    told: set[str] = set()
    for name in names:
        if name in told:
            continue
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        places = [
            (start, end)
            for start, end in sentences
            if pattern.search(document.text, start, end)
            and not is_question(document.text[start:end])
        ]
        if not places:
            match = pattern.search(document.text)
            if match:
                evidence = (evidence_at(document, *match.span()),)
                yield HandoverItem(_capital(name), evidence)
            continue
        start, end = min(places, key=lambda span: _rank(document, *span))
        text = document.text[start:end]
        said = tidy(_LEAD.sub("", text)).rstrip(".")
        said = _capital(said if 0 < len(said.split()) <= _LONGEST else name)
        yield HandoverItem(said, (evidence_at(document, start, end),))
        told |= {other for other in names if other in said.lower()}


def _rank(document: Document, start: int, end: int) -> tuple[bool, bool, int]:
    """Orders places: of the section first, then what speaks of allergies, then as they stand."""
    passage = document.passage_at(start)
    own = passage is not None and passage.section == "Allergies"
    speaks = re.search("allerg|react", document.text[start:end], re.IGNORECASE)
    return not own, speaks is None, start


def _none(document: Document) -> Iterator[HandoverItem]:
    match = _NONE.search(document.text)
    if match is None:
        match = _HEAD.search(document.text)
    if match is not None:
        yield HandoverItem("No known allergies", (evidence_at(document, *match.span()),))


def _capital(text: str) -> str:
    text = text.lower() if text.isupper() and len(text) > 5 else text
    return text[:1].upper() + text[1:]
