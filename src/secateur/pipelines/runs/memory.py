"""What a process keeps of memory: freed room for the next tensor, and few compiled products."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

# Parameters of glibc's mallopt.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_KEPT = 2**29
"""Bytes that are kept: see `keep_freed_memory`."""
_LARGE = 2**25
"""Bytes of an allocation that goes back alone: see `keep_freed_memory`."""
_COMPILED = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "64", "LRU_CACHE_CAPACITY": "64"}
"""Products that are kept, by oneDNN and once more by torch's layer over it."""


def keep_freed_memory() -> None:
    """Lets this process reuse up to 512 MiB that it has freed, instead of returning it (glibc).

    Activations of a long document come and go by the hundred megabytes. Where each goes back to
    the system, the system clears the next one's pages, which took a fifth of a report's time.
    Single ones above 32 MiB do go back: kept, they leave holes that others do not fill, and the
    longest filing's peak was anything from 2.0 to 2.5 GiB. All threads share one heap: with one
    each, what one thread freed was no use to another, and the peak was 2.0 GiB in two runs of
    five. It is 1.82 to 1.83 so, for a twentieth of its time.
    """
    library = _glibc()
    if library is not None:
        library.mallopt(_ARENA_MAX, 1)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)


def keep_few_products() -> None:
    """Bounds the matrix products that oneDNN keeps compiled in this process.

    It compiles one for each shape, so for each length of a text: 0.4 MiB each, 1,024 of them unless
    the environment says otherwise, and torch keeps as many. Compiling one takes less time than the
    smallest product, and a model has some five shapes a length. Heeded until the first product.
    """
    for name, capacity in _COMPILED.items():
        os.environ.setdefault(name, capacity)


def give_back_memory() -> None:
    """Returns freed memory to the system (glibc)."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def _glibc() -> Any:
    """The C library where it is glibc, else None."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
