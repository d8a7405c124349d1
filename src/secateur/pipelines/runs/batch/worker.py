"""The process around a `work.Worker`: takes groups from a line and tells on it what is done."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any

from transformers.utils import logging as transformers_logging

from secateur.pipelines.errors import SecateurError
from secateur.pipelines.runs.batch.work import Job, Tell, Worker
from secateur.pipelines.runs.durable import StorageError


def serve(job: Job, line: Connection) -> None:
    """Serves until the other end closes.

    Tells "ready" with facts of the model or "unusable" with the reason, then for each group what
    `Worker.process` tells and "idle" with whether it is worn out, or "broken" where the ledger
    takes no more. A None on the line asks to leave the rest of an archive.

    Args:
        job: The run.
        line: Where groups come from.
    """
    # Ctrl-C and a service manager's SIGTERM reach all processes; what is in hand is to be finished.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    transformers_logging.disable_progress_bar()
    tell = _teller(line)
    try:
        worker = Worker(job)
    except SecateurError as error:
        tell("unusable", str(error))
        return
    tell("ready", worker.facts())
    while True:
        try:
            group = line.recv()
        except (EOFError, OSError):  # what the run had not read when it went resets the line
            return
        if group is None:
            continue
        try:
            worker.process(group, tell, line.poll)
        except StorageError as error:
            tell("broken", str(error))
        else:
            # A device that failed stays failed for this process; another one may have it again.
            tell("idle", worker.worn_out)


def _teller(line: Connection) -> Tell:
    lock = threading.Lock()

    def tell(kind: str, value: Any) -> None:
        try:
            with lock:
                line.send((kind, value))
        except OSError:
            # The run is gone. An exception would be taken for a fault of the document in hand.
            os._exit(1)

    return tell


def _end_with_parent() -> None:
    """Ends this process, even in the middle of work, once the run's own process is gone."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
