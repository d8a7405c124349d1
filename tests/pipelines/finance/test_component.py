"""The spaCy component and displaCy."""

from __future__ import annotations

import pytest
import spacy

from secateur.pipelines.document import Entity
from secateur.pipelines.finance import component


def test_a_pipeline_gets_entities_and_their_fields(monkeypatch) -> None:
    text = "Acme paid $5 million.\n\nIt rains."
    found = [
        Entity("doc", 0, 4, "Acme", "ORG", 0.9),
        Entity("doc", 10, 20, "$5 million", "MONEY", 0.8, concept="us-gaap:Revenues"),
    ]
    loaded = type("Loaded", (), {"model": None, "tokenizer": None})
    monkeypatch.setattr(component, "load_model", lambda *_: loaded)
    monkeypatch.setattr(component, "extract", lambda *_: found)
    nlp = spacy.blank("en")
    nlp.add_pipe("secateur_entities")
    doc = nlp(text)
    assert [(e.text, e.label_) for e in doc.ents] == [("Acme", "ORG"), ("$5 million", "MONEY")]
    assert doc.ents[1].kb_id_ == "us-gaap:Revenues"
    assert doc.user_data["secateur"][1]["text"] == "$5 million"


def test_blank_lines_part_paragraphs() -> None:
    document = component.document_of("  One\ntwo \n \n three\n\n")
    assert [document.text[p.start : p.end] for p in document.passages] == ["One\ntwo", "three"]
    assert component.document_of(" \n").passages == ()


def test_an_unknown_attention_is_refused() -> None:
    with pytest.raises(ValueError, match="attention"):
        spacy.blank("en").add_pipe("secateur_entities", config={"attention": "half"})


def test_a_threshold_that_no_attention_has_is_refused() -> None:
    with pytest.raises(ValueError, match=r"threshold -1.0 is not a number of 0 or more"):
        spacy.blank("en").add_pipe("secateur_entities", config={"threshold": -1.0})


def test_displacy_draws_entities_in_their_text() -> None:
    document = component.document_of("Acme paid $5 million.")
    page = component.render(document, [Entity("doc", 0, 4, "Acme", "ORG", 0.9)])
    assert "<mark" in page
    assert "ORG" in page
