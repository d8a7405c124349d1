"""Checks of statements by arithmetic; what differs is told with its cells and never mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.findings import Check
from secateur.pipelines.finance.statements.standard import StandardFigure, standard_figures
from secateur.pipelines.finance.statements.statement import Cell, Kind, Row, Statement
from secateur.pipelines.finance.statements.sums import Sum, find_sums

_Figures = Mapping[tuple[str, str], StandardFigure]
_NEGATIVE = ("(", "-", "–", "−")
_SMALLEST = Decimal("0.01")
"""Unit of amounts that are printed in full."""
_FEW = Decimal("0.1")
"""Share of amounts that may have digits below a statement's unit: a par value among millions."""
_CHANGED: Mapping[Kind, int] = {"income_statement": 100, "cash_flow": 0}
"""Signs that are not as printed in a total; costs have no minus, payments have, and of a balance
sheet depreciation may lack it."""
_PER_SHARE = (
    ("basic", "eps_basic", "shares_basic", Decimal("0.03")),
    ("diluted", "eps_diluted", "shares_diluted", Decimal("0.25")),
)
"""Earnings per share and shares, and the share of net income by which their product may differ:
other securities take part in earnings, and interest on convertible debt is added back."""


def with_checks(book: StatementBook) -> StatementBook:
    """Adds the checks of a report whose rows have standard lines.

    Args:
        book: The report.

    Returns:
        The same with `checks`: totals and their parts, assets against liabilities and equity, cash
        at the end of the cash flow statement against the balance sheet, earnings per share times
        shares against net income. A difference within rounding is 0.
    """
    figures = {(each.line, each.period): each for each in standard_figures(book)}
    sums = [check for statement in book.statements for check in _sums(statement)]
    return replace(book, checks=(*sums, *_balance(figures), *_cash(figures), *_per_share(figures)))


def _sums(statement: Statement) -> Iterator[Check]:
    rows = [row for row in statement.rows if _is_money(row)]
    unit = _unit(statement, rows)
    table = np.zeros((len(rows), len(statement.columns)), dtype=np.int64)
    places: dict[tuple[int, int], Cell] = {}
    for number, row in enumerate(rows):
        for cell in row.cells:
            if cell.column is not None:
                table[number, cell.column] = round(_printed(cell) / unit)
                places[number, cell.column] = cell
    sums = find_sums(
        table,
        [row.total for row in rows],
        most_changed=_CHANGED.get(statement.kind, 1),
        may_lack=statement.kind == "equity",
    )
    for found in sums:
        for column, difference in zip(found.columns, found.differences, strict=True):
            numbers = [n for n in (found.total, *found.parts) if (n, column) in places]
            total = places.get((found.total, column))
            yield Check(
                _formula(rows, found),
                (total and total.period) or statement.columns[column].period,
                difference * unit,
                tuple(places[number, column].start for number in numbers),
            )


def _is_money(row: Row) -> bool:
    """Whether a row has amounts that may be added up: neither shares, nor amounts a share."""
    units = {cell.unit for cell in row.cells if cell.unit}
    return (
        bool(row.cells)
        and not row.dimensions
        and all(unit.isalpha() and unit.isupper() for unit in units)
    )


def _unit(statement: Statement, rows: Sequence[Row]) -> Decimal:
    """One of the last digit that nearly all of a statement's amounts are printed with."""
    unit = Decimal(10) ** statement.scale
    values = [cell.value for row in rows for cell in row.cells if cell.column is not None]
    while unit > _SMALLEST and sum(value % unit != 0 for value in values) > _FEW * len(values):
        unit /= 10
    return unit


def _printed(cell: Cell) -> Decimal:
    """The amount with the sign of the page."""
    is_negative = cell.printed.lstrip("$€£¥ ").startswith(_NEGATIVE)
    return -abs(cell.value) if is_negative else abs(cell.value)


def _formula(rows: Sequence[Row], found: Sum) -> str:
    parts = "".join(
        f" {'+' if sign > 0 else '-'} {rows[part].label or 'a sum'}"
        for part, sign in zip(found.parts, found.signs, strict=True)
    )
    return f"{rows[found.total].label or 'a sum'} = {parts.removeprefix(' + ').strip()}"


def _balance(figures: _Figures) -> Iterator[Check]:
    for (name, period), assets in figures.items():
        other = figures.get(("liabilities_and_equity", period))
        if name == "total_assets" and other:
            yield _compared("assets = liabilities + equity", period, assets, other)


def _cash(figures: _Figures) -> Iterator[Check]:
    """Cash of both statements; restricted cash may stand in other lines of a balance sheet."""
    for (name, period), end in figures.items():
        cash = figures.get(("cash", period))
        if name == "cash_of_cash_flow" and cash and end.value <= cash.value:
            what = "cash of the cash flow statement = cash of the balance sheet"
            yield _compared(what, period, end, cash)


def _compared(what: str, period: str, left: StandardFigure, right: StandardFigure) -> Check:
    return Check(what, period, left.value - right.value, (left.cell.start, right.cell.start))


def _per_share(figures: _Figures) -> Iterator[Check]:
    for (name, period), earnings in figures.items():
        for kind, per_share, shares, near in _PER_SHARE:
            count = figures.get((shares, period))
            income = figures.get(("net_income_common", period)) or figures.get(
                ("net_income", period)
            )
            if name != per_share or count is None or income is None:
                continue
            product = earnings.value * count.value
            rounded = _SMALLEST / 2 * count.value + near * abs(income.value)
            difference = product - income.value
            yield Check(
                f"{kind} earnings per share * {kind} shares = net income",
                period,
                difference if abs(difference) > rounded else Decimal(0),
                (earnings.cell.start, count.cell.start, income.cell.start),
            )
