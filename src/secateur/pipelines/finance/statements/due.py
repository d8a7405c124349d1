"""What falls due in a year, of debt and of leases, and the stated rates of notes and loans."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, row_at
from secateur.pipelines.finance.numbers.concepts import YEARS
from secateur.pipelines.finance.numbers.inputs import FoundNumbers
from secateur.pipelines.finance.statements.forms import OTHER_LEASES
from secateur.pipelines.finance.statements.schedules import LEASE_PAYMENTS_DUE, PRINCIPAL_DUE

Told = tuple[int, tuple[str, ...]]
"""First character of a cell and its concepts without prefix; none for another than those listed."""

_RATE = re.compile(r"\b(?:stated|coupon|interest|annual) rate|\bcoupon", re.IGNORECASE)
_OTHER_RATE = re.compile(r"effective|average|discount|change|impact|risk", re.IGNORECASE)
_DEBT = re.compile(r"\b(?:notes?|debt|debentures|bonds|loans?|(?:19|20)\d\d)\b", re.IGNORECASE)
_NOTES = re.compile(r"\b(?:notes?|debt|debentures|bonds|loans?)\b", re.IGNORECASE)
_SOME = 2
"""Rows that name debt, from which on a table is of it."""
_FALLS_DUE = re.compile(
    r"\bmaturit|\bprincipal (?:re)?payments|\bpayments of principal", re.IGNORECASE
)
_NO_DEBT = re.compile(r"\blease|intangible|amorti[sz]ation|\binterest\b|securities", re.IGNORECASE)
_OPERATING = re.compile(r"\boperating\b", re.IGNORECASE)
_LEASE = re.compile(r"\blease", re.IGNORECASE)
_NAMES_YEAR = re.compile(
    r"\W*(?:(?:fiscal|calendar|years?|end(?:ed|ing)|after|beyond|the|remainder|of)\b\W*)*"
    r"(?:(?:19|20)\d\d|year (?:[1-5]|one|two|three|four|five))\b"
    r"|\W*(?:fiscal )?years? end(?:ing|ed)\b",
    re.IGNORECASE,
)
_FINANCE = re.compile(r"\b(?:finance|financing|capital)\b", re.IGNORECASE)
_NO_LEASE = re.compile(
    r"sublease|lessor|receipts|receivable|\bincome\b|not yet commenced", re.IGNORECASE
)
_LATER = re.compile(r"\bafter\b|thereafter|beyond|(?:19|20)\d\d ?[-–—]", re.IGNORECASE)
"""Of several years: "After 2029"."""
_NTH = {3: "Three", 4: "Four", 5: "Five"}
"""Years after the report's of which the model knows the debt that falls due."""
_STATED_RATE = "DebtInstrumentInterestRateStatedPercentage"


def falls_due(layout: Layout, numbers: FoundNumbers) -> Iterator[Told]:
    """Yields what cells say that falls due in a year to come.

    Args:
        layout: The document's passages.
        numbers: Its numbers, with the years that head them.
    """
    ahead = np.flatnonzero(numbers.years).tolist()
    for number in ahead:
        start, year = int(numbers.spans[number, 0]), int(numbers.years[number])
        table, cell = layout.table_at(start), layout.passage_at(start)
        if table is None or cell is None:
            continue
        heads = layout.heads(table, row_at(table, start))
        around = " ".join((cell.row or "", cell.column or "", *heads, *layout.above(table)[:1]))
        if _FALLS_DUE.search(around) and _DEBT.search(around) and not _NO_DEBT.search(around):
            later = _LATER.search(f"{cell.row} {cell.column}")
            known = year in _NTH and not later
            yield cell.start, (f"{PRINCIPAL_DUE}{_NTH[year]}",) if known else ()
            continue
        named = any(_NAMES_YEAR.match(head or "") for head in (cell.row, cell.column))
        if named and _LEASE.search(around) and not _NO_LEASE.search(around):
            yield from _lease_payments(cell, around, year)


def _lease_payments(cell: Passage, around: str, year: int) -> Iterator[Told]:
    """What a cell says of leases' payments in a year, nothing where their kind is not told."""
    if OTHER_LEASES.match(cell.column or ""):
        yield cell.start, ()
    elif _OPERATING.search(around) and not (
        _FINANCE.search(around) and not _OPERATING.search(cell.column or "")
    ):
        yield cell.start, (f"{LEASE_PAYMENTS_DUE}{YEARS[year - 1]}",)


def rates_of_debt(layout: Layout) -> Iterator[Told]:
    """Yields the cells that hold the stated interest rate of a note or loan."""
    for table in layout.tables:
        heads = [layout.text_of(row[0]) for row in table.rows]
        of_debt = sum(map(bool, map(_NOTES.search, heads))) >= _SOME
        for cell in (cell for row in table.rows for cell in row[1:]):
            head = cell.column or ""
            is_rate = _RATE.search(head) and not _OTHER_RATE.search(head)
            borrowed = of_debt or _DEBT.search(cell.row or "")
            if is_rate and borrowed and "%" in layout.text_of(cell):
                yield cell.start, (_STATED_RATE,)
