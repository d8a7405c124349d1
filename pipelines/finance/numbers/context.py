"""What a passage belongs to, in a few words: titles, a table's caption, column heads, parent row.

In the middle of a table, whether "2.17" is an amount or an amount per share is decided by words
that stand far above it. The head for numbers is given them, and what a number's own column says
that it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from secateur.core.models.word_kinds import (
    MONEY_COLUMN,
    PER_SHARE_COLUMN,
    PERCENT_COLUMN,
    SHARES_COLUMN,
)
from secateur.pipelines.document import Document, Passage
from secateur.pipelines.finance.figures.units import read_units
from secateur.pipelines.finance.layout import Layout, Table, has_figures, row_at
from secateur.pipelines.ingestion.tables import is_figure

_FURNITURE = 5
"""A title that stands in a document this often is a page's head or foot."""

_TITLE, _CAPTION, _HEADS, _PARENT = 60, 110, 120, 60
"""Characters of each part."""

_NUMBERED = re.compile(r"(?:note|item|part)\s+\w|\d{1,2}[.)—–-]?\s+[A-Z]", re.IGNORECASE)
MONEY_SIGN = re.compile(r"[$€£¥₹]")
_PER_SHARE = re.compile(
    r"\bper\b.{0,20}\b(?:share|unit|ADS|RSU|option)|par value|grant[- ]date|strike price"
    r"|(?:exercise|grant|purchase|average|repurchase) (?:stock |share )?price|price paid",
    re.IGNORECASE,
)
_SHARES = re.compile(r"\b(?:shares|units|options|awards|RSUs|PSUs|number of)\b", re.IGNORECASE)
_NOT_SHARES = re.compile(r"value|price|cost|expense|amount|term|life|[$€£%]", re.IGNORECASE)
_SHARE_OF_ALL = re.compile(r"\(?(?:\d{1,2}(?:\.\d+)?|100(?:\.0+)?)\s?%?\s?\)?\s?%?|\W{1,2}%?")
_ALL_SHARES = re.compile(r"\((?:in )?(?:%|per ?cent)\)\W*$|, in (?:%|per ?cent)$", re.IGNORECASE)
"""First cell of a table that holds percentages: "Performance (%)"."""
_LARGE = re.compile(r"\d,\d{3}|\d\.\d|[$€£¥₹]")
_MARKS = 2
"""Figures in a column without a head that may all be marks."""
_PERCENT = re.compile(r"%|\bper ?cent|\brates?\b", re.IGNORECASE)
_RATE = re.compile(
    r"%|\bper ?cent|\brates?\b|\b(?:margin|ratio|growth|yield|return|share of|occupancy|turnover)",
    re.IGNORECASE,
)


Column = tuple[str, int]
"""Head of a column, and which of the columns below it; without a head the place in the row."""


class Context(NamedTuple):
    """What a sentence or table row belongs to; empty where nothing is known.

    Attributes:
        numbered: The last title with a number.
        title: The last title, where it is another.
        caption: The end of the paragraph above a table.
        heads: Heads of a table's columns.
        parent: The row without figures above a row.
    """

    numbered: str = ""
    title: str = ""
    caption: str = ""
    heads: str = ""
    parent: str = ""


def contexts(document: Document, sentences: Sequence[tuple[int, int]]) -> list[Context]:
    """Returns for each sentence what it belongs to.

    Args:
        document: The document.
        sentences: Character spans, ascending (a table row counts as one).
    """
    blocks = Layout(document).blocks
    starts = [block.start for block in blocks]
    titles = _titles(document.text, blocks)
    parents: dict[int, list[str]] = {}
    found = []
    for start, _ in sentences:
        number = bisect_right(starts, start) - 1
        if number < 0:
            found.append(Context())
            continue
        block = blocks[number]
        numbered, title = titles[number]
        above = ("", "", "")
        if isinstance(block, Table):
            if number not in parents:
                parents[number] = _parents(document.text, block)
            at = row_at(block, start)
            heads = (_reads(document.text, row) for row in block.rows[: min(block.body, at)])
            caption = _caption(document.text, blocks[number - 1] if number else None)
            above = caption, _head(" ".join(heads), _HEADS), parents[number][at]
        found.append(Context(numbered, title if title != numbered else "", *above))
    return found


