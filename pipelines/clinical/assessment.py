"""The problem list of a note, taken from its own assessment and plan."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.clinical.evidence import evidence_at
from secateur.pipelines.clinical.tables import head_rows
from secateur.pipelines.document import Document, SummarySentence

_BOTH = ("Assessment and Plan",)
_PROBLEMS = ("Assessment", "Discharge Diagnosis", "Postoperative Diagnosis", "Findings")
_PLANS = ("Plan", "Instructions")
_HEADING = re.compile(r"\s*(?:[A-Z][A-Za-z/& -]{1,40}:|[A-Z][A-Z /&-]{3,40}$)\s*")
_NUMBERED = re.compile(r"\s*(?:\d{1,2}[.)]|#)\s*")


def problem_list(
    document: Document, sentences: Sequence[tuple[int, int]]
) -> tuple[SummarySentence, ...]:
    """Lists problems with their status and plan, in the note's own words.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.

    Returns:
        One entry for each problem, then the plan where it stands apart; each is its own evidence.
        Empty where the note has no such section.
    """
    sections = {passage.section for passage in document.passages}
    problems = next(((name,) for name in (*_BOTH, *_PROBLEMS) if name in sections), ())
    entries = _entries(document, sentences, problems)
    if problems != _BOTH:
        entries += _entries(document, sentences, _PLANS)
    return tuple(entries)


def _entries(
    document: Document, sentences: Sequence[tuple[int, int]], wanted: tuple[str, ...]
) -> list[SummarySentence]:
    """Sentences of the wanted sections, those of one numbered item together."""
    groups: list[list[tuple[int, int]]] = []
    heads = head_rows(document) | {section.start for section in document.sections}
    last_item = None
    for start, end in sentences:
        item = next((p for p in document.passages if p.start <= start < p.end), None)
        heading = _HEADING.match(document.text[start:end])
        if heading:
            start += heading.end()
        if item is None or item.section not in wanted or start >= end or item.start in heads:
            continue
        opens = _NUMBERED.match(document.text[start:end]) is not None
        if groups and item is last_item and not opens:
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
        last_item = item
    return [_entry(document, group[0][0], group[-1][1]) for group in groups]


def _entry(document: Document, start: int, end: int) -> SummarySentence:
    text = document.text[start:end]
    number = _NUMBERED.match(text)
    cells = text[number.end() if number else 0 :].lstrip("-*• ").split("\t")
    words = ", ".join(" ".join(cell.split()) for cell in cells if cell.strip())
    return SummarySentence(words, (evidence_at(document, start, end),), 1.0)
