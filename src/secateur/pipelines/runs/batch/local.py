"""Worker processes of this machine: limits on each document, and a new worker for a lost one."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Any, Literal

import psutil

from secateur.pipelines.errors import SecateurError, UsageError
from secateur.pipelines.runs.batch.forks import await_server, start_server
from secateur.pipelines.runs.batch.ledger import Ledger
from secateur.pipelines.runs.batch.plan import Entry, Group, Item
from secateur.pipelines.runs.batch.records import shown
from secateur.pipelines.runs.batch.settings import BatchSettings
from secateur.pipelines.runs.batch.work import Done, Job, failure, report
from secateur.pipelines.runs.batch.worker import serve
from secateur.pipelines.runs.durable import StorageError

Log = Callable[..., None]
"""Takes an event's name and its fields."""

Ready = Callable[[Mapping[str, Any]], None]
"""Takes what a worker says of its model."""

_Loss = Literal["time", "memory", "lost"]
_POLL_S = 0.05
"""Seconds that a look at the workers' lines waits: what stops a run is seen that late."""
_PARTING_S = 5
_ATTEMPTS = 3
"""Workers that a document may end before it counts as the cause."""
_START_ATTEMPTS = 3
"""Workers in a row that may end before they are ready."""


@dataclass
class _Task:
    group: Group
    losses: int = 0


@dataclass
class _Slot:
    """One worker process and what it has in hand."""

    process: BaseProcess
    line: Connection
    ready: bool = False
    task: _Task | None = None
    hand: tuple[Entry, ...] = ()
    since: float = 0.0
    stopping: bool = False
    reported: set[str] = field(default_factory=set)


