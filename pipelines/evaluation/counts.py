"""Precision, recall and F1 from counts, with bootstrap intervals over parts of the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from secateur.pipelines.evaluation.metric import RESAMPLES, Metric

_MEASURES = ("precision", "recall", "f1")
Unit = tuple[str, int]
"""What is resampled: a document's name and the number of a stretch of its text."""


class Counts:
    """Correct, predicted and gold ones by name of a score and by unit of resampling."""

    def __init__(self) -> None:
        """Starts with nothing counted."""
        self._units: dict[Unit, int] = {}
        self._recalled: set[str] = set()
        self._rows: defaultdict[str, dict[int, list[float]]] = defaultdict(dict)

    def add(
        self,
        name: str,
        unit: Unit,
        *,
        correct: float = 0.0,
        predicted: float = 0.0,
        gold: float = 0.0,
    ) -> None:
        """Counts on.

        Args:
            name: The score.
            unit: Where.
            correct: How many more are right; a half where they are half right.
            predicted: How many more were predicted.
            gold: How many more there are.
        """
        number = self._units.setdefault(unit, len(self._units))
        row = self._rows[name].setdefault(number, [0.0, 0.0, 0.0, 0.0])
        # Correct ones stand twice: a score may draw precision and recall from different texts.
        row[0] += correct if predicted else 0.0
        row[1] += predicted
        row[2] += correct if gold else 0.0
        row[3] += gold

    def recall(self, name: str, unit: Unit, *, correct: float) -> None:
        """Counts one gold one more of a score that has a recall only; arguments as for `add`."""
        self._recalled.add(name)
        self.add(name, unit, correct=correct, gold=1.0)

    def metrics(self, seed: int = 0) -> tuple[Metric, ...]:
        """Returns precision, recall and F1 of every score, in the order of the first counts.

        Args:
            seed: Start of the resampling.

        Returns:
            Metrics such as "strict.f1" with their 95 % interval, none where all lies in one unit;
            the support is the number of predicted ones for precision, of gold ones for the others.
        """
        rng = np.random.default_rng(seed)
        units = len(self._units)
        draws = rng.integers(units, size=(RESAMPLES, units)) if units else None
        found = []
        for name, rows in self._rows.items():
            table = np.zeros((units, 4))
            table[list(rows)] = list(rows.values())
            values = _measures(table.sum(0)[None])
            sums = np.stack([table[draw].sum(0) for draw in draws]) if draws is not None else None
            spread = _measures(sums) if sums is not None else values
            for number, measure in enumerate(_MEASURES):
                if name in self._recalled and measure != "recall":
                    continue
                ends = np.quantile(spread[:, number], [0.025, 0.975]).tolist()
                low, high = ends if units > 1 else (None, None)
                support = int(table[:, 1 if measure == "precision" else 3].sum())
                value = float(values[0, number])
                found.append(Metric(f"{name}.{measure}", value, support, low, high))
        return tuple(found)


def _measures(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Precision, recall and F1 `[n, 3]` of sums `[n, 4]`; 0 where there is nothing."""
    precision = np.divide(sums[:, 0], sums[:, 1], out=np.zeros(len(sums)), where=sums[:, 1] > 0)
    recall = np.divide(sums[:, 2], sums[:, 3], out=np.zeros(len(sums)), where=sums[:, 3] > 0)
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=np.zeros(len(sums)), where=both > 0)
    return np.stack([precision, recall, f1], axis=1)


def as_table(metrics: Sequence[Metric]) -> str:
    """Writes metrics for people, one score a line."""
    scores: dict[str, dict[str, Metric]] = {}
    for metric in metrics:
        name, _, measure = metric.name.rpartition(".")
        scores.setdefault(name, {})[measure] = metric
    width = max((len(name) for name in scores), default=5) + 2
    lines = [
        f"{'score':<{width}}{'precision':>10}{'recall':>8}{'F1':>8}{'95 % interval':>18}{'gold':>8}"
    ]
    for name, row in scores.items():
        cells = [f"{row[m].value:.4f}" if m in row else "-" for m in _MEASURES]
        last = row[next(reversed(row))]
        lines.append(
            f"{name:<{width}}{cells[0]:>10}{cells[1]:>8}{cells[2]:>8}{last.interval():>18}"
            f"{last.support:>8}"
        )
    return "\n".join(lines)
