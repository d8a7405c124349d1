"""Which of a document's tables are statements, or tables of the notes that all filers have.

Filers tag the lines of these alike, whatever else they call "net income" or "total assets" on the
way; which table is which shows in the lines that it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from secateur.pipelines.document.layout import Layout, Table, has_figures
from secateur.pipelines.finance.numbers.equity import is_statement_of_equity
from secateur.pipelines.finance.statements.lines import OWNED
from secateur.pipelines.finance.statements.naming import RESULT, STANDING, line_name
from secateur.pipelines.finance.statements.schedules import (
    DISCOUNTED,
    FINANCE_LEASES,
    LAPSED,
    OPERATING_LEASES,
    SETTLED,
    THEREAFTER,
)

Kind = Literal[
    "income",
    "comprehensive income",
    "balance sheet",
    "cash flows",
    "equity",
    "accounts of equity",
    "accumulated comprehensive income",
    "taxes",
    "tax positions",
    "deferred taxes",
    "leases",
    "lease payments",
    "awards",
    "plant",
]
"""What a table states; equity's accounts stand in columns, or one below the other."""

_ELSEWHERE = re.compile(
    r"fair value|\blevel\b|carrying|discontinued|held for sale|parent\b|quoted|reclassified"
)
"""In the heads of tables that have the lines of a statement and are none."""
_MINORITY = re.compile(r"non[ -]?controlling|minority interest")
_OF_PARENT = re.compile(
    r".*\battributable to (?:the )?(?:owners|equity holders|members)"
    r" of the (?:company|parent|group)"
)
"""What others, whom a shortened statement leaves out, have no share in."""
_EQUITY = re.compile(r"total (?:equity|deficit)")
_OWNED = re.compile(OWNED)
_OPENING = re.compile(r"(?:(?:beginning|opening) )?balances?\b|(?:equity|at|as (?:at|of))\b")
_ACCOUNTS = tuple(
    re.compile(form)
    for form in (
        r".*\bpaid in capital\b.*",
        r"(?:retained|reinvested) earnings.*|accumulated deficit.*",
        r"accumulated other comprehensive.*",
        r"(?:common|capital) stock.*",
    )
)
_CHANGE = re.compile(r".*\breclassif.*|.*\bother comprehensive\b.*|net .*\bchanges?\b.*")
_ACCUMULATED = re.compile(r"\baccumulated other comprehensive|\bAOCI\b", re.IGNORECASE)
_SOME = 2
"""Accounts that head parts of a table, and balances, from which on it is one of equity."""
_LINES: dict[Kind, tuple[str, ...]] = {
    "cash flows": (
        r"(?:(?:net )?cash|total) .*operati.*",
        r"(?:(?:net )?cash|total) .*(?:financing|investing).*",
        r"(?:purchase|acquisition|addition|payment|investment|proceeds|capital|.*dividends).*",
    ),
    "balance sheet": (
        "total assets|total liabilities and .*|total equity and .*",
        "total current assets|total liabilities.*|(?:total .*)?equity|goodwill",
    ),
    "income": (
        rf"(?:consolidated )?net (?:{RESULT}).*|(?:{RESULT}) for the (?:year|period)",
        rf".*(?:{RESULT}).* before .*tax.*|operating (?:{RESULT})|(?:{RESULT}) from operations"
        "|basic.*|.*per .*share.*",
        r".*\btax.*",
    ),
    "comprehensive income": (
        rf"(?:consolidated )?net (?:{RESULT}).*|(?:{RESULT}) for the (?:year|period)",
        rf"(?:total )?comprehensive (?:{RESULT}).*",
        r".*\b(?:translation|currency|hedg\w+|unrealized|pensions?|derivatives?|securities|benefits?"
        r"|retirement)\b.*",
    ),
    "deferred taxes": (
        r".*\bdeferred (?:income )?tax(?:es)? assets?\b.*",
        r".*\bdeferred (?:income )?tax(?:es)? liabilit.*",
        r"(?!.*\bdeferred tax).*\b(?:compensation|loss(?:es)?|credits?|leases?|depreciation"
        r"|accru\w+|reserves?|intangibles?|inventor\w+|propert\w+|pensions?)\b.*",
    ),
    "lease payments": (
        DISCOUNTED,
        THEREAFTER,
        r"(?:total|net|present value|.*\blease)\b.*",
    ),
    "leases": (OPERATING_LEASES, FINANCE_LEASES),
    "tax positions": (SETTLED, LAPSED, r".*\b(?:prior|current).*"),
    "taxes": (
        r"(?:total )?current(?:ly)?\b.*",
        r"(?:total )?deferred\b.*",
        r".*\b(?:federal|states?|foreign|international|domestic)\b.*",
    ),
    "plant": (
        r"(?:less )?accumulated depreciation.*",
        r"(?:.*\b)?(?:land|buildings?|machinery|furniture|software|leasehold|computer)\b.*",
        r".*\b(?:net|total)\b.*",
    ),
    "awards": (
        r"(?:.*\b)?(?:granted|awarded|issued)\b.*",
        r"(?:.*\b)?(?:vested|released|distributed)\b.*",
    ),
}
"""Patterns of lines by the kind of table; each must match a line of it."""
_OF_POSITIONS = re.compile(r"\b(?:unrecognized|uncertain|tax contingenc)", re.IGNORECASE)
_OF_TAXES = re.compile(r"\btax", re.IGNORECASE)
_OF_LEASES = re.compile(r"\blease", re.IGNORECASE)
_OPERATING = re.compile(r"\boperating\b", re.IGNORECASE)
_FINANCE = re.compile(r"\b(?:finance|financing|capital) lease", re.IGNORECASE)
_LESSOR = re.compile(r"receivable|receipts|lessor|sublease", re.IGNORECASE)
_OF_STOCKS = re.compile(r"\b(?:assets?|liabilit\w+|receivable|(?<!currently )payable)\b")
_NO_PLANT = re.compile(
    r"\blease liabilit|\bright of use\b|\btotal assets\b|^(?:additions|disposals)\b"
)
"""In lines of tables of other things, and of what leads from one balance of plant to the next."""
_FAIR_VALUE = re.compile(r"\bfair value", re.IGNORECASE)
_OF_OPTIONS = re.compile(r"exercise price|strike price", re.IGNORECASE)
_ABOVE = 2
"""Lines above a table that say what it is of."""


