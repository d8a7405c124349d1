"""Kills runs at random moments and resumes them, until enough were killed."""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import batch_runs
from tiny_folders import save_tagger

from secateur.pipelines.batch.settings import BatchSettings

VICTIMS = ("run", "group", "worker")
"""Who gets SIGKILL: the run's own process, it and its workers at once, or one worker."""


def kill_and_resume(place: Path, kills: int, seed: int, documents: int = 40) -> Counter[str]:
    """Kills runs at moments drawn evenly from the time that a whole one takes.

    A killed run is resumed until it ends, and must then have the outcome that a run without any
    kill has, byte for byte.

    Args:
        place: An empty folder.
        kills: How often to kill.
        seed: Of the draw.
        documents: Files in the folder.

    Returns:
        Kills by victim, and "resumed" runs that came to their end.
    """
    model = save_tagger(place / "model")
    folder = batch_runs.make_folder(place / "documents", documents)
    chosen = batch_runs.settings(model, workers=2, start="fork")
    begin = time.monotonic()
    batch_runs.start(folder, place / "whole", chosen).join()
    seconds = time.monotonic() - begin
    batch_runs.check_exactly_one(folder, place / "whole")
    expected = batch_runs.outputs(place / "whole")
    draw, tally = random.Random(seed), Counter[str]()
    attempt = 0
    while sum(tally[victim] for victim in VICTIMS) < kills:
        attempt += 1
        out = place / f"run {attempt}"
        while not _survives(folder, out, chosen, seconds, draw, tally, kills):
            pass
        batch_runs.check_exactly_one(folder, out)
        assert batch_runs.outputs(out) == expected
        tally["resumed"] += 1
    return tally


def _survives(
    folder: Path,
    out: Path,
    chosen: BatchSettings,
    seconds: float,
    draw: random.Random,
    tally: Counter[str],
    kills: int,
) -> bool:
    """Runs once, killing at a random moment unless the kills are used up; True if it ended."""
    process = batch_runs.start(folder, out, chosen)
    if sum(tally[victim] for victim in VICTIMS) < kills:
        process.join(draw.uniform(0, seconds))
        victim = draw.choice(VICTIMS)
        if process.is_alive() and _kill(process, victim, draw):
            tally[victim] += 1
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), batch_runs.failure_of(out).read_text()
    return process.exitcode == 0


def _kill(process: BaseProcess, victim: str, draw: random.Random) -> bool:
    pid = process.pid
    assert pid is not None
    with suppress(ProcessLookupError, PermissionError):
        if victim == "worker":
            workers = batch_runs.children(process)
            if not workers:
                return False
            os.kill(draw.choice(workers), signal.SIGKILL)
        elif victim == "group" and os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
        return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    sys.stdout.flush()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        tally = kill_and_resume(Path(place), options.kills, options.seed)
    killed = ", ".join(f"{tally[victim]} times the {victim}" for victim in VICTIMS)
    sys.stdout.write(
        f"killed {options.kills} times ({killed}); {tally['resumed']} runs resumed to their end, "
        "each with one result or one error a document and the same bytes; "
        f"{time.monotonic() - begin:.0f} s\n"
    )


if __name__ == "__main__":
    main()
