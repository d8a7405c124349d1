"""Writes a comparison as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.finance.statements.comparison.compare import StatementComparison
from secateur.pipelines.finance.statements.comparison.figures import Change, Figure, Series
from secateur.pipelines.finance.statements.comparison.side_by_side import SideBySide
from secateur.pipelines.finance.statements.comparison.spans import kind_of, label_of
from secateur.pipelines.finance.statements.comparison.table import (
    DERIVED,
    MISSING,
    TITLES,
    Table,
    change_of,
    decimals_of,
    headed,
    is_of_other_shares,
    named,
    statement_of,
    tables,
)
from secateur.pipelines.finance.statements.reported import unit_name

_SHOWN = ("year", "quarter", "ltm")
_MOST_COLUMNS = 5
_CENTS = 2
_MEANINGLESS = 10
"""Growth, as a share, from which on a percentage tells nothing."""
_INDENT = "  "
_NAME_WIDTH = 24
"""Characters of a company's name above its column."""
_NOT_STATED = "not stated in these filings"
_MORE = "Years and quarters of each company are in --json and --out."
_NO_LINE = "no row is known to be a standard line"
_EARNINGS = (
    "earnings per share = net income / weighted shares, which average to the longer period's"
)
_FOLLOWS = "Margins, free cash flow and net debt follow from the lines above."


def as_text(comparison: StatementComparison) -> str:
    """Writes the tables of each company, and companies side by side.

    Args:
        comparison: The comparison.

    Returns:
        Of several companies one table of all, of one its fiscal years, quarters and last twelve
        months; what a figure's mark means, what was restated, and how much is left out.
    """
    if comparison.side_by_side is not None:
        return _side_by_side(comparison.side_by_side)
    return "\n\n".join(_company(series) for series in comparison.companies)


def _company(series: Series) -> str:
    end = f"; fiscal year ends {series.fiscal_year_end}" if series.fiscal_year_end else ""
    filings = ", ".join(
        f"{each.document}{f' (to {each.end})' if each.end else ''}" for each in series.filings
    )
    parts = [f"{series.name}: {_unit(series)}{end}\nfilings: {filings}"]
    found = [each for each in tables(series) if each.kind in _SHOWN]
    if not any(each.kind == "quarter" for each in found):
        found += [each for each in tables(series) if each.kind == "half"]
    parts += ["\n".join(_table(series, table)) for table in found] or [_NO_LINE]
    parts += ["\n".join(lines) for lines in (_legend(series, found),) if lines]
    return "\n\n".join(parts)


def _unit(series: Series) -> str:
    return f"{unit_name(series.currency, series.scale)}, amounts per share in full"


def _table(series: Series, table: Table) -> Iterator[str]:
    columns = table.columns[-_MOST_COLUMNS:]
    rows = [["", *(each.label for each in columns), "change", "%"]]
    rows += [["", *(each.day for each in columns), "on the year", ""]]
    for statement, lines in table.rows.items():
        shown = {line: figures[-len(columns) :] for line, figures in lines.items()}
        shown = {line: figures for line, figures in shown.items() if any(figures)}
        rows += [[headed(statement)]] if shown else []
        for line, figures in shown.items():
            change = change_of(series, figures[-1])
            number = _Numbers(series, figures)
            cells = [number.marked(figure) for figure in figures]
            rows.append([_INDENT + named(line), *cells, *number.changed(change)])
    yield TITLES[table.kind]
    yield from _aligned(rows)
    if hidden := len(table.columns) - len(columns):
        yield f"left out, in --json and --out: {quantity(hidden, 'earlier column')}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of columns, the first to the left and the others to the right; headings are alone."""
    full = [row for row in rows if len(row) > 1]
    width, *others = [max(map(len, column)) + 2 for column in zip(*full, strict=True)]
    for name, *cells in rows:
        yield (f"{name:<{width}}" + "".join(map(str.rjust, cells, others))).rstrip()


class _Numbers:
    """Writes the figures of a row with the same number of decimals."""

    def __init__(self, series: Series, row: Sequence[Figure | None]) -> None:
        self._series, self._row = series, row
        self._decimals = decimals_of(series, row)

    def marked(self, figure: Figure | None) -> str:
        """A figure with its mark, which is as wide as none."""
        if figure is None:
            return f"{MISSING}  "
        mark = "d" if figure.formula and figure.line not in DERIVED else " "
        mark = "s" if is_of_other_shares(self._series, figure, self._row) else mark
        return f"{self.of(figure, figure.value)} {'r' if figure.first else mark}"

    def of(self, figure: Figure, value: Decimal) -> str:
        """A number in the unit of a figure."""
        if figure.unit == "pure":
            return f"{value:.1%}"
        if figure.is_per_share:
            return f"{value:,.{_CENTS}f}"
        shown = f"{value.scaleb(-self._series.scale):,.{self._decimals}f}"
        other = figure.is_amount and figure.unit != self._series.currency
        return f"{figure.unit} {shown}" if other else shown

    def changed(self, change: Change | None) -> list[str]:
        """A change as a number, and in percent."""
        if change is None:
            return ["", ""]
        if change.before.unit == "pure":
            return [f"{100 * change.absolute:+.1f} pp", ""]
        return [self.of(change.before, change.absolute), _percent(change.percent)]


