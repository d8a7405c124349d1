"""Compares filings: of one company over time, of several companies side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from secateur.pipelines.document.validation import check_each
from secateur.pipelines.export.record_tables import as_dataframe
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.comparison import long_form
from secateur.pipelines.finance.statements.comparison.changes import changes
from secateur.pipelines.finance.statements.comparison.figures import (
    Change,
    Figure,
    Key,
    Series,
)
from secateur.pipelines.finance.statements.comparison.filings import (
    Reported,
    by_company,
    filing_of,
    in_order,
    reported,
)
from secateur.pipelines.finance.statements.comparison.merged import latest, observe
from secateur.pipelines.finance.statements.comparison.per_share import (
    quarterly_earnings,
    share_bases,
    yearly_earnings,
)
from secateur.pipelines.finance.statements.comparison.quarters import discrete, last_twelve_months
from secateur.pipelines.finance.statements.comparison.side_by_side import SideBySide, side_by_side
from secateur.pipelines.finance.statements.comparison.spans import end_of, kind_of, label_of
from secateur.pipelines.finance.statements.comparison.table import lines_of
from secateur.pipelines.finance.statements.derived import margins_and_cash_flow

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
"""Of the JSON of `StatementComparison.to_dict`."""
_NET_DEBT = "net_debt"


@dataclass(frozen=True)
class StatementComparison:
    """Filings compared by standard line.

    Attributes:
        companies: A company each with the figures of its filings.
        side_by_side: The companies' figures of the latest period of the longest kind that all have;
            None of one company, or where they share no kind.
    """

    companies: tuple[Series, ...]
    side_by_side: SideBySide | None

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON holds of it, beginning with `schema_version`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "companies": [_company(series) for series in self.companies],
            "side_by_side": self.side_by_side and self.side_by_side.to_dict(),
        }

    def to_dataframe(self) -> pd.DataFrame:
        """Returns the figures in long form, one a line.

        Returns:
            A pandas DataFrame with the columns of `comparison.long_form.COLUMNS`, which has their
            meaning. `view compare --out book.csv` writes the same.
        """
        return as_dataframe(self.records(), long_form.COLUMNS, long_form.TYPES)

    def records(self) -> Iterator[dict[str, Any]]:
        """Yields the figures in long form, see `long_form.records`."""
        return long_form.records(self.companies)


def compare_statements(books: Iterable[StatementBook]) -> StatementComparison:
    """Compares filings of one company or of several by standard line.

    Args:
        books: Their statements, as of `secateur.statements`, in any order.

    Returns:
        For each company its figures by line and period: as printed, from the latest filing that has
        the period, with the first value where that was another one; quarters that are not printed
        and the last twelve months derived, with formula and inputs; margins, free cash flow and net
        debt; and changes against the year before.

    Raises:
        UsageError: What is given as a book is none.
    """
    given = list(check_each(books, StatementBook))
    figures = [reported(number, book) for number, book in enumerate(given)]
    companies = tuple(
        _series([given[n] for n in group], group, [figures[n] for n in group])
        for group in by_company(given, figures)
    )
    return StatementComparison(companies, side_by_side(companies))


def _series(
    books: Sequence[StatementBook], numbers: Sequence[int], figures: Sequence[Reported]
) -> Series:
    filings = in_order(map(filing_of, numbers, books, figures))
    figures_of = dict(zip(numbers, figures, strict=True))
    book_of = dict(zip(numbers, books, strict=True))
    ordered = [book_of[filing.number] for filing in reversed(filings)]
    shares = share_bases(figures_of)
    found = _figures([figures_of[filing.number] for filing in filings], shares)
    currency = next((book.currency for book in ordered if book.currency), None)
    for number in (filing.number for filing in filings):
        found |= {each.key: each for each in _net_debt(book_of[number], figures_of[number])}
    found |= {each.key: each for each in _lines(found, currency)}
    scales = Counter(
        figure.source.scale for figure in found.values() if figure.source and figure.is_amount
    )
    return Series(
        company=next((book.company for book in ordered if book.company), None),
        currency=currency,
        scale=max(scales, key=scales.__getitem__, default=0),
        fiscal_year_end=next((b.fiscal_year_end for b in ordered if b.fiscal_year_end), None),
        filings=tuple(filings),
        figures=dict(sorted(found.items(), key=_place)),
        shares=shares,
        changes=changes(found, shares),
    )


def _figures(filings: Sequence[Reported], shares: Mapping[int, Decimal]) -> dict[Key, Figure]:
    """The standard lines: printed, discrete quarters, last twelve months."""
    observed = observe(filings)
    found = {key: latest(each) for key, each in observed.items()}
    derived = {each.key: each for each in discrete(observed)}
    derived |= {each.key: each for each in quarterly_earnings(observed, derived, shares)}
    derived |= {each.key: each for each in last_twelve_months(observed)}
    found |= derived
    return found | {each.key: each for each in yearly_earnings(found, shares)}


def _net_debt(book: StatementBook, figures: Reported) -> Iterator[Figure]:
    """Net debt of a filing's balance sheets, which it has only where all debt is known."""
    for line in book.derived:
        if line.name == _NET_DEBT:
            inputs = tuple(figures[each.standard, each.period] for each in line.inputs)
            yield Figure(line.name, line.period, line.value, line.unit, None, line.formula, inputs)


def _lines(figures: Mapping[Key, Figure], currency: str | None) -> Iterator[Figure]:
    for line in margins_and_cash_flow(figures, currency):
        inputs = tuple(figures[key] for key in line.parts)
        if len({each.unit for each in inputs}) == 1:
            yield Figure(line.name, line.period, line.value, line.unit, None, line.formula, inputs)


def _place(found: tuple[Key, Figure]) -> tuple[int, str, str]:
    """Sorts by line, in the order of a report, and by the end of the period."""
    (line, period), _ = found
    return lines_of().index(line), end_of(period), period


def _company(series: Series) -> dict[str, Any]:
    end = series.fiscal_year_end
    return {
        "company": series.company,
        "currency": series.currency,
        "scale": series.scale,
        "fiscal_year_end": end,
        "filings": [
            {"document": filing.document, "period_end": filing.end} for filing in series.filings
        ],
        "figures": [
            _period(figure.period, end) | figure.to_dict()
            | {"year_before": _before(series.changes.get(figure.key))}
            for figure in series.figures.values()
        ],
        "notes": series.notes,
    }  # fmt: skip


def _period(period: str, year_end: str | None) -> dict[str, Any]:
    kind = kind_of(period, year_end)
    return {"kind": kind, "label": kind and label_of(kind, period, year_end)}


def _before(change: Change | None) -> dict[str, Any] | None:
    return change.to_dict() if change else None
