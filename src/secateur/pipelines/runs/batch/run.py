"""A pipeline over a folder: every document ends in exactly one result or one error.

A run can be killed at any moment and resumed. What is done lies in the ledger, one file a document,
on disk before it counts; the files that a run gives out are written from it at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, TextIO

from secateur.pipelines.document.validation import check
from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.batch import plan
from secateur.pipelines.runs.batch.ledger import Ledger
from secateur.pipelines.runs.batch.local import Log, Pool, Ready
from secateur.pipelines.runs.batch.manifest import write_all
from secateur.pipelines.runs.batch.progress import EventLog, Progress
from secateur.pipelines.runs.batch.settings import BatchSettings
from secateur.pipelines.runs.batch.stopping import Stop
from secateur.pipelines.runs.batch.tally import Tally
from secateur.pipelines.runs.batch.work import Done, Job
from secateur.pipelines.runs.durable import replacing
from secateur.pipelines.runs.options import Pipeline
from secateur.pipelines.runs.output_paths import check_file
from secateur.pipelines.runs.routing import measured_policy


@dataclass(frozen=True)
class BatchReport:
    """How a run ended.

    Attributes:
        documents: Documents that the run covers; where files are left, the number of all files,
            because archives have not been opened.
        results: How many have a result.
        errors: How many have an error instead.
        left: Files that are not done, because a signal ended the run; it is to be resumed, no
            results file is written yet, and `results` and `errors` count this run's only.
        tokens: Tokens read in this run.
        seconds: Wall time of this run.
    """

    documents: int
    results: int
    errors: int
    left: int
    tokens: int
    seconds: float


def run(
    folder: str | Path,
    out: str | Path,
    settings: BatchSettings,
    *,
    resume: bool = False,
    stream: TextIO | None = None,
    metrics: str | Path | None = None,
) -> BatchReport:
    """Runs a pipeline over every document of a folder.

    `out` then holds `results.jsonl` or `results.parquet` (a record a document, in the order of the
    paths), `errors.jsonl`, `manifest.json` and `log.jsonl`; `ledger/` in it is what a resumed run
    goes by. A script must make the call under `if __name__ == "__main__":`, because worker
    processes import it.

    Args:
        folder: The documents.
        out: The output folder; made if missing.
        settings: What to run and how.
        resume: Goes on with what is in `out`; files that have changed or are new are done too.
        stream: Where progress goes; None tells nobody.
        metrics: A file for counters in Prometheus' text format.

    Returns:
        How the run ended.

    Raises:
        UsageError: Folder, model or settings are wrong, `out` holds another run, or `metrics`
            cannot be written.
        StorageError: The disk is full or refuses; what is done stays done.
        KeyboardInterrupt: A second signal; the run can be resumed all the same.
    """
    check(settings, BatchSettings)
    begin = monotonic()
    folder, out = Path(folder).absolute(), Path(out).absolute()
    if out.resolve() == folder.resolve():
        raise UsageError(f"{out}: holds the documents, and would hold results among them; give "
                         "another --out, which may be a folder in it")  # fmt: skip
    paths = plan.find(folder, settings.include, settings.exclude, out)
    ledger = Ledger(out / "ledger")
    with ExitStack() as stack:
        staging = stack.enter_context(ledger.open())
        if metrics is not None:
            metrics = Path(metrics)
            check_file("--metrics", metrics)
        state = _State(ledger, settings, resume)
        stop = stack.enter_context(Stop())
        log = EventLog(out / "log.jsonl")
        stack.callback(log.close)
        state.save()
        items = _plan(folder, paths, ledger, stop)
        pending = _pending(items, ledger, settings)
        before = len(items) - len(pending)
        left_bytes = sum(item.size for item in pending.values())
        progress = Progress(len(items), before, left_bytes, stream)
        log("run started", files=len(items), done=before)
        if pending and not stop():
            grouped = partial(_groups, items, pending, settings.pipeline)
            job = _job(folder, ledger, staging, settings, state.exact_up_to)
            tally = Tally(pending, progress, log, metrics, settings.pipeline)
            with closing(_engine(grouped, job, settings, stop, log, state.ready)) as engine:
                for done in engine:
                    tally(done)
            tally.end()
        if pending and stop():
            log("run stopped", left=len(pending))
            new = progress.counts
            ended = (new["result"], new["error"], len(pending), new["tokens"])
            return BatchReport(len(items), *ended, monotonic() - begin)
        # What is written now is the last word: no worker may add to it.
        ledger.fence()
        facts = state.told(folder, monotonic() - begin)
        totals = write_all(out, items, ledger, settings, facts)
        log("run finished", results=totals["result"], errors=totals["error"])
        counts = (totals["documents"], totals["result"], totals["error"])
        return BatchReport(*counts, 0, progress.counts["tokens"], monotonic() - begin)


class _State:
    """What decides the results of a run, kept beside its ledger."""

    exact_up_to: int
    started: str

    def __init__(self, ledger: Ledger, settings: BatchSettings, resume: bool) -> None:
        self._path = ledger.folder / "run.json"
        self._identity = settings.identity()
        self.facts: dict[str, Any] = {}
        # A run without an outcome, as of a model with a wrong name, has decided nothing.
        if next(ledger.keys(), None) is None:
            # A resumed run, and workers elsewhere, go by what holds where the run began.
            self.exact_up_to = measured_policy().exact_up_to
            self.started = _now()
            return
        place = self._path.parents[1]
        if not resume:
            raise UsageError(f"{place}: holds a run; add --resume, or choose another --out")
        try:
            saved = json.loads(self._path.read_text(encoding="utf-8"))
            self.facts = saved["facts"]
            self.exact_up_to = saved["exact_up_to"]
            self.started = saved["started"]
            identity = dict(saved["identity"])
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise UsageError(
                f"{self._path}: is missing or damaged, and says how this run was begun; "
                "restore it, or choose another --out"
            ) from error
        for name, value in self._identity.items():
            if (old := identity.get(name)) != value:
                raise UsageError(
                    f"{place}: was begun with {name} {old!r}, not {value!r}; "
                    "resume with the same, or choose another --out"
                )

    def save(self) -> None:
        with replacing(self._path) as file:
            state = {
                "identity": self._identity,
                "exact_up_to": self.exact_up_to,
                "started": self.started,
                "facts": self.facts,
            }
            file.write(json.dumps(state).encode())

    def told(self, folder: Path, seconds: float) -> dict[str, Any]:
        """What the manifest says of a run of so many seconds that ends now."""
        times = {"started": self.started, "finished": _now(), "seconds": round(seconds, 3)}
        return self.facts | {
            "folder": str(folder),
            "exact_up_to": self.exact_up_to,
            "times": times,
        }

    def ready(self, facts: Mapping[str, Any]) -> None:
        """Hears of the model from each worker; all must have the same, in every run."""
        if not self.facts:
            self.facts = dict(facts)
            self.save()
        elif self.facts["model"] != facts["model"]:
            raise UsageError(
                f"{self._path.parents[1]}: was begun with other weights or another profile of the "
                "model; choose another --out"
            )


def _plan(folder: Path, paths: Sequence[str], ledger: Ledger, stop: Stop) -> list[plan.Item]:
    place = ledger.folder / "plan.jsonl"
    known = list(plan.load(place))

    def hashed(count: int) -> None:
        if stop():
            raise KeyboardInterrupt

    items = plan.identify(folder, paths, known, hashed)
    if items != known:
        plan.save(items, place)
    return items


def _pending(
    items: Sequence[plan.Item], ledger: Ledger, settings: BatchSettings
) -> dict[str, plan.Item]:
    """Finds the files that are not done, by key."""
    done = set(ledger.keys())
    if settings.retry_errors:
        done.difference_update([item.key for item in items if ledger.forget_errors(item)])
    return {item.key: item for item in items if item.key not in done}


def _groups(
    items: Sequence[plan.Item], pending: Mapping[str, plan.Item], pipeline: Pipeline, gpu: bool
) -> list[plan.Group]:
    sharing: plan.Sharing = "none"
    if pipeline == "finance":
        sharing = "gpu" if gpu else "cpu"
    groups = plan.group(items, sharing)
    return [group for group in groups if any(item.key in pending for item in group)]


def _job(
    folder: Path, ledger: Ledger, staging: Path, settings: BatchSettings, exact_up_to: int
) -> Job:
    identity = settings.identity()
    return Job(
        folder=folder,
        ledger=ledger.folder,
        staging=staging,
        pipeline=settings.pipeline,
        style=settings.style,
        options=replace(settings.options, model=identity["model"], profile=identity["profile"]),
        threads=settings.threads,
        batch_mib=settings.batch_mib,
        exact_up_to=exact_up_to,
    )


def _engine(
    grouped: Callable[[bool], list[plan.Group]],
    job: Job,
    settings: BatchSettings,
    stop: Stop,
    log: Log,
    ready: Ready,
) -> Generator[Done, None, None]:
    if settings.engine == "ray":
        from secateur.pipelines.runs.batch.ray_engine import run_on_ray

        yield from run_on_ray(grouped, job, settings, stop, log, ready)
        return
    groups = grouped(settings.has_gpu())
    workers = min(settings.worker_count(), len(groups))
    with closing(Pool(job, settings, workers, log, ready)) as pool:
        yield from pool.run(groups, stop)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
