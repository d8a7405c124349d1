"""Figures of standard lines over several filings, and how a later one changes an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from secateur.pipelines.export.records import plain_number

Key = tuple[str, str]
"""A line and a period."""
_YEAR = 350
"""Days from which on a period is a year."""
_OWN = 200
"""Days behind the end of a year from which on a filing that has it is one of the next year."""


@dataclass(frozen=True)
class Source:
    """The printed cell that a figure is.

    Attributes:
        filing: Number of the filing among those that are compared, from 0.
        document: Its name.
        label: Row head.
        concept: What the row measures.
        printed: The text of the page.
        page: Page number from 1, where the format has pages.
        start: First character in the document.
        end: One past the last.
        scale: Power of ten of most amounts of its statement.
    """

    filing: int
    document: str
    label: str
    concept: str | None
    printed: str
    page: int | None
    start: int
    end: int
    scale: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON holds of it."""
        return {name: value for name, value in vars(self).items() if name != "scale"}


@dataclass(frozen=True)
class Figure:
    """The value of a line in a period.

    Attributes:
        line: A standard line ("revenue") or a derived one ("free_cash_flow").
        period: A day, or first and last day.
        value: The number meant, with the sign that the line's concepts ask for.
        unit: As in `Entity.unit`; "pure" for a ratio.
        source: The cell, None where it is derived.
        formula: How it is derived ("fiscal year - nine months"), None where it is printed.
        inputs: The figures of the formula, in its order.
        first: The figure as the first filing that has it reports it, where that is another value.
    """

    line: str
    period: str
    value: Decimal
    unit: str | None
    source: Source | None = None
    formula: str | None = None
    inputs: tuple[Figure, ...] = ()
    first: Figure | None = None

    @property
    def key(self) -> Key:
        """Line and period."""
        return self.line, self.period

    @property
    def is_per_share(self) -> bool:
        """Whether it is an amount per share."""
        return self.unit is not None and self.unit.endswith("/shares")

    @property
    def is_amount(self) -> bool:
        """Whether it is an amount of money, which adds up over periods."""
        return (
            self.unit is not None and self.unit not in ("pure", "shares") and "/" not in self.unit
        )

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON holds of it."""
        return {
            "line": self.line,
            "period": self.period,
            "value": plain_number(self.value),
            "unit": self.unit,
            "source": self.source and self.source.to_dict(),
            "formula": self.formula,
            "inputs": [each.to_dict() for each in self.inputs],
            "first_reported": self.first and self.first.to_dict(),
        }


@dataclass(frozen=True)
class Change:
    """A figure against that of a year before.

    Attributes:
        before: The figure of the year before.
        absolute: The difference, of a ratio in points.
        percent: As a share of the figure before (0.05 for 5 %); None for a ratio, and from or to
            less than zero.
    """

    before: Figure
    absolute: Decimal
    percent: Decimal | None

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON holds of it."""
        return {
            "period": self.before.period,
            "value": plain_number(self.before.value),
            "change": plain_number(self.absolute),
            "change_percent": None if self.percent is None else plain_number(100 * self.percent),
        }


@dataclass(frozen=True)
class Filing:
    """A filing that is compared.

    Attributes:
        number: Its place among those that were given, from 0.
        document: Its name.
        end: The last day that it reports on, None where it has no dated figure.
    """

    number: int
    document: str
    end: str | None


@dataclass(frozen=True)
class Series:
    """The figures of one company over its filings.

    Attributes:
        company: Its name, None where no filing says.
        currency: ISO code of most amounts.
        scale: Power of ten in which most amounts are printed.
        fiscal_year_end: Month and day, None where no filing says.
        filings: From the earliest to the latest.
        figures: By line and period, standard lines in their order, then derived ones.
        shares: Weighted shares by the number of a filing, see `per_share.share_bases`.
        changes: Against the year before, by line and period.
    """

    company: str | None
    currency: str | None
    scale: int
    fiscal_year_end: str | None
    filings: tuple[Filing, ...]
    figures: Mapping[Key, Figure]
    shares: Mapping[int, Decimal] = field(default_factory=dict)
    changes: Mapping[Key, Change] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The company, else the first document."""
        return self.company or self.filings[0].document

    @property
    def notes(self) -> list[str]:
        """What may make derived figures wrong without being seen.

        A fiscal year that only the filing of a later year has, for comparison, may have been
        reclassified since the filings of its quarters.
        """
        end_of = {filing.number: filing.end for filing in self.filings}
        found: dict[str, None] = {}
        for figure in self.figures.values():
            sources = {each.source.filing for each in figure.inputs if each.source}
            for each in figure.inputs if len(sources) > 1 else ():
                end = each.source and end_of[each.source.filing]
                if each.source and end and _is_comparative(each.period, end):
                    year = each.period.replace("/", " to ")
                    note = (
                        f"only {each.source.document} has the year {year}, for comparison: lines "
                        "may have been reclassified since the other filings; give the report of "
                        "that year"
                    )
                    found[note] = None
        return list(found)

    def restated(self) -> list[Figure]:
        """The figures that a later filing reports with another value."""
        return [figure for figure in self.figures.values() if figure.first is not None]


def _is_comparative(period: str, end: str) -> bool:
    """Whether a year is no own year of a filing that reports to a day."""
    first, _, last = period.partition("/")
    if not last:
        return False
    begin, close, reported = map(date.fromisoformat, (first, last, end))
    return (close - begin).days >= _YEAR and (reported - close).days > _OWN
