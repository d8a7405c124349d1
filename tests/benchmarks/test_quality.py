"""Quality on a filing: by which settings it is read, with nothing read by a model."""

from pathlib import Path
from types import SimpleNamespace

import document_tables
import pytest
import quality
from records import Recorder, select

from secateur.pipelines.evaluation.metric import Metric

pytestmark = pytest.mark.tree

SHIPS = 2.0


@pytest.fixture
def used(monkeypatch):
    """The attention and threshold of every reading, the first run's first."""
    found = []
    config = SimpleNamespace(dap={"threshold": SHIPS}, concepts={})
    loaded = SimpleNamespace(
        model=SimpleNamespace(config=config), tokenizer=None, use=lambda *way: found.append(way)
    )
    scores = (Metric("span+type.f1", 0.9, 10, 0.8, 1.0),)
    for name, result in {
        "load_model": loaded, "cut_report": Path("a.html"), "read_with_facts": (None, None),
        "Filing": SimpleNamespace(of=lambda *_: SimpleNamespace(document=None)), "by_regex": [],
        "prepare": None, "score": None, "score_windows": None, "model_labels": [],
        "decode": SimpleNamespace(entities=()), "score_filings": scores, "agreement": 1.0,
    }.items():  # fmt: skip
        told = result if name == "Filing" else lambda *_, result=result, **__: result
        monkeypatch.setattr(quality, name, told)
    return found


def test_the_filing_is_read_by_the_threshold_that_ships(used):
    recorder = Recorder("quality", "python x")
    records = list(quality.measure_quality(recorder, Path("data"), quick=False))
    assert used[:3] == [("dap", 0.0), ("dap", SHIPS), ("full", None)]
    assert {record.setting["threshold"] for record in select(records, method="dap")} == {SHIPS}
    assert "| 8,192 | **DAP**, threshold 2.0 | 0.900" in document_tables.quality(records)
