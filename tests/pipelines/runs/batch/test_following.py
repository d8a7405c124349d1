"""Looking into a run while it goes on and after."""

from __future__ import annotations

from pathlib import Path

from batch_runs import make_folder, settings

from secateur.pipelines.runs.batch import plan
from secateur.pipelines.runs.batch.following import Follower
from secateur.pipelines.runs.batch.ledger import Ledger, Outcome
from secateur.pipelines.runs.batch.progress import EventLog
from secateur.pipelines.runs.batch.run import run


def test_before_the_run_there_is_nothing(tmp_path: Path) -> None:
    assert Follower(tmp_path / "out").documents() == []


def test_documents_of_a_whole_run_are_told_with_their_outcomes(model: Path, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "in", 4)
    report = run(folder, tmp_path / "out", settings(model, workers=1))
    follower = Follower(tmp_path / "out")
    found = follower.documents()
    assert len(found) == report.documents
    assert sum(document.status == "error" for document in found) == report.errors
    broken = next(document for document in found if document.path == "image.html")
    assert broken.message.startswith("image.html:")
    whole = next(document for document in found if document.path == "twin.txt")
    assert len(follower.record(whole)["entities"]) == whole.found
    assert follower.in_hand() <= {document.path.partition("!")[0] for document in found}
    assert follower.in_hand()
    assert next(d.path for d in found if "!" in d.path) == "year 1/reports.zip!a.txt"


def test_files_are_in_hand_from_their_begin_until_another_run(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "log.jsonl")
    follower = Follower(tmp_path)
    log("run started", files=3)
    log("files begun", process=1, paths=["a.txt", "b.txt"])
    log("files begun", process=2, paths=["c.txt"])
    assert follower.in_hand() == {"a.txt", "b.txt", "c.txt"}
    log("files begun", process=1, paths=["d.txt"])
    log("worker lost", process=2, why="memory")
    assert follower.in_hand() == {"d.txt"}
    log("run started", files=3)
    assert follower.in_hand() == frozenset()
    log.close()


def test_line_of_the_log_counts_once_it_is_whole(tmp_path: Path) -> None:
    log, follower = tmp_path / "log.jsonl", Follower(tmp_path)
    line = '{"event": "files begun", "process": 1, "paths": ["a.txt"]}\n'
    log.write_text(line[:30])
    assert follower.in_hand() == frozenset()
    log.write_text(line)
    assert follower.in_hand() == {"a.txt"}


def test_archive_shows_what_is_done_of_it_and_that_more_is_to_come(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    item = plan.Item("a.zip", 9, 0, "ab" * 32)
    with ledger.open():
        plan.save([item], ledger.folder / "plan.jsonl")
        record = {"path": "a.zip!b.txt", "entities": [1, 2]}
        ledger.put(plan.Member(item, 1).key, Outcome("result", record, 1.0, 7))
        found = Follower(tmp_path).documents()
    assert [(d.path, d.status, d.found) for d in found] == [
        ("a.zip!b.txt", "result", 2),
        ("a.zip", "waiting", 0),
    ]
