"""Parts of years that heads of tables name without the year, which another head names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from secateur.pipelines.document.dates import MONTH, YEAR
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table, once_for_each_table, row_at
from secateur.pipelines.finance.figures.in_prose import TimesInProse
from secateur.pipelines.finance.figures.times import NTH, PART, Time, moved
from secateur.pipelines.finance.fiscal.weeks import WEEKS_OFF
from secateur.pipelines.finance.fiscal.years import FiscalCalendar

_PART = re.compile(rf"(?<!\w){PART}(?!\w)", re.IGNORECASE)
_NTH = re.compile(rf"\bquarters?\b.*\b({NTH})\W*$", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<!\w)Q([1-4])(?!\w)", re.IGNORECASE)
_NTH_ALONE = re.compile(rf"({NTH})\W*", re.IGNORECASE)
_DAY = re.compile(
    rf"(?<!\w)(?:(?P<month>{MONTH}) (?P<day>\d{{1,2}})|(?P<day_first>\d{{1,2}}) (?P<named>{MONTH}))"
    rf"(?!\w|,? ?{YEAR})",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"({MONTH})(?: ?\(\w\))?", re.IGNORECASE)
_ENDED = re.compile(r"\bend(?:ed|ing)\b", re.IGNORECASE)
_OF_QUARTERS = re.compile(r"\bquarters?\b", re.IGNORECASE)
_WHOLE = re.compile(r"(?:.*\W)?(?:year|total|annual)\W*", re.IGNORECASE)
"""The head of a column for all the quarters beside it."""
_FULL = re.compile(r"(?:full|whole|entire)[- ](?:(?:fiscal|financial) )?year\W*", re.IGNORECASE)
"""Head of a row for the whole of a year, below those of its halves; another head names the year."""
_YEAR = "the year"
_YEAR_NAMED = re.compile(YEAR)
_QUARTERS = 3
"""Ends of so many quarters, or their numbers, in heads side by side say that these are quarters."""
_TITLE = 120
"""Most characters of a title above a figure."""


class Parts:
    """Finds what heads of one document's tables tell of parts of years."""

    def __init__(self, layout: Layout, spoken: TimesInProse, fiscal: FiscalCalendar) -> None:
        """Takes the document, what finds the times of its heads, and its company's years."""
        self._layout = layout
        self._spoken = spoken
        self._fiscal = fiscal

    def time(self, table: Table, passage: Passage) -> Time | None:
        """The part of a year that the head of a figure's column, or of its row, names.

        Its year is that of the head itself ("2024 Quarters: First"), of the other one, of the
        group of rows, of the corner or of the caption, whichever comes first, else the report's.
        """
        column, row = passage.column or "", passage.row or ""
        if self._is_dated(column):
            return self._ending(column)
        number = row_at(table, passage.start)
        beside = [cell.column or "" for cell in table.rows[number]]
        part = self._of_column(column, beside)
        heads = (column, row, *self._years_of_run(beside, table.rows[number].index(passage)))
        if not part and not self._is_dated(row):
            part, heads = self._of_row(table, number, row), (row, column)
        return self._composed(part, (*heads, *self._over(table, number))) if part else None

    def _ending(self, column: str) -> Time | None:
        """The part that a head names besides the day that it ends on.

        "For the periods ended June 30, 2024" stands above "Second quarter" and "First half".
        """
        part, times = _PART.search(column), self._spoken.every_time(column)
        days = [time for time in times if time.kind == "day"]
        if part is None or len(days) != 1 or len(times) > 1:
            return None
        named = self._composed(part[0], [str(self._fiscal.label_of(days[0].last))])
        return named if named and abs(named.last - days[0].last) <= WEEKS_OFF else None

    def of_title(self, table: Table, year: Time) -> Time | None:
        """The part of a column's year, or its day, that a table's corner or title names.

        "Three months ended June 30, 2025 and 2024" stands above columns "2025" and "2024", and "As
        of June 30, 2025 and December 31, 2024"; beside columns of quarters a year is whole.
        """
        if year.kind != "year" or self._heads_parts(table):
            return None
        for text in (*self._corners(table), *self._layout.above(table)):
            is_title = len(text) <= _TITLE or text.endswith(":")
            times = self._spoken.times_of_title(text) if is_title else []
            if times := times or (self._of_year(text, year) if is_title else []):
                named = _YEAR_NAMED.search(text) is not None
                times = times if named else [moved(time, year, self._fiscal) for time in times]
                within = [time for time in times if year.first <= time.last <= year.last]
                is_part = [time.kind for time in within] in (["span"], ["day"])
                is_part = is_part and (within[0].first, within[0].last) != (year.first, year.last)
                return within[0] if is_part else None
        return None

    def _of_year(self, text: str, year: Time) -> list[Time]:
        """The part of a year that a title names by its last day, without the year."""
        day = _DAY.search(text)
        if day is None or not _ENDED.search(text, 0, day.start()):
            return []
        label = self._fiscal.label_of(year.last)
        time = self._composed(text[: day.end()], [str(label)])
        return [time] if time else []

    @once_for_each_table
    def _heads_parts(self, table: Table) -> bool:
        """Whether columns are headed by parts of a year."""
        heads = _columns(table)
        return any(time.kind == "span" for head in heads for time in self._spoken.times(head))

    @once_for_each_table
    def _corners(self, table: Table) -> tuple[str, ...]:
        """What stands beside the heads of columns, and heads none itself."""
        heads = _columns(table)
        firsts = [self._layout.text_of(row[0]) for row in table.rows[: table.body] if row]
        return tuple(first for first in firsts if not any(first in head for head in heads))

    def _of_row(self, table: Table, number: int, head: str) -> str:
        """The part of a year that a row's head names: "First quarter", "May", a quarter's end."""
        if named := _PART.search(head) or _MONTH.fullmatch(head):
            return named[0]
        if _FULL.fullmatch(head):
            return _YEAR
        if (alone := _NTH_ALONE.fullmatch(head)) and self._rows_number_quarters(table):
            return f"{alone[1]} quarter"
        over = self._layout.heads(table, number)
        ends = _DAY.fullmatch(head) and any(map(_OF_QUARTERS.search, over))
        return f"quarter ended {head}" if ends else ""

    @once_for_each_table
    def _rows_number_quarters(self, table: Table) -> bool:
        return _number_quarters(self._layout.text_of(cells[0]) for cells in table.rows)

    def _of_column(self, head: str, beside: Sequence[str]) -> str:
        """The part of a year that a column's head names, in words that a year can follow."""
        if part := _PART.search(head):
            return part[0]
        if nth := _NTH.search(head):
            return f"{nth[1]} quarter"
        if (alone := _NTH_ALONE.fullmatch(head)) and _number_quarters(beside):
            return f"{alone[1]} quarter"
        ends = {quarter for other in beside if (quarter := self._quarter_ended(other))}
        quarterly = len(ends) >= _QUARTERS
        if day := _DAY.search(head):
            bare = (quarterly or _OF_QUARTERS.search(head)) and not _ENDED.search(head)
            return f"quarter ended {day[0]}" if bare else head[: day.end()]
        quarterly = quarterly or any(_PART.search(other) or _NTH.search(other) for other in beside)
        return _YEAR if quarterly and _WHOLE.fullmatch(head) else ""

    def _years_of_run(self, heads: Sequence[str], place: int) -> Iterator[str]:
        """The years that heads of the quarters around one of them name, all of the same year."""
        for head in _run(heads, place):
            for time in self._spoken.every_time(head):
                yield str(self._fiscal.label_of(time.last))

    def _quarter_ended(self, head: str) -> int:
        """The number of the quarter that a day without its year ends, 0 for any other head."""
        day = _DAY.search(head)
        times = self._spoken.every_time(f"{day[0]} {self._fiscal.end.year}") if day else ()
        for time in times:
            label = self._fiscal.label_of(time.last)
            for number, (_, last) in enumerate(self._fiscal.quarters(label), 1):
                if abs(last - time.last) <= WEEKS_OFF:
                    return number
        return 0

    def _over(self, table: Table, number: int) -> Iterator[str]:
        """What stands over a row: its group, the corner, the caption."""
        yield from self._layout.heads(table, number)
        for distance, text in enumerate(self._layout.above(table)):
            if distance == 0 or len(text) <= _TITLE:
                yield text

    def _composed(self, part: str, heads: Iterable[str]) -> Time | None:
        label = next((label for head in heads if (label := self._year_in(head))), 0)
        month = _MONTH.fullmatch(part)
        if not self._fiscal.assumed:
            part, label = month[1] if month else part, label or self._fiscal.label
        if not label:
            return None
        if part == _YEAR:
            return Time(0, 0, *self._fiscal.year(label), "span")
        # A day of a fiscal year may lie in the calendar year before or after.
        times = (self._spoken.times(f"{part} {year}") for year in (label, label - 1, label + 1))
        own = (time[-1] for time in times if time)
        return next((time for time in own if self._fiscal.label_of(time.last) == label), None)

    def _year_in(self, head: str) -> int:
        """The one year that a head names, 0 without one."""
        times = self._spoken.every_time(head)
        labels = {self._fiscal.label_of(time.last) for time in times if self._is_year(time)}
        return labels.pop() if len(labels) == 1 else 0

    def _is_year(self, time: Time) -> bool:
        year = self._fiscal.year(self._fiscal.label_of(time.last))
        return time.kind == "year" or (time.first, time.last) == year

    def _is_dated(self, head: str) -> bool:
        """Whether a head names a time that is no year."""
        return any(time.kind != "year" for time in self._spoken.every_time(head))


def _run(heads: Sequence[str], place: int) -> Iterator[str]:
    """Heads of one year's quarters around one of them: those that go on counting up, or down.

    Of "Q1 Q2 Q3 2024-Q4 Q1 2025-Q2" the first four are of 2024, wherever its own head was printed.
    """
    numbers = [int(found[1]) if (found := _NUMBERED.search(head)) else 0 for head in heads]
    for step in (1, -1):
        for way in (1, -1):
            number = numbers[place]
            for other in range(place + way, len(heads) if way > 0 else -1, way):
                number += step * way
                if not numbers[place] or numbers[other] != number:
                    break
                yield heads[other]


def _number_quarters(heads: Iterable[str]) -> bool:
    """Whether heads that are numbers alone are those of several quarters."""
    numbers = {alone[1].lower() for head in heads if (alone := _NTH_ALONE.fullmatch(head))}
    return len(numbers) >= _QUARTERS


def _columns(table: Table) -> set[str]:
    return {cell.column for row in table.rows for cell in row if cell.column}
