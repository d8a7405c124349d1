"""Which documents a run covers: found, told apart by content and put into groups."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase
from os.path import realpath
from pathlib import Path
from typing import Literal

from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.durable import replacing

_HASHERS = 8
"""Threads that hash files: they wait for the disk, and hashing releases Python's lock."""

Sharing = Literal["none", "cpu", "gpu"]
"""Whether files share a group, and whether the CPU or a GPU works on its documents."""


@dataclass(frozen=True)
class _Limits:
    """Of a file that may share a group, and of a group."""

    file_bytes: int
    group_bytes: int
    files: int


_CPU = _Limits(8 << 10, 64 << 10, 32)
_GPU = _Limits(1 << 20, 16 << 20, 512)


@dataclass(frozen=True)
class Item:
    """One file of a run.

    Attributes:
        path: Its path within the folder, with "/".
        size: Bytes.
        modified_ns: Time of its last change.
        sha256: Hash of its bytes, empty where they cannot be read.
        changed_ns: When the file system last changed it, or its name, rights or times; copies that
            keep the time of the last change (`cp -p`, `rsync -t`) do not keep this one.
    """

    path: str
    size: int
    modified_ns: int
    sha256: str
    changed_ns: int = 0

    @property
    def key(self) -> str:
        """Names the document: its content and its place, so that twins are two documents."""
        return _key(self.sha256, self.path)


@dataclass(frozen=True)
class Member:
    """One document of a file that holds several: an archive, or a full submission to EDGAR.

    Attributes:
        file: The file.
        number: Which of its documents this is, from 1.
        name: What it is called in the file; says where a record comes from, and no more.
    """

    file: Item
    number: int
    name: str = ""

    @property
    def path(self) -> str:
        """The document's name in records, as in "reports.zip!2024/acme.html"."""
        return f"{self.file.path}!{self.name}"

    @property
    def sha256(self) -> str:
        """Hash of the whole file."""
        return self.file.sha256

    @property
    def key(self) -> str:
        """Names the document by its number: an archive may hold one name twice."""
        return _key(self.sha256, f"{self.file.path}\0{self.number}")


def _key(sha256: str, place: str) -> str:
    return f"{sha256 or 'unread'}-{hashlib.sha256(os.fsencode(place)).hexdigest()[:16]}"


Entry = Item | Member
"""What has one outcome: a file that is a document, or a document in a file."""

Group = tuple[Item, ...]
"""Files that one worker takes at once, in the order in which they may share model calls."""


