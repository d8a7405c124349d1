"""Runs over folders in processes of their own, which tests may kill, and what must hold after."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import simulated_gpu

from secateur.pipelines.errors import SecateurError
from secateur.pipelines.ingestion import tagged
from secateur.pipelines.runs import durable
from secateur.pipelines.runs.batch import reading
from secateur.pipelines.runs.batch.local import Pool
from secateur.pipelines.runs.batch.plan import Entry
from secateur.pipelines.runs.batch.run import run
from secateur.pipelines.runs.batch.settings import BatchSettings
from secateur.pipelines.runs.options import RunOptions
from secateur.pipelines.runs.routing import EntityRouter

Gpu = Literal["none", "works", "lost"]
STOPPED, FAILED = 3, 4
_SENTENCES = (
    "Acme Corp. earned $1.2 million in 2024. ",
    "Globex Inc. sold its mill for $3 billion. ",
    "The board met in May and paid a dividend. ",
)
_HOARD = 1_200 << 20
_CONTEXT = multiprocessing.get_context("forkserver")
# Not this module: only what is installed is found there.
_CONTEXT.set_forkserver_preload([run.__module__])


def make_folder(folder: Path, documents: int) -> Path:
    """Writes short texts and pages of many lengths, two unreadable files, twins and an archive."""
    draw = random.Random(7)
    for number in range(documents):
        text = "".join(draw.choice(_SENTENCES) for _ in range(draw.randint(1, 60)))
        place = folder / f"year {number % 3}"
        place.mkdir(parents=True, exist_ok=True)
        if number % 4:
            (place / f"{number:03}.txt").write_text(text)
        else:
            (place / f"{number:03}.html").write_text(f"<html><body><p>{text}</p></body></html>")
    (folder / "empty.txt").touch()
    image = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    (folder / "image.html").write_bytes(image)
    (folder / "twin.txt").write_text(_SENTENCES[0])
    (folder / "year 0/twin.txt").write_text(_SENTENCES[0])
    first, second = ("".join(_SENTENCES).encode() * count for count in (2, 30))
    members = [("a.txt", first), ("image.html", image), ("deep/b.txt", second)]
    write_zip(folder / "year 1/reports.zip", members)
    return folder


def write_zip(path: Path, members: Sequence[tuple[str, bytes]]) -> Path:
    """Writes an archive."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data)
    return path


def settings(model: Path, **changes: Any) -> BatchSettings:
    """Settings with a model folder."""
    given: dict[str, Any] = {"pipeline": "finance", "options": RunOptions(model=str(model))}
    return BatchSettings(**(given | changes))


def start(
    folder: Path,
    out: Path,
    chosen: BatchSettings,
    *,
    faults: Mapping[str, str] | None = None,
    full_after: int | None = None,
    gpu: Gpu = "none",
) -> BaseProcess:
    """Starts or resumes a run in a process that leads its own group.

    Args:
        folder: The documents.
        out: The output folder.
        chosen: Settings; workers are forked, which is fast and safe in so young a process.
        faults: What goes wrong with files of a name, or with documents of archives
            ("archive!document", or "reading archive!document" for an earlier moment): "wait" until
            the run is to stop, "hang" past its time, "allocate" or "exit".
        full_after: The disk is full after so many files were put on it by one process.
        gpu: "works" simulates one in every worker; "lost" one whose first call fails.
    """
    arguments = (folder, out, chosen, dict(faults or {}), full_after, gpu)
    process = _CONTEXT.Process(target=_run, args=arguments)
    process.start()
    return process


def _run(
    folder: Path,
    out: Path,
    chosen: BatchSettings,
    faults: dict[str, str],
    full_after: int | None,
    gpu: Gpu,
) -> None:
    os.setsid()
    _break(faults, out)
    if gpu != "none":
        simulated_gpu.install(out.with_name("gpu was lost") if gpu == "lost" else None)
    if full_after is not None:
        _fill_disk(full_after)
    try:
        report = run(folder, out, chosen, resume=True)
    except SecateurError as error:
        failure_of(out).write_text(str(error))
        sys.exit(FAILED)
    sys.exit(STOPPED if report.left else 0)


