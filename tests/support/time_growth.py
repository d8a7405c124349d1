"""How much longer a step takes for a longer text, measured within one run."""

from __future__ import annotations

import time
from collections.abc import Callable

LINEAR = 30
"""Bound of `growth` for a text eight times as long: 8 in linear time, 64 with its square."""
_NOISE = 0.02


def growth(step: Callable[[str], object], part: str, count: int = 2_000) -> float:
    """Returns the time for eight times `count` parts as a multiple of that for `count`.

    Each is the lesser of two, since collecting garbage takes its time too, but a long text that
    passes at once is not read again; what takes less than 0.02 s counts as that.
    """

    def seconds(count: int) -> float:
        began = time.process_time()
        step(part * count)
        return time.process_time() - began

    short = max(min(seconds(count), seconds(count)), _NOISE)
    long = seconds(8 * count)
    return (long if long < LINEAR * short else min(long, seconds(8 * count))) / short
