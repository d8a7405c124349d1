"""The head's chances become a concept, within the type and the year of a figure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from secateur.pipelines.finance.numbers.scores import NumberScores

DUE = {"a:DueYearTwo": "MONEY", "a:DueYearThree": "MONEY"}
BOUGHT = {"a:Cost": "MONEY", "a:Bought": "SHARES"}


@pytest.mark.parametrize(
    ("known", "likely", "shares", "year", "concept"),
    [
        (DUE, [0.1, 0.5, 0.4], 0.0, 0, "a:DueYearTwo"),
        (DUE, [0.1, 0.5, 0.4], 0.0, 3, "a:DueYearThree"),
        (DUE, [0.1, 0.5, 0.4], 0.0, 5, None),
        (BOUGHT, [0.05, 0.55, 0.4], 0.2, 0, "a:Cost"),
        (BOUGHT, [0.05, 0.55, 0.4], 0.7, 0, "a:Bought"),
    ],
    ids=["no-year", "its-year", "another-year", "money", "shares"],
)
def test_type_and_year_decide_between_concepts(
    known: Mapping[str, str],
    likely: list[float],
    shares: float,
    year: int,
    concept: str | None,
) -> None:
    scores = NumberScores(np.zeros((1, 5), np.float32), np.log([likely], dtype=np.float32), known)
    assert scores.concept(0, {"MONEY": 1 - shares, "SHARES": shares}, year) == concept
