"""Bytes of a file, with every way in which a path can disappoint told in one line."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.limits import Limits

GZIP_MAGIC = b"\x1f\x8b"
_ADDRESS = re.compile(r"(?:https?|ftp|file):/", re.IGNORECASE)
"""How the address of a page begins, of whose two slashes Path keeps one."""
_CHUNK = 1 << 20
"""Bytes that are read between two looks at the bounds."""


def load(path: Path, limits: Limits, sha256: str = "") -> bytes:
    """Reads a file whole, decompressing gzip.

    Args:
        path: The file.
        limits: Bounds on size and compression ratio.
        sha256: Of the file as it was planned, gzip not undone; "" takes any file.

    Returns:
        The content; never empty.

    Raises:
        IngestionError: The path is missing, no regular file, unreadable, empty, too large, not the
            file that was planned or a damaged or suspicious gzip file.
    """
    data = _read(path, limits)
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        raise IngestionError(f"{path}: has changed since the run began; run with --resume")
    if data.startswith(GZIP_MAGIC):
        data = _gunzip(path, data, limits)
    if not data:
        raise IngestionError(f"{path}: the file is empty; give a file with text")
    return data


def look_at(path: Path, limits: Limits) -> None:
    """Refuses a path that is no file, or a file that is too large, before it is opened.

    Args:
        path: The file.
        limits: Bounds on size.

    Raises:
        IngestionError: The path is missing, no regular file, out of reach, or too large.
    """
    with _telling(path):
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise IngestionError(
                f"{path}: is a folder; name the files in it, or give it to `secateur batch`"
            )
        if not stat.S_ISREG(status.st_mode):
            raise IngestionError(f"{path}: is not a regular file; save it as a file first")
        _check_size(path, status.st_size, limits)


def _read(path: Path, limits: Limits) -> bytes:
    look_at(path, limits)
    with _telling(path):
        return path.read_bytes()


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turns what the system says of a path into one line with the way out."""
    try:
        yield
    except FileNotFoundError:
        if _ADDRESS.match(str(path)):
            raise IngestionError(
                f"{path}: is an address, and nothing is fetched; save the page as a file first"
            ) from None
        raise IngestionError(f"{path}: no such file; check the path") from None
    except PermissionError:
        raise IngestionError(
            f"{path}: no permission to read it; check the rights of the file and its folders"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the path is not valid"
        raise IngestionError(f"{path}: cannot be opened ({reason}); check the path") from None


def _check_size(path: Path, size: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        raise IngestionError(
            f"{path}: {size:,} bytes are more than the limit of {limits.file_bytes:,}; "
            "split the file or raise Limits.file_bytes (--limit file_bytes=N)"
        )


def _gunzip(path: Path, data: bytes, limits: Limits) -> bytes:
    most = limits.unpacked_bytes(len(data))
    chunks: list[bytes] = []
    size = 0
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise IngestionError(
                        f"{path}: unpacks to more than {most:,} bytes; "
                        "unpack it yourself or raise Limits.archive_ratio and Limits.file_bytes "
                        "(--limit archive_ratio=N --limit file_bytes=N)"
                    )
                chunks.append(chunk)
    except (OSError, EOFError, zlib.error):
        raise IngestionError(f"{path}: the gzip file is damaged; compress it again") from None
    return b"".join(chunks)
