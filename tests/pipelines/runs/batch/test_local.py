"""Worker processes that are gone before anyone asks for them."""

import os
import subprocess
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import batch_runs
import pytest

from secateur.pipelines.runs.batch import local
from secateur.pipelines.runs.batch.ledger import Ledger
from secateur.pipelines.runs.batch.plan import Item
from secateur.pipelines.runs.batch.work import Job

ITEM = Item("a.txt", 1, 1, "ab" * 32)


class Gone:
    """A worker process that has told what it had to tell and ended."""

    def __init__(self, pid, told):
        self.pid = pid
        self._told = told

    def __call__(self, target, args, daemon):
        self._line = args[1]
        return self

    def start(self):
        for message in self._told:
            self._line.send(message)

    def kill(self):
        pass

    join = kill


class Starting(Gone):
    """A worker process that has told nothing yet."""

    def start(self):
        self._open = Connection(os.dup(self._line.fileno()))


@pytest.fixture
def pool_of(tmp_path):
    ledger = Ledger(tmp_path / "ledger")
    settings = batch_runs.settings(tmp_path / "model", workers=1, start="fork")
    with ledger.open() as staging:
        job = Job(
            folder=tmp_path, ledger=ledger.folder, staging=staging, pipeline="finance",
            style="handover", options=settings.options, threads=1, batch_mib=64, exact_up_to=512,
        )  # fmt: skip

        def pool_of(process, log):
            pool = local.Pool(job, settings, 1, log, lambda facts: None)
            pool._context = type("Context", (), {"Pipe": Pipe, "Process": process})
            return pool

        yield pool_of


def test_a_worker_lost_as_its_time_passes_is_lost_once(pool_of, monkeypatch):
    now = 0.0

    def time_passes(event, **fields):
        nonlocal now
        now += 1e6 * (event == "worker lost")

    monkeypatch.setattr(local, "monotonic", lambda: now)
    worker = Gone(os.getpid(), [("ready", {}), ("begin", (ITEM,))])
    done = next(pool_of(worker, time_passes).run([(ITEM,)], lambda: False))
    assert (done.key, done.kind) == (ITEM.key, "lost")


def test_a_worker_that_ends_once_it_is_ready_is_lost(pool_of):
    ended = subprocess.Popen(["true"])
    ended.wait()
    worker = Gone(ended.pid, [("ready", {})])
    done = next(pool_of(worker, lambda event, **fields: None).run([(ITEM,)], lambda: False))
    assert (done.key, done.kind) == (ITEM.key, "lost")


def test_a_worker_that_still_starts_is_not_waited_for_by_a_run_that_is_to_stop(pool_of):
    starting = Starting(os.getpid(), [])
    wanted = iter((False, True))
    done = pool_of(starting, lambda event, **fields: None).run([(ITEM,)], lambda: next(wanted))
    assert list(done) == []
