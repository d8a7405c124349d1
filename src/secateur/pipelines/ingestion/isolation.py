"""Parsers in a process of their own, whose end is one file's error and nobody else's.

`read`, `read_each` and their like send a file's path there and get documents back. The process
has a bound on its address space (`Limits.memory_bytes`; the clock alone where the system has no
such bound) and is ended where a file takes longer than `Limits.seconds`. Where it dies, of a crash
in a library or for want of memory, the file that it was parsing gets an error, and the next one a
fresh process. An idle one is kept, so that a process that reads file after file starts one only;
threads that read at the same time have one each, and so has a forked process. Windows hands no
lines on to a process: files are parsed in this one there, by the parsers' own clock.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import Pipe
from pathlib import Path
from pickle import dumps, loads
from typing import Any

from secateur.pipelines.document.validation import check
from secateur.pipelines.errors import IngestionError, SecateurError
from secateur.pipelines.ingestion.files.limits import Limits, too_slow
from secateur.pipelines.ingestion.files.load import look_at

_APART = os.name == "posix"
_CHILD = "secateur.pipelines.ingestion.child"
_STARTING_S = 120.0
"""Seconds in which a process has loaded the parsers, on a machine however busy."""
_GRACE_S = 1.0
"""Seconds beyond its time in which a parser may still tell so itself."""
_DYING_S = 0.5
"""Seconds after its line has closed in which a process has ended."""
_LONGEST_POLL_S = 1e6
"""Seconds; the system's call takes no more than a number of milliseconds of 31 bits."""
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
"""Threads that no parser uses would take address space by the hundred megabytes."""


def ask(task: str, path: Path, limits: Limits, *arguments: Any) -> Any:
    """Has a file parsed in the other process.

    Args:
        task: A function, as in "module:name"; called there with path, limits and arguments.
        path: The file.
        limits: Bounds on it.
        *arguments: Whatever can be pickled.

    Returns:
        What the function returns.

    Raises:
        IngestionError: The file is refused, or it ended the process or took too much of it.
    """
    if not _APART:
        return _function(task)(path, limits, *arguments)
    (value,) = _answers(_Errand(task, path, limits, arguments, Begun(str(path))))
    return value


def ask_each(
    task: str, path: Path, limits: Limits, *arguments: Any
) -> Iterator[Any | IngestionError]:
    """Has the documents of a file parsed in the other process.

    Args:
        task: As for `ask`, of a function like `parse.parse_steps`: the last argument, that it is
            given besides these, is how many documents are left out.
        path: The file.
        limits: Bounds on it; `seconds` counts anew for each document.
        *arguments: Whatever can be pickled.

    Yields:
        What it yields, or the error in its place; where one document of an archive ends the
        process, those behind it are parsed in the next one.
    """
    if not _APART:
        found = _function(task)(path, limits, *arguments, 0)
        yield from (value for value in found if not isinstance(value, Begun))
        return
    done = 0
    while True:
        errand = _Errand(task, path, limits, (*arguments, done), Begun(str(path)))
        try:
            for value in _answers(errand):
                done += 1
                yield value
            return
        except IngestionError as error:
            error.inner_name = errand.at.inner_name
            done += 1
            yield error
            if not error.inner_name:
                return


def start() -> None:
    """Starts a process in advance, which loads the parsers while this one does something else."""
    if _APART:
        _pool.give(_pool.take())


def _function(task: str) -> Callable[..., Any]:
    module, _, name = task.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


@dataclass(frozen=True)
class Begun:
    """What a task yields before each document that it parses.

    Attributes:
        name: What messages call the document.
        inner_name: As in `IngestionError`.
    """

    name: str
    inner_name: str = ""


@dataclass
class _Errand:
    """What is asked of the other process, and what it is at."""

    task: str
    path: Path
    limits: Limits
    arguments: tuple[Any, ...]
    at: Begun


def _answers(errand: _Errand) -> Iterator[Any]:
    """Gives what an errand brings.

    Raises:
        IngestionError: It was refused, or the process ended.
    """
    check(errand.limits, Limits)
    look_at(errand.path, errand.limits)
    child = _pool.take()
    going_on = False
    try:
        child.send((errand.task, errand.path, errand.limits, errand.arguments, _folder()))
        while True:
            kind, value = child.answer(errand.at.name, errand.limits)
            if kind == "raised":
                going_on = True
                raise value
            if kind == "end":
                going_on = not value
                return
            if isinstance(value, Begun):
                errand.at = value
            else:
                yield value
    finally:
        if going_on:
            _pool.give(child)
        else:
            child.end()


def _folder() -> str:
    """The current folder, "" where it is gone."""
    with suppress(OSError):
        return str(Path.cwd())
    return ""


