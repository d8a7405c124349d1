"""Cells of tables of which signs elsewhere in the table say what they are.

A currency or percent sign often stands in a column's first row only, a scale above the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.finance.figures.units import read_units
from secateur.pipelines.finance.numbers.context import (
    IN_CURRENCY,
    MONEY_SIGN,
    columns_of,
    figures_of_columns,
    is_money,
)

_SHARE_OF_ALL = re.compile(r"\(?(?:\d{1,2}(?:\.\d+)?|100(?:\.0+)?)\s?%?\s?\)?\s?%?|\W{1,2}%?")
_ALL_SHARES = re.compile(r"\((?:in )?(?:%|per ?cent)\)\W*$|, in (?:%|per ?cent)$", re.IGNORECASE)
"""First cell of a table that holds percentages: "Performance (%)"."""
_IN_PERCENT = re.compile(r"(?:%|\bper ?cent(?:age)?)\W*$", re.IGNORECASE)
"""How a head ends below which all are percentages, whatever stands above it."""
_LARGE = re.compile(r"\d,\d{3}|\d\.\d|[$€£¥₹]")
_GROUPED = re.compile(r"\d,\d{3}(?!\d)")
_MARKS = 2
"""Figures in a column without a head that may all be marks."""
_RATE = re.compile(
    r"%|\bper ?cent|\brates?\b|\bbps\b|\bbasis points|\b(?:margin|ratio|growth|yield|return"
    r"|share of|occupancy|turnover|spread)",
    re.IGNORECASE,
)
_RATE_ROW = re.compile(r"%|\bper ?cent|(?<!exchange )\brates?\b", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:changes?|variance|variation|growth|increase|decrease)\b", re.IGNORECASE)
_CHANGE_IN_PERCENT = re.compile(r"%(?! of\b)|\bper ?cent(?:age)? change", re.IGNORECASE)
_OVER_ALL = re.compile(r"\D*(?:[1-9]\d{2,}|\d{1,3}(?:,\d{3})+)(?:\.\d+)?\)?")
"""What a share of all is seldom: numbers from a hundred on."""
_MARK = re.compile(r"\(\d\)")
"""What fills a cell and may be a mark of a note."""
_SMALL = re.compile(r"\(?\d{1,2}\)?")


class SignedCells(NamedTuple):
    """Characters of cells of which signs elsewhere in the table say what they are.

    Attributes:
        percent: Of columns of at most 100 that are headed "Percent", and of cells without a sign in
            those whose first figure bears a percent sign.
        money: Of columns that bear a currency, of columns and rows whose heads name one, of tables
            whose heads or lines above do ("Dollars in millions"), and of columns without a head
            where these state a scale: figures, though not always of money.
        amounts: Of such columns that bear no percent sign, but in rows of rates, of such rows
            ("Revenue ($ millions)"), and of such tables what has no sign beside what has one;
            what no rate is by its heads, where the table states a scale and it is over 100, its
            row's change bears the percent sign, or another column holds the change in percent.
        rates: Of columns that bear a percent sign anywhere, where the table states no currency, and
            of those whose heads do.
        figures: Of tables that state a scale or bear a currency, or go on from one that does,
            all figures that are no marks, of whatever kind, and those of columns of percentages
            and of columns whose heads name a currency.
    """

    percent: set[int]
    money: set[int]
    amounts: set[int]
    figures: set[int]
    rates: set[int]


def cells_by_sign(layout: Layout) -> SignedCells:
    """Finds numbers that fill a cell of which signs elsewhere in the table say what it is."""
    said = SignedCells(set(), set(), set(), set(), set())
    measured: dict[int, int] = {}
    for table in layout.tables:
        columns = figures_of_columns(layout, table)
        units = _stated(layout, table)
        if _measures(layout, table, units.money or units.shares, measured):
            for below in columns.values():
                said.figures.update(_characters(_sure(layout, below)))
        if _ALL_SHARES.search(layout.text_of(table.rows[0][0])):
            plain = (cell for _, cell in columns_of(table) if "%" not in (cell.column or ""))
            shares = (cell for cell in plain if _SHARE_OF_ALL.fullmatch(layout.text_of(cell)))
            said.percent.update(_characters(shares))
        for (head, _), cells in columns.items():
            _read_column(layout, head, cells, units, said)
        said.amounts.update(_characters(_beside_changes(layout, table)))
    return said


def _read_column(
    layout: Layout, head: str, cells: Sequence[Passage], units: _Units, said: SignedCells
) -> None:
    """Adds what signs say of the figures of a column, in a table that states such units."""
    texts = [layout.text_of(cell) for cell in cells]
    if not head:
        said.money.update(_characters(cells if units.money and _are_amounts(texts) else ()))
        return
    if _IN_PERCENT.search(head) and all(map(_SHARE_OF_ALL.fullmatch, texts)):
        said.percent.update(_characters(cells))
        said.rates.update(_characters(cells if any("%" in figure for figure in texts) else ()))
        said.money.update(_characters(cells if units.currency else ()))
        return
    if "%" not in head:
        named = _characters(cell for cell in cells if is_money(cell.row or ""))
        said.money.update(named)
        said.amounts.update(named)
    headed = is_money(head)
    if headed or IN_CURRENCY.search(head):
        said.figures.update(_characters(_sure(layout, cells)))
    signed = any(map(MONEY_SIGN.search, texts)) or headed
    if headed or (signed and not any("%" in figure for figure in texts)):
        rated = (cell for cell in cells if not _RATE_ROW.search(cell.row or ""))
        said.amounts.update(_characters(rated))
    if not _RATE.search(head):
        said.amounts.update(_characters(_with_thousands(cells, texts)))
    if any("%" in figure for figure in texts) and ("%" in head or not units.currency):
        said.rates.update(_characters(cells))
    if units.money and not _RATE.search(head):
        pairs = zip(cells, texts, strict=True)
        large = (cell for cell, figure in pairs if _OVER_ALL.fullmatch(figure))
        said.amounts.update(_characters(cell for cell in large if not _RATE.search(cell.row or "")))
    if units.currency and "%" not in head:
        said.amounts.update(_characters(_amounts_beside(cells, texts)))
    if units.currency or signed:
        said.money.update(_characters(cells))
    elif "%" in texts[0] and all(map(_SHARE_OF_ALL.fullmatch, texts)):
        pairs = zip(cells, texts, strict=True)
        said.percent.update(_characters(cell for cell, figure in pairs if "%" not in figure))
        said.figures.update(_characters(cells))


def _measures(layout: Layout, table: Table, scaled: bool, measured: dict[int, int]) -> bool:
    """Whether a table states a scale or bears a currency, or goes on from one that does.

    Args:
        layout: The document's passages.
        table: The table.
        scaled: Whether it states a scale.
        measured: Cells of the longest row by such a table's start; the table is added to it.
    """
    width = max(map(len, table.rows))
    earlier = layout.continued_from(table)
    found = (
        scaled
        or (earlier is not None and measured.get(earlier.start) == width)
        or any(
            is_figure(text) and MONEY_SIGN.search(text)
            for row in table.rows
            for text in map(layout.text_of, row[1:])
        )
    )
    if found:
        measured[table.start] = width
    return found


def _sure(layout: Layout, cells: Sequence[Passage]) -> Iterator[Passage]:
    """Figures of a column of a table of amounts that are no marks, and no dashes without a rate.

    Two digits in a column without a head may count months, where nothing else stands in it.
    """
    numbers = (text for text in map(layout.text_of, cells) if any(map(str.isdigit, text)))
    small = not cells[0].column and all(map(_SMALL.fullmatch, numbers))
    for cell in cells:
        if _is_sure(layout, cell) and not (small and _SMALL.fullmatch(layout.text_of(cell))):
            yield cell


def _is_sure(layout: Layout, cell: Passage) -> bool:
    """Whether a figure is no mark of a note, and no dash where no rate was set.

    Where marks of notes are raised they are known, and "(1)" is an amount.
    """
    figure = layout.text_of(cell)
    if any(map(str.isdigit, figure)):
        return bool(layout.document.note_marks) or not _MARK.fullmatch(figure)
    return "%" in figure or not _RATE_ROW.search(cell.row or "")


class _Units(NamedTuple):
    """What a table's heads, or the two lines above it, state: scales of money or shares."""

    currency: bool
    money: bool
    shares: bool