class Pool:
    """Runs groups on worker processes.

    Args:
        job: The run.
        settings: Limits and way of starting.
        workers: Most processes.
        log: Told of events.
        ready: Told of the model by each worker; what it raises ends the run.
    """

    def __init__(
        self, job: Job, settings: BatchSettings, workers: int, log: Log, ready: Ready
    ) -> None:
        self._job = job
        self._settings = settings
        self._workers = workers
        self._memory = settings.worker_memory(workers)
        self._ledger = Ledger(job.ledger, job.staging)
        self._log = log
        self._ready = ready
        self._context: Any = multiprocessing.get_context(settings.start)
        if settings.start == "forkserver":
            start_server(self._context)
        self._slots: list[_Slot] = []
        self._queue: deque[_Task] = deque()
        self._failed_starts = 0

    def run(self, groups: Iterable[Group], stopping: Callable[[], bool]) -> Iterator[Done]:
        """Works through groups.

        Args:
            groups: The documents.
            stopping: Once True, no more is begun and what is in hand is finished.

        Yields:
            What is done, in the order of its end; may name a document again that was done before.

        Raises:
            SecateurError: The model is not to be had or the disk is full. What is done stays done.
        """
        self._queue.extend(_Task(group) for group in groups)
        if self._settings.start == "forkserver":
            await_server(self._context, stopping)
        while True:
            if stopping():
                self._ask_to_stop()
            else:
                self._assign()
            busy = [slot for slot in self._slots if slot.task is not None]
            if not busy:
                return
            for line in wait([slot.line for slot in busy], _POLL_S):
                slot = next(slot for slot in busy if slot.line is line)
                yield from self._hear(slot)
            for slot in busy:
                if slot.task is not None and (loss := self._over_limit(slot)):
                    yield from self._lose(slot, loss)

    def close(self) -> None:
        """Ends the processes; what they have in hand is not finished."""
        for slot in self._slots:
            if slot.task is None:
                # One that ends by itself gives back its semaphores, of which Python would warn.
                slot.line.close()
                slot.process.join(_PARTING_S)
            _end(slot)
        self._slots.clear()

    def _ask_to_stop(self) -> None:
        for slot in list(self._slots):
            if not slot.ready:
                # It has nothing in hand, and its model may take long.
                self._drop(slot)
            elif slot.task is not None and not slot.stopping:
                slot.stopping = True
                with suppress(OSError):
                    slot.line.send(None)

    def _assign(self) -> None:
        while self._queue:
            slot = next((slot for slot in self._slots if slot.task is None), None)
            if slot is None:
                if len(self._slots) == self._workers:
                    return
                slot = self._start()
            slot.task = self._queue.popleft()
            slot.reported.clear()
            slot.since = monotonic()
            if slot.ready:
                self._send(slot)

    def _start(self) -> _Slot:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(self._job, theirs), daemon=True)
        process.start()
        theirs.close()
        slot = _Slot(process, ours)
        self._slots.append(slot)
        self._log("worker started", process=process.pid)
        return slot

    def _send(self, slot: _Slot) -> None:
        if slot.task is not None:
            # A dead worker is noticed, and its task handed on, when the line is read.
            with suppress(OSError):
                slot.line.send(slot.task.group)

    def _hear(self, slot: _Slot) -> Iterator[Done]:
        try:
            kind, value = slot.line.recv()
        except (EOFError, OSError):
            yield from self._lose(slot, "lost")
            return
        if kind == "ready":
            self._begin(slot, value)
        elif kind == "begin":
            self._take(slot, value)
        elif kind == "done":
            slot.reported.add(value.key)
            yield value
        elif kind == "idle":
            yield from self._unreported(slot)
            slot.task, slot.hand = None, ()
            if value:
                self._drop(slot)
                self._log("worker replaced", process=slot.process.pid, why="its GPU failed")
        elif kind == "event":
            self._log("routing", process=slot.process.pid, what=value)
        elif kind == "unusable":
            raise UsageError(value)
        else:
            raise StorageError(value)

    def _take(self, slot: _Slot, hand: tuple[Entry, ...]) -> None:
        before = _files(slot.hand)
        slot.hand, slot.since = hand, monotonic()
        if (paths := _files(hand)) != before:
            self._log("files begun", process=slot.process.pid, paths=paths)

    def _begin(self, slot: _Slot, facts: Mapping[str, Any]) -> None:
        self._ready(facts)
        if (used := _resident_bytes(slot)) > self._memory:
            raise UsageError(
                f"the model alone takes {used >> 20:,} MiB, more than the {self._memory >> 20:,} "
                "MiB of a worker; raise --memory-limit or give fewer --workers"
            )
        slot.ready = True
        self._failed_starts = 0
        self._send(slot)

    def _drop(self, slot: _Slot) -> None:
        _end(slot)
        self._slots.remove(slot)

    def _unreported(self, slot: _Slot) -> Iterator[Done]:
        """Finds what an earlier worker had put on disk and could not tell any more."""
        for item in slot.task.group if slot.task else ():
            if item.key not in slot.reported and (outcome := self._ledger.get(item.key)):
                yield report(item, outcome)

    def _over_limit(self, slot: _Slot) -> _Loss | None:
        if not slot.hand:
            return None
        if monotonic() - slot.since > self._settings.time_limit_s * len(slot.hand):
            return "time"
        return "memory" if _resident_bytes(slot) > self._memory else None

    def _lose(self, slot: _Slot, loss: _Loss) -> Iterator[Done]:
        """Ends a worker and hands its documents on, but for the one that is to blame."""
        self._drop(slot)
        task, slot.task = slot.task, None
        self._log(
            "worker lost", process=slot.process.pid, why=loss,
            in_hand=[entry.key for entry in slot.hand],
        )  # fmt: skip
        if not slot.ready:
            self._failed_starts += 1
            if self._failed_starts == _START_ATTEMPTS:
                raise SecateurError(
                    "worker processes end before they are ready; where a script makes the call, "
                    'put it under `if __name__ == "__main__":`; else the machine is out of memory'
                )
            self._queue.extendleft([task] if task else [])
        elif task is not None:
            yield from self._hand_on(task, slot.hand, loss, monotonic() - slot.since)

    def _hand_on(
        self, task: _Task, hand: Sequence[Entry], loss: _Loss, seconds: float
    ) -> Iterator[Done]:
        if loss == "lost":
            task.losses += 1
            if task.losses < _ATTEMPTS:
                self._queue.appendleft(task)
                return
        if len(hand) > 1 or not hand:
            # Nobody knows which of them it was.
            hand = task.group
        if len(hand) > 1:
            self._queue.extendleft(_Task((item,)) for item in reversed(task.group))
            return
        (entry,) = hand
        if self._ledger.get(entry.key) is None:
            outcome = failure(entry, loss, f"{entry.path}: {self._blame(loss)}", seconds)
            self._ledger.put(entry.key, outcome)
            if isinstance(entry, Item):
                yield report(entry, outcome)
        self._queue.appendleft(_Task(task.group))

    def _blame(self, loss: _Loss) -> str:
        if loss == "time":
            limit = f"{self._settings.time_limit_s:g} s"
            return f"not done within {limit}; raise --time-limit, or split the file"
        if loss == "memory":
            limit = f"{self._memory >> 20:,} MiB"
            return f"needs more than {limit}; raise --memory-limit, or split the file"
        return f"{_ATTEMPTS} workers were lost over it (a crash, or the machine is out of memory)"


def _files(hand: Sequence[Entry]) -> list[str]:
    files = (entry if isinstance(entry, Item) else entry.file for entry in hand)
    return list(dict.fromkeys(shown(file.path) for file in files))


def _resident_bytes(slot: _Slot) -> int:
    try:
        return int(psutil.Process(slot.process.pid).memory_info().rss)
    except psutil.Error:
        # The process is gone, which the end of its line will tell.
        return 0


def _end(slot: _Slot) -> None:
    # Joined, so that nothing more of its outcomes can reach the ledger.
    slot.process.kill()
    slot.process.join()
    slot.line.close()
