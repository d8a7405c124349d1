"""From which length on pruning pays on this machine: measured, kept in the user's config folder."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from secateur.core.routing import RoutingPolicy
from secateur.core.whole_files import whole

LENGTHS = (128, 256, 512, 1024, 2048, 4096)
"""Tokens at which both ways are timed: halves and doubles of the usual 512."""
_REPEATS = 3
"""Timed runs of a length, behind one that warms up."""


@dataclass(frozen=True)
class Crossover:
    """What was measured.

    Attributes:
        exact_up_to: Longest measured length at which exact attention is the faster, tokens; 0
            where it never is.
        machine: Names of what it was measured on: processor, GPU, versions.
        lengths: Measured lengths, tokens.
        exact_ms: Time of a document on the exact side, by length.
        pruned_ms: Time of a document on the pruned side, by length.
    """

    exact_up_to: int
    machine: dict[str, str]
    lengths: tuple[int, ...]
    exact_ms: tuple[float, ...]
    pruned_ms: tuple[float, ...]


def measure(
    exact: Callable[[int], Any],
    pruned: Callable[[int], Any],
    machine: dict[str, str],
    lengths: Sequence[int] = LENGTHS,
    clock: Callable[[], float] = perf_counter,
) -> Crossover:
    """Times both sides, interleaved, the best of three after a warm-up.

    Args:
        exact: Runs a document of so many tokens to its end on the exact side.
        pruned: The same on the pruned side.
        machine: What to note about the machine.
        lengths: Lengths to measure, rising.
        clock: Seconds.

    Returns:
        The crossover: above it, pruning was the faster at every measured length.
    """
    times: dict[int, tuple[float, float]] = {}
    for length in lengths:
        best = [float("inf"), float("inf")]
        for repeat in range(_REPEATS + 1):
            for side, run in enumerate((exact, pruned)):
                begin = clock()
                run(length)
                if repeat:
                    best[side] = min(best[side], clock() - begin)
        times[length] = (best[0], best[1])
    slower = [length for length, (ours, theirs) in times.items() if ours <= theirs]
    return Crossover(
        exact_up_to=max(slower, default=0),
        machine=machine,
        lengths=tuple(times),
        exact_ms=tuple(round(1e3 * ours, 3) for ours, _ in times.values()),
        pruned_ms=tuple(round(1e3 * theirs, 3) for _, theirs in times.values()),
    )


def config_folder() -> Path:
    """Names the user's folder of Secateur's settings, as the system has it."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "secateur"


def save(crossover: Crossover) -> Path:
    """Keeps a crossover for later runs.

    Args:
        crossover: As it was measured.

    Returns:
        The file, in `config_folder`.

    Raises:
        OSError: The folder cannot be written.
    """
    file = config_folder() / "routing.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole(file) as stream:
        stream.write((json.dumps(asdict(crossover), indent=2) + "\n").encode())
    return file


def load(machine: dict[str, str]) -> Crossover | None:
    """Reads the kept crossover.

    Args:
        machine: As it is now; a crossover of another one is no guide.

    Returns:
        The crossover, or None where there is none for this machine.

    Raises:
        ValueError: The file is damaged; the message says what to do.
    """
    try:
        file = config_folder() / "routing.json"
    except RuntimeError:  # a user without a home has kept nothing
        return None
    if not file.is_file():
        return None
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        found = Crossover(
            int(values["exact_up_to"]),
            dict(values["machine"]),
            *(tuple(values[name]) for name in ("lengths", "exact_ms", "pruned_ms")),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{file} is damaged; delete it, or measure again: secateur info --calibrate-routing"
        ) from error
    return found if found.machine == machine else None


def policy(machine: dict[str, str]) -> RoutingPolicy:
    """Gives the routing policy of a machine: its measured threshold, or the usual one.

    Args:
        machine: What the crossover depends on, by name, as it was when measured.

    Returns:
        The policy.

    Raises:
        ValueError: The kept crossover is damaged.
    """
    found = load(machine)
    return RoutingPolicy() if found is None else RoutingPolicy(exact_up_to=found.exact_up_to)