def column_kinds(document: Document) -> list[tuple[int, int, int]]:
    """Says of the numbers in tables what their columns say that they are.

    A column's head may name shares, prices or rates; a currency or percent sign often stands in the
    column's first row only.

    Returns:
        First character, one past the last and kind (`secateur.core.models.tagger`), ascending and
        disjoint; cells of which the column says nothing are left out.
    """
    found = []
    for table in Layout(document).tables:
        signs: dict[Column, int] = {}
        for column, cell in columns_of(table):
            text = document.text[cell.start : cell.end]
            if not is_figure(text):
                continue
            if MONEY_SIGN.search(text):
                signs[column] = MONEY_COLUMN
            elif "%" in text:
                signs[column] = PERCENT_COLUMN
            kind = _column_kind(cell.column or "", signs.get(column))
            if kind is not None:
                found.append((cell.start, cell.end, kind))
    return found


def columns_of(table: Table) -> Iterator[tuple[Column, Passage]]:
    """Yields the cells behind the first of each row, with the column of each.

    Below one head, amounts and their percentages may stand side by side: "2024" over "$343 | 1.7%".
    """
    usual: dict[str, int] = {}
    counts = [Counter(cell.column or "" for cell in row[1:]) for row in table.rows]
    for head in {head for count in counts for head in count}:
        usual[head] = Counter(count[head] for count in counts if head in count).most_common(1)[0][0]
    for row, count in zip(table.rows, counts, strict=True):
        before: Counter[str] = Counter()
        for place, cell in enumerate(row[1:], 1):
            head = cell.column or ""
            whole = count[head] == usual[head]
            yield (head, (before[head] if whole else -1) if head else place), cell
            before[head] += 1


class SignedCells(NamedTuple):
    """Characters of cells of which signs elsewhere in the table say what they are.

    Attributes:
        percent: Of cells without a sign, in columns of at most 100 whose first figure bears a
            percent sign.
        money: Of columns that bear a currency, of columns and rows whose heads name one, of tables
            whose heads or lines above do ("Dollars in millions"), and of columns without a head
            where these state a scale: figures, though not always of money.
        amounts: Of such columns that bear no percent sign, but in rows of rates, of such rows
            ("Revenue ($ millions)"), and of such tables what has no sign beside what has one.
    """

    percent: set[int]
    money: set[int]
    amounts: set[int]


def cells_by_sign(document: Document) -> SignedCells:
    """Finds numbers that fill a cell of which signs elsewhere in the table say what it is."""
    layout = Layout(document)
    percent: list[Passage] = []
    money: list[Passage] = []
    amounts: list[Passage] = []
    for table in layout.tables:
        columns: dict[Column, list[Passage]] = {}
        for column, cell in columns_of(table):
            if is_figure(layout.text_of(cell)):
                columns.setdefault(column, []).append(cell)
        stated, scaled = _states_units(layout, table)
        if _ALL_SHARES.search(layout.text_of(table.rows[0][0])):
            figures = (cell for _, cell in columns_of(table) if "%" not in (cell.column or ""))
            percent += (cell for cell in figures if _SHARE_OF_ALL.fullmatch(layout.text_of(cell)))
        for (head, _), cells in columns.items():
            texts = [layout.text_of(cell) for cell in cells]
            if not head:
                money += cells if scaled and _are_amounts(texts) else ()
                continue
            if "%" not in head:
                named = [cell for cell in cells if is_money(cell.row or "")]
                money += named
                amounts += named
            headed = is_money(cells[0].column or "")
            signed = any(map(MONEY_SIGN.search, texts)) or headed
            if headed or (signed and not any("%" in figure for figure in texts)):
                amounts += (cell for cell in cells if not _PERCENT.search(cell.row or ""))
            if stated and "%" not in head:
                amounts += _amounts_beside(cells, texts)
            if stated or signed:
                money += cells
            elif "%" in texts[0] and all(map(_SHARE_OF_ALL.fullmatch, texts)):
                plain = zip(cells, texts, strict=True)
                percent += (cell for cell, figure in plain if "%" not in figure)
    return SignedCells(*map(_characters, (percent, money, amounts)))


