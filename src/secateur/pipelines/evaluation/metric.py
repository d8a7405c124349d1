"""One score with its interval."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

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


def mean_of(name: str, values: Sequence[float]) -> Metric:
    """Makes the mean of scores a metric.

    Args:
        name: Its name.
        values: One score a document, one at least.

    Returns:
        The mean with its interval, none of a single document.
    """
    value = float(np.mean(values))
    if len(values) == 1:
        return Metric(name, value, 1, None, None)
    return Metric(name, value, len(values), *bootstrap(values), "documents")


def share_of(name: str, parts: Sequence[float], wholes: Sequence[float]) -> Metric:
    """Makes a share over all documents a metric.

    Args:
        name: Its name.
        parts: How many each document has of what is counted.
        wholes: Of how many, in the same order.

    Returns:
        Sum of the parts by sum of the wholes, 0 where there are none, with its interval unless a
        single document has any; the support is the sum of the wholes.
    """
    counts = np.asarray([parts, wholes], dtype=np.float64)
    part, whole = counts.sum(1)
    value, support = float(part / whole) if whole else 0.0, int(whole)
    counted = counts[:, counts[1] > 0]
    if counted.shape[1] < 2:  # one document says nothing of others
        return Metric(name, value, support, None, None)
    draws = np.random.default_rng(0).integers(counted.shape[1], size=(RESAMPLES, counted.shape[1]))
    part_draws, whole_draws = counted[:, draws].sum(2)
    low, high = np.quantile(part_draws / whole_draws, [0.025, 0.975]).tolist()
    return Metric(name, value, support, low, high, "documents")


def bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """Returns the ends of the 95 % interval of the mean of scores, one a document."""
    rng = np.random.default_rng(0)
    numbers = np.asarray(values)
    means = numbers[rng.integers(len(numbers), size=(RESAMPLES, len(numbers)))].mean(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
