"""Tables of plain text: figures that stand one below the other, with the heads above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secateur.pipelines.ingestion.layout.blocks import Cell
from secateur.pipelines.ingestion.layout.grid import Grid, RawCell
from secateur.pipelines.ingestion.layout.tables import join_cells, set_heads
from secateur.pipelines.ingestion.layout.textrun import Run
from secateur.pipelines.ingestion.sections.items import opens_item
from secateur.pipelines.ingestion.sections.openings import opens_section
from secateur.pipelines.ingestion.text.columns import Columns, find_columns, head_extents
from secateur.pipelines.ingestion.text.lines import Field, TextLine, read_lines, split_label

_COLUMN = 5.0
"""Points that a character of a text file takes."""
_ROWS = 2
"""Fewest rows of a table."""
_MOST_BETWEEN = 4
"""Labels that may stand between two rows of figures."""
_MOST_BLANK = 2
"""Blank lines inside a table."""
_ROWS_NEAR = 8
"""Lines up, one of whose figures stands above one of a row that goes on with the table."""
_BESIDE = 2
"""Columns by which a dash may stand beside the figures above it."""
_ABOVE = 16
"""Lines above the first row among which its heads stand."""
_LONGEST_HEAD = 40
"""Most characters of a column's head."""
_LONGEST_CAPITALS = 14
"""Capitals alone on a line that are longer than this are the title of the table."""
_UNITS = re.compile(r"\(.*\)|.*\b(?:thousands|millions|billions)\b.*", re.IGNORECASE)
"""What a line between heads may say, however long it is."""
_AGREE = 0.6
"""Share of the figures that must end where another one of their column ends."""
_FORMATTED = re.compile(r"[$€£¥%]|\d,\d{3}|\(.*\d.*\)|\dp$")
_LARGE = re.compile(r"[$€£¥]|\d,\d{3}")
_GOES_ON = re.compile(r"(?:,|&|\b(?:and|or|of|to|in|on|at|for|from|with|by|the))$")


@dataclass(frozen=True)
class TextTable:
    """A table of a text.

    Attributes:
        start: First character of its first line.
        end: One past the last of its last line.
        rows: Its cells, whose runs tell where they stand in the text.
        drawn: Characters of its rules and leaders, which no cell holds.
    """

    start: int
    end: int
    rows: list[list[Cell]]
    drawn: int


def find_tables(text: str) -> Iterator[TextTable]:
    """Finds the tables of a text.

    Args:
        text: The text, lines divided by newlines.

    Yields:
        Each table in order. It has two rows or more, whose figures end one below the other. Without
        heads, and with one column of figures, only amounts make a table, because page numbers,
        postal codes and results of a laboratory stand in columns too.
    """
    lines = read_lines(text)
    free = 0
    for first, last in _groups(lines):
        table = _table(lines, free, first, last)
        if table is not None:
            yield table
            free = last + 1


def _groups(lines: list[TextLine]) -> Iterator[tuple[int, int]]:
    """First and last row with figures of what may be a table; labels are parted from figures."""
    first = last = -1
    for number, line in enumerate(lines):
        if first >= 0 and last == number - 1:
            ends = {figure.digits[1] + by for figure in lines[last].figures for by in (-1, 0, 1)}
            line = lines[number] = split_label(line, ends)
        if line.labels < 0 or (line.labels == 0 and first < 0):
            continue
        if first >= 0 and not _belongs(lines, first, last, number):
            yield first, last
            first = -1
        if first < 0:
            if line.labels == 0:
                continue
            first = number
        last = number
    if first >= 0:
        yield first, last


def _belongs(lines: Sequence[TextLine], first: int, last: int, number: int) -> bool:
    """Whether a row with figures goes on with the table of the rows before it."""
    above, line = lines[last], lines[number]
    begins = min(figure.first for figure in (*above.figures, *line.figures))
    near = lines[max(first, last - _ROWS_NEAR) : last + 1]
    # A label of several lines may reach over the columns.
    between = lines[last + 1 : _label_above(lines, last + 1, number)]
    written = [entry for entry in between if entry.text and not entry.drawn]
    blank = sum(not entry.text for entry in between)
    return (
        not _opens(line)
        and len(written) <= _MOST_BETWEEN
        and blank <= _MOST_BLANK + len(written)
        and all(_is_label(entry, begins) for entry in written)
        and any(_overlap(row, line) for row in near)
    )


def _overlap(above: TextLine, line: TextLine) -> bool:
    return any(
        figure.digits[0] - _BESIDE < other.digits[1]
        and other.digits[0] - _BESIDE < figure.digits[1]
        for figure in above.figures
        for other in line.figures
    )


def _opens(line: TextLine) -> bool:
    """Whether a line is the title of an item or a section, which no table holds."""
    content = line.text.strip()
    return opens_section(content) or opens_item(content)


def _is_label(line: TextLine, begins: int) -> bool:
    """Whether a line holds no more than the label of a row."""
    return len(line.fields) == 1 and line.fields[0].last <= begins and not _opens(line)


