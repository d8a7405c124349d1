"""Whether the totals of a report's tables foot: whether their parts add up to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.layout import Layout, Table, layout_of, row_at
from secateur.pipelines.document.reflow import reflowed
from secateur.pipelines.document.validation import check
from secateur.pipelines.finance.figures.numbers import uses_decimal_commas
from secateur.pipelines.finance.numbers.context import Column, columns_of
from secateur.pipelines.finance.views.bridges import bridges
from secateur.pipelines.finance.views.footing import (
    FEWEST,
    TOTAL,
    Item,
    Total,
    figure_of,
    foots,
    in_column,
    is_added,
    negative_rows,
    run,
    sum_of,
    torn_heads,
    total_of,
)

_REVENUE = re.compile(
    r"(?:total )?(?:net )?(?:operating )?(?:revenues?|sales|turnover)", re.IGNORECASE
)
_COST = re.compile(r"(?P<total>total )?costs? of\b", re.IGNORECASE)
_GROSS = re.compile(r"gross (?:profit|margin|loss|profit \(loss\))", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4}")
_TWO_LISTS = re.compile(r"fw+f")


class _Checked(NamedTuple):
    """A total, where it stands, and whether it foots by more than one part that is not zero."""

    total: Total
    column: Column
    row: int
    tells: bool


def check_totals(document: Document) -> list[Total]:
    """Adds up what stands above each row of a table that is headed "Total …" or comes of others.

    Args:
        document: The document.

    Returns:
        Every total with at least two parts, gross profit right below its cost and revenue, and what
        rows lead to from an opening figure, see `bridges`, in reading order; columns of
        percentages, prices, averages, ratios, grades of ore and changes are left out, as are lists
        side by side; rows that open with "Less" are taken away. The parts are the shortest run of
        rows right above it that adds up, sums inside it standing for their own parts, or else rows
        of one head ("Balance at end of year"); where none does, all rows since the total before it.
        A column of which no total adds up, of two or more, shows chosen rows, and a row that adds
        up in none of two or more columns is no sum ("Total assets" below a segment's earnings);
        these are left out, as is what does not add up where one head stands above several columns
        and blank cells shift them.

    Raises:
        UsageError: What is given as a document is none, a path for instance.
    """
    check(document, Document)
    flow = reflowed(document)
    layout = layout_of(flow.document)
    comma = uses_decimal_commas(flow.document.text)
    tables = (table for table in layout.tables if not _is_side_by_side(layout, table))
    found = [total for table in tables for total in _of_table(layout, table, comma)]
    found.sort(key=lambda total: total.start)
    starts = flow.former(np.array([total.start for total in found], dtype=np.int64)).tolist()
    return [replace(total, start=start) for total, start in zip(found, starts, strict=True)]


def _is_side_by_side(layout: Layout, table: Table) -> bool:
    """Whether lists stand beside each other: words between the figures of several rows."""
    shown = ("".join(_letter(layout.text_of(cell)) for cell in row[1:]) for row in table.rows)
    return sum(_TWO_LISTS.search(kinds) is not None for kinds in shown) >= FEWEST


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
    yield from bridges(layout, table, comma=comma)


def _checked(layout: Layout, table: Table, comma: bool) -> Iterator[_Checked]:
    """Totals of a table, but for those that do not foot where blank cells shift columns."""
    stacks: defaultdict[Column, list[Item]] = defaultdict(list)
    torn, negative = torn_heads(layout, table), negative_rows(layout, table)
    for column, cell in columns_of(table):
        number = figure_of(layout, cell, comma=comma)
        if number is None or not is_added(layout, cell):
            continue
        head, stack, row = cell.row or "", stacks[column], row_at(table, cell.start)
        if TOTAL.match(head):
            total, parts, taken = _total(cell, number, stack)
            if total is not None and (total.foots or column[0] not in torn):
                added = sum(part.number != 0 for part in parts)
                yield _Checked(total, column, row, total.foots and added >= FEWEST)
            del stack[len(stack) - taken :]
            stack.append(Item(head, number))
        else:
            gross = _gross(head, cell, number, stack)
            if gross is not None and (gross.foots or column[0] not in torn):
                yield _Checked(gross, column, row, gross.foots)
            stack.append(in_column(head, number, stack, negative=row in negative))


def _total(
    cell: Passage, number: Decimal, stack: Sequence[Item]
) -> tuple[Total | None, Sequence[Item], int]:
    """A total with its parts, and how many rows right above it they take up."""
    items, taken = run(number, stack, FEWEST)
    if items:
        return total_of(cell, number, items), items, taken
    alike: defaultdict[str, list[Item]] = defaultdict(list)
    for item in stack:
        alike[item.head].append(item)
    for items in alike.values():
        if number and len(items) >= FEWEST and foots(number, sum_of(items), len(items)):
            return total_of(cell, number, items), items, len(stack)
    if stack and stack[-1].number == number:
        return None, (), 1
    items = _since_total(stack)
    # Rows and their sums under other names than "Total" come to twice the total.
    is_twice = foots(2 * number, sum_of(items), len(items))
    says_nothing = len(items) < FEWEST or not any(item.number for item in items)
    return (None if is_twice or says_nothing else total_of(cell, number, items)), items, 0


def _gross(head: str, cell: Passage, number: Decimal, stack: Sequence[Item]) -> Total | None:
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


def _since_total(stack: Sequence[Item]) -> list[Item]:
    """The rows at the stack's end since the total before, without those that sums cover."""
    items: list[Item] = []
    at = len(stack)
    while at > 0 and not (len(items) >= FEWEST and TOTAL.match(stack[at - 1].head)):
        items.insert(0, stack[at - 1])
        at -= 1 + stack[at - 1].covers
    return items
