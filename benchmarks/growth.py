"""How attention grows with a document: the finance model on one report cut at doubling lengths.

Attention is counted with its selection, over all layers, as the modules report it. The full report
comes last.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from measured import LONGEST, REPORT
from records import Record, Recorder, Setting

from secateur.core import hf
from secateur.pipelines.finance.reader.encode import Encoded
from secateur.pipelines.finance.reader.entities import prepare
from secateur.pipelines.finance.reader.scoring import first_reading
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.bench.entities import cut_report
from secateur.pipelines.lab.measure import measure, pruned_costs
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import Dtype, RunOptions

_LENGTHS = (4096, 8192, 16384, 32768, 65536, 0)
_DTYPES: tuple[Dtype, ...] = ("fp32", "bf16")


def measure_growth(recorder: Recorder, data: Path | None, *, quick: bool) -> Iterator[Record]:
    """Measures the suite; a quick run takes two lengths in one dtype, one run of each."""
    file, lengths = (data / LONGEST, _LENGTHS) if data else (REPORT, (2048, 4096, 8192))
    for dtype in _DTYPES[:1] if quick else _DTYPES:
        loaded = load_model("finance", RunOptions(dtype=dtype))
        for tokens in lengths[:2] if quick else lengths:
            with tempfile.TemporaryDirectory() as folder:
                document = read(cut_report(file, tokens, loaded, Path(folder)))
            encoded = prepare(document, loaded.model, loaded.tokenizer)
            repeats = 1 if quick or len(encoded) > 2**15 else 3
            yield from _measure(recorder, loaded, encoded, repeats, {"dtype": dtype})


def _measure(
    recorder: Recorder, loaded: LoadedModel, encoded: Encoded, repeats: int, setting: Setting
) -> Iterator[Record]:
    parts: dict[str, list[float]] = {"selection": [], "dap": []}
    peaks, density = [], 0.0
    for _ in range(repeats + 1):  # the first run pays for what is made once
        hf.reset_statistics(loaded.model)
        peaks.append(measure(partial(first_reading, encoded, loaded.model)).peak_mib)
        costs = pruned_costs(hf.statistics(loaded.model))
        parts["selection"].append(1e3 * costs["selection_s"])
        parts["dap"].append(1e3 * costs["attention_s"])
        density = costs["density"]
    setting = {"n": len(encoded), **setting}
    for name, times in parts.items():
        yield recorder.record("growth", name, "time", "ms", setting, times[1:])
    yield recorder.record("growth", "dap", "peak_memory", "MiB", setting, peaks[1:])
    yield recorder.record("growth", "dap", "density", "", setting, [density], portable=True)
