"""Derives lines that no statement prints: margins, free cash flow, net debt, growth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.findings import Derived, Input
from secateur.pipelines.finance.statements.standard import StandardFigure, standard_figures


class Known(Protocol):
    """What a formula needs of a figure."""

    @property
    def value(self) -> Decimal:
        """The number meant."""

    @property
    def unit(self) -> str | None:
        """As in `Entity.unit`."""


@dataclass(frozen=True)
class Line:
    """A line that follows from standard lines, in one period.

    Attributes:
        name: "free_cash_flow".
        formula: Of standard lines: "operating_cash_flow - capital_expenditure".
        period: Its period.
        value: What the formula gives.
        unit: As in `Entity.unit`; "pure" for a ratio.
        parts: Line and period of its inputs, in the order of the formula.
    """

    name: str
    formula: str
    period: str
    value: Decimal
    unit: str
    parts: tuple[tuple[str, str], ...]


_Figures = Mapping[tuple[str, str], Known]
_MARGINS = {
    "gross_margin": "gross_profit",
    "operating_margin": "operating_income",
    "net_margin": "net_income",
}
"""Shares of revenue."""
_FREE_CASH_FLOW = {"operating_cash_flow": 1, "capital_expenditure": -1}
_NET_DEBT = {
    "long_term_debt": 1,
    "long_term_debt_current": 1,
    "short_term_debt": 1,
    "cash": -1,
    "short_term_investments": -1,
}
_NEEDED = {"operating_cash_flow", "capital_expenditure", "long_term_debt", "cash"}
"""Parts without which there is no sum; the others are taken where they are printed."""
_IS_DEBT = re.compile(
    r"us-gaap:(?!.*(?:Securities|OtherThan|IssuanceCost))"
    r".*(?:Debt|Borrowing|CommercialPaper|SeniorNotes|(?:Notes|Loans)\w*Payable|NotesAndLoans$)"
)
"""Names of concepts of debt in a balance sheet."""
_GROWING = ("revenue", "operating_income", "net_income", "eps_diluted", "operating_cash_flow")
_DIGITS = Decimal("0.000001")
"""Of a ratio."""
_YEAR = range(350, 381)
"""Days between the ends of two periods of which one is a year later, of 52 or 53 weeks too."""
_LEEWAY = 8
"""Days by which periods of one length differ."""


def with_derived(book: StatementBook) -> StatementBook:
    """Adds the derived lines of a report whose rows have standard lines.

    Args:
        book: The report.

    Returns:
        The same with `derived`: each line in every period of which the inputs are there.
    """
    figures = {(each.line, each.period): each for each in standard_figures(book)}
    lines = list(margins_and_cash_flow(figures, book.currency))
    if not _has_other_debt(book):
        lines += _sums(_NET_DEBT, "net_debt", figures, book.currency)
    lines += _growth(figures)
    return replace(book, derived=tuple(_derived(line, figures) for line in lines))


def margins_and_cash_flow(figures: _Figures, currency: str | None) -> Iterator[Line]:
    """Derives the shares of revenue, and what capital expenditure leaves of operating cash.

    Args:
        figures: Standard lines by name and period.
        currency: ISO code, for amounts without a unit.

    Yields:
        Each line in every period of which the inputs are there.
    """
    yield from _margins(figures)
    yield from _sums(_FREE_CASH_FLOW, "free_cash_flow", figures, currency)


def _margins(figures: _Figures) -> Iterator[Line]:
    for name, part in _MARGINS.items():
        for period in _periods(figures, part):
            revenue = figures.get(("revenue", period))
            if revenue and revenue.value > 0:
                value = _ratio(figures[part, period].value, revenue.value)
                parts = ((part, period), ("revenue", period))
                yield Line(name, f"{part} / revenue", period, value, "pure", parts)


def _sums(
    signs: Mapping[str, int], name: str, figures: _Figures, currency: str | None
) -> Iterator[Line]:
    must = _NEEDED & signs.keys()
    for period in _periods(figures, next(iter(signs))):
        there = [part for part in signs if (part, period) in figures]
        if must <= set(there):
            value = sum((signs[part] * figures[part, period].value for part in there), Decimal(0))
            formula = " ".join(f"{'+' if signs[part] > 0 else '-'} {part}" for part in there)
            unit = figures[there[0], period].unit or currency or ""
            parts = tuple((part, period) for part in there)
            yield Line(name, formula.removeprefix("+ "), period, value, unit, parts)


def _has_other_debt(book: StatementBook) -> bool:
    """Whether a balance sheet has debt, for sure or most probably, that is no standard line."""
    return any(
        not row.standard
        and row.cells
        and _IS_DEBT.match(row.concept or next(iter(row.concept_ranked), ""))
        for statement in book.statements
        if statement.kind == "balance_sheet"
        for row in statement.rows
    )


def _growth(figures: _Figures) -> Iterator[Line]:
    for part in _GROWING:
        periods = _periods(figures, part)
        for period in periods:
            before = next((each for each in periods if _is_year_before(each, period)), None)
            if before and figures[part, before].value > 0:
                value = _ratio(figures[part, period].value, figures[part, before].value) - 1
                parts = ((part, period), (part, before))
                formula = f"{part} / {part} of the year before - 1"
                yield Line(f"{part}_growth", formula, period, value, "pure", parts)


def _periods(figures: _Figures, name: str) -> list[str]:
    return [period for each, period in figures if each == name]


def _derived(line: Line, figures: Mapping[tuple[str, str], StandardFigure]) -> Derived:
    inputs = tuple(Input(*key, figures[key].value, figures[key].cell.start) for key in line.parts)
    return Derived(line.name, line.formula, line.period, line.value, line.unit, inputs)


def _ratio(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole).quantize(_DIGITS)


def _is_year_before(earlier: str, later: str) -> bool:
    """Whether a duration is the one that ended a year before another."""
    try:
        (begin, end), (next_begin, next_end) = (
            map(date.fromisoformat, period.split("/")) for period in (earlier, later)
        )
    except ValueError:  # an instant, or a day that is none
        return False
    is_as_long = abs((end - begin) - (next_end - next_begin)).days <= _LEEWAY
    return is_as_long and (next_end - end).days in _YEAR
