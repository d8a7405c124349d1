"""Counts of what is done, told and written while a batch runs."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from secateur.pipelines.runs.batch import plan
from secateur.pipelines.runs.batch.local import Log
from secateur.pipelines.runs.batch.progress import Progress, write_metrics
from secateur.pipelines.runs.batch.records import shown
from secateur.pipelines.runs.batch.work import Done

_METRICS_S = 10.0
"""Seconds between two writings of the metrics."""


class Tally:
    """Keeps count of what an engine says is done."""

    def __init__(
        self,
        pending: dict[str, plan.Item],
        progress: Progress,
        log: Log,
        metrics: Path | None,
        pipeline: str,
    ) -> None:
        """Counts what is pending, by key; the counts go to the file `metrics`, if any."""
        self._pending = pending
        self._progress = progress
        self._log = log
        self._metrics = metrics
        self._pipeline = pipeline
        self._written = -_METRICS_S

    def __call__(self, done: Done) -> None:
        """Counts a document, once."""
        item = self._pending.pop(done.key, None)
        # Work of a lost worker can be done, and told, twice; it counts once.
        if item is None:
            return
        self._progress.add(done, item.size)
        self._log(
            "file done",
            path=shown(item.path),
            sha256=item.sha256,
            results=done.results,
            errors=done.errors,
            kind=done.kind,
            seconds=round(done.seconds, 4),
            tokens=done.tokens,
        )
        if monotonic() - self._written >= _METRICS_S:
            self._write()

    def end(self) -> None:
        """Tells and writes the last counts."""
        self._progress.tell(last=True)
        self._write()

    def _write(self) -> None:
        self._written = monotonic()
        if self._metrics is not None:
            write_metrics(self._metrics, self._progress, self._pipeline)
