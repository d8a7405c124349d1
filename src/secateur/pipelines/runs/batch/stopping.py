"""SIGINT and SIGTERM as a wish to stop, so that what is in hand can be finished."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def kept_signals() -> Iterator[None]:
    """Gives SIGINT and SIGTERM back to who has them now, whatever the block does with them."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def held_signals() -> Iterator[None]:
    """Holds SIGINT and SIGTERM back, also in processes that the block starts, for good."""
    # When multiprocessing starts its tracker, it lets all signals through: so it is started before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def drop_held() -> None:
    """Forgets the signals that were held back, and holds none back any more."""
    with kept_signals():
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


class Stop:
    """While entered, the first signal sets `wanted` and the second raises KeyboardInterrupt.

    Outside the main thread signals stay as they are.
    """

    def __init__(self) -> None:
        self.wanted = False
        self._before: dict[signal.Signals, Any] = {}

    def __call__(self) -> bool:
        """Returns whether a signal has come."""
        return self.wanted

    def __enter__(self) -> Stop:
        """Takes the signals."""
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._hear) for number in _SIGNALS}
        return self

    def __exit__(self, *error: object) -> None:
        """Gives the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.wanted:
            raise KeyboardInterrupt
        self.wanted = True
