"""The documents of a file, each with the name under which its outcome is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.read import read_each
from secateur.pipelines.runs.batch.plan import Entry, Item, Member, leads_out


@dataclass(frozen=True)
class ReadDocument:
    """A document that was read.

    Attributes:
        entry: What it is called in the ledger.
        document: What was read.
        seconds: What that took.
    """

    entry: Entry
    document: Document
    seconds: float


def read_documents(
    folder: Path, item: Item, limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[Entry, Document | IngestionError]]:
    """Reads a file.

    Args:
        folder: The run's folder.
        item: The file.
        limits: Bounds on it.

    Yields:
        The file and its document or error; of an archive, or of a full submission to EDGAR, each
        member and its own. An error of the archive itself comes with the file, and last. A file
        that is not the one that was planned gives an error, and so does a link out of the folder.
    """
    path = folder / item.path
    if leads_out(folder, item.path):
        yield item, IngestionError(f"{path}: a link out of the folder; put the file itself there")
        return
    for number, found in enumerate(read_each(path, limits=limits, sha256=item.sha256), 1):
        name = _name_inside(path, found)
        yield (Member(item, number, name) if name else item), found
        if not name:
            return


def _name_inside(path: Path, found: Document | IngestionError) -> str:
    """What a document is called in its archive; "" for the file itself."""
    if isinstance(found, IngestionError):
        return found.inner_name
    start = f"{path.name.removesuffix('.gz')}!"
    return found.doc_id.removeprefix(start) if found.doc_id.startswith(start) else ""
