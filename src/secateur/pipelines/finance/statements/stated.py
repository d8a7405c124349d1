"""Concepts of figures by the lines of the statements that they stand in, or that say the same.

The head for numbers learnt what lines are called from ten filings. What most companies call the
lines that the primary statements share is known; and where a group has minority interests the
taxonomy has another concept for what "net income" says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.layout import Layout, layout_of, row_at
from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.numbers.concepts import TAXONOMY
from secateur.pipelines.finance.numbers.inputs import FoundNumbers
from secateur.pipelines.finance.numbers.scores import NumberScores
from secateur.pipelines.finance.statements.borrowings import amounts_borrowed
from secateur.pipelines.finance.statements.concepts import cells_adjusted, cells_stated
from secateur.pipelines.finance.statements.due import falls_due, rates_of_debt
from secateur.pipelines.finance.statements.phrases import Phrases
from secateur.pipelines.finance.statements.words import Words

_DIGITS = 4
"""Digits from which on two printed numbers are taken for the same."""
_POSSIBLE = 0.002
"""Least chance, by the head, of a concept that a figure takes over from a statement."""
_NO_DIGIT = re.compile(r"\D+")


def with_stated(
    document: Document,
    sentences: Sequence[tuple[int, int]],
    found: Sequence[Found],
    numbers: FoundNumbers,
    scores: NumberScores,
) -> list[Found]:
    """Gives figures the concepts that statements name.

    Args:
        document: The document.
        sentences: Character spans, ascending (a table row counts as one).
        found: What was found, ascending; figures have the head's concepts.
        numbers: The document's numbers.
        scores: What the head says of them.

    Returns:
        The same with other concepts: in statements by lines, of interest rates in tables of debt by
        their column, elsewhere by words of their row or sentence that leave no choice. Where the
        head knows none but thinks it possible, figures have the concept of the figure of a
        statement with the same digits ("97,690" in the note on taxes), or of one beside them in
        their row that has (the group's, of which they are a segment's). What a company adjusts has
        none beside what it reports.
    """
    layout = layout_of(document)
    told, elsewhere, printed = _in_place(layout, sentences, found, numbers, scores.known)
    keys = [_printed(document.text, told[place]) for place in elsewhere]
    same = _take_over(told, elsewhere, keys, printed, numbers, scores)
    rows: defaultdict[Hashable, set[str]] = defaultdict(set)
    for place in same:
        rows[_row(layout, told[place])].add(told[place].concept or "")
    keys = [_row(layout, told[place]) for place in elsewhere]
    _take_over(told, elsewhere, keys, rows, numbers, scores)
    adjusted = set(cells_adjusted(layout))
    return [
        replace(entity, concept=None) if _cell_of(layout, entity) in adjusted else entity
        for entity in told
    ]


def _in_place(
    layout: Layout,
    sentences: Sequence[tuple[int, int]],
    found: Sequence[Found],
    numbers: FoundNumbers,
    known: Mapping[str, str],
) -> tuple[list[Found], list[int], dict[Hashable, set[str]]]:
    """Gives figures the concepts that their own place tells.

    Returns:
        All that was found; which of it are figures without a concept, of which no statement says
        that they have none; and concepts of statements' figures by digits and type.
    """
    stated = {start: (concepts, recurs) for start, concepts, recurs in cells_stated(layout)}
    for start, concepts in amounts_borrowed(layout):
        stated.setdefault(start, (concepts, False))
    for start, concepts in chain(falls_due(layout, numbers), rates_of_debt(layout)):
        stated[start] = concepts, False
    phrases, words = Phrases(layout), Words(layout)
    starts = [start for start, _ in sentences]
    printed: defaultdict[Hashable, set[str]] = defaultdict(set)
    told: list[Found] = []
    elsewhere: list[int] = []
    for entity in found:
        cell = layout.passage_at(entity.start) if entity.label in FIGURE_TYPES else None
        if cell is None:
            told.append(entity)
            continue
        named, recurs = stated.get(cell.start, ((), False))
        fitting = (n for n in map(TAXONOMY.__add__, named) if known.get(n) == entity.label)
        by_line = next(fitting, None)
        if by_line is not None or (cell.start in stated and entity.label == "MONEY"):
            entity = replace(entity, concept=by_line)
            if by_line is not None and recurs:
                printed[_printed(layout.document.text, entity)].add(by_line)
        else:
            sentence = sentences[max(bisect_right(starts, entity.start) - 1, 0)]
            said = phrases.concept(entity, sentence)
            by_words = said and TAXONOMY + said
            if by_words and known.get(by_words) == entity.label:
                entity = replace(entity, concept=by_words)
            elif entity.concept and not words.allow(entity, entity.concept, sentence):
                entity = replace(entity, concept=None)
            if entity.concept is None:
                elsewhere.append(len(told))
        told.append(entity)
    return told, elsewhere, printed


def _take_over(
    told: list[Found],
    places: Sequence[int],
    keys: Sequence[Hashable],
    known: Mapping[Hashable, set[str]],
    numbers: FoundNumbers,
    scores: NumberScores,
) -> list[int]:
    """Gives figures of no concept, in place, the only one that is known of their key.

    Args:
        told: All that was found.
        places: Where in it figures without a concept stood.
        keys: The key of each; None for none.
        known: Concepts by key.
        numbers: The document's numbers.
        scores: What the head says of them, which must think the concept possible.

    Returns:
        Which of the figures have one now.
    """
    taken = []
    for place, key in zip(places, keys, strict=True):
        entity = told[place]
        concepts = known.get(key, set()) if key is not None and entity.concept is None else set()
        concept = next(iter(concepts)) if len(concepts) == 1 else None
        if concept is None or scores.known[concept] != entity.label:
            continue
        if _chance(entity, concept, numbers, scores) >= _POSSIBLE:
            told[place] = replace(entity, concept=concept)
            taken.append(place)
    return taken


def _chance(entity: Found, concept: str, numbers: FoundNumbers, scores: NumberScores) -> float:
    number = int(np.searchsorted(numbers.spans[:, 0], entity.start))
    if number >= len(numbers) or numbers.spans[number, 0] >= entity.end:
        return 0.0
    return float(np.exp(scores.concepts[number, 1 + tuple(scores.known).index(concept)]))


def _cell_of(layout: Layout, entity: Found) -> int:
    """Where the passage of a figure begins, -1 of what is none."""
    cell = layout.passage_at(entity.start) if entity.label in FIGURE_TYPES else None
    return cell.start if cell else -1


def _row(layout: Layout, entity: Found) -> Hashable:
    """Key of the row of a table, None outside tables."""
    table = layout.table_at(entity.start)
    return None if table is None else (table.start, row_at(table, entity.start))


def _printed(text: str, entity: Found) -> Hashable:
    """Digits and type as a key, None of a number too short to be told from others."""
    digits = _NO_DIGIT.sub("", text[entity.start : entity.end])
    return (digits, entity.label) if len(digits) >= _DIGITS else None
