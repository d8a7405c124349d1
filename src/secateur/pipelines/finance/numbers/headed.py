"""What heads leave of a number's types: shares, amounts a share, or the money of an equity account.

The head for numbers learnt from ten filings and sees the words of heads as a mean of many. Some
heads leave no choice: "Number of shares" counts shares, "Weighted-average exercise price" is an
amount a share, and in a statement of changes in equity all that is not under "Shares" is money.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.layout import Layout, Table, row_at
from secateur.pipelines.finance.candidates.vocabulary import EACH
from secateur.pipelines.finance.figures.units import read_units
from secateur.pipelines.finance.numbers.changes import cells_of_changes
from secateur.pipelines.finance.numbers.context import (
    IN_CURRENCY,
    MONEY_SIGN,
    columns_of,
    figures_of_columns,
)
from secateur.pipelines.finance.numbers.counted import counted_cells
from secateur.pipelines.finance.numbers.equity import is_statement_of_equity, rows_of_accounts
from secateur.pipelines.finance.numbers.marks import NOTES
from secateur.pipelines.finance.numbers.owned import cells_of_rights
from secateur.pipelines.finance.numbers.prices import price_cells
from secateur.pipelines.finance.numbers.rows import (
    EXCEPTION,
    NO_FIGURE,
    is_of_money,
    says_per_share,
    states_money,
    types_of_rows,
)

_SECURITIES = (
    r"(?:shares|(?:stock |share )?(?:options|awards)|(?:stock|share) units|[RP]SUs|PRSUs|warrants)"
)
_VALUE = re.compile(
    r"\b(?:(?:aggregate|total) (?:intrinsic|fair|grant[- ]date fair) value"
    r"|(?:carrying|book|(?<!date )fair) (?:value|amount)s?|amortized cost"
    r"|unrealized (?:gains?|loss(?:es)?)|accumulated amortization"
    rf"|outstanding principal|principal outstanding|(?:principal|notional) amounts?)|{EACH}",
    re.IGNORECASE,
)
_IN_NUMBER = re.compile(
    r"(?:threshold|target|maximum|shares|units|options|awards|underlying|vested)\b.*\(#\)\W*"
    r"(?:\(?\w\)?)?$",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"%|^(?!.*\$).*\bchanges?\b|\bgrowth\b", re.IGNORECASE)
"""In the head of a column of changes, which are percentages of what rows name."""
_SHARES = re.compile(
    r"\bshares\b|\b(?:stock|share|restricted|performance)(?:[- ]based)? (?:options|units|awards)\b"
    r"|\bnumber of (?:options|awards|warrants|rights)\b|\b(?:RSUs|PSUs|PRSUs)\b"
    r"|\bpartner(?:ship|s)? units\b|\bbeneficial(?: ownership|ly owned)\b",
    re.IGNORECASE,
)
_COLUMN_OF_SHARES = re.compile(
    r"(?:^|\b(?:stock|of|outstanding) )shares\b|\bpartner(?:ship|s)? units\b", re.IGNORECASE
)
"""In a statement of equity "Treasury shares" alone may head an account."""
_AWARDS = re.compile(r"(?:options|awards|units|rights|warrants)(?: ?\(\w+\))*", re.IGNORECASE)
_ALLOCATED = re.compile(r"\b(?:income|earnings) allocat|\ballocated (?:income|earnings)", re.I)
_OWN = re.compile(r"\b(?:income|amounts?|allocation|number|numerator|denominator)\b", re.IGNORECASE)
"""What the lowest part of a head measures, whatever stands above it."""
_NOT_SHARES = re.compile(
    r"value|price|cost|expense|amount(?! and nature)|terms?\b|life|percent|per\b|proceeds|held by"
    r"|dividend|earnings|[$€£¥₹%]",
    re.IGNORECASE,
)
_NO_MONEY = re.compile(
    r"%|\bper ?cent|(?<!exchange )\brates?\b|\b(?:basic|diluted|margin|ratio|growth|yield"
    r"|return|occupancy|change|volatility|shares|number|price|per|(?<!stock )(?<!share )units?"
    r"|multiple|employees|stores|average|term|life)\b",
    re.IGNORECASE,
)
"""Words beside what may be no money in a table of money."""
_MONEY_LINE = re.compile(
    r"(?:(?:net|total|operating|gross|segment) )*(?:income|earnings|revenues?|sales|profits?|loss"
    r"|assets|liabilities)\W*(?:\(loss\)\W*)?(?:numerator\W*)?|numerator",
    re.IGNORECASE,
)
"""Head of a column that is named after a line of a statement, or of what shares divide."""
_COUNTED = re.compile(
    rf"\bnumber of (?:[\w-]+ ){{0,3}}{_SECURITIES}\b"
    rf"|\b(?:{_SECURITIES}|securities)\b.{{0,80}}\b(?:excluded|anti-?dilutive|reserved)\b"
    rf"|\b(?:excluded|anti-?dilutive|reserved)\b.{{0,80}}\b(?:{_SECURITIES}|securities)\b"
    r"|\bexcluded\b.{0,60}\bdiluted (?:earnings|net income|EPS)\b",
    re.IGNORECASE,
)
_ALL_SHARES = re.compile(r"(?:(?:common|ordinary|issued) )?shares(?: of common stock)?", re.I)
"""What stands above all rows of a table of shares, beside years."""
_PRICES = re.compile(r"[$€£¥₹]?\s?[\d.,]+(?:\s?(?:to|and|-|–|—)\s?[$€£¥₹]?\s?[\d.,]+)?")
_NUMBER = re.compile(r"\d[\d.,]*")
_SMALL = re.compile(r"\d\d?")
"""What numbers a note, below a head that others span ("Year ended 30 June" over "Note")."""
_MARK = re.compile(r"\(\d\)")
"""A note's, and no amount a share, which has decimals."""
_LAST = 300
"""Characters of the paragraph above a table that say what it counts."""


