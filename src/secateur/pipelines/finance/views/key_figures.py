"""Key figures of a report by period, and of a company's reports side by side."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.document.validation import check, check_each
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.views.measures import STATEMENTS, WHOLE, measured, words
from secateur.pipelines.finance.views.names import registrant_of

_GENERIC = re.compile(r"\.com\b|\b(?:the|group|holdings?|international|corporate)\b")
"""What a company's new name often adds or leaves out."""
_RESTATED = re.compile(r"adjusted|restated|reported", re.IGNORECASE)
_MOST_PARTS = 15
"""Cells before an amount among which are those that add up to it."""
_YEAR_DAYS = (350, 380)
"""Days between the first and the last of a year, one of 52 or 53 weeks too."""
_HALF_DAYS = 150
_NEAR = 9
"""Days by which weeks go on behind a month's end."""
_MARK = "*"
_WIDEST = 64
"""Characters of a measure that a line shows."""
_ALIKE = Decimal("0.01")
"""How far two values differ, as a share of the first, of which one is the other rounded."""


@dataclass(frozen=True)
class KeyFigure:
    """A figure of one period.

    Attributes:
        value: The value of a total, else that which the report gives most often.
        unit: Its unit.
        entity: Where it stands.
        one_of_several: Whether the report gives others of its measure and period, and nothing tells
            the whole company's from those of its parts but which of them stands first.
    """

    value: Decimal
    unit: str | None
    entity: Entity
    one_of_several: bool = False


@dataclass(frozen=True)
class KeyFigures:
    """A table of key figures.

    Attributes:
        periods: Column heads, the latest first: "2024-12-31" for a fiscal year and its end,
            "first/last" for other stretches.
        rows: Figures by concept, or by row head where no concept is known, and by period.
    """

    periods: tuple[str, ...]
    rows: Mapping[str, Mapping[str, KeyFigure]]


def key_figures(entities: Iterable[Entity]) -> KeyFigures:
    """Arranges the figures of a document by what they measure and when.

    Args:
        entities: What was found in the document.

    Returns:
        The table: a row for each measure, see `measured`, without what is expected. Of several
        values for one measure and period (the company's, its segments') those in cells beside a row
        head come before those in sentences and in heads ("net of allowances of $14"), of them the
        whole before segments that stand beside it, add up to it or say so, amounts of a total, then
        the most frequent, of equally frequent ones the first in the statements. Changes of what
        rows of balances state are left out.

    Raises:
        UsageError: What is given as an entity is none.
    """
    cells: defaultdict[tuple[str, str], list[Entity]] = defaultdict(list)
    by_measure: defaultdict[str, list[tuple[str, Entity]]] = defaultdict(list)
    for measure, entity in measured(check_each(entities, Entity)):
        if entity.value is not None and entity.period is not None:
            by_measure[measure].append((entity.period, entity))
    own = _year_end(period for found in by_measure.values() for period, _ in found)
    for measure, found in by_measure.items():
        for period, entity in _of_days(found):
            cells[measure, _column(period, own)].append(entity)
    rows: defaultdict[str, dict[str, KeyFigure]] = defaultdict(dict)
    for (measure, period), alike in cells.items():
        rows[measure][period] = _main(alike)
    return _arranged(rows)


def _arranged(rows: Mapping[str, Mapping[str, KeyFigure]]) -> KeyFigures:
    """Rows with their periods, the latest first."""
    periods = {period for row in rows.values() for period in row}
    return KeyFigures(tuple(sorted(periods, key=_age, reverse=True)), dict(rows))


def _of_days(found: Sequence[tuple[str, Entity]]) -> Sequence[tuple[str, Entity]]:
    """Leaves out changes of what a balance sheet states: "Inventories" of the cash flows."""
    days = [(period, entity) for period, entity in found if "/" not in period]
    by_head = all(entity.concept is None for _, entity in found)
    return days if by_head and 2 * len(days) > len(found) else found


def side_by_side(reports: Sequence[tuple[Document, Sequence[Entity]]]) -> KeyFigures:
    """Puts several years' reports of one company in one table.

    Args:
        reports: Documents and what was found in them, in any order.

    Returns:
        The table of all years; for a year that several reports give, the latest report counts,
        which shows restated figures.

    Raises:
        UsageError: The reports name different companies on their covers; "Acme.com Group" and
            "Acme Holdings" are one. Or what is given is no pair of a document and its entities.
    """
    for document, found in check_each(reports, tuple, "pairs of a document and its entities"):
        check(document, Document)
        check_each(found, Entity)
    # Reports of several folders may share a name.
    companies = [
        (document.doc_id, registrant_of(document, sorted(found, key=lambda e: e.start)))
        for document, found in reports
    ]
    if len({_GENERIC.sub("", company or "").strip() for _, company in companies}) > 1:
        named = ", ".join(f"{doc_id} ({company})" for doc_id, company in companies)
        raise UsageError(f"not the reports of one company: {named}; give one company's files")
    tables = [key_figures(found) for _, found in reports]
    tables.sort(key=lambda table: _age(table.periods[0]) if table.periods else (date.min, False))
    rows: defaultdict[str, dict[str, KeyFigure]] = defaultdict(dict)
    for table in tables:
        for measure, row in table.rows.items():
            rows[measure].update(row)
    return _arranged(rows)


