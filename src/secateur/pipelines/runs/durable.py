"""Files that are whole or not there also after a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from secateur.core.whole_files import UNFINISHED as UNFINISHED
from secateur.core.whole_files import whole
from secateur.pipelines.errors import SecateurError


class StorageError(SecateurError):
    """The output folder takes no more: it is full, read-only or gone. The run can be resumed."""


@contextmanager
def replacing(path: Path, within: Path | None = None) -> Iterator[BinaryIO]:
    """Opens a file as `whole` does, and puts it on the disk.

    When the block ends, the bytes are on the disk (fsync of the file), the name leads to them
    (rename) and the name is on the disk too (fsync of the folder).

    Args:
        path: See `whole`.
        within: See `whole`.

    Yields:
        The file, open for writing.

    Raises:
        StorageError: The system refuses; the message names the file.
    """
    try:
        with whole(path, within) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({error.strerror or error}); make room or mend the folder, "
            "then run again with --resume"
        ) from error


def sync_folder(folder: Path) -> None:
    """Puts a folder's names on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Deletes what a killed run left unfinished in a folder."""
    for path in folder.glob(f"{UNFINISHED}*"):
        if path.is_file():
            path.unlink(missing_ok=True)
