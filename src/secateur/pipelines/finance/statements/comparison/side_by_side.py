"""Companies side by side, each in its own currency and fiscal year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from secateur.pipelines.export.records import plain_number
from secateur.pipelines.finance.statements.comparison.figures import Figure, Series
from secateur.pipelines.finance.statements.comparison.spans import Kind, end_of, kind_of
from secateur.pipelines.finance.statements.comparison.table import lines_of

_KINDS: tuple[Kind, ...] = ("year", "ltm", "nine_months", "half", "quarter", "instant")
"""The kinds that companies are compared by, the preferred one first."""
_SAME_YEAR = 92
"""Days between the ends of periods from which on a difference is worth a word."""


@dataclass(frozen=True)
class SideBySide:
    """The figures of companies for the latest period of one kind.

    Attributes:
        kind: The kind of period.
        companies: The companies.
        periods: The period of each; "" of companies that are compared by balance sheets alone.
        days: The balance sheet date of each: the end of its period.
        lines: Lines that one of them has, in the order of a report.
        rows: By line, the figure of each company, None where it states none.
        growth: By line, the change of each against the year before, as a share; None where there
            is none.
    """

    kind: Kind
    companies: tuple[Series, ...]
    periods: tuple[str, ...]
    days: tuple[str, ...]
    lines: tuple[str, ...]
    rows: dict[str, tuple[Figure | None, ...]]
    growth: dict[str, tuple[Decimal | None, ...]]

    @property
    def notes(self) -> list[str]:
        """What makes the figures hard to compare."""
        found = []
        currencies = {series.currency for series in self.companies}
        if len(currencies) > 1:
            named = ", ".join(sorted(each or "unknown" for each in currencies))
            found.append(f"different currencies ({named}): compare margins and growth, no amounts")
        ends = sorted(map(date.fromisoformat, self.days))
        if (ends[-1] - ends[0]).days > _SAME_YEAR:
            found.append(f"the periods end from {ends[0]} to {ends[-1]}")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON holds of it."""
        return {
            "kind": self.kind,
            "columns": [
                {
                    "company": series.company,
                    "currency": series.currency,
                    "fiscal_year_end": series.fiscal_year_end,
                    "period": period or None,
                    "balance_sheet": day,
                }
                for series, period, day in zip(self.companies, self.periods, self.days, strict=True)
            ],
            "rows": [
                {
                    "line": line,
                    "values": [each and plain_number(each.value) for each in self.rows[line]],
                    "units": [each and each.unit for each in self.rows[line]],
                    "growth_percent": [
                        None if each is None else plain_number(100 * each)
                        for each in self.growth[line]
                    ],
                }
                for line in self.lines
            ],
            "notes": self.notes,
        }


def side_by_side(companies: Sequence[Series]) -> SideBySide | None:
    """Puts companies side by side.

    Args:
        companies: The companies with their figures.

    Returns:
        Their figures for the latest period of the longest kind that all of them have, with the
        balance sheet of its end; None of fewer than two, or where they share no kind.
    """
    if len(companies) < 2:
        return None
    latest = [_latest(series) for series in companies]
    kind = next((kind for kind in _KINDS if all(kind in each for each in latest)), None)
    if kind is None:
        return None
    chosen = [each[kind] for each in latest]
    days = [end_of(period) for period in chosen]
    figures = [
        {line: figure for (line, at), figure in series.figures.items() if at in (period, day)}
        for series, period, day in zip(companies, chosen, days, strict=True)
    ]
    lines = tuple(line for line in lines_of() if any(line in own for own in figures))
    return SideBySide(
        kind=kind,
        companies=tuple(companies),
        periods=tuple("" if kind == "instant" else period for period in chosen),
        days=tuple(days),
        lines=lines,
        rows={line: tuple(own.get(line) for own in figures) for line in lines},
        growth={
            line: tuple(
                _growth(series, own.get(line))
                for series, own in zip(companies, figures, strict=True)
            )
            for line in lines
        },
    )


def _latest(series: Series) -> dict[Kind, str]:
    """The latest period of each kind, of which the income or the balance sheet is known."""
    found: dict[Kind, str] = {}
    for line, period in series.figures:
        kind = kind_of(period, series.fiscal_year_end)
        if kind is None or (kind == "instant" and line != "total_assets"):
            continue
        if kind not in found or end_of(period) > end_of(found[kind]):
            found[kind] = period
    return found


def _growth(series: Series, figure: Figure | None) -> Decimal | None:
    change = series.changes.get(figure.key) if figure else None
    return change.percent if change else None
