"""Reads the structure of a laid-out table: the path of each row, its title and its notes."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import (
    Layout,
    Table,
    has_figures,
    once_for_each_table,
    row_at,
)

_SAME = 1.0
"""Points by which cells may differ that are set in alike."""
_CAPITALS = -1.0
"""Indent of captions in capitals, which head all others ("ASSETS")."""
_LONGEST_TITLE = 160
"""Characters of a line above a table that may be its title."""
_NO_TITLE = re.compile(
    r"\(.*\)|.*\b(?:in|of) (?:thousands|millions|billions)\b.*|(?:as (?:of|at)|at|for|years?) .*"
    r"|table of contents|\d+|[^\w]*",
    re.IGNORECASE | re.DOTALL,
)
"""Lines between a title and its table: units, dates, page numbers."""
_NOTE = re.compile(r"\(?(?:\d{1,2}|[a-z]|\*{1,3}|[†‡§¶])[).]?(?=\s|(?<=[*†‡§¶)]))", re.IGNORECASE)
_NOTES_BELOW = 12
"""Passages below a table among which its notes may be."""
_TOTAL = re.compile(r"(?:sub-?)?total\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{3,}")
_UNIT_LINE = re.compile(r"\((?!\d)[^()]*(?:\([^()]*\)[^()]*)*\)")
"""One parenthesis from end to end: "(Loss) before tax (benefit)" is a row."""


@once_for_each_table
def row_paths(layout: Layout, table: Table) -> tuple[tuple[str, ...], ...]:
    """Finds the captions that each row of a table stands under.

    A caption is a row without figures. It holds for the rows that are set in further; where none
    is, up to the next caption or to the total that repeats its words.

    Args:
        layout: The document's.
        table: One of its tables.

    Returns:
        For each row the captions, the outermost first, and its own head; empty where a row has
        neither.
    """
    labels = row_labels(layout, table)
    captions = [
        bool(label) and not has_figures(layout.document.text, row)
        for row, label in zip(table.rows, labels, strict=True)
    ]
    indents = [_indent(row, label) for row, label in zip(table.rows, labels, strict=True)]
    set_in = _sets_in(captions, indents)
    open_: list[tuple[float, str]] = []
    found = []
    for number, (label, indent) in enumerate(zip(labels, indents, strict=True)):
        adjoins = number > 0 and captions[number - 1]
        if captions[number]:
            depth = indent + (_SAME if adjoins else -_SAME)
            while open_ and open_[-1][0] > depth:
                open_.pop()
        elif set_in:
            while open_ and open_[-1][0] > indent - _SAME:
                open_.pop()
        found.append((*(text for _, text in open_), *([label] if label else [])))
        if captions[number]:
            open_.append((indent, label))
        elif not set_in and open_ and _TOTAL.match(label) and _repeats(label, open_[-1][1]):
            open_.pop()
    return tuple(found)


@once_for_each_table
def row_labels(layout: Layout, table: Table) -> tuple[str, ...]:
    """Finds the words that head each row of a table: its row head, or a first cell that is text.

    Rows of column heads have none, nor have unit lines; theirs is "".
    """
    heads = {head for row in table.rows for cell in row for head in cell.column_path}
    return tuple(_label(layout, row, heads) for row in table.rows)


def row_path_at(layout: Layout, start: int) -> tuple[str, ...]:
    """Returns the path of a character's row, see `row_paths`; empty outside tables."""
    table = layout.table_at(start)
    return row_paths(layout, table)[row_at(table, start)] if table else ()


@once_for_each_table
def title(layout: Layout, table: Table) -> str:
    """Finds the title of a table: the nearest line above that names it, "" where none does."""
    lines = layout.above(table)
    return next(
        (
            line
            for line in lines
            if len(line) <= _LONGEST_TITLE and not _NO_TITLE.fullmatch(line.strip())
        ),
        "",
    )


@once_for_each_table
def notes(layout: Layout, table: Table) -> tuple[Passage, ...]:
    """Finds the notes below a table: the paragraphs right behind it that open with a mark."""
    first = table.first + sum(map(len, table.rows))
    found = []
    for passage in layout.document.passages[first : first + _NOTES_BELOW]:
        if passage.kind == "cell" or not _NOTE.match(layout.text_of(passage)):
            break
        found.append(passage)
    return tuple(found)


def _label(layout: Layout, row: Sequence[Passage], heads: Set[str]) -> str:
    if all(layout.text_of(cell) in heads for cell in row):
        return ""
    named = next((cell.row for cell in row[1:] if cell.row), None)
    text = named or layout.text_of(row[0])
    return "" if is_figure(text) or _UNIT_LINE.fullmatch(text.strip()) else text


def _indent(row: Sequence[Passage], label: str) -> float:
    return _CAPITALS if label.isupper() else row[0].indent


def _sets_in(captions: Sequence[bool], indents: Sequence[float]) -> bool:
    """Whether what stands under a caption is set in from it, most often."""
    below = [
        indents[number + 1] > max(indents[number], 0.0) + _SAME
        for number in range(len(captions) - 1)
        if captions[number] and not captions[number + 1]
    ]
    return 2 * sum(below) > len(below)


def _repeats(total: str, caption: str) -> bool:
    words = set(_WORD.findall(caption.lower()))
    return bool(words) and words <= set(_WORD.findall(total.lower()))
