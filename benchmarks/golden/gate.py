"""Fails where the product finds something else than it did, or scores less than it may.

    PYTHONPATH=benchmarks python -m golden.gate [--write] [--full DATA] [--records FOLDER]

Records of every document are compared with the committed ones in `results/`, scores with those in
`scores.toml`. With `--full` the validation filings and notes of the shared data folder are read
instead; of them only scores are committed, in `full_scores.toml`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from golden import full
from golden.changes import Change, as_lines, changes, counted
from golden.documents import Case, cases
from golden.product import Product
from golden.records import Records, run
from golden.scores import Scores, measure
from golden.stored import (
    FULL_SCORES,
    RESULTS,
    SCORES,
    Stored,
    read_records,
    read_stored,
    write_records,
    write_scores,
)

FULL_RECORDS = Path("build/quality/records")
"""Records of public documents stay out of the repository."""
_TOLD = 20
"""Changes that are told of a failed run; `scripts/quality_diff` tells all."""


@dataclass(frozen=True)
class Verdict:
    """What the comparison found.

    Attributes:
        failures: One line for each thing that is not as it may be; empty where all is well.
        changed: The records that are not as they were.
        gained: One line for each score that rose by more than its tolerance, or is new.
    """

    failures: tuple[str, ...]
    changed: tuple[Change, ...] = ()
    gained: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether anything failed."""
        return bool(self.failures)


def judge(golden: Records, new: Records, stored: Stored, scores: Scores) -> Verdict:
    """Compares a run with what is committed.

    Args:
        golden: The committed records.
        new: Those of the run.
        stored: The committed scores and the tolerances.
        scores: Those of the run.

    Returns:
        What differs more than it may.
    """
    found = changes(golden, new)
    failures = [*_missing(golden, new), *_too_many(golden, found, stored)]
    falls, gained = judge_scores(stored, scores)
    return Verdict((*failures, *falls), tuple(found), gained)


def judge_scores(stored: Stored, scores: Scores) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Compares scores with the committed ones.

    Args:
        stored: The committed scores and their tolerances.
        scores: Those of the run.

    Returns:
        A line for each score that fell by more than its tolerance or is no longer measured, and
        one for each that rose by more or is new.
    """
    falls, gained = [], []
    for name, was in stored.scores.items():
        tolerance = stored.tolerance(name)
        if name not in scores:
            falls.append(f"score {name} is no longer measured; it was {was:.4f}")
        elif scores[name] < was - tolerance - _ROUNDED:
            told = f"{was:.4f} to {scores[name]:.4f}, more than the {tolerance:g} that it may"
            falls.append(f"score {name} fell from {told}")
        elif scores[name] > was + tolerance + _ROUNDED:
            gained.append(f"score {name} rose from {was:.4f} to {scores[name]:.4f}")
    if not stored.scores:
        falls.append("no scores are committed, so nothing was compared; write them with --write")
    gained += [
        f"score {name} is new: {value:.4f}"
        for name, value in scores.items()
        if name not in stored.scores
    ]
    return tuple(falls), tuple(gained)


_ROUNDED = 1e-5
"""What writing a score down may change of it."""


def _missing(golden: Records, new: Records) -> list[str]:
    return [
        f"no golden records of kind {kind}; write them with --write"
        for kind in new
        if kind not in golden
    ]


def _too_many(golden: Records, found: Sequence[Change], stored: Stored) -> list[str]:
    """Tells of documents more of whose records differ than may, by kind."""
    changed = Counter((change.kind, change.doc) for change in found)
    before = Counter((kind, record["doc"]) for kind, own in golden.items() for record in own)
    return [
        f"{doc}: {count} changes of {before[kind, doc]} {kind}, more than the "
        f"{100 * stored.share(kind):g} % that may differ"
        for (kind, doc), count in sorted(changed.items())
        if kind in golden and count > stored.share(kind) * before[kind, doc]
    ]


def tell(verdict: Verdict) -> None:
    """Says in plain words what was found."""
    lines = list(as_lines(verdict.changed))
    _say(*lines[:_TOLD])
    if len(lines) > _TOLD:
        _say(f"and {len(lines) - _TOLD} lines more; scripts/quality_diff shows all")
    _say(counted(verdict.changed), *verdict.gained)
    _say(*(f"FAILED: {failure}" for failure in verdict.failures))
    if verdict.failed:
        _say("Where all of this is meant, renew what is committed with --write.")


def _judged(options: argparse.Namespace, read: Sequence[Case], new: Records) -> int:
    """Compares a run with what is committed, tells it, and renews that where asked to."""
    scores = measure(read, new)
    place = FULL_SCORES if options.full else SCORES
    stored = read_stored(place)
    if options.full:
        write_records(new, FULL_RECORDS)
        falls, gained = judge_scores(stored, scores)
        verdict = Verdict(falls, gained=gained)
    else:
        verdict = judge(read_records(RESULTS), new, stored, scores)
    tell(verdict)
    if not options.write:
        _say("failed" if verdict.failed else "passed")
        return int(verdict.failed)
    write_scores(scores, place)
    if not options.full:
        write_records(new, RESULTS)
    _say("renewed what is committed; read its differences before you commit them")
    return 0


def main() -> int:
    """Runs the gate, says what was found, and returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="renew what is committed")
    parser.add_argument(
        "--full", type=Path, metavar="DATA", help="validation filings and notes of the data folder"
    )
    parser.add_argument(
        "--records", type=Path, metavar="FOLDER", help="only write what is found, compare nothing"
    )
    options = parser.parse_args()
    if options.full and not options.full.is_dir():
        _say(f"skipped: there is no folder {options.full}; name one with DATA=FOLDER")
        return 0
    begin = perf_counter()
    read = full.cases(options.full) if options.full else cases()
    new = run(read, Product(), quiet=False)
    if options.records:
        write_records(new, options.records)
        return 0
    code = _judged(options, read, new)
    _say(f"{perf_counter() - begin:.0f} s")
    return code


def _say(*lines: str) -> None:
    sys.stderr.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
