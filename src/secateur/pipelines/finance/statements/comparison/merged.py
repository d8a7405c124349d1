"""Puts the figures of a company's filings together: the latest value, and the first beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from secateur.pipelines.finance.statements.comparison.figures import Figure, Key
from secateur.pipelines.finance.statements.comparison.filings import Reported
from secateur.pipelines.finance.statements.comparison.spans import begin_together, span_of
from secateur.pipelines.finance.statements.naming import line_name
from secateur.pipelines.finance.statements.standard import standard_lines

Observed = Mapping[Key, Sequence[Figure]]
"""By line and period, the figures of the filings that have one, from the earliest filing on."""


def observe(filings: Sequence[Reported]) -> dict[Key, list[Figure]]:
    """Lists the figures of each line and period.

    Args:
        filings: Figures of a company's filings, from the earliest to the latest.

    Returns:
        The figures, lines in the order of the standard lines. Durations that end on one day and
        begin on about the same are one period, called as in the latest filing.
    """
    names = _one_name(key[1] for filing in reversed(filings) for key in filing)
    found: defaultdict[Key, list[Figure]] = defaultdict(list)
    for filing in filings:
        for (line, period), figure in filing.items():
            found[line, names[period]].append(replace(figure, period=names[period]))
    order = {line.id: number for number, line in enumerate(standard_lines())}
    return dict(sorted(found.items(), key=lambda each: (order[each[0][0]], each[0][1])))


def latest(figures: Sequence[Figure]) -> Figure:
    """The figure of the latest filing, with the first reported one where that is another value.

    Args:
        figures: Of one line and period, from the earliest filing on.
    """
    last = figures[-1]
    first = figures[0]
    return replace(last, first=first) if differs(first, last) else last


def differs(one: Figure, other: Figure) -> bool:
    """Whether two figures are more than the rounding of the statements apart."""
    if one.unit != other.unit:
        return True
    scales = [figure.source.scale if figure.source else 0 for figure in (one, other)]
    # Of statements in thousands and in millions, one may be the other rounded.
    if one.is_amount and scales[0] != scales[1]:
        return abs(one.value - other.value) >= 10 ** max(scales)
    return one.value != other.value


def is_same_row(figures: Iterable[Figure]) -> bool:
    """Whether printed figures are of one concept, or of rows with one head.

    A line may be of another concept in another filing (net income with minorities in a quarter,
    without in the year); their difference would be of neither.
    """
    sources = [figure.source for figure in figures if figure.source]
    concepts = {source.concept for source in sources}
    return len(concepts) == 1 or len({line_name(source.label) for source in sources}) == 1


def on_one_basis(*observed: Sequence[Figure]) -> tuple[Figure, ...] | None:
    """Chooses the figures of several periods that may be added and subtracted.

    Args:
        observed: The figures of one line in each period, from the earliest filing on.

    Returns:
        Each as first reported; where all of them were restated, the latest: a restated year less
        nine months that were not is no quarter. None where a period has no figure, or they are of
        different units or rows.
    """
    if not all(observed):
        return None
    restated = all(differs(each[0], each[-1]) for each in observed)
    chosen = tuple(each[-1 if restated else 0] for each in observed)
    return chosen if len({each.unit for each in chosen}) == 1 and is_same_row(chosen) else None


def _one_name(periods: Iterable[str]) -> dict[str, str]:
    """One name for durations that end on one day and begin within some days."""
    names: dict[str, str] = {}
    known: defaultdict[str, list[str]] = defaultdict(list)
    for period in dict.fromkeys(periods):
        span = span_of(period)
        alike = [
            other for other in known[period.rpartition("/")[2]]
            if span is not None and (own := span_of(other)) and begin_together(span, own)
        ]  # fmt: skip
        names[period] = alike[0] if alike else period
        if not alike:
            known[period.rpartition("/")[2]].append(period)
    return names
