"""Whether the totals of a report's tables foot: whether their parts add up to them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from secateur.pipelines.document import Document, Passage
from secateur.pipelines.finance.figures.numbers import read_printed, uses_decimal_commas
from secateur.pipelines.finance.layout import Layout, Table, row_at
from secateur.pipelines.finance.numbers.context import Column, columns_of
from secateur.pipelines.ingestion.tables import is_figure

_TOTAL = re.compile(r"(?:sub)?total\b", re.IGNORECASE)
_LESS = re.compile(r"less\b", re.IGNORECASE)
_REVENUE = re.compile(
    r"(?:total )?(?:net )?(?:operating )?(?:revenues?|sales|turnover)", re.IGNORECASE
)
_COST = re.compile(r"(?P<total>total )?costs? of\b", re.IGNORECASE)
_GROSS = re.compile(r"gross (?:profit|margin|loss|profit \(loss\))", re.IGNORECASE)
_NOT_ADDED = re.compile(
    r"%|percent|average|price|\bper\b|\bEPS\b|\brate|\bratio|\byield|years\)|\bchange\b|\bvs\b"
    r"|(?<!investment[ -])\bgrades?(?: \(|$)|/t\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{4}")
_TWO_LISTS = re.compile(r"fw+f")
_NEGATIVE = re.compile(r"\W*[(\-–—−]")
_FEWEST = 2
"""Items from which on a sum says something."""


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
        return _foots(self.printed, self.sum, len(self.parts))


class _Item(NamedTuple):
    """A row of a column: its head, its number and how many rows right above it make it up."""

    head: str
    number: Decimal
    covers: int = 0


class _Checked(NamedTuple):
    """A total, where it stands, and whether it foots by more than one part that is not zero."""

    total: Total
    column: Column
    row: int
    tells: bool


def check_totals(document: Document) -> list[Total]:
    """Adds up what stands above each row of a table that is headed "Total …" or is gross profit.

    Args:
        document: The document.

    Returns:
        Every total with at least two parts, and gross profit right below its cost and revenue, in
        reading order; columns of percentages, prices, averages, ratios, grades of ore and changes
        are left out, as are lists side by side; rows that open with "Less" are taken away. The
        parts are the shortest run of rows right above it that adds up, sums inside it standing for
        their own parts, or else rows of one head ("Balance at end of year"); where none does, all
        rows since the total before it. A column of which no total adds up, of two or more, shows
        chosen rows, and a row that adds up in none of two or more columns is no sum ("Total assets"
        below a segment's earnings); these are left out, as is what does not add up where one head
        stands above several columns and blank cells shift them.
    """
    layout = Layout(document)
    comma = uses_decimal_commas(document.text)
    tables = (table for table in layout.tables if not _is_side_by_side(layout, table))
    found = [total for table in tables for total in _of_table(layout, table, comma)]
    return sorted(found, key=lambda total: total.start)


def _is_side_by_side(layout: Layout, table: Table) -> bool:
    """Whether lists stand beside each other: words between the figures of several rows."""
    shown = ("".join(_letter(layout.text_of(cell)) for cell in row[1:]) for row in table.rows)
    return sum(_TWO_LISTS.search(kinds) is not None for kinds in shown) >= _FEWEST


def _letter(text: str) -> str:
    """A figure's letter, that of words, or that of what may stand for a figure ("NM")."""
    return "f" if is_figure(text) else "w" if _WORD.search(text) else "-"


def _of_table(layout: Layout, table: Table, comma: bool) -> Iterator[Total]:
    """Totals of a table, without those of columns and rows that it does not add up."""
    checked = list(_checked(layout, table, comma))
    columns: defaultdict[Column, list[_Checked]] = defaultdict(list)
    rows: defaultdict[int, list[_Checked]] = defaultdict(list)
    for each in checked:
        columns[each.column].append(each)
        rows[each.row].append(each)
    for each in checked:
        above, beside = columns[each.column], rows[each.row]
        is_chosen = len(above) > 1 and not any(other.total.foots for other in above)
        is_no_sum = len(beside) > 1 and not any(other.tells for other in beside)
        if each.total.foots or not (is_chosen or is_no_sum):
            yield each.total


def _checked(layout: Layout, table: Table, comma: bool) -> Iterator[_Checked]:
    """Totals of a table, but for those that do not foot where blank cells shift columns."""
    stacks: defaultdict[Column, list[_Item]] = defaultdict(list)
    torn, signed = _torn(layout, table), _signed(layout, table)
    for column, cell in columns_of(table):
        number = _number(layout, cell, comma)
        if number is None:
            continue
        head, stack, row = cell.row or "", stacks[column], row_at(table, cell.start)
        if _TOTAL.match(head):
            total, parts, taken = _total(head, cell, number, stack)
            if total is not None and (total.foots or column[0] not in torn):
                added = sum(part.number != 0 for part in parts)
                yield _Checked(total, column, row, total.foots and added >= _FEWEST)
            del stack[len(stack) - taken :]
            stack.append(_Item(head, number))
        else:
            gross = _gross(head, cell, number, stack)
            if gross is not None and (gross.foots or column[0] not in torn):
                yield _Checked(gross, column, row, gross.foots)
            number = -number if _LESS.match(head) and row not in signed else number
            covers = _run(number, stack, _FEWEST if head else 1, exact=True)[1] if number else 0
            stack.append(_Item(head, number, covers))


def _signed(layout: Layout, table: Table) -> set[int]:
    """Rows whose figures are all negative: "Less: allowance | (3) | (2)" is taken away as is."""
    figures = (
        [shown for cell in row[1:] if is_figure(shown := layout.text_of(cell))]
        for row in table.rows
    )
    return {number for number, shown in enumerate(figures) if all(map(_NEGATIVE.match, shown))}


def _torn(layout: Layout, table: Table) -> set[str]:
    """Heads above several figures of some rows and fewer of others: a blank cell shifts them."""
    counts: defaultdict[str, set[int]] = defaultdict(set)
    for row in table.rows[table.body :]:
        figures = (cell for cell in row[1:] if is_figure(layout.text_of(cell)))
        for head, count in Counter(cell.column or "" for cell in figures).items():
            counts[head].add(count)
    return {head for head, seen in counts.items() if len(seen) > 1}


def _number(layout: Layout, cell: Passage, comma: bool) -> Decimal | None:
    """What a cell adds to its column, None where it is nothing to be added."""
    shown = layout.text_of(cell)
    if not is_figure(shown) or _NOT_ADDED.search(f"{shown} {cell.column or ''}"):
        return None
    printed = read_printed(layout.document.text, cell.start, cell.end, comma=comma)
    return printed.number if printed else None


def _total(
    head: str, cell: Passage, number: Decimal, stack: Sequence[_Item]
) -> tuple[Total | None, Sequence[_Item], int]:
    """A total with its parts, and how many rows right above it they take up."""

    def of(items: Sequence[_Item]) -> Total:
        parts = tuple(item.head for item in items)
        return Total(head, cell.column, cell.start, number, parts, _sum(items))

    items, taken = _run(number, stack, _FEWEST)
    if items:
        return of(items), items, taken
    alike: defaultdict[str, list[_Item]] = defaultdict(list)
    for item in stack:
        alike[item.head].append(item)
    for items in alike.values():
        if number and len(items) >= _FEWEST and _foots(number, _sum(items), len(items)):
            return of(items), items, len(stack)
    if stack and stack[-1].number == number:
        return None, (), 1
    items = _since_total(stack)
    # Rows and their sums under other names than "Total" come to twice the total.
    is_twice = _foots(2 * number, _sum(items), len(items))
    says_nothing = len(items) < _FEWEST or not any(item.number for item in items)
    return (None if is_twice or says_nothing else of(items)), items, 0


def _gross(head: str, cell: Passage, number: Decimal, stack: Sequence[_Item]) -> Total | None:
    """Gross profit right below its cost, as what that leaves of the revenue above it."""
    cost = _COST.match(stack[-1].head) if stack and _GROSS.fullmatch(head) else None
    if cost is None:
        return None
    above = stack[-2::-1] if cost["total"] else stack[-2:-1]
    revenue = next((item for item in above if _REVENUE.fullmatch(item.head)), None)
    if revenue is None:
        return None
    left = revenue.number - abs(stack[-1].number)
    return Total(head, cell.column, cell.start, number, (revenue.head, stack[-1].head), left)


def _run(
    number: Decimal, stack: Sequence[_Item], fewest: int, exact: bool = False
) -> tuple[Sequence[_Item], int]:
    """The shortest run of rows at the stack's end that adds up, and how many rows it takes up.

    All rows are added, or else sums without those that they cover.
    """
    for skips in (False, True):
        items: list[_Item] = []
        added, at = Decimal(0), len(stack)
        while at > 0:
            item = stack[at - 1]
            items.insert(0, item)
            added += item.number
            at -= 1 + (item.covers if skips else 0)
            fits = added == number if exact else _foots(number, added, len(items))
            if len(items) >= fewest and fits:
                return items, len(stack) - at
    return (), 0


def _since_total(stack: Sequence[_Item]) -> list[_Item]:
    """The rows at the stack's end since the total before, without those that sums cover."""
    items: list[_Item] = []
    at = len(stack)
    while at > 0 and not (len(items) >= _FEWEST and _TOTAL.match(stack[at - 1].head)):
        items.insert(0, stack[at - 1])
        at -= 1 + stack[at - 1].covers
    return items


def _sum(items: Sequence[_Item]) -> Decimal:
    return sum((item.number for item in items), Decimal(0))


def _foots(printed: Decimal, added: Decimal, parts: int) -> bool:
    unit = Decimal(1).scaleb(min(int(printed.as_tuple().exponent), 0))
    return abs(printed - added) <= unit * max(1, parts // 4)
