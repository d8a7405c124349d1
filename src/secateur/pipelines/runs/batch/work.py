"""What a worker does with a group of documents: read, run the model, put the outcomes on disk."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from transformers import PreTrainedModel

from secateur.core import hf
from secateur.core.out_of_memory import is_out_of_memory
from secateur.pipelines.clinical.handover.brief import write_brief
from secateur.pipelines.clinical.handover.hand_over import hand_overs
from secateur.pipelines.clinical.handover.importance import load_importance
from secateur.pipelines.document.handover import Style
from secateur.pipelines.errors import IngestionError, SecateurError, explain
from secateur.pipelines.ingestion import isolation
from secateur.pipelines.runs.batch import records
from secateur.pipelines.runs.batch.ledger import Ledger, Outcome
from secateur.pipelines.runs.batch.plan import Entry, Group, Item, Member
from secateur.pipelines.runs.batch.reading import ReadDocument, Tagged, read_documents
from secateur.pipelines.runs.batch.tagging import Desk, Tagger
from secateur.pipelines.runs.durable import StorageError
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import Pipeline, RunOptions

Tell = Callable[[str, Any], None]
"""Takes "begin" with the tuple of what is in hand, "done" with a `Done`, "event" with words."""


@dataclass(frozen=True)
class Job:
    """What every worker of a run must know.

    Attributes:
        folder: The documents' folder.
        ledger: The ledger's folder.
        staging: Where this run's outcomes are written, see `Ledger`.
        pipeline: "finance" or "clinical".
        style: Of a note's summary.
        options: Model and attention.
        threads: CPU threads.
        batch_mib: Memory for one shared model call on the CPU, in MiB.
        exact_up_to: Tokens up to which a document is not pruned and may share a call.
    """

    folder: Path
    ledger: Path
    staging: Path
    pipeline: Pipeline
    style: Style
    options: RunOptions
    threads: int
    batch_mib: int
    exact_up_to: int


@dataclass(frozen=True)
class Done:
    """A file's outcome as it is reported: what the ledger holds, without the text.

    Attributes:
        key: The file's.
        results: How many of its documents have a result.
        errors: How many have an error.
        kind: Of the file's own error, else "".
        seconds: Time spent on it.
        tokens: Tokens that the model read.
    """

    key: str
    results: int
    errors: int
    kind: str
    seconds: float
    tokens: int


class Worker:
    """A model and what it does with documents.

    Args:
        job: The run.

    Raises:
        SecateurError: The model is not to be had.
    """

    def __init__(self, job: Job) -> None:
        isolation.start()
        torch.set_num_threads(job.threads)
        self._job = job
        self._ledger = Ledger(job.ledger, job.staging)
        self._tagger: Tagger | None = None
        self._loaded: LoadedModel | None = None
        if job.pipeline == "finance":
            self._tagger = Tagger(job.options, job.exact_up_to, job.batch_mib)
            self._loaded = self._tagger.router.cpu
        elif job.style == "handover":
            load_importance()
        else:
            self._loaded = load_model(job.pipeline, job.options)

    @property
    def worn_out(self) -> bool:
        """Whether the GPU failed this process, so that another one should go on."""
        return self._tagger is not None and self._tagger.device_failed

    def facts(self) -> dict[str, Any]:
        """Returns what the manifest says of the model."""
        model = self._loaded.model if self._loaded else None
        packages = ("secateur", "torch", "transformers", "spacy")
        return {
            "model": _described(model) if model else {"class": "importance"},
            "gpu": self._tagger.router.gpu_state if self._tagger else _device(model),
            "versions": {name: version(name) for name in packages}
            | {"python": platform.python_version()},
        }

    def process(self, group: Group, tell: Tell, stopping: Callable[[], bool]) -> None:
        """Ends every document of a group in a result or an error on disk.

        Documents whose result is there already are run again with the others where they share a
        model call, and are not written again: a result does not depend on what was interrupted.

        Args:
            group: The files.
            tell: Told what is in hand and what is done.
            stopping: Asked after each document of an archive; once True, the archive's other
                documents are left to a resumed run.

        Raises:
            StorageError: The ledger cannot be written.
        """
        readings: list[ReadDocument] = []
        for item in group:
            known = self._ledger.get(item.key)
            if known is not None and (known.status != "result" or len(group) == 1):
                continue
            tell("begin", (item,))
            begin = perf_counter()
            try:
                readings += self._read(item, tell, stopping)
            except Exception as error:
                self._fail(item, error, perf_counter() - begin, tell)
        self._run(readings, tell)

    def _read(self, item: Item, tell: Tell, stopping: Callable[[], bool]) -> list[ReadDocument]:
        """Reads a file; an archive's documents are run at once, each alone, and none is given."""
        begin = perf_counter()
        for entry, found in read_documents(self._job.folder, item, self._job.options.limits):
            if isinstance(entry, Item):
                if isinstance(found, IngestionError):
                    raise found
                document, facts = found
                return [ReadDocument(item, document, perf_counter() - begin, facts)]
            if self._ledger.get(entry.key) is None:
                self._member(entry, found, perf_counter() - begin, tell)
            if stopping():
                return []
            tell("begin", (item,))
            begin = perf_counter()
        self._put(item, self._ledger.sum_up(item), tell)
        return []

    def _member(
        self, member: Member, found: Tagged | IngestionError, seconds: float, tell: Tell
    ) -> None:
        tell("begin", (member,))
        if isinstance(found, IngestionError):
            self._fail(member, found, seconds, tell)
        else:
            document, facts = found
            self._run([ReadDocument(member, document, seconds, facts)], tell)

    def _run(self, readings: Sequence[ReadDocument], tell: Tell) -> None:
        if self._tagger is None:
            self._summaries(readings, tell)
            return
        desk = Desk(
            is_done=lambda entry: self._ledger.get(entry.key) is not None,
            begun=lambda entries: tell("begin", entries),
            put=lambda entry, outcome: self._put(entry, outcome, tell),
            fail=lambda entry, error, seconds: self._fail(entry, error, seconds, tell),
            event=lambda text: tell("event", text),
        )
        self._tagger.run(readings, desk)

    def _summaries(self, readings: Sequence[ReadDocument], tell: Tell) -> None:
        for reading in readings:
            tell("begin", (reading.entry,))
            begin = perf_counter()
            try:
                record, tokens = self._summary(reading)
            except Exception as error:
                self._fail(reading.entry, error, reading.seconds, tell)
                continue
            model = self._loaded.model if self._loaded else None
            device = "gpu" if _device(model).startswith("cuda") else "cpu"
            seconds = reading.seconds + perf_counter() - begin
            self._put(reading.entry, Outcome("result", record, seconds, tokens, device), tell)
            if model is not None:
                hf.reset_statistics(model)

    def _summary(self, reading: ReadDocument) -> tuple[dict[str, Any], int]:
        """A note's record, and how many tokens the decoder read."""
        if self._loaded is None:
            made = hand_overs([reading.document])
            return records.handover_record(reading.entry, reading.document, made), 0
        summary = write_brief(reading.document, self._loaded.model, self._loaded.tokenizer)
        record = records.summary_record(reading.entry, reading.document, summary)
        return record, summary.tokens

    def _fail(self, entry: Entry, error: Exception, seconds: float, tell: Tell) -> None:
        if isinstance(error, StorageError):
            raise error
        kind, message = _reason(error, entry, self._job.folder)
        self._put(entry, failure(entry, kind, message, seconds), tell)

    def _put(self, entry: Entry, outcome: Outcome, tell: Tell) -> None:
        if self._ledger.get(entry.key) is None:
            self._ledger.put(entry.key, outcome)
            if isinstance(entry, Item):
                tell("done", report(entry, outcome))


