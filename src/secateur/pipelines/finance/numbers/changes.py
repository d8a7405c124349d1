"""Columns of changes in percent, of which neither the figures nor the rows say so."""

from __future__ import annotations

import re
from collections.abc import Mapping

from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.finance.numbers.context import MONEY_SIGN, figures_of_columns

_IN_PERCENT = re.compile(
    r"(?=.*(?:%|\bper ?cent|\bpct\b))(?:[\W\d]|\([a-z]\)|\b(?:per ?cent(?:age)?|pct|in|or|vs"
    r"|changes?|chg|variance|var|growth|increase|decrease|better|worse|y/y|y-o-y|yoy"
    r"|year[- ]o(?:ver|n)[- ]year)\b)+",
    re.IGNORECASE,
)
"""The lowest part of such a column's head: "% change", "Variance %", "%"."""
_CHANGE = re.compile(r"(?!.*[$€£¥])(?=.*\b(?:change|chg|variance|growth)\b)", re.IGNORECASE)
"""The head of a column of changes, in percent where its first figure is."""


def cells_of_changes(layout: Layout, table: Table, lowest: Mapping[str, str]) -> set[int]:
    """Finds the cells of a table that are percentages by their column's head, whatever rows name.

    Args:
        layout: The document.
        table: One of its tables.
        lowest: Of heads in several rows the part in the lowest.

    Returns:
        First characters of the figures; of none in a column that bears a currency sign. Of a
        column of changes whose first figure bears a percent sign these are all.
    """
    return {
        cell.start
        for (head, _), cells in figures_of_columns(layout, table).items()
        if (
            _IN_PERCENT.fullmatch(lowest.get(head, head))
            or (_CHANGE.match(head) and "%" in layout.text_of(cells[0]))
        )
        and not any(MONEY_SIGN.search(layout.text_of(cell)) for cell in cells)
        for cell in cells
    }
