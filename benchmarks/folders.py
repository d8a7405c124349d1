"""Throughput of `secateur batch` over mixed documents, made here from public data.

    python benchmarks/folders.py DATA OUT [--documents 1000] [--longest 4000] [--alone 200]

DATA holds `finance/10k_items`, `finance/10k_html` and `clinical/mtsamples` as the project's data
loaders read them. Prints one JSON line a run: the local engine with two workers, a part of the
documents one by one as `secateur entities` reads them, with one thread and with two, the local
engine with one worker, Ray with two, and annual reports as they are. Results of the runs over all
documents must be the same bytes. `cpu_s` is the CPU time, and `pss_mib` the memory (what processes
share counts once), of the whole run, seen every second: of memory the largest value in each tenth
of the run's time, which shows whether it grows. On a busy machine only `cpu_s` means much, and of
two threads not even that: they wait for each other without resting.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import platform
import random
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import docx
import psutil
import torch
from measured import FILINGS, NOTES

from secateur.pipelines.runs.batch.run import run
from secateur.pipelines.runs.batch.settings import BatchSettings

_LONG_EVERY, _LONG_TIMES = 100, 20


def make_documents(data: Path, folder: Path, count: int, longest: int) -> None:
    """Writes `count` documents: notes and parts of filings as text, HTML and DOCX.

    Lengths are a fifth of `longest` to `longest` characters; every hundredth has 20 times as many.
    """
    draw = random.Random(5)
    texts = _interleaved(_notes(data), _items(data, longest))
    for number in range(count):
        text = next(texts)
        long = number % _LONG_EVERY == 0
        length = _LONG_TIMES * longest if long else draw.randint(longest // 5, longest)
        while len(text) < length:
            text += "\n\n" + next(texts)
        text = text[:length]
        place = folder / f"{number % 10}"
        place.mkdir(parents=True, exist_ok=True)
        form = ("txt", "html", "docx")[number % 3]
        _write(place / f"{number:04}.{form}", text)


def _notes(data: Path) -> Iterator[str]:
    with gzip.open(data / NOTES, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)["transcription"]


def _items(data: Path, size: int) -> Iterator[str]:
    for path in sorted((data / "finance/10k_items").glob("*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            filing = json.load(file)
        for name, text in filing.items():
            if name.startswith("item") and isinstance(text, str):
                yield from (text[at : at + size] for at in range(0, len(text), size))


def _interleaved(*sources: Iterator[str]) -> Iterator[str]:
    alive = list(sources)
    while alive:
        for source in list(alive):
            try:
                yield next(source)
            except StopIteration:
                alive.remove(source)


def _write(path: Path, text: str) -> None:
    # Word's XML knows no control characters.
    text = re.sub(r"[\x00-\x08\x0b-\x1f]", " ", text)
    if path.suffix == ".txt":
        path.write_text(text, encoding="utf-8")
    elif path.suffix == ".html":
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        parts = "".join(f"<p>{part}</p>\n" for part in escaped.split("\n") if part.strip())
        path.write_text(f"<html><body>\n{parts}</body></html>", encoding="utf-8")
    else:
        document = docx.Document()
        for part in text.split("\n"):
            document.add_paragraph(part)
        document.save(str(path))


class Usage:
    """Adds up memory and CPU time of this process and its descendants, once a second."""

    def __enter__(self) -> Usage:
        """Starts to look."""
        self._seen: list[int] = []
        self._before = {process.pid: _cpu_s(process) for process in _family()}
        self._cpu: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Ends it."""
        self._over.set()
        self._thread.join()

    def tenths(self) -> list[int]:
        """Returns the largest MiB of each tenth of the time."""
        size = max(len(self._seen) // 10, 1)
        parts = [self._seen[at : at + size] for at in range(0, len(self._seen), size)]
        return [max(part) >> 20 for part in parts[:10]]

    def cpu_s(self) -> float:
        """Returns the seconds, of user and system, up to the last look."""
        return sum(spent - self._before.get(pid, 0.0) for pid, spent in self._cpu.items())

    def _look(self) -> None:
        while not self._over.wait(1):
            total = 0
            for process in _family():
                with suppress(psutil.Error):
                    total += process.memory_full_info().pss
                    self._cpu[process.pid] = _cpu_s(process)
            self._seen.append(total)


def _family() -> list[psutil.Process]:
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def annual_reports(data: Path, count: int) -> tuple[Path, tuple[str, ...]]:
    """Names the folder of the annual reports and those of middle size."""
    folder = data / FILINGS
    names = [
        path.name for path in sorted(folder.glob("*.gz"), key=lambda path: path.stat().st_size)
    ]
    first = (len(names) - count) // 2
    return folder, tuple(names[first : first + count])


def measure(folder: Path, out: Path, **settings: Any) -> dict[str, Any]:
    """Runs the finance pipeline once and returns its line."""
    with Usage() as usage:
        report = run(folder, out, BatchSettings("finance", **settings), stream=sys.stderr)
    data = (out / "results.jsonl").read_bytes() + (out / "errors.jsonl").read_bytes()
    return {
        **settings,
        "documents": report.documents,
        "errors": report.errors,
        "tokens": report.tokens,
        "seconds": round(report.seconds, 1),
        "documents_per_s": round(report.documents / report.seconds, 3),
        "tokens_per_s": round(report.tokens / report.seconds),
        "cpu_s": round(usage.cpu_s(), 1),
        "tokens_per_cpu_s": round(report.tokens / usage.cpu_s()),
        "pss_mib": usage.tenths(),
        "ledger_bytes": sum(path.stat().st_size for path in (out / "ledger").glob("*/*.gz")),
        "results_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def one_by_one(folder: Path, count: int, threads: int) -> dict[str, Any]:
    """Reads `count` documents, drawn at random, as `secateur entities` does, once it has begun."""
    from secateur.pipelines.finance.reader.entities import extract_all
    from secateur.pipelines.ingestion.read import read
    from secateur.pipelines.runs.models import load_model
    from secateur.pipelines.runs.options import RunOptions

    paths = sorted(path for path in folder.rglob("*.*") if path.is_file())
    torch.set_num_threads(threads)
    loaded = load_model("finance", RunOptions())
    extract_all(read(paths[0]), loaded.model, loaded.tokenizer)  # the first pays for lazy set-up
    begin = time.monotonic()
    with Usage() as usage:
        tokens = 0
        for path in random.Random(3).sample(paths, count):
            tokens += extract_all(read(path), loaded.model, loaded.tokenizer).tokens
        seconds = time.monotonic() - begin
    return {
        "engine": "one by one", "threads": threads, "documents": count,
        "tokens": tokens, "seconds": round(seconds, 1),
        "documents_per_s": round(count / seconds, 3), "tokens_per_s": round(tokens / seconds),
        "cpu_s": round(usage.cpu_s(), 1), "tokens_per_cpu_s": round(tokens / usage.cpu_s()),
        "pss_mib": usage.tenths(),
    }  # fmt: skip


def main() -> None:
    """Makes the documents, if need be, and runs over them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--longest", type=int, default=4_000, help="characters of most documents")
    parser.add_argument("--alone", type=int, default=200, help="documents run one by one")
    parser.add_argument("--reports", type=int, default=2, help="annual reports run as they are")
    options = parser.parse_args()
    folder = options.out / "documents"
    if not folder.is_dir():
        make_documents(options.data, folder, options.documents, options.longest)
    machine = {
        "cpu": platform.processor() or platform.machine(), "cores": os.cpu_count(),
        "torch": version("torch"), "secateur": version("secateur"),
    }  # fmt: skip
    _tell(measure(folder, options.out / "local-2", engine="local", workers=2) | machine)
    for threads in (1, 2):
        _tell(one_by_one(folder, options.alone, threads) | machine)
    _tell(measure(folder, options.out / "local-1", engine="local", workers=1) | machine)
    _tell(measure(folder, options.out / "ray-2", engine="ray", workers=2) | machine)
    reports, names = annual_reports(options.data, options.reports)
    _tell(measure(reports, options.out / "reports", include=names, workers=1) | machine)


def _tell(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
