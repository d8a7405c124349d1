"""One score with its interval."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """One score.

    Attributes:
        name: "rougeL", "term_precision", "key_term_recall", "one_name", "consistency", ...
        value: Mean over the documents, 0 to 1.
        support: Documents that it is the mean of.
        low: Lower end of the 95 % bootstrap interval.
        high: Upper end.
    """

    name: str
    value: float
    support: int
    low: float
    high: float
