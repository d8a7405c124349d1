"""What a run tells while it works: a line for people, events and counters for machines."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, TextIO

from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.runs.batch.work import Done
from secateur.pipelines.runs.durable import StorageError, replacing

_TERMINAL_S = 0.5
"""Seconds between two lines of progress on a terminal."""
_PLAIN_S = 10.0
"""Seconds between two lines of progress in a log, which keeps them all."""
_COUNTERS = {
    "documents_total": "Documents that reached an outcome, by outcome.",
    "tokens_total": "Tokens that the model read.",
    "input_bytes_total": "Bytes of the documents that reached an outcome.",
    "document_seconds_total": "Seconds spent on documents, summed over the workers.",
}


class Progress:
    """Throughput and time left, on a terminal as one line that changes, else every ten seconds.

    Args:
        files: All files of the run.
        done: How many were done before.
        left_bytes: Bytes of those that are left.
        stream: Where lines go; None tells nobody.
    """

    def __init__(
        self, files: int, done: int, left_bytes: int, stream: TextIO | None = None
    ) -> None:
        self._files = files
        self._before = done
        self._left_bytes = left_bytes
        self._stream = stream
        self._begin = self._told = monotonic()
        self.counts: Counter[str] = Counter()
        self.seconds = 0.0

    def add(self, done: Done, size: int) -> None:
        """Counts a file of `size` bytes and tells if it is time to."""
        self.counts.update(
            files=1, result=done.results, error=done.errors, bytes=size, tokens=done.tokens
        )
        self.seconds += done.seconds
        period = _TERMINAL_S if self._stream and self._stream.isatty() else _PLAIN_S
        if monotonic() - self._told >= period:
            self._told = monotonic()
            self.tell()

    def tell(self, *, last: bool = False) -> None:
        """Writes the line."""
        if self._stream is None:
            return
        terminal = self._stream.isatty()
        start, end = ("\r\x1b[K", "\n" if last else "") if terminal else ("", "\n")
        self._stream.write(f"{start}{self.line(monotonic() - self._begin)}{end}")
        self._stream.flush()

    def line(self, elapsed_s: float) -> str:
        """Says where the run stands.

        Args:
            elapsed_s: Seconds since it began.
        """
        new = self.counts["files"]
        documents = self.counts["result"] + self.counts["error"]
        rate = documents / elapsed_s if elapsed_s > 0 else 0.0
        parts = [
            f"{self._before + new:,} of {quantity(self._files, 'file')}",
            quantity(self.counts["error"], "error"),
            f"{rate:.2f} documents/s",
        ]
        if self.counts["tokens"] and elapsed_s > 0:  # Handovers are made without counting any.
            parts.append(f"{self.counts['tokens'] / elapsed_s:,.0f} tokens/s")
        if new and (left := self._files - self._before - new):
            # The largest files come first, but bytes say little of text in Word's or PDF's form.
            by_bytes = self._left_bytes / max(self.counts["bytes"], 1) - 1
            parts.append(f"{_clock(elapsed_s * max(left / new, by_bytes))} left")
        return ", ".join(parts)


def _clock(seconds: float) -> str:
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


class EventLog:
    """Events as JSON lines, with names, numbers and file paths, and no text of a document.

    Args:
        path: The file; lines of an earlier run stay.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise StorageError(f"{path}: cannot be written ({error.strerror})") from error

    def __call__(self, event: str, **fields: Any) -> None:
        """Writes one event with the time (UTC) it happened."""
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event}
        # A full disk ends the run where it matters, at the ledger.
        with suppress(OSError):
            self._file.write(json.dumps(line | fields).encode() + b"\n")

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def write_metrics(path: Path, progress: Progress, pipeline: str) -> None:
    """Writes counters in Prometheus' text format, for the node exporter's textfile collector.

    Args:
        path: The file, by convention ending in ".prom"; it is replaced as a whole.
        progress: The run.
        pipeline: Becomes a label.
    """
    counts, label = progress.counts, f'pipeline="{pipeline}"'
    values: dict[str, list[tuple[str, float]]] = {
        "documents_total": [
            (f'{label},outcome="{status}"', counts[status]) for status in ("result", "error")
        ],
        "tokens_total": [(label, counts["tokens"])],
        "input_bytes_total": [(label, counts["bytes"])],
        "document_seconds_total": [(label, round(progress.seconds, 3))],
    }
    lines = []
    for name, explanation in _COUNTERS.items():
        full = f"secateur_batch_{name}"
        lines += [f"# HELP {full} {explanation}", f"# TYPE {full} counter"]
        lines += [f"{full}{{{labels}}} {value}" for labels, value in values[name]]
    with replacing(path) as file:
        file.write("\n".join(lines).encode() + b"\n")