@dataclass(frozen=True)
class Statement:
    """A statement, or a table of the notes.

    Attributes:
        kind: What it states.
        table: Where it stands.
        lines: Names of its rows, as `line_name` gives them.
    """

    kind: Kind
    table: Table
    lines: tuple[str, ...]


def find_statements(layout: Layout) -> list[Statement]:
    """Finds the statements of a document, parent companies' and summaries included."""
    found = []
    for table in layout.tables:
        lines = tuple(line_name(layout.text_of(row[0])) for row in table.rows)
        kind = _kind(layout, table, lines)
        if kind is not None:
            found.append(Statement(kind, table, lines))
    return found


def has_minority(text: str, statements: Iterable[Statement]) -> bool:
    """Says whether a group has owners beside those of the parent: lines or accounts name them.

    Args:
        text: The document's text.
        statements: Its statements.
    """
    for statement in statements:
        if statement.kind == "cash flows":
            continue
        rows = zip(statement.table.rows, statement.lines, strict=True)
        named = (row for row, line in rows if _MINORITY.search(line) or _OF_PARENT.match(line))
        if any(has_figures(text, row) for row in named):
            return True
        if statement.kind == "equity" and _MINORITY.search(_heads(statement.table)):
            return True
    return False


def calls_equity_whole(statements: Iterable[Statement]) -> bool:
    """Says whether balance sheets call the sum of equity "total equity", and none says whose."""
    sheets = [each.lines for each in statements if each.kind == "balance sheet"]
    return any(map(_EQUITY.fullmatch, chain(*sheets))) and not any(
        map(_OWNED.fullmatch, chain(*sheets))
    )


def is_of_minority(line: str) -> bool:
    """Says whether a line's name is that of what belongs to minority interests."""
    return bool(_MINORITY.search(line))


def _kind(layout: Layout, table: Table, lines: Sequence[str]) -> Kind | None:
    balances = sum(1 for line in lines if _OPENING.match(line))
    if is_statement_of_equity(table):
        return "equity" if balances else None
    for kind, wanted in _LINES.items():
        has_lines = all(any(re.fullmatch(form, line) for line in lines) for form in wanted)
        if has_lines and _is_of(kind, layout, table, lines):
            return kind
    accounts = sum(any(map(account.fullmatch, lines)) for account in _ACCOUNTS)
    if accounts >= _SOME and balances >= _SOME:
        return "accounts of equity"
    return "accumulated comprehensive income" if _accumulates(layout, table, lines) else None


def _accumulates(layout: Layout, table: Table, lines: Sequence[str]) -> bool:
    """Whether a table leads from one balance of other comprehensive income to the next."""
    around = _around(layout, table, lines)
    return (
        sum(map(bool, map(STANDING.fullmatch, lines))) >= _SOME
        and any(map(_CHANGE.fullmatch, lines))
        and bool(_ACCUMULATED.search(around))
        and not _FAIR_VALUE.search(around)
    )


def _is_of(kind: Kind, layout: Layout, table: Table, lines: Sequence[str]) -> bool:
    """Whether heads and what stands above agree with what the lines of a table say it is."""
    heads, around = _heads(table), _around(layout, table, lines)
    if kind == "tax positions":
        return bool(_OF_POSITIONS.search(around))
    if kind == "taxes":
        return bool(_OF_TAXES.search(around)) and not any(map(_OF_STOCKS.search, lines))
    if kind == "leases":
        return bool(_OF_LEASES.search(around))
    if kind == "lease payments":
        if not _OF_LEASES.search(around) or _LESSOR.search(around):
            return False
        by_column = _OPERATING.search(heads)
        return bool(by_column or (_OPERATING.search(around) and not _FINANCE.search(around)))
    if kind == "comprehensive income" and _MINORITY.search(heads):
        return False
    if kind in ("comprehensive income", "deferred taxes") and any(map(_OPENING.match, lines)):
        return False
    if kind == "awards":
        return bool(_FAIR_VALUE.search(heads)) and not _OF_OPTIONS.search(heads)
    if kind == "plant" and any(map(_NO_PLANT.search, lines)):
        return False
    return not _ELSEWHERE.search(f"{heads} {' '.join(lines[: table.body + 1])}")


def _around(layout: Layout, table: Table, lines: Sequence[str]) -> str:
    """What stands above a table, in its heads and in its lines."""
    return f"{_heads(table)} {' '.join(lines)} {' '.join(layout.above(table)[:_ABOVE])}"


def _heads(table: Table) -> str:
    heads = dict.fromkeys(cell.column for row in table.rows for cell in row if cell.column)
    return " ".join(heads).lower()
