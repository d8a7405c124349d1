"""Earnings per share of quarters that no filing prints, and which filings' shares compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from secateur.pipelines.finance.statements.comparison.figures import Figure, Key
from secateur.pipelines.finance.statements.comparison.filings import Reported
from secateur.pipelines.finance.statements.comparison.merged import Observed, on_one_basis
from secateur.pipelines.finance.statements.comparison.spans import (
    Span,
    end_of,
    follows,
    rest_of,
    span_of,
)

_EARNINGS = {"eps_diluted": "shares_diluted", "eps_basic": "shares_basic"}
"""Earnings per share with the weighted shares that they are divided by."""
_INCOMES = ("net_income_common", "net_income")
"""What belongs to common shareholders, the preferred line first."""
_MOST_CHANGE = Decimal("1.5")
"""By how much share counts differ from one filing to the next without a split."""
_ROUNDED = Decimal("0.51")
"""Of the last printed digit: earnings per share are rounded, and income and shares are, too."""
_QUARTERS = 4
_Bases = Mapping[int, Decimal]
"""Weighted shares by the number of a filing."""


def share_bases(filings: Mapping[int, Reported]) -> dict[int, Decimal]:
    """Finds the shares that each filing's amounts per share are of.

    Args:
        filings: Figures by the number of their filing.

    Returns:
        The weighted shares of the latest period, or what income and earnings per share imply.
    """
    bases = {}
    for number, figures in filings.items():
        for line in (*_EARNINGS.values(), *_EARNINGS):
            found = [figure for figure in figures.values() if figure.line == line and figure.value]
            newest = max(found, key=lambda figure: end_of(figure.period), default=None)
            if newest is None:
                continue
            income = figures.get((_INCOMES[1], newest.period))
            if line in _EARNINGS and income is not None and income.value:
                bases[number] = abs(income.value / newest.value)
            elif line not in _EARNINGS:
                bases[number] = newest.value
            if number in bases:
                break
    return bases


def compare_by_share(one: Figure, other: Figure, bases: _Bases) -> bool:
    """Whether amounts per share, or share counts, are of shares before or after the same split."""
    numbers = _filings(one) | _filings(other)
    if len(numbers) == 1:
        return True
    counts = [bases.get(number) for number in numbers]
    known = [count for count in counts if count]
    return len(known) == len(counts) > 0 and max(known) <= _MOST_CHANGE * min(known)


def quarterly_earnings(
    observed: Observed, derived: Mapping[Key, Figure], bases: _Bases
) -> Iterator[Figure]:
    """Derives earnings per share of quarters whose net income is derived.

    Averages do not subtract, so earnings are divided by the weighted shares that the quarter needs
    for those of the longer period to be their average by days. Only where the same division gives
    the printed earnings per share of both periods that the quarter is derived from.

    Args:
        observed: The printed figures.
        derived: The derived quarters.
        bases: See `share_bases`.

    Yields:
        Figures, with net income and the share counts of both periods as inputs.
    """
    for earnings, shares in _EARNINGS.items():
        done = set()
        for line in _INCOMES:
            for income in [each for each in derived.values() if each.line == line]:
                if income.period not in done and (earnings, income.period) not in observed:
                    figure = _earnings(observed, earnings, shares, income, bases)
                    if figure is not None:
                        done.add(income.period)
                        yield figure


def yearly_earnings(figures: Mapping[Key, Figure], bases: _Bases) -> Iterator[Figure]:
    """Adds up earnings per share of four quarters to those of twelve months to a quarter's end.

    Args:
        figures: All figures, those of the last twelve months too.
        bases: See `share_bases`.

    Yields:
        Figures for the twelve months that have net income and none yet.
    """
    for earnings in _EARNINGS:
        quarters = {
            period: figure for (line, period), figure in figures.items()
            if line == earnings and (span := span_of(period)) and span.length == "quarter"
        }  # fmt: skip
        for line, period in figures:
            span = span_of(period)
            if line != _INCOMES[1] or span is None or span.length != "year":
                continue
            four = _four_quarters(span, quarters)
            if (earnings, period) in figures or len(four) != _QUARTERS:
                continue
            if all(compare_by_share(four[0], each, bases) for each in four):
                value = sum((each.value for each in four), Decimal(0))
                formula = "sum of the four quarters"
                yield Figure(earnings, period, value, four[0].unit, None, formula, tuple(four))


def _four_quarters(year: Span, quarters: Mapping[str, Figure]) -> list[Figure]:
    """The quarters that make up twelve months, the latest first; fewer where one is missing."""
    spans = {span: figure for period, figure in quarters.items() if (span := span_of(period))}
    last = next((span for span in spans if span.last == year.last), None)
    found: list[Span] = []
    while last is not None and len(found) < _QUARTERS:
        found.append(last)
        last = next((span for span in spans if follows(found[-1], span)), None)
    return [spans[span] for span in found]


def _earnings(
    observed: Observed, earnings: str, shares: str, income: Figure, bases: _Bases
) -> Figure | None:
    longer, shorter = (span_of(each.period) for each in income.inputs)
    rest = rest_of(longer, shorter) if longer and shorter else None
    if longer is None or shorter is None or rest is None:
        return None
    periods = [str(longer), str(shorter)]
    printed = on_one_basis(*(observed.get((earnings, each), ()) for each in periods))
    counts = on_one_basis(*(observed.get((shares, each), ()) for each in periods))
    if printed is None or counts is None or not compare_by_share(counts[0], counts[1], bases):
        return None
    fits = all(map(_divides, income.inputs, counts, printed))
    # A loss dilutes nothing: diluted shares of a year with one lack what a good quarter's have.
    losses = {each.value < 0 for each in (*income.inputs, income)}
    if not fits or (earnings == "eps_diluted" and len(losses) > 1):
        return None
    weighted = (longer.days * counts[0].value - shorter.days * counts[1].value) / rest.days
    if not weighted > 0:
        return None
    formula = (
        f"{income.line} / (({longer.days} x {shares} - {shorter.days} x {shares}) / {rest.days})"
    )
    value = (income.value / weighted).quantize(_digit(printed[0]))
    inputs = (income, *counts)
    return Figure(earnings, income.period, value, printed[0].unit, None, formula, inputs)


def _divides(income: Figure, shares: Figure, earnings: Figure) -> bool:
    """Whether earnings per share are net income by shares."""
    if not shares.value:
        return False
    return abs(income.value / shares.value - earnings.value) <= _ROUNDED * _digit(earnings)


def _digit(figure: Figure) -> Decimal:
    """One of the last digit of an amount per share, which has two decimals at least."""
    return Decimal(1).scaleb(min(int(figure.value.as_tuple().exponent), -2))


def _filings(figure: Figure) -> set[int]:
    """Numbers of the filings that a figure is from."""
    if figure.source is not None:
        return {figure.source.filing}
    return {number for each in figure.inputs for number in _filings(each)}
