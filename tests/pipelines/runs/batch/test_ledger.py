"""What the outcomes of files and of their documents add up to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from secateur.pipelines.runs.batch.ledger import Ledger, Outcome
from secateur.pipelines.runs.batch.manifest import write_all
from secateur.pipelines.runs.batch.plan import Item, Member
from secateur.pipelines.runs.batch.settings import BatchSettings

ARCHIVE = Item("two.zip", 9, 0, "ab" * 32)
FILE = Item("one.txt", 5, 0, "cd" * 32)
DONE = Outcome("result", {"path": "two.zip!a"}, 1.5, 7, "cpu")
FAILED = Outcome("error", {"path": "two.zip!b", "kind": "empty", "message": "is empty"}, 0.25)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger")
    with ledger.open():
        yield ledger


def put_members(ledger: Ledger, *outcomes: Outcome) -> None:
    for number, outcome in enumerate(outcomes, 1):
        ledger.put(Member(ARCHIVE, number).key, outcome)


def test_an_archive_sums_up_its_documents(ledger: Ledger) -> None:
    put_members(ledger, DONE, FAILED, DONE)
    summed = Outcome("archive", {"results": 2, "errors": 1}, 3.25, 14)
    assert ledger.sum_up(ARCHIVE) == summed
    ledger.put(ARCHIVE.key, summed)
    assert list(ledger.outcomes(ARCHIVE)) == [DONE, FAILED, DONE]


def test_an_archive_that_lost_a_document_is_not_done(ledger: Ledger) -> None:
    put_members(ledger, DONE)
    ledger.put(ARCHIVE.key, Outcome("archive", {"results": 2, "errors": 0}, 3.0))
    assert list(ledger.outcomes(ARCHIVE)) == [DONE, None]
    assert ledger.get(ARCHIVE.key) is None


def test_documents_before_the_first_error_are_not_done_again(ledger: Ledger) -> None:
    put_members(ledger, DONE, FAILED, DONE)
    ledger.put(ARCHIVE.key, ledger.sum_up(ARCHIVE))
    assert ledger.forget_errors(ARCHIVE)
    assert set(ledger.keys()) == {Member(ARCHIVE, 1).key}


@pytest.mark.parametrize("steps", range(4))
def test_a_second_try_that_is_cut_off_misses_no_document(
    ledger: Ledger, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_members(ledger, DONE, FAILED, DONE, DONE)
    ledger.put(ARCHIVE.key, ledger.sum_up(ARCHIVE))
    forget, left = Ledger._forget, iter(range(steps))

    def forget_until_cut_off(ledger: Ledger, key: str) -> None:
        next(left)
        forget(ledger, key)

    monkeypatch.setattr(Ledger, "_forget", forget_until_cut_off)
    with pytest.raises(StopIteration):
        ledger.forget_errors(ARCHIVE)
    # A resumed run goes on after the documents that are there, unless it takes all for done.
    kept = [Member(ARCHIVE, number).key for number in range(1, 6 - max(steps, 1))]
    assert set(ledger.keys()) == {*kept, *([] if steps else [ARCHIVE.key])}


@pytest.mark.parametrize("outcomes", [(DONE, DONE), (DONE,), ()])
def test_without_an_error_nothing_is_done_again(
    ledger: Ledger, outcomes: tuple[Outcome, ...]
) -> None:
    put_members(ledger, *outcomes)
    ledger.put(ARCHIVE.key, ledger.sum_up(ARCHIVE))
    ledger.put(FILE.key, DONE)
    before = set(ledger.keys())
    assert not ledger.forget_errors(ARCHIVE)
    assert not ledger.forget_errors(FILE)
    assert set(ledger.keys()) == before


def test_the_manifest_counts_documents_and_adds_up_their_time(
    ledger: Ledger, tmp_path: Path
) -> None:
    put_members(ledger, DONE, FAILED, FAILED)
    ledger.put(ARCHIVE.key, ledger.sum_up(ARCHIVE))
    ledger.put(FILE.key, Outcome("result", {"path": "one.txt"}, 2.0, 6, "gpu"))
    write_all(tmp_path, [FILE, ARCHIVE], ledger, BatchSettings("finance"), {"model": "tiny"})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["counts"] == {
        "files": 2, "documents": 4, "result": 2, "error": 2, "tokens": 13,
        "errors_by_kind": {"empty": 2},
    }  # fmt: skip
    assert manifest["document_seconds"] == 4.0
    columns = ("path", "status", "tokens", "device", "seconds", "sha256", "file_bytes")
    assert [tuple(row[column] for column in columns) for row in manifest["documents"]] == [
        ("one.txt", "result", 6, "gpu", 2.0, FILE.sha256, 5),
        ("two.zip!a", "result", 7, "cpu", 1.5, ARCHIVE.sha256, 9),
        ("two.zip!b", "error", 0, "", 0.25, ARCHIVE.sha256, 9),
        ("two.zip!b", "error", 0, "", 0.25, ARCHIVE.sha256, 9),
    ]
    assert len((tmp_path / "results.jsonl").read_text().splitlines()) == 2
    assert len((tmp_path / "errors.jsonl").read_text().splitlines()) == 2
