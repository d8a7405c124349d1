"""Precision, recall and F1 from counts, with bootstrap intervals over documents or their parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from secateur.pipelines.evaluation.metric import RESAMPLES, Metric

_MEASURES = {"precision": [1], "recall": [3], "f1": [1, 3]}
"""By name the columns of counts that say whether there is something to measure."""
Unit = tuple[str, int]
"""Where something was counted: a document's name and the number of a part of its text."""


class Counts:
    """Correct, predicted and gold ones by name of a score and by part of a document."""

    def __init__(self, parts: str = "stretches") -> None:
        """Starts with nothing counted.

        Args:
            parts: What the parts of a document are called.
        """
        self._parts = parts
        self._recalled: set[str] = set()
        self._rows: defaultdict[str, dict[Unit, list[float]]] = defaultdict(dict)

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
        row = self._rows[name].setdefault(unit, [0.0, 0.0, 0.0, 0.0])
        # Correct ones stand twice: a score may draw precision and recall from different texts.
        row[0] += correct if predicted else 0.0
        row[1] += predicted
        row[2] += correct if gold else 0.0
        row[3] += gold

    def recall(self, name: str, unit: Unit, *, correct: float) -> None:
        """Counts one gold one more of a score that has a recall only; arguments as for `add`."""
        self._recalled.add(name)
        self.add(name, unit, correct=correct, gold=1.0)

    def metrics(self) -> tuple[Metric, ...]:
        """Returns precision, recall and F1 of every score, in the order of the first counts.

        Documents are resampled, of those that a score has counts in: what stands in one document
        is alike. Parts are only where all scores are of one document.

        Returns:
            Metrics such as "strict.f1" with their 95 % interval, none where what is measured lies
            in one document, or one part of the only document; the support is the number of
            predicted ones for precision, of gold ones for the others.
        """
        found = []
        for name in self._rows:
            table = np.stack(list(self._sums(name).values()))
            for measure, value, low, high in _measured(table):
                if name in self._recalled and measure != "recall":
                    continue
                support = int(table[:, 1 if measure == "precision" else 3].sum())
                over = None if low is None else self._over()
                found.append(Metric(f"{name}.{measure}", value, support, low, high, over))
        return tuple(found)

    def less(self, other: Counts, name: str) -> Metric:
        """Returns the F1 of a score less the other's, counted on the same texts.

        Both are measured in the same draws of the texts, so what is hard for both does not widen
        the interval.

        Args:
            other: What is taken away.
            name: The score, which both have.

        Returns:
            The difference, -1 to 1, with its interval as in `metrics`.
        """
        mine, theirs = self._sums(name), other._sums(name)
        units = list(mine | theirs)
        tables = [np.stack([sums[unit] for unit in units]) for sums in (mine, theirs)]
        value, spread = (
            np.subtract(*(_measures(weights @ table)[:, -1] for table in tables))
            for weights in (np.ones((1, len(units))), _draws(len(units)))
        )
        low = high = None
        if len(units) > 1:
            low, high = np.nanquantile(spread, [0.025, 0.975]).tolist()
        support = int(tables[0][:, 3].sum())
        over = None if low is None else self._over()
        return Metric(f"{name}.f1", float(value[0]), support, low, high, over)

    def _over(self) -> str:
        return "documents" if self._has_several() else self._parts

    def _has_several(self) -> bool:
        return len({name for rows in self._rows.values() for name, _ in rows}) > 1

    def _sums(self, name: str) -> defaultdict[object, NDArray[np.float64]]:
        """The counts of what is resampled, zeros of anything else."""
        sums: defaultdict[object, NDArray[np.float64]] = defaultdict(lambda: np.zeros(4))
        several = self._has_several()
        for unit, row in self._rows[name].items():
            sums[unit[0] if several else unit] += row
        return sums


def _measured(
    table: NDArray[np.float64],
) -> Iterator[tuple[str, float, float | None, float | None]]:
    """Measures counts `[n, 4]` of n units: each measure with its value and interval."""
    values, spread = _measures(table.sum(0)[None])[0], _measures(_draws(len(table)) @ table)
    for number, (measure, columns) in enumerate(_MEASURES.items()):
        low = high = None
        # A draw without what is measured tells nothing of it, and one unit nothing of others.
        if np.count_nonzero(table[:, columns].sum(1)) > 1:
            low, high = np.nanquantile(spread[:, number], [0.025, 0.975]).tolist()
        yield measure, float(np.nan_to_num(values[number])), low, high


def _draws(units: int) -> NDArray[np.int64]:
    """How often each unit comes in each resample: `[resamples, units]`, the same every time."""
    return np.random.default_rng(0).multinomial(units, np.full(units, 1 / units), RESAMPLES)


def _measures(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Precision, recall and F1 `[n, 3]` of sums `[n, 4]`; NaN where there is nothing."""
    right, predicted, found, gold = sums.T

    def ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.divide(part, whole, out=np.full(len(sums), np.nan), where=whole > 0)

    precision, recall = ratio(right, predicted), ratio(found, gold)
    both = np.nan_to_num(precision), np.nan_to_num(recall)
    f1 = np.nan_to_num(ratio(2 * both[0] * both[1], both[0] + both[1]))
    f1[predicted + gold == 0] = np.nan
    return np.stack([precision, recall, f1], axis=1)


def as_table(metrics: Sequence[Metric]) -> str:
    """Writes metrics for people, one score a line."""
    scores: dict[str, dict[str, Metric]] = {}
    for metric in metrics:
        name, _, measure = metric.name.rpartition(".")
        scores.setdefault(name, {})[measure] = metric
    width = max((len(name) for name in scores), default=5) + 2
    over = next((f" ({metric.over})" for metric in metrics if metric.over), "")
    interval = f"95 % interval{over}"
    lines = [f"{'score':<{width}}{'precision':>10}{'recall':>8}{'F1':>8}{interval:>27}{'gold':>8}"]
    for name, row in scores.items():
        cells = [f"{row[m].value:.4f}" if m in row else "-" for m in _MEASURES]
        last = row[next(reversed(row))]
        lines.append(
            f"{name:<{width}}{cells[0]:>10}{cells[1]:>8}{cells[2]:>8}{last.interval():>27}"
            f"{last.support:>8}"
        )
    return "\n".join(lines)
