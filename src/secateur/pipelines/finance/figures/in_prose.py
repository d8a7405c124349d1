"""Where running text tells the time of a figure: in its sentence, before it, in other words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial

from secateur.pipelines.document.document import Passage, Span
from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.figures.asides import (
    before_aside,
    day_beside,
    heard_at,
    is_aside,
)
from secateur.pipelines.finance.figures.comparisons import Comparisons
from secateur.pipelines.finance.figures.conversions import converted, without_conversions
from secateur.pipelines.finance.figures.events import is_event, is_of_another_clause
from secateur.pipelines.finance.figures.implied import (
    compared_first,
    is_a_quarter_earlier,
    is_at_the_last_year_end,
    is_earlier,
    is_of_the_year,
    reported_or_last,
    same_stretches,
    says_a_year_ago,
)
from secateur.pipelines.finance.figures.prose import (
    chief_of,
    runs_of,
    spoken_of,
    time_for,
)
from secateur.pipelines.finance.figures.source import Source
from secateur.pipelines.finance.figures.times import Time, find_times, moved
from secateur.pipelines.finance.figures.titles import Titles
from secateur.pipelines.finance.figures.unnamed_years import UnnamedYears
from secateur.pipelines.finance.fiscal.forecasts import is_awaited, is_forecast, tells_results
from secateur.pipelines.finance.fiscal.years import FiscalCalendar

_OPENS = re.compile(r"\s?[-–—:]\s")
"""Behind the year that a list is of: "2015 - Included the following items:"."""
_AHEAD = timedelta(days=200)
"""Later times are due dates and plans; a report's own times end with the events after its year."""

