"""What a run over a folder is asked to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import psutil

from secateur.pipelines.document.handover import Style
from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.options import Pipeline, RunOptions

Engine = Literal["local", "ray"]
Format = Literal["jsonl", "parquet"]
Start = Literal["forkserver", "spawn", "fork"]

_CHOICES = {
    "pipeline": get_args(Pipeline),
    "engine": get_args(Engine),
    "format": get_args(Format),
    "start": get_args(Start),
    "style": get_args(Style),
}


@dataclass(frozen=True)
class BatchSettings:
    """How to run over a folder.

    On one machine only `pipeline`, `options`, `style`, `threads` and `batch_mib` can change a
    result, see `identity`.

    Attributes:
        pipeline: "finance" or "clinical".
        options: Model and attention.
        style: Of a note's summary.
        include: Shell patterns; a file whose path within the folder, or whose name, matches one of
            them is taken. `*` also matches "/".
        exclude: Patterns of files and folders that are left out.
        format: "jsonl" or "parquet".
        engine: "local" (processes of this machine) or "ray".
        workers: Processes, each with a model of its own; None is one a core, or one with a GPU.
        threads: CPU threads of each worker.
        batch_mib: Memory, in MiB, for the activations of one model call that short documents share.
        time_limit_s: Seconds one document may take.
        memory_limit_mib: Resident memory a worker may reach, in MiB; None shares four fifths of the
            machine's memory among the workers.
        retry_errors: A resumed run tries documents again that ended in an error.
        address: Ray cluster to join; None starts one on this machine.
        start: How worker processes start. "fork" is the fastest and safe only where the calling
            process has run nothing of torch and has no other threads.
    """

    pipeline: Pipeline
    options: RunOptions = field(default_factory=RunOptions)
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    format: Format = "jsonl"
    engine: Engine = "local"
    workers: int | None = None
    threads: int = 1
    batch_mib: int = 64
    time_limit_s: float = 600.0
    memory_limit_mib: int | None = None
    retry_errors: bool = False
    address: str | None = None
    start: Start = "forkserver"
    style: Style = "handover"

    def __post_init__(self) -> None:
        """Refuses what cannot be done.

        Raises:
            UsageError: A value is unknown or not positive; the message quotes it.
        """
        for name, choices in _CHOICES.items():
            if (value := getattr(self, name)) not in choices:
                raise UsageError(f"unknown {name} {value!r}; one of {', '.join(choices)}")
        for name in ("workers", "threads", "batch_mib", "time_limit_s", "memory_limit_mib"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UsageError(f"{name} {value!r} is not above 0")

    def identity(self) -> dict[str, Any]:
        """Returns what decides the results: a run can be resumed only with the same."""
        options = self.options
        return {
            "pipeline": self.pipeline,
            "model": _absolute(options.model, Path.is_dir),
            "attention": options.attention,
            "threshold": options.threshold,
            "profile": _absolute(options.profile, Path.is_file),
            "target_error": options.target_error,
            "target_speedup": options.target_speedup,
            "dtype": options.dtype,
            "device": options.device,
            "limits": options.limits.changed(),
            # They decide in how many pieces the keys of a short query are summed.
            "threads": self.threads,
            "batch_mib": self.batch_mib,
        } | ({"style": self.style} if self.pipeline == "clinical" else {})

    def worker_count(self) -> int:
        """Returns the workers that the local engine starts."""
        if self.workers is not None:
            return self.workers
        if self.has_gpu():
            return 1
        return available_cores()

    def has_gpu(self) -> bool:
        """Tells whether workers of this machine use a GPU."""
        import torch  # takes seconds to load, and asking for options needs none of it

        return self.options.device != "cpu" and torch.cuda.is_available()

    def worker_memory(self, workers: int) -> int:
        """Returns the resident memory, in bytes, that each of so many workers may reach."""
        if self.memory_limit_mib is not None:
            return self.memory_limit_mib << 20
        return int(psutil.virtual_memory().total * 0.8) // workers


def available_cores() -> int:
    """Counts the cores that this process may use; only Linux tells them from the machine's."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _absolute(name: str | Path | None, is_there: Callable[[Path], bool]) -> str | None:
    """A folder or file by its whole path: workers may run elsewhere in the tree."""
    if not name:
        return None
    return str(Path(name).resolve() if is_there(Path(name)) else name)
