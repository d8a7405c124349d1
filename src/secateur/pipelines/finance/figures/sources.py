"""Where the time of a figure is found: heads, rows, titles, its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.dates import MONTH
from secateur.pipelines.document.document import Passage, Span
from secateur.pipelines.document.layout import Layout, Table, once_for_each_table, row_at
from secateur.pipelines.finance.figures.columns import YEAR_HEAD, Columns, later_compared
from secateur.pipelines.finance.figures.in_prose import TimesInProse
from secateur.pipelines.finance.figures.lists import place_in_list
from secateur.pipelines.finance.figures.parts import Parts
from secateur.pipelines.finance.figures.prose import (
    is_of_the_document,
    spoken_of,
    time_for,
)
from secateur.pipelines.finance.figures.source import Source
from secateur.pipelines.finance.figures.times import Time
from secateur.pipelines.finance.fiscal.lengths import begun
from secateur.pipelines.finance.fiscal.years import FiscalCalendar

_BALANCE = re.compile(
    r"\b(?:balances?|outstanding|unvested|nonvested|non-vested|exercisable|vested and expected"
    r"|as of|at)\b|[-–—]\s*\w+ \d{1,2}, \d{4}$",
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"\b(?:years?|quarters?|(?:months?|weeks)(?: periods?)?) end(?:ed|ing)\s*:?\s*"
    rf"(?:(?:on )?(?:{MONTH} \d{{1,2}}|\d{{1,2}} {MONTH}),?\s*)?$",
    re.IGNORECASE,
)
_TELLS_TIME = re.compile(
    r"(?:(?:fiscal|financial|reporting)[ _-]?)?(?:years?|periods?|quarters?|dates?)"
    r"(?:[ _-]?end(?:ed|ing)?)?",
    re.IGNORECASE,
)
"""Head of a column whose cells say when the others of their rows are."""
_SUM = re.compile(r"\W*total\b", re.IGNORECASE)
_MONTH_DAYS, _PROSE_CELL = 30.4, 40  # of a mean month; characters that make a head a sentence
_TITLE = 120  # most characters of a title above a figure


class Sources:
    """Finds the times of the figures of one document; `prose` finds those of its running text."""

    def __init__(self, layout: Layout, fiscal: FiscalCalendar) -> None:
        """Takes what is known of the document.

        Args:
            layout: Its tables and passages.
            fiscal: Its company's years.
        """
        self._layout = layout
        self._fiscal = fiscal
        self.prose = TimesInProse(layout, fiscal)
        self._columns = Columns(layout, self.prose, fiscal.end.year)
        self._parts = Parts(layout, self.prose, fiscal)

    def find(self, start: int, sentences: Sequence[Span]) -> Source:
        """Finds the words that tell a figure's time.

        Args:
            start: First character of the figure.
            sentences: Its sentence, and up to three of the same paragraph before it, nearest first.
        """
        table = self._layout.table_at(start)
        passage = self._layout.passage_at(start)
        if table is None or passage is None:
            return self.prose.find(start, sentences)
        if passage.row is None and passage.column is None:
            in_head = self._in_row_head(table, passage, start)
            return in_head or self.prose.find(start, sentences[:1])
        return (
            self._by_its_heads(table, passage)
            or self._by_its_neighbours(table, passage)
            or self._by_words_above(table)
            or self._by_the_table_before(table, passage)
            or Source("default")
        )

    def compared(self, start: int, sentence: Span) -> Span | None:
        """Finds what a share is of, or an aside compared with; see `TimesInProse.compared`."""
        return self._columns.whole(start) or self.prose.compared(start, sentence)

    def times(self, text: str) -> list[Time]:
        """Finds the times of a text that a report's figures can be for."""
        return self.prose.times(text)

    def lengths_beside(self, start: int) -> set[int]:
        """Returns how many months the quarters and the like last that head columns of a row.

        Args:
            start: First character of a figure of the row; none of one whose column has no head.
        """
        table, passage = self._layout.table_at(start), self._layout.passage_at(start)
        if table is None or passage is None or not passage.column:
            return set()
        heads = {cell.column for cell in table.rows[row_at(table, start)] if cell.column}
        times = (time for head in heads for time in self.times(head)[-1:] if time.kind == "span")
        return {round((time.last - time.first).days / _MONTH_DAYS) for time in times}

    def _by_its_heads(self, table: Table, passage: Passage) -> Source | None:
        column = passage.column or ""
        in_column = self._columns.own(table, passage)
        if not in_column and (own := self._of_its_row(table, passage)):
            return Source("row", own)
        dated = bool(in_column) and in_column[-1].kind == "day"
        balance = self._balance_of(passage.row or "")
        if balance is not None and not dated:
            return Source("balance", balance)
        beside = self._columns.at_left(table, passage)
        if beside and (not in_column or _is_within(beside, later_compared(column, in_column))):
            return Source("column", self._closed(beside))
        if part := self._parts.time(table, passage):
            return Source("column", self._closed(part))
        if in_column:
            own = later_compared(column, in_column)
            return Source("column", self._closed(self._parts.of_title(table, own) or own))
        if year := self._year_of_its_row(passage):
            return Source("row", year)
        for text in self._layout.heads(table, row_at(table, passage.start)):
            if times := self.times(text):
                return Source("head", self._closed(times[0]))
        return None

    def _of_its_row(self, table: Table, passage: Passage) -> Time | None:
        """The time of a row whose head goes on from that of its column, or that has a cell for it.

        "Nine months ended" stands above "December 31, 2024" at the left; a database's lines have a
        column "period".
        """
        number = row_at(table, passage.start)
        stubs = (head for head in self._layout.heads(table, number) if _LASTS.search(head))
        if (stub := next(stubs, None)) and passage.row:
            spans = [time for time in self.times(f"{stub} {passage.row}") if time.kind == "span"]
            if spans:
                return spans[-1]
        line = self._dated_lines(table).get(self._layout.text_of(table.rows[number][0]))
        if line is not None:
            return line
        told = [
            time
            for cell in table.rows[number]
            if cell is not passage and _TELLS_TIME.fullmatch(cell.column or "")
            for time in self.times(self._layout.text_of(cell))
        ]
        return max(told, key=lambda time: time.kind != "year", default=None)

    def _year_of_its_row(self, passage: Passage) -> Time | None:
        """The year that is all of a row's head, where it has ended by the report's day."""
        row = passage.row or ""
        times = self.times(row) if YEAR_HEAD.fullmatch(row) else ()
        reported = self._fiscal.reported or self._fiscal.end
        return next((time for time in times if time.last <= reported), None)

    @once_for_each_table
    def _dated_lines(self, table: Table) -> dict[str, Time]:
        """What ended on the day of each line of a database since the one before.

        Days a month, a quarter or a year apart end months, quarters or years; others are days.
        """
        if not _TELLS_TIME.fullmatch(self._layout.text_of(table.rows[0][0]).strip()):
            return {}
        heads = dict.fromkeys(self._layout.text_of(row[0]) for row in table.rows[1:])
        days = {head: times[0] for head in heads if (times := self.times(head))}
        ends = sorted({time.last for time in days.values() if time.kind == "day"})
        apart = min((later - day for day, later in pairwise(ends)), default=timedelta())
        months = next((n for n in (1, 3, 12) if abs(apart.days - n * _MONTH_DAYS) <= n + 1), 0)
        if not months:
            return days
        return {
            head: replace(time, first=begun(time.last, months), kind="span")
            for head, time in days.items()
        }

    def _by_its_neighbours(self, table: Table, passage: Passage) -> Source | None:
        number = row_at(table, passage.start)
        between = self._between_rows(table, number)
        if between := between or self._between_columns(table.rows[number], passage):
            return between
        if self._columns.lie_ahead(table, passage):
            return Source("ahead")
        if beside := self._columns.beside(table, passage):
            return Source("column", beside)
        if summed := self._summed(table, number):
            return Source("row", summed)
        if only := self._columns.only_time(table):
            return Source("column", self._closed(only))
        in_row = [time for time in self.times(passage.row or "") if time.kind in ("day", "span")]
        return Source("row", self._closed(in_row[-1])) if in_row else None

    def _summed(self, table: Table, number: int) -> Time | None:
        """The stretch from the first to the last of a table's rows, of their total below them."""
        above = [time for row in table.rows[table.body : number] for time in self._named(row)]
        if not _SUM.match(self._layout.text_of(table.rows[number][0])) or not above:
            return None
        last = max(time.last for time in above)
        return Time(0, 0, min(time.first for time in above), last, "span")

    def _named(self, row: Sequence[Passage]) -> list[Time]:
        """The stretch that a row's head opens with."""
        times = self.times(self._layout.text_of(row[0]))
        return [time for time in times if time.kind in ("span", "month") and time.start == 0]

    def _by_words_above(self, table: Table) -> Source | None:
        """The last sentence above that names a time; of paragraphs farther off none, but titles."""
        for distance, text in enumerate(self._layout.above(table)):
            times = [time for time in self.times(text) if not self._is_of_the_document(text, time)]
            if times and (distance == 0 or len(text) <= _TITLE or text.endswith(":")):
                sentence = text.rfind(". ", 0, times[-1].start)
                own = next(time for time in times if time.start > sentence)
                return Source("above", self._closed(own))
        return None

    def _is_of_the_document(self, text: str, time: Time) -> bool:
        """Whether a time is the document's own day, not that of what it tells."""
        fiscal = self._fiscal
        reported = fiscal.reported or (fiscal.own[1] if fiscal.own else fiscal.end)
        return time.kind == "day" and time.last > reported and is_of_the_document(text, time)

    def _by_the_table_before(self, table: Table, passage: Passage) -> Source | None:
        """A table without heads may go on from the one before, column by column."""
        if passage.column:
            return None
        before = self._layout.continued_from(table)
        while before is not None and not self._columns.times(before):
            before = self._layout.continued_from(before)
        row = table.rows[row_at(table, passage.start)]
        for other in reversed(before.rows if before else ()):
            if len(other) == len(row):
                times = self.times(other[row.index(passage)].column or "")
                if times:
                    return Source("column", times[-1])
        return None

    def _in_row_head(self, table: Table, passage: Passage, start: int) -> Source | None:
        """Figures of a head ("3,216 and 3,185 shares issued") are for the columns of its row."""
        text, at = self._layout.text_of(passage), start - passage.start
        if between := self._between_rows(table, row_at(table, start)):
            return between
        # "$16 (2023, $17)": what opens an aside behind the figure is of the aside.
        times = [t for t in self.times(text) if "(" not in text[at : t.start]]
        times = spoken_of(text, times)
        if times and len(text) > _PROSE_CELL:
            return Source("sentence", time_for(text, at, times))
        columns = self._columns.times(table)
        if not columns:
            return None
        listed = place_in_list(text, at, [columns])
        return Source("column", listed or max(columns, key=lambda time: time.last))

    def _between_rows(self, table: Table, number: int) -> Source | None:
        """What stands between two dated balances happened from one to the other."""
        before = self._balance(table, range(number - 1, -1, -1))
        after = self._balance(table, range(number + 1, len(table.rows)))
        return _from_to(before, after)

    def _balance(self, table: Table, numbers: Iterable[int]) -> Time | None:
        heads = (self._layout.text_of(table.rows[number][0]) for number in numbers)
        return next((balance for head in heads if (balance := self._balance_of(head))), None)

    def _between_columns(self, row: Sequence[Passage], passage: Passage) -> Source | None:
        """What stands between columns of two dated balances happened from one to the other."""
        if not is_figure(self._layout.text_of(passage)):
            return None
        sides: list[list[Time]] = [[], []]
        for cell in row:
            if balance := self._balance_of(cell.column or ""):
                sides[cell.start > passage.start].append(balance)
        return _from_to(sides[0][-1], sides[1][0]) if all(sides) else None

    def _balance_of(self, head: str) -> Time | None:
        """The day of a balance: "Outstanding at June 30, 2025", "RESERVE JUNE 30, 2025"."""
        days = [time for time in self.times(head) if time.kind == "day"]
        if len(days) == 1 and (_BALANCE.search(head) or days[0].end == len(head.rstrip())):
            return self._closed(days[0])
        return None

    def _closed(self, time: Time) -> Time:
        """A balance at the first day of a year is the one that the year before closed with."""
        before = time.last - timedelta(days=1)
        if time.kind == "day" and self._fiscal.last_day(self._fiscal.label_of(before)) == before:
            return replace(time, first=before, last=before)
        return time


def _is_within(part: Time, year: Time) -> bool:
    """Whether a part of a year lies in what a head calls by its year alone ("vs. 2023")."""
    inside = year.first <= part.first and part.last <= year.last
    return year.kind == "year" and part.kind == "span" and inside


def _from_to(before: Time | None, after: Time | None) -> Source | None:
    if before is None or after is None or before.last > after.last:
        return None
    if before.last == after.last:
        return Source("balance", before)  # what leads from one balance of a day to another
    return Source("between", Time(0, 0, before.last + timedelta(days=1), after.last, "span"))