_LINES = 8
"""Lines up to which a title says for when figures are planned."""
_TITLE = 60
"""Most characters of a title that may say it is an outlook."""
_OUTLOOK = re.compile(r"\b(?:outlook|guidance|targets)\b", re.IGNORECASE)
_ESTIMATE = re.compile(r"[EF](?!\w)")
"""Behind a year that is forecast: "2026E"."""
_BEGUN = re.compile(
    r"\b(?:launch(?:ed)?|inception|founded|established|incorporated)(?: (?:date|on|in))?:? $",
    re.IGNORECASE,
)
"""Before a time since when something is."""
_BACK = 24
"""Characters before a time in which `_BEGUN` is looked for."""
_THAT_DATE = re.compile(r"\b(?:on|as of|as at|at) (?:that|such|this) (?:day|date)\b", re.IGNORECASE)
_REPORTING_DATE = re.compile(
    r"\b(?:on|as of|as at|at) (?:(?:the )?(?:reporting|balance(?:[- ]sheet)?) date"
    r"|the (?:end|close) of the (?:reporting (?:period|year)|(?:period|year) covered by))\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"\W*(?:today|now|currently)\b,?", re.IGNORECASE)
"""Opens a sentence on the time of the document, whatever those before it tell of."""
_PARTS = 2
"""Fewest parts of a year that "the same periods" stands for."""


class TimesInProse:
    """Finds the times of the figures of one document's running text."""

    def __init__(self, layout: Layout, fiscal: FiscalCalendar) -> None:
        """Takes what is known of the document.

        Args:
            layout: Its tables and passages.
            fiscal: Its company's years.
        """
        self._layout = layout
        self._fiscal = fiscal
        # Figures of one sentence or column ask for the times of the same text.
        self.every_time = cache(partial(find_times, fiscal=fiscal))
        self._compared = Comparisons(layout, self.times)
        self._titles = Titles(fiscal.reported or fiscal.end, self.times_of_title)
        told = fiscal.reported or (None if fiscal.assumed else fiscal.end)
        self._parts = UnnamedYears(fiscal, told) if told else None

    def times(self, text: str) -> list[Time]:
        """Finds the times of a text that a report's figures can be for."""
        latest = self._fiscal.end + _AHEAD
        return [
            time
            for time in self.every_time(text)
            if (time.last <= latest or _ESTIMATE.match(text, time.end))
            and not _BEGUN.search(text, max(time.start - _BACK, 0), time.start)
        ]

    def find(self, start: int, sentences: Sequence[Span]) -> Source:
        """Finds the words that tell a figure's time; arguments as for `Sources.find`."""
        source = self._told(start, sentences)
        text, at = self._sentence(start, sentences[0])
        heard = self._heard(text, at)
        if is_at_the_last_year_end(text, at):
            last = source.time.last if source.time else self._fiscal.end
            day = self._fiscal.last_day(self._fiscal.label_of(last) - 1)
            return replace(source, time=Time(0, 0, day, day, "day"))
        if is_earlier(text, at, heard):
            said = says_a_year_ago(text, at)
            later = compared_first(text, at, heard) if said else None
            later = later or source.time or self._own_part() or self._own_year(start)
            return replace(source, time=self._a_year_before(later, said=said))
        time = source.time or self._own_quarter()
        if time is not None and is_a_quarter_earlier(text, at):
            return replace(source, time=self._a_quarter_before(time))
        return source

    def compared(self, start: int, sentence: Span) -> Span | None:
        """Finds the figure that one in an aside, "(2023: £4m)", is compared with, or says again."""
        text, at = self._within(start, sentence)
        span = converted(text, at) or before_aside(text, at, self.every_time(text))
        return (sentence[0] + span[0], sentence[0] + span[1]) if span else None

    def day_beside(self, start: int, sentence: Span) -> Time | None:
        """Finds the day of what a figure is compared with; see `asides.day_beside`."""
        text, at = self._within(start, sentence)
        return day_beside(text, at, self._with_quarters(text, self.times(text)))

    def _told(self, start: int, sentences: Sequence[Span]) -> Source:
        text, at = self._sentence(start, sentences[0])
        times = self._heard(text, at)
        own = time_for(text, at, times)
        if not times and is_of_the_year(text):
            own = self._own_year(start)
        if own is not None:
            return Source("sentence", own)
        if not times and (_NOW.match(text) or _REPORTING_DATE.search(text)):
            return Source("sentence", self._own_day())
        if _THAT_DATE.search(text) and (day := self._last_day(sentences[1:2])):
            return Source("sentence", day)
        forecast = is_forecast(text, at) or (is_awaited(text) and tells_results(text))
        for begin, end in sentences[1:]:
            text = self._layout.document.text[begin:end]
            if _NOW.match(text):
                break
            ahead = not forecast and is_forecast(text, len(text))
            times = heard_at(text, -1, spoken_of(text, self._times_spoken(text, forecast or ahead)))
            if is_awaited(text) or ahead or (self._fiscal.reported and not forecast):
                latest = self._fiscal.reported or self._fiscal.end
                times = [time for time in times if time.last <= latest or is_event(time)]
            if chief := chief_of(text, times):
                return Source("before", chief)
        passage = self._layout.passage_at(start)
        if passage and (planned := self._planned(passage)):
            return Source("before", planned)
        introduction = self._layout.introduction(passage) if passage else None
        text = self._layout.text_of(introduction) if introduction else ""
        opening = [
            time for time in self.times(text)[:1] if not time.start and _OPENS.match(text, time.end)
        ]
        times = opening or spoken_of(text, self._with_quarters(text, self.times(text)))
        told = self._compared.later(text) or reported_or_last(times, self._own_part())
        if over := told or self._compared.time_at(start):
            return Source("before", over)
        return Source("default", self._of_its_title(passage) if passage else None)

    def _own_day(self) -> Time:
        day = self._fiscal.reported or self._fiscal.end
        return Time(0, 0, day, day, "day")

    def _last_day(self, sentences: Sequence[Span]) -> Time | None:
        """The last day that a sentence names, whatever happens then."""
        times = (
            t
            for span in sentences
            for t in self.every_time(self._layout.document.text[slice(*span)])
            if t.kind == "day"
        )
        return max(times, key=lambda time: time.start, default=None)

    def _of_its_title(self, passage: Passage) -> Time | None:
        """The part of the year in a title over a text, none for what the report is on anyway."""
        time = self._titles.time_over(passage)
        fiscal = self._fiscal
        own = fiscal.own if fiscal.assumed else fiscal.year(fiscal.label)
        return None if time and (time.first, time.last) == own else time

    def _planned(self, passage: Passage) -> Time | None:
        """The year of a title that a figure's line stands under: "2024 Outlook"."""
        for title in self._layout.before(passage, _LINES):
            text = self._layout.text_of(title)
            if len(text) <= _TITLE and _OUTLOOK.search(text) and (times := self.every_time(text)):
                return replace(times[0], kind="span")
        return None

    def _sentence(self, start: int, sentence: Span) -> tuple[str, int]:
        """The text of a figure's sentence, and where it, or what it converts, starts in it."""
        text, at = self._within(start, sentence)
        first = converted(text, at)
        return without_conversions(text), first[0] if first else at

    def _within(self, start: int, sentence: Span) -> tuple[str, int]:
        return self._layout.document.text[slice(*sentence)], start - sentence[0]

    def _heard(self, text: str, at: int) -> list[Time]:
        forecast = is_forecast(text, at)
        times = spoken_of(text, self._times_spoken(text, forecast), forecast=forecast)
        own = (part for time in times for part in self._of_its_year(text, time, times))
        return heard_at(text, at, [t for t in own if not is_of_another_clause(text, at, t)])

    def _of_its_year(self, text: str, time: Time, times: Sequence[Time]) -> list[Time]:
        """For "the same period in 2023" that part of the year which the sentence speaks of.

        For "the same periods in 2023" those parts, side by side.
        """
        stretches = same_stretches(text, time)
        if not (stretches or (self._is_interim and is_aside(text, time))):
            return [time]
        before = [o for o in times if o.start < time.start and not is_aside(text, o)]
        if before and all(other.kind == "year" for other in before):
            return [time]  # "fiscal 2008 ... over the comparable period in fiscal 2007"
        before = [other for other in before if other.kind == "span"]
        parts = runs_of(text, before)[-1] if before else [self._own_part() or time]
        parts = parts[-1 if stretches < _PARTS else 0 :]
        *others, last = (moved(part, time, self._fiscal) for part in parts)
        return [*(replace(part, end=part.start) for part in others), last]

    @property
    def _is_interim(self) -> bool:
        """Whether the report is on a part of a year."""
        own = self._fiscal.own if self._fiscal.assumed else None
        return own is not None and own != self._fiscal.year(self._fiscal.label_of(own[1]))

    def _own_part(self) -> Time | None:
        own = self._fiscal.own if self._fiscal.assumed else None
        return Time(0, 0, *own, "span") if own else self._own_quarter()

    def _times_spoken(self, text: str, forecast: bool) -> list[Time]:
        """The times of a sentence; for a forecast of results those to come too, as they pass."""
        if not forecast:
            return self._with_quarters(text, self.times(text))
        end = self._fiscal.reported or self._fiscal.end
        found = self._with_quarters(text, self.every_time(text), ahead=True)
        return [replace(t, kind="span") if t.kind == "year" and t.last > end else t for t in found]

    def _with_quarters(
        self, text: str, times: Sequence[Time], *, ahead: bool = False
    ) -> list[Time]:
        """And, where it is told what is reported on, the quarters named without a year."""
        if self._parts is None:
            return list(times)
        parts = self._parts.times(text, ahead=ahead)
        unnamed = [
            part
            for part in parts
            if not any(time.start <= part.end and part.start <= time.end for time in times)
        ]
        return sorted([*times, *unnamed], key=lambda time: time.start)

    def times_of_title(self, title: str) -> list[Time]:
        """Finds the times of a title, parts of the year that is reported on among them."""
        return self._with_quarters(title, self.times(title))

    def _own_year(self, start: int) -> Time:
        """The year that a place speaks of, which is the report's below most headings."""
        own = Time(0, 0, *self._fiscal.year(self._fiscal.label), "year")
        return self._compared.time_at(start) or own

    def _own_quarter(self) -> Time | None:
        reported = self._fiscal.reported
        if reported is None:
            return None
        return Time(0, 0, self._fiscal.quarter_of(reported)[0], reported, "span")

    def _a_year_before(self, time: Time, *, said: bool) -> Time:
        year_end = self._fiscal.last_day(self._fiscal.label_of(time.last))
        if time.kind == "day" and time.last != year_end and not said:
            return time  # a balance within a year is compared with the year's end as often
        first, last = self._fiscal.year_before(time.first, time.last)
        return replace(time, first=first, last=last)

    def _a_quarter_before(self, time: Time) -> Time:
        first, _ = self._fiscal.quarter_of(time.last)
        first, last = self._fiscal.quarter_of(first - timedelta(days=1))
        return replace(time, first=last if time.kind == "day" else first, last=last)