def _described(model: PreTrainedModel) -> dict[str, Any]:
    return {
        "class": type(model).__name__,
        "sha256": fingerprint(model),
        "attention": model.config._attn_implementation,
        "profile": getattr(model.config, "dap", None),
    }


def _device(model: PreTrainedModel | None) -> str:
    return str(model.device) if model is not None else "cpu"


def report(item: Item, outcome: Outcome) -> Done:
    """Takes from a file's outcome what may be told of it."""
    if outcome.status == "archive":
        results, errors = outcome.record["results"], outcome.record["errors"]
    else:
        results, errors = (1, 0) if outcome.status == "result" else (0, 1)
    kind = str(outcome.record["kind"]) if outcome.status == "error" else ""
    return Done(item.key, results, errors, kind, outcome.seconds, outcome.tokens)


def failure(entry: Entry, kind: str, message: str, seconds: float) -> Outcome:
    """Makes the outcome of a document that gave no result."""
    record = {
        "path": records.shown(entry.path),
        "sha256": entry.sha256,
        "member": entry.number if isinstance(entry, Member) else None,
        "kind": kind,
        "message": records.shown(message),
    }
    return Outcome("error", record, seconds)


def _reason(error: Exception, entry: Entry, folder: Path) -> tuple[str, str]:
    """Gives the kind of an error, and in one line what went wrong.

    Args:
        error: What was raised.
        entry: The document.
        folder: The run's folder, whose place the message need not tell.

    Returns:
        Kind ("unreadable", "memory" or "failed") and message.
    """
    if isinstance(error, SecateurError):
        message = " ".join(str(error).replace(f"{folder}{os.sep}", "").split())
        return error.kind if isinstance(error, IngestionError) else "unreadable", message
    if is_out_of_memory(error):
        return "memory", f"{entry.path}: not enough memory; give it fewer --workers"
    return "failed", explain(error, f"{entry.path}:")


def fingerprint(model: PreTrainedModel) -> str:
    """Hashes a model's weights, names and shapes included."""
    total = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        total.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        total.update(
            tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().tobytes()
        )
    return total.hexdigest()
