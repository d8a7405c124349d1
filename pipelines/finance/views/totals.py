"""Whether the totals of a report's tables foot: whether their parts add up to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
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
        unit = Decimal(1).scaleb(min(int(self.printed.as_tuple().exponent), 0))
        return abs(self.printed - self.sum) <= unit * max(1, len(self.parts) // 4)


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
        own parts; where none does, all rows since the total before it.
    """
    layout = Layout(document)
    comma = uses_decimal_commas(document.text)
    found = [t for table in layout.tables for t in _of_table(layout, table, comma)]
    return sorted(found, key=lambda total: total.start)


def _of_table(layout: Layout, table: Table, comma: bool) -> Iterator[Total]:
    stacks: defaultdict[str, list[_Item]] = defaultdict(list)
    for row in table.rows[table.body :]:
        head = layout.text_of(row[0])
        for column, cell, number in _numbers(layout, row, comma):
            stack = stacks[column]
            if _TOTAL.match(head):
                total = _total(head, cell, number, stack)
                if total is not None:
                    yield total
                    if total.foots:
                        del stack[len(stack) - len(total.parts) :]
            stack.append(_Item(head, -abs(number) if _LESS.match(head) else number))


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


def _total(head: str, cell: Passage, number: Decimal, stack: list[_Item]) -> Total | None:
    whole: Total | None = None
    for count in range(_FEWEST, len(stack) + 1):
        items = stack[-count:]
        parts = tuple(item.head for item in items)
        added = sum((item.number for item in items), Decimal(0))
        total = Total(head, cell.column, cell.start, number, parts, added)
        if total.foots:
            return total
        if whole is None or not _TOTAL.match(items[0].head):
            whole = total
        else:
            break
    return whole
