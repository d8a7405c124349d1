"""Paragraphs of a note without headings that go through the problems."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secateur.pipelines.document.document import Document

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
