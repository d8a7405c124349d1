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
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Timer

import batch_runs
from tiny_folders import save_tagger

from secateur.pipelines.runs.batch.settings import BatchSettings

VICTIMS = ("run", "group", "worker", "late")
"""Who gets SIGKILL: the run's own process, it and its workers at once, or one worker; "late" is the
run's own process while its workers stand still, to go on while another run resumes it."""


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
    killer = _Killer(folder, chosen, time.monotonic() - begin, kills, random.Random(seed))
    batch_runs.check_exactly_one(folder, place / "whole")
    expected = batch_runs.outputs(place / "whole")
    attempt = 0
    while killer.left():
        attempt += 1
        out = place / f"run {attempt}"
        while not killer.survives(out):
            pass
        killer.wait_for_late_workers()
        batch_runs.check_exactly_one(folder, out)
        assert batch_runs.outputs(out) == expected
        killer.tally["resumed"] += 1
    return killer.tally


@dataclass
class _Killer:
    folder: Path
    chosen: BatchSettings
    seconds: float
    kills: int
    draw: random.Random
    tally: Counter[str] = field(default_factory=Counter)
    timers: list[Timer] = field(default_factory=list)

    def left(self) -> int:
        return self.kills - sum(self.tally[victim] for victim in VICTIMS)

    def survives(self, out: Path) -> bool:
        """Runs once, killing at a random moment unless the kills are used up; True if it ended."""
        fresh, begin = not out.exists(), time.monotonic()
        process = batch_runs.start(self.folder, out, self.chosen)
        if self.left():
            process.join(self.draw.uniform(0, self.seconds))
            victim = VICTIMS[self.left() % len(VICTIMS)]
            if process.is_alive() and self._kill(process, victim):
                self.tally[victim] += 1
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL), batch_runs.failure_of(out).read_text()
        if fresh and process.exitcode == 0:
            # The first run was slower than most: later moments would all come too late.
            self.seconds = min(self.seconds, time.monotonic() - begin)
        return process.exitcode == 0

    def wait_for_late_workers(self) -> None:
        for timer in self.timers:
            timer.join()
        self.timers.clear()

    def _kill(self, process: BaseProcess, victim: str) -> bool:
        pid = process.pid
        assert pid is not None
        workers = batch_runs.children(process)
        if not workers and victim in ("worker", "late"):
            return False
        with suppress(ProcessLookupError, PermissionError):
            if victim == "worker":
                os.kill(self.draw.choice(workers), signal.SIGKILL)
            elif victim == "group" and os.getpgid(pid) == pid:
                os.killpg(pid, signal.SIGKILL)
            else:
                if victim == "late":
                    self._hold(workers)
                os.kill(pid, signal.SIGKILL)
            return True
        return False

    def _hold(self, workers: list[int]) -> None:
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
            timer = Timer(self.draw.uniform(0, self.seconds), _let_go, [worker])
            timer.start()
            self.timers.append(timer)


def _let_go(worker: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(worker, signal.SIGCONT)


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
    killed = ", ".join(f"{victim} {tally[victim]}" for victim in VICTIMS)
    sys.stdout.write(
        f"killed {options.kills} times ({killed}); {tally['resumed']} runs resumed to their end, "
        "each with one result or one error a document and the same bytes; "
        f"{time.monotonic() - begin:.0f} s\n"
    )


if __name__ == "__main__":
    main()
