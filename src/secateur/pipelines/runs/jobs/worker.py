"""The process behind `jobs.processes`: takes tasks from a line and answers on it."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from secateur.pipelines.errors import SecateurError, explain, origin_of
from secateur.pipelines.runs.memory import give_back_memory

logger = logging.getLogger(__name__)


def main(arguments: list[str]) -> None:
    """Serves until the other end closes.

    Args:
        arguments: The line's file descriptor, then the modules to import first.
    """
    # Ctrl-C in the terminal reaches the whole group; the page ends this process in its own way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    for name in arguments[1:]:
        importlib.import_module(name)
    # The other end goes without notice; what it had not read then resets the line.
    with Connection(int(arguments[0])) as connection, suppress(OSError):
        while True:
            try:
                task, values = connection.recv()
            except (EOFError, OSError):
                return
            except Exception as error:
                connection.send(("failed", _explain(error)))
                continue
            connection.send(_outcome(task, values, connection))
            give_back_memory()  # nobody knows when the next task comes


def _outcome(
    task: Callable[..., Any], values: tuple[Any, ...], connection: Connection
) -> tuple[str, Any]:
    def tell(message: str, fraction: float | None = None) -> None:
        connection.send(("progress", (message, fraction)))

    try:
        return "done", task(*values, tell)
    except Exception as error:
        return "failed", _explain(error)


def _explain(error: Exception) -> str:
    """Says in one line what went wrong, and logs where, unless it is ours to tell the user."""
    if not isinstance(error, SecateurError):
        # Loads torch, which the process has not loaded for every task.
        from secateur.core.out_of_memory import is_out_of_memory

        logger.error("%s", origin_of(error))
        if is_out_of_memory(error):
            return "not enough memory for this document; close other programs or give a shorter one"
    return explain(error, "this document")


def _end_with(parent: int) -> None:
    """Ends this process, even in the middle of work, once its parent is gone."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
