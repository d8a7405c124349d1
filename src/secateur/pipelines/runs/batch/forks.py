"""The server that workers are forked from: it loads what they need, once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any

from secateur.pipelines.runs.batch.stopping import held_signals

_LOADED = ["secateur.pipelines.runs.batch.worker", "secateur.pipelines.runs.batch.loaded"]
_POLL_S = 0.05
"""Seconds between two looks at whether the run is to stop."""


def start_server(context: Any) -> None:
    """Starts the server of a context of multiprocessing; it loads by itself."""
    context.set_forkserver_preload(_LOADED)
    with held_signals():
        forkserver.ensure_running()


def await_server(context: Any, stopping: Callable[[], bool]) -> None:
    """Waits until the server is loaded, or the run is to stop.

    Who starts a process waits for the server, seconds in which no signal is heeded: so a thread
    starts one, which does nothing.

    Args:
        context: Of the server.
        stopping: Whether the run is to stop.
    """
    process = context.Process(target=_nothing, daemon=True)
    thread = Thread(target=_try, args=(process,), daemon=True)
    thread.start()
    while thread.is_alive() and not stopping():
        thread.join(_POLL_S)


def _nothing() -> None:
    pass


def _try(process: BaseProcess) -> None:
    with suppress(OSError, EOFError):  # the server has ended, which the first worker's start tells
        process.start()
        process.join()
