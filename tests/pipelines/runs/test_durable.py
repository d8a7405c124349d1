"""Files that are whole or not there, and on the disk before they count."""

import errno
import fcntl
import os
import re
import shutil
import subprocess
import sys

import pytest

from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs import durable
from secateur.pipelines.runs.batch.ledger import Ledger, Outcome
from secateur.pipelines.runs.durable import UNFINISHED, StorageError, replacing

OUTCOME = Outcome("result", {"path": "é", "entities": [1.5, None]}, 0.25, 7)

_PROGRAM = """
import os, sys
from pathlib import Path
from secateur.pipelines.runs.batch.ledger import Ledger, Outcome
ledger = Ledger(Path(sys.argv[1]))
with ledger.open():
    ledger.put("abc-0123456789abcdef", Outcome("result", {"path": "a"}, 1.0))
    os.write(1, b"it counts now")
"""


def test_a_failed_block_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def fail_half_way():
        with replacing(path) as file:
            file.write(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_is_gone_is_a_storage_error(tmp_path):
    with pytest.raises(StorageError, match="--resume"), replacing(tmp_path / "no/file"):
        pytest.fail("there is nothing to write to")


def test_an_opened_ledger_sweeps_what_a_kill_left(tmp_path):
    folder = tmp_path / "out/ledger"
    ledger = Ledger(folder)
    with ledger.open():
        pass
    left = [tmp_path / "out" / f"{UNFINISHED}1-x", folder / "staging-1" / f"{UNFINISHED}2-y"]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    with ledger.open():
        assert not any(path.exists() for path in left)
    assert not list(folder.glob("*staging*"))


def test_a_refused_run_leaves_the_other_one_what_it_is_writing(tmp_path):
    ledger = Ledger(tmp_path / "out/ledger")
    with ledger.open(), replacing(tmp_path / "out/manifest.json") as file:
        file.write(b"{}")
        with pytest.raises(UsageError, match="another run"), Ledger(ledger.folder).open():
            pytest.fail("two runs at once")
        ledger.put("abc-0123456789abcdef", OUTCOME)
    assert (tmp_path / "out/manifest.json").read_bytes() == b"{}"


def test_storage_that_takes_no_locks_is_not_taken_for_another_run(tmp_path, monkeypatch):
    def refuse(*arguments):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StorageError, match="No locks available"), Ledger(tmp_path / "out").open():
        pytest.fail("two runs could write there")


@pytest.mark.parametrize("halfway", [False, True], ids=["before it writes", "in mid-writing"])
def test_a_worker_that_outlives_its_run_can_write_no_more(halfway, tmp_path, monkeypatch):
    ledger = Ledger(tmp_path / "ledger")
    with ledger.open() as staging:
        late = Ledger(ledger.folder, staging)
        late.put("before-0123456789abcdef", OUTCOME)
    if halfway:
        staging.mkdir()
        monkeypatch.setattr(durable.os, "fsync", lambda descriptor: ledger.fence())
    with pytest.raises(StorageError, match="has ended"):
        late.put("abc-0123456789abcdef", OUTCOME)
    assert list(ledger.keys()) == ["before-0123456789abcdef"]
    assert not list(tmp_path.rglob(f"{UNFINISHED}*"))


def test_outcomes_come_back_and_same_ones_have_the_same_bytes(tmp_path):
    ledger = Ledger(tmp_path / "ledger")
    with ledger.open():
        ledger.put("abc-0123456789abcdef", OUTCOME)
        (path,) = (tmp_path / "ledger").glob("*/*.gz")
        first = path.read_bytes()
        ledger.put("abc-0123456789abcdef", OUTCOME)
    assert ledger.get("abc-0123456789abcdef") == OUTCOME
    assert path.read_bytes() == first
    assert list(ledger.keys()) == ["abc-0123456789abcdef"]


def test_file_and_folder_are_on_disk_before_a_result_counts(tmp_path):
    if shutil.which("strace") is None:
        pytest.skip("no strace")
    calls = "openat,write,fsync,rename,renameat,renameat2"
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-y", "-e", f"trace={calls}", "-o", str(trace)]
    ran = subprocess.run(
        [*command, sys.executable, "-c", _PROGRAM, str(tmp_path / "out/ledger")],
        capture_output=True, check=False,
    )  # fmt: skip
    if b"ptrace" in ran.stderr:
        pytest.skip("no strace: tracing is not allowed here")
    assert ran.stdout == b"it counts now", ran.stderr
    text = trace.read_text()
    name = r"abc-0123456789abcdef\.json\.gz"
    unfinished = rf"/staging-\w+/{UNFINISHED}\w+-{name}"
    steps = [
        rf'openat\(.*"[^"]*{unfinished}", O_\w*WR',
        rf"write\(\d+<[^>]*{unfinished}>",
        rf"fsync\(\d+<[^>]*{unfinished}>\) += 0",
        rf'rename\w*\(.*{unfinished}".*/01/{name}"\) += 0',
        r"fsync\(\d+<[^>]*/ledger/01>\) += 0",
        r"write\(1<.*it counts now",
    ]
    places = [found.start() if (found := re.search(step, text)) else -1 for step in steps]
    assert -1 not in places, steps[places.index(-1)]
    assert places == sorted(places)
    # The folders that the ledger made are on the disk too.
    for made in ("ledger", "out"):
        found = re.search(rf"fsync\(\d+<[^>]*/{made}>\) += 0", text)
        assert found is not None
        assert found.start() < places[0]
