"""A worker process: whose run is gone, and what it says of faults in archives."""

import os
import stat
from datetime import date
from multiprocessing import Pipe, get_context

import batch_runs
import planted_parsers
import pytest
import torch

from secateur.pipelines.ingestion import isolation
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.runs.batch import reading
from secateur.pipelines.runs.batch.ledger import Ledger
from secateur.pipelines.runs.batch.plan import identify
from secateur.pipelines.runs.batch.work import Job, Worker
from secateur.pipelines.runs.batch.worker import _teller, serve
from secateur.pipelines.runs.options import RunOptions


def job_of(ledger, staging, options):
    return Job(
        folder=ledger.folder.parent / "in", ledger=ledger.folder, staging=staging,
        pipeline="finance", style="handover", options=options, threads=1, batch_mib=64,
        exact_up_to=512,
    )  # fmt: skip


def test_it_ends_and_blames_no_document(tagger, tmp_path, monkeypatch):
    options = RunOptions(model=tagger)
    (tmp_path / "in").mkdir()
    batch_runs.write_zip(tmp_path / "in/all.zip", [("a.txt", b"Acme Corp. paid $3. " * 9)])
    (item,) = identify(tmp_path / "in", ["all.zip"], [], lambda count: None)
    ledger = Ledger(tmp_path / "ledger")
    run, line = Pipe()
    tell = _teller(line)

    def tell_until_the_run_dies(kind, value):
        tell(kind, value)
        run.close()

    def leave(code):
        raise SystemExit(code)

    monkeypatch.setattr(os, "_exit", leave)
    with ledger.open() as staging:
        job = job_of(ledger, staging, options)
        with pytest.raises(SystemExit, match="1"):
            Worker(job).process((item,), tell_until_the_run_dies, lambda: False)
        assert list(ledger.keys()) == []


def test_it_ends_in_order_where_the_run_went_before_it_was_ready(tagger, tmp_path):
    options = RunOptions(model=tagger)
    ledger = Ledger(tmp_path / "ledger")
    context = get_context("forkserver")
    run, line = context.Pipe()
    with ledger.open() as staging:
        process = context.Process(target=serve, args=(job_of(ledger, staging, options), line))
        process.start()
        line.close()
        assert run.poll(None)
        run.close()  # with "ready" unread, which resets the line
        process.join()
    assert process.exitcode == 0


def _run_out_of_memory(text):
    raise MemoryError


def _take_more_than_there_is(text):
    torch.zeros(1 << 60)


def errors_of(folder, options):
    """What the ledger holds of a text and of an archive with one."""
    items = identify(folder, ["a.txt", "all.zip"], [], lambda count: None)
    ledger = Ledger(folder.parent / "ledger")
    with ledger.open() as staging:
        worker = Worker(job_of(ledger, staging, options))
        worker.process(tuple(items), lambda kind, value: None, lambda: False)
        return [outcome.record for item in items for outcome in ledger.outcomes(item)]


@pytest.mark.parametrize(
    ("word", "kind", "words"),
    [
        ("FAULT", "failed", "could not be read (KeyError, line "),
        ("HOARD", "memory", "reading it takes more memory than the limit of 1,000,000,000 bytes"),
        ("KILL", "memory", "its parser crashed (SIGKILL)"),
    ],
)
def test_a_fault_on_an_archived_document_is_told_as_on_a_file_of_its_own(
    word, kind, words, tagger, tmp_path, monkeypatch
):
    planted_parsers.plant(monkeypatch)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text(f"Acme {word}")
    members = [("a.txt", f"Acme {word}".encode()), ("b.txt", b"Acme Corp. paid $3.")]
    batch_runs.write_zip(tmp_path / "in/all.zip", members)
    options = RunOptions(model=tagger, limits=Limits(memory_bytes=1_000_000_000))
    *records, read = errors_of(tmp_path / "in", options)
    isolation._end_all()
    assert [record["path"] for record in records] == ["a.txt", "all.zip!a.txt"]
    assert {record["kind"] for record in records} == {kind}
    assert all(record["message"].startswith(f"{record['path']}: {words}") for record in records)
    assert "Acme" not in str(records)
    assert read["path"] == "all.zip!b.txt"
    assert "kind" not in read


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ({}.__getitem__, "failed", "could not be processed (KeyError, line "),
        (int, "failed", "could not be processed (ValueError, line "),
        (float, "failed", "could not be processed (ValueError, line "),
        (date.fromisoformat, "failed", "could not be processed (ValueError, line "),
        (_run_out_of_memory, "memory", "not enough memory"),
        (_take_more_than_there_is, "memory", "not enough memory"),
    ],
    ids=["key", "int", "float", "date", "memory", "memory of torch"],
)
def test_a_fault_beside_the_parsers_quotes_nothing(
    fault, kind, words, tagger, tmp_path, monkeypatch
):
    monkeypatch.setattr(reading, "read_each_with_facts", lambda *_, **__: fault("Acme"))
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "all.zip"):
        (tmp_path / "in" / name).write_text(f"Acme Corp. paid $3 in {name}.")
    records = errors_of(tmp_path / "in", RunOptions(model=tagger))
    assert [record["path"] for record in records] == ["a.txt", "all.zip"]
    assert {record["kind"] for record in records} == {kind}
    assert all(record["message"].startswith(f"{record['path']}: {words}") for record in records)
    assert "Acme" not in str(records)


def test_a_ledger_is_for_its_owner_alone(tmp_path):
    with Ledger(tmp_path / "out/ledger").open():
        assert stat.S_IMODE((tmp_path / "out/ledger").stat().st_mode) == 0o700