def _table(lines: Sequence[TextLine], free: int, first: int, last: int) -> TextTable | None:
    rows = [line for line in lines[first : last + 1] if line.labels >= 0]
    columns = find_columns(rows)
    start = _first_head(lines, free, first, columns)
    if len(rows) < _ROWS or not _is_table(rows, columns, start < first):
        return None
    if start == first:
        start = _label_above(lines, free, first)
    while last + 1 < len(lines) and lines[last + 1].drawn:
        last += 1
    inside = lines[start : last + 1]
    grid = _grid(inside, first - start, columns)
    cells, _ = set_heads([join_cells(row) for row in grid.rows if row])
    shown = sum(len("".join(cell.text.split())) for row in cells for cell in row)
    drawn = sum(len("".join(line.text.split())) for line in inside) - shown
    return TextTable(lines[start].start, lines[last].end, cells, drawn)


def _is_table(rows: Sequence[TextLine], columns: Columns, headed: bool) -> bool:
    figures = [figure for row in rows for figure in row.figures if figure.text[-1:] not in "-–—"]
    agreed = sum(columns.agrees(figure) for figure in figures)
    if not figures or agreed < max(_ROWS, _AGREE * len(figures)):
        return False
    several = sum(sum(1 for _ in row.figures) > 1 for row in rows)
    if headed and several:
        return True
    if several >= _ROWS:
        return any(_FORMATTED.search(figure.text) for figure in figures)
    return 2 * sum(bool(_LARGE.search(figure.text)) for figure in figures) >= len(figures)


def _first_head(lines: Sequence[TextLine], free: int, first: int, columns: Columns) -> int:
    """Number of the first line that heads the columns, else of the table's first row."""
    found = first
    blank = 0
    for number in range(first - 1, max(free, first - _ABOVE) - 1, -1):
        line = lines[number]
        if not line.text:
            blank += 1
            if blank > _MOST_BLANK or (found < first and blank > 1):
                break
            continue
        if _is_head(line, columns):
            # What a blank line parts from the heads is the title of the table.
            if found < first and blank:
                break
            found = number
            blank = 0
        elif line.segments or (found == first and _is_passed(line, columns)):
            continue
        else:
            break
    return found


def _is_passed(line: TextLine, columns: Columns) -> bool:
    """Whether a line without heads may stand between them and the figures."""
    return _is_label(line, columns.begins) or _UNITS.fullmatch(line.text.strip()) is not None


def _is_head(line: TextLine, columns: Columns) -> bool:
    heads = [field for field in line.fields if not columns.is_label(field)]
    title = line.text.strip()
    return (
        bool(heads)
        and len(line.fields) - len(heads) <= columns.labels
        and not (len(line.fields) == 1 and title.isupper() and len(title) > _LONGEST_CAPITALS)
        and all(len(head.text) <= _LONGEST_HEAD or _UNITS.fullmatch(head.text) for head in heads)
        and not _opens(line)
    )


def _label_above(lines: Sequence[TextLine], free: int, first: int) -> int:
    """Where the label of a row begins."""
    while first > free and _goes_on(lines[first - 1], lines[first]):
        first -= 1
    return first


def _goes_on(above: TextLine, line: TextLine) -> bool:
    """Whether a line goes on with the label of the line above it."""
    if len(above.fields) != 1 or above.labels >= 0 or not line.fields or line.labels == 0:
        return False
    label, rest = above.fields[0], line.fields[0]
    if label.text.endswith(":") or _opens(above) or rest.first < label.first - 1:
        return False
    return rest.text[:1].islower() or _GOES_ON.search(label.text) is not None


def _grid(lines: Sequence[TextLine], body: int, columns: Columns) -> Grid:
    grid = Grid()
    waiting: list[Field] = []
    named: Sequence[Field] = ()
    for number, line in enumerate(lines):
        if not line.fields:
            continue
        if number < body and _is_head(line, columns):
            extents = head_extents(line.fields, columns, lines[number + 1].segments)
        else:
            line = split_label(line, columns.ends) if line.labels > 0 else line
            if number + 1 < len(lines) and _goes_on(line, lines[number + 1]):
                waiting.append(line.fields[0])
                continue
            extents = columns.extents(line.fields)
        grid.start_row()
        beside = None
        labels = columns.labels_of(line.fields)
        if 1 < columns.labels == len(labels):
            named = labels
        elif named and labels and labels[0].first >= named[1].first - _BESIDE:
            # A name stands once, in the first of its rows.
            extents[0] = labels[0].extent
            beside = _run(named[:1])
        for entry, (left, right) in zip(line.fields, extents, strict=True):
            run = _run([*waiting, entry])
            waiting = []
            grid.rows[-1].append(RawCell(run, left, right, beside=beside))
    return grid


def _run(fields: Sequence[Field]) -> Run:
    run = Run()
    run.indent = _COLUMN * fields[0].first
    for entry in fields:
        run.space()
        start = run.add(entry.text)
        run.origins.append((start, entry.start, entry.end))
    return run
