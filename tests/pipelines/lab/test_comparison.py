"""What a comparison measures, sums up and projects."""

from __future__ import annotations

from threading import Event, Thread
from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional

from secateur.pipelines.document.document import Document, Section
from secateur.pipelines.ingestion.files import detect as kinds
from secateur.pipelines.lab import measure as measuring
from secateur.pipelines.lab.comparison import _project, pipeline_for
from secateur.pipelines.lab.measure import measure, pruned_costs

MIB = 2**20


@pytest.mark.parametrize(
    ("points", "seconds"),
    [
        ([(1_000, 3.0), (2_000, 8.0)], 24.0),  # 2 ms a token and 1 µs a pair
        ([(1_000, 1.0), (2_000, 1.5)], 3.0),  # no speeding up with length: by the token, as last
        ([(1_000, 1.0), (2_000, 8.0)], 32.0),  # steeper than pairs: by the pair, as last
    ],
)
def test_time_is_projected_by_tokens_and_pairs(
    points: list[tuple[int, float]], seconds: float
) -> None:
    assert _project(points, 4_000) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("media_type", "sections", "pipeline"),
    [
        (kinds.CDA, [], "clinical"),
        (kinds.FHIR, [], "clinical"),
        (kinds.DOCX, ["Allergies", "HPI"], "clinical"),
        (kinds.PDF, ["Item 1", "Item 1A"], "finance"),
        (kinds.TEXT, ["Item 7"], "finance"),
        (kinds.TEXT, [], "clinical"),
        (kinds.PDF, [], "finance"),
    ],
)
def test_kind_and_sections_tell_a_note_from_a_report(
    media_type: str, sections: list[str], pipeline: str
) -> None:
    found = tuple(Section(0, 5, name, 1.0) for name in sections)
    document = Document("a", "words", (), media_type, sections=found)
    assert pipeline_for(document) == pipeline


def test_costs_of_a_pruned_run_are_summed_over_its_modules() -> None:
    pruned = {"pruned_calls": 3, "density": 0.2, "selection_ms": 100.0, "attention_ms": 400.0}
    exact = {"pruned_calls": 0, "density": 1.0, "selection_ms": 0.0, "attention_ms": 500.0}
    found = pruned_costs({"first": pruned, "second": exact})
    assert found == {"attention_s": 1.0, "selection_s": 0.1, "density": 0.2}


def test_the_peak_is_seen_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    resident, seen = 100 * MIB, Event()

    def memory_info() -> SimpleNamespace:
        now = SimpleNamespace(rss=resident)
        if now.rss > 100 * MIB:
            seen.set()
        return now

    def run() -> bool:
        nonlocal resident
        resident = 700 * MIB
        sampled = seen.wait(10)
        resident = 100 * MIB
        return sampled

    monkeypatch.setattr(
        measuring.psutil, "Process", lambda: SimpleNamespace(memory_info=memory_info)
    )
    measured = measure(run)
    assert measured.result
    assert measured.peak_mib == 700


def test_attention_is_timed_for_the_thread_that_is_measured() -> None:
    stock = functional.scaled_dot_product_attention
    query = torch.ones(1, 1, 512, 64)

    def attend() -> None:
        functional.scaled_dot_product_attention(query, query, query)

    def elsewhere() -> None:
        other = Thread(target=attend)
        other.start()
        other.join()

    assert measure(attend).torch_attention_s > 0
    assert measure(elsewhere).torch_attention_s == 0
    assert measure(lambda: measure(attend)).torch_attention_s > 0
    with pytest.raises(ZeroDivisionError):
        measure(lambda: 1 / 0)
    assert functional.scaled_dot_product_attention is stock
