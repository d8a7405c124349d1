"""Columns of rights to shares in tables of who owns how many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secateur.pipelines.document.layout import Table

_OWNED = re.compile(r"\bshares\b.*\bowned\b|\bbeneficial(?:ly)? own", re.IGNORECASE)
_RIGHTS = re.compile(
    r"\b(?:options?|[RP]SUs?|(?:stock|deferred|restricted|share) units|warrants"
    r"|rights? to acquire|acquirable|exercisable)\b",
    re.IGNORECASE,
)
_PRICED = re.compile(r"value|price|percent|[$€£%]", re.IGNORECASE)


def cells_of_rights(table: Table) -> Iterator[int]:
    """Yields the first characters of cells that count shares which owners may acquire.

    Args:
        table: Any table; only one with a column of shares owned has such cells.
    """
    heads = {cell.column for row in table.rows for cell in row if cell.column}
    if not any(map(_OWNED.search, heads)):
        return
    rights = {head for head in heads if _RIGHTS.search(head) and not _PRICED.search(head)}
    for cell in (cell for row in table.rows[table.body :] for cell in row[1:]):
        if cell.column in rights:
            yield cell.start
