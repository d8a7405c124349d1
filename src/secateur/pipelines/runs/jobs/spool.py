"""Uploaded files on disk: in a folder that only this user can open, and gone with its owner."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO

_LONGEST_NAME = 120
"""Bytes of an upload's name on disk."""
_PREFIX, _LOCK = "secateur-", "lock"


class Spool:
    """A private temporary folder.

    It is deleted by `close`, and at the latest when the object or the process ends. One whose
    process was killed is deleted by `sweep`, as the next process does that makes one.
    """

    def __init__(self) -> None:
        sweep()
        # mkdtemp makes it readable for this user alone.
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = (self._folder / "unlocked").open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Under this name from now on: nobody finds it without its lock while this process lives.
        (self._folder / "unlocked").rename(self._folder / _LOCK)
        self._delete = weakref.finalize(self, _remove, self._folder, lock)
        self._count = 0

    def add(
        self, name: str, data: bytes, folder: Path | None = None, *, deep: bool = False
    ) -> Path:
        """Writes a file.

        Args:
            name: The name it was uploaded under; may be anything.
            data: Its content.
            folder: What `folder` made; None gives the file one of its own.
            deep: Keeps the folders that the name leads through, below this one.

        Returns:
            The file, named alike as far as that is safe, with a number before the name where the
            folder has that name already.
        """
        folder = folder or self.folder()
        if deep:
            folder = folder.joinpath(*map(safe_name, name.split("/")[:-1]))
            folder.mkdir(parents=True, exist_ok=True)
        path = folder / safe_name(name)
        number = 1
        while path.exists():
            number += 1
            path = folder / safe_name(f"{number} {safe_name(name)}")
        path.write_bytes(data)
        return path

    def folder(self) -> Path:
        """Makes an empty folder."""
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        return folder

    def close(self) -> None:
        """Deletes the folder and all in it."""
        self._delete()


def sweep() -> None:
    """Deletes folders of this user whose process has ended without doing so."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # Locked by a process that lives, gone meanwhile, or no folder of uploads.
        with suppress(OSError):
            if folder.lstat().st_uid == os.getuid():
                with (folder / _LOCK).open("rb") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder)


def _remove(folder: Path, lock: IO[bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.close()


def safe_name(name: str) -> str:
    """Makes a file name out of any text.

    Args:
        name: For instance the name a browser sent.

    Returns:
        Its last part, without control and direction characters, at most 120 bytes long, ending in
        the same suffix; "document" where nothing is left.
    """
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter if letter.isprintable() else "_" for letter in name).strip(". ")
    name = name or "document"
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    suffix = Path(name).suffix if len(Path(name).suffix.encode()) <= 12 else ""
    stem = name.removesuffix(suffix).encode()[: _LONGEST_NAME - len(suffix.encode())]
    return stem.decode(errors="ignore") + suffix
