"""Intervals of scores: over documents, over parts of a single one, and none where nothing tells."""

from __future__ import annotations

import math

import pytest

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.evaluation.counts import Counts, as_table
from secateur.pipelines.evaluation.entities import score_entities


def entity(start: int, label: str = "ORG", doc_id: str = "a") -> Entity:
    return Entity(doc_id, start, start + 4, "x" * 4, label, 1.0)


def metrics(gold, predicted):
    return {metric.name: metric for metric in score_entities(gold, predicted)}


def test_several_documents_are_resampled_whole() -> None:
    gold = [entity(k * 1000, doc_id=f"d{d}") for d in range(6) for k in range(40)]
    found = metrics(gold, [e for e in gold if e.doc_id < "d3"])["strict.recall"]
    assert found.value == 0.5
    assert found.low == pytest.approx(1 / 6)
    assert found.high == pytest.approx(5 / 6)
    assert found.over == "documents"


def test_a_single_document_is_resampled_by_stretches_of_its_text() -> None:
    gold = [entity(k * 1000) for k in range(40)]
    found = metrics(gold, gold[:30])["strict.recall"]
    assert found.low < found.value < found.high
    assert found.over == "stretches"
    assert metrics(gold, gold[:30])["strict.recall"] == found


def test_one_stretch_of_text_tells_no_interval() -> None:
    found = metrics([entity(0)], [entity(0)])["strict.f1"]
    assert (found.low, found.value, found.high, found.over) == (None, 1.0, None, None)
    assert found.interval() == "-"


@pytest.mark.parametrize("documents", [1, 3])
def test_a_label_that_stands_in_one_place_has_no_interval(documents: int) -> None:
    gold = [entity(k * 1000, doc_id=f"d{d}") for d in range(documents) for k in range(40)]
    gold.append(entity(500, "LOC", "d0"))
    found = metrics(gold, gold)
    assert found["label.LOC.f1"].interval() == "-"
    assert found["label.ORG.f1"].interval() == "1.000 to 1.000"


def test_draws_that_lack_a_label_are_no_misses_of_it() -> None:
    gold = [entity(k * 2000) for k in range(40)] + [entity(500 + k * 60_000, "LOC") for k in (0, 1)]
    assert metrics(gold, gold)["label.LOC.f1"].interval() == "1.000 to 1.000"


def test_a_measure_has_an_interval_where_it_has_several_places() -> None:
    gold, predicted = [entity(0)], [entity(0), entity(4000), entity(8000)]
    found = metrics(gold, predicted)
    assert found["strict.recall"].interval() == "-"
    assert found["strict.precision"].low == 0.0
    # Draws without the one right entity are all wrong, not undefined.
    assert found["strict.f1"].low == 0.0
    assert not any(math.isnan(metric.value) for metric in found.values())


def test_a_score_of_recall_alone_has_no_precision() -> None:
    counts = Counts()
    counts.recall("dash", ("a", 0), correct=1.0)
    found = counts.metrics()
    assert [metric.name for metric in found] == ["dash.recall"]
    assert as_table(found).splitlines()[1].split()[1:4] == ["-", "1.0000", "-"]


def test_the_table_says_what_was_resampled() -> None:
    counts = Counts(parts="sentences")
    for number in range(3):
        counts.add("all", ("set", number), correct=1.0, predicted=1.0, gold=1.0)
    assert "95 % interval (sentences)" in as_table(counts.metrics()).splitlines()[0]
    counts.add("all", ("another", 0), gold=1.0)
    assert "95 % interval (documents)" in as_table(counts.metrics()).splitlines()[0]


def counted(right: list[bool]) -> Counts:
    counts = Counts()
    for document, is_right in enumerate(right):
        counts.add("all", (f"d{document}", 0), correct=float(is_right), predicted=1.0, gold=1.0)
    return counts


def test_what_both_have_in_the_same_documents_differs_in_no_draw() -> None:
    right = [True, False] * 20
    found = counted(right).less(counted(right), "all")
    assert (found.value, found.low, found.high, found.over) == (0.0, 0.0, 0.0, "documents")


def test_a_difference_is_narrower_than_the_scores_it_is_of() -> None:
    right = [True, False] * 20
    better = counted([*right[:-1], True])
    found = better.less(counted(right), "all")
    assert found.value == pytest.approx(1 / 40)
    assert found.low == 0.0
    score = better.metrics()[-1]
    assert found.high - found.low < (score.high - score.low) / 2
    assert counted(right).less(better, "all").value == -found.value


def test_a_document_that_only_one_side_has_counts_counts_for_both() -> None:
    more = counted([True, True])
    more.add("all", ("d2", 0), predicted=1.0)
    assert more.less(counted([True, True]), "all").value == pytest.approx(0.8 - 1.0)


def test_one_document_tells_no_interval_of_a_difference() -> None:
    assert counted([True]).less(counted([False]), "all").interval() == "-"
