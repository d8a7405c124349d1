"""Recognises statements of changes in equity by the accounts that head columns or parts."""

from __future__ import annotations

import re
from collections import Counter

from secateur.pipelines.document.layout import Layout, Table

_ACCOUNT = re.compile(
    r"(?P<capital>paid[- ]+in[- ]+capital|capital surplus|capital in excess|share premium)"
    r"|(?P<earnings>(?:retained|reinvested) earnings|accumulated deficit|earnings (?:re)?invested)"
    r"|(?P<other>accumulated other comprehensive|(?:translation|hedging|revaluation) reserve)"
    r"|(?P<total>total .{0,40}equity)"
    r"|(?P<general>general partners?)|(?P<limited>limited partners?)",
    re.IGNORECASE,
)
_STOCK = re.compile(r"(?:common|preferred|capital|treasury) (?:stock|shares?)\b", re.IGNORECASE)
_COUNTS_SHARES = re.compile(r"\b(?:shares|units|options|awards|rights)\b", re.IGNORECASE)
_BALANCES = 2
"""Rows that each account has again: what it opens with and what it closes with."""


def is_statement_of_equity(table: Table) -> bool:
    """Says whether two kinds of equity account or more head columns of a table."""
    heads = {cell.column for row in table.rows for cell in row if cell.column}
    accounts = (_ACCOUNT.search(head) for head in heads)
    return len({account.lastgroup for account in accounts if account}) > 1


def has_accounts_below(layout: Layout, table: Table) -> bool:
    """Says whether a table tells of equity account by account, each from balance to balance."""
    heads = [layout.text_of(row[0]) for row in table.rows if len(row) == 1]
    accounts = (_ACCOUNT.search(head) for head in heads)
    kinds = {account.lastgroup for account in accounts if account}
    kinds |= {"stock"} if any(map(_STOCK.match, heads)) else set()
    rows = Counter(layout.text_of(row[0]) for row in table.rows)
    return len(kinds) > 1 and sum(count > 1 for count in rows.values()) >= _BALANCES


def rows_of_accounts(layout: Layout, table: Table) -> set[int]:
    """Returns rows of a statement in which accounts of equity head parts, one below the other."""
    kinds: set[str | None] = set()
    rows: set[int] = set()
    below = False
    for number, row in enumerate(table.rows):
        if len(row) == 1:
            head = layout.text_of(row[0])
            account = _ACCOUNT.search(head)
            kinds.update({account.lastgroup} if account else ())
            below = bool(account or _STOCK.match(head)) and not _COUNTS_SHARES.search(head)
        elif below:
            rows.add(number)
    return rows if len(kinds) > 1 else set()
