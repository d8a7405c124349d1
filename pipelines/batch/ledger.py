"""What is done: one small file a document, which holds its result or its error.

The file's name is the document's key, so a document can never have two outcomes, however often
workers are lost and their work is done again; and the file is whole, or it is not there.
"""

from __future__ import annotations

import fcntl
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from secateur.pipelines.batch.durable import StorageError, replacing, sweep, sync_folder
from secateur.pipelines.errors import UsageError

Status = Literal["result", "error"]
_FOLDERS = [f"{number:02x}" for number in range(256)]


@dataclass(frozen=True)
class Outcome:
    """What became of a document.

    Attributes:
        status: "result" or "error".
        record: The result as it is given out, or the error's kind and message.
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
        for name in _FOLDERS:
            sweep(self.folder / name)
        return lock

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

    def forget(self, key: str) -> None:
        """Deletes an outcome, so that its document is done again."""
        self._path(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        """Gives the keys of all that is done."""
        for name in _FOLDERS:
            for path in (self.folder / name).glob("*.json.gz"):
                yield path.name.removesuffix(".json.gz")

    def _path(self, key: str) -> Path:
        # Unread files have no hash; the hash of their place spreads them too.
        return self.folder / key.rpartition("-")[2][:2] / f"{key}.json.gz"
