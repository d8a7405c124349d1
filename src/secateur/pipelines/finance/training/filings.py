"""Labelled texts from inline XBRL: the figures that filers tagged, typed by their units."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.candidates.found import FIGURES
from secateur.pipelines.finance.figures.facts import label_of
from secateur.pipelines.finance.figures.numbers import DASHES
from secateur.pipelines.finance.mentions.repair import whole_figure
from secateur.pipelines.finance.numbers.concepts import TAXONOMY
from secateur.pipelines.finance.training.datasets import Labelled, LabelledText, Mark
from secateur.pipelines.finance.training.weak import find_weak
from secateur.pipelines.ingestion.tagged import Fact, read_with_facts

FILING_TYPES = FIGURES | {"DATE"}

_DIGITS = re.compile(r"\d[\d.,]*")


def read_filings(paths: Sequence[str | Path]) -> Labelled:
    """Reads inline XBRL filings as labelled texts.

    Filers tag the statements and notes, not the discussion: a block (a paragraph, or a table) that
    bears a fact counts as labelled completely for figures; elsewhere they are labelled where their
    form gives them away, and other numbers stay unknown. Dates are always labelled by their form.

    Args:
        paths: The filings.

    Returns:
        For each filing its sentences (a table row counts as one).

    Raises:
        UsageError: A filing holds no fact.
        IngestionError: A file cannot be read.
    """
    filings: list[tuple[LabelledText, ...]] = []
    for path in paths:
        document, facts = read_with_facts(path)
        if not facts:
            raise UsageError(f"{path}: holds no inline XBRL facts to learn from")
        filings.append(tuple(label_filing(document, facts)))
    return tuple(filings)


def list_concepts(filings: Iterable[Sequence[LabelledText]], at_least: int) -> dict[str, str]:
    """Lists the concepts that many filings use for their figures.

    Args:
        filings: The labelled texts of each filing.
        at_least: In how many filings a concept must occur; 0 lists none.

    Returns:
        The type that most of its figures have, by qualified name ("us-gaap:Assets") in alphabetical
        order. Names of filers' own and of other taxonomies are left out.
    """
    if not at_least:
        return {}
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    filers: Counter[str] = Counter()
    for filing in filings:
        marks = [mark for text in filing for mark in text.marks]
        stated = [(mark.concept, mark.label) for mark in marks if mark.concept and mark.label]
        for concept, label in stated:
            types[concept][label] += 1
        filers.update({concept for concept, _ in stated})
    return {
        concept: types[concept].most_common(1)[0][0]
        for concept, count in sorted(filers.items())
        if count >= at_least and concept.startswith(TAXONOMY)
    }


def label_filing(document: Document, facts: Sequence[Fact]) -> Iterator[LabelledText]:
    """Labels each sentence and table row of a filing with the figures among its facts."""
    text = document.text
    marks = sorted(fact_marks(text, facts), key=lambda mark: mark.start)
    starts = [mark.start for mark in marks]
    blocks = blocks_of(document)
    tagged = [_any_between(starts, start, end) for start, end in blocks]
    block_starts = [start for start, _ in blocks]
    spans = sentences(text, document.passages)
    for start, end in spans:
        own = marks[bisect_left(starts, start) : bisect_left(starts, end)]
        inside = [
            replace(mark, start=mark.start - start, end=min(mark.end, end) - start) for mark in own
        ]
        known = tagged[max(bisect_right(block_starts, start) - 1, 0)]
        yield replace(_label_sentence(text[start:end], inside, known), plain=True)


def _label_sentence(text: str, marks: list[Mark], tagged: bool) -> LabelledText:
    weak = [
        Mark(start, end, kind)
        for start, end, kind in find_weak(text)
        if _is_free(start, end, marks)
    ]
    known = [*marks, *weak]
    unknown = [
        Mark(*match.span(), None)
        for match in _DIGITS.finditer(text)
        if not tagged and _is_free(*match.span(), known)
    ]
    ordered = sorted([*known, *unknown], key=lambda mark: mark.start)
    return LabelledText(text, tuple(ordered), FILING_TYPES)


def fact_blocks(document: Document, marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """Returns the blocks (paragraphs, tables) that bear facts.

    Args:
        document: The filing.
        marks: Its facts, ascending.
    """
    starts = [mark.start for mark in marks]
    blocks = blocks_of(document)
    return [(start, end) for start, end in blocks if _any_between(starts, start, end)]


def fact_marks(text: str, facts: Iterable[Fact], zeros: bool = False) -> Iterator[Mark]:
    """Marks the figures among the facts; what is no figure is unknown.

    Args:
        text: The filing's text.
        facts: Its facts.
        zeros: Whether a dash for zero is marked as a figure; if not, it is unknown.
    """
    end_before = 0
    for fact in sorted(facts, key=lambda fact: (fact.start, fact.end)):
        if fact.start < end_before:
            continue
        kind = label_of(fact)
        printed = fact.text.lstrip(".")[:1].isdigit() or (
            zeros and bool(fact.text) and set(fact.text) <= DASHES
        )
        if kind is None or not printed:
            yield Mark(fact.start, fact.end, None)
            end_before = fact.end
            continue
        start, end = whole_figure(text, fact.start, fact.end, kind)
        yield Mark(max(start, end_before), end, kind, fact.concept)
        end_before = end


def blocks_of(document: Document) -> list[tuple[int, int]]:
    """Returns the paragraphs and tables of a document."""
    return [(block.start, block.end) for block in layout_of(document).blocks]


def _any_between(starts: Sequence[int], start: int, end: int) -> bool:
    return bisect_left(starts, end) > bisect_left(starts, start)


def _is_free(start: int, end: int, marks: Iterable[Mark]) -> bool:
    return all(end <= mark.start or start >= mark.end for mark in marks)
