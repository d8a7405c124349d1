"""The primary statements among a document's tables: income, balance sheet, cash flows, equity.

Filers tag the lines of statements alike, whatever else they call "net income" or "total assets" on
the way; which table is a statement shows in the lines it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from secateur.pipelines.finance.layout import Layout, Table, has_figures
from secateur.pipelines.finance.numbers.headed import is_statement_of_equity

Kind = Literal["income", "balance sheet", "cash flows", "equity", "accounts of equity"]
"""Equity's accounts stand in columns, or one below the other."""

RESULT = "income|earnings|profit|loss|result"
"""Words for what is left of revenue."""

_ASIDE = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_OTHERS = re.compile(r"[^a-z' &]+")
_ELSEWHERE = re.compile(
    r"fair value|\blevel\b|carrying|discontinued|held for sale|parent\b|quoted|reclassified"
)
"""In the heads of tables that have the lines of a statement and are none."""
_MINORITY = re.compile(r"non ?controlling|minority interest")
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
_LONGEST = 200
"""Characters of a line's head that are read."""
_SOME = 2
"""Accounts that head parts of a table, and balances, from which on it is one of equity."""
_LINES: dict[Kind, tuple[str, ...]] = {
    "cash flows": (
        r"(?:(?:net )?cash|total) .*operati.*",
        r"(?:(?:net )?cash|total) .*(?:financing|investing).*",
        r"(?:purchase|acquisition|addition|payment|investment|proceeds|capital|.*dividends).*",
    ),
    "balance sheet": (
        "total assets",
        "total current assets|total liabilities.*|total .*equity|goodwill",
    ),
    "income": (
        rf"(?:consolidated )?net (?:{RESULT}).*|(?:{RESULT}) for the (?:year|period)",
        rf".*(?:{RESULT}).* before .*tax.*|operating (?:{RESULT})|(?:{RESULT}) from operations"
        "|basic.*|.*per .*share.*",
        r".*\btax.*",
    ),
}
"""Of each kind, lines of which each must be there."""


@dataclass(frozen=True)
class Statement:
    """A primary statement.

    Attributes:
        kind: What it states.
        table: Where it stands.
        lines: Names of its rows, as `line_name` gives them.
    """

    kind: Kind
    table: Table
    lines: tuple[str, ...]


def line_name(text: str) -> str:
    """Writes a line's name in small letters, without asides, digits and most signs.

    "Net income (loss), Note 4" becomes "net income note".
    """
    text = _ASIDE.sub(" ", text[:_LONGEST].lower().replace("’", "'"))
    return " ".join(_OTHERS.sub(" ", text).split())


def find_statements(layout: Layout) -> list[Statement]:
    """Finds the primary statements of a document, parent companies' and summaries included."""
    found = []
    for table in layout.tables:
        lines = tuple(line_name(layout.text_of(row[0])) for row in table.rows)
        kind = _kind(table, lines)
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
        if any(_MINORITY.search(line) and has_figures(text, row) for row, line in rows):
            return True
        if statement.kind == "equity" and _MINORITY.search(_heads(statement.table)):
            return True
    return False


def is_of_minority(line: str) -> bool:
    """Says whether a line's name is that of what belongs to minority interests."""
    return bool(_MINORITY.search(line))


def _kind(table: Table, lines: Sequence[str]) -> Kind | None:
    balances = sum(1 for line in lines if _OPENING.match(line))
    if is_statement_of_equity(table):
        return "equity" if balances else None
    for kind, wanted in _LINES.items():
        if all(any(re.fullmatch(form, line) for line in lines) for form in wanted):
            heads = f"{_heads(table)} {' '.join(lines[: table.body + 1])}"
            return None if _ELSEWHERE.search(heads) else kind
    accounts = sum(any(map(account.fullmatch, lines)) for account in _ACCOUNTS)
    return "accounts of equity" if accounts >= _SOME and balances >= _SOME else None


def _heads(table: Table) -> str:
    heads = dict.fromkeys(cell.column for row in table.rows for cell in row if cell.column)
    return " ".join(heads).lower()
