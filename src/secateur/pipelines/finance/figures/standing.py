"""Figures of tables that are for a day by what their rows and columns are."""

from __future__ import annotations

import re

from secateur.pipelines.document.layout import Layout, Table, once_for_each_table
from secateur.pipelines.finance.figures.passing import title_of

_STANDING = re.compile(
    r"(?=.*\b(?:19|20)\d\d\b)(?!.*\b(?:additions?|expenditures?|acquired|assumed|incurred|settled|changes?"
    r"|returns?|expenses?|income|sales|revenues?|purchases|gains?|loss(?:es)?)\b)"
    r".*\b(?:assets|liabilit(?:y|ies))\b",
    re.IGNORECASE,
)
"""Heads of columns for a day, though a year: "Identifiable assets 2024"."""
_LEFT = re.compile(
    r"\bmay (?:yet|still) be (?:re)?purchased\b|\bremaining available\b|\bto be issued upon\b"
    r"|\bexercise price of outstanding\b",
    re.IGNORECASE,
)
"""What is left of a programme to buy back shares, or may be issued under plans of pay."""
_OWNED = re.compile(r"\bbeneficial(?: ownership|ly owned)\b", re.IGNORECASE)
"""Head of a column of shares, beside which stands what part of all these are."""
_OBLIGATION = re.compile(r"\bobligations?\b(?!.*\bcosts?\b)", re.IGNORECASE)
"""Head of a part of a table whose rates are those at which obligations stand."""
_ITEM = re.compile(
    r"(?:(?:accounts|trade|total) )*receivables?(?:, net.*)?|(?:total )?inventor(?:y|ies)(?:, net)?"
    r"|accounts payable|property(?:, plant)?,? and equipment(?:, net)?"
    r"|(?:(?:total|identifiable|segment|long-lived) )+assets",
    re.IGNORECASE,
)
_CAPITAL = re.compile(
    r"(?!.*\b(?:flows?|movements?|changes?)\b).*\b(?:own funds|solvency (?:II values?|ratios?)"
    r"|(?:solvency )?capital (?:requirements?|adequacy)|risk[- ]weighted (?:assets|exposure)"
    r"|technical provisions)\b",
    re.IGNORECASE,
)
"""Titles of tables, and heads of columns, of what a bank or an insurer holds for its risks."""
_STANDARDIZED = re.compile(
    r"future (?:cash (?:in|out)?flows?|(?:production|development|income tax|net cash flow).*)"
    r"|standardized measure\b.*|.*\bannual discount\b.*",
    re.IGNORECASE,
)
"""What oil and gas in the ground is worth on a day, and of what that is made."""
_AT_THE_END = re.compile(
    r"\b(?:at|as of) (?:the )?(?:period|quarter|year)[- ]end\b|\bperiod[- ]end\W*$"
    r"|\bend of (?:the )?(?:period|quarter|year)\b",
    re.IGNORECASE,
)
"""Of a title that says what day the amounts of a table are of."""
_COHORT = re.compile(r"\W*accident years?\W*", re.IGNORECASE)
"""Head of the rows of an insurer's losses, which stand as they are known at a year's end."""
_LOST = re.compile(
    r"\b(?:loss(?:es)?|gains?|impairments?|additions?|charge[ds]?|deductions?|write-?offs?"
    r"|recoveries)\b",
    re.IGNORECASE,
)
_FLOWS = re.compile(
    r"\bactivities\b|\bchanges? in\b|\bcash flows?\b|\bnet (?:income|earnings|loss)\b",
    re.IGNORECASE,
)
"""In a statement of cash flows "Inventories" is by how much they changed."""
_PASSES = re.compile(
    r"\b(?:end(?:ed|ing)|for the|during|changes?|activity|expenses?|income"
    r"|sales|revenues?|costs?|gains?|loss(?:es)?|earnings|additions?|payments?)\b",
    re.IGNORECASE,
)
"""In heads, or above, of tables whose day may end a time."""


def stands(
    layout: Layout, table: Table, number: int, label: str, heads: tuple[str, str], *, dated: bool
) -> bool:
    """Says whether a figure is for a day: an item of the balance sheet, a rate of an obligation.

    Args:
        layout: The document.
        table: The table.
        number: Number of the figure's row.
        label: Its type.
        heads: Heads of its row and of its column.
        dated: Whether a head of the whole table names a day.
    """
    row, column = heads
    if dated and not _over(layout, table, column):
        return True
    if _LEFT.search(column) or any(_OWNED.search(cell.column or "") for cell in table.rows[number]):
        return True
    if label == "PERCENT":
        return bool(_OBLIGATION.search(next(layout.heads(table, number), "")))
    if label != "MONEY":
        return False
    title = title_of(layout, table)
    if _STANDARDIZED.fullmatch(row) or _AT_THE_END.search(title) or _CAPITAL.match(title):
        return True
    if any(_CAPITAL.match(cell.column or "") for cell in table.rows[number]):
        return True
    if any(map(_COHORT.fullmatch, layout.heads(table, number))):
        return True
    of_items = _ITEM.fullmatch(next(layout.heads(table, number), "").strip(" :"))
    item = of_items or (_ITEM.fullmatch(row) and not _states_flows(layout, table))
    return bool(item and not _LOST.search(column)) or _STANDING.match(column) is not None


@once_for_each_table
def _states_flows(layout: Layout, table: Table) -> bool:
    """Whether a table states by how much items of the balance sheet changed."""
    return any(_FLOWS.search(layout.text_of(cells[0])) for cells in table.rows)


def _over(layout: Layout, table: Table, column: str) -> bool:
    """Whether a column, the heads of its table or what stands above speak of a time that passes."""
    heads = (layout.text_of(cell) for row in table.rows[: table.body] for cell in row)
    return any(map(_PASSES.search, (column, *heads, *layout.above(table)[:2])))
