"""The documents of a file, each with the name under which its outcome is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.tagged import Fact, read_each_with_facts
from secateur.pipelines.runs.batch.plan import Entry, Item, Member, leads_out

Tagged = tuple[Document, list[Fact]]
"""A document and what its filer tagged in it."""


@dataclass(frozen=True)
class ReadDocument:
    """A document that was read.

    Attributes:
        entry: What it is called in the ledger.
        document: What was read.
        seconds: What that took.
        facts: What its filer tagged.
    """

    entry: Entry
    document: Document
    seconds: float
    facts: Sequence[Fact] = ()


def read_documents(
    folder: Path, item: Item, limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[Entry, Tagged | IngestionError]]:
    """Reads a file.

    Args:
        folder: The run's folder.
        item: The file.
        limits: Bounds on it.

    Yields:
        The file and its document with its facts, or its error; of an archive, or of a full
        submission to EDGAR, each member and its own. An error of the archive itself comes with the
        file, and last. A file that is not the one that was planned gives an error, and so does a
        link out of the folder.
    """
    path = folder / item.path
    if leads_out(folder, item.path):
        yield item, IngestionError(f"{path}: a link out of the folder; put the file itself there")
        return
    each = read_each_with_facts(path, limits=limits, sha256=item.sha256)
    for number, found in enumerate(each, 1):
        name = _name_inside(path, found)
        yield (Member(item, number, name) if name else item), found
        if not name:
            return


def _name_inside(path: Path, found: Tagged | IngestionError) -> str:
    """What a document is called in its archive; "" for the file itself."""
    if isinstance(found, IngestionError):
        return found.inner_name
    document, _ = found
    start = f"{path.name.removesuffix('.gz')}!"
    return document.doc_id.removeprefix(start) if document.doc_id.startswith(start) else ""
