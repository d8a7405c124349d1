"""Measured figures, one record each: what, where, by which command, how often, how widely spread.

A results file holds one JSON object a line. Times are kept by the clock and in processor time, so
that a run on a busy machine still says something.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Literal

from secateur.pipelines.lab.bench.timing import Times, context

RESULTS = Path(__file__).with_name("results")

RIVALS = ("sdpa", "full", "windows512", "parser")
"""What a ratio divides: torch's attention over all keys, or in windows; a file's parser alone."""

OURS = ("native", "selection", "dap", "reader")
"""What it divides by."""

Setting = dict[str, str | int | float]
Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Record:
    """One figure.

    Attributes:
        suite: Which of the measuring scripts made it.
        figure: What was measured there ("layer", "document", ...).
        method: Whose figure it is ("dap", "full", "sdpa", ...).
        metric: "time", "peak_memory", "f1", "rouge_l", "error", "density", ...
        unit: "ms", "s", "MiB" or "" for a share.
        setting: What the figure holds for: n, dtype, threads, document, threshold, ...
        samples: The measured values, one for each repeat; times by the clock.
        cpu_samples: Processor times of the same runs over all threads; empty for other metrics.
        better: Which direction is an improvement.
        portable: Whether another machine should find the same value.
        note: What a reader must know beside the figure; "" for nothing.
        command: What measures it again.
        machine: Processor, cores, instruction set, threads.
        versions: Of the packages.
        commit: Of the checkout, None outside one.
        date: Day of the measurement, ISO.
    """

    suite: str
    figure: str
    method: str
    metric: str
    unit: str
    setting: Setting
    samples: tuple[float, ...]
    cpu_samples: tuple[float, ...] = ()
    better: Better = "lower"
    portable: bool = False
    note: str = ""
    command: str = ""
    machine: dict[str, str | int] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    commit: str | None = None
    date: str = ""

    @property
    def best(self) -> float:
        """The best sample: the shortest time, the smallest error, the highest score."""
        return min(self.samples) if self.better == "lower" else max(self.samples)

    @property
    def key(self) -> tuple[Any, ...]:
        """What two runs of the same measurement share."""
        setting = tuple(sorted(self.setting.items()))
        return self.suite, self.figure, self.method, self.metric, setting

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values, repeats and spread among them."""
        spread = {
            "repeats": len(self.samples),
            "min": min(self.samples),
            "median": median(self.samples),
            "max": max(self.samples),
        }
        return asdict(self) | spread


class Recorder:
    """Makes the records of one suite in one run: they share machine, versions and commit.

    Args:
        suite: Name of the suite.
        command: What measures it again.
    """

    def __init__(self, suite: str, command: str) -> None:
        self._suite = suite
        facts = context()
        self._common = {
            "command": command,
            "versions": {
                "python": platform.python_version(),
                **{name: version(name) for name in ("secateur", "torch", "transformers")},
            },
            "commit": facts["commit"],
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
        }

    def record(
        self,
        figure: str,
        method: str,
        metric: str,
        unit: str,
        setting: Setting,
        samples: Sequence[float],
        *,
        cpu_samples: Sequence[float] = (),
        better: Better = "lower",
        portable: bool = False,
        note: str = "",
    ) -> Record:
        """Makes one record, arguments as the fields of `Record`; threads go into its setting."""
        facts = context()
        machine = {name: facts[name] for name in ("cpu", "cores", "isa", "threads")}
        return Record(
            self._suite, figure, method, metric, unit, {**setting, "threads": facts["threads"]},
            tuple(round(value, 5) for value in samples),
            tuple(round(value, 5) for value in cpu_samples),
            better=better, portable=portable, note=note, machine=machine, **self._common,
        )  # fmt: skip

    def time(
        self, figure: str, method: str, setting: Setting, times: Times, note: str = ""
    ) -> Record:
        """Makes the record of a call's times."""
        return self.record(
            figure, method, "time", "ms", setting, times.wall_ms,
            cpu_samples=times.cpu_ms, note=note,
        )  # fmt: skip


@dataclass(frozen=True)
class Ratio:
    """How many times less one side took than the other.

    Attributes:
        value: Best of the rival over best of ours.
        low: Smallest ratio of two runs that stood side by side.
        high: Largest one.
    """

    value: float
    low: float
    high: float


def ratio(rival: Record, ours: Record, clock: Literal["wall", "cpu"] = "wall") -> Ratio:
    """Divides a rival's times by ours.

    Args:
        rival: A record of times.
        ours: Another one of the same run.
        clock: By the clock, or by processor time.

    Returns:
        The ratio of the bests, and the spread over pairs of runs.
    """
    sides = [record.samples if clock == "wall" else record.cpu_samples for record in (rival, ours)]
    pairs = [theirs / own for theirs, own in zip(*sides, strict=False)]
    best = min(sides[0]) / min(sides[1])
    return Ratio(best, min([best, *pairs]), max([best, *pairs]))


def rivals_of(ours: Record, records: Iterable[Record]) -> list[Record]:
    """Returns the rivals' times at the setting of one of ours, none for any other record.

    A rival that reads all keys has no sparsity: it stands beside ours at every one.
    """
    if ours.metric != "time" or ours.method not in OURS:
        return []
    sparsity = {"sparsity": ours.setting.get("sparsity")}
    return [
        other
        for other in records
        if (other.suite, other.figure, other.metric) == (ours.suite, ours.figure, "time")
        and other.method in RIVALS
        and {**sparsity, **other.setting} == {**sparsity, **ours.setting}
    ]


def write(records: Iterable[Record], path: Path) -> None:
    """Writes a results file, one record a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(record.to_dict(), ensure_ascii=False) for record in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read_folder(folder: Path) -> list[Record]:
    """Reads every results file of a folder, by name.

    Raises:
        ValueError: A line is no record; the message names file and line.
    """
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                found.append(_record(json.loads(line)))
            except (AttributeError, TypeError, KeyError, ValueError) as error:
                raise ValueError(f"{path}:{number} is no record: {error}") from error
    return found


def _record(values: dict[str, Any]) -> Record:
    spread = ("repeats", "min", "median", "max")
    known = {name: value for name, value in values.items() if name not in spread}
    for name in ("samples", "cpu_samples"):
        known[name] = tuple(known[name])
    record = Record(**known)
    if not record.samples:
        raise ValueError("it has no samples")
    return record


def select(records: Iterable[Record], **wanted: Any) -> list[Record]:
    """Returns the records whose fields and settings have the wanted values, in their order."""
    return [
        record
        for record in records
        if all(
            (getattr(record, name) if hasattr(record, name) else record.setting.get(name)) == value
            for name, value in wanted.items()
        )
    ]


def one(records: Iterable[Record], **wanted: Any) -> Record | None:
    """Returns the record with the wanted values, None where there is none.

    Raises:
        ValueError: Several have them: the question was not precise.
    """
    found = select(records, **wanted)
    if len(found) > 1:
        raise ValueError(f"{len(found)} records have {wanted}")
    return found[0] if found else None
