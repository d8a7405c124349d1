"""Writes statements as tables for a terminal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.reported import SCALES
from secateur.pipelines.finance.statements.statement import SUBJECTS, Cell, Row, Statement

NAMES = {
    "income_statement": "income statement",
    "comprehensive_income": "statement of comprehensive income",
    "balance_sheet": "balance sheet",
    "cash_flow": "cash flow statement",
    "equity": "statement of equity",
    "breakdown": "breakdown",
}
"""Names of the kinds of statements."""
_WIDEST = 60
"""Characters of a row's head; the rest is in the JSON."""
_INDENT = "  "
_SIGNS = re.compile(r"[$€£¥]\s*|(?<=\()\s+|\s+(?=\))")


def as_text(book: StatementBook) -> str:
    """Writes the primary statements of a report, one table below the other.

    Args:
        book: The statements.

    Returns:
        Each statement's name, unit and columns, its rows in the company's order with the printed
        figures; what the filing's tags say of its cells, where it has any; how many breakdowns
        there are, and the titles of those whose subject is known; which statements were not found;
        how many checks hold, and the others.
    """
    is_tagged = any(
        cell.source != "read" for s in book.statements for row in s.rows for cell in row.cells
    )
    parts = [
        "\n".join([_table(each, book.currency), *(_tags(each) if is_tagged else ())])
        for each in book.statements
        if each.kind != "breakdown"
    ]
    breakdowns = [each for each in book.statements if each.kind == "breakdown"]
    if breakdowns:
        parts.append(_breakdowns(breakdowns))
    if book.missing:
        parts.append(f"not found: {', '.join(NAMES[kind] for kind in book.missing)}")
    if book.checks:
        parts.append(_checks(book))
    return "\n\n".join(parts)


def _breakdowns(breakdowns: Sequence[Statement]) -> str:
    """How many there are, and the titles of those about segments, products and the like."""
    others = len(breakdowns)
    lines = [f"{others} breakdown{'s' * (others > 1)} in the JSON"]
    for subject in SUBJECTS:
        own = [each.title or "(no title)" for each in breakdowns if each.about == subject]
        if own:
            lines.append(f"{_INDENT}by {subject}:")
            lines += [f"{_INDENT * 2}{_short(title)}" for title in own]
    return "\n".join(lines)


def _checks(book: StatementBook) -> str:
    differing = [check for check in book.checks if check.difference]
    held = len(book.checks) - len(differing)
    lines = [f"checks: {held} of {len(book.checks)} hold"]
    lines += [
        f"{_INDENT}{_days(check.period or '')} differs by {check.difference:,f}: {check.what}"
        for check in differing
    ]
    return "\n".join(lines)


def _table(statement: Statement, currency: str | None) -> str:
    unit = " ".join(filter(None, [currency, SCALES.get(statement.scale, "")]))
    place = f", page {statement.page}" if statement.page else ""
    title = statement.title or NAMES[statement.kind]
    rows = [["", *_heads(statement)]]
    rows += [_cells(row, statement) for row in statement.rows]
    width, *others = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    lines = [f"{head:<{width}}" + "".join(map(str.rjust, cells, others)) for head, *cells in rows]
    return "\n".join([f"{title} ({unit or 'in full'}{place})", *map(str.rstrip, lines)])


def _heads(statement: Statement) -> list[str]:
    """The period of each column, in a statement of equity, whose columns share one, its label."""
    heads = [_days(column.period or column.label) for column in statement.columns]
    words = [column.label.split() for column in statement.columns]
    places = enumerate(zip(*words, strict=False))
    differ = next((place for place, found in places if len(set(found)) > 1), 0)
    labels = [" ".join(label[differ:]) for label in words]
    same = len(set(heads)) < len(heads)
    return labels if same and len({*filter(None, labels)}) == len(labels) else heads


def _tags(statement: Statement) -> Iterator[str]:
    """How many cells the tags confirm, contradict and leave out, and the contradictions."""
    cells = [(row, cell) for row in statement.rows for cell in row.cells]
    said = Counter((cell.source, cell.agrees) for _, cell in cells)
    if statement.source == "tagged":
        yield "its table was chosen by its tags"
    yield (
        f"tags confirm {said['both', True]:,} cells, contradict {said['both', False]:,}, "
        f"are silent on {said['read', None]:,}"
    )
    if alone := said["tagged", None]:
        yield f"tagged where nothing was read: {alone:,}"
    for row, cell in cells:
        if cell.reading is not None:
            of_column = statement.columns[cell.column].period if cell.column is not None else None
            tag = _meant(cell.value, cell.unit, cell.period or of_column)
            read = _meant(cell.reading.value, cell.reading.unit, cell.reading.period)
            label = row.label or "(no row head)"
            yield f"  {label}: printed {cell.printed}; tagged {tag}; read {read}"


def _meant(value: Decimal, unit: str | None, period: str | None) -> str:
    return f"{value:,f}{f' {unit}' if unit else ''} for {_days(period) if period else 'no period'}"


def _cells(row: Row, statement: Statement) -> list[str]:
    label = _short(f"{_INDENT * row.level}{row.label}")
    shown = dict.fromkeys(range(len(statement.columns)), "")
    for cell in row.cells:
        column = _column(cell, statement)
        if column is not None:
            shown[column] = _figure(cell)
    return [label, *shown.values()]


def _short(line: str) -> str:
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


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
