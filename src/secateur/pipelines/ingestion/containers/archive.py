"""Zip and tar archives: their members, unpacked in memory within bounds."""

from __future__ import annotations

import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from secateur.pipelines.ingestion.files.limits import Budget
from secateur.pipelines.ingestion.layout.reading import Source

_CHUNK = 1 << 20
"""Bytes that are unpacked between two looks at the deadline."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BYSTANDERS = ("__MACOSX/", ".DS_Store", "Thumbs.db")
DAMAGES = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
    OverflowError,
)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Member:
    """One file in a file that holds several.

    Attributes:
        name: What it is called there, printable.
        unpack: Gives its content; raises `IngestionError` if it is damaged, locked or too large.
        offset: First byte of its content in the file that holds it, None if it is packed.
    """

    name: str
    unpack: Callable[[], bytes]
    offset: int | None = None


def zip_members(data: bytes, source: Source) -> Iterator[Member]:
    """Lists the files of a zip archive; nothing is ever written to a disk.

    Folders, links and what systems add are left out.

    Args:
        data: The content.
        source: Where it comes from.

    Yields:
        The files, to be opened one at a time.

    Raises:
        IngestionError: The archive is damaged, or a bound is passed.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGES:
        raise source.refusal("the archive is damaged", "pack it again") from None
    listed = [member for member in archive.infolist() if _is_file(member)]
    source.budget.take_members(len(listed))
    for member in listed:
        name = printable(member.filename)
        yield Member(name, partial(_unzip, archive, member, source.inside(name)))


def tar_members(data: bytes, source: Source) -> Iterator[Member]:
    """Lists the files of a tar archive, as `zip_members` does.

    Args:
        data: The content.
        source: Where it comes from.

    Yields:
        The files, to be opened one at a time.

    Raises:
        IngestionError: The archive is damaged, or a bound is passed.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                if not member.isreg() or not _is_wanted(member.name):
                    continue
                source.budget.take_members(1)
                name = printable(member.name)
                yield Member(name, partial(_untar, archive, member, source.inside(name)))
    except DAMAGES:
        raise source.refusal("the archive is damaged", "pack it again") from None


def unpack_package(data: bytes, source: Source) -> None:
    """Unpacks all of a zip package once, to see that it and its XML keep within bounds.

    Args:
        data: The package, of an office document for instance.
        source: Where it comes from, with the bounds.

    Raises:
        IngestionError: The package is locked or passes a bound.
        Exception: One of `DAMAGES`; what is damaged is no archive to its user.
    """
    bounded = replace(source, budget=Budget(source.name, len(data), source.limits))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = package.infolist()
        bounded.budget.take_members(len(members))
        for member in members:
            bounded.check_elements(_content(package, member, bounded))


def printable(name: str) -> str:
    """Makes a member's name fit for messages and names of results.

    Args:
        name: As it stands in the archive.

    Returns:
        A relative path with forward slashes, without steps upward and without characters that
        cannot be printed, of at most 200 characters; "unnamed" for one with control characters,
        since what a damaged archive gives as a name can be a note's text.
    """
    if _CONTROL.search(name):
        return "unnamed"
    parts = name.replace("\\", "/").split("/")
    kept = "/".join(part for part in parts if part not in ("", ".", ".."))
    shown = "".join(c if c.isprintable() else "_" for c in kept)
    return shown[-200:] or "unnamed"


def _is_file(member: zipfile.ZipInfo) -> bool:
    """Whether a member is to be read; the content of a link would be the name it leads to."""
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    return not is_link and _is_wanted(member.filename)


def _is_wanted(name: str) -> bool:
    return not name.endswith(("/", *_BYSTANDERS)) and not name.startswith(_BYSTANDERS)


def _unzip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: Source) -> bytes:
    try:
        return _content(archive, member, source)
    except DAMAGES:
        raise source.refusal("is damaged in the archive", "pack it again") from None


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: Source) -> bytes:
    if member.flag_bits & 1:
        raise source.refusal("the archive is locked", "unpack it with its password")
    with archive.open(member) as stream:
        return read_within(stream, source)


def _untar(archive: tarfile.TarFile, member: tarfile.TarInfo, source: Source) -> bytes:
    try:
        stream = archive.extractfile(member)
        return b"" if stream is None else read_within(stream, source)
    except DAMAGES:
        raise source.refusal("is damaged in the archive", "pack it again") from None


def read_within(stream: _Readable, source: Source) -> bytes:
    """Reads a packed file whole, counting against the bounds.

    Args:
        stream: Gives the unpacked bytes.
        source: Where it comes from, with the bounds.

    Returns:
        The content.

    Raises:
        IngestionError: It unpacks to too much or the time is over.
    """
    chunks: list[bytes] = []
    while chunk := stream.read(_CHUNK):
        source.deadline.check()
        source.budget.take_bytes(len(chunk))
        chunks.append(chunk)
    return b"".join(chunks)
