"""Derives discrete quarters and the last twelve months from what filings print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from secateur.pipelines.finance.statements.comparison.figures import Figure, Key
from secateur.pipelines.finance.statements.comparison.merged import Observed, on_one_basis
from secateur.pipelines.finance.statements.comparison.spans import (
    Kind,
    Span,
    begin_together,
    follows,
    is_year_before,
    rest_of,
    span_of,
)
from secateur.pipelines.finance.statements.standard import standard_lines

_NAMES: Mapping[Kind, str] = {
    "year": "fiscal year",
    "nine_months": "nine months",
    "half": "six months",
    "quarter": "quarter",
}
_ADDING_PER_SHARE = "dividends_per_share"
"""Declared quarter by quarter, so that those of a year are the sum; earnings per share are not."""
_CUMULATIVE: tuple[Kind, ...] = ("nine_months", "half", "quarter")
"""What a year may have reached when twelve months end within it."""


def discrete(observed: Observed) -> Iterator[Figure]:
    """Derives quarters that no filing prints, as cash flows of the second to the fourth are.

    Args:
        observed: The printed figures.

    Yields:
        Amounts of quarters and second halves: the longer period less the shorter, with both as
        inputs; where there are several ways, by the longest part.
    """
    signs = {line.id: line.sign for line in standard_lines()}
    for line, spans in _durations(observed).items():
        found: dict[str, tuple[Span, Figure]] = {}
        for longer in spans:
            for shorter in spans:
                rest = rest_of(longer, shorter)
                if rest is None or not _is_reported(rest, longer, shorter):
                    continue
                figure = _less(observed, line, rest, longer, shorter)
                if figure is None or (signs[line] == "positive" and figure.value < 0):
                    continue
                name = str(rest)
                if name not in found or shorter.days > found[name][0].days:
                    found[name] = shorter, figure
        yield from (figure for _, figure in found.values() if not _is_printed(figure.period, spans))


def last_twelve_months(observed: Observed) -> Iterator[Figure]:
    """Derives the twelve months to the end of a quarter: year + later months - the same before.

    Args:
        observed: The printed figures.

    Yields:
        Amounts, each with its three inputs.
    """
    for line, spans in _durations(observed).items():
        for now in spans:
            if now.length not in _CUMULATIVE:
                continue
            before = next((each for each in spans if is_year_before(each, now)), None)
            year = next(
                (each for each in spans if each.length == "year" and follows(now, each)), None
            )
            if before is None or year is None or not begin_together(before, year):
                continue
            span = Span(before.last + timedelta(days=1), now.last)
            figure = _twelve_months(observed, line, span, (year, now, before))
            if figure is not None and not _is_printed(figure.period, spans):
                yield figure


def adds_up(figure: Figure) -> bool:
    """Whether a figure's values over periods add up: amounts, and dividends per share."""
    return figure.is_amount or (figure.is_per_share and figure.line == _ADDING_PER_SHARE)


def _twelve_months(
    observed: Observed, line: str, span: Span, parts: Sequence[Span]
) -> Figure | None:
    inputs = on_one_basis(*(observed[line, str(part)] for part in parts))
    if inputs is None or not adds_up(inputs[0]):
        return None
    year, now, before = inputs
    name = _NAMES[parts[1].length or "quarter"]
    formula = f"fiscal year + {name} - {name} of the year before"
    value = year.value + now.value - before.value
    return Figure(line, str(span), value, year.unit, None, formula, inputs)


def _durations(observed: Mapping[Key, object]) -> dict[str, list[Span]]:
    """The durations of each line, the longest first."""
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for line, period in observed:
        span = span_of(period)
        if span is not None and span.length is not None:
            found[line].append(span)
    return {line: sorted(spans, key=lambda each: -each.days) for line, spans in found.items()}


def _is_reported(rest: Span, longer: Span, shorter: Span) -> bool:
    """Whether what is left is a period that companies report: a quarter, or a second half."""
    is_second_half = longer.length == "year" and shorter.length == rest.length == "half"
    return rest.length == "quarter" or (is_second_half and begin_together(longer, shorter))


def _is_printed(period: str, spans: Sequence[Span]) -> bool:
    own = span_of(period)
    return own is not None and any(
        span.last == own.last and begin_together(span, own) for span in spans
    )


def _less(observed: Observed, line: str, rest: Span, longer: Span, shorter: Span) -> Figure | None:
    inputs = on_one_basis(observed[line, str(longer)], observed[line, str(shorter)])
    if inputs is None or not adds_up(inputs[0]):
        return None
    whole, part = inputs
    formula = f"{_name(longer)} - {_name(shorter, whole=longer)}"
    value: Decimal = whole.value - part.value
    return Figure(line, str(rest), value, whole.unit, None, formula, inputs)


def _name(span: Span, whole: Span | None = None) -> str:
    name = _NAMES[span.length or "quarter"]
    if whole is None or span.length != "quarter":
        return name
    return "first quarter" if begin_together(span, whole) else "last quarter"
