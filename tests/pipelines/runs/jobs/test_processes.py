"""Jobs in the worker process: results, progress, and every way of not ending well."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from pathlib import Path

import job_tasks as tasks
import pytest

from secateur.pipelines.runs.jobs.processes import Job, State, Worker

SUPPORT = Path(tasks.__file__).parent


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(SUPPORT), prepend=os.pathsep)
        worker = Worker()
        yield worker
        worker.close()


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not so within {seconds} s")
        time.sleep(0.01)


def finish(job: Job) -> Job:
    until(lambda: job.finished)
    return job


def test_result_and_progress_come_back(worker: Worker) -> None:
    job = finish(worker.submit(tasks.double, 21, limit_s=30))
    assert (job.state, job.result, job.message, job.fraction) == (State.DONE, 42, "doubling", 0.5)


def test_work_runs_in_another_process_which_stays(worker: Worker) -> None:
    first, second = (finish(worker.submit(tasks.process_id, limit_s=30)) for _ in range(2))
    assert first.result == second.result != os.getpid()


def test_fresh_work_runs_in_a_new_process(worker: Worker) -> None:
    first = finish(worker.submit(tasks.process_id, limit_s=30))
    second = finish(worker.submit(tasks.process_id, limit_s=30, fresh=True))
    assert first.result != second.result


def test_our_own_error_is_one_line(worker: Worker) -> None:
    job = finish(worker.submit(tasks.refuse, limit_s=30))
    assert (job.state, job.error) == (State.FAILED, "no such model; type another")


@pytest.mark.parametrize("task", [tasks.take_memory, tasks.take_memory_of_torch])
def test_too_little_memory_is_told_with_what_to_do(
    worker: Worker, task: Callable[..., None]
) -> None:
    job = worker.submit(task, limit_s=120)
    until(lambda: job.finished, seconds=120)
    assert job.state is State.FAILED
    assert job.error.startswith("not enough memory for this document; ")


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        (tasks.look_up, "KeyError"),
        (tasks.count, "ValueError"),
        (tasks.weigh, "ValueError"),
        (tasks.date, "ValueError"),
    ],
    ids=["key", "int", "float", "date"],
)
def test_foreign_error_does_not_quote_the_document(
    worker: Worker, task: Callable[..., None], kind: str
) -> None:
    job = finish(worker.submit(task, "John Q. Smith MRN 4471", limit_s=30))
    assert job.state is State.FAILED
    assert f"({kind}, line " in job.error
    assert "Smith" not in job.error


def test_cancelled_work_ends_at_once_and_the_next_runs(worker: Worker) -> None:
    job = worker.submit(tasks.wait, 60, limit_s=100)
    until(lambda: job.message == "waiting")
    job.cancel()
    until(lambda: job.finished, 2)
    assert job.state is State.CANCELLED
    assert finish(worker.submit(tasks.double, 1, limit_s=30)).result == 2


def test_work_over_its_time_limit_is_stopped(worker: Worker) -> None:
    job = finish(worker.submit(tasks.wait, 60, limit_s=0.5))
    assert job.state is State.EXPIRED
    assert "0.5 s" in job.error


def test_process_that_dies_is_replaced(worker: Worker) -> None:
    job = finish(worker.submit(tasks.die, limit_s=30))
    assert job.state is State.FAILED
    assert "exit code 9" in job.error
    assert finish(worker.submit(tasks.double, 1, limit_s=30)).result == 2


def test_process_killed_from_outside_is_replaced(worker: Worker) -> None:
    process = finish(worker.submit(tasks.process_id, limit_s=30)).result
    job = worker.submit(tasks.wait, 60, limit_s=100)
    until(lambda: job.message == "waiting")
    os.kill(process, signal.SIGKILL)
    assert finish(job).state is State.FAILED
    assert finish(worker.submit(tasks.double, 1, limit_s=30)).result == 2


def test_result_that_cannot_travel_is_a_failure(worker: Worker) -> None:
    assert finish(worker.submit(tasks.unpicklable, limit_s=30)).state is State.FAILED
    assert finish(worker.submit(tasks.double, 1, limit_s=30)).result == 2


def test_waiting_jobs_know_how_many_are_ahead_and_can_be_cancelled(
    worker: Worker, tmp_path: Path
) -> None:
    first = worker.submit(tasks.wait, 60, limit_s=100)
    second = worker.submit(tasks.touch, tmp_path / "touched", limit_s=30)
    third = worker.submit(tasks.double, 1, limit_s=30)
    assert [worker.ahead(job) for job in (second, third)] == [1, 2]
    second.cancel()
    assert (second.state, first.finished) == (State.CANCELLED, False)
    assert worker.ahead(third) == 1
    first.cancel()
    assert finish(third).result == 2
    assert second.state is State.CANCELLED
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize("limit_s", [0, -1, float("nan")])
def test_time_limit_must_be_positive(worker: Worker, limit_s: float) -> None:
    with pytest.raises(ValueError, match="limit_s"):
        worker.submit(tasks.double, 1, limit_s=limit_s)


def test_closing_cancels_what_runs_and_refuses_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(SUPPORT), prepend=os.pathsep)
    closing = Worker()
    process = finish(closing.submit(tasks.process_id, limit_s=30)).result
    job = closing.submit(tasks.wait, 60, limit_s=100)
    closing.close()
    assert job.state is State.CANCELLED
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    with pytest.raises(ValueError, match="closed"):
        closing.submit(tasks.double, 1, limit_s=30)


@pytest.mark.parametrize(
    "work", [(tasks.double, (21,)), (tasks.wait, (0.5,))], ids=["done", "busy"]
)
def test_process_whose_page_is_gone_ends_in_silence(
    monkeypatch: pytest.MonkeyPatch, work: tuple[Callable[..., object], tuple[float]]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(SUPPORT), prepend=os.pathsep)
    ours, theirs = Pipe()
    command = [
        sys.executable,
        "-P",
        "-m",
        "secateur.pipelines.runs.jobs.worker",
        str(theirs.fileno()),
    ]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE)
    theirs.close()
    ours.send(work)
    assert ours.poll(60)
    ours.close()  # with what it said unread, which resets the line
    _, printed = process.communicate(timeout=30)
    assert (process.returncode, printed) == (0, b"")
