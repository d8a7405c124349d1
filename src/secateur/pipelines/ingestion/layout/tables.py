"""Tables of filings: split cells joined, heads found, tables that only lay out prose told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.document.cells import CURRENCY, NO_FIGURE, is_figure
from secateur.pipelines.ingestion.layout.blocks import Assembly, Cell
from secateur.pipelines.ingestion.layout.grid import Grid, RawCell, union

_OPENER = re.compile(rf"(?:(?:{CURRENCY})\s?\(?|\()")
_CLOSER = re.compile(r"(?:\)\s?%?|%\s?\)?|¢)")
_FIGURE_START = re.compile(r"[\d(.\-–—−]")
_FIGURE_END = re.compile(r"[\d)%\-–—−]$")
_DECIMALS_END = re.compile(r"\s\d*\.\d+$")
_BULLET = re.compile(
    r"[•●○▪■◦·‣▸➢➤✓–—*-]|\(?[a-z0-9]{1,4}[).]|\([ivx]+\)|\[\d+\]|\*+|[†‡§]+|\d{1,2}"
)
_NUMBERED = re.compile(r"\(?(?:[ivxlc]{1,6}|[a-z]|\d{1,3}(?:\.\d{1,2})?)[.)]{0,2}", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]{2}")
_NAMES_ROWS = re.compile(
    r"(?:line )?items?|particulars|descriptions?|metrics?|measures?|accounts?|concepts?"
    r"|indicators?",
    re.IGNORECASE,
)
"""The head of a column that says what each row is, where another column stands before it."""
_ITEM = re.compile(r"(?:part\s+[iv]+\W*)?item\s+\d{1,2}", re.IGNORECASE)
_PROSE = 1_200
"""A cell with more characters than this holds prose that a table merely lays out."""


def add_grid(grid: Grid, assembly: Assembly, above: Sequence[Cell] = ()) -> list[Cell]:
    """Appends a table to a document in the form that reads best.

    Prose that a table only lays out becomes blocks; a bullet and its text one list block; an item
    number and its title one title block; all else rows of cells.

    Args:
        grid: The table.
        assembly: The document.
        above: Heads of a table that this one may go on from, as `set_heads` takes them.

    Returns:
        The heads of its columns, for a table that goes on from it.
    """
    rows = [row for row in grid.rows if row]
    if not rows:
        return []
    if all(len(row) == 1 for row in rows) or lays_out_prose(rows):
        for row in rows:
            for cell in row:
                assembly.add_slices(cell.run)
    elif all(len(row) == 2 and _BULLET.fullmatch(row[0].run.text) for row in rows):
        for row in rows:
            assembly.add_joined(tuple(cell.run for cell in row), "list")
    elif len(rows) == 1 and _ITEM.match(rows[0][0].run.text):
        assembly.add_joined(tuple(cell.run for cell in rows[0]), "title")
    else:
        table, heads = set_heads([join_cells(row) for row in rows], above)
        assembly.add_table(table)
        return heads
    return []


def lays_out_prose(rows: list[list[RawCell]]) -> bool:
    """Tells whether a table merely lays out prose: a cell of it is too long for one of data."""
    return any(cell.run.length > _PROSE for row in rows for cell in row)


def join_cells(row: list[RawCell]) -> list[Cell]:
    """Joins currency signs, parentheses and percent signs to the number that they belong to.

    Args:
        row: The cells of a row that show text.

    Returns:
        The cells as they read: "$", "(1,234", ")" becomes one cell "$(1,234)".
    """
    cells: list[Cell] = []
    opener: Cell | None = None
    for raw in row:
        text = raw.run.text.replace("\n", " ")
        strong = raw.head or raw.run.is_strong
        beside = raw.beside.text.replace("\n", " ") if raw.beside else None
        cell = Cell((raw.run,), text, raw.first, raw.last, strong, box=raw.box, beside=beside)
        if opener is not None:
            if _FIGURE_START.match(text):
                cell = _merge(opener, cell)
            else:
                cells.append(opener)
            opener = None
        if _OPENER.fullmatch(text):
            opener = cell
        elif cells and _CLOSER.fullmatch(text) and _takes(cells[-1].text, text):
            cells[-1] = _merge(cells[-1], cell)
        else:
            cells.append(cell)
    if opener is not None:
        cells.append(opener)
    return cells


def _takes(text: str, sign: str) -> bool:
    """Whether a sign belongs to the number in which the cell before it ends.

    A year heads a column, and so may any "%" behind what is no figure ("FY24"); "SOFR + 1.25" is
    none either, but no head has decimals.
    """
    if "%" in sign:
        return is_figure(text) or _DECIMALS_END.search(text) is not None
    return _FIGURE_END.search(text) is not None and not NO_FIGURE.fullmatch(text)


def _merge(left: Cell, right: Cell) -> Cell:
    return Cell(
        (*left.runs, *right.runs),
        left.text + right.text,
        left.first,
        right.last,
        left.head and right.head,
        box=union(left.box, right.box) if left.box and right.box else left.box or right.box,
        beside=left.beside,
    )


def set_heads(
    rows: list[list[Cell]], above: Sequence[Cell] = ()
) -> tuple[list[list[Cell]], list[Cell]]:
    """Gives every cell of a table its row head and column heads.

    Column heads are the rows above the first row with figures, and later rows that carry no
    figure, leave the first column free and, unlike a label that is set in, reach those of figures,
    or repeat the corner ("in € million"), as one table right below another does; a table without
    figures has its first row as heads if all of it is bold. A row's head is its
    first cell, or the words behind its number ("IV", "2."), or what stands in the column of
    "Particulars" or items, or before a cell without words ("2022") one that spans down into it.

    Args:
        rows: The joined cells, no row empty.
        above: Heads of the table before; those of this one, too, up to its own, where each has a
            figure below it and no figure stands elsewhere.

    Returns:
        The same rows with `row` and `column` set where they are known, and the last heads.
    """
    label_column = min(row[0].first for row in rows)
    figures_of = [
        [cell for cell in row if cell.first > label_column and is_figure(cell.text)] for row in rows
    ]
    body = [row for row, figures in zip(rows, figures_of, strict=True) if figures]
    if not body:
        return _set_text_heads(rows), []
    first_figure = min(cell.first for figures in figures_of for cell in figures)
    done: list[list[Cell]] = []
    heads = list(above) if _stand_below(above, body) else []
    is_filled = bool(
        heads
    )  # Whether figures stand below the heads: then the next ones replace them.
    is_above = True
    corners: set[str] = set()
    for row, figures in zip(rows, figures_of, strict=True):
        is_above = is_above and not figures
        free = row[0].first > label_column
        heads_figures = free and row[-1].last > first_figure
        begins = len(row) > 1 and (is_above or row[0].text in corners)
        if not figures and (heads_figures or begins):
            if is_above and not free:
                corners.add(row[0].text)
            own = _above_their_columns(row if free else row[1:], body)
            heads = own if is_filled else [*heads, *own]
            is_filled = False
            done.append(row)
        else:
            is_filled = is_filled or bool(figures)
            label = _label(row, heads)
            done.append([_with_heads(cell, label, heads) for cell in row])
    return done, heads


def _stand_below(heads: Sequence[Cell], body: list[list[Cell]]) -> bool:
    """Whether figures stand below each of the heads of another table, and none elsewhere."""
    figures = [cell for row in body for cell in row[1:] if is_figure(cell.text)]
    below = [[h.first < cell.last and cell.first < h.last for h in heads] for cell in figures]
    return bool(heads) and all(map(any, below)) and all(map(any, zip(*below, strict=True)))


def _above_their_columns(heads: list[Cell], body: list[list[Cell]]) -> list[Cell]:
    """Heads of one column each above signs that have columns of their own, put where they belong.

    "2024 | 2023" stand above "$ | 412 | $ | 390", as tables are exported that were laid out so.
    """
    alike = all(len(row) == len(heads) + 1 for row in body)
    if not alike or any(head.last - head.first > 1 for head in heads):
        return heads
    if all(
        head.first < cell.last and cell.first < head.last
        for row in body
        for head, cell in zip(heads, row[1:], strict=True)
    ):
        return heads
    pairs = zip(heads, body[0][1:], strict=True)
    return [replace(head, first=cell.first, last=cell.last) for head, cell in pairs]


def _label(row: list[Cell], heads: list[Cell]) -> Cell:
    """The cell that says what a row is."""
    for head in heads:
        if _NAMES_ROWS.fullmatch(head.text):
            below = [cell for cell in row if head.first < cell.last and cell.first < head.last]
            if len(below) == 1 and not is_figure(below[0].text):
                return below[0]
    if row[0].beside and not _WORDS.search(row[0].text):
        return replace(row[0], text=row[0].beside)
    numbered = len(row) > 1 and _NUMBERED.fullmatch(row[0].text)
    return row[1] if numbered and _WORDS.search(row[1].text) else row[0]


def _set_text_heads(rows: list[list[Cell]]) -> list[list[Cell]]:
    first = rows[0]
    if len(rows) < 2 or len(first) < 2 or not all(cell.head for cell in first):
        return rows
    return [first, *([_with_heads(cell, row[0], first) for cell in row] for row in rows[1:])]


def _with_heads(cell: Cell, row_head: Cell, heads: list[Cell]) -> Cell:
    if cell is row_head and not is_figure(cell.text):
        return cell
    above = [head.text for head in heads if head.first < cell.last and cell.first < head.last]
    return replace(
        cell,
        row=None if is_figure(row_head.text) else row_head.text,
        column=" ".join(above) or None,
        heads=tuple(above),
    )
