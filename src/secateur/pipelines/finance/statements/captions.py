"""Reads the figures inside row captions: allowances, par values, shares issued on each day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby, pairwise

from secateur.pipelines.document.calendar_words import MONTH, YEAR, month_number
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.numbers.context import MONEY_SIGN
from secateur.pipelines.finance.statements.statement import Cell, Column

_LISTED = re.compile(r"\s*(?:shares\s*)?(?:and|,|or)(?:\s+and)?\s*(?:of\s+)?", re.IGNORECASE)
"""Between the figures of a list, of which each is of a column of its own."""
_DATE = re.compile(
    rf"(?:(?<![a-z])(?P<month>{MONTH})\.?,?\s+(?:\d{{1,2}},?\s+)?)?(?<![\d.,$])(?P<year>{YEAR})(?![\d,.]\d)",
    re.IGNORECASE,
)
_ADJOINS = re.compile(r"\s*[-–—:,]?\s*")
"""Between a year that no column is of and its figure."""
_TO_COME = re.compile(
    r"\b(?:due|maturing|through|until|expir\w+|beginning|from)\s+(?:in\s+|on\s+)?$", re.IGNORECASE
)
"""Before a date that is no balance sheet's."""
_CLAUSE = re.compile(r";")
_TWO_COUNTS = re.compile(
    r"(?:(?!\b(?:no|none)\b)[^;]){0,60}?\b(?:issued\s+(?:and|or)\s+outstanding|outstanding\s+and\s+issued)"
)
_TWO_BEFORE = re.compile(
    r"\b(?:issued\s+(?:and|or)\s+outstanding|outstanding\s+and\s+issued)\W*$", re.IGNORECASE
)
_NONE = re.compile(r"\b(?:none|no shares)(?:\s+\w+)?\s+(?:issued|outstanding)\b", re.IGNORECASE)
_BEFORE = re.compile(r"\W*")

Periods = tuple[str | None, ...]
Clause = tuple[int, int, list[Entity]]
"""First character, one past the last, and the figures between."""
Date = tuple[int, Periods]
"""Where a date stands, and the periods of the columns that it names."""


def caption_rows(
    text: str, caption: Passage, figures: Sequence[Entity], columns: Sequence[Column]
) -> Iterator[tuple[Cell, ...]]:
    """Reads the figures of a caption, a row for each thing that they count.

    A clause that names a day is of that day, a list as long as the columns has a figure of each,
    and "$0.001 par value" is of all days. "974 issued and outstanding" counts two things.

    Args:
        text: The document's.
        caption: What heads a row.
        figures: Those inside it, in order.
        columns: The statement's.

    Yields:
        The cells of a row: the figure once for each period that it holds for.
    """
    figures = [figure for figure in figures if not _is_name(text, caption, figure)]
    for clause in _clauses(text, caption, figures):
        for figure, periods in _periods(text, clause, columns):
            cell = _cell(text, figure)
            row = tuple(replace(cell, period=period) for period in periods)
            twice = _counts_two(text, clause, figure)
            yield from [row] * (1 + twice)
    for none in _NONE.finditer(text, caption.start, caption.end):
        zero = Cell(
            None, None, "shares", none[0], Decimal(0), None, *none.span(), caption.page, caption.box
        )  # fmt: skip
        yield from [tuple(replace(zero, period=day) for day in _days(columns))] * 2


def _counts_two(text: str, clause: Clause, figure: Entity) -> bool:
    """Whether a number of shares is of those issued and of those outstanding."""
    start, end, figures = clause
    if _TWO_COUNTS.match(text, figure.end, end):
        return True
    shares = [each for each in figures if each.label == "SHARES"]
    return figure in shares and _TWO_BEFORE.search(text, start, shares[0].start) is not None


def _clauses(text: str, caption: Passage, figures: Sequence[Entity]) -> Iterator[Clause]:
    ends = [found.end() for found in _CLAUSE.finditer(text, caption.start, caption.end)]
    for start, end in zip([caption.start, *ends], [*ends, caption.end], strict=True):
        own = [figure for figure in figures if start <= figure.start < end]
        if own:
            yield start, end, own


