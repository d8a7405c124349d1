"""Quality beside speed: what runs before a clock starts, with nothing read by a model."""

from types import SimpleNamespace

import pytest
import tradeoff
from records import Recorder
from torch import nn

from secateur.pipelines.lab.bench.entities import Read
from secateur.pipelines.lab.measure import Measured

pytestmark = pytest.mark.tree

SHIPS = 2.0


@pytest.fixture
def log(monkeypatch):
    """Ways of reading that were called, and where the clock was started."""
    found = []

    def told(name, result):
        return lambda *given, **more: found.append(name) or result

    def told_clock(run):
        found.append("clock")
        return Measured(run(), 0.0, 0.0, 0.0, 0.0)

    model = nn.Module()
    model.config = SimpleNamespace(dap={"threshold": SHIPS})
    loaded = SimpleNamespace(model=model, tokenizer=None, use=lambda *_: None)
    monkeypatch.setattr(tradeoff, "load_model", lambda *_: loaded)
    monkeypatch.setattr(tradeoff, "fastest_batch", lambda *_: 4)
    monkeypatch.setattr(tradeoff, "measure", told_clock)
    nothing = Read(b"", (), 0, 0)
    for name in ("read_by", "read_by_pattern"):
        monkeypatch.setattr(tradeoff, name, told(name, nothing))
    for name in ("lead", "frequent"):
        monkeypatch.setattr(tradeoff, name, told(name, "text"))
    monkeypatch.setattr(tradeoff, "write_brief", told("summarize", SimpleNamespace(summary="text")))
    return found


def test_nothing_is_timed_in_its_first_run(log):
    list(tradeoff.measure_tradeoff(Recorder("tradeoff", "python x"), quick=False))
    report = ["read_by"] * 7 + ["read_by_pattern"]
    notes = ["lead", "frequent", *["summarize"] * 3]
    assert log == [
        *(event for way in report for event in (way, "clock", way)),
        *(event for way in notes for event in (way, "clock", *[way] * 8)),
    ]


@pytest.mark.parametrize("quick", [True, False])
def test_the_threshold_that_ships_is_among_those_measured(log, quick):
    records = tradeoff.measure_tradeoff(Recorder("tradeoff", "python x"), quick=quick)
    own = [record for record in records if (record.figure, record.method) == ("report", "dap")]
    assert SHIPS in {record.setting["threshold"] for record in own}
