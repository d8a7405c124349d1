"""Folders of uploads, which errors do not name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from secateur.pipelines.errors import SecateurError
from secateur.pipelines.runs.options import RunOptions


@contextmanager
def unnamed(*folders: Path) -> Iterator[None]:
    """Leaves private folders out of errors, so that a file goes by the name of its upload."""
    try:
        yield
    except SecateurError as error:
        text = str(error)
        for folder in folders:
            text = text.replace(f"{folder}/", "").replace(str(folder), "the uploaded files")
        raise type(error)(text) from error


def profile_folder(options: RunOptions) -> tuple[Path, ...]:
    """Returns the private folder of a profile that was uploaded, where there is one."""
    path = Path(options.profile or "")
    return (path.parent,) if path.is_absolute() else ()
