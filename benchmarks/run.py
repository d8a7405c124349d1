"""Measures every suite, or some, and writes one results file each.

    python benchmarks/run.py [--data FOLDER] [--only SUITE...] [--quick] [--out FOLDER]

Without the data folder the documents of `data_samples/` are measured alone. What a suite has found
is written as soon as it is done.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from calls import measure_calls
from documents import measure_documents
from error import measure_error
from growth import measure_growth
from layer import measure_layer
from perplexity import measure_perplexity
from quality import measure_quality
from reading import measure_reading
from records import RESULTS, Record, Recorder, ratio, rivals_of, write
from tradeoff import measure_tradeoff
from transformers.utils import logging as transformers_logging

Suite = Callable[[Recorder, argparse.Namespace], Iterable[Record]]
"""Gives the records of a suite; without the data folder of the samples, in a quick run of less."""

SUITES: dict[str, Suite] = {
    "layer": lambda recorder, options: measure_layer(recorder, quick=options.quick),
    "documents": lambda recorder, options: measure_documents(
        recorder, options.data, quick=options.quick, every_layer=options.every_layer
    ),
    "growth": lambda recorder, options: measure_growth(recorder, options.data, quick=options.quick),
    "calls": lambda recorder, options: measure_calls(recorder, quick=options.quick),
    "reading": lambda recorder, options: measure_reading(
        recorder, options.data, quick=options.quick
    ),
    "tradeoff": lambda recorder, options: measure_tradeoff(recorder, quick=options.quick),
    "error": lambda recorder, options: measure_error(recorder, quick=options.quick),
    "perplexity": lambda recorder, options: measure_perplexity(
        recorder, options.data, quick=options.quick
    ),
    "quality": lambda recorder, options: measure_quality(
        recorder, options.data, quick=options.quick
    ),
}
"""By name, in the order in which they run: those that need quiet first."""


def main() -> int:
    """Measures, tells the ratios as they come, writes the records and returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder with finance/ and clinical/")
    parser.add_argument("--only", nargs="+", choices=list(SUITES), default=list(SUITES))
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--quick", action="store_true", help="small sizes, under two minutes")
    parser.add_argument(
        "--every-layer", action="store_true",
        help="full attention of 65,536 tokens in all layers: some twelve minutes more",
    )  # fmt: skip
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    if options.data is not None and not (options.data / "finance").is_dir():
        parser.error(f"--data {options.data} has no folder finance")
    transformers_logging.disable_progress_bar()
    torch.set_num_threads(options.threads)
    begin = time.monotonic()
    failed = [name for name in options.only if not _measure(name, options, begin)]
    if failed:
        _say(f"failed, and measured in part: {', '.join(failed)}")
    return int(bool(failed))


def _measure(name: str, options: argparse.Namespace, begin: float) -> bool:
    """Runs a suite and writes what it found; returns whether it came to its end.

    A failure costs the rest of its suite, not what was measured before nor the suites after it.
    """
    records: list[Record] = []
    complete = False
    try:
        for record in SUITES[name](Recorder(name, _command(name, options)), options):
            records.append(record)
            _tell(record, records)
        complete = True
    except Exception:
        traceback.print_exc()
    finally:
        if records:
            write(records, options.out / f"{name}.jsonl")
    _say(f"{name}: {len(records)} records after {time.monotonic() - begin:.0f} s")
    return complete


def _command(suite: str, options: argparse.Namespace) -> str:
    words = ["python", "benchmarks/run.py", "--only", suite]
    if options.data is not None:
        words += ["--data", "FOLDER"]
    words += ["--quick"] * options.quick + ["--every-layer"] * options.every_layer
    return shlex.join([*words, "--threads", str(options.threads)])


def _tell(record: Record, so_far: list[Record]) -> None:
    """Says a figure, and how it compares with the rival of the same setting, if that is there."""
    shown = " ".join(f"{name}={value}" for name, value in record.setting.items())
    line = (
        f"{record.figure} {record.method} {record.metric} {record.best:.4g} {record.unit} {shown}"
    )
    for rival in rivals_of(record, so_far):
        wall, cpu = ratio(rival, record), ratio(rival, record, "cpu")
        line += f"; {rival.method} takes {wall.value:.2f}x by the clock"
        line += f", {cpu.value:.2f}x in processor time"
    _say(line)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
