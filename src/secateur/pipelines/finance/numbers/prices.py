"""Tables of what a share cost: the highest and the lowest price of each quarter, and dividends."""

from __future__ import annotations

import re
from collections.abc import Mapping

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.finance.numbers.context import columns_of

_KIND = r"(?:(?:stock|share|unit|market|closing|sales?|bid|ask|trading|reported|intra-?day) )*"
_EXTREME = re.compile(rf"{_KIND}(?P<which>high|low)(?:est)?(?: {_KIND}(?:prices?|bid|ask|sales?))?")
_BESIDE = re.compile(
    r"(?:(?:cash|quarterly) )?(?:dividends?|distributions?)(?: (?:declared|paid))?"
    r"|(?:last|close|closing price)"
)
_MARKET = re.compile(
    r"\b(?:stock|shares?|units?|common|NYSE|nasdaq|exchange|market|dividends?)\b", re.IGNORECASE
)
_BOTH = frozenset(("high", "low"))


def price_cells(layout: Layout, table: Table, lowest: Mapping[str, str]) -> set[int]:
    """Finds the cells of a table of a share's prices that are amounts a share.

    Args:
        layout: The document.
        table: One of its tables.
        lowest: Of heads in several rows the part in the lowest.

    Returns:
        First characters of the figures under "High" and "Low", or beside them where these head
        rows, and of the dividends there; empty where the table and what stands above it speak of
        no market.
    """
    words = layout.document.text[table.start : table.end].lower()
    if "high" not in words or "low" not in words:
        return set()
    found: dict[int, str] = {}
    for (head, _), cell in columns_of(table):
        text = layout.text_of(cell)
        for name in (lowest.get(head, head), cell.row or ""):
            extreme = _EXTREME.fullmatch(_plain(name))
            if is_figure(text) and "%" not in text and (extreme or _BESIDE.fullmatch(_plain(name))):
                found.setdefault(cell.start, extreme["which"] if extreme else "beside")
    if not _BOTH.issubset(found.values()):
        return set()
    heads = [layout.text_of(cell) for row in table.rows[: table.body] for cell in row]
    return set(found) if any(map(_MARKET.search, (*heads, *layout.above(table)[:2]))) else set()


def _plain(name: str) -> str:
    return " ".join(re.sub(r"\(\w\)|[($)*:.]", " ", name).lower().split())
