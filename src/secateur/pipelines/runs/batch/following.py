"""Looks into a run over a folder while it goes on: which documents are done, and with what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from secateur.pipelines.runs.batch import plan
from secateur.pipelines.runs.batch.ledger import Ledger, Outcome
from secateur.pipelines.runs.batch.records import shown


@dataclass(frozen=True)
class Followed:
    """A document of a run.

    Attributes:
        path: Its name within the folder, with "!" before the name within an archive.
        status: "waiting", "result" or "error"; an archive that is waiting stands for what is left.
        key: Its key in the ledger.
        tokens: Tokens that the model read.
        seconds: Time from opening the file to the outcome.
        found: Number of entities, or of sentences of the summary.
        message: What an error says.
    """

    path: str
    status: Literal["waiting", "result", "error"]
    key: str = ""
    tokens: int = 0
    seconds: float = 0.0
    found: int = 0
    message: str = ""


class Follower:
    """Reads a run's ledger and log again and again, each outcome and each event once.

    Args:
        out: The run's output folder.
    """

    def __init__(self, out: Path) -> None:
        self._ledger = Ledger(out / "ledger")
        self._done: dict[str, tuple[Followed, ...]] = {}
        self._log = out / "log.jsonl"
        self._heard = 0
        self._hands: dict[int, list[str]] = {}

    def documents(self) -> list[Followed]:
        """Returns all documents known so far, in the order of the paths.

        Before the run has listed its files there are none.
        """
        found: list[Followed] = []
        for item in plan.load(self._ledger.folder / "plan.jsonl"):
            known = self._done.get(item.key)
            if known is None:
                known = tuple(self._of(item))
                if all(document.status != "waiting" for document in known):
                    self._done[item.key] = known
            found += known
        return found

    def in_hand(self) -> frozenset[str]:
        """Returns the paths of the files that workers of this machine took up last.

        A file may be done since; after a run that was ended they are what it had begun.
        """
        for event in self._events():
            if event["event"] == "run started":
                self._hands.clear()
            elif event["event"] == "files begun":
                self._hands[event["process"]] = event["paths"]
            elif event["event"] == "worker lost":
                self._hands.pop(event["process"], None)
        return frozenset(path for paths in self._hands.values() for path in paths)

    def record(self, document: Followed) -> dict[str, Any]:
        """Reads the result of a document, or its error, as the run gives it out."""
        outcome = self._ledger.get(document.key)
        return {} if outcome is None else outcome.record

    def _events(self) -> Iterator[dict[str, Any]]:
        """Gives what the log tells since it was read last."""
        if not self._log.is_file():
            return
        with self._log.open("rb") as log:
            log.seek(self._heard)
            for line in log:
                # The last line may still be written.
                if not line.endswith(b"\n"):
                    return
                self._heard += len(line)
                yield json.loads(line)

    def _of(self, item: plan.Item) -> Iterator[Followed]:
        own = self._ledger.get(item.key)
        if own is None or own.status != "result":
            for number, outcome in enumerate(self._ledger.members(item), 1):
                yield _followed(outcome, plan.Member(item, number).key)
        if own is None:
            yield Followed(shown(item.path), "waiting")
        elif own.status != "archive":
            yield _followed(own, item.key)


def _followed(outcome: Outcome, key: str) -> Followed:
    record = outcome.record
    found = record.get("entities", record.get("summary", {}).get("sentences", ()))
    return Followed(
        path=str(record["path"]),
        status="result" if outcome.status == "result" else "error",
        key=key,
        tokens=outcome.tokens,
        seconds=outcome.seconds,
        found=len(found),
        message=str(record.get("message", "")),
    )
