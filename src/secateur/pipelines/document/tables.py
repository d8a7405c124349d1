"""Reads the structure of a laid-out table: the path of each row, its title and its notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.layout import (
    Layout,
    Table,
    has_figures,
    layout_of,
    once_for_each_table,
    row_at,
)
from secateur.pipelines.document.once import once

_SAME = 1.0
"""Points by which cells may differ that are set in alike."""
_CAPITALS = -1.0
"""Indent of captions in capitals, which head all others ("ASSETS")."""
_LONGEST_TITLE = 160
"""Characters of a line above a table that may be its title."""
_LONGEST_NAME = 100
"""Characters of a title that is no sentence."""
_OFTEN = 4
"""Tables from which on a line above each of them is no title of one."""
_NO_TITLE = re.compile(
    r"\(.*\)|.*\b(?:in|of) (?:thousands|millions|billions)\b.*(?<!:)"
    r"|(?:as (?:of|at)|at|for|years?) .*|table of contents|(?:[a-z]{1,2}-)?\d+|[\W_]*",
    re.IGNORECASE | re.DOTALL,
)
"""Lines between a title and its table: units, dates, page numbers."""
_NOTE = re.compile(r"\(?(?:\d{1,2}|[a-z]|\*{1,3}|[†‡§¶])[).]?(?=\s|(?<=[*†‡§¶)]))", re.IGNORECASE)
CONTINUED = re.compile(r"\s*[-–—,(]*\s*\b(?:cont(?:inued|['’]?d|\.))\W*$", re.IGNORECASE)
"""Ends the title of a table, or of a section, that goes on from the page before."""
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
    """Returns the own head of each row, "" for rows of column heads, units and titles."""
    heads = {head for row in table.rows for cell in row for head in cell.column_path}
    titled = rows_of_title(layout, table)
    return tuple(
        "" if number < titled else _label(layout, row, heads, above=number < table.body)
        for number, row in enumerate(table.rows)
    )


def row_path_at(layout: Layout, start: int) -> tuple[str, ...]:
    """Returns the path of a character's row, see `row_paths`; empty outside tables."""
    table = layout.table_at(start)
    return row_paths(layout, table)[row_at(table, start)] if table else ()


@once_for_each_table
def title(layout: Layout, table: Table) -> str:
    """Finds the title of a table: the nearest line above that names it, else its section's.

    A line that many tables have names the company or the page, where another is there too.
    """
    lines = [line for line in lines_above(layout, table) if is_title(line)]
    lines = [line for line in lines if not _is_of_pages(layout, line)]
    lines = lines or [line for line in table.rows[0][0].section_path[::-1] if is_title(line)][:1]
    nearest = lines[0] if lines else ""
    if len(nearest) > _LONGEST_NAME or nearest.endswith((".", ":")):
        return nearest
    rare = (line for line in lines if times_above(layout, line) < _OFTEN)
    return next((line for line in rare if len(line) <= _LONGEST_NAME), nearest)


@once_for_each_table
def lines_above(layout: Layout, table: Table) -> tuple[str, ...]:
    """Returns the lines above the heads of a table, nearest first, those inside it too."""
    own = (layout.text_of(row[0]) for row in table.rows[: rows_of_title(layout, table)])
    return (*tuple(own)[::-1], *layout.above(table))


def times_above(layout: Layout, line: str) -> int:
    """Counts the tables that a line stands above."""
    return _counts(layout.document)[line]


def _is_of_pages(layout: Layout, line: str) -> bool:
    """Whether a line is the head of pages, "Notes (continued)", and no table's own."""
    times = times_above(layout, line)
    return times >= (_OFTEN if CONTINUED.search(line) else max(_OFTEN, len(layout.tables) // 10))


@once
def _counts(document: Document) -> Counter[str]:
    layout = layout_of(document)
    return Counter(line for table in layout.tables for line in set(lines_above(layout, table)))


def is_title(line: str) -> bool:
    """Says whether a line above a table may be its title."""
    return len(line) <= _LONGEST_TITLE and not _NO_TITLE.fullmatch(line.strip())


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


@once_for_each_table
def rows_of_title(layout: Layout, table: Table) -> int:
    """Counts the rows of one cell above the first row of heads, which heads no column itself."""
    heads = {head for row in table.rows for cell in row for head in cell.column_path}
    for number, row in enumerate(table.rows[: table.body]):
        texts = [layout.text_of(cell) for cell in row]
        if len(row) > 1 or texts[0] in heads:
            return number if any(text in heads for text in texts) else 0
    return 0


def _label(layout: Layout, row: Sequence[Passage], heads: Set[str], *, above: bool) -> str:
    """The words that head a row: its row head, or its first cell where that is no figure.

    Rows of column heads have none, whatever stands in their corner, nor have unit lines.
    """
    if all(layout.text_of(cell) in heads for cell in row[above and len(row) > 1 :]):
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
