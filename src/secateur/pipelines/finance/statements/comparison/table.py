"""Lays out a company's figures: lines by statement, periods of one kind as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from secateur.pipelines.finance.statements.as_text import NAMES
from secateur.pipelines.finance.statements.comparison.figures import Change, Figure, Series
from secateur.pipelines.finance.statements.comparison.per_share import compare_by_share
from secateur.pipelines.finance.statements.comparison.spans import (
    Kind,
    end_of,
    ends_year,
    kind_of,
    label_of,
    quarter_of,
)
from secateur.pipelines.finance.statements.standard import standard_lines

TITLES: Mapping[Kind, str] = {
    "year": "Fiscal years",
    "quarter": "Quarters",
    "half": "Half-years",
    "ltm": "Last twelve months",
    "nine_months": "Nine months",
    "instant": "Balance sheets",
}
"""Names of tables by the kind of their columns."""
KINDS: tuple[Kind, ...] = ("year", "quarter", "ltm", "half", "nine_months")
"""Kinds of periods that have a table."""
DERIVED = {
    "gross_margin": "income_statement",
    "operating_margin": "income_statement",
    "net_margin": "income_statement",
    "net_debt": "balance_sheet",
    "free_cash_flow": "cash_flow",
}
"""Derived lines with the statement behind whose lines they are shown."""
MISSING = "—"
"""Stands for what a company does not state."""
_WORDS = {
    "eps_diluted": "earnings per share, diluted",
    "eps_basic": "earnings per share, basic",
    "shares_diluted": "weighted shares, diluted",
    "shares_basic": "weighted shares, basic",
    "ppe_gross": "property, plant and equipment, gross",
    "ppe_net": "property, plant and equipment, net",
    "accumulated_oci": "accumulated other comprehensive income",
    "net_income_minority": "net income of minorities",
    "net_income_common": "net income of common shareholders",
    "net_income_including_minority": "net income, with minorities",
    "total_equity_including_minority": "total equity, with minorities",
    "cash_of_cash_flow": "cash at the end, with restricted cash",
    "selling_general_administrative": "selling, general, administrative",
}
"""Names of lines whose words do not say what they are."""
_MOST_DECIMALS = 3
_BALANCES = 3
"""Lines from which on a day has a balance sheet."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        label: "FY", "Q3", "LTM".
        period: The period of its flows, "" where only the balance sheet of its day is known.
        day: The last day of the period, of which the balances are.
    """

    label: str
    period: str
    day: str


@dataclass(frozen=True)
class Table:
    """Figures of one kind of period.

    Attributes:
        kind: The kind.
        columns: From the earliest to the latest.
        rows: By statement and line.
    """

    kind: Kind
    columns: tuple[Column, ...]
    rows: Mapping[str, Mapping[str, tuple[Figure | None, ...]]]


@cache
def lines_of() -> tuple[str, ...]:
    """Names of all lines, standard and derived, in the order of a report."""
    return tuple(line for _, line in _placed())


@cache
def statement_of() -> Mapping[str, str]:
    """The kind of statement of each line."""
    return {line: statement for statement, line in _placed()}


def tables(series: Series) -> list[Table]:
    """Makes the tables of a company.

    Args:
        series: Its figures.

    Returns:
        Tables of fiscal years, quarters, the last twelve months, half-years and nine months, as far
        as it has any. Balances are in the column of the period that ends on their day; days that
        end a fiscal year, or a quarter, are columns without flows.
    """
    found = {kind: columns for kind in KINDS if (columns := _columns(series, kind))}
    return [_table(series, kind, columns) for kind, columns in found.items()]


def is_of_other_shares(series: Series, figure: Figure, row: Sequence[Figure | None]) -> bool:
    """Whether a split lies between a figure and the last of its row, which do not compare then."""
    last = next((each for each in reversed(row) if each), figure)
    is_of_shares = figure.is_per_share or figure.unit == "shares"
    return is_of_shares and not compare_by_share(figure, last, series.shares)


def decimals_of(series: Series, row: Sequence[Figure | None]) -> int:
    """Decimals that amounts need in the unit of a company, or that the share counts of a row do."""
    first = next((figure for figure in row if figure), None)
    is_amount = first is not None and first.is_amount
    alike = series.figures.values() if is_amount else [figure for figure in row if figure]
    exact = [
        figure.value.scaleb(-series.scale)
        for figure in alike
        if figure.is_amount == is_amount and not figure.formula
    ]
    decimals = max((-int(each.normalize().as_tuple().exponent) for each in exact), default=0)
    return min(max(decimals, 0), _MOST_DECIMALS)


def change_of(series: Series, figure: Figure | None) -> Change | None:
    """The change of a figure against the year before."""
    return series.changes.get(figure.key) if figure else None


def named(line: str) -> str:
    """Writes the name of a line in words ("net income")."""
    return _WORDS.get(line) or line.replace("_", " ")


def headed(statement: str) -> str:
    """Writes the name of a statement as a heading."""
    name = NAMES[statement]
    return name[0].upper() + name[1:]


def _placed() -> Iterator[tuple[str, str]]:
    lines = standard_lines()
    for statement in dict.fromkeys(line.statement for line in lines):
        yield from ((statement, line.id) for line in lines if line.statement == statement)
        yield from ((statement, line) for line, of in DERIVED.items() if of == statement)


def _columns(series: Series, kind: Kind) -> tuple[Column, ...]:
    end = series.fiscal_year_end
    periods = {period for _, period in series.figures if kind_of(period, end) == kind}
    columns = {
        end_of(period): Column(label_of(kind, period, end), period, end_of(period))
        for period in sorted(periods)
    }
    for day in _balance_sheets(series) if columns else ():
        if kind in ("year", "quarter") and day not in columns and end is not None:
            at_year_end = ends_year(date.fromisoformat(day), end)
            if at_year_end == (kind == "year"):
                quarter = quarter_of(date.fromisoformat(day), end)
                columns[day] = Column("FY" if kind == "year" else f"Q{quarter}", "", day)
    return tuple(columns[day] for day in sorted(columns))


def _balance_sheets(series: Series) -> list[str]:
    """Days of which several lines of the balance sheet are known."""
    of = statement_of()
    days = [
        period for line, period in series.figures if of[line] == "balance_sheet"
        and kind_of(period, None) == "instant"
    ]  # fmt: skip
    return [day for day in dict.fromkeys(days) if days.count(day) >= _BALANCES]


def _table(series: Series, kind: Kind, columns: tuple[Column, ...]) -> Table:
    rows: dict[str, dict[str, tuple[Figure | None, ...]]] = {}
    for line in lines_of():
        figures = tuple(_at(series, line, column) for column in columns)
        if any(figures):
            rows.setdefault(statement_of()[line], {})[line] = figures
    return Table(kind, columns, rows)


def _at(series: Series, line: str, column: Column) -> Figure | None:
    return series.figures.get((line, column.period)) or series.figures.get((line, column.day))
