"""Writes statements as tables for a terminal."""

from __future__ import annotations

import re

from secateur.pipelines.finance.statements.book import Cell, Row, Statement, StatementBook

_NAMES = {
    "income_statement": "income statement",
    "comprehensive_income": "statement of comprehensive income",
    "balance_sheet": "balance sheet",
    "cash_flow": "cash flow statement",
    "equity": "statement of equity",
    "breakdown": "breakdown",
}
_SCALES = {3: "thousands", 6: "millions", 9: "billions"}
_WIDEST = 60
"""Characters of a row's head; the rest is in the JSON."""
_INDENT = "  "
_SIGNS = re.compile(r"[$€£¥]\s*|(?<=\()\s+|\s+(?=\))")


def as_text(book: StatementBook) -> str:
    """Writes the statements of a report, one table below the other.

    Args:
        book: The statements.

    Returns:
        Each statement's name, unit and columns, its rows in the company's order with the printed
        figures; and which statements were not found.
    """
    parts = [_table(statement, book.currency) for statement in book.statements]
    if book.missing:
        parts.append(f"not found: {', '.join(_NAMES[kind] for kind in book.missing)}")
    return "\n\n".join(parts)


def _table(statement: Statement, currency: str | None) -> str:
    unit = " ".join(filter(None, [currency, _SCALES.get(statement.scale, "")]))
    place = f", page {statement.page}" if statement.page else ""
    title = statement.title or _NAMES[statement.kind]
    heads = [column.period or column.label for column in statement.columns]
    rows = [["", *map(_days, heads)]]
    rows += [_cells(row, statement) for row in statement.rows]
    width, *others = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    lines = [f"{head:<{width}}" + "".join(map(str.rjust, cells, others)) for head, *cells in rows]
    return "\n".join([f"{title} ({unit or 'in full'}{place})", *map(str.rstrip, lines)])


def _cells(row: Row, statement: Statement) -> list[str]:
    label = f"{_INDENT * row.level}{row.label}"
    label = label if len(label) <= _WIDEST else f"{label[: _WIDEST - 1]}…"
    shown = dict.fromkeys(range(len(statement.columns)), "")
    for cell in row.cells:
        column = _column(cell, statement)
        if column is not None:
            shown[column] = _figure(cell)
    return [label, *shown.values()]


def _column(cell: Cell, statement: Statement) -> int | None:
    """The column of a cell; of a figure inside a caption the one of its period."""
    if cell.column is not None:
        return cell.column
    periods = [column.period for column in statement.columns]
    return periods.index(cell.period) if cell.period in periods else None


def _figure(cell: Cell) -> str:
    """The printed figure without its currency sign, which the heading has."""
    return _SIGNS.sub("", cell.printed) or cell.printed


def _days(period: str) -> str:
    return period.replace("/", " to ")
