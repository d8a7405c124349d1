"""Quality beside speed on a filing too long for full attention to be timed in full; no times here.

Full attention runs through the exact kernel, which gives the same labels; scores are those of
`secateur evaluate entities --against-xbrl` on the file cut where the timed one is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from measured import HELD_OUT
from records import Record, Recorder, Setting

from secateur.core.config import DEFAULT_THRESHOLD
from secateur.core.models.tagger import model_labels
from secateur.core.states import saved_settings
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.evaluation.filings import Filing, by_regex, score_filings
from secateur.pipelines.finance.reader.encode import Encoded
from secateur.pipelines.finance.reader.entities import decode, prepare
from secateur.pipelines.finance.reader.scoring import Scores, score
from secateur.pipelines.finance.reader.windows import score_windows
from secateur.pipelines.ingestion.tagged import read_with_facts
from secateur.pipelines.lab.bench.entities import cut_report
from secateur.pipelines.lab.comparison import agreement
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import RunOptions

_SCORES = ("span+type.f1", "+value.f1", "+period.f1", "concept.f1")


def shipped_threshold(loaded: LoadedModel) -> float:
    """Returns the DAP threshold that a model comes with, while it is under full attention."""
    return float(saved_settings(loaded.model.config).get("threshold", DEFAULT_THRESHOLD))


def measure_quality(recorder: Recorder, data: Path | None, *, quick: bool) -> Iterator[Record]:
    """Measures the suite; a quick run, or one without the data folder, has nothing to score."""
    if data is None or quick:
        return
    loaded = load_model("finance", RunOptions(attention="full"))
    model, tokenizer = loaded.model, loaded.tokenizer
    by_model, ships = partial(score, model=model), shipped_threshold(loaded)
    ways: dict[str, tuple[float | None, Callable[[Encoded], Scores]]] = {
        "full": (0.0, by_model),
        "dap": (ships, by_model),
        "windows512": (None, partial(score_windows, model=model, tokenizer=tokenizer)),
    }
    for tokens in (8192, 65_536):
        with tempfile.TemporaryDirectory() as folder:
            file = cut_report(data / HELD_OUT, tokens, loaded, Path(folder))
            gold = Filing.of(*read_with_facts(file))
        found: dict[str, list[Entity]] = {"regex": by_regex(gold.document)}
        for name, (threshold, scorer) in ways.items():
            loaded.use("full" if threshold is None else "dap", threshold)
            encoded = prepare(gold.document, model, tokenizer)
            read = decode(gold.document, encoded, scorer(encoded), model_labels(model))
            found[name] = list(read.entities)
        for name, entities in found.items():
            setting: Setting = {"document": HELD_OUT.name, "tokens": tokens}
            if name == "dap":
                setting["threshold"] = ships
            for metric in score_filings([gold], [entities], model.config.concepts):
                if metric.name in _SCORES:
                    yield recorder.record(
                        "filing", name, metric.name, "", setting, [metric.value],
                        better="higher", portable=True,
                        note=f"95 % interval {metric.interval()}",
                    )  # fmt: skip
            if name != "full":
                same = agreement(entities, found["full"])
                yield recorder.record(
                    "filing", name, "f1_against_full", "", setting, [same],
                    better="higher", portable=True,
                )  # fmt: skip
