"""Parsers in a process of their own: its end is one file's error, and it ends with its owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import planted_parsers
import pytest
from zip_archives import zipped

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError, UsageError
from secateur.pipelines.ingestion import isolation
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.parse import parse_each
from secateur.pipelines.ingestion.read import read, read_each

SECRET = "Zebrafish"
FAILURES = {
    "ABORT": ("its parser crashed (SIGABRT)", "--limit memory_bytes=N", "memory"),
    "KILL": ("its parser crashed (SIGKILL)", "--limit memory_bytes=N", "memory"),
    "HANG": ("not read within 1 s", "--limit seconds=N", "unreadable"),
    "SLEEP": ("not read within 1 s", "--limit seconds=N", "unreadable"),
    "HOARD": (
        "takes more memory than the limit of 1,000,000,000 bytes",
        "--limit memory_bytes=N",
        "memory",
    ),
    "FAULT": ("could not be read (KeyError, line ", "please report it", "failed"),
}


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    planted_parsers.plant(monkeypatch)
    yield
    isolation._end_all()


def note(folder: Path, word: str) -> Path:
    path = folder / f"{word}.txt"
    path.write_text(f"{SECRET} {word}")
    return path


def process_of(document: Document) -> int:
    return int(document.warnings[-1])


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def await_end(pid: int, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while is_running(pid):
        assert time.monotonic() < end, "it goes on"
        time.sleep(0.02)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("word", FAILURES)
def test_what_ends_a_parser_is_its_files_error_and_the_next_one_is_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], word: str
) -> None:
    limits = Limits(seconds=1 if word in ("HANG", "SLEEP") else 20, memory_bytes=1_000_000_000)
    path = note(tmp_path, word)
    (error,) = read_each(path, limits=limits)
    with pytest.raises(IngestionError) as caught:
        read(path, limits=limits)
    what, way, kind = FAILURES[word]
    for found in (error, caught.value):
        assert isinstance(found, IngestionError)
        assert str(found).startswith(f"{path}: ")
        assert what in str(found)
        assert way in str(found)
        assert found.kind == kind
        assert SECRET not in str(found)
    assert read(note(tmp_path, "good")).text == f"{SECRET} good"
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("planted")
def test_documents_behind_the_one_that_ends_a_parser_are_read(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    words = ["one", "ABORT", "two", "FAULT", "HOARD", "three", "KILL"]
    path.write_bytes(zipped({f"{word}.txt": word for word in words}))
    found = list(read_each(path, limits=Limits(memory_bytes=1_000_000_000)))
    assert [entry.text if isinstance(entry, Document) else entry.inner_name for entry in found] == [
        word if word.islower() else f"{word}.txt" for word in words
    ]
    errors = [entry for entry in found if isinstance(entry, IngestionError)]
    assert [error.kind for error in errors] == ["memory", "failed", "memory", "memory"]
    assert all(str(error).startswith(f"{path}!{error.inner_name}: ") for error in errors)


@pytest.mark.usefixtures("planted")
def test_parsers_load_no_model_library_and_one_process_reads_file_after_file(
    tmp_path: Path,
) -> None:
    modules = read(note(tmp_path, "MODULES")).warnings[-1].split()
    assert "secateur.pipelines.ingestion.parse" in modules
    assert not {"torch", "transformers", "spacy", "numpy", "pandas"} & set(modules)
    first, second = (process_of(read(note(tmp_path, "PROCESS"))) for _ in range(2))
    assert first == second != os.getpid()


@pytest.mark.usefixtures("planted")
def test_a_file_that_is_left_half_read_costs_no_other_one(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"a.txt": "PROCESS a", "b.txt": "b", "c.txt": "c"}))
    inner = read_each(path)
    first = next(inner)
    assert isinstance(first, Document)
    # While one is half read, another one is read whole.
    assert read(note(tmp_path, "good")).text == f"{SECRET} good"
    inner.close()
    await_end(process_of(first))
    assert [entry.text for entry in read_each(path)] == ["PROCESS a", "b", "c"]


@pytest.mark.usefixtures("planted")
def test_threads_read_at_the_same_time(tmp_path: Path) -> None:
    paths = [note(tmp_path, f"n{number}") for number in range(4)]
    found: dict[Path, str] = {}

    def run(path: Path) -> None:
        for _ in range(3):
            found[path] = read(path).text

    threads = [threading.Thread(target=run, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {path: f"{SECRET} {path.stem}" for path in paths}
    assert len(isolation._living) == 1, "one idle process is kept"


@pytest.mark.usefixtures("planted")
def test_a_forked_process_has_one_of_its_own(tmp_path: Path) -> None:
    path = note(tmp_path, "PROCESS")
    mine = process_of(read(path))
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writer, b"%d" % process_of(read(path)))
        isolation._end_all()
        os._exit(0)
    os.waitpid(pid, 0)
    its = int(os.read(reader, 20))
    os.close(reader)
    os.close(writer)
    assert its != mine
    assert process_of(read(path)) == mine


OWNER = """
import sys
from pathlib import Path
import planted_parsers, pytest
from secateur.pipelines.ingestion.read import read
folder = Path(sys.argv[1])
with pytest.MonkeyPatch.context() as patch:
    planted_parsers.plant(patch)
    print(read(folder / "PROCESS.txt").warnings[-1], flush=True)
    if sys.argv[2:]:
        read(folder / sys.argv[2])
    sys.stdin.read()
