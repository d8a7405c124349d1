"""The same work on a Ray cluster: Ray Data hands groups to a pool of actors.

Every actor keeps one `Pool` of one worker process, so a document has the same limits as on one
machine and a document that kills its worker does not kill the actor. Ray starts lost actors anew
and hands their groups to others. Outcomes go to the ledger, which all machines must reach under the
same path, as they must the documents; the ledger, not Ray, knows what is done.
"""

from __future__ import annotations

import logging
import os
import pickle
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from secateur.pipelines.errors import SecateurError, UsageError
from secateur.pipelines.runs.batch.local import Log, Pool, Ready
from secateur.pipelines.runs.batch.plan import Group
from secateur.pipelines.runs.batch.settings import BatchSettings
from secateur.pipelines.runs.batch.stopping import kept_signals
from secateur.pipelines.runs.batch.work import Done, Job

_STOP = "stop"
_POLL_S = 0.2
"""Seconds between two looks at whether Ray has answered."""
_MOST_BLOCKS = 4096
"""Most blocks that Ray's scheduler is given; larger runs have several groups in a block."""


class Actor:
    """What Ray Data runs: one worker process and its model.

    Args:
        job: The run, pickled.
        settings: The run's settings, pickled.
    """

    def __init__(self, job: bytes, settings: bytes) -> None:
        self._job: Job = pickle.loads(job)
        self._facts: dict[str, Any] = {}
        own = replace(pickle.loads(settings), start="spawn")
        self._pool = Pool(self._job, own, 1, _unheard, self._facts.update)
        self._stop = self._job.staging / _STOP

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[bytes]]:
        """Works through one group.

        Args:
            batch: Column "group" with one pickled group.

        Returns:
            Column "told" with a pickled pair: facts of the model, and what is done or the error
            that ends the run.
        """
        done: list[Done] = []
        failure: SecateurError | None = None
        try:
            for pickled in batch["group"]:
                done += self._pool.run([pickle.loads(pickled)], self._stop.exists)
        except SecateurError as error:
            failure = error
        return {"told": [pickle.dumps((self._facts, done, failure))]}


def _unheard(event: str, **fields: Any) -> None:
    """Events of an actor's worker stay with the actor; the ledger has their outcome."""


def run_on_ray(
    grouped: Callable[[bool], list[Group]],
    job: Job,
    settings: BatchSettings,
    stopping: Callable[[], bool],
    log: Log,
    ready: Ready,
) -> Iterator[Done]:
    """Works through groups on a cluster.

    Args:
        grouped: Gives the documents in groups, for workers with a GPU or without.
        job: The run; folder and ledger are the same on all machines.
        settings: The run's settings.
        stopping: Once True, actors finish what is in hand and leave the rest.
        log: Told of events.
        ready: Told of the model.

    Yields:
        What is done.

    Raises:
        UsageError: Ray is not installed or the cluster cannot be reached.
        SecateurError: The model is not to be had or the disk is full.
    """
    ray = _connect(settings)
    stop = job.staging / _STOP
    try:
        cores = int(ray.cluster_resources().get("CPU", 1))
        gpus = int(ray.cluster_resources().get("GPU", 0)) if settings.options.device != "cpu" else 0
        groups = grouped(gpus > 0)
        workers = min(settings.workers or gpus or max(cores // settings.threads, 1), len(groups))
        log("cluster joined", cores=cores, gpus=gpus, actors=workers)
        rows = _dataset(groups, job, settings, workers, bool(gpus)).iter_rows()
        for row in _watched(rows, stopping, stop):
            facts, done, failure = pickle.loads(row["told"])
            if failure is not None:
                stop.touch()
                raise failure
            if facts:
                ready(facts)
            yield from done
    except ray.exceptions.RayError as error:
        raise SecateurError(
            f"the Ray cluster gave up ({type(error).__name__}); run again with --resume"
        ) from error
    finally:
        ray.shutdown()


def _connect(settings: BatchSettings) -> Any:
    # Read when Ray is imported, by all that it starts as well.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
    except ImportError as error:
        raise UsageError("--engine ray needs Ray: pip install 'secateur[ray]'") from error
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
    try:
        # Ray would end the process at SIGTERM.
        with kept_signals():
            if settings.address is None:
                ray.init("local", include_dashboard=False, **quiet)
            else:
                ray.init(settings.address, **quiet)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise UsageError(
            f"--address {settings.address}: no Ray cluster answers; start one by `ray start --head`"
        ) from error
    return ray


def _dataset(
    groups: Sequence[Group], job: Job, settings: BatchSettings, workers: int, gpu: bool
) -> Any:
    from ray import data as ray_data

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray_data.DataContext.get_current()
    context.checkpoint_config = None
    context.enable_progress_bars = False
    rows = [{"group": pickle.dumps(group)} for group in groups]
    items = ray_data.from_items(rows, override_num_blocks=min(len(rows), _MOST_BLOCKS))
    return items.map_batches(
        Actor,
        batch_size=1,
        compute=ray_data.ActorPoolStrategy(size=workers),
        num_cpus=settings.threads,
        num_gpus=1 if gpu else None,
        fn_constructor_kwargs={"job": pickle.dumps(job), "settings": pickle.dumps(settings)},
    )


def _watched(rows: Iterable[Any], stopping: Callable[[], bool], stop: Path) -> Iterator[Any]:
    """Gives rows on; meanwhile a thread carries the wish to stop to where actors see it."""
    over = threading.Event()

    def carry() -> None:
        while not over.wait(_POLL_S):
            if stopping():
                stop.touch()
                return

    thread = threading.Thread(target=carry, daemon=True)
    thread.start()
    try:
        yield from rows
    finally:
        over.set()
        thread.join()