def types_by_head(layout: Layout) -> dict[int, str]:
    """Finds the cells of tables whose heads leave their figures one type.

    Args:
        layout: The document.

    Returns:
        By a cell's first character a type or `NO_FIGURE`.
    """
    found: dict[int, str] = {}
    for table in layout.tables:
        equity = is_statement_of_equity(table)
        by_row = types_of_rows(layout, table)
        counted = _counts_shares(layout, table, by_row)
        lowest = lowest_heads(layout, table)
        things = counted_cells(layout, table, lowest)
        money, accounts = _cells_of_money(layout, table), rows_of_accounts(layout, table)
        for (head, _), cell in columns_of(table):
            text = layout.text_of(cell)
            if not is_figure(text):
                continue
            untouched = equity and _untouched(cell.row or "", text)
            note = NOTES.fullmatch(lowest.get(head, head)) and _SMALL.fullmatch(text)
            if untouched or note or cell.start in things:
                found[cell.start] = NO_FIGURE
                continue
            kind = _by_heads(head, lowest.get(head, head), equity) if head else None
            of_money = _MONEY_LINE.fullmatch(lowest.get(head, head))
            by_its_row = None if _CHANGES.search(head) else by_row.get(row_at(table, cell.start))
            if kind is None:
                kind = "MONEY" if of_money and by_its_row == "PER_SHARE" else by_its_row
            if kind is None and counted and not _NOT_SHARES.search(f"{cell.column} {cell.row}"):
                kind = "SHARES"
            in_money = cell.start in money or row_at(table, cell.start) in accounts
            if kind is None and (in_money or any(map(is_of_money, (head, cell.row or "")))):
                kind = "MONEY"
            if kind is None and of_money:
                kind = None if _NO_MONEY.search(cell.row or "") else "MONEY"
            if kind == "PER_SHARE" and _MARK.fullmatch(text):
                kind = NO_FIGURE
            if kind is not None:
                found[cell.start] = kind
        found |= dict.fromkeys(cells_of_rights(table), "SHARES")
        found |= dict.fromkeys(_sums_of_shares(table, lowest, found), "SHARES")
        found |= _first_cells(layout, table, counted)
        found |= dict.fromkeys(cells_of_changes(layout, table, lowest), "PERCENT")
        found |= dict.fromkeys(price_cells(layout, table, lowest), "PER_SHARE")
    return found


def _untouched(row: str, figure: str) -> bool:
    """Whether a cell of a statement of equity says that a change leaves an account alone.

    Only a balance of zero is a figure there.
    """
    return not row.lower().startswith("balance") and not any(
        digit in figure for digit in "123456789"
    )


def lowest_heads(layout: Layout, table: Table) -> dict[str, str]:
    """For heads of columns in several rows the part in the lowest, but for lines of units."""
    parts = [layout.text_of(cell) for row in table.rows[: table.body] for cell in row]
    parts = [part for part in parts if part and not part.startswith("(")]
    heads = {cell.column for row in table.rows for cell in row[1:] if cell.column}
    inside = {head: [part for part in parts if part in head] for head in heads}
    return {head: found[-1] for head, found in inside.items() if found}


