"""Numbers and places as they are typed behind an option."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

_LAST_PORT = 65_535
"""Ports have 16 bits."""
_MOST_THREADS = 1024
"""More than machines have cores; of thousands more, torch and the system start none."""


def count(text: str) -> int:
    """Reads a number of 1 or more.

    Raises:
        ArgumentTypeError: It is none.
    """
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return value


def place(text: str) -> Path:
    """Reads a path.

    Raises:
        ArgumentTypeError: It is empty, as of a variable not set; Path would make "." of it.
    """
    if not text:
        raise argparse.ArgumentTypeError("an empty path names no file and no folder")
    return Path(text)


def port(text: str) -> int:
    """Reads the number of a port."""
    return _up_to(_LAST_PORT, text)


def threads(text: str) -> int:
    """Reads a number of threads."""
    return _up_to(_MOST_THREADS, text)


def positive(text: str) -> float:
    """Reads a number above 0.

    Raises:
        ArgumentTypeError: It is none.
    """
    value = _number(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def sparsity(text: str) -> float:
    """Reads a share of keys that are left out, 0 or more and below 1.

    Raises:
        ArgumentTypeError: It is none.
    """
    value = _number(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 0 or more and below 1")
    return value


def _up_to(most: int, text: str) -> int:
    value = _whole(text)
    if not 1 <= value <= most:
        raise argparse.ArgumentTypeError(f"{text} is not 1 to {most}")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a number") from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number") from None
