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
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing.util import register_after_fork
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from time import monotonic, sleep
from typing import IO, Any, Literal

from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.batch.plan import Item, Member
from secateur.pipelines.runs.durable import UNFINISHED, StorageError, replacing, sweep, sync_folder
from secateur.pipelines.runs.output_paths import make_folder

Status = Literal["result", "error", "archive"]
_FOLDERS = [f"{number:02x}" for number in range(256)]
_STAGING = "staging-"
_PATIENCE_S = 2.0
"""How long a lock is waited for: a run that was just killed may hold it while its memory goes."""
_POLL_S = 0.05
"""Seconds between two looks at a lock."""


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
        device: "cpu" or "gpu" of a result; "" else.
        statements: Of a report's result, see `statements.statements_record`.
    """

    status: Status
    record: dict[str, Any]
    seconds: float
    tokens: int = 0
    device: str = ""
    statements: dict[str, Any] | None = None


class Ledger:
    """The outcomes of a run, in a folder that all workers reach.

    Outcomes are written in a folder of the run's own, the staging folder, and renamed from there to
    their places. A run begins and ends by taking away all staging folders: a worker that outlives
    its run, here or on another machine, finds no place to write and can change nothing any more.

    Args:
        folder: The ledger's folder.
        staging: The run's staging folder; only `open` and who reads can do without.
    """

    def __init__(self, folder: Path, staging: Path | None = None) -> None:
        self.folder = folder
        self.staging = staging

    @contextmanager
    def open(self) -> Iterator[Path]:
        """Takes the ledger for a run: makes its folders and its staging folder.

        Yields:
            The staging folder.

        Raises:
            UsageError: Another run is at work on it, or its folder cannot be made.
            StorageError: The folder cannot be written or locked.
        """
        make_folder(self.folder.parent)
        try:
            # Outcomes hold sentences of notes; what is given out is for others, this is not.
            self.folder.mkdir(mode=0o700, exist_ok=True)
            lock = (self.folder / "lock").open("wb")
        except OSError as error:
            raise self._refused(error) from error
        with lock:
            try:
                self._lock(lock)
                self.staging = self._prepare()
            except OSError as error:
                raise self._refused(error) from error
            try:
                yield self.staging
            finally:
                self.fence()

    def _lock(self, lock: IO[bytes]) -> None:
        end = monotonic() + _PATIENCE_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if monotonic() > end:
                    raise UsageError(
                        f"{self.folder.parent}: another run is writing there; wait for its end"
                    ) from None
                sleep(_POLL_S)
            else:
                break
        # A worker that is forked holds a copy, which would outlast a killed run.
        register_after_fork(lock, lambda copy: copy.close())

    def _prepare(self) -> Path:
        self.fence()
        for name in _FOLDERS:
            folder = self.folder / name
            folder.mkdir(exist_ok=True)
            if next(folder.iterdir(), None):
                # A killed run may have renamed an outcome and not come to this; now it counts.
                sync_folder(folder)
        for folder in (self.folder, self.folder.parent):
            sync_folder(folder.parent)
            sweep(folder)
        staging = self.folder / f"{_STAGING}{token_hex(8)}"
        staging.mkdir()
        sync_folder(self.folder)
        return staging

    def _refused(self, error: OSError) -> StorageError:
        return StorageError(
            f"{self.folder}: {error.strerror}; choose an --out that can be written and locked"
        )

    def fence(self) -> None:
        """Ends all writing: no worker of this run or of an earlier one can put an outcome.

        What such workers have half written goes too.
        """
        for staging in self.folder.glob(f"{_STAGING}*"):
            # First out of every worker's reach: while it is emptied, nothing new comes into it.
            with suppress(OSError):
                staging.rename(staging.with_name(f"{UNFINISHED}{staging.name}"))
        for staging in self.folder.glob(f"{UNFINISHED}{_STAGING}*"):
            rmtree(staging, ignore_errors=True)

    def put(self, key: str, outcome: Outcome) -> None:
        """Writes an outcome; when this returns, it outlasts a power cut.

        Raises:
            StorageError: The disk refuses, or the run is over; the document counts as not done.
        """
        if self.staging is None:
            raise ValueError("a ledger that is not opened and has no staging folder is only read")
        text = json.dumps(vars(outcome), ensure_ascii=False, separators=(",", ":"))
        # Same outcome, same bytes: no time stamp of gzip's own.
        data = gzip.compress(text.encode(), 1, mtime=0)
        try:
            with replacing(self._path(key), self.staging) as file:
                file.write(data)
        except StorageError as error:
            if self.staging.is_dir():
                raise
            raise StorageError(
                f"{self.folder.parent}: the run that this worker is of has ended, or another one "
                "has taken its place"
            ) from error

    def get(self, key: str) -> Outcome | None:
        """Reads an outcome; None where the document is not done.

        One that is damaged is deleted, so that a resumed run does its document again.

        Raises:
            StorageError: The disk refuses.
        """
        path = self._path(key)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}; mend it, then --resume") from error
        try:
            return Outcome(**json.loads(gzip.decompress(data)))
        except (OSError, EOFError, zlib.error, ValueError, TypeError):
            self._forget(key)
            return None

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
                outcome = self.get(Member(item, number).key)
                if outcome is None:
                    # With one document gone the archive is not done either.
                    self._forget(item.key)
                yield outcome
        else:
            yield from self.members(item)
            yield own

    def sum_up(self, item: Item) -> Outcome:
        """Makes the outcome of an archive from those of its documents.

        Args:
            item: The archive, of which every document is done.

        Returns:
            Counts, time and tokens of all of them.
        """
        members = list(self.members(item))
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
        statuses = [outcome.status for outcome in self.members(item)]
        first = statuses.index("error") if "error" in statuses else len(statuses)
        if first == len(statuses) and (own is None or own.status == "archive"):
            return False
        self._forget(item.key)
        for number in range(len(statuses), first, -1):
            self._forget(Member(item, number).key)
        return True

    def members(self, item: Item) -> Iterator[Outcome]:
        """Gives the outcomes so far of an archive's documents, in their order."""
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
