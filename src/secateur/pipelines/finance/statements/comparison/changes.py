"""Changes of figures against the year before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from secateur.pipelines.finance.statements.comparison.figures import Change, Figure, Key
from secateur.pipelines.finance.statements.comparison.per_share import compare_by_share
from secateur.pipelines.finance.statements.comparison.spans import (
    is_day_of_year_before,
    is_year_before,
    span_of,
)

_DIGITS = Decimal("0.000001")


def changes(figures: Mapping[Key, Figure], shares: Mapping[int, Decimal]) -> dict[Key, Change]:
    """Compares each figure with that of a year before.

    Args:
        figures: The figures of a company.
        shares: See `per_share.share_bases`.

    Returns:
        The changes of figures that have one of the same length and unit a year before; amounts per
        share and share counts only where no split may lie between the two.
    """
    lines: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in figures.values():
        lines[figure.line].append(figure)
    found = {}
    for own in lines.values():
        for figure in own:
            before = next((each for each in own if _is_before(each, figure)), None)
            is_of_shares = figure.is_per_share or figure.unit == "shares"
            if before is None or (is_of_shares and not compare_by_share(before, figure, shares)):
                continue
            found[figure.key] = _change(before, figure)
    return found


def _is_before(earlier: Figure, later: Figure) -> bool:
    if earlier.unit != later.unit:
        return False
    one, other = span_of(earlier.period), span_of(later.period)
    if one is None or other is None:
        is_instant = one is other and "/" not in earlier.period + later.period
        return is_instant and is_day_of_year_before(earlier.period, later.period)
    return is_year_before(one, other)


def _change(before: Figure, figure: Figure) -> Change:
    is_ratio = figure.unit == "pure"
    percent = None
    if before.value > 0 and figure.value >= 0 and not is_ratio:
        percent = (figure.value / before.value - 1).quantize(_DIGITS)
    return Change(before, figure.value - before.value, percent)
