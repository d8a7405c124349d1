"""What a table of each kind is made of: lines, parts, and what lines that no entry names are."""

from __future__ import annotations

import re
from typing import NamedTuple

from secateur.pipelines.finance.statements.kinds import Kind
from secateur.pipelines.finance.statements.lines import (
    ACCOUNTS_OF_EQUITY,
    ACCUMULATED,
    BALANCE_SHEET,
    CASH_FLOWS,
    COMPREHENSIVE_INCOME,
    EQUITY,
    INCOME,
    PARTS_OF_BALANCE_SHEET,
    PARTS_OF_CASH_FLOWS,
    PARTS_OF_EQUITY,
)
from secateur.pipelines.finance.statements.naming import Line, Part
from secateur.pipelines.finance.statements.schedules import (
    AWARDS,
    DEFERRED_TAXES,
    LEASE_PAYMENTS,
    LEASES,
    PARTS_OF_DEFERRED_TAXES,
    PARTS_OF_LEASES,
    PARTS_OF_TAXES,
    PLANT,
    TAX_POSITIONS,
    TAXES,
)

OTHER_LEASES = re.compile(
    r"(?!.*\boperating\b).*\b(?:finance|financing|capital|total)\b", re.IGNORECASE
)
"""Heads of columns of leases that are not, or not only, operating ones."""


class Form(NamedTuple):
    """What a table of one kind is made of.

    Attributes:
        lines: Its lines; the first that fits counts.
        parts: Headings that begin a part of it.
        first: The part that it begins with.
        closed: Whether amounts of lines that no entry names are none of the listed concepts.
        others: Pattern of the heads of columns whose amounts are none of the listed concepts.
        recurs: Whether the same digits elsewhere are the same figure; the accounts of equity have
            too many small changes.
    """

    lines: tuple[Line, ...]
    parts: tuple[Part, ...] = ()
    first: str = ""
    closed: bool = False
    recurs: bool = False
    others: re.Pattern[str] | None = None


FORMS: dict[Kind, Form] = {
    "income": Form(INCOME, closed=True, recurs=True),
    "comprehensive income": Form(COMPREHENSIVE_INCOME, recurs=True),
    "balance sheet": Form(BALANCE_SHEET, PARTS_OF_BALANCE_SHEET, "assets", True, True),
    "cash flows": Form(CASH_FLOWS, PARTS_OF_CASH_FLOWS, "operating", True, True),
    "equity": Form(EQUITY, closed=True),
    "accounts of equity": Form(ACCOUNTS_OF_EQUITY, PARTS_OF_EQUITY, closed=True),
    "accumulated comprehensive income": Form(ACCUMULATED),
    "taxes": Form(TAXES, PARTS_OF_TAXES),
    "tax positions": Form(TAX_POSITIONS),
    "deferred taxes": Form(DEFERRED_TAXES, PARTS_OF_DEFERRED_TAXES, "mixed", closed=True),
    "leases": Form(LEASES, PARTS_OF_LEASES),
    "lease payments": Form(LEASE_PAYMENTS, first="undiscounted", others=OTHER_LEASES),
    "awards": Form(AWARDS),
    "plant": Form(PLANT, first="gross", recurs=True),
}
