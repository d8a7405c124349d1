"""Long work in a process of its own, with progress, cancel and a time limit.

One worker process serves all who submit, one job at a time, so that a machine with few cores is not
asked for more than it has. It is ended and replaced when a job is cancelled or runs out of time:
that is the only way to stop a running computation.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum
from itertools import takewhile
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

Tell = Callable[[str, float | None], None]
"""What a task says of its progress: a line, and the done share (0 to 1) where it is known."""

_POLL_S = 0.05
"""Seconds between two looks at whether a job is cancelled or late."""
_DIED = (
    "the worker process ended before the work was done (exit code {code}); "
    "the machine may be out of memory: try a shorter document, or close other programs"
)
_EXPIRED = "stopped at the time limit of {limit:g} s; raise the limit or give a shorter document"


class State(Enum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Job:
    """One piece of work. Whoever submitted it reads the attributes; the worker's thread sets them.

    Attributes:
        state: Where it stands.
        message: What it is doing.
        fraction: Done share of that, 0 to 1, or None.
        result: What the task returned, once `DONE`.
        error: One line for the user, once `FAILED` or `EXPIRED`.
    """

    def __init__(
        self,
        task: Callable[..., Any],
        arguments: tuple[Any, ...],
        limit_s: float,
        fresh: bool,
    ) -> None:
        self.task = task
        self.arguments = arguments
        self.limit_s = limit_s
        self.fresh = fresh
        self.state = State.WAITING
        self.message = ""
        self.fraction: float | None = None
        self.result: Any = None
        self.error = ""
        self._begin: float | None = None
        self._end: float | None = None
        self._wanted = True

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in (State.WAITING, State.RUNNING)

    @property
    def wanted(self) -> bool:
        """Whether nobody has cancelled it."""
        return self._wanted

    @property
    def seconds(self) -> float:
        """Seconds it has run, without the time in the queue."""
        if self._begin is None:
            return 0.0
        return (self._end or monotonic()) - self._begin

    def cancel(self) -> None:
        """Ends it while it waits, else asks for its end, which takes a fraction of a second."""
        self._wanted = False
        if self.state is State.WAITING:
            self.end(State.CANCELLED)

    def begin(self) -> None:
        """Marks it as running."""
        self._begin = monotonic()
        self.state = State.RUNNING

    def end(self, state: State, *, result: Any = None, error: str = "") -> None:
        """Marks it as over; the state is set last, because it tells readers that the rest is there.

        Args:
            state: The final state.
            result: What the task returned.
            error: One line for the user.
        """
        self._end = monotonic()
        self.result = result
        self.error = error
        self.state = state


class Worker:
    """A queue of jobs and the process that runs them.

    Args:
        preload: Modules that the process imports at once, so that the first job starts sooner.
    """

    def __init__(self, preload: Sequence[str] = ()) -> None:
        self._preload = tuple(preload)
        self._jobs: deque[Job] = deque()
        self._change = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="secateur-jobs", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def submit(
        self,
        task: Callable[..., Any],
        *arguments: Any,
        limit_s: float,
        fresh: bool = False,
    ) -> Job:
        """Puts work into the queue.

        Args:
            task: A function of a module; called in the process with the arguments and `Tell`.
            *arguments: Whatever can be pickled.
            limit_s: Seconds it may run, waiting not counted.
            fresh: Runs it in a new process, for work that measures its own memory.

        Returns:
            The job, which goes on by itself.

        Raises:
            ValueError: The limit is not above 0, or the worker is closed.
        """
        if not limit_s > 0:
            raise ValueError(f"limit_s {limit_s!r} is not above 0")
        job = Job(task, arguments, limit_s, fresh)
        with self._change:
            if self._closed:
                raise ValueError("the worker is closed")
            self._jobs.append(job)
            self._change.notify()
        return job

    def ahead(self, job: Job) -> int:
        """Counts the jobs, the running one included, that come before a waiting one."""
        with self._change:
            before = takewhile(lambda other: other is not job, self._jobs)
            return sum(other.wanted for other in before) if job in self._jobs else 0

    def close(self) -> None:
        """Cancels every job and ends the process; later calls do nothing."""
        with self._change:
            self._closed = True
            for job in self._jobs:
                job.cancel()
            self._change.notify()
        self._thread.join(timeout=5)
        atexit.unregister(self.close)

    def _serve(self) -> None:
        process = _Process(self._preload)
        while True:
            with self._change:
                self._change.wait_for(lambda: self._jobs or self._closed)
                if not self._jobs:
                    break
                job = self._jobs[0]
            if job.wanted:
                if job.fresh or not process.alive:
                    process.kill()
                    process = _Process(self._preload)
                _run(job, process)
            with self._change:
                self._jobs.popleft()
        process.kill()


def _run(job: Job, process: _Process) -> None:
    """Runs a job to its end, which may be that of the process."""
    job.begin()
    try:
        process.connection.send((job.task, job.arguments))
        _follow(job, process.connection)
    except (EOFError, OSError):
        job.end(State.FAILED, error=_DIED.format(code=process.kill()))
    except Exception as error:
        process.kill()
        job.end(State.FAILED, error=f"the work cannot be handed over ({type(error).__name__})")
    if job.state in (State.CANCELLED, State.EXPIRED):
        process.kill()


def _follow(job: Job, connection: Connection) -> None:
    """Waits for the end of a job that was sent, keeping its progress up to date."""
    while True:
        if connection.poll(_POLL_S):
            kind, value = connection.recv()
            if kind == "done":
                job.end(State.DONE, result=value)
                return
            if kind == "failed":
                job.end(State.FAILED, error=value)
                return
            job.message, job.fraction = value
        if not job.wanted:
            job.end(State.CANCELLED)
            return
        if job.seconds > job.limit_s:
            job.end(State.EXPIRED, error=_EXPIRED.format(limit=job.limit_s))
            return


class _Process:
    """A running `secateur.pipelines.runs.jobs.worker` and the line to it.

    Not multiprocessing's own: that would import the caller's main module, here the page's script.
    """

    def __init__(self, preload: Sequence[str]) -> None:
        self.connection, theirs = Pipe()
        worker = "secateur.pipelines.runs.jobs.worker"
        command = [sys.executable, "-P", "-m", worker, str(theirs.fileno())]
        self._running = subprocess.Popen(
            [*command, *preload], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        )
        theirs.close()

    @property
    def alive(self) -> bool:
        """Whether it can take work."""
        return self._running.poll() is None

    def kill(self) -> int:
        """Ends it at once and returns its exit code, which is its own if it had ended before."""
        try:
            # A dead line comes a moment before the exit code of the process at its other end.
            self._running.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            self._running.kill()
        self.connection.close()
        return self._running.wait()
