"""The files that a whole run ends in, written from the ledger, the manifest last."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, get_args

import pyarrow as pa
from pyarrow import parquet

from secateur.pipelines.errors import SecateurError
from secateur.pipelines.runs.batch.ledger import Ledger, Outcome
from secateur.pipelines.runs.batch.plan import Item
from secateur.pipelines.runs.batch.records import schema
from secateur.pipelines.runs.batch.settings import BatchSettings, Format
from secateur.pipelines.runs.batch.statements import statements_of
from secateur.pipelines.runs.durable import replacing

MANIFEST = "manifest.json"
ERRORS = "errors.jsonl"
_ROWS = 64
"""Records that are written at once."""


class _Writer(Protocol):
    def write(self, record: Mapping[str, Any]) -> None: ...


class _Lines:
    """Records as JSON lines."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, record: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")


class _Rows:
    """Records as rows of a Parquet file, a few at a time in memory."""

    def __init__(self, file: BinaryIO, form: pa.Schema) -> None:
        self._writer = parquet.ParquetWriter(file, form, compression="zstd")
        self._schema = form
        self._waiting: list[Mapping[str, Any]] = []

    def write(self, record: Mapping[str, Any]) -> None:
        self._waiting.append(record)
        if len(self._waiting) == _ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_pylist(self._waiting, self._schema))
            self._waiting.clear()


def write_all(
    out: Path,
    items: Sequence[Item],
    ledger: Ledger,
    settings: BatchSettings,
    facts: Mapping[str, Any],
) -> Counter[str]:
    """Writes results, errors and statements in the order of the paths, then the manifest.

    All take their places only when whole, the manifest last, and an earlier run's manifest goes
    before any does: where it is, the others are.

    Args:
        out: The output folder.
        items: All files of the run.
        ledger: Where each of their documents has an outcome.
        settings: The run's settings.
        facts: Model, versions and times, for the manifest.

    Returns:
        Counts of "files", "documents", "result", "error" and "tokens".

    Raises:
        StorageError: The disk refuses.
        SecateurError: A document has no outcome.
    """
    counts: Counter[str] = Counter(files=len(items), documents=0, result=0, error=0, tokens=0)
    kinds: Counter[str] = Counter()
    rows: list[bytes] = []
    seconds = 0.0
    with replacing(out / MANIFEST) as manifest:
        with ExitStack() as stack:
            statements = None
            if settings.pipeline == "finance":
                statements = stack.enter_context(statements_of(out))
            errors = _Lines(stack.enter_context(replacing(out / ERRORS)))
            results = stack.enter_context(_results(out, settings))
            for item, outcome in _outcomes(items, ledger):
                (results if outcome.status == "result" else errors).write(outcome.record)
                rows.append(_row(item, outcome, statements.write(outcome) if statements else None))
                counts.update({"documents": 1, outcome.status: 1, "tokens": outcome.tokens})
                kinds.update([outcome.record["kind"]] if outcome.status == "error" else [])
                seconds += outcome.seconds
            _withdraw(out, settings)
        head = {
            "settings": settings.identity() | {
                "include": settings.include, "exclude": settings.exclude,
                "format": settings.format, "engine": settings.engine,
                "workers": settings.workers, "time_limit_s": settings.time_limit_s,
                "memory_limit_mib": settings.memory_limit_mib,
            },
            **facts,
            "counts": {**counts, "errors_by_kind": dict(kinds)},
            "document_seconds": round(seconds, 3),
        }  # fmt: skip
        text = json.dumps(head, indent=1).encode().removesuffix(b"\n}")
        manifest.write(text + b',\n "documents": [\n  ' + b",\n  ".join(rows) + b"\n ]\n}\n")
    return counts


def _outcomes(items: Sequence[Item], ledger: Ledger) -> Iterator[tuple[Item, Outcome]]:
    for item in items:
        for outcome in ledger.outcomes(item):
            if outcome is None:
                raise SecateurError(
                    f"{item.path}: is not done, or its outcome in the ledger was damaged; "
                    "run again with --resume"
                )
            yield item, outcome


def results_name(settings: BatchSettings) -> str:
    """Returns the name of the results' file."""
    return f"results.{settings.format}"


def _withdraw(out: Path, settings: BatchSettings) -> None:
    """Deletes an earlier run's manifest, and its results if they are of another format."""
    (out / MANIFEST).unlink(missing_ok=True)
    for form in get_args(Format):
        if form != settings.format:
            (out / f"results.{form}").unlink(missing_ok=True)


@contextmanager
def _results(out: Path, settings: BatchSettings) -> Iterator[_Writer]:
    with replacing(out / results_name(settings)) as file:
        if settings.format == "jsonl":
            yield _Lines(file)
        else:
            rows = _Rows(file, schema(settings.pipeline, settings.style))
            yield rows
            rows.close()


def _row(item: Item, outcome: Outcome, statements: str | None) -> bytes:
    row = {
        "path": outcome.record["path"],
        "sha256": item.sha256,
        "file_bytes": item.size,
        "status": outcome.status,
        "tokens": outcome.tokens,
        "device": outcome.device,
        "seconds": round(outcome.seconds, 4),
    }
    if statements is not None:
        row["statements"] = statements
    return json.dumps(row).encode()