def _break(faults: dict[str, str], out: Path) -> None:
    prepare, take, ask = EntityRouter.prepare, Pool._take, Pool._ask_to_stop

    def broken_read(path: Path, **options: Any) -> Iterator[Any]:
        _fail(path.name, faults, out)
        for found in tagged.read_each_with_facts(path, **options):
            document = found[0] if isinstance(found, tuple) else found
            _fail(f"reading {getattr(document, 'doc_id', '')}", faults, out)
            yield found

    def broken_prepare(router: Any, document: Any) -> Any:
        if "!" in document.doc_id:
            _fail(document.doc_id, faults, out)
        return prepare(router, document)

    def broken_take(pool: Pool, slot: Any, hand: tuple[Entry, ...]) -> None:
        take(pool, slot, hand)
        if any(faults.get(entry.path.rpartition("/")[2]) == "hang" for entry in hand):
            slot.since -= 1e6  # on a busy machine any document may be slower than a short limit

    def told_ask(pool: Pool) -> None:
        ask(pool)
        _asked_mark(out).touch()

    mock.patch.object(reading, "read_each_with_facts", broken_read).start()
    mock.patch.object(EntityRouter, "prepare", broken_prepare).start()
    mock.patch.object(Pool, "_take", broken_take).start()
    mock.patch.object(Pool, "_ask_to_stop", told_ask).start()


def _fail(name: str, faults: dict[str, str], out: Path) -> None:
    fault = faults.get(name)
    if fault == "wait":
        begun_mark(out, name).touch()
        while not _asked_mark(out).exists():
            time.sleep(0.02)
    elif fault == "hang":
        time.sleep(600)
    elif fault == "allocate":
        hoard = bytearray(b"x") * _HOARD
        time.sleep(len(hoard))
    elif fault == "exit":
        os._exit(7)


def begun_mark(out: Path, name: str) -> Path:
    """What stands beside the output once a file with the fault "wait" is begun."""
    return out.with_name(f"{name} begun")


def _asked_mark(out: Path) -> Path:
    return out.with_name("asked to stop")


def wait_for(condition: Callable[[], bool], process: BaseProcess | subprocess.Popen[Any]) -> None:
    """Waits until something is so, as long as the process that is to make it so lives."""
    while not condition():
        ended = process.exitcode if isinstance(process, BaseProcess) else process.poll()
        assert ended is None or condition(), f"ended with {ended} before"
        time.sleep(0.02)


def _fill_disk(files: int) -> None:
    fsync, count = os.fsync, 0

    def full(descriptor: int) -> None:
        nonlocal count
        count += 1
        # A file and its folder are two.
        if count > 2 * files:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    mock.patch.object(os, "fsync", full).start()


def failure_of(out: Path) -> Path:
    """Where a run that failed has left its message."""
    return out.with_name(f"{out.name}.failure")


def lines(path: Path) -> list[dict[str, Any]]:
    """Reads JSON lines."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def check_exactly_one(folder: Path, out: Path) -> None:
    """Fails unless every file has exactly one result or one error and nothing is left over."""
    expected = Counter(name for p in folder.rglob("*") if p.is_file() for name in _names(p, folder))
    found = Counter(record["path"] for record in lines(out / "results.jsonl"))
    found.update(record["path"] for record in lines(out / "errors.jsonl"))
    assert found == expected
    assert not list(out.rglob(f"{durable.UNFINISHED}*"))
    assert not list(out.glob("ledger/staging*"))
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["counts"]["documents"] == len(expected)
    results = [row for row in manifest["documents"] if row["status"] == "result"]
    books = sorted(path.name for path in (out / "statements").iterdir())
    assert sorted(row["statements"] for row in results) == books


def _names(path: Path, folder: Path) -> list[str]:
    name = str(path.relative_to(folder))
    if path.suffix != ".zip":
        return [name]
    with zipfile.ZipFile(path) as archive:
        return [f"{name}!{member}" for member in archive.namelist()]


def outputs(out: Path) -> bytes:
    """The bytes of results, errors and statements."""
    names = ("results.jsonl", "errors.jsonl", "standard_lines.csv")
    paths = [*(out / name for name in names), *sorted((out / "statements").iterdir())]
    return b"".join(path.read_bytes() for path in paths)


def children(process: BaseProcess) -> list[int]:
    """The workers of a run."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    try:
        return [int(number) for number in path.read_text().split()]
    except OSError:
        return []


def command_of(pid: int) -> bytes:
    """The command line of a process, empty once it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
