"""Files that hold several documents, opened one inside another."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from secateur.pipelines.document.document import Part
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.containers.archive import (
    DAMAGES,
    Member,
    read_within,
    tar_members,
    zip_members,
)
from secateur.pipelines.ingestion.containers.submission import is_submission, submission_members
from secateur.pipelines.ingestion.files import detect as kinds
from secateur.pipelines.ingestion.files.limits import BudgetError
from secateur.pipelines.ingestion.files.load import GZIP_MAGIC
from secateur.pipelines.ingestion.layout.reading import Source

Lister = Callable[[bytes, Source], Iterator[Member]]
"""Lists the files that some content holds."""

_TAR_MARK, _TAR_MARK_AT = b"ustar", 257


@dataclass(frozen=True)
class Leaf:
    """A file that holds no further files.

    Attributes:
        data: Its content.
        source: Where it comes from.
        inner_name: What it is called inside the file that was given, "" for that file itself.
        offset: First byte of it in the submission that holds it, else 0.
        part: The archives' steps to what that byte counts in.
    """

    data: bytes
    source: Source
    inner_name: str = ""
    offset: int = 0
    part: Part = ()


def lister_of(data: bytes, name: str) -> Lister | None:
    """Finds what lists the files that some content holds.

    Args:
        data: The content.
        name: The file as the user gave it, for messages.

    Returns:
        A function from content and source to members; None if the content is no archive.

    Raises:
        IngestionError: It is an archive of a kind that is not read.
    """
    if data[_TAR_MARK_AT:].startswith(_TAR_MARK):
        return tar_members
    if data.startswith(b"PK") and kinds.detect(data, name) == kinds.ZIP:
        return zip_members
    return submission_members if is_submission(data) else None


def leaves(leaf: Leaf) -> Iterator[Leaf | IngestionError]:
    """Opens a file and all files inside it.

    Args:
        leaf: The file.

    Yields:
        The file itself if it holds no others; else each innermost file in order, and an error
        that names it for each one that cannot be unpacked. Where the budget is passed, inside a
        file that was read too, an error of the whole is the last.
    """
    try:
        yield from _innermost(leaf)
    except BudgetError as error:
        yield error


def _innermost(leaf: Leaf) -> Iterator[Leaf | IngestionError]:
    try:
        lister = lister_of(leaf.data, leaf.source.name)
        if lister is None:
            yield leaf
            return
        for member in lister(leaf.data, leaf.source):
            leaf.source.budget.check()
            yield from _open(member, leaf)
    except BudgetError:
        raise
    except IngestionError as error:
        error.inner_name = leaf.inner_name
        yield error


def _open(member: Member, holder: Leaf) -> Iterator[Leaf | IngestionError]:
    inner_name = f"{holder.inner_name}!{member.name}" if holder.inner_name else member.name
    try:
        source = holder.source.inside(member.name)
        data = undo_gzip(member.unpack(), source)
        if not data:
            raise source.refusal("the file in the archive is empty", "give a file with text")
    except BudgetError:
        raise
    except IngestionError as error:
        error.inner_name = inner_name
        yield error
        return
    packed = member.offset is None
    part = (*holder.part, member.name) if packed else holder.part
    yield from _innermost(Leaf(data, source, inner_name, member.offset or 0, part))


def undo_gzip(data: bytes, source: Source) -> bytes:
    """Unpacks content that is compressed with gzip.

    Args:
        data: The content, compressed or not.
        source: Where it comes from, with the bounds.

    Returns:
        What it holds, or the content itself.

    Raises:
        IngestionError: It is damaged or unpacks to too much.
    """
    if not data.startswith(GZIP_MAGIC):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            return read_within(stream, source)
    except DAMAGES:
        raise source.refusal("the gzip file is damaged", "compress it again") from None