def _stated(layout: Layout, table: Table) -> _Units:
    heads = (layout.text_of(cell) for row in table.rows[: table.body] for cell in row)
    lines = [read_units(line) for line in (*heads, *layout.above(table)[:2])]
    found = [line for line in lines if line is not None]
    money = [line for line in found if line.money is not None]
    return _Units(
        any(line.currency is not None for line in money),
        bool(money),
        any(line.shares is not None for line in found),
    )


def _amounts_beside(cells: Sequence[Passage], texts: Sequence[str]) -> Iterator[Passage]:
    """Cells of a column that also has percentages: those above them, and what no share is.

    Below the first percent sign others may be left out, as in the reconciliation of a tax rate.
    """
    first = next((number for number, text in enumerate(texts) if "%" in text), 0)
    for number, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        small = number > first and _SHARE_OF_ALL.fullmatch(text)
        if first and "%" not in text and not small and not _RATE.search(cell.row or ""):
            yield cell


def _beside_changes(layout: Layout, table: Table) -> Iterator[Passage]:
    """Cells without a percent sign in rows of which the change has one, but for rates.

    Where one column of changes is in percent another is in the table's unit: "Change" beside "%".
    """
    heads = {cell.column for row in table.rows for cell in row if cell.column}
    in_percent = any(map(_CHANGE_IN_PERCENT.search, heads))
    for row in table.rows[table.body :]:
        cells = [(cell, cell.column or "") for cell in row[1:] if is_figure(layout.text_of(cell))]
        signed = [head for cell, head in cells if "%" in layout.text_of(cell)]
        changes = [h for h in signed if _CHANGE.search(h) or _CHANGE_IN_PERCENT.search(h)]
        if len(changes) < len(signed) or _RATE.search(layout.text_of(row[0])):
            continue
        for cell, head in cells:
            if head in signed or _RATE.search(head):
                continue
            if (in_percent and _CHANGE.search(head)) or (changes and not _CHANGE.search(head)):
                yield cell


def _with_thousands(cells: Sequence[Passage], texts: Sequence[str]) -> Iterator[Passage]:
    """Whole numbers of a column without percent signs of which others are in the thousands.

    Rates may stand below them, as in the reconciliation of a tax rate, but have decimals there.
    """
    if any(map(_GROUPED.search, texts)) and not any("%" in text for text in texts):
        for cell, text in zip(cells, texts, strict=True):
            if "." not in text and not _RATE.search(cell.row or ""):
                yield cell


def _are_amounts(texts: Sequence[str]) -> bool:
    """Whether figures of a column without a head are no marks of notes."""
    return len(texts) > _MARKS and any(map(_LARGE.search, texts))


def _characters(cells: Iterable[Passage]) -> set[int]:
    return {at for cell in cells for at in range(cell.start, cell.end)}
