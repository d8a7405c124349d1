"""Small books of statements, made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.derived import with_derived
from secateur.pipelines.finance.statements.findings import Check
from secateur.pipelines.finance.statements.standard import standard_lines
from secateur.pipelines.finance.statements.statement import (
    PRIMARY,
    Cell,
    Column,
    Reading,
    Row,
    Statement,
)

YEAR, BEFORE = "2024-01-01/2024-12-31", "2023-01-01/2023-12-31"
LAST, FIRST = "2024-12-31", "2023-12-31"


def cell(
    column: int | None, printed: str, value: str, unit: str | None = "USD", **more: Any
) -> Cell:
    """A cell; its place in the document is made of its column and what is printed."""
    start = more.pop("start", sum(map(ord, printed)) * 10 + (column or 0))
    given = {"period": None, "probability": 0.99, "page": 45} | more
    return Cell(
        column=column, unit=unit, printed=printed, value=Decimal(value), start=start,
        end=start + len(printed), **given,
    )  # fmt: skip


def row(label: str, *cells: Cell, level: int = 0, total: bool = False, **more: Any) -> Row:
    """A row without a concept."""
    return Row(label, level, total, more.pop("concept", None), cells, **more)


def statement(kind: Any, title: str, periods: Sequence[str | None], *rows: Row) -> Statement:
    """A statement in millions, whose columns are headed by their years."""
    columns = tuple(Column((period or "note")[:4], period) for period in periods)
    return Statement(kind, title, "Item 8", 45, 6, columns, rows)


INCOME = statement(
    "income_statement", "Consolidated Statements of Income", (YEAR, BEFORE),
    row("Revenues:"),
    row("Products", cell(0, "$ 39,001.5", "39001500000"), cell(1, "(1,200.0)", "-1200000000"),
        level=1, standard="revenue"),
    row("=2+3", cell(0, "—", "0", None), cell(1, "0", "0")),
    row("Purchases of equipment", cell(0, "(30)", "30000000"), cell(1, "20", "-20000000"),
        concept="us-gaap:PaymentsToAcquirePropertyPlantAndEquipment"),
    row("Total net income", cell(0, "80", "80000000", source="both", agrees=False,
        reading=Reading(Decimal(81_000_000), LAST, "USD")), cell(1, "64", "64000000"),
        total=True, standard="net_income"),
    row("Diluted", cell(0, "1.05", "1.05", "USD/shares"), cell(1, "(0.90)", "-0.90", "USD/shares"),
        level=1),
    row("Shares", cell(0, "76,190", "76190000", "shares"), cell(1, "76,000", "76000000", "shares")),
    row("Tax rate", cell(0, "21.4%", "0.214", "pure"), cell(1, "20.0", "0.2", "pure")),
)  # fmt: skip
SHEET = statement(
    "balance_sheet", "Consolidated Balance Sheets", (LAST, FIRST),
    row("Total assets", cell(0, "100", "100000000"), cell(1, "60", "60000000"), total=True,
        standard="total_assets"),
    row("Stock, $0.01 par value", cell(None, "0.01", "0.01", "USD/shares", period=LAST),
        cell(None, "0.01", "0.01", "USD/shares", period=FIRST)),
    row("Stock, at 1999", cell(None, "7", "7", "shares", period="1999-12-31")),
)  # fmt: skip
EQUITY = statement(
    "equity", "Statements of Equity", (YEAR, YEAR, YEAR),
    row("Balance", cell(0, "10", "10000000", "shares", period=FIRST),
        cell(1, "50", "50000000", period=FIRST), cell(2, "60", "60000000", period=FIRST)),
    row("Net income", cell(1, "79", "79000000"), cell(2, "81", "81000000"), standard="net_income"),
    row("Dividends ($0.48 per share)", cell(1, "(40)", "-40000000"), cell(2, "(40)", "-40000000")),
    row("Dividends ($0.48 per share)", cell(None, "$0.48", "0.48", "USD/shares", period=YEAR),
        cell(None, "$0.48", "0.48", "USD/shares", period=LAST)),
    row("Balance", cell(0, "9", "9000000", "shares", period=LAST),
        cell(1, "89", "89000000", period=LAST), cell(2, "101", "101000000", period=LAST)),
)  # fmt: skip
SEGMENTS = statement(
    "breakdown", "Net sales: [Europe]/Asia * of the segments of the company", (YEAR,),
    row("Europe", cell(0, "12", "12000000"), standard="revenue",
        dimensions={"srt:StatementGeographicalAxis": "srt:EuropeMember"}),
    row("Cash", cell(0, "5", "5000000"), standard="cash"),
)  # fmt: skip
BOOK = StatementBook(
    "acme.html", "Acme Corp.", "USD", "12-31", (INCOME, SEGMENTS, SHEET, EQUITY),
    tuple(kind for kind in PRIMARY if kind in ("comprehensive_income", "cash_flow")),
)  # fmt: skip
CHECKED = replace(
    BOOK,
    checks=(
        Check("assets = liabilities + equity", LAST, Decimal(0), (SHEET.rows[0].cells[0].start,)),
        Check("sum", FIRST, Decimal(-2_000_000), (SHEET.rows[0].cells[1].start, 123_456)),
    ),
)
EMPTY = StatementBook("note.txt", None, None, None, (), PRIMARY)


def filing(
    document: str, lines: Mapping[str, Mapping[str, str]], *, company: str | None = "Acme Corp.",
    currency: str = "USD", year_end: str | None = "12-31", scale: int = 6,
    concepts: Mapping[str, str] = MappingProxyType({}),
) -> StatementBook:  # fmt: skip
    """A filing whose statements are standard lines, their values in its scale by period.

    Amounts per share are in full. A line's concept is the first of its concepts unless another is
    given, with which its head changes too.
    """
    known = {line.id: line for line in standard_lines()}
    found: dict[Any, tuple[list[str], list[Row]]] = {}
    for place, (name, values) in enumerate(lines.items()):
        columns, rows = found.setdefault(known[name].statement, ([], []))
        columns += [period for period in values if period not in columns]
        per_share, shares = name.startswith(("eps", "dividends_per")), name.startswith("shares")
        unit = f"{currency}/shares" if per_share else "shares" if shares else currency
        cells = [
            cell(
                columns.index(period), printed,
                str(Decimal(printed) if per_share else Decimal(printed).scaleb(scale)), unit,
                start=1000 * place + number,
            )
            for number, (period, printed) in enumerate(values.items())
        ]  # fmt: skip
        concept = concepts.get(name, known[name].concepts[0])
        label = concepts.get(name, name)
        rows.append(row(label, *cells, concept=f"us-gaap:{concept}", standard=name))
    statements = tuple(
        replace(statement(kind, "", columns, *rows), scale=scale)
        for kind, (columns, rows) in found.items()
    )
    return with_derived(StatementBook(document, company, currency, year_end, statements, ()))