def _percent(growth: Decimal | None) -> str:
    return "n.m." if growth is None or growth >= _MEANINGLESS else f"{growth:+.1%}"


def _legend(series: Series, found: Iterable[Table]) -> list[str]:
    rows = [
        figures[-_MOST_COLUMNS:]
        for table in found for lines in table.rows.values() for figures in lines.values()
    ]  # fmt: skip
    shown = [figure for row in rows for figure in row if figure]
    derived = [each for each in shown if each.formula and each.line not in DERIVED]
    formulas = dict.fromkeys(_formula_in_words(each) for each in derived)
    lines = [f"d  derived: {formula}" for formula in formulas]
    lines += [_FOLLOWS] if any(each.line in DERIVED for each in shown) else []
    if any(each and is_of_other_shares(series, each, row) for row in rows for each in row):
        lines.append("s  of other shares than the last column, as before a split: not comparable")
    lines += [f"{MISSING}  {_NOT_STATED}", *(f"note: {note}" for note in series.notes)]
    restated = series.restated()
    if restated:
        lines.append(
            f"r  {quantity(len(restated), 'figure')} with another value in a later filing:"
        )
        lines += [_restated(figure, series) for figure in restated]
    return lines


def _formula_in_words(figure: Figure) -> str:
    return (
        _EARNINGS if figure.is_per_share and "/" in (figure.formula or "") else figure.formula or ""
    )


def _restated(figure: Figure, series: Series) -> str:
    first = figure.first
    if first is None or first.source is None or figure.source is None:
        return ""
    kind = kind_of(figure.period, series.fiscal_year_end)
    label = label_of(kind, figure.period, series.fiscal_year_end) if kind else ""
    period = f"{label} {figure.period.replace('/', ' to ')}".strip()
    number = _Numbers(series, (figure, first))
    now, before = number.of(figure, figure.value), number.of(first, first.value)
    rows = f" (“{first.source.label}”, now “{figure.source.label}”)"
    rows = "" if first.source.label == figure.source.label else rows
    return (
        f"{_INDENT}{named(figure.line)}, {period}: {now} in {figure.source.document}, "
        f"first {before} in {first.source.document}{rows}"
    )


def _side_by_side(table: SideBySide) -> str:
    """Companies as pairs of columns, of figures and of their growth."""
    heads = [
        [_short(series.name) for series in table.companies],
        [unit_name(series.currency, series.scale) for series in table.companies],
        [period.partition("/")[0] for period in table.periods],
        list(table.days),
        [series.fiscal_year_end or MISSING for series in table.companies],
    ]  # fmt: skip
    names = ("", "in", "from", "to", "fiscal year ends")
    rows = [
        [name, *(cell for head in line for cell in (head, ""))]
        for name, line in zip(names, heads, strict=True)
    ]
    rows.append(["", *(cell for _ in table.companies for cell in ("", "on the year"))])
    last = None
    for line in table.lines:
        statement = statement_of()[line]
        rows += [[headed(statement)]] if statement != last else []
        last = statement
        rows.append([_INDENT + named(line), *_cells(table, line)])
    notes = [f"note: {note}" for note in table.notes]
    legend = [_FOLLOWS, f"{MISSING}  {_NOT_STATED}", _MORE]
    return "\n".join(
        [f"Companies by the latest {_KIND_NAMES[table.kind]}", *_aligned(rows), *notes, *legend]
    )


_KIND_NAMES = {
    "year": "fiscal year", "ltm": "twelve months", "nine_months": "nine months",
    "half": "half-year", "quarter": "quarter", "instant": "balance sheet",
}  # fmt: skip


def _cells(table: SideBySide, line: str) -> Iterator[str]:
    for series, figure, growth in zip(
        table.companies, table.rows[line], table.growth[line], strict=True
    ):
        yield MISSING if figure is None else _Numbers(series, (figure,)).of(figure, figure.value)
        yield "" if growth is None else _percent(growth)


def _short(name: str) -> str:
    return name if len(name) <= _NAME_WIDTH else f"{name[: _NAME_WIDTH - 1]}…"