def _states_units(layout: Layout, table: Table) -> tuple[bool, bool]:
    """Whether a table's heads or the two lines above say currency and scale, and scale at least."""
    heads = (layout.text_of(cell) for row in table.rows[: table.body] for cell in row)
    units = [read_units(line) for line in (*heads, *layout.above(table)[:2])]
    scales = [line for line in units if line is not None and line.money is not None]
    return any(line.currency is not None for line in scales), bool(scales)


def _amounts_beside(cells: Sequence[Passage], texts: Sequence[str]) -> Iterator[Passage]:
    """Cells of a column that also has percentages: those above them, and what no share is.

    Below the first percent sign others may be left out, as in the reconciliation of a tax rate.
    """
    first = next((number for number, text in enumerate(texts) if "%" in text), 0)
    for number, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        small = number > first and _SHARE_OF_ALL.fullmatch(text)
        if first and "%" not in text and not small and not _RATE.search(cell.row or ""):
            yield cell


def _are_amounts(texts: Sequence[str]) -> bool:
    """Whether figures of a column without a head are no marks of notes."""
    return len(texts) > _MARKS and any(map(_LARGE.search, texts))


def is_money(head: str) -> bool:
    """Whether a head says of what currency and scale the numbers below it are ("£m")."""
    units = read_units(head)
    return units is not None and units.currency is not None and units.money is not None


def _characters(cells: Iterable[Passage]) -> set[int]:
    return {at for cell in cells for at in range(cell.start, cell.end)}


def _column_kind(head: str, sign: int | None) -> int | None:
    if _PER_SHARE.search(head):
        return PER_SHARE_COLUMN
    if _SHARES.search(head) and not _NOT_SHARES.search(head):
        return SHARES_COLUMN
    if sign is None and _PERCENT.search(head):
        return PERCENT_COLUMN
    return sign


def _is_title(block: Table | Passage) -> bool:
    return isinstance(block, Passage) and block.kind == "title"


def _titles(text: str, blocks: Sequence[Table | Passage]) -> list[tuple[str, str]]:
    """The last numbered title and the last title at or before each block."""
    count = Counter(text[block.start : block.end] for block in blocks if _is_title(block))
    numbered = last = ""
    found = []
    for block in blocks:
        found.append((_head(numbered, _TITLE), _head(last, _TITLE)))
        if _is_title(block):
            title = text[block.start : block.end]
            if count[title] < _FURNITURE:
                last = title
                numbered = title if _NUMBERED.match(title) else numbered
    return found


def _caption(text: str, before: Table | Passage | None) -> str:
    """The end of the paragraph above a table."""
    if not isinstance(before, Passage) or _is_title(before):
        return ""
    return _tail(text[before.start : before.end], _CAPTION)


def _parents(text: str, table: Table) -> list[str]:
    """For each row of a table the one without figures above it."""
    found, parent = [], ""
    for number, row in enumerate(table.rows):
        found.append(parent)
        if number >= table.body and not has_figures(text, row):
            parent = _head(_reads(text, row), _PARENT)
    return found


def _reads(text: str, row: Sequence[Passage]) -> str:
    return " ".join(text[cell.start : cell.end] for cell in row)


def _head(text: str, size: int) -> str:
    return text if len(text) <= size else text[:size].rpartition(" ")[0]


def _tail(text: str, size: int) -> str:
    return text if len(text) <= size else text[-size:].partition(" ")[2]
