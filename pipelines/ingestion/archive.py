"""Zip archives: their members, unpacked in memory within bounds."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from secateur.pipelines.ingestion.reading import Reading, Source

_CHUNK = 1 << 20
_BYSTANDERS = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def read_zip(data: bytes, source: Source) -> Reading:
    """Read an archive that holds one document.

    Args:
        data: The archive.
        source: Where it comes from.

    Returns:
        What its only member holds.

    Raises:
        IngestionError: If the archive is damaged, locked or suspicious, or does not hold exactly
            one file.
    """
    members = list(unpack(data, source))
    if len(members) != 1:
        raise source.refusal(
            f"the archive holds {len(members)} files", "unpack it and give the files one by one"
        )
    name, content = members[0]
    if not content:
        raise source.refusal("the file in the archive is empty", "give a file with text")
    return source.read_inner(content, PurePosixPath(name).name)


def unpack(data: bytes, source: Source) -> Iterator[tuple[str, bytes]]:
    """Unpack an archive in memory; nothing is ever written to a disk.

    Args:
        data: The archive.
        source: Where it comes from, with the bounds.

    Yields:
        Name and content of each file; folders and what systems add are left out.

    Raises:
        IngestionError: If the archive is damaged, locked, or passes a bound.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [
                member
                for member in archive.infolist()
                if not member.filename.endswith("/")
                and not member.filename.startswith(_BYSTANDERS)
                and not member.filename.endswith(_BYSTANDERS)
            ]
            _check_count(len(members), source)
            room = source.limits.unpacked_bytes(len(data))
            for member in members:
                if member.flag_bits & 1:
                    raise source.refusal("the archive is locked", "unpack it with its password")
                content = _unpack_member(archive, member, room, source)
                room -= len(content)
                yield member.filename, content
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        raise source.refusal("the archive is damaged", "pack it again") from None


def _check_count(count: int, source: Source) -> None:
    most = source.limits.archive_members
    if count > most:
        raise source.refusal(
            f"the archive holds {count:,} files, more than {most:,}",
            "unpack it, or raise Limits.archive_members",
        )


def _unpack_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int, source: Source
) -> bytes:
    chunks: list[bytes] = []
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            source.deadline.check()
            room -= len(chunk)
            if room < 0:
                raise source.refusal(
                    "unpacks to more than its bounds",
                    "unpack it, or raise Limits.archive_ratio and Limits.file_bytes",
                )
            chunks.append(chunk)
    return b"".join(chunks)
