"""Times of a table's columns: of those that name none too, by the columns beside them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import itemgetter

from secateur.pipelines.document.dates import YEAR
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table, once_for_each_table, row_at
from secateur.pipelines.finance.figures.in_prose import TimesInProse
from secateur.pipelines.finance.figures.times import PART, Time

_CHANGES = re.compile(
    r"\W*(?:per ?cent(?:age)?\s)?(?:%|change|chg|var(?:iance|iation)?\b|growth|yoy"
    r"|(?:year|quarter)[- ]on[- ]|incr|decr|(?:in|at) (?:local|constant) "
    r"|(?:vs|versus|compared)\b)",
    re.IGNORECASE,
)
"""Lowest part of the head of a column that holds changes between the columns before it."""
_COMPARED = re.compile(
    r"\W*(?:v\.?s?\.?|versus|over|from|to|compared (?:to|with))\W+(?:fiscal\s+)?", re.IGNORECASE
)
_AGAINST = re.compile(
    r"\b(?:vs?|versus|compared (?:to|with)|change (?:from|over|since))\b\W*(?:fiscal )?$",
    re.IGNORECASE,
)
"""Before the time that a column of changes is compared with: "Change vs. 2023"."""
YEAR_HEAD = re.compile(rf"(?:FY ?|fiscal (?:year )?)?{YEAR}(?: ?\(\w\))?", re.IGNORECASE)
"""All that the head of a year's row or column says."""
_YEARS_ON = re.compile(
    r"(?P<first>(?:19|20)\d\d)\s?(?:[-–—]|to|through)\s?(?:19|20)?\d\d|(?P<after>thereafter)\b",
    re.IGNORECASE,
)
"""Several years to come, in the head of a column."""
_PLAN = re.compile(r"\b(?:budget|forecast|guidance|outlook|plan|targets?)\b", re.IGNORECASE)
_PRIOR = re.compile(r"\b(?:prior|earlier)(?: years)?\W*$", re.IGNORECASE)
"""Head of a column beside those of years, for all before them."""
_VINTAGES = 3
_PART = re.compile(PART, re.IGNORECASE)
_SUM = re.compile(r"\W*total\b", re.IGNORECASE)
_OF_WHOLE = re.compile(r"\W*(?:as )?(?:a )?(?:%|per ?cent(?:age)?|share) of\b", re.IGNORECASE)
"""Lowest part of the head of a column that holds shares of what the column before it holds."""


