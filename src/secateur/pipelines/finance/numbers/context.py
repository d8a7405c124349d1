"""What a passage belongs to, in a few words: titles, a table's caption, column heads, parent row.

In the middle of a table, whether "2.17" is an amount or an amount per share is decided by words
that stand far above it. The head for numbers is given them, and what a number's own column says
that it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table, has_figures, row_at
from secateur.pipelines.finance.candidates.number_types import (
    MONEY_COLUMN,
    PER_SHARE_COLUMN,
    PERCENT_COLUMN,
    SHARES_COLUMN,
)
from secateur.pipelines.finance.figures.units import read_units

_FURNITURE = 5
"""A title that stands in a document this often is a page's head or foot."""

_TITLE, _CAPTION, _HEADS, _PARENT = 60, 110, 120, 60
"""Characters of each part."""

_NUMBERED = re.compile(r"(?:note|item|part)\s+\w|\d{1,2}[.)—–-]?\s+[A-Z]", re.IGNORECASE)
MONEY_SIGN = re.compile(r"[$€£¥₹]")
IN_CURRENCY = re.compile(r"\((?:US|C|A)?[$€£]\)\W*(?:\(?\w\)?)?$")
"""How the columns of a table of pay end that hold money: "Stock awards ($)(1)"."""
_PER_SHARE = re.compile(
    r"\bper\b.{0,20}\b(?:share|unit|ADS|RSU|option)|par value|grant[- ]date|strike price"
    r"|(?:exercise|grant|purchase|average|repurchase) (?:stock |share )?price|price paid",
    re.IGNORECASE,
)
_SHARES = re.compile(r"\b(?:shares|units|options|awards|RSUs|PSUs|number of)\b", re.IGNORECASE)
_NOT_SHARES = re.compile(r"value|price|cost|expense|amount|term|life|[$€£%]", re.IGNORECASE)
_PERCENT = re.compile(r"%|\bper ?cent|\brates?\b", re.IGNORECASE)
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


def contexts(layout: Layout, sentences: Sequence[tuple[int, int]]) -> list[Context]:
    """Returns for each sentence what it belongs to.

    Args:
        layout: The document.
        sentences: Character spans, ascending (a table row counts as one).
    """
    document, blocks = layout.document, layout.blocks
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


def column_kinds(layout: Layout) -> list[tuple[int, int, int]]:
    """Says of the numbers in tables what their columns say that they are.

    A column's head may name shares, prices or rates; a currency or percent sign often stands in the
    column's first row only.

    Returns:
        First character, one past the last and kind (`secateur.core.models.tagger`), ascending and
        disjoint; cells of which the column says nothing are left out.
    """
    found = []
    for table in layout.tables:
        signs: dict[Column, int] = {}
        for column, cell in columns_of(table):
            text = layout.text_of(cell)
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


def figures_of_columns(layout: Layout, table: Table) -> dict[Column, list[Passage]]:
    """Returns the figures of a table by their columns."""
    found: dict[Column, list[Passage]] = {}
    for column, cell in columns_of(table):
        if is_figure(layout.text_of(cell)):
            found.setdefault(column, []).append(cell)
    return found


def is_money(head: str) -> bool:
    """Whether a head says of what currency and scale the numbers below it are ("£m")."""
    units = read_units(head)
    return units is not None and units.currency is not None and units.money is not None


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
    above = text[before.start : before.end]
    return above if len(above) <= _CAPTION else above[-_CAPTION:].partition(" ")[2]


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
