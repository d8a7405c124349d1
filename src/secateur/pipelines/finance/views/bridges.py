"""Figures to which rows lead from an opening one: balances, taxes, and what is net."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table, row_at
from secateur.pipelines.finance.numbers.context import Column, columns_of
from secateur.pipelines.finance.views.footing import (
    FEWEST,
    LESS,
    TOTAL,
    Item,
    Total,
    figure_of,
    in_column,
    is_added,
    negative_rows,
    torn_heads,
    total_of,
    unit_of,
)

_DATED = r"^(?:balances?|outstanding|(?:un|non-?)vested)\b.*\b(?:19|20)\d\d\b"
_OPENS = re.compile(rf"\b(?:beginning|opening|start)\b|{_DATED}", re.IGNORECASE)
_CLOSES = re.compile(rf"\b(?:end|ending|close|closing)\b|{_DATED}", re.IGNORECASE)
_BY_RATE = re.compile(
    r"\b(?:statutory|standard|applicable|domestic|expected)\b.*\b(?:tax|rate)"
    r"|\btax.*\b(?:statutory|standard|applicable|domestic|expected)\b",
    re.IGNORECASE,
)
"""What the rate of the law makes, from which taxes are reconciled."""
_EFFECTIVE = re.compile(r"(?:\w+ ){0,2}effective (?:income )?(?:tax )?rates?\b", re.IGNORECASE)
_TAXES = re.compile(
    r"(?!.*\b(?:before|rates?|state|federal|foreign|deferred|current|paid|effects?)\b)"
    r"(?:(?:reported|actual|net|consolidated) )*"
    r"(?:(?:provision|benefit|expense|charge)\b.*\btax|(?:income )?tax(?:es|ation)?\b"
    r".*\b(?:expense|provision|benefit|charge)\b)",
    re.IGNORECASE,
)
_NET = re.compile(r"\bnet\b", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:change|increase|decrease)\b", re.IGNORECASE)
_SUM = re.compile(r"net\b", re.IGNORECASE)
_TAKEN_AWAY = re.compile(
    r"less\b|(?:accumulated|(?:valuation )?allowances?|unearned|unamortized)\b", re.IGNORECASE
)
"""Head of what is taken from a gross amount, with a minus or without."""
_DEDUCTED = re.compile(
    r"\b(?:deduct|forfeit|vested|exercis|cancel|expir|paid|payments?|claims|charge[sd]?[ -]off"
    r"|writ(?:e|ten)[ -]?off|utili[sz]|used|dispos|retire|redem|releas|settle|lapse|sold|sales)",
    re.IGNORECASE,
)
_MOST = 60
"""Rows from an opening figure to the closing one."""


def bridges(layout: Layout, table: Table, *, comma: bool) -> Iterator[Total]:
    """Finds the closing figures of a table.

    Args:
        layout: The document.
        table: One of its tables.
        comma: Whether it writes decimals with a comma.

    Yields:
        Balances at an end from those at the beginning, taxes and effective rates from the statutory
        rate, and net amounts from gross ones, with what makes them; of a row none where no column
        foots, since something else is told there.
    """
    rows: defaultdict[int, list[Total]] = defaultdict(list)
    torn = torn_heads(layout, table)
    for column, total in _closing(layout, table, comma):
        if total.foots or column[0] not in torn:
            rows[row_at(table, total.start)].append(total)
    for beside in rows.values():
        if any(total.foots for total in beside):
            yield from beside


def _closing(layout: Layout, table: Table, comma: bool) -> Iterator[tuple[Column, Total]]:
    stacks: defaultdict[tuple[Column, bool], list[Item]] = defaultdict(list)
    negative = negative_rows(layout, table)
    for column, cell in columns_of(table):
        number, head = figure_of(layout, cell, comma=comma), cell.row or ""
        if number is None:
            continue
        is_negative = row_at(table, cell.start) in negative
        # "21.0%" is never added to amounts; what stands below it without a sign may be a rate, too.
        for amounts in (False, True) if is_added(layout, cell) else (False,):
            stack = stacks[column, amounts]
            above = stack[-_MOST:]
            at = _opening_of(head, [item.head for item in above], amounts)
            if at is not None and (total := _bridge(cell, number, above[at:])):
                yield column, total
            summed = TOTAL.match(head) or _SUM.match(head)
            stack.append(in_column(head, number, above, negative=is_negative, summed=bool(summed)))


def _bridge(cell: Passage, number: Decimal, items: Sequence[Item]) -> Total | None:
    """What rows make of the first of them; None where it may be rounding that parts them.

    Sums among them count or what they cover, or the change in the last row alone.
    """
    if all(_TAKEN_AWAY.match(item.head) for item in items[1:]):
        items = [items[0], *map(_taken_away, items[1:])]
    if sum(item.number != 0 for item in items) < FEWEST:
        return None
    ways = [items, _without_covered(items)]
    ways += [[sign(item) for item in way] for way in ways for sign in (_given_back, _deducted)]
    ways += [[items[0], items[-1]]] if _CHANGE.search(items[-1].head) else []
    totals = [total_of(cell, number, way) for way in ways]
    whole = next((total for total in totals if total.foots), totals[0])
    rounded = unit_of(number) * (len(items) + 1) / 2
    return whole if whole.foots or abs(whole.sum - number) > rounded else None


def _taken_away(item: Item) -> Item:
    return item if LESS.match(item.head) else item._replace(number=-abs(item.number))


def _given_back(item: Item) -> Item:
    """What "Less: loss of minorities" takes away where it is printed with a minus."""
    return item._replace(number=-item.number) if LESS.match(item.head) else item


def _deducted(item: Item) -> Item:
    """What goes by its head, though it is printed without a minus."""
    return item._replace(number=-abs(item.number)) if _DEDUCTED.search(item.head) else item


def _without_covered(items: Sequence[Item]) -> Sequence[Item]:
    """The first row and those behind it that no sum below them covers."""
    at, found = len(items) - 1, list[Item]()
    while at > 0:
        found.insert(0, items[at])
        at -= 1 + items[at].covers
    return [items[0], *found]


def _opening_of(head: str, above: Sequence[str], amounts: bool) -> int | None:
    """The row from which on rows lead to one with a head, of amounts or of rates.

    Between the change of a balance and its end the beginning alone may stand.
    """
    last = len(above) - 1
    if TOTAL.match(head):
        return None
    if not amounts:
        at = _last(_BY_RATE, above) if _EFFECTIVE.match(head) else -1
    elif _CLOSES.search(head):
        at = _last(_OPENS, above, until=_CLOSES)
        at = last - 1 if 0 < at == last and _CHANGE.search(above[last - 1]) else at
    elif _TAXES.match(head):
        at = _last(_BY_RATE, above)
    else:
        at = last if _NET.search(head) else -1
        while at > 0 and _TAKEN_AWAY.match(above[at]):
            at -= 1
    return at if 0 <= at < last else None


def _last(
    pattern: re.Pattern[str], heads: Sequence[str], until: re.Pattern[str] | None = None
) -> int:
    """The last head that a pattern fits, -1 where there is none, or another comes first."""
    for at in range(len(heads) - 1, -1, -1):
        if pattern.search(heads[at]):
            return at
        if until is not None and until.search(heads[at]):
            return -1
    return -1
