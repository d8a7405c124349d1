"""Which concepts of the us-gaap taxonomy the model tells apart, and what is known of them.

The words around what is due in the second and in the fourth year are the same: which of the
concepts that differ by the year is meant is told by the year that heads the row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import numpy as np
from numpy.typing import NDArray

TAXONOMY = "us-gaap:"

_OF_A_YEAR = re.compile(
    r"(?P<family>.+?)(?:In)?"
    r"(?P<year>NextTwelveMonths|AfterYearFive|YearTwo|YearThree|YearFour|YearFive)"
)
_OWN_MEASURE = re.compile(
    r"(?:(?:total|basic|diluted) )*(?:adjusted|non-gaap|underlying|organic|normali[sz]ed"
    r"|core (?:eps|(?:net )?(?:earnings|income))|a?ffo|funds from operations|net asset value"
    r"|(?:tangible )?book value)\b|.*\((?:US|C|A)?[$€£] ?(?:/|per) ?\w+\)",
    re.IGNORECASE,
)
"""Heads of rows that companies measure by rules of their own."""
_DISTRIBUTED = re.compile(r"\b(?:dividends?|distributions?)\b", re.IGNORECASE)
"""In heads of rows that are per share and no earnings."""
YEARS = ("NextTwelveMonths", "YearTwo", "YearThree", "YearFour", "YearFive", "AfterYearFive")
"""How concepts that differ by the year after the report's name it."""


def as_reported(concept: str | None, row: str | None) -> str | None:
    """Returns a figure's concept, but None where its row is another measure.

    Such are a company's own ("FFO"), and dividends where the concept is of earnings a share.
    """
    if concept is None:
        return None
    paid = "EarningsPerShare" in concept and _DISTRIBUTED.search(row or "")
    return None if paid or _OWN_MEASURE.match(row or "") else concept


def in_year(chances: NDArray[np.float32], names: tuple[str, ...], year: int) -> NDArray[np.float32]:
    """Decides between concepts that differ by the year alone.

    Args:
        chances: Probability of "other" and of each concept `[1 + concepts]`.
        names: Names of the concepts.
        year: Which year after the report's the figure falls in, 1 to 6 for all behind the fifth.

    Returns:
        The probabilities: of each family all goes to the concept of the year, or to "other" where
        that is none of the names.
    """
    moved = chances.copy()
    for members in _families(names):
        numbers = [1 + number for number in members.values()]
        moved[numbers] = 0.0
        moved[1 + members.get(year, -1)] += chances[numbers].sum()
    return moved


@cache
def _families(names: tuple[str, ...]) -> list[dict[int, int]]:
    """Numbers of the concepts of each family by their year."""
    families: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for number, name in enumerate(names):
        if match := _OF_A_YEAR.fullmatch(name):
            families[match["family"]][1 + YEARS.index(match["year"])] = number
    return list(families.values())