def _sums_of_shares(
    table: Table, lowest: Mapping[str, str], found: Mapping[int, str]
) -> Iterator[int]:
    """Cells of columns "Total" that sum up nothing but numbers of shares."""
    for row in table.rows[table.body :]:
        for number, cell in enumerate(row[2:], 2):
            head = cell.column or ""
            is_sum = lowest.get(head, head).lower() in ("total", "totals")
            parts = row[1:number] if is_sum and cell.start not in found else ()
            if parts and all(found.get(part.start) == "SHARES" for part in parts):
                yield cell.start


def _by_heads(head: str, lowest: str, equity: bool) -> str | None:
    """By the lowest part of a head before the whole: "Earnings per share" over "Shares"."""
    if lowest == head:
        return _by_head(head, equity)
    kind = None if equity and not _COLUMN_OF_SHARES.search(lowest) else _by_head(lowest, equity)
    if kind is None and not equity and _AWARDS.fullmatch(lowest):
        return "SHARES"
    if kind is None and not equity and _OWN.search(lowest):
        return "MONEY" if _ALLOCATED.search(lowest) else None
    return kind or _by_head(head, equity)


def _by_head(head: str, equity: bool) -> str | None:
    head = EXCEPTION.sub("", head)
    if _IN_NUMBER.search(head):
        return "SHARES"
    if _SHARES.search(head) and not _NOT_SHARES.search(head):
        return "SHARES" if not equity or _COLUMN_OF_SHARES.search(head) else None
    if not equity and says_per_share(head):
        return "PER_SHARE"
    return "MONEY" if equity or _VALUE.search(head) or IN_CURRENCY.search(head) else None


def _cells_of_money(layout: Layout, table: Table) -> set[int]:
    """Cells of columns that open with a currency sign, in a table that is all in a currency.

    Left out are columns with a percent sign, and cells of whose row a word speaks of else.
    """
    if not states_money(layout, table):
        return set()
    columns = figures_of_columns(layout, table)
    opened = (cells for cells in columns.values() if MONEY_SIGN.search(layout.text_of(cells[0])))
    plain = (cells for cells in opened if not any("%" in layout.text_of(cell) for cell in cells))
    return {
        cell.start
        for cells in plain
        for cell in cells
        if not _NO_MONEY.search(f"{cell.row} {cell.column}")
    }


def _counts_shares(layout: Layout, table: Table, by_row: Mapping[int, str]) -> bool:
    """Whether a table counts shares by its unit line or by what stands above it.

    It bears no amounts and percentages but in rows that say so ("Dividends per share").
    """
    plain = (row for number, row in enumerate(table.rows) if number not in by_row)
    text = "\n".join(layout.document.text[row[0].start : row[-1].end] for row in plain)
    if MONEY_SIGN.search(text) or "%" in text:
        return False
    lines = [layout.text_of(cell) for row in table.rows[: table.body] for cell in row]
    if any(map(_shares_only, lines)):
        return True
    corners = {layout.text_of(row[0]) for row in table.rows[: table.body] if len(row) > 1}
    corners &= set(layout.heads(table, table.body))
    if layout.years(table) and any(map(_ALL_SHARES.fullmatch, corners)):
        return True
    above = layout.above(table)
    return bool(above) and above[0].endswith((":", ")")) and _states_count(above[0])


def _shares_only(line: str) -> bool:
    units = read_units(line)
    return units is not None and units.shares is not None and units.money is None


def _states_count(line: str) -> bool:
    sentence = re.split(r"\.\s", line[-_LAST:])[-1]
    return bool(_COUNTED.search(sentence)) and not MONEY_SIGN.search(sentence)


def _first_cells(layout: Layout, table: Table, counted: bool) -> dict[int, str]:
    """Types of figures at the beginning of rows: ranges of prices, and sums without a head."""
    heads = table.rows[: table.body]
    prices = bool(heads) and says_per_share(layout.text_of(heads[-1][0]))
    firsts = [row[0] for row in table.rows[table.body :] if is_figure(layout.text_of(row[0]))]
    found = {cell.start: "MONEY" for cell in firsts if cell.column and is_of_money(cell.column)}
    if not prices and not counted:
        return found
    form, kind = (_PRICES, "PER_SHARE") if prices else (_NUMBER, "SHARES")
    bare = (cell for cell in firsts if not cell.column)
    return found | {cell.start: kind for cell in bare if form.fullmatch(layout.text_of(cell))}
