"""What the writer of a letter or a note concludes, where no section holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.document.document import Document

_THINKS = re.compile(
    r"(?:my|our) (?:(?:overall|clinical|current|working|provisional) )?"
    r"(?:impression|assessment|opinion|diagnosis)\b|in (?:summary|conclusion|my (?:opinion|view))\b"
    r"|it is my (?:impression|opinion)\b|(?:I|we) (?:think|believe|suspect|feel)\b",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"thank|(?:(?:with )?(?:kind|best|warm)(?:est)? )?regards|(?:yours )?(?:sincerely|faithfully)"
    r"|respectfully|in closing|should you have|again, thank|please (?:do not|don't|feel free)"
    r"|if you have any questions|cc:",
    re.IGNORECASE,
)

_BY_PROBLEM = re.compile(r"[A-Z][^.:\n]{1,40}? [-–—] \S")
_PROBLEMS = 3
"""Paragraphs one below the other from which on those that begin so go through the problems."""


def by_problem(document: Document) -> Iterator[tuple[int, int]]:
    """Finds the paragraphs of a note without headings that each begin with a problem.

    Args:
        document: The note.

    Yields:
        Half-open offsets of three or more in a row that stand in no section ("Anemia - better").
    """
    row: list[tuple[int, int]] = []
    for passage in (*document.passages, None):
        text = document.text[passage.start : passage.end] if passage else ""
        if passage and passage.section is None and _BY_PROBLEM.match(text):
            row.append((passage.start, passage.end))
            continue
        if len(row) >= _PROBLEMS:
            yield from row
        row = []


def opinion(text: str, sentences: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Finds the sentences from the one in which a letter says what its writer thinks.

    Args:
        text: The letter's.
        sentences: Its sentences, half-open offsets.

    Yields:
        Those that tell it, up to the close.
    """
    inside = False
    for start, end in sentences:
        said = text[start:end]
        inside = (inside or _THINKS.match(said) is not None) and not _CLOSES.match(said)
        if inside:
            yield start, end
