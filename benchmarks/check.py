"""Fails where a new run has lost more than 15 % against the committed results.

    python benchmarks/check.py NEW [--results FOLDER] [--clock wall|cpu]

Ratios of times are compared with those of the same setting, and only where both runs stood on the
same kind of machine: another processor has other ratios. Values that are no times (errors, scores,
densities) are compared on any machine. A check that compared no ratio on the same kind of machine,
or nothing at all on another, fails too: it would never fail otherwise.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from records import RESULTS, Record, ratio, read_folder, rivals_of

_LOSS = 0.15
_LEAST = 0.005
"""A value may move by this much whatever its size: half a point of a score, of an error."""

Clock = Literal["wall", "cpu"]
Key = tuple[object, ...]


@dataclass(frozen=True)
class Verdict:
    """What the comparison found.

    Attributes:
        lost: One line for each figure that has lost too much.
        ratios: How many ratios of times were compared.
        values: How many other values were.
        other_machine: What both machines are, where they differ; "" where they do not.
    """

    lost: tuple[str, ...]
    ratios: int
    values: int
    other_machine: str

    @property
    def failed(self) -> bool:
        """Whether something was lost, or nothing could be."""
        return bool(self.lost) or not (self.values if self.other_machine else self.ratios)


def compare(
    committed: Sequence[Record], new: Sequence[Record], *, clock: Clock = "wall"
) -> Verdict:
    """Compares a new run with the committed one.

    Args:
        committed: The committed records.
        new: The new ones, of the same or smaller settings.
        clock: What times are compared by; processor time on a busy machine.

    Returns:
        What was lost and what was compared.
    """
    here = set(map(_machine, new))
    timed = [record for record in committed if not record.portable]
    same = [record for record in timed if _machine(record) in here]
    both = (sorted(set(map(_machine, timed))), sorted(here))
    other = "" if same else " against ".join(map("; ".join, both))
    lost: list[str] = []
    before, now = _ratios(same, clock), _ratios(new, clock)
    common = [key for key in now if key in before]
    for key in common:
        if now[key] < (1 - _LOSS) * before[key]:
            lost.append(f"{_shown(key)}: {now[key]:.2f}x, was {before[key]:.2f}x")
    old = {_value_key(record): record.best for record in committed if record.portable}
    values = [record for record in new if record.portable and _value_key(record) in old]
    for record in values:
        was = old[_value_key(record)]
        sign = 1 if record.better == "lower" else -1
        if sign * (record.best - was) > max(_LOSS * abs(was), _LEAST):
            lost.append(f"{_shown(_value_key(record))}: {record.best:.4f}, was {was:.4f}")
    return Verdict(tuple(lost), len(common), len(values), other)


def _ratios(records: Sequence[Record], clock: Clock) -> dict[Key, float]:
    """Ratio by rival and setting."""
    return {
        (*ours.key, rival.method): ratio(rival, ours, clock).value
        for ours in records
        for rival in rivals_of(ours, records)
    }


def _machine(record: Record) -> str:
    """The kind of machine; threads belong to the setting."""
    return ", ".join(f"{name} {record.machine.get(name)}" for name in ("cpu", "cores", "isa"))


def _value_key(record: Record) -> Key:
    """A value that is no time does not depend on threads."""
    setting = tuple(sorted(item for item in record.setting.items() if item[0] != "threads"))
    return record.suite, record.figure, record.method, record.metric, setting


def _shown(key: Key) -> str:
    parts = []
    for part in key:
        if isinstance(part, tuple):
            parts += [f"{name}={value}" for name, value in part]
        else:
            parts.append(str(part))
    return " ".join(parts)


def main() -> int:
    """Compares, says what was found, and returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("new", type=Path, help="folder of the new results")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the committed ones")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall")
    options = parser.parse_args()
    committed, new = read_folder(options.results), read_folder(options.new)
    for folder, records in ((options.results, committed), (options.new, new)):
        if not records:
            parser.error(f"no results in {folder}; measure them with make bench")
    verdict = compare(committed, new, clock=options.clock)
    if verdict.other_machine:
        _say(f"another kind of machine ({verdict.other_machine}): no time was compared")
    for line in verdict.lost:
        _say(f"lost more than {_LOSS:.0%}: {line}")
    _say(f"{verdict.ratios} ratios and {verdict.values} values compared, {len(verdict.lost)} lost")
    if verdict.failed and not verdict.lost:
        missed = "nothing" if verdict.other_machine else "no ratio"
        _say(f"{missed} was compared: the committed results have none of these settings")
    return int(verdict.failed)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
