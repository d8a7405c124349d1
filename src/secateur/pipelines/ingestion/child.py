"""The process that parses files for `isolation`: takes errands from a line and answers on it.

It ends with the process that it serves: once the line is closed, or, in the middle of work, once
the other end of its lifeline is (Linux: by a signal that the system sends, so that no parser can
be in the way). Nothing that it writes to stderr is shown, as libraries may quote a document there.
"""

from __future__ import annotations

import fcntl
import gc
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from pickle import dumps, loads
from typing import Any

try:
    import resource
except ImportError:  # Windows: the clock alone bounds a parser
    resource = None  # type: ignore[assignment]

_FIRST = "secateur.pipelines.ingestion.parse"
"""What is loaded before the first errand comes."""
_NEW_OBJECTS = 50_000
"""As in `secateur.__main__`."""
_WORN = 0.5
"""Share of the bound on memory that an idle process takes at most, if it is to go on."""


def main(line: int, lifeline: int) -> None:
    """Serves until the other end closes.

    Tells "ready", then for each errand "item" with each value, and "raised" with the error or "end"
    with whether the process is worn out; or "memory", and ends, where there was too little.

    Args:
        line: File descriptor of a connection.
        lifeline: That of a pipe to which nothing is ever written.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # which reach the whole group; who asks decides
        signal.signal(number, signal.SIG_IGN)
    _end_with(lifeline)
    _go_first()
    gc.set_threshold(_NEW_OBJECTS)
    import_module(_FIRST)
    gc.freeze()
    with Connection(line) as connection, suppress(EOFError, OSError):
        connection.send_bytes(dumps(("ready", None)))
        while True:
            task, path, limits, arguments, folder = loads(connection.recv_bytes())
            with suppress(OSError):
                os.chdir(folder)
            _bound_memory(limits.memory_bytes)
            try:
                for answer in _answers(task, path, limits, arguments):
                    connection.send_bytes(dumps(answer, protocol=5))
            except MemoryError:
                connection.send_bytes(dumps(("memory", None)))
                return


def _answers(
    task: str, path: Path, limits: Any, arguments: tuple[Any, ...]
) -> Iterator[tuple[str, Any]]:
    """Does an errand; its errors go back, the parser's own without their words."""
    from secateur.pipelines.errors import SecateurError
    from secateur.pipelines.ingestion.parse import fault_of

    module, _, name = task.partition(":")
    try:
        found = getattr(import_module(module), name)(path, limits, *arguments)
        for value in found if isinstance(found, Iterator) else (found,):
            yield "item", value
    except SecateurError as error:
        yield "raised", error
    except MemoryError:
        raise
    except Exception as error:
        yield "raised", fault_of(str(path), error)
    else:
        yield "end", _address_space() > _WORN * limits.memory_bytes


def _bound_memory(most: int) -> None:
    """Bounds the address space, where the system can."""
    if resource is None:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    with suppress(ValueError, OSError):
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _go_first() -> None:
    """Leaves no core with a document's text, and where memory runs out, ends before others do."""
    if resource is not None:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _end_with(lifeline: int) -> None:
    """Has the system end this process once the other end of a pipe is closed."""
    if sys.platform != "linux":
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:  # it was closed before
        os._exit(1)


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        import_module(_FIRST)
    else:
        main(int(sys.argv[1]), int(sys.argv[2]))
