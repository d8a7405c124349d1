"""Whether the totals of a report's tables foot: whether their parts add up to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from secateur.pipelines.document import Document, Passage
from secateur.pipelines.finance.figures.numbers import read_printed, uses_decimal_commas
from secateur.pipelines.finance.layout import Layout, Table
from secateur.pipelines.ingestion.tables import is_figure

_TOTAL = re.compile(r"(?:sub)?total\b", re.IGNORECASE)
_LESS = re.compile(r"less\b", re.IGNORECASE)
_NOT_ADDED = re.compile(
    r"%|percent|average|price|per share|\brate|years\)|\bchange\b|\bvs\b", re.IGNORECASE
)
_FEWEST = 2


@dataclass(frozen=True)
class Total:
    """A total of one column and the rows above it.

    Attributes:
        row: Its row head.
        column: Its column heads, None where there are none.
        start: First character of the figure.
        printed: The number, without scale.
        parts: The row heads of what was added up, from the top.
        sum: What they add up to.
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
        return _foots(self.printed, self.sum, len(self.parts))


@dataclass(frozen=True)
class _Item:
    head: str
    number: Decimal


def check_totals(document: Document) -> list[Total]:
    """Adds up what stands above each row of a table that is headed "Total …".

    Args:
        document: The document.

    Returns:
        Every total with at least two parts, in reading order; columns of percentages, prices,
        averages and changes are left out, rows that open with "Less" are taken away. The parts are
        the shortest run of rows right above it that adds up, totals inside it standing for their
        own parts, or else rows of one head ("Balance at end of year"); where none does, all rows
        since the total before it. A column of which no total adds up, of two or more, shows chosen
        rows; its totals are left out.
    """
    layout = Layout(document)
    comma = uses_decimal_commas(document.text)
    found: list[Total] = []
    for table in layout.tables:
        for totals in _of_table(layout, table, comma).values():
            if any(total.foots for total in totals) or len(totals) == 1:
                found += totals
    return sorted(found, key=lambda total: total.start)


def _of_table(layout: Layout, table: Table, comma: bool) -> Mapping[str, list[Total]]:
    """Totals of a table by column."""
    found: defaultdict[str, list[Total]] = defaultdict(list)
    stacks: defaultdict[str, list[_Item]] = defaultdict(list)
    for row in table.rows[table.body :]:
        head = layout.text_of(row[0])
        for column, cell, number in _numbers(layout, row, comma):
            stack = stacks[column]
            if _TOTAL.match(head):
                total, rows = _total(head, cell, number, stack)
                if total is not None:
                    found[column].append(total)
                del stack[len(stack) - rows :]
            stack.append(_Item(head, -abs(number) if _LESS.match(head) else number))
    return found


def _numbers(
    layout: Layout, row: tuple[Passage, ...], comma: bool
) -> Iterator[tuple[str, Passage, Decimal]]:
    text = layout.document.text
    for place, cell in enumerate(row[1:]):
        shown = layout.text_of(cell)
        if is_figure(shown) and not _NOT_ADDED.search(f"{shown} {cell.column or ''}"):
            printed = read_printed(text, cell.start, cell.end, comma=comma)
            if printed is not None:
                yield f"{cell.column or ''}|{place}", cell, printed.number


def _total(
    head: str, cell: Passage, number: Decimal, stack: Sequence[_Item]
) -> tuple[Total | None, int]:
    """A total with its parts, and how many rows right above it they take up."""

    def of(items: Sequence[_Item]) -> Total:
        parts = tuple(item.head for item in items)
        return Total(head, cell.column, cell.start, number, parts, _sum(items))

    since: int | None = None
    added = Decimal(0)
    for count, item in enumerate(reversed(stack), 1):
        added += item.number
        if count >= _FEWEST and _foots(number, added, count):
            return of(stack[-count:]), count
        if since is None and count > _FEWEST and _TOTAL.match(item.head):
            since = count - 1
    alike: defaultdict[str, list[_Item]] = defaultdict(list)
    for item in stack:
        alike[item.head].append(item)
    for items in alike.values():
        if len(items) >= _FEWEST and _foots(number, _sum(items), len(items)):
            return of(items), len(stack)
    if stack and stack[-1].number == number:
        return None, 1
    whole = of(stack[-(since or len(stack)) :])
    # Rows and their sums under other names than "Total" come to twice the total.
    is_twice = _foots(2 * number, whole.sum, len(whole.parts))
    return (None if is_twice or len(stack) < _FEWEST else whole), 0


def _sum(items: Sequence[_Item]) -> Decimal:
    return sum((item.number for item in items), Decimal(0))


def _foots(printed: Decimal, added: Decimal, parts: int) -> bool:
    unit = Decimal(1).scaleb(min(int(printed.as_tuple().exponent), 0))
    return abs(printed - added) <= unit * max(1, parts // 4)
