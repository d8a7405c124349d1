"""Reading files to text with places, against their parser alone, and clinical terms in a text.

The parser (libxml2, PDFium) is the least that a reader of the format takes: none can beat it.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pypdfium2 as pdfium
from measured import LONGEST, NOTES, REPORT
from records import Record, Recorder, Setting

from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.bench.timing import time_calls
from secateur.pipelines.terminology.matcher import Term, TermMatcher

_PAGES = 210
_REPEATS = 5


def measure_reading(recorder: Recorder, data: Path | None, *, quick: bool) -> Iterator[Record]:
    """Measures the suite: times of each file, ours after the parser's, and the rate of terms.

    A quick run reads the report alone, without terms.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if data is None or quick:
            yield from _file(recorder, REPORT, "report of the samples")
        else:
            page = folder / "filing.html"
            page.write_bytes(gzip.decompress((data / LONGEST).read_bytes()))
            yield from _file(recorder, page, "annual report")
            if (printed := _printed(page)) is not None:
                yield from _file(recorder, printed, f"annual report in print, {_PAGES} pages")
            yield from _notes(recorder, data / NOTES, folder / "notes")
    if not quick:
        yield from _terms(recorder)


def _file(recorder: Recorder, path: Path, title: str) -> Iterator[Record]:
    """A file by its parser, and as we read it."""
    parse = _parse_pdf if path.suffix == ".pdf" else _parse_html
    times = time_calls({"parser": lambda: parse(path), "reader": lambda: read(path)}, _REPEATS)
    setting: Setting = {"document": title, "bytes": path.stat().st_size}
    for method in ("parser", "reader"):
        yield recorder.time("file", method, setting, times[method])


def _parse_html(path: Path) -> str:
    return "".join(map(str, lxml.html.document_fromstring(path.read_bytes()).itertext()))


def _parse_pdf(path: Path) -> list[str]:
    texts = []
    with pdfium.PdfDocument(path) as document:
        for page in document:
            text_page = page.get_textpage()
            texts.append(text_page.get_text_range())
            text_page.close()
            page.close()
    return texts


def _printed(page: Path) -> Path | None:
    """Prints a web page and keeps its first pages; None without a browser to print with."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return None
    printed = page.with_name("all.pdf")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += [f"--user-data-dir={page.parent}/profile", f"--print-to-pdf={printed}"]
    subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=280)
    path = page.with_name("printed.pdf")
    with pdfium.PdfDocument(printed) as document:
        for number in reversed(range(_PAGES, len(document))):
            del document[number]
        document.save(path)
    return path


def _notes(recorder: Recorder, source: Path, folder: Path) -> Iterator[Record]:
    """A thousand notes in files of their own, which need no parser."""
    folder.mkdir()
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for number, line in zip(range(1_000), lines, strict=False):
            (folder / f"{number}.txt").write_text(json.loads(line)["transcription"])
    notes = sorted(folder.iterdir())
    times = time_calls({"reader": lambda: [read(note) for note in notes]}, 3)
    size = sum(note.stat().st_size for note in notes)
    setting: Setting = {"document": f"{len(notes):,} notes", "bytes": size}
    yield recorder.time("file", "reader", setting, times["reader"])


def _terms(recorder: Recorder) -> Iterator[Record]:
    """Random names of up to four words in a text of them and of other words."""
    draw = random.Random(0)
    words = ["".join(draw.choices("abcdefghijklmnop", k=draw.randint(3, 9))) for _ in range(40_000)]
    names = {" ".join(draw.choices(words, k=draw.randint(1, 4))) for _ in range(240_000)}
    matcher = TermMatcher(Term(name, name, "problem") for name in names)
    others = [f"word{number}" for number in range(5_000)]
    text = " ".join(draw.choices(words, k=40_000) + draw.choices(others, k=120_000))
    times = time_calls({"matcher": lambda: sum(1 for _ in matcher.find(text))}, _REPEATS)
    rates = [len(text) / 1e3 / taken for taken in times["matcher"].wall_ms]
    setting: Setting = {"terms": len(matcher)}
    yield recorder.record("terms", "matcher", "rate", "MB/s", setting, rates, better="higher")
