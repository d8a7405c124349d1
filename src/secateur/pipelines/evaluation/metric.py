"""One score with its interval."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

RESAMPLES = 1000
"""Draws of a bootstrap interval."""


@dataclass(frozen=True)
class Metric:
    """One score.

    Attributes:
        name: "rougeL", "term_precision", "key_term_recall", "one_name", "consistency", ...
        value: Mean over the documents, 0 to 1.
        support: Documents that it is the mean of.
        low: Lower end of the 95 % bootstrap interval; None where a single document or part of its
            text was scored, which says nothing of how others would be.
        high: Upper end; None where `low` is.
        over: What was resampled: "documents", or the parts of a single one; None where `low` is.
    """

    name: str
    value: float
    support: int
    low: float | None
    high: float | None
    over: str | None = None

    def interval(self, digits: int = 3) -> str:
        """Writes the interval for people.

        Args:
            digits: After the point.

        Returns:
            "0.812 to 0.846", or "-" where there is none.
        """
        if self.low is None or self.high is None:
            return "-"
        return f"{self.low:.{digits}f} to {self.high:.{digits}f}"


def as_json(metrics: Iterable[Metric]) -> str:
    """Writes metrics as one JSON list.

    Args:
        metrics: In their order.

    Returns:
        The JSON.
    """
    return json.dumps([asdict(metric) for metric in metrics])
