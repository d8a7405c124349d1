"""Figures of a document: value, unit, scale and period of each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import Table, layout_of, once_for_each_table
from secateur.pipelines.document.reflow import reflowed
from secateur.pipelines.finance.candidates.found import FIGURES
from secateur.pipelines.finance.candidates.vocabulary import CURRENCIES, CURRENCY, currency_code
from secateur.pipelines.finance.figures.duration import shipped_durations
from secateur.pipelines.finance.figures.numbers import Printed, read_printed, uses_decimal_commas
from secateur.pipelines.finance.figures.periods import Period, Periods
from secateur.pipelines.finance.figures.scales import MILLION, Scales, in_minor_units, scale_of
from secateur.pipelines.finance.figures.units import Units, currency_of_head, read_units
from secateur.pipelines.finance.fiscal.interim import fiscal_calendar
from secateur.pipelines.finance.fiscal.years import COVER

_WITH_NUMBER = re.compile(rf"({CURRENCY})\s?[(\d]|\d\s?({CURRENCY})")
"""In small letters: a search that minds the case of letters takes half the time."""
_BARE = re.compile(r"(?<![A-Za-z.])\$")
_SAID_DOLLAR = re.compile(
    r"\b(?:(?:(?:all|dollar|monetary|financial|currency) )+(?:amounts|figures|values|information)"
    r"|references to [“\"]?(?:dollars|\$)[”\"]?)[^.;\n]{0,80}?\b(?:in|to|as) "
    r"(?P<name>(?:Canadian|Australian|New Zealand|Hong Kong|Singapore) dollars"
    r"|(?:AU?|CA?|NZ|HK|S|NT)\$)",
    re.IGNORECASE,
)
"""What a text says of all its dollars."""
_DOLLARS = frozenset({"AUD", "CAD", "HKD", "NZD", "SGD", "TWD"})
_UNITS_BEHIND = re.compile(r"\([^()]{4,60}\)[.;]?$")
_UNITS_AHEAD = re.compile(r"\((?:(?:amounts|dollars|figures) )?in [^()]{4,40}\):", re.IGNORECASE)
_SENTENCES = 4
"""Sentences of a paragraph, a figure's own among them, that may say what it is in."""
_MOST_SHARES = Decimal(30_000_000_000)
"""More than any company has."""
_ON_COVER = re.compile(r"(?<![\d,.$€£])\d+(?:,\d{3}){2,}(?=\s+(?:(?:common|ordinary) )?shares\b)")
"""In full, as covers count: smaller numbers are of a balance sheet in thousands."""
_OUTSTANDING = re.compile(r"outstanding", re.IGNORECASE)
_AROUND_COUNT = 300
"""Characters around a number of shares in which a cover says that they are outstanding."""
_TIMES_COVER = 3
"""How many times the shares that a cover counts a number of shares may be."""


@dataclass(frozen=True)
class Figure:
    """What a printed figure means.

    Attributes:
        value: The number with its sign as printed and its scale applied.
        unit: "USD", "USD/shares", "shares", "pure"; None where no currency is known.
        scale: Power of ten that the printed number was multiplied by.
        period: Day or stretch of time; None in a document without dates, and where only a fiscal
            year that the document does not name could tell it.
    """

    value: Decimal
    unit: str | None
    scale: int
    period: Period | None


