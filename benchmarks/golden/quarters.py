"""A quarterly report of an invented company, and what each line of its tables says.

The same blocks are written in every form that reports come in (`forms.py`), so that a figure lost
in one of them shows. Two years of it stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

BlockKind = Literal["title", "paragraph", "table"]
Rows = tuple[tuple[str, ...], ...]

_GAAP = "us-gaap:"


@dataclass(frozen=True)
class Block:
    """A part of a report.

    Attributes:
        kind: What it is.
        text: The words of a title or a paragraph.
        rows: The cells of a table, its heads in the first row.
    """

    kind: BlockKind
    text: str = ""
    rows: Rows = ()


@dataclass(frozen=True)
class Line:
    """What one cell of a table says.

    Attributes:
        row: Its row head.
        period: As in `Entity.period`.
        value: The number meant, signed as printed.
        concept: What the line is in XBRL, None where the model's list has none for it.
    """

    row: str
    period: str
    value: Decimal
    concept: str | None = None


@dataclass(frozen=True)
class _Row:
    """Head, the cells of 2025's report, then those of 2024's, and the concept."""

    head: str
    cells: str
    concept: str | None = None

    def printed(self, year: int) -> list[str]:
        first = 2 * (LATEST - year)
        return self.cells.split()[first : first + 2]


LATEST = 2025
"""The year of the later of the two reports; the other is of the year before."""
_BEFORE_TAXES = (
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest"
)
_INCOME = (
    _Row("Net sales", "48,210 44,975 44,975 42,160"),
    _Row("Cost of goods sold", "28,944 27,310 27,310 25,933"),
    _Row("Gross profit", "19,266 17,665 17,665 16,227"),
    _Row("Research and development", "4,118 3,902 3,902 3,640"),
    _Row("Selling, general and administrative", "7,905 7,480 7,480 7,115"),
    _Row("Operating income", "7,243 6,283 6,283 5,472", "OperatingIncomeLoss"),
    _Row("Interest expense", "(612) (704) (704) (731)"),
    _Row("Income before income taxes", "6,631 5,579 5,579 4,741", _BEFORE_TAXES),
    _Row("Provision for income taxes", "1,459 1,283 1,283 1,091", "IncomeTaxExpenseBenefit"),
    _Row("Net income", "5,172 4,296 4,296 3,650", "NetIncomeLoss"),
)
_BALANCE = (
    _Row(
        "Cash and cash equivalents", "21,604 18,377 15,940 14,208",
        "CashAndCashEquivalentsAtCarryingValue",
    ),
    _Row(
        "Accounts receivable, net", "26,118 25,240 24,316 23,505", "AccountsReceivableNetCurrent"
    ),
    _Row("Inventories", "30,452 31,906 32,277 31,180"),
    _Row("Total current assets", "78,174 75,523 72,533 68,893", "AssetsCurrent"),
    _Row(
        "Property, plant and equipment, net", "52,330 51,075 50,418 49,960",
        "PropertyPlantAndEquipmentNet",
    ),
    _Row("Goodwill", "14,890 14,890 12,305 12,305", "Goodwill"),
    _Row("Total assets", "145,394 141,488 135,256 131,158", "Assets"),
)  # fmt: skip
_SEGMENTS = (
    _Row("Laboratory", "29,870 27,146 27,146 25,408"),
    _Row("Process control", "12,615 12,231 12,231 11,377"),
    _Row("Service", "5,725 5,598 5,598 5,375"),
    _Row("Total net sales", "48,210 44,975 44,975 42,160"),
)
_QUARTER = "Three months ended June 30,"
_DISCUSSION = (
    "Net sales of the second quarter of {year} rose by 7.2% to $48.2 million, from $45.0 million "
    "in the second quarter of {before}, as Laboratory shipped the new Halden spectrometer.",
    "On May 12, {year} Northwick Instruments, Inc. bought Pellworm Optics GmbH of Kiel, Germany "
    "for €3.4 million in cash. Ingrid Sandvik, its founder, stays on until December 31, {year}.",
    "The board declared a dividend of $0.18 per share and allowed the Company to buy back up to "
    "1.5 million shares. Our loan of $25 million from First Harbor Bank bears interest of 4.75%.",
)


def blocks(year: int) -> tuple[Block, ...]:
    """Writes the report of the second quarter of a year.

    Args:
        year: `LATEST` or the one before; the discussion tells the same in both.

    Returns:
        Its parts from the cover on.
    """
    quarter = ("(in thousands)", f"{_QUARTER} {year}", f"{_QUARTER} {year - 1}")
    days = ("(in thousands)", f"June 30, {year}", f"December 31, {year - 1}")
    return (
        Block("title", "NORTHWICK INSTRUMENTS, INC."),
        Block("paragraph", "(Exact name of registrant as specified in its charter)"),
        Block("paragraph", f"Quarterly report for the quarterly period ended June 30, {year}"),
        Block("title", "Condensed Consolidated Statements of Income"),
        Block("table", rows=(quarter, *_cells(_INCOME, year))),
        Block("title", "Condensed Consolidated Balance Sheets"),
        Block("table", rows=(days, *_cells(_BALANCE, year))),
        Block("title", "Note 4. Segments"),
        Block("paragraph", "The table shows net sales of the segments."),
        Block("table", rows=(quarter, *_cells(_SEGMENTS, year))),
        Block("title", "Management's Discussion and Analysis"),
        *(Block("paragraph", text.format(year=year, before=year - 1)) for text in _DISCUSSION),
    )


def lines(year: int) -> tuple[Line, ...]:
    """Returns what the cells of the tables say, in their order, as `blocks` prints them."""
    quarter = [f"{y}-04-01/{y}-06-30" for y in (year, year - 1)]
    days = [f"{year}-06-30", f"{year - 1}-12-31"]
    tables = ((_INCOME, quarter), (_BALANCE, days), (_SEGMENTS, quarter))
    return tuple(line for rows, periods in tables for line in _lines(rows, periods, year))


def _lines(rows: Sequence[_Row], periods: Sequence[str], year: int) -> Iterator[Line]:
    for row in rows:
        concept = f"{_GAAP}{row.concept}" if row.concept else None
        for period, cell in zip(periods, row.printed(year), strict=True):
            sign = -1 if cell.startswith("(") else 1
            number = Decimal(cell.strip("()").replace(",", ""))
            yield Line(row.head, period, 1000 * sign * number, concept)


def _cells(rows: Sequence[_Row], year: int) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield row.head, *row.printed(year)
