"""The wording of a summary, put right without the model: how it opens, capitals, stops."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from secateur.pipelines.clinical.verification.verify import Verifier
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.summary import SummarySentence
from secateur.pipelines.terminology.sections.headings import canonical_section

_TITLE = 80
"""Most characters of a note's title."""
_OPENING = re.compile(r"(.{2,80}?)\s*(?:\s[-–—]|:)\s+(?=(?:\S+\s+){2})")
_ALIKE = 0.9
"""Likeness, 1 at most, from which words are the note's title with a letter wrong."""
# Descriptions of notes that are published as samples say so.
_SAMPLE = re.compile(
    r"(?:this is )?(?:an? )?sample (?:\w+ ){0,2}?(?:notes?|reports?|summary|template)"
    r" (?:of|on|for|about)\s+(?=\w)",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?:][\"'”’)\]]*$")
"""How a sentence ends; a line that heads the next goes on behind its colon."""
_KIND = re.compile(
    r"\b(?:notes?|records?|reports?|visit|h&p|summary|follow[- ]?up|consult\w*|intake|encounter"
    r"|reconciliation|instructions|thread|stay)\b(?!.*(?:[.;]$|\b(?:for|with|of|after)\b))",
    re.IGNORECASE,
)
"""What a title that is in no capitals names: the kind of note."""
_STEM = 6
"""Letters by which words of titles are told apart: "consult" and "consultation" are alike."""
_TOKEN = re.compile(r"[\w%/.-]*\w")
_WORD = re.compile(r"[A-Za-z]+")
# At a sentence's beginning any word has a capital, but few are without a vowel.
_CAPITALISED = re.compile(r"(?<=[a-z0-9,;:)/-] )[A-Z][a-z]{1,4}\b|^[A-Z][b-df-hj-np-tv-xz]{1,4}\b")


def joined(sentences: Iterable[SummarySentence]) -> str:
    """Joins sentences; items of a list, which have no stop of their own, get one.

    Args:
        sentences: Of a summary.

    Returns:
        One text.
    """
    texts = (sentence.text.rstrip(" ,;") for sentence in sentences)
    return " ".join(text if _ENDED.search(text) else f"{text}." for text in texts)


def reworded(
    found: Sequence[SummarySentence], verifier: Verifier, document: Document
) -> tuple[SummarySentence, ...]:
    """Leaves out how a summary opens where that says nothing of the patient, and mends capitals.

    Args:
        found: The summary.
        verifier: Of the note.
        document: The note.

    Returns:
        The summary. Its first sentence has no title of the note or of a section in front, nor that
        it is of a sample; abbreviations have the note's capitals ("CHF", not "Chf"). Evidence of
        what has changed is found anew.
    """
    words = {*_WORD.findall(document.text)}
    texts = [_with_capitals(sentence.text, words) for sentence in found]
    if texts:
        texts[0] = _opened(texts[0], document)
    return tuple(
        sentence
        if sentence.text == text
        else verifier.examine(replace(sentence, text=text, evidence=(), flags=()))
        for sentence, text in zip(found, texts, strict=True)
    )


def says_title(text: str, document: Document) -> bool:
    """Whether a text says no more than what kind of note it is ("ICU progress note.").

    Args:
        text: Of a summary.
        document: The note.

    Returns:
        False where the note begins with no title.
    """
    first = document.passages[0] if document.passages else None
    title, *_ = (document.text[: first.end].strip() if first else "").split("\n")
    if first is None or not (first.kind == "title" or title.isupper() or _KIND.search(title)):
        return False
    stems = {word[:_STEM] for word in _TOKEN.findall(title.lower())}
    words = _TOKEN.findall(text.lower())
    return len(title) <= _TITLE and all(word[:_STEM] in stems for word in words)


def _opened(text: str, document: Document) -> str:
    """A summary's first sentence from where it speaks of the patient."""
    opening = _SAMPLE.match(text) or _OPENING.match(text)
    if opening is None:
        return text
    if opening.re is _OPENING and not _is_title(opening[1], document):
        return text
    rest = text[opening.end() :]
    return rest[:1].upper() + rest[1:]


def _is_title(opening: str, document: Document) -> bool:
    """Whether words are the note's title, or that of an assessment."""
    if canonical_section(opening) in ("Assessment", "Assessment and Plan"):
        return True
    title = document.text[: document.passages[0].end].strip() if document.passages else ""
    if not title or len(title) > _TITLE:
        return False
    # A small model misspells what it copies: "EMERGENY DEPARTMENT NOTE - Chest pain".
    return bool(get_close_matches(opening.lower(), [title.lower()], 1, _ALIKE))


def _with_capitals(text: str, words: set[str]) -> str:
    """A text in which words that the note writes in capitals only are written so too."""

    def mended(match: re.Match[str]) -> str:
        word = match[0]
        known = word in words or word.lower() in words
        return word.upper() if not known and word.upper() in words else word

    return _CAPITALISED.sub(mended, text)