class Columns:
    """Finds what the columns of one document's tables tell of time."""

    def __init__(self, layout: Layout, spoken: TimesInProse, last_year: int) -> None:
        """Takes what finds the times of heads, and the calendar year in which the report's ends."""
        self._layout = layout
        self._text_of = layout.text_of
        self._spoken = spoken
        self._last_year = last_year
        self._ends: dict[tuple[int, str], list[tuple[int, str]]] = {}

    def times(self, table: Table) -> list[Time]:
        """The times that columns are headed by, in the order of the row with the most of them."""
        heads = (dict.fromkeys(cell.column for cell in row if cell.column) for row in table.rows)
        times = ([time for head in row for time in self._headed(head)[-1:]] for row in heads)
        return [replace(time, start=0, end=0) for time in max(times, key=len)]

    def own(self, table: Table, passage: Passage) -> list[Time]:
        """The times that a figure's column is headed by, planned ones too: "2026/27 target".

        None where that is a year in the name of what happened in the year of its row.
        """
        head = passage.column or ""
        times = [] if self._are_vintages(table) else self._headed(head)
        in_name = [time.kind for time in times] == ["year"] and not YEAR_HEAD.fullmatch(head)
        if in_name and YEAR_HEAD.fullmatch(passage.row or "") and len(self.times(table)) == 1:
            return []
        return times or (self._spoken.every_time(head) if _PLAN.search(head) else [])

    @once_for_each_table
    def _are_vintages(self, table: Table) -> bool:
        """Whether years head parts of one balance: loans by the year that they were made in."""
        heads = {cell.column for row in table.rows for cell in row if cell.column}
        years = {time.last for head in heads for time in self._headed(head) if time.kind == "year"}
        return len(years) >= _VINTAGES and any(map(_PRIOR.search, heads))

    def _headed(self, head: str) -> list[Time]:
        """The times that a head says its figures are of, none that it compares these with."""
        times = self._spoken.times(head)
        return [] if len(times) == 1 and _AGAINST.search(head, 0, times[0].start) else times

    def only_time(self, table: Table) -> Time | None:
        """The time in the heads of a table's columns where all that name one name the same."""
        heads = {cell.column for row in table.rows for cell in row if cell.column}
        found = {(time.first, time.last): time for head in heads for time in self._headed(head)}
        return next(iter(found.values())) if len(found) == 1 else None

    def at_left(self, table: Table, passage: Passage) -> Time | None:
        """The time of a column of changes, or of one that stands behind each of several dated ones.

        The former has the later of the two that it follows, the latter the one before it ("2024 |
        Effective rate | 2023 | Effective rate"), as shares of a whole have.
        """
        dated = self._dated_at_left(table, passage)
        lowest = self._lowest_head(table, passage)
        if dated and (passage.column in self._repeated_heads(table) or _OF_WHOLE.match(lowest)):
            return dated[-1]
        if len(dated) > 1 and _CHANGES.match(lowest):
            return max(dated[-2:], key=lambda time: time.last)
        return None

    def whole(self, start: int) -> tuple[int, int] | None:
        """Finds the cell at the left that a share of a whole is a share of.

        Args:
            start: First character of a figure.
        """
        table, passage = self._layout.table_at(start), self._layout.passage_at(start)
        if table is None or passage is None:
            return None
        if not _OF_WHOLE.match(self._lowest_head(table, passage)):
            return None
        row = table.rows[row_at(table, start)]
        amounts = [(cell.start, cell.end) for cell in row[1:] if cell.end < start]
        return amounts[-1] if amounts else None

    def beside(self, table: Table, passage: Passage) -> Time | None:
        """The latest stretch of time at the left of a column without one, of two the nearer."""
        dated = self._dated_at_left(table, passage)[::-1]
        if all(time.kind == "span" for time in dated):
            return max(dated, key=lambda time: time.last, default=None)
        return None

    def _dated_at_left(self, table: Table, passage: Passage) -> list[Time]:
        """The times of the columns at the left of one, where any share a head with it of those."""
        row = () if self._are_vintages(table) else table.rows[row_at(table, passage.start)]
        heads = [cell.column or "" for cell in row if cell.end < passage.start]
        heads = [head for head in heads if not _CHANGES.match(head)]
        dated = [(head, times[-1]) for head in heads if (times := self._headed(head))]
        over = (
            (passage.column or "").removesuffix(self._lowest_head(table, passage)) if dated else ""
        )
        own = [time for head, time in dated if over and head.startswith(over)]
        return own or [time for _, time in dated]

    def _lowest_head(self, table: Table, passage: Passage) -> str:
        """What a column's head reads in the last of the rows that make it."""
        column = passage.column or ""
        key = table.start, column
        if key not in self._ends:
            cells = ((number, cell) for number, row in enumerate(table.rows) for cell in row)
            texts = ((number, self._text_of(cell)) for number, cell in cells)
            self._ends[key] = [(number, text) for number, text in texts if column.endswith(text)]
        found = self._ends[key]
        above = bisect_left(found, row_at(table, passage.start), key=itemgetter(0))
        return found[above - 1][1] if above else column

    def lie_ahead(self, table: Table, passage: Passage) -> bool:
        """Whether a figure is of a time to come by its column or row, or sums such up."""
        column, row = passage.column or "", table.rows[row_at(table, passage.start)]
        if self._lies_ahead(column) or self._lies_ahead(passage.row or ""):
            return True
        if _SUM.match(column):
            return self._lie_ahead_alone(cell.column or "" for cell in row[1:])
        return bool(_SUM.match(passage.row or "")) and self._rows_lie_ahead(table)

    @once_for_each_table
    def _rows_lie_ahead(self, table: Table) -> bool:
        """Whether a table's rows are of times to come."""
        return self._lie_ahead_alone(self._text_of(row[0]) for row in table.rows)

    def _lie_ahead_alone(self, heads: Iterable[str]) -> bool:
        """Whether some heads are of times to come, and none of others."""
        heads = tuple(heads)
        return any(map(self._lies_ahead, heads)) and not any(map(self._spoken.times, heads))

    @once_for_each_table
    def _repeated_heads(self, table: Table) -> frozenset[str | None]:
        """Heads of as many columns as are dated, two or more, but "Q1" of two years."""
        fullest = max(table.rows[table.body :], key=len, default=())
        heads = Counter(cell.column for cell in fullest if cell.column)
        dated = sum(heads[head] for head in heads if self._headed(head))
        return frozenset(
            head for head in heads if heads[head] == dated > 1 and not _PART.fullmatch(head)
        )

    def _lies_ahead(self, head: str) -> bool:
        years = _YEARS_ON.match(head)
        if years:
            return bool(years["after"]) or int(years["first"]) > self._last_year
        return bool(self._spoken.every_time(head)) and not self._spoken.times(head)


def later_compared(head: str, times: Sequence[Time]) -> Time:
    """Finds the time of a head: its last, or of two that are compared the later ("’24 vs. ’23")."""
    last = times[-1]
    if len(times) > 1 and (
        _COMPARED.fullmatch(head, times[-2].end, last.start)
        or _AGAINST.search(head, times[-2].end, last.start)
    ):
        return max(times[-2:], key=lambda time: time.last)
    return last
