"""Files that are either whole or not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

UNFINISHED = ".unfinished-"
"""How the name of a file begins while it is being written."""

_NAME_KEPT = 48
"""Characters of a file's own name behind that: names may have 255 bytes, a character four."""


@contextmanager
def whole(path: Path, within: Path | None = None) -> Iterator[BinaryIO]:
    """Opens a file that takes its place when it is whole; a device or a pipe is written in place.

    When the block fails, nothing is left behind and an older file under the name stays as it was.

    Args:
        path: The file's place; its folder is there.
        within: Folder of the same file system in which it is written; None is that of its place.

    Yields:
        The file, open for writing.

    Raises:
        OSError: The system refuses.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()
    temporary = (within or path.parent) / f"{UNFINISHED}{token_hex(4)}-{path.name[-_NAME_KEPT:]}"
    try:
        with temporary.open("wb") as file:
            yield file
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
