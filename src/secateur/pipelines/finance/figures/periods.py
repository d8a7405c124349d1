"""The day or the stretch of time that a figure is for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from secateur.pipelines.document.calendar_words import month_number
from secateur.pipelines.document.document import Span
from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.figures.duration import DAY_OF_YEAR, LASTS, Durations, features
from secateur.pipelines.finance.figures.source import Source
from secateur.pipelines.finance.figures.sources import Sources
from secateur.pipelines.finance.figures.times import Time
from secateur.pipelines.finance.fiscal.forecasts import tells_results
from secateur.pipelines.finance.fiscal.years import FiscalCalendar

_BEGINNING = re.compile(r"\b(?:beginning|opening|start of)\b", re.IGNORECASE)


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
        self._sources = Sources(layout, fiscal)

    def read(self, span: Span, label: str, sentences: Sequence[Span]) -> Period | None:
        """Tells the period of a figure.

        Args:
            span: The figure.
            label: Its type.
            sentences: Its sentence, and up to three of the same paragraph before it, nearest first.

        Returns:
            The period: where nothing tells it, the report's own fiscal year or its last day, in a
            quarter's report the quarter; None where that is not known either, nor of how many
            lengths that its table has what a day ends is.
        """
        source = self._source(span, sentences)
        if source.time is None and self._fiscal.assumed:
            return None
        lasts = self._lasts(span, label, source, sentences)
        said = self._layout.document.text[slice(*sentences[0])]
        if lasts and source.place == "before" and tells_results(said):
            source = self._without_event(source)
        if lasts and self._lacks_its_length(span[0], source):
            return None
        return self._period(span[0], source.time, lasts)

    def _source(self, span: Span, sentences: Sequence[Span]) -> Source:
        return self._by_default(self._sources.find(span[0], sentences))

    def _by_default(self, source: Source) -> Source:
        """Gives what no words tell the time that a document which ends no year reports on."""
        own = self._fiscal.own if self._fiscal.assumed else None
        if source.time is not None or own is None:
            return source
        return Source(source.place, Time(0, 0, *own, "span"))

    def _lacks_its_length(self, start: int, source: Source) -> bool:
        """Whether a day alone heads a column, and stretches of several lengths those beside it."""
        day = source.place == "column" and source.time is not None and source.time.kind == "day"
        return day and len(self._sources.lengths_beside(start)) > 1

    def _without_event(self, source: Source) -> Source:
        """For a month or a day of the report's year, or the one before, that ends no part of it.

        What happened then is told by another sentence; results are of all of the report's time.
        """
        time = source.time
        if time is None or time.kind not in ("day", "month"):
            return source
        if time.kind == "day" and self._fiscal.ended_by(time.last) != (time.last, time.last):
            return source
        label = self._fiscal.label_of(time.last)
        if label == self._fiscal.label:
            return self._by_default(Source("default"))
        if label + 1 != self._fiscal.label:
            return source
        before = self._fiscal.year_before(*(self._fiscal.own or self._fiscal.year(label + 1)))
        return Source("default", Time(0, 0, *before, "span"))

    def _lasts(self, span: Span, label: str, source: Source, sentences: Sequence[Span]) -> bool:
        """Whether a figure is for a stretch of time, an aside like what it follows."""
        compared = self._sources.compared(span[0], sentences[0])
        if compared is not None:
            span, source = compared, self._source(compared, sentences)
        place, time = source.place, source.time
        if day := self._sources.prose.day_beside(span[0], sentences[0]):
            place, time = "sentence", day
        if time and time.kind == "year" and self._sources.lengths_beside(span[0]):
            time = replace(time, kind="span")
        found = features(self._layout, span, label, place, time, sentences[0])
        return self._durations.lasts(found | {LASTS} if self._is_to_come(place, time) else found)

    def _is_to_come(self, place: str, time: Time | None) -> bool:
        """Whether its sentence or one before says of a figure what stretch it is expected of."""
        latest = self._fiscal.reported or self._fiscal.end
        to_come = time is not None and time.kind == "span" and time.last > latest
        return to_come and place in ("sentence", "before")

    def _period(self, start: int, time: Time | None, lasts: bool) -> Period:
        if time is None:
            first, last = self._fiscal.year(self._fiscal.label)
        elif time.kind == "day":
            first, last = self._fiscal.ended_by(time.last)
        else:
            first, last = time.first, time.last
        if lasts:
            return Period(last, first)
        reported = self._fiscal.reported
        if reported and time and time.kind == "year" and first <= reported < last:
            return Period(reported)  # No balance is known of a day to come.
        begins = first < last and self._begins(start, first)
        return Period(first - timedelta(days=1) if begins else last)

    def _begins(self, start: int, first: date) -> bool:
        """Whether a head speaks of the beginning of a period that another head names."""
        passage = self._layout.passage_at(start)
        heads = (passage.row, passage.column) if passage else ()
        return any(
            (_BEGINNING.search(head) or _names(head, first)) and not self._dated(head)
            for head in heads
            if head
        )

    def _dated(self, head: str) -> bool:
        return any(time.kind == "day" for time in self._sources.times(head))


def _names(head: str, first: date) -> bool:
    """Whether a head ends with a day without its year, and it is this one ("at 1 April")."""
    day = DAY_OF_YEAR.search(head)
    if day is None:
        return False
    month = month_number(day["month"] or day["month_first"])
    return (month, int(day["day"] or day["day_last"])) == (first.month, first.day)
