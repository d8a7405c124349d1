"""Tasks for the worker process, which imports them from here."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from secateur.pipelines.errors import UsageError

Tell = Callable[..., None]


def double(number: int, tell: Tell) -> int:
    tell("doubling", 0.5)
    return 2 * number


def process_id(tell: Tell) -> int:
    return os.getpid()


def wait(seconds: float, tell: Tell) -> None:
    tell("waiting", 0.25)
    time.sleep(seconds)


def refuse(tell: Tell) -> None:
    raise UsageError("no such model;\n  type another")


def look_up(text: str, tell: Tell) -> None:
    dict[str, str]()[text]


def count(text: str, tell: Tell) -> None:
    int(text)


def weigh(text: str, tell: Tell) -> None:
    float(text)


def date(text: str, tell: Tell) -> None:
    datetime.date.fromisoformat(text)


def take_memory(tell: Tell) -> None:
    raise MemoryError


def take_memory_of_torch(tell: Tell) -> None:
    import torch

    torch.zeros(1 << 60)


def die(tell: Tell) -> None:
    os._exit(9)


def unpicklable(tell: Tell) -> Any:
    return lambda: None


def touch(path: Path, tell: Tell) -> None:
    path.touch()
