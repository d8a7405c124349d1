"""Times calls that take turns, and says on what machine."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import torch

from secateur.kernels.native import INSTRUCTION_SETS
from secateur.kernels.processor import title

_Name = TypeVar("_Name")


@dataclass
class Times:
    """What the runs of one call took, in the order of the runs.

    Attributes:
        wall_ms: By the clock, milliseconds.
        cpu_ms: Of processor time over all threads, milliseconds; means something on a busy machine.
    """

    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)


def interleave(calls: Mapping[_Name, Callable[[], object]], repeats: int) -> dict[_Name, float]:
    """Times calls in turns, so that all meet the same machine; the best of each in milliseconds."""
    return {name: min(times.wall_ms) for name, times in time_calls(calls, repeats).items()}


def time_calls(calls: Mapping[_Name, Callable[[], object]], repeats: int) -> dict[_Name, Times]:
    """Times calls in turns, so that all meet the same machine, each after one that is not timed.

    Args:
        calls: What to time, by name.
        repeats: How often each is timed, 1 or more.

    Returns:
        Every timed run of each; runs of the same number stood side by side.
    """
    found = {name: Times() for name in calls}
    with torch.no_grad():
        for call in calls.values():  # the first pays for what is made once
            call()
        for _ in range(repeats):
            for name, call in calls.items():
                cpu, start = time.process_time(), time.perf_counter()
                call()
                found[name].wall_ms.append((time.perf_counter() - start) * 1e3)
                found[name].cpu_ms.append((time.process_time() - cpu) * 1e3)
    return found


def context(instruction_set: str = "") -> dict[str, Any]:
    """Says where a figure was measured: threads, instruction set, processor, versions, commit."""
    return {
        "threads": torch.get_num_threads(),
        "isa": instruction_set or INSTRUCTION_SETS[0],
        "cpu": title(),
        "cores": os.cpu_count(),
        "torch": torch.__version__,
        "commit": _commit(),
    }


def _commit() -> str | None:
    """Names the commit of the checkout this file lies in, or None outside one."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
