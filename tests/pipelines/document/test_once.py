"""A document is analysed once, whatever reads it, and what is kept goes with it."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import replace
from importlib import import_module

import pytest

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.once import once
from secateur.pipelines.finance.reader.entities import extract
from secateur.pipelines.finance.statements.assemble import assemble
from secateur.pipelines.finance.views.names import list_names
from secateur.pipelines.finance.views.totals import check_totals
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.runs.models import load_model

ANALYSES = {
    "document.layout": "Layout",
    "document.reflow": "reflow",
    "document.sentences": "sentences",
    "document.dates": "dates_of",
    "finance.fiscal.interim": "calendar_of",
}


def test_a_report_read_for_three_views_is_analysed_once(
    data_samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: Counter[str] = Counter()

    def counted(name, function):
        def call(text, *given, **named):
            whole = len(getattr(text, "text", text)) > len(document.text) // 2
            counts[name] += whole
            return function(text, *given, **named)

        return call

    document = read(next((data_samples / "report").glob("*.html")))
    for module, name in ANALYSES.items():
        home = import_module(f"secateur.pipelines.{module}")
        monkeypatch.setattr(home, name, counted(name, getattr(home, name)))
    loaded = load_model("finance")
    entities = extract(document, loaded.model, loaded.tokenizer)
    assert entities
    assert list_names(document, entities)
    assert assemble(document, entities).statements
    assert check_totals(document)
    assert counts == Counter(dict.fromkeys(ANALYSES.values(), 1))


def made(text: str = "one") -> Document:
    return Document("a.txt", text, (Passage(0, len(text)),), "text/plain")


def test_an_analysis_stays_with_its_document() -> None:
    read_texts = []

    @once
    def words(document: Document) -> int:
        read_texts.append(document.text)
        return len(document.text.split())

    document = made()
    assert [words(document), words(document)] == [1, 1]
    assert words(replace(document, text="one two")) == 2
    copy = pickle.loads(pickle.dumps(document))
    assert copy == document
    assert words(copy) == 1
    assert read_texts == ["one", "one two", "one"]
