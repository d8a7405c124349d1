"""The power of ten that a printed number is multiplied by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache, cached_property
from types import MappingProxyType

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import UNIT_HEAD, Layout, Table, once_for_each_table, row_at
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY, EACH
from secateur.pipelines.finance.figures.numbers import NUMERAL, Printed, read_numeral
from secateur.pipelines.finance.figures.units import Units, read_units

_AMOUNT_CELL = re.compile(rf"\W*({NUMERAL})\)?")
_COUNTED = re.compile(r"\b(?:shares|units|number|options|awards|[RP]SUs)\b", re.IGNORECASE)
"""In heads of rows that may be printed in full in a table of millions."""
_TIMES_STATED = 3
"""How many times the most that is stated anywhere an amount elsewhere may be."""
_FROM_A_THOUSAND = re.compile(r"\d(?:[.,'’\s]?\d{3})+(?P<decimals>[.,]\d{1,2})?(?![.,]?\d)")
_LINE = 400
"""Most characters of a line that tells the units of what follows."""
_UNIT_CELL = 20
"""Most characters of a cell that tells a unit alone."""
_THOUSANDS, _MILLIONS = 3, 6
"""Powers of ten."""
MILLION = 1_000_000
_SEVERAL = 3
"""Unit lines of a section from which on they hold for its tables without one."""
_LARGE = 10_000
"""From here on an amount may be printed in full where others are in millions."""
_NO_STATEMENTS = frozenset(
    f"Item {number}" for number in "1 1A 1B 1C 2 3 4 5 9 9A 9B 10 11 12 13".split()
)
"""Items whose tables without a unit line print prices, stores and people in full."""

_PURCHASES = re.compile(
    r"\bnumber of (?:[\w-]+ )?(?:shares|units)\b.*\b(?:re)?purchased", re.IGNORECASE
)
"""In heads of the table of shares bought back, which prints shares, prices and sums in full."""
_EACH = re.compile(
    rf"{EACH}"
    r"|\b(?:per|a) (?:ounce|oz|tonne|ton|barrel|boe|unit|pound|gallon|[kMGT]Wh|acre"
    r"|(?:[a-z-]+ )?sq(?:uare|\.)? ?(?:foot|feet|ft)"
    r"|square met(?:er|re)|room|bed|day|hour|employee|customer)\b"
    r"|\baverage (?:[\w-]+ ){0,2}(?:fares?|prices?|rents?|tickets?|wages?)\b"
    r"|\((?:in )?(?:(?:whole|actual|u\.?s\.?) )?(?:dollars|euros|pounds)\)",
    re.IGNORECASE,
)
"""In heads of prices that are printed in full."""
_PRICE = re.compile(
    rf"(?:{CURRENCY}\s?)?(?:{NUMERAL}) per (?!annum|year|quarter|month|week)[a-z]", re.IGNORECASE
)
"""What one thing costs, which running text prints in full."""
_MINOR = re.compile(
    r"\b(?P<pence>pence)\b|\b(?:cents|cps)\b|¢|\((?P<p>p)[)/]|(?:^|\s)(?P<alone>p)$", re.IGNORECASE
)
_MOST: Mapping[str, Decimal] = MappingProxyType(
    {"MONEY": Decimal("1e14"), "SHARES": Decimal("5e11")}
)
"""Larger amounts and numbers of shares are found in no report; they were printed in full."""


class Scales:
    """What a document says of the scale of its numbers, where it says so.

    Attributes:
        usual: The unit line that stands most often, None where there is none.
    """

    def __init__(self, layout: Layout, *, comma: bool = False) -> None:
        """Reads every unit line of a document.

        Args:
            layout: The document.
            comma: Whether it writes decimals with a comma.
        """
        self._layout, self._comma = layout, comma
        # Figures of one table ask for the same heads and lines.
        self._read = cache(read_units)
        stated = [(section, units) for section, units in _stated(layout) if units.money is not None]
        self.usual = _most_common(units for _, units in stated)
        # The discussion of a report in billions says nothing of the notes, which are in millions.
        sections = Counter(section for section, _ in stated)
        self._usual = {
            section: _most_common(units for other, units in stated if other == section)
            for section, count in sections.items()
            if section and count >= _SEVERAL
        }
        self._whole = _said_of_all(layout)

    def units_at(self, start: int, label: str) -> Units | None:
        """Finds the unit line that governs a figure.

        Args:
            start: First character of the figure.
            label: "MONEY" or "SHARES".

        Returns:
            The nearest line that speaks of the type: in the heads of the figure's row and column,
            in the rows above it, above the table, then further up; in prose only a line that says
            it holds for the whole document. Of tables in the items without statements, and of
            shares bought back, no more than what stands by them counts.
        """
        table = self._layout.table_at(start)
        if table is None:
            price = _PRICE.match(self._layout.document.text, start)
            return self._whole if label == "MONEY" and not price else None
        passage = self._layout.passage_at(start)
        for head in (passage.row, passage.column) if passage else ():
            units = self._read(head, of_any=True) if head else None
            if units is None and head and _EACH.search(head):
                return Units(0, 0, self.usual.currency if self.usual else None)
            if units is not None and label == "SHARES" and units.dollars and units.shares is None:
                continue  # A line of units below the heads of columns speaks of amounts alone.
            if units is not None:
                # What a figure's own head says is said of that figure, whatever it calls it.
                power = units.money if units.shares is None else units.shares
                return replace(units, money=power, shares=power, dollars=False)
        row = row_at(table, start)
        for cell in table.rows[row][1:]:
            text = self._layout.text_of(cell)
            text = f"in {text}" if UNIT_HEAD.fullmatch(cell.column or "") else text
            units = self._read(text) if len(text) <= _UNIT_CELL else None
            if units is not None and not is_figure(text):
                return units
        for text in (*self._layout.heads(table, row), *self._layout.above(table)):
            units = self._read(text)
            if units is not None and units.scale(label) is not None:
                return units
        section = passage.section if passage else None
        in_full = section in _NO_STATEMENTS or self._is_of_purchases(table)
        return None if in_full else self._usual.get(section or "", self.usual)

    def is_usual(self, units: Units | None) -> bool:
        """Says whether units are those of the document or of a section, and of no line near by."""
        return any(units is usual for usual in (self.usual, *self._usual.values()))

    @once_for_each_table
    def _is_of_purchases(self, table: Table) -> bool:
        heads = {cell.column for row in table.rows for cell in row if cell.column}
        return any(map(_PURCHASES.search, heads))

    def is_in_full(self, start: int, number: Decimal, units: Units) -> bool:
        """Says whether an amount that no unit line stands by is printed in full: "$225,000,000".

        So is one that stands in a column with what millions would make far more than any amount
        of the tables that state their units.

        Args:
            start: First character of the amount.
            number: The amount as printed.
            units: A unit line that stands elsewhere.
        """
        amount, power = abs(number), units.money or 0
        if amount >= MILLION and amount % 1_000 == 0:
            return True
        if power < _MILLIONS or self._most_stated is None:
            return False
        table, passage = self._layout.table_at(start), self._layout.passage_at(start)
        if table is not None and passage is not None and passage.column:
            amount = max(amount, self._largest(table).get(passage.column, amount))
        return amount >= _LARGE and amount.scaleb(power) > _TIMES_STATED * self._most_stated

    @once_for_each_table
    def _largest(self, table: Table) -> dict[str, Decimal]:
        """The largest amount of each column that has a head."""
        found: dict[str, Decimal] = {}
        for cell, amount in self._amounts(table):
            if cell.column:
                found[cell.column] = max(amount, found.get(cell.column, amount))
        return found

    @cached_property
    def _most_stated(self) -> Decimal | None:
        return max(self._stated_amounts(), default=None)

    def _stated_amounts(self) -> Iterator[Decimal]:
        """Amounts of the tables that state their units, each in full."""
        for table in self._layout.tables:
            lines = (*self._layout.heads(table, len(table.rows)), *self._layout.above(table))
            units = next((units for line in lines if (units := self._read(line))), None)
            if units is None or units.money is None:
                continue
            amounts = (amount.scaleb(units.money) for _, amount in self._amounts(table))
            yield from (amount for amount in amounts if amount < _MOST["MONEY"])

    def _amounts(self, table: Table) -> Iterator[tuple[Passage, Decimal]]:
        """The amounts of a table as they are printed, with their cells."""
        for cell in (cell for row in table.rows for cell in row[1:]):
            found = _AMOUNT_CELL.fullmatch(self._layout.text_of(cell))
            number = found and read_numeral(found[1], comma=self._comma)
            if number and not _COUNTED.search(cell.row or ""):
                yield cell, number

    def has_decimals(self, start: int) -> bool:
        """Says whether most of the numbers from a thousand on in a figure's table have decimals.

        Under "in thousands" it prints amounts so; elsewhere what has decimals is a price.
        """
        table = self._layout.table_at(start)
        return table is not None and self._has_decimals(table)

    @once_for_each_table
    def _has_decimals(self, table: Table) -> bool:
        cells = (self._layout.text_of(cell) for row in table.rows[table.body :] for cell in row[1:])
        large = [found for cell in cells if (found := _FROM_A_THOUSAND.search(cell))]
        return 2 * sum(found["decimals"] is not None for found in large) > len(large)


def in_minor_units(printed: Printed, heads: Iterable[str | None]) -> Printed:
    """Reads a number without currency as pence or cents where a head of it says so.

    Args:
        printed: What stands there.
        heads: Heads of its row and column.

    Returns:
        The number with a scale of -2, and for pence the currency; as it was where no head says so.
    """
    if printed.scale is not None or printed.currency is not None:
        return printed
    said = next((match for head in heads if head and (match := _MINOR.search(head))), None)
    if said is None:
        return printed
    return replace(printed, scale=-2, currency="GBP" if any(said.groups()) else None)


def scale_of(
    printed: Printed, label: str, units: Units | None, *, has_decimals: bool = False
) -> int:
    """Tells the power of ten of a figure.

    Args:
        printed: What stands there.
        label: Type of the figure.
        units: The unit line that governs it.
        has_decimals: Whether amounts of its table have decimals.

    Returns:
        -2 for percentages (-4 for basis points) and for pence and cents, 0 for other amounts a
        share, else what is printed with the number, else what the unit line says, but of numbers
        with decimals under "in thousands", which are prices where amounts have none; else 0.
    """
    if label == "PERCENT":
        return -4 if printed.scale == -4 else -2
    if label == "PER_SHARE":
        return -2 if printed.scale == -2 else 0
    if printed.scale is not None and (printed.scale >= 0 or label == "MONEY"):
        return printed.scale
    stated = (units.scale(label) if units else None) or 0
    if stated == _THOUSANDS and _prints_decimals(printed.number) and not has_decimals:
        return 0
    # Under "in millions" a cover still prints "10,597,729,352 shares" in full.
    return stated if abs(printed.number).scaleb(stated) < _MOST[label] else 0


def _prints_decimals(number: Decimal) -> bool:
    """Whether digits stand behind the point, zeros too."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent < 0


def _most_common(units: Iterable[Units]) -> Units | None:
    return next((each for each, _ in Counter(units).most_common(1)), None)


def _stated(layout: Layout) -> Iterator[tuple[str | None, Units]]:
    """Unit lines with their sections: short passages, ends of paragraphs before a table."""
    for passage in layout.document.passages:
        if not _is_line(passage):
            continue
        units = read_units(layout.text_of(passage))
        if units is not None:
            yield passage.section, units


def _is_line(passage: Passage) -> bool:
    short = passage.end - passage.start <= _LINE
    return short and (passage.kind != "cell" or passage.row is None)


def _said_of_all(layout: Layout) -> Units | None:
    """A line such as "Amounts in millions of dollars except … as otherwise specified"."""
    for passage in layout.document.passages:
        text = layout.text_of(passage)
        if passage.kind != "cell" and len(text) <= _LINE and "otherwise" in text:
            units = read_units(text)
            if units is not None:
                return units
    return None