def find(folder: Path, include: Sequence[str], exclude: Sequence[str], out: Path) -> list[str]:
    """Finds the files of a folder and of the folders in it.

    Hidden files and folders and the output folder are left out, and links to folders are not
    followed. Links to files are found; `leads_out` tells those that are not to be read.

    Args:
        folder: Where to look.
        include: Shell patterns for the path within the folder or the name.
        exclude: Patterns of files and folders to leave out.
        out: The output folder.

    Returns:
        Paths within the folder, sorted.

    Raises:
        UsageError: The folder cannot be read, or nothing in it matches.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: is not a folder; give the folder with the documents")

    def unreadable(error: OSError) -> None:
        raise UsageError(f"{error.filename}: {error.strerror}; mend its rights, or --exclude it")

    found = []
    for place, folders, files in os.walk(folder, onerror=unreadable):
        here = Path(place).relative_to(folder)
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".")
            and not _matches(here / name, exclude)
            and (folder / here / name).resolve() != out.resolve()
        ]
        found += [
            (here / name).as_posix()
            for name in files
            if not name.startswith(".")
            and _matches(here / name, include)
            and not _matches(here / name, exclude)
        ]
    if not found:
        if exclude or "*" not in include:
            raise UsageError(f"{folder}: holds no file that --include and --exclude let through")
        raise UsageError(f"{folder}: holds no file; give the folder with the documents")
    return sorted(found)


def _matches(path: Path, patterns: Sequence[str]) -> bool:
    return any(
        fnmatchcase(path.as_posix(), pattern) or fnmatchcase(path.name, pattern)
        for pattern in patterns
    )


def leads_out(folder: Path, path: str) -> bool:
    """Tells whether a path within a folder is a link to a file that lies outside of it."""
    place = folder / path
    # Not `resolve`, which raises where links lead in a circle.
    return place.is_symlink() and not Path(realpath(place)).is_relative_to(realpath(folder))


def identify(
    folder: Path,
    paths: Sequence[str],
    known: Sequence[Item],
    hashed: Callable[[int], None],
) -> list[Item]:
    """Hashes files; those whose size and times are as in an earlier plan keep the hash they had.

    Args:
        folder: Where the files are.
        paths: Their paths within it.
        known: The earlier plan.
        hashed: Told the number of files done; it may raise to stop.

    Returns:
        An item a path, in order.
    """
    earlier = {item.path: item for item in known}
    items = []
    with ThreadPoolExecutor(_HASHERS) as pool:
        try:
            for item in pool.map(lambda path: _item(folder, path, earlier.get(path)), paths):
                items.append(item)
                hashed(len(items))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return items


def _item(folder: Path, path: str, earlier: Item | None) -> Item:
    try:
        status = (folder / path).stat()
    except OSError:
        return Item(path, 0, 0, "")
    item = Item(path, status.st_size, status.st_mtime_ns, "", status.st_ctime_ns)
    if earlier is not None and item == replace(earlier, sha256=""):
        return earlier
    if not stat.S_ISREG(status.st_mode) or leads_out(folder, path):
        return item
    return replace(item, sha256=_digest(folder / path))


def _digest(path: Path) -> str:
    """The SHA-256 of a file, "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def group(items: Sequence[Item], sharing: Sharing) -> list[Group]:
    """Puts documents together; the same items always give the same groups.

    Which documents share a model call must not depend on the workers, nor on what an interrupted
    run had done: sums of floating-point numbers differ in the last digits with the batch.

    Args:
        items: All documents of the run, those included that are done.
        sharing: "none" leaves every file alone. For a CPU, short ones of like size share a group;
            for a GPU longer ones too, and each group has files of all sizes, so that the CPU has
            short documents to read while the GPU reads the long ones.

    Returns:
        The groups, those of one large file first, so that workers end together.
    """
    ordered = sorted(items, key=lambda item: (-item.size, item.path))
    limits = _GPU if sharing == "gpu" else _CPU
    most = -1 if sharing == "none" else limits.file_bytes
    alone = [(item,) for item in ordered if item.size > most]
    together = [item for item in ordered if item.size <= most]
    return alone + (_mixed if sharing == "gpu" else _in_order)(together, limits)


def _in_order(items: Sequence[Item], limits: _Limits) -> list[Group]:
    groups: list[list[Item]] = []
    room = 0
    for item in items:
        if not groups or item.size > room or len(groups[-1]) == limits.files:
            groups.append([])
            room = limits.group_bytes
        groups[-1].append(item)
        room -= item.size
    return [tuple(found) for found in groups]


def _mixed(items: Sequence[Item], limits: _Limits) -> list[Group]:
    size = sum(item.size for item in items)
    count = max(-(-size // limits.group_bytes), -(-len(items) // limits.files))
    return [tuple(items[number::count]) for number in range(count)]


def save(items: Sequence[Item], path: Path) -> None:
    """Writes a plan, one item a line."""
    with replacing(path) as file:
        for item in items:
            file.write(json.dumps(asdict(item)).encode() + b"\n")


def load(path: Path) -> Iterator[Item]:
    """Reads a plan; gives nothing where there is none, or from where it is damaged on."""
    with suppress(FileNotFoundError, ValueError, TypeError), path.open(encoding="utf-8") as file:
        for line in file:
            yield Item(**json.loads(line))
