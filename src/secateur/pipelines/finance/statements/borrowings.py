"""Amounts of single notes and loans, in tables that name several kinds of them.

Filers call the notes of a table that has nothing else by what they are (senior notes, notes
payable); where notes, debentures, loans and facilities stand in one table, they take the word for
them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from secateur.pipelines.document.layout import Layout, Table, has_figures

_KINDS = tuple(
    re.compile(kind, re.IGNORECASE)
    for kind in (
        r"\bnotes?\b(?! receivable)",
        r"\bdebentures?\b",
        r"\bbonds?\b",
        r"\b(?:loans?|mortgages?)\b",
        r"\b(?:facility|facilities|credit agreements?|revolv\w+)\b",
        r"\basset-backed\b",
    )
)
_SOME = 2
"""Kinds from which on a table mixes them."""
_OTHER_ROWS = re.compile(
    r"securities|invest|receivable|\bplan|derivative|proceeds|total (?:asset|liabilit)|expense"
    r"|income|cash (?:and|flow)",
    re.IGNORECASE,
)
_OTHER_HEADS = re.compile(
    r"securities|invest|available-for-sale|fair value|\blevels?\b|\bterms\b", re.IGNORECASE
)
"""Words of tables of what is held, of statements, and of what else names notes."""
_NO_COLUMN = re.compile(
    r"(?<!non-)(?<!non)\bcurrent|short-term|principal|face|unused|available|rates?\b|%|matur|change",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\bcurrent\b|one year|short-term|commercial paper|unamortized|discount|issuance cost|premium"
    r"|\bleases?\b|adjustment|(?<!non)interest|swap",
    re.IGNORECASE,
)
"""Rows of a concept of their own."""
_DISCOUNT = re.compile(r"unamortized|discount|issuance cost", re.IGNORECASE)
_SUM = re.compile(
    r"(?:total|net carrying|carrying|long-term|term|net)\b.*\b(?:debt|amount|notes|borrowings)\b"
    r"|total\W*$",
    re.IGNORECASE,
)
_BORROWED = "LongTermDebt"
_LESS = re.compile(r"\b(?:current|one year)\b", re.IGNORECASE)


def amounts_borrowed(layout: Layout) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yields the first characters of cells that say how much notes and loans are of.

    Yields:
        And their concept without prefix, none for what the word for them all does not name, as
        sums of which a discount is still to be taken off.
    """
    for table in layout.tables:
        rows = [row for row in table.rows if has_figures(layout.document.text, row)]
        names = [layout.text_of(row[0]) for row in rows]
        kinds = sum(any(map(kind.search, names)) for kind in _KINDS)
        mixed = kinds >= _SOME
        if not (mixed or (kinds and any(map(_DISCOUNT.search, names)))) or _is_other(table, names):
            continue
        whole, netted = True, False
        for row, name in zip(rows, names, strict=True):
            whole = whole and not _LESS.search(name)
            netted = netted or bool(_DISCOUNT.search(name))
            named = mixed or (netted and _SUM.match(name))
            told = (_BORROWED,) if whole and named and not _APART.search(name) else ()
            for cell in row[1:]:
                if not _NO_COLUMN.search(cell.column or ""):
                    yield cell.start, told


def _is_other(table: Table, names: Iterable[str]) -> bool:
    """Whether a table is not, or not only, of what is borrowed."""
    heads = {cell.column or "" for row in table.rows for cell in row}
    return any(map(_OTHER_ROWS.search, names)) or any(map(_OTHER_HEADS.search, heads))