class FigureReader:
    """Reads figures of one document."""

    def __init__(
        self,
        document: Document,
        sentences: Sequence[tuple[int, int]],
    ) -> None:
        """Looks the document over: tables, unit lines, currency, fiscal years.

        Args:
            document: The document.
            sentences: Its sentences in order, see `secateur.pipelines.document.sentences`.
        """
        self._flow = reflowed(document)
        document = self._flow.document
        sentences = self._flow.spans(sentences)
        self._text = document.text
        self._layout = layout_of(document)
        self._most_shares = _most_shares(document.text)
        self._comma = uses_decimal_commas(document.text)
        self._scales = Scales(self._layout, comma=self._comma)
        self._currency = _usual_currency(document.text)
        stated = self._scales.usual.currency if self._scales.usual else None
        said = _SAID_DOLLAR.search(document.text)
        stated = currency_code(said["name"]) if said else stated
        self._dollar = stated if stated in _DOLLARS else None
        if self._dollar and self._currency == "USD":
            self._currency = self._dollar
        self._sentences = sentences
        self._starts = [start for start, _ in sentences]
        fiscal = fiscal_calendar(document)
        self._periods = Periods(self._layout, fiscal, shipped_durations()) if fiscal else None

    def read(self, start: int, end: int, label: str) -> Figure | None:
        """Reads one figure.

        Args:
            start: First character.
            end: One past the last.
            label: "MONEY", "PERCENT", "SHARES" or "PER_SHARE".

        Returns:
            What it means, None where no number is printed there.
        """
        start, end = self._flow.spans([(start, end)])[0]
        printed = read_printed(self._text, start, end, comma=self._comma)
        if printed is None:
            return None
        printed = self._in_its_dollar(printed, start, end)
        passage = self._layout.passage_at(start)
        if passage is not None and label in ("MONEY", "PER_SHARE"):
            heads = (passage.row, passage.column, self._layout.unit_at(start))
            printed = in_minor_units(printed, heads)
        units = self._units_at(start, label)
        if label == "SHARES" and units and self._in_full(printed, start, units):
            units = None
        if label == "MONEY" and units and self._lacks_units(units, passage):
            in_full = self._scales.is_in_full(start, printed.number, units)
            units = replace(units, money=0) if in_full else units
        decimals = not self._scales.is_usual(units) and self._scales.has_decimals(start)
        scale = scale_of(printed, label, units, has_decimals=decimals)
        period = None
        if self._periods is not None:
            period = self._periods.read((start, end), label, self._near(start))
        unit = self._unit(printed, units, passage, label)
        return Figure(plain(printed.number.scaleb(scale)), unit, scale, period)

    def _in_its_dollar(self, printed: Printed, start: int, end: int) -> Printed:
        """A number beside "$" alone, in a document whose unit lines name another dollar."""
        is_usd = self._dollar is not None and printed.currency == "USD"
        if is_usd and _BARE.search(self._text, max(start - 3, 0), end):
            return replace(printed, currency=self._dollar)
        return printed

    def _in_full(self, printed: Printed, start: int, units: Units) -> bool:
        """Whether a unit line does not hold for millions of shares.

        In a row's words ("12,500,000 shares authorized") they are printed in full, unless the line
        speaks of shares, and in tables without a unit line of their own, whatever those elsewhere
        speak of. So are those that would be more than the company can have, and what stands in a
        column with millions.
        """
        fallback = self._scales.is_usual(units)
        number, scale = abs(printed.number), units.scale("SHARES") or 0
        # More are authorised at times, in round numbers.
        if number.scaleb(scale) > self._most_shares and (fallback or number % 1_000 != 0):
            return True
        passage = self._layout.passage_at(start)
        if units.shares is not None and not fallback:
            return False
        if number < MILLION:
            return fallback and self._has_millions(start, passage, scale)
        return self._lacks_units(units, passage)

    def _lacks_units(self, units: Units, passage: Passage | None) -> bool:
        """Whether units may not hold: of a table without a unit line, or of a row's words."""
        in_words = passage is not None and passage.kind == "cell" and passage.row is None
        return in_words or self._scales.is_usual(units)

    def _has_millions(self, start: int, passage: Passage | None, scale: int) -> bool:
        """Whether a number of the cell's column has seven digits, or too many with the scale."""
        table = self._layout.table_at(start)
        if table is None or passage is None or passage.column is None:
            return False
        most = min(Decimal(MILLION), self._most_shares.scaleb(-scale))
        return self._largest(table)[passage.column] >= most

    @once_for_each_table
    def _largest(self, table: Table) -> dict[str | None, Decimal]:
        """The largest number of each column."""
        found: defaultdict[str | None, Decimal] = defaultdict(Decimal)
        for cell in (cell for row in table.rows for cell in row):
            if printed := read_printed(self._text, cell.start, cell.end, comma=self._comma):
                found[cell.column] = max(found[cell.column], abs(printed.number))
        return found

    def _units_at(self, start: int, label: str) -> Units | None:
        """The unit line of a figure; of amounts a share it tells the currency only."""
        if label == "PERCENT":
            return None
        if units := self._units_beside(start):
            return units
        return self._scales.units_at(start, "MONEY" if label == "PER_SHARE" else label)

    def _units_beside(self, start: int) -> Units | None:
        """What a sentence says of its own figures: "2025 - $7; thereafter - $3 (in thousands)".

        Or ahead of them: "are payable as follows (in thousands): 2025, $7; 2026, $3".
        """
        passage = self._layout.passage_at(start)
        if passage is None or passage.kind == "cell" or self._layout.leads_to_table(passage):
            return None
        first, end = self._near(start)[0]
        found = _UNITS_BEHIND.search(self._text, start, end)
        found = found or _UNITS_AHEAD.search(self._text, first, start)
        return read_units(found.group()) if found else None

    def _unit(
        self, printed: Printed, units: Units | None, passage: Passage | None, label: str
    ) -> str | None:
        if label in ("PERCENT", "SHARES"):
            return "pure" if label == "PERCENT" else "shares"
        heads = (passage.row, passage.column) if passage else ()
        named = (self._currency_of_head(head) for head in heads if head)
        stated = next((code for code in named if code), None) or self._stated(units)
        currency = printed.currency or stated or self._currency
        return f"{currency}/shares" if currency and label == "PER_SHARE" else currency

    def _stated(self, units: Units | None) -> str | None:
        """The currency of a unit line, whose bare dollar is the document's."""
        if units is None:
            return None
        return self._dollar if self._dollar and units.bare else units.currency

    def _currency_of_head(self, head: str) -> str | None:
        code = currency_of_head(head)
        return self._dollar if code == "USD" and self._dollar and _BARE.search(head) else code

    def _near(self, start: int) -> list[tuple[int, int]]:
        """The sentence of a figure, and those before it in the same paragraph."""
        number = bisect_right(self._starts, start) - 1
        if number < 0:
            return [(start, len(self._text))]
        passage = self._layout.passage_at(start)
        first = passage.start if passage else 0
        before = range(number - 1, max(number - _SENTENCES, -1), -1)
        near = [self._sentences[k] for k in before if self._sentences[k][0] >= first]
        return [self._sentences[number], *near]