class _Child:
    """A running `secateur.pipelines.ingestion.child` and the lines to it."""

    def __init__(self) -> None:
        self._line, theirs = Pipe()
        lifeline, self._lifeline = os.pipe()
        command = [sys.executable, "-P", "-m", _CHILD, str(theirs.fileno()), str(lifeline)]
        self._running = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno(), lifeline],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_ONE_THREAD | os.environ,
        )
        theirs.close()
        os.close(lifeline)
        self._ready = False
        _living.add(self)

    @property
    def alive(self) -> bool:
        """Whether it can take an errand."""
        return self._running.poll() is None

    def send(self, errand: tuple[Any, ...]) -> None:
        """Sends an errand; where nobody takes it, the answer tells."""
        with suppress(OSError):
            self._line.send_bytes(dumps(errand))

    def answer(self, name: str, limits: Limits) -> tuple[str, Any]:
        """Waits for the next answer.

        Args:
            name: What is being parsed, for messages.
            limits: Bounds on it.

        Returns:
            "item" with a value, "raised" with an error, or "end" with whether it is worn out.

        Raises:
            IngestionError: It ended, ran out of memory, or is too slow.
            SecateurError: It does not start.
        """
        if not self._ready:
            self._await_start()
        kind, value = self._receive(limits.seconds + _GRACE_S)
        if kind == "late":
            raise too_slow(name, limits.seconds)
        if kind == "memory":
            raise _short_of_memory(name, limits)
        if kind == "gone":
            raise _died(name, self.end(_DYING_S), limits)
        return kind, value

    def _await_start(self) -> None:
        kind, _ = self._receive(_STARTING_S)
        if kind != "ready":
            raise SecateurError(
                f"the process that reads files does not start (exit code {self.end(_DYING_S)}); "
                f"`{sys.executable} -m {_CHILD} --check` tells why"
            )
        self._ready = True

    def _receive(self, seconds: float) -> tuple[str, Any]:
        try:
            if not self._line.poll(min(seconds, _LONGEST_POLL_S)):
                return "late", None
            kind, value = loads(self._line.recv_bytes())
        except (EOFError, OSError):
            return "gone", None
        return kind, value

    def end(self, patience_s: float = 0.0) -> int:
        """Ends it and returns its exit code.

        Args:
            patience_s: Seconds in which it may end by itself, with an exit code of its own.
        """
        with suppress(subprocess.TimeoutExpired):
            self._running.wait(timeout=patience_s)
        self._running.kill()
        self._let_go()
        return self._running.wait()

    def disown(self) -> None:
        """Forgets it in a forked process, to which it does not belong."""
        self._let_go()
        self._running.returncode = 0

    def _let_go(self) -> None:
        """Closes the lines, once."""
        if not self._line.closed:
            _living.discard(self)
            self._line.close()
            os.close(self._lifeline)


def _short_of_memory(name: str, limits: Limits) -> IngestionError:
    error = IngestionError(
        f"{name}: reading it takes more memory than the limit of {limits.memory_bytes:,} bytes; "
        "split the file or raise Limits.memory_bytes (--limit memory_bytes=N)"
    )
    error.kind = "memory"
    return error


def _died(name: str, code: int, limits: Limits) -> IngestionError:
    """Words the error of a file that ended the process; libraries abort where memory is short."""
    how = f"exit code {code}"
    with suppress(ValueError):
        how = signal.Signals(-code).name
    error = IngestionError(
        f"{name}: its parser crashed ({how}), as on a damaged file or without memory (limit "
        f"{limits.memory_bytes:,} bytes); save the file again, split it or raise "
        "Limits.memory_bytes (--limit memory_bytes=N)"
    )
    error.kind = "memory"
    return error


class _Pool:
    """The processes that nobody uses at the moment: one at most."""

    def __init__(self) -> None:
        self._idle: list[_Child] = []
        self._lock = threading.Lock()

    def take(self) -> _Child:
        """Gives a living process, a new one where none is idle."""
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.alive:
                    return child
                child.end()
        return _Child()

    def give(self, child: _Child) -> None:
        """Takes a process that waits for its next errand."""
        with self._lock:
            if not self._idle:
                self._idle.append(child)
                return
        child.end()


_living: weakref.WeakSet[_Child] = weakref.WeakSet()
"""Processes of this one."""
_pool = _Pool()


def _forked() -> None:
    """Leaves the processes to the one that started them."""
    global _pool
    for child in list(_living):
        child.disown()
    _pool = _Pool()


def _end_all() -> None:
    for child in list(_living):
        child.end()


atexit.register(_end_all)
if _APART:
    os.register_at_fork(after_in_child=_forked)
