"""Quality against speed: one document set each, read at several thresholds and by baselines.

Entities of the sample report against its gold labels; summaries of the eight sample notes against
theirs. Few documents, so that anyone can run it; held-out sets are scored by `secateur evaluate`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from gold import gold_entities
from measured import REPORT, SAMPLES
from quality import shipped_threshold
from records import Record, Recorder, Setting

from secateur.core import hf
from secateur.pipelines.clinical.handover.brief import write_brief
from secateur.pipelines.document.document import Document
from secateur.pipelines.evaluation.entities import score_entities
from secateur.pipelines.evaluation.methods import frequent, lead
from secateur.pipelines.evaluation.summaries import score as score_summaries
from secateur.pipelines.finance.reader.scoring import score
from secateur.pipelines.finance.reader.windows import score_windows
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.bench.entities import Read, fastest_batch, read_by, read_by_pattern
from secateur.pipelines.lab.bench.timing import Times
from secateur.pipelines.lab.comparison import agreement
from secateur.pipelines.lab.measure import measure, pruned_costs
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import RunOptions

_REPORT_THRESHOLDS = (0.45, 30.0, 300.0, 1000.0)
"""Beside the one that ships."""
_NOTE_THRESHOLDS = (0.45, 1.5)
_STRICT = "strict.f1"


def measure_tradeoff(recorder: Recorder, *, quick: bool) -> Iterator[Record]:
    """Measures the suite; a quick run takes the shipped threshold and what needs no model."""
    yield from _report(recorder, quick)
    if not quick:
        yield from _notes(recorder, SAMPLES / "notes")


def _report(recorder: Recorder, quick: bool) -> Iterator[Record]:
    file = REPORT
    gold = gold_entities(read(file), file.read_bytes(), file.with_name("gold_entities.jsonl"))
    loaded = load_model("finance", RunOptions(attention="full"))
    model, tokenizer = loaded.model, loaded.tokenizer
    by_model = partial(read_by, partial(score, model=model), file, loaded)
    runs: list[tuple[str, float | None, Callable[[], Read]]] = []
    if not quick:
        windows = partial(
            score_windows, model=model, tokenizer=tokenizer, batch_size=fastest_batch(file, loaded)
        )
        runs.append(("full", None, by_model))
        runs.append(("windows512", None, partial(read_by, windows, file, loaded)))
    ships = shipped_threshold(loaded)
    thresholds = {ships} if quick else {ships, *_REPORT_THRESHOLDS}
    runs += [("dap", threshold, by_model) for threshold in sorted(thresholds)]
    runs.append(("regex", None, partial(read_by_pattern, file)))
    full: Read | None = None
    for method, threshold, run in runs:
        loaded.use("full" if threshold is None else "dap", threshold)
        run()  # the first pays for lazy set-up
        measured = measure(run)
        setting: Setting = {"document": file.name}
        if threshold is not None:
            setting["threshold"] = threshold
            density = pruned_costs(hf.statistics(model))["density"]
            yield recorder.record("report", "dap", "density", "", setting, [density], portable=True)
        times = Times([1e3 * measured.seconds], [1e3 * measured.cpu_s])
        yield recorder.time("report", method, setting, times)
        found = measured.result.entities
        (strict,) = (m for m in score_entities(gold, found) if m.name == _STRICT)
        yield recorder.record(
            "report", method, "f1", "", setting, [strict.value], better="higher", portable=True,
            note=f"95 % interval {strict.interval()}",
        )  # fmt: skip
        full = measured.result if method == "full" else full
        if full is not None:
            same = agreement(found, full.entities)
            yield recorder.record(
                "report", method, "f1_against_full", "", setting, [same],
                better="higher", portable=True,
            )  # fmt: skip


def _notes(recorder: Recorder, folder: Path) -> Iterator[Record]:
    lines = (folder / "gold_summaries.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {entry["doc_id"]: str(entry["summary"]) for entry in map(json.loads, lines)}
    documents = [read(folder / name) for name in gold]
    loaded = load_model("clinical", RunOptions(attention="full", dtype="bf16"))
    baselines = {"lead 3": partial(lead, count=3), "extractive": partial(frequent, count=2)}
    for name, write in baselines.items():
        yield from _scored(recorder, name, {}, documents, list(gold.values()), write)
    for threshold in (None, *_NOTE_THRESHOLDS):
        loaded.use("full" if threshold is None else "dap", threshold)
        setting: Setting = {} if threshold is None else {"threshold": threshold}
        name = "full" if threshold is None else "dap"
        write = partial(_write, loaded=loaded)
        yield from _scored(recorder, name, setting, documents, list(gold.values()), write)


def _write(document: Document, loaded: LoadedModel) -> str:
    return write_brief(document, loaded.model, loaded.tokenizer, recover=False).summary


def _scored(
    recorder: Recorder,
    method: str,
    setting: Setting,
    documents: list[Document],
    gold: list[str],
    write: Callable[[Document], str],
) -> Iterator[Record]:
    write(documents[0])  # the first pays for lazy set-up
    measured = measure(lambda: [write(document) for document in documents])
    setting = {"document": f"{len(documents)} notes", **setting}
    times = Times([1e3 * measured.seconds], [1e3 * measured.cpu_s])
    yield recorder.time("notes", method, setting, times)
    scores = score_summaries(gold, measured.result, [""] * len(documents), None)
    (rouge,) = (metric for metric in scores if metric.name == "rougeL")
    yield recorder.record(
        "notes", method, "rouge_l", "", setting, [rouge.value], better="higher", portable=True,
        note=f"95 % interval {rouge.interval()}",
    )  # fmt: skip