def with_figures(
    document: Document,
    entities: Iterable[Entity],
    sentences: Sequence[tuple[int, int]],
) -> Iterator[Entity]:
    """Gives the figures among entities their value, unit, scale and period.

    Args:
        document: The document.
        entities: What was found in it.
        sentences: Its sentences in order.

    Yields:
        The entities in the same order; those that are no figures as they are.
    """
    reader: FigureReader | None = None
    for entity in entities:
        if entity.label not in FIGURES:
            yield entity
            continue
        reader = reader or FigureReader(document, sentences)
        figure = reader.read(entity.start, entity.end, entity.label)
        if figure is None:
            yield entity
            continue
        yield replace(
            entity,
            value=figure.value,
            unit=figure.unit,
            scale=figure.scale,
            period=str(figure.period) if figure.period else None,
        )


def _most_shares(text: str) -> Decimal:
    """The most shares that a report can speak of, by those outstanding that its cover counts."""
    counts = [
        Decimal(found[0].replace(",", ""))
        for found in _ON_COVER.finditer(text, 0, COVER)
        if _OUTSTANDING.search(
            text, max(found.start() - _AROUND_COUNT, 0), found.end() + _AROUND_COUNT
        )
    ]
    return min(_TIMES_COVER * sum(counts, Decimal(0)), _MOST_SHARES) if counts else _MOST_SHARES


def plain(value: Decimal) -> Decimal:
    """Writes a number without exponent and without zeros at the end of its fraction."""
    whole = value == value.to_integral_value()
    return value.quantize(Decimal(1)) if whole else value.normalize()


def _usual_currency(text: str) -> str | None:
    found = Counter(CURRENCIES[m[1] or m[2]] for m in _WITH_NUMBER.finditer(text.lower()))
    return found.most_common(1)[0][0] if found else None
