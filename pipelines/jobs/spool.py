"""Uploaded files on disk: in a folder that only this user can open, and gone with its owner."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

_LONGEST_NAME = 120
"""Bytes of an upload's name on disk."""


class Spool:
    """A private temporary folder.

    It is deleted by `close`, and at the latest when the object or the process ends.
    """

    def __init__(self) -> None:
        # mkdtemp makes it readable for this user alone.
        self._folder = Path(tempfile.mkdtemp(prefix="secateur-"))
        self._delete = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
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