"""


@pytest.mark.parametrize("busy", [[], ["HANG.txt"]], ids=["idle", "busy"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_process_ends_with_its_owner(
    tmp_path: Path, how: signal.Signals, busy: list[str]
) -> None:
    for word in ("PROCESS", "HANG"):
        note(tmp_path, word)
    ways = [str(Path(planted_parsers.__file__).parent), os.environ.get("PYTHONPATH", "")]
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path), *busy],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, ways))},
    )
    with owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert is_running(pid)
        time.sleep(0.3)  # in which a busy one has begun
        owner.send_signal(how)
        owner.wait(timeout=20)
    await_end(pid)


def test_messages_name_a_file_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(note(tmp_path, "good"))
    (tmp_path / "other").mkdir()
    (tmp_path / "other/empty.txt").write_bytes(b"")
    monkeypatch.chdir(tmp_path / "other")
    with pytest.raises(IngestionError, match=r"^empty\.txt: the file is empty; "):
        read("empty.txt")
    with pytest.raises(IngestionError, match=r"^good\.txt: no such file; check the path$"):
        read("good.txt")


def test_what_comes_from_the_process_is_what_is_parsed_here(data_samples: Path) -> None:
    paths = [path for path in sorted(data_samples.rglob("*")) if path.suffix in (".html", ".txt")]
    assert len(paths) > 3
    for path in paths:
        assert list(read_each(path)) == list(parse_each(path, Limits()))


def test_wrong_limits_and_less_memory_than_a_parser_needs_are_told(tmp_path: Path) -> None:
    path = note(tmp_path, "good")
    with pytest.raises(UsageError, match="int is no Limits"):
        read(path, limits=5)
    (tmp_path / "long.txt").write_text("word " * 8_000_000)
    with pytest.raises(IngestionError, match="--limit memory_bytes=N"):
        read(tmp_path / "long.txt", limits=Limits(memory_bytes=1_000))
    assert Limits.of(["memory_bytes=2_000"]).memory_bytes == 2_000
    assert read(path).text.startswith(SECRET)


def test_a_process_that_does_not_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolation._end_all()
    monkeypatch.setattr(isolation, "_CHILD", "secateur.pipelines.ingestion.child_that_is_missing")
    with pytest.raises(Exception, match=r"does not start \(exit code 1\); `.* tells why"):
        read(note(tmp_path, "good"))


def test_without_a_process_of_its_own_a_file_is_parsed_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "_APART", False)
    monkeypatch.setattr(isolation, "_Child", None)
    isolation.start()
    assert read(note(tmp_path, "one")).text == f"{SECRET} one"
    archive = tmp_path / "two.zip"
    archive.write_bytes(zipped({"a.txt": "one", "b.txt": "two"}))
    assert [document.text for document in read_each(archive)] == ["one", "two"]
