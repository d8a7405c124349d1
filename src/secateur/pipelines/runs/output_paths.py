"""Where results go: what cannot be written is told before hours of work, not after."""

from __future__ import annotations

import os
from pathlib import Path

from secateur.pipelines.errors import UsageError

_LONGEST_NAME = 230
"""Bytes of a name: file systems allow 255, and a number and the format's suffix come to it."""


def make_folder(folder: Path) -> None:
    """Makes the folder that --out names where it is missing.

    Raises:
        UsageError: It cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise UsageError(f"--out {folder}: is a file; give a folder") from error
    except OSError as error:
        why = f"the folder cannot be made ({error.strerror})"
        raise UsageError(f"--out {folder}: {why}; give another") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        why = "cannot be written to; mend its rights, or give another"
        raise UsageError(f"--out {folder}: {why}")


def check_file(option: str, path: Path) -> None:
    """Refuses a file that cannot be written.

    Args:
        option: What names it, as in "--metrics".
        path: The file, which need not be there.

    Raises:
        UsageError: It is a folder, or its folder is missing or cannot be written to.
    """
    folder = path.absolute().parent
    if path.is_dir():
        raise UsageError(f"{option} {path}: is a folder; give a file in it")
    if not folder.is_dir():
        raise UsageError(f"{option} {path}: its folder does not exist; make it first")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{option} {path}: its folder cannot be written to; give another")


def file_name(doc_id: str) -> str:
    """Makes a file name for results; a document of an archive is called "archive!folder/file"."""
    name = doc_id.replace("/", "!")
    while len(os.fsencode(name)) > _LONGEST_NAME:
        name = name[1:]
    return name
