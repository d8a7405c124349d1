"""Whole pipelines from file to records: by length, rival, dtype and number of threads.

A report of 8,192 and 65,536 tokens and, with the data folder, the longest filing whole; a record of
7,680 tokens and a note of 500 words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import llama
import stock_int8
import torch
from measured import HELD_OUT, LONGEST, REPORT
from records import Better, Record, Recorder, Setting

from secateur.pipelines.lab.bench.entities import benchmark_entities
from secateur.pipelines.lab.bench.summaries import benchmark_summaries
from secateur.pipelines.runs.options import Dtype
from secateur.pipelines.runs.samples import samples

_BOTH: tuple[Dtype, ...] = ("fp32", "bf16")
_NAMES = ("document", "tokens", "dtype")
_PARTS = ("attention_s", "selection_s", "prefill_s", "decode_s")
_SHARES: tuple[tuple[str, Better], ...] = (
    ("density", "lower"), ("f1_against_full", "higher"), ("rouge_l_against_full", "higher"),
)  # fmt: skip
_COMPOSED = "composed: attention timed in a quarter of one layer's heads, counted for all"
_NOTE = "progress_note.txt"


def measure_documents(
    recorder: Recorder, data: Path | None, *, quick: bool, every_layer: bool
) -> Iterator[Record]:
    """Measures the suite, of the samples alone without the data folder.

    With `every_layer` full attention runs in all layers above 16,384 tokens too.
    """
    if quick:
        yield from _records(recorder, "report", benchmark_entities(REPORT, [4096], ["fp32"]))
        yield from _summaries(recorder, words=500, repeats=1, dtypes=("bf16",))
        return
    if data is not None:  # first, while memory is its own
        rows = benchmark_entities(data / LONGEST, [0], ["fp32"], ("dap",), repeats=1)
        yield from _records(recorder, "report", rows)
    above = None if every_layer else 16_384
    dtypes = _BOTH[:1] if data else _BOTH
    yield from _records(recorder, "report", benchmark_entities(REPORT, [8192], dtypes))
    yield from _records(recorder, "report", benchmark_entities(REPORT, [4096], ["fp32"]))
    for length in (2048, 16_384):
        rows = benchmark_entities(REPORT, [length], ["fp32"], ("dap", "full"), repeats=1)
        yield from _records(recorder, "report", rows)
    yield from _threads(recorder)
    if data is not None:
        yield from _filings(recorder, data / HELD_OUT, above)
    yield from _summaries(recorder, words=500, repeats=3, dtypes=("bf16",))
    yield from _summaries(recorder, words=500, repeats=1, dtypes=("fp32",))
    yield from _summaries(recorder, tokens=7680, repeats=2, dtypes=("bf16",))
    yield from _summaries(recorder, tokens=7680, repeats=1, dtypes=("fp32",))
    yield from _summaries(recorder, words=500, repeats=3, dtypes=("int8",))
    yield from _summaries(recorder, tokens=7680, repeats=1, dtypes=("int8",))


def _filings(recorder: Recorder, filing: Path, above: int | None) -> Iterator[Record]:
    """A held-out company's filing at both lengths."""
    yield from _records(recorder, "report", benchmark_entities(filing, [8192], _BOTH))
    rows = benchmark_entities(filing, [65_536], _BOTH, repeats=1, compose_above=above)
    yield from _records(recorder, "report", rows)


def _summaries(
    recorder: Recorder,
    *,
    dtypes: tuple[Dtype, ...],
    repeats: int,
    tokens: int | None = None,
    words: int | None = None,
) -> Iterator[Record]:
    notes = samples("note")
    chosen = notes if tokens else [note for note in notes if note.name == _NOTE]
    others = {}
    if llama.installed() and "bf16" in dtypes:  # one of its own weights, whatever ours are
        others["llama.cpp"] = llama.writer()
    if stock_int8.installed() and "int8" in dtypes:
        others["torchao"] = stock_int8.writer()
    rows = benchmark_summaries(
        chosen, dtypes, tokens=tokens, words=words, repeats=repeats, others=others
    )
    yield from _records(recorder, "record" if tokens else "note", rows)


def _threads(recorder: Recorder) -> Iterator[Record]:
    most = torch.get_num_threads()
    if most == 1:
        return
    try:
        torch.set_num_threads(1)
        rows = benchmark_entities(REPORT, [8192], ["fp32"], ("dap", "full"), repeats=1)
        yield from _records(recorder, "report", rows)
    finally:
        torch.set_num_threads(most)


def _records(recorder: Recorder, figure: str, rows: Iterable[dict[str, Any]]) -> Iterator[Record]:
    for row in rows:
        setting: Setting = {name: row[name] for name in _NAMES}
        method, note = row["method"], _COMPOSED if row.get("composed") else ""
        if method == "llama.cpp":
            note = llama.NOTE
        if "batch_size" in row:
            note = f"batches of {row['batch_size']}, the fastest tried"
        yield recorder.record(
            figure, method, "time", "s", setting, row["seconds_all"],
            cpu_samples=row["cpu_s_all"], note=note,
        )  # fmt: skip
        if row["peak_mib"] is not None:
            yield recorder.record(
                figure, method, "peak_memory", "MiB", setting, [row["peak_mib"]], note=note
            )
        for name in _PARTS:
            if row.get(name):
                part = name.removesuffix("_s")
                yield recorder.record(figure, method, part, "s", setting, [row[name]], note=note)
        if "read_again" in row:
            again = [row["read_again"]]
            yield recorder.record(figure, method, "read_again", "tokens", setting, again)
        for name, better in _SHARES:
            if name in row:
                yield recorder.record(
                    figure, method, name, "", setting, [row[name]], better=better, portable=True
                )
