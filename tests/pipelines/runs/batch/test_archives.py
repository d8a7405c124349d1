"""Files of several documents: one outcome each, whatever ends the run in their middle."""

import io
import os
import signal
import tarfile

import batch_runs
import pytest

from secateur.pipelines.runs.batch.run import run

TEXT = b"Acme Corp. earned $1.2 million in May. " * 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    members = [(f"{number}.txt", TEXT * number) for number in range(1, 6)]
    batch_runs.write_zip(folder / "all.zip", members)
    return folder


@pytest.fixture(scope="module")
def whole(folder, model, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "whole"
    run(folder, out, batch_runs.settings(model, workers=1))
    batch_runs.check_exactly_one(folder, out)
    return out


def _paths(path):
    return [record["path"] for record in batch_runs.lines(path)]


def _ledger(out):
    return {path: path.stat().st_mtime_ns for path in out.glob("ledger/*/[!.]*.gz")}


def test_twins_archives_in_archives_and_cut_off_ones(model, tmp_path):
    folder, out = tmp_path / "documents", tmp_path / "out"
    folder.mkdir()
    inner = batch_runs.write_zip(tmp_path / "inner.zip", [("x.txt", TEXT)]).read_bytes()
    twins = [("a.txt", TEXT), ("b.zip", inner), ("empty.txt", b"")]
    with pytest.warns(UserWarning, match="Duplicate name"):
        batch_runs.write_zip(folder / "twins.zip", [*twins, ("a.txt", TEXT * 2)])
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for name in ("first.txt", "second.txt"):
            member = tarfile.TarInfo(name)
            member.size = len(TEXT)
            archive.addfile(member, io.BytesIO(TEXT))
    (folder / "cut.tar").write_bytes(tar.getvalue()[:1_600])
    report = run(folder, out, batch_runs.settings(model, workers=1))
    assert _paths(out / "results.jsonl") == [
        "cut.tar!first.txt", "twins.zip!a.txt", "twins.zip!b.zip!x.txt", "twins.zip!a.txt",
    ]  # fmt: skip
    assert _paths(out / "errors.jsonl") == [
        "cut.tar!second.txt", "cut.tar", "twins.zip!empty.txt",
    ]  # fmt: skip
    results = batch_runs.lines(out / "results.jsonl")
    assert [record["member"] for record in results] == [1, 1, 2, 4]
    assert (report.documents, report.results, report.errors, report.left) == (7, 4, 3, 0)


def test_bad_documents_are_errors_under_their_names_and_can_be_tried_again(
    folder, model, whole, tmp_path
):
    out = tmp_path / "out"
    chosen = batch_runs.settings(model, start="fork")
    faults = {"all.zip!2.txt": "exit", "all.zip!4.txt": "hang"}
    batch_runs.start(folder, out, chosen, faults=faults).join()
    batch_runs.check_exactly_one(folder, out)
    errors = batch_runs.lines(out / "errors.jsonl")
    assert [(error["path"], error["kind"]) for error in errors] == [
        ("all.zip!2.txt", "lost"), ("all.zip!4.txt", "time"),
    ]  # fmt: skip
    results = batch_runs.lines(whole / "results.jsonl")
    assert batch_runs.lines(out / "results.jsonl") == [results[0], results[2], results[4]]
    again = batch_runs.settings(model, start="fork", retry_errors=True)
    batch_runs.start(folder, out, again).join()
    assert batch_runs.outputs(out) == batch_runs.outputs(whole)


def test_an_archive_that_ends_its_reader_keeps_what_came_before(folder, model, tmp_path):
    chosen = batch_runs.settings(model, start="fork")
    batch_runs.start(
        folder, tmp_path / "out", chosen, faults={"reading all.zip!3.txt": "exit"}
    ).join()
    (error,) = batch_runs.lines(tmp_path / "out/errors.jsonl")
    assert (error["path"], error["kind"]) == ("all.zip", "lost")
    assert _paths(tmp_path / "out/results.jsonl") == ["all.zip!1.txt", "all.zip!2.txt"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_a_run_that_ends_within_an_archive_goes_on_there(number, folder, model, whole, tmp_path):
    out, chosen = tmp_path / "out", batch_runs.settings(model, start="fork")
    process = batch_runs.start(folder, out, chosen, faults={"all.zip!3.txt": "wait"})
    batch_runs.wait_for(batch_runs.begun_mark(out, "all.zip!3.txt").exists, process)
    os.killpg(process.pid, number)
    process.join()
    ended = -signal.SIGKILL if number == signal.SIGKILL else batch_runs.STOPPED
    assert process.exitcode == ended
    done = _ledger(out)
    assert len(done) == (2 if number == signal.SIGKILL else 3)
    assert not (out / "results.jsonl").exists()
    process = batch_runs.start(folder, out, chosen)
    process.join()
    assert process.exitcode == 0
    assert batch_runs.outputs(out) == batch_runs.outputs(whole)
    assert done.items() <= _ledger(out).items()
