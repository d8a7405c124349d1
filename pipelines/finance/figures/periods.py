"""The day or the stretch of time that a figure is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from secateur.pipelines.document import Passage
from secateur.pipelines.finance.figures.duration import Durations, features
from secateur.pipelines.finance.figures.fiscal import FiscalCalendar
from secateur.pipelines.finance.figures.prose import place_in_list, spoken_of, time_for
from secateur.pipelines.finance.figures.times import Time, find_times
from secateur.pipelines.finance.layout import Layout, Table, row_at

_BALANCE = re.compile(
    r"\b(?:balances?|outstanding|unvested|nonvested|non-vested|exercisable|vested and expected"
    r"|as of|at)\b|[-–—]\s*\w+ \d{1,2}, \d{4}$",
    re.IGNORECASE,
)
_BEGINNING = re.compile(r"\b(?:beginning|opening|start of|january 1)\b", re.IGNORECASE)
_AHEAD = timedelta(days=200)
"""Later times are due dates and plans; a report's own times end with the events after its year."""
_PROSE_CELL = 40

Span = tuple[int, int]


@dataclass(frozen=True)
class Period:
    """A day, or a first and a last day.

    Attributes:
        last: The day, or the last day.
        first: The first day, None for a single day.
    """

    last: date
    first: date | None = None

    def __str__(self) -> str:
        """Writes the period as ISO 8601: "2024-09-28", "2023-10-01/2024-09-28"."""
        return f"{self.first}/{self.last}" if self.first else str(self.last)


@dataclass(frozen=True)
class Source:
    """Where a figure's time was found.

    Attributes:
        place: "row", "column", "head", "between" (two balances), "above" the table, "sentence",
            "before" it, or "default" where nothing tells.
        time: The time; of the default none.
    """

    place: str
    time: Time | None = None


class Periods:
    """Tells the periods of the figures of one document."""

    def __init__(self, layout: Layout, fiscal: FiscalCalendar, durations: Durations) -> None:
        """Takes what is known of the document.

        Args:
            layout: Its tables and passages.
            fiscal: Its company's years.
            durations: Tells what happens over a time from what stands at a day.
        """
        self._layout = layout
        self._fiscal = fiscal
        self._durations = durations

    def read(self, span: Span, label: str, sentences: Sequence[Span]) -> Period:
        """Tells the period of a figure.

        Args:
            span: The figure.
            label: Its type.
            sentences: Its sentence, and up to three of the same paragraph before it, nearest first.

        Returns:
            The period: where nothing tells it, the report's own fiscal year or its last day.
        """
        source = self.source(span[0], sentences)
        found = features(self._layout, span, label, source.place, source.time, sentences[0])
        return self._period(span[0], source.time, self._durations.lasts(found))

    def source(self, start: int, sentences: Sequence[Span]) -> Source:
        """Finds the words that tell a figure's time; arguments as for `read`."""
        table = self._layout.table_at(start)
        passage = self._layout.passage_at(start)
        if table is None or passage is None:
            return self._in_prose(start, sentences)
        if passage.row is not None or passage.column is not None:
            return self._in_table(table, passage, start)
        if passage.end - passage.start > _PROSE_CELL:
            return self._in_row_head(table, passage, start)
        return self._in_prose(start, sentences[:1])

    def _period(self, start: int, time: Time | None, lasts: bool) -> Period:
        if time is None:
            first, last = self._fiscal.year(self._fiscal.label)
        else:
            first, last = time.first, time.last
        if not lasts:
            opens = time is None or time.kind != "day"
            return Period(first - timedelta(days=1) if opens and self._begins(start) else last)
        if time is not None and time.kind == "day":
            label = self._fiscal.label_of(last)
            if self._fiscal.last_day(label) == last:
                first = self._fiscal.year(label)[0]
        return Period(last, first)

    def _begins(self, start: int) -> bool:
        passage = self._layout.passage_at(start)
        heads = (passage.row, passage.column) if passage else ()
        return any(_BEGINNING.search(head) for head in heads if head)

    def _in_table(self, table: Table, passage: Passage, start: int) -> Source:
        row, column = passage.row or "", passage.column or ""
        days = [time for time in self._times(row) if time.kind == "day"]
        in_column = self._times(column)
        dated = bool(in_column) and in_column[-1].kind == "day"
        if len(days) == 1 and _BALANCE.search(row) and not dated:
            return Source("balance", self._closed(days[0]))
        if in_column:
            return Source("column", self._closed(in_column[-1]))
        number = row_at(table, start)
        for text in self._layout.heads(table, number):
            if times := self._times(text):
                return Source("head", self._closed(times[0]))
        between = self._between(table, number)
        if between is not None:
            return Source("between", between)
        if days:
            return Source("row", self._closed(days[-1]))
        for text in self._layout.above(table):
            if times := self._times(text):
                return Source("above", self._closed(times[0]))
        return Source("default")

    def _in_row_head(self, table: Table, passage: Passage, start: int) -> Source:
        """Figures of a head ("3,216 and 3,185 shares issued") are for the columns of its row."""
        text, at = self._layout.text_of(passage), start - passage.start
        times = spoken_of(text, self._times(text))
        if times:
            return Source("sentence", time_for(text, at, times))
        columns: dict[str, Time] = {}
        for cell in table.rows[row_at(table, start)]:
            for time in self._times(cell.column or "")[-1:]:
                columns.setdefault(cell.column or "", replace(time, start=0, end=0))
        listed = place_in_list(text, at, [list(columns.values())])
        return Source("column", listed or next(iter(columns.values()), None))

    def _in_prose(self, start: int, sentences: Sequence[Span]) -> Source:
        document = self._layout.document
        for number, (begin, end) in enumerate(sentences):
            text = document.text[begin:end]
            times = spoken_of(text, self._times(text))
            if times and number == 0:
                return Source("sentence", time_for(text, start - begin, times))
            if times:
                return Source("before", times[-1])
        return Source("default")

    def _between(self, table: Table, number: int) -> Time | None:
        """What stands between two dated balances happened from one to the other."""
        before = self._balance(table, range(number - 1, -1, -1))
        after = self._balance(table, range(number + 1, len(table.rows)))
        if before is None or after is None or before.last >= after.last:
            return None
        return Time(0, 0, before.last + timedelta(days=1), after.last, "span")

    def _balance(self, table: Table, numbers: Iterable[int]) -> Time | None:
        for number in numbers:
            text = self._layout.text_of(table.rows[number][0])
            days = [time for time in self._times(text) if time.kind == "day"]
            if days and _BALANCE.search(text):
                return self._closed(days[-1])
        return None

    def _closed(self, time: Time) -> Time:
        """A balance at the first day of a year is the one that the year before closed with."""
        before = time.last - timedelta(days=1)
        if time.kind == "day" and self._fiscal.last_day(self._fiscal.label_of(before)) == before:
            return replace(time, first=before, last=before)
        return time

    def _times(self, text: str) -> list[Time]:
        latest = self._fiscal.end + _AHEAD
        return [
            time
            for time in find_times(text, self._fiscal)
            if time.first <= latest and not (time.kind == "year" and time.last > latest)
        ]
