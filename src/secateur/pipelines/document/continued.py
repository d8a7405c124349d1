"""Joins the tables of a document that go on over pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.document.layout import Layout, Table, once_for_each_table
from secateur.pipelines.document.tables import (
    CONTINUED,
    lines_above,
    row_labels,
    rows_of_title,
    times_above,
    title,
)

_REFERS = re.compile(r"\W*(?:see|refer to|the accompanying)\b.{0,80}\bnotes?\b", re.IGNORECASE)
"""Foot of a page of statements."""
_PAGE = re.compile(
    r"\(.*\)|(?:[\w.$€£]+ ){0,4}in (?:thousands|millions|billions)\b[^:]*"
    r"|(?:page |[A-Z]{1,2}-)?\d+|\W*",
    re.IGNORECASE,
)
"""A line of units, or a page's number."""
_FURNITURE = 3
"""Tables above which a page's head stands at least."""
_LONGEST = 100
"""Characters of a line of units or of a page's foot."""
_MOST_BETWEEN = 6
"""Passages between the parts of a table; `Layout.above` gives no more."""


def continued_tables(layout: Layout) -> tuple[tuple[Table, ...], ...]:
    """Groups the tables of a document, each with those that go on from it.

    A table goes on where the next one has the same heads, or none, and nothing stands between the
    two but a page's foot and head, unit lines, and the first one's title.

    Args:
        layout: The document's.

    Returns:
        The groups in order; every table is in one.
    """
    groups: list[list[Table]] = []
    for table in layout.tables:
        if groups and _goes_on(layout, groups[-1], table):
            groups[-1].append(table)
        else:
            groups.append([table])
    return tuple(map(tuple, groups))


def _goes_on(layout: Layout, group: Sequence[Table], table: Table) -> bool:
    first, before = group[0], group[-1]
    between = table.first - before.first - sum(map(len, before.rows))
    if between > _MOST_BETWEEN or not _fits(layout, before, table):
        return False
    lines, own = lines_above(layout, table), _plain(title(layout, first))
    named = [(own != "" and _plain(line) == own) or bool(CONTINUED.search(line)) for line in lines]
    if not all(
        again or _is_furniture(layout, line) for again, line in zip(named, lines, strict=True)
    ):
        return False
    turned = bool(lines) or before.rows[-1][0].page != table.rows[0][0].page
    return turned or not _rows_of_heads(layout, table)


def _is_furniture(layout: Layout, line: str) -> bool:
    """Whether a line is of a page's head or foot, or says units."""
    if _REFERS.match(line) or times_above(layout, line) >= _FURNITURE:
        return True
    return len(line) <= _LONGEST and _PAGE.fullmatch(line.strip()) is not None


def _fits(layout: Layout, before: Table, table: Table) -> bool:
    """Whether a table has the heads of another, or none and as many columns."""
    own = _rows_of_heads(layout, table)
    return own == _rows_of_heads(layout, before) if own else _width(before) == _width(table)


@once_for_each_table
def _rows_of_heads(layout: Layout, table: Table) -> tuple[tuple[str, ...], ...]:
    labels = row_labels(layout, table)
    return tuple(
        tuple(map(layout.text_of, table.rows[number]))
        for number in range(rows_of_title(layout, table), table.body)
        if not labels[number]
    )


def _width(table: Table) -> int:
    return max(map(len, table.rows))


def _plain(line: str) -> str:
    return CONTINUED.sub("", line).strip().lower()