def as_text(table: KeyFigures, columns: int = 5) -> str:
    """Writes a table for people.

    Args:
        table: The table.
        columns: Most periods, those with the most figures.

    Returns:
        A line of periods, one line for each measure that has a figure in one of them, those that
        are one of several with a mark, and lines that say what it means and how much is left out;
        or that there is nothing.
    """
    if not table.rows:
        return "no figure with a known measure, value and period"
    periods = fullest(table, columns)
    shown = {
        words(measure): [row.get(period) for period in periods]
        for measure, row in table.rows.items()
        if any(period in row for period in periods)
    }
    rows = [["", "unit", *periods]]
    for measure, figures in shown.items():
        unit = next(figure.unit for figure in figures if figure) or ""
        name = measure if len(measure) <= _WIDEST else f"{measure[: _WIDEST - 1]}…"
        rows.append([name, unit, *(_shown(figure) if figure else "" for figure in figures)])
    width, *others = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    lines = [f"{name:<{width}}" + "".join(map(str.rjust, cells, others)) for name, *cells in rows]
    if any(figure and figure.one_of_several for figures in shown.values() for figure in figures):
        lines.append(f"{_MARK} one of several figures of which none is told to be the whole")
    if hidden := len(table.periods) - len(periods):
        measures = f"{len(table.rows) - len(shown)} of {quantity(len(table.rows), 'measure')}"
        lines.append(f"left out, in --json: {hidden} of {len(table.periods)} periods, {measures}")
    return "\n".join(lines)


def fullest(table: KeyFigures, columns: int) -> list[str]:
    """Returns the periods with the most figures, of those with as many the latest."""
    filled = Counter(period for row in table.rows.values() for period in row)
    chosen = sorted(filled, key=lambda period: (filled[period], _age(period)), reverse=True)
    return sorted(chosen[:columns], key=_age, reverse=True)


def _shown(figure: KeyFigure) -> str:
    return f"{_MARK if figure.one_of_several else ''}{figure.value:,f}"


def _main(entities: list[Entity]) -> KeyFigure:
    counts = Counter(entity.value for entity in entities)
    parts = _segments(entities) | _parts(entities)

    def worth(entity: Entity) -> tuple[bool, bool, bool, bool, bool, int, bool, int]:
        in_statements, head = entity.section in STATEMENTS, (entity.row or "").lower()
        is_total = entity.label == "MONEY" and head.startswith("total")
        # "Total income taxes" is no income before them.
        fits = "Before" not in (entity.concept or "") or "before" in head
        # Before what is not allotted to segments their total is not the company's.
        whole = entity.start not in parts
        return (entity.row is not None, fits, whole and "segment" not in head, whole, is_total,
                counts[entity.value], in_statements, -entity.start)  # fmt: skip

    best = max(entities, key=worth)
    rivals = (entity for entity in entities if worth(entity)[:-1] == worth(best)[:-1])
    several = any(_differs(entity.value, best.value) for entity in rivals)
    return KeyFigure(best.value or Decimal(0), best.unit, best, several)


def _differs(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether neither of two values is the other rounded, or with the other sign."""
    one, other = abs(one or Decimal(0)), abs(other or Decimal(0))
    return abs(one - other) > _ALIKE * other


def _segments(entities: Iterable[Entity]) -> set[int]:
    """Where figures stand that have a column of totals beside them in their row."""
    rows: defaultdict[tuple[str | None, str | None], list[Entity]] = defaultdict(list)
    for entity in entities:
        if entity.row:
            rows[entity.row, entity.sentence].append(entity)
    found: set[int] = set()
    for row in rows.values():
        others = {entity.start for entity in row if not WHOLE.search(entity.column or "")}
        found |= others if len(others) < len(row) else set()
    return found


def _parts(entities: Iterable[Entity]) -> set[int]:
    """Where figures stand that, two or more, add up to the one behind them."""
    cells = sorted((e for e in entities if e.row), key=lambda entity: entity.start)
    found: set[int] = set()
    for number, entity in enumerate(cells):
        parts: set[int] = set()
        left = entity.value or Decimal(0)
        # What was reported and its adjustment are both the company's.
        above = () if not left or _RESTATED.search(entity.row or "") else cells[:number]
        for part in reversed(above[-_MOST_PARTS:]):
            left -= part.value or 0
            parts |= {part.start} if part.value else set()
            if left == 0 and len(parts) > 1:
                found |= parts
                break
    return found


def _year_end(periods: Iterable[str]) -> int:
    """The month with which years end, by those that are given and by halves and nine months."""
    ends: Counter[int] = Counter()
    for period in periods:
        first, _, last = period.partition("/")
        days = (date.fromisoformat(last) - date.fromisoformat(first)).days if last else 0
        if _YEAR_DAYS[0] <= days <= _YEAR_DAYS[1]:
            ends[_month_of(last)] += 1
        elif days > _HALF_DAYS:
            ends[_month_of(str(date.fromisoformat(first) - timedelta(days=1)))] += 1
    return max(ends, key=ends.__getitem__, default=0)


def _month_of(day: str) -> int:
    """The month that a day ends, if with a week that goes on for some days."""
    return (date.fromisoformat(day) - timedelta(days=_NEAR)).month


def _column(period: str, year_end: int) -> str:
    """A fiscal year and its last day share a column, not twelve months to another day."""
    first, _, last = period.partition("/")
    if not last:
        return first
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    is_year = _YEAR_DAYS[0] <= days <= _YEAR_DAYS[1] and _month_of(last) == year_end
    return last if is_year else period


def _age(period: str) -> tuple[date, bool]:
    return date.fromisoformat(period.rpartition("/")[2]), "/" not in period
