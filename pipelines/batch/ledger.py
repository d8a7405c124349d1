"""What is done: one small file a document, which holds its result or its error.

The file's name is the document's key, so a document can never have two outcomes, however often
workers are lost and their work is done again; and the file is whole, or it is not there. A file of
several documents has one for each, and at the end one for itself, which tells how many they are:
only with that is it done.
"""

from __future__ import annotations

import fcntl
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from multiprocessing.util import register_after_fork
from pathlib import Path
from typing import IO, Any, Literal

from secateur.pipelines.batch.durable import StorageError, replacing, sweep, sync_folder
from secateur.pipelines.batch.plan import Item, Member
from secateur.pipelines.errors import UsageError

Status = Literal["result", "error", "archive"]
_FOLDERS = [f"{number:02x}" for number in range(256)]


@dataclass(frozen=True)
class Outcome:
    """What became of a file or of a document in one.

    Attributes:
        status: "result" or "error"; "archive" of a file whose documents have outcomes of their own.
        record: The result as it is given out, the error's kind and message, or the numbers of
            "results" and "errors" of an archive.
        seconds: Time from opening the file to the outcome; documents that share a model call
            share its time in proportion to their tokens.
        tokens: Tokens that the model read.
    """

    status: Status
    record: dict[str, Any]
    seconds: float
    tokens: int = 0


class Ledger:
    """The outcomes of a run, in a folder that all workers reach.

    Args:
        folder: The ledger's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> IO[bytes]:
        """Makes the folders, takes the ledger for this run and deletes unfinished files.

        Returns:
            The lock, which ends with the process or when closed.

        Raises:
            UsageError: Another run is at work on it.
            StorageError: The folder cannot be written.
        """
        try:
            for name in _FOLDERS:
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            sync_folder(self.folder)
            for folder in (self.folder, self.folder.parent):
                sync_folder(folder.parent)
                sweep(folder)
            lock = (self.folder / "lock").open("wb")
        except OSError as error:
            raise StorageError(
                f"{self.folder}: {error.strerror}; choose an --out that can be written"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise UsageError(
                f"{self.folder.parent}: another run is writing there; wait for its end"
            ) from None
        # A worker that is forked holds a copy, which would outlast a killed run.
        register_after_fork(lock, lambda copy: copy.close())
        self.sweep()
        return lock

    def sweep(self) -> None:
        """Deletes what killed workers left half written; none may be at work."""
        for name in _FOLDERS:
            sweep(self.folder / name)

    def put(self, key: str, outcome: Outcome) -> None:
        """Writes an outcome; when this returns, it outlasts a power cut.

        Raises:
            StorageError: The disk refuses; the document then counts as not done.
        """
        text = json.dumps(vars(outcome), ensure_ascii=False, separators=(",", ":"))
        # Same outcome, same bytes: no time stamp of gzip's own.
        data = gzip.compress(text.encode(), 1, mtime=0)
        with replacing(self._path(key)) as file:
            file.write(data)

    def get(self, key: str) -> Outcome | None:
        """Reads an outcome; None where the document is not done."""
        try:
            data = self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        return Outcome(**json.loads(gzip.decompress(data)))

    def outcomes(self, item: Item) -> Iterator[Outcome | None]:
        """Gives what a file's documents came to, in their order.

        Of an archive that could not be read to its end, the documents before that place come
        first, then the error, which stands for the rest.

        Args:
            item: The file.

        Yields:
            An outcome a document; None for one that is not done.
        """
        own = self.get(item.key)
        if own is None or own.status == "result":
            yield own
        elif own.status == "archive":
            for number in range(1, sum(own.record.values()) + 1):
                yield self.get(Member(item, number).key)
        else:
            yield from self._members(item)
            yield own

    def sum_up(self, item: Item) -> Outcome:
        """Makes the outcome of an archive from those of its documents.

        Args:
            item: The archive, of which every document is done.

        Returns:
            Counts, time and tokens of all of them.
        """
        members = list(self._members(item))
        results = sum(outcome.status == "result" for outcome in members)
        record = {"results": results, "errors": len(members) - results}
        seconds = sum(outcome.seconds for outcome in members)
        return Outcome("archive", record, seconds, sum(outcome.tokens for outcome in members))

    def forget_errors(self, item: Item) -> bool:
        """Deletes a file's errors, so that its documents with none are done again.

        Of an archive, all from the first error on is deleted, the last first and the archive's own
        outcome before them: wherever that ends, no document is missed out by a resumed run.

        Args:
            item: The file.

        Returns:
            Whether there were any.
        """
        own = self.get(item.key)
        if own is not None and own.status == "result":
            return False
        statuses = [outcome.status for outcome in self._members(item)]
        first = statuses.index("error") if "error" in statuses else len(statuses)
        if first == len(statuses) and (own is None or own.status == "archive"):
            return False
        self._forget(item.key)
        for number in range(len(statuses), first, -1):
            self._forget(Member(item, number).key)
        return True

    def _members(self, item: Item) -> Iterator[Outcome]:
        for number in count(1):
            outcome = self.get(Member(item, number).key)
            if outcome is None:
                return
            yield outcome

    def _forget(self, key: str) -> None:
        path = self._path(key)
        path.unlink(missing_ok=True)
        sync_folder(path.parent)

    def keys(self) -> Iterator[str]:
        """Gives the keys of all that is done."""
        for name in _FOLDERS:
            for path in (self.folder / name).glob("*.json.gz"):
                yield path.name.removesuffix(".json.gz")

    def _path(self, key: str) -> Path:
        # Unread files have no hash; the hash of their place spreads them too.
        return self.folder / key.rpartition("-")[2][:2] / f"{key}.json.gz"
