"""Scores of labels on sets: what counts, what does not, and by which attention."""

import pytest

from secateur.pipelines.document.entity import Entity
from secateur.pipelines.evaluation import labels
from secateur.pipelines.evaluation.counts import Counts
from secateur.pipelines.finance.training.datasets import LabelledText, Mark
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions

TEXT = "Anna Smith works for Borrower in Paris ."
SENTENCE = LabelledText(
    TEXT,
    (Mark(0, 10, "PER"), Mark(21, 29, None), Mark(33, 38, "LOC")),
    frozenset({"PER", "LOC"}),
)


def _found(start, end, label):
    return Entity(doc_id="d", start=start, end=end, text="", label=label, score=1.0)


def _scores(found, text=SENTENCE, start=0, renamed=None):
    counts = Counts()
    labels._count(counts, ("d", 0), text, found, start, renamed or {})
    return {m.name: (m.value, m.support) for m in counts.metrics() if not m.name.endswith("f1")}


def test_span_and_type_must_be_right():
    scores = _scores([_found(0, 10, "PER"), _found(33, 38, "PER")])
    assert scores["all.precision"] == (0.5, 2)
    assert scores["all.recall"] == (0.5, 2)
    assert scores["LOC.recall"] == (0.0, 1)
    assert scores["PER.precision"] == (0.5, 2)


def test_what_a_set_does_not_know_or_label_is_not_counted():
    found = [
        _found(0, 10, "PER"),
        _found(21, 29, "PER"),
        _found(33, 38, "LOC"),
        _found(11, 16, "KPI"),
    ]
    assert _scores(found)["all.precision"] == (1.0, 2)
    beside = [_found(17, 21, "PER"), _found(29, 32, "PER")]
    assert _scores([*found, *beside])["all.precision"] == (0.5, 4)


def test_places_are_counted_from_the_sentence():
    assert _scores([_found(105, 115, "PER")], start=105)["PER.recall"] == (1.0, 1)


def test_a_type_may_have_another_name_in_the_set():
    text = LabelledText(TEXT, (Mark(21, 29, "ROLE"),), frozenset({"PER", "ROLE"}))
    scores = _scores([_found(21, 29, "ROLE")], text, renamed={"ROLE": "PER"})
    assert scores["PER.precision"] == (1.0, 1)
    assert _scores([_found(21, 29, "PER")], text, renamed={"ROLE": "PER"}) == scores


@pytest.fixture(scope="module")
def loaded():
    return load_model("finance", RunOptions())


@pytest.mark.parametrize("method", labels.METHODS)
def test_the_shipped_model_finds_names_by_every_method(loaded, method):
    texts = [
        LabelledText(
            "Angela Merkel met Tim Cook in Berlin last week .",
            (Mark(0, 13, "PER"), Mark(18, 26, "PER"), Mark(30, 36, "LOC")),
            frozenset({"PER", "LOC"}),
        )
    ] * 3
    metrics = {m.name: m for m in labels.score_set("wikigold", [texts], loaded, method).metrics()}
    assert metrics["all.recall"].support == 9
    assert metrics["all.f1"].value > 0.6


def test_sentences_are_read_by_themselves_or_in_one_sequence(loaded, monkeypatch):
    read, score = [], labels.score

    def counted(encoded, **settings):
        read.append(encoded)
        return score(encoded, **settings)

    monkeypatch.setattr(labels, "score", counted)
    texts = [[LabelledText("Paris .", (Mark(0, 5, "LOC"),), frozenset({"LOC"}))] * 3]
    for method, calls in (("alone", 3), ("full", 1)):
        read.clear()
        labels.score_set("wikigold", texts, loaded, method)
        assert len(read) == calls


def test_a_second_reading_is_only_left_out_where_asked(loaded):
    texts = [LabelledText("Paris .", (Mark(0, 5, "LOC"),), frozenset({"LOC"}))]
    budgets = []
    for method in ("once", "dap"):
        labels.score_set("wikigold", [texts], loaded, method)
        budgets.append(loaded.model.config.dap["recovery_budget"])
    assert budgets[0] == 0.0 < budgets[1]


def test_sets_are_resampled_by_document_where_they_have_several(loaded):
    text = LabelledText("Paris .", (Mark(0, 5, "LOC"),), frozenset({"LOC"}))
    for documents, over in (([[text], [text]], "documents"), ([[text, text]], "sentences")):
        (found, *_) = labels.score_set("wikigold", documents, loaded, "alone").metrics()
        assert found.over == over
