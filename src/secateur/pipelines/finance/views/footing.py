"""The numbers of a table's columns, and whether some of them add up to another."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.finance.figures.numbers import read_printed

FEWEST = 2
"""Items from which on a sum says something."""
TOTAL = re.compile(r"(?:sub)?total\b", re.IGNORECASE)
LESS = re.compile(r"less\b", re.IGNORECASE)
_NOT_ADDED = re.compile(
    r"%|percent|average|price|\bper\b|\bEPS\b|\brate|\bratio|\byield|years\)|\bchange\b|\bvs\b"
    r"|(?<!investment[ -])\bgrades?(?: \(|$)|/t\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"\W*[(\-–—−]")


@dataclass(frozen=True)
class Total:
    """A total of one column and the rows above it.

    Attributes:
        row: Its row head.
        column: Its column heads, None where there are none.
        start: First character of the figure.
        printed: The number, without scale.
        parts: The row heads of what was added up, from the top.
        sum: What they add up to, for gross profit what the cost leaves of the revenue.
    """

    row: str
    column: str | None
    start: int
    printed: Decimal
    parts: tuple[str, ...]
    sum: Decimal

    @property
    def foots(self) -> bool:
        """Whether the parts add up to the total, each of them being rounded as printed."""
        return foots(self.printed, self.sum, len(self.parts))


class Item(NamedTuple):
    """A row of a column: its head, its number and how many rows right above it make it up."""

    head: str
    number: Decimal
    covers: int = 0


def total_of(cell: Passage, number: Decimal, items: Sequence[Item]) -> Total:
    """Returns a cell with what is added up to it."""
    parts = tuple(item.head for item in items)
    return Total(cell.row or "", cell.column, cell.start, number, parts, sum_of(items))


def sum_of(items: Iterable[Item]) -> Decimal:
    """Adds up the numbers of items."""
    return sum((item.number for item in items), Decimal(0))


def foots(printed: Decimal, added: Decimal, parts: int) -> bool:
    """Whether a sum of so many rounded parts is what is printed."""
    return abs(printed - added) <= unit_of(printed) * slack(parts)


def slack(parts: int) -> int:
    """Returns by how many units of the last digit a sum of so many rounded parts may differ."""
    return max(1, parts // 4)


def unit_of(printed: Decimal) -> Decimal:
    """Returns one of the last digit that is printed, or 1."""
    return Decimal(1).scaleb(min(int(printed.as_tuple().exponent), 0))


def figure_of(layout: Layout, cell: Passage, *, comma: bool) -> Decimal | None:
    """Reads the number of a cell, None where it holds none."""
    if not is_figure(layout.text_of(cell)):
        return None
    printed = read_printed(layout.document.text, cell.start, cell.end, comma=comma)
    return printed.number if printed else None


def is_added(layout: Layout, cell: Passage) -> bool:
    """Whether the numbers of a cell's column may be added up, as prices and rates are not."""
    return not _NOT_ADDED.search(f"{layout.text_of(cell)} {cell.column or ''}")


def in_column(
    head: str, number: Decimal, stack: Sequence[Item], *, negative: bool, summed: bool = False
) -> Item:
    """Puts a number below others of its column.

    Args:
        head: Head of its row.
        number: The number as printed.
        stack: The rows above it.
        negative: Whether all figures of its row are: "Less: allowance | (3) | (2)" is taken away
            as is.
        summed: Whether the head says that the number sums up rows above it, or one.
    """
    number = -number if LESS.match(head) and not negative else number
    fewest = FEWEST if head and not summed else 1
    items, taken = run(number, stack, fewest, exact=not summed) if number else ((), 0)
    # The first of them may itself be a sum of rows above.
    return Item(head, number, max(taken, len(items) + items[0].covers) if items else 0)


def run(
    number: Decimal, stack: Sequence[Item], fewest: int, exact: bool = False
) -> tuple[Sequence[Item], int]:
    """Finds the shortest run of rows at the stack's end that adds up.

    All rows are added, or else sums without those that they cover.

    Returns:
        The rows and how many rows they take up; none and 0 where no run adds up.
    """
    for skips in (False, True):
        items: list[Item] = []
        added, at = Decimal(0), len(stack)
        while at > 0:
            item = stack[at - 1]
            items.insert(0, item)
            added += item.number
            at -= 1 + (item.covers if skips else 0)
            fits = added == number if exact else foots(number, added, len(items))
            if len(items) >= fewest and fits:
                return items, len(stack) - at
    return (), 0


def negative_rows(layout: Layout, table: Table) -> set[int]:
    """Returns the numbers of the rows whose figures are all negative."""
    figures = (
        [shown for cell in row[1:] if is_figure(shown := layout.text_of(cell))]
        for row in table.rows
    )
    return {number for number, shown in enumerate(figures) if all(map(_NEGATIVE.match, shown))}


def torn_heads(layout: Layout, table: Table) -> set[str]:
    """Returns heads above several figures of some rows and fewer of others: a blank shifts them."""
    counts: defaultdict[str, set[int]] = defaultdict(set)
    for row in table.rows[table.body :]:
        figures = (cell for cell in row[1:] if is_figure(layout.text_of(cell)))
        for head, count in Counter(cell.column or "" for cell in figures).items():
            counts[head].add(count)
    return {head for head, seen in counts.items() if len(seen) > 1}
