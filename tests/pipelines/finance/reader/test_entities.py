"""Decoding to entities: labels that follow each other, offsets, windows and every token read."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

from secateur.core import hf
from secateur.core.models.tagger import bio_labels
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.finance.reader import entities
from secateur.pipelines.finance.reader.encode import encode
from secateur.pipelines.finance.reader.scoring import Scores

LABELS = bio_labels(["ORG", "LOC"])
TEXT = "Acme Corp paid Ohio.\n\nNet income rose. Acme paid $5 million."
DOCUMENT = Document(
    doc_id="a.txt",
    text=TEXT,
    passages=(Passage(0, 20, section="Item 1", page=3), Passage(22, len(TEXT), section="Item 7")),
    media_type="text/plain",
)


@pytest.fixture
def knowing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the model know Acme Corp, $5 million and a contract's role by their words."""
    wanted = {"acme": "B-ORG", "corp": "I-ORG", "$": "B-MONEY", "5": "I-MONEY"}
    wanted |= {"million": "I-MONEY", "ohio": "B-ROLE"}

    def score(encoded: object, model: object) -> Scores:
        labels = bio_labels(["ORG", "MONEY", "ROLE"])
        tokens = encoded.tokens
        scores = np.full((len(tokens), len(labels)), -9.0, dtype=np.float32)
        spans = tokens.starts, tokens.ends
        for row, (start, end) in enumerate(zip(*spans, strict=True)):
            scores[row, labels.index(wanted.get(TEXT[start:end].lower(), "O"))] = np.log(0.9)
        return Scores(scores)

    monkeypatch.setattr(entities, "score", score)


@pytest.mark.usefixtures("knowing")
def test_entities_carry_offsets_score_and_place(
    tagger: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast
) -> None:
    found = entities.extract(DOCUMENT, tagger, tokenizer)
    assert [(entity.text, entity.label) for entity in found] == [
        ("Acme Corp", "ORG"), ("Acme", "ORG"), ("$5 million", "MONEY"),
    ]  # fmt: skip
    assert all(TEXT[entity.start : entity.end] == entity.text for entity in found)
    assert found[0].score == pytest.approx(0.9, abs=1e-4)
    assert (found[0].section, found[0].page, found[0].sentence) == (
        "Item 1", 3, "Acme Corp paid Ohio.",
    )  # fmt: skip
    assert (found[2].section, found[2].sentence) == ("Item 7", "Acme paid $5 million.")


@pytest.mark.usefixtures("knowing")
def test_a_wrapped_line_is_no_end_and_the_text_is_that_of_the_file(
    tagger: BertForTokenClassification,
    tokenizer: PreTrainedTokenizerFast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "Net income rose, as was planned at the year's start, and Acme\n   Corp paid $5\n\nOhio."
    monkeypatch.setitem(globals(), "TEXT", text)
    document = replace(DOCUMENT, text=text, passages=(Passage(0, 77), Passage(79, len(text))))
    found = entities.extract(document, tagger, tokenizer)
    assert [(entity.text, entity.start) for entity in found] == [
        ("Acme\n   Corp", 57), ("$5", 75),
    ]  # fmt: skip
    assert found[0].sentence == text[:77]


@pytest.mark.usefixtures("knowing")
def test_of_an_endless_sentence_an_entity_has_the_words_around_it(
    tagger: BertForTokenClassification,
    tokenizer: PreTrainedTokenizerFast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = " and rose" * 200
    text = f"Acme Corp{words} Acme{words} Acme."
    monkeypatch.setitem(globals(), "TEXT", text)
    document = Document("a.txt", text, (Passage(0, len(text)),), "text/plain")
    found = entities.extract(document, tagger, tokenizer)
    shapes = (
        "Acme Corp( and rose){50,} and…",
        "…(and )?rose( and rose){50,} Acme( and rose){50,} and…",
        r"…(and )?rose( and rose){50,} Acme\.",
    )
    for entity, shape in zip(found, shapes, strict=True):
        assert re.fullmatch(shape, entity.sentence or "")
        assert len(entity.sentence or "") <= 1_010


def test_the_count_of_tokens_is_that_of_the_document(
    tagger: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast
) -> None:
    found = entities.extract_all(DOCUMENT, tagger, tokenizer)
    pieces = tokenizer(TEXT, add_special_tokens=False)["input_ids"]
    assert found.tokens == len(pieces)
    assert found.sequence == found.tokens + 2 * found.chunks


def test_every_token_is_scored(
    tagger: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast
) -> None:
    encoded = encode(TEXT, [(0, 20), (22, 38), (39, len(TEXT))], tokenizer, 16)
    assert len(encoded.chunk_ends) > 1
    scores = entities.score(encoded, tagger)
    assert np.exp(scores.labels).sum(-1) == pytest.approx(1.0, abs=1e-4)


def test_dap_that_keeps_everything_gives_the_scores_of_full_attention(
    tagger: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast
) -> None:
    encoded = encode(TEXT, [(0, 20), (22, 38), (39, len(TEXT))], tokenizer, 16)
    full = entities.score(encoded, tagger)
    hf.enable(tagger, threshold=0.0)
    pruned = entities.score(encoded, tagger)
    np.testing.assert_allclose(pruned.labels, full.labels, atol=1e-4)
    assert hf.statistics(tagger)


def test_a_model_that_knows_no_case_is_told_none(tokenizer: PreTrainedTokenizerFast) -> None:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    model = BertForTokenClassification(config).eval()
    one = entities.score(encode("Acme rose", [(0, 9)], tokenizer), model)
    other = entities.score(encode("acme ROSE", [(0, 9)], tokenizer), model)
    np.testing.assert_array_equal(one.labels, other.labels)