def _periods(
    text: str, clause: Clause, columns: Sequence[Column]
) -> Iterator[tuple[Entity, Periods]]:
    """The periods of each figure of a clause."""
    start, end, figures = clause
    found = [(date, _named(date, columns)) for date in _DATE.finditer(text, start, end)]
    dates = [
        (date.start(), periods)
        for date, periods in found
        if periods and not _TO_COME.search(text, start, date.start())
    ]
    others = [date.end() for date, periods in found if not periods]
    general = _general(figures, dates)
    for run in _lists(text, figures):
        for number, figure in enumerate(run):
            if any(_ADJOINS.fullmatch(text, end, figure.start) for end in others):
                yield figure, (figure.period,)
            elif dates and figure not in general:
                yield figure, _dated(number, run, figures, dates)
            else:
                yield figure, _undated(figure, number, run, columns)


def _general(figures: Sequence[Entity], dates: Sequence[Date]) -> Sequence[Entity]:
    """Figures that a clause opens with before it counts the same things on each day.

    "900 authorized, 80 issued and 70 outstanding at … and 78 issued and 69 outstanding at …"
    """
    ends = [0, *(at for at, _ in dates)]
    counts = [sum(a <= figure.start < b for figure in figures) for a, b in pairwise(ends)]
    more = counts[0] - counts[1] if len(counts) > 1 and len(set(counts[1:])) == 1 else 0
    return figures[: max(more, 0)] if counts[-1:] != [0] else ()


def _lists(text: str, figures: Sequence[Entity]) -> Iterator[list[Entity]]:
    """Figures of one type in a row, only "and" or a comma between them."""
    number = 0
    groups: list[int] = []
    for place, figure in enumerate(figures):
        before = figures[place - 1] if place else None
        joined = before is not None and before.label == figure.label
        number += not (
            joined and _LISTED.fullmatch(text, before.end if before else 0, figure.start)
        )
        groups.append(number)
    for _, run in groupby(zip(groups, figures, strict=True), key=lambda pair: pair[0]):
        yield [figure for _, figure in run]


def _dated(
    number: int, run: Sequence[Entity], figures: Sequence[Entity], dates: Sequence[Date]
) -> Periods:
    """The periods of a figure in a clause that names days, all before or all behind its figures.

    Several days behind a list are a day each for its figures, and all of them for a single one.
    """
    before = [periods for at, periods in dates if at < run[0].start]
    if before and dates[0][0] < figures[0].start:
        return before[-1]
    behind = [(at, periods) for at, periods in dates if at > run[-1].start] or dates[:1]
    following = (other.start for other in figures if other.start > behind[0][0])
    end = next(following, None)
    own = [periods for at, periods in behind if end is None or at < end]
    beside = not any(run[-1].start < other.start < behind[0][0] for other in figures)
    if beside and len(run) == len(own) > 1:
        return own[number]
    return tuple(dict.fromkeys(period for periods in own for period in periods))


def _undated(
    figure: Entity, number: int, run: Sequence[Entity], columns: Sequence[Column]
) -> Periods:
    periods = tuple(dict.fromkeys(column.period for column in columns if column.period))
    if len(run) > 1:
        return (periods[number] if len(run) == len(periods) else figure.period,)
    days = _days(columns)
    return (
        tuple(dict.fromkeys((figure.period, *days)))
        if figure.period in days
        else (days or (figure.period,))
    )


def _days(columns: Sequence[Column]) -> tuple[str, ...]:
    """The days of a statement's columns, none where any is for a stretch of time."""
    periods = [column.period for column in columns if column.period]
    return tuple(sorted(set(periods))) if not any("/" in period for period in periods) else ()


def _named(found: re.Match[str], columns: Sequence[Column]) -> Periods:
    """The periods of the columns that a date names."""
    dated = [column for column in columns if column.period]
    named = [column for column in dated if found["year"] in column.label]
    named = named or [c for c in dated if (c.period or "")[-10:-6] == found["year"]]
    if found["month"]:
        month = f"-{month_number(found['month']):02d}-"
        exact = [column for column in named if (column.period or "")[-6:-2] == month]
        named = exact or (named if len(named) == 1 else [])
    return tuple(dict.fromkeys(column.period for column in named))


def _is_name(text: str, caption: Passage, figure: Entity) -> bool:
    """Whether a number opens a caption without any sign of money: "787 reach-forward loss"."""
    opens = _BEFORE.fullmatch(text, caption.start, figure.start) is not None
    return opens and figure.label == "MONEY" and not MONEY_SIGN.search(figure.text)


def _cell(text: str, figure: Entity) -> Cell:
    value = figure.value if figure.value is not None else Decimal(0)
    return Cell(
        None, figure.period, figure.unit, text[figure.start : figure.end], value, figure.score,
        figure.start, figure.end, figure.page, figure.box,
    )  # fmt: skip
