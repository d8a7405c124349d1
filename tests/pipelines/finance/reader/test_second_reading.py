"""Words that are read again: the least sure ones, whole, within the budget, and marked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import BertForTokenClassification, PreTrainedTokenizerFast

from secateur.core import hf
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.reader import second_reading
from secateur.pipelines.finance.reader.encode import Encoded, encode
from secateur.pipelines.finance.reader.entities import extract
from secateur.pipelines.finance.reader.scoring import score
from secateur.pipelines.finance.reader.second_reading import SURE, unsure

TEXT = "Acme Corp paid Ohio. Net income rose. Zebra paid 5 million. " * 12
DOCUMENT = Document("a.txt", TEXT, (Passage(0, len(TEXT)),), "text/plain")
PRUNING: dict[str, Any] = {"exact_below": 16, "local": 4, "threshold": 50.0, "mass_floor": 0.0}


@pytest.fixture(scope="module")
def encoded(tokenizer: PreTrainedTokenizerFast) -> Encoded:
    return encode(TEXT, sentences(TEXT, DOCUMENT.passages), tokenizer, 32, 64)


@given(st.data())
def test_the_least_sure_words_are_chosen_whole_and_within_the_budget(
    encoded: Encoded, data: st.DataObject
) -> None:
    count = len(encoded.tokens)
    values = st.floats(0, 1, width=32)
    certainty = np.array(data.draw(st.lists(values, min_size=count, max_size=count)), np.float32)
    most = data.draw(st.integers(0, 2 * count))
    rows = unsure(encoded, certainty, most)
    assert len(rows) <= most
    assert (np.diff(rows) > 0).all()
    chosen = np.isin(np.arange(count), encoded.source[rows])
    word = np.cumsum(encoded.tokens.opens_word) - 1
    whole = np.bincount(word[chosen], minlength=word[-1] + 1)
    lengths = np.bincount(word)
    assert set(whole[whole > 0].tolist()) <= set(lengths[whole > 0].tolist())
    firsts = certainty[encoded.tokens.opens_word]
    read, left = firsts[whole > 0], firsts[(whole == 0) & (firsts < SURE)]
    assert (read < SURE).all()
    if read.size and left.size:
        assert read.max() <= left.min()


def test_labels_change_only_where_words_were_read_again(
    tagger: BertForTokenClassification, encoded: Encoded
) -> None:
    hf.enable(tagger, **PRUNING, fallback=False)
    once = score(encoded, tagger)
    assert not once.again.size
    hf.enable(tagger, **PRUNING, recovery_budget=0.5, fallback="auto")
    twice = score(encoded, tagger)
    rest = np.delete(np.arange(len(encoded.tokens)), twice.again)
    assert twice.again.size
    assert rest.size
    np.testing.assert_array_equal(once.labels[rest], twice.labels[rest])
    assert (once.labels[twice.again] != twice.labels[twice.again]).any(-1).all()


def test_with_every_word_read_again_labels_are_those_of_full_attention(
    tagger: BertForTokenClassification, encoded: Encoded, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In one layer only: deeper ones see other words as the pruned run left them.
    del tagger.bert.encoder.layer[1]
    for weight in tagger.bert.encoder.parameters():
        weight.data *= 10.0
    full = score(encoded, tagger).labels
    hf.enable(tagger, **PRUNING, fallback=False)
    assert not np.allclose(score(encoded, tagger).labels, full, atol=1e-3)
    monkeypatch.setattr(second_reading, "SURE", 2.0)
    monkeypatch.setattr(second_reading, "_budget", lambda model, tokens: tokens)
    hf.enable(tagger, **PRUNING, fallback="auto")
    np.testing.assert_allclose(score(encoded, tagger).labels, full, atol=1e-5)


def test_entities_tell_whether_they_were_read_again(
    tagger: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast
) -> None:
    tagger.classifier.weight.data *= 50.0  # names that it is not sure of are left out
    assert not any(entity.recovered for entity in extract(DOCUMENT, tagger, tokenizer))
    hf.enable(tagger, **PRUNING, recovery_budget=0.5)
    found = extract(DOCUMENT, tagger, tokenizer)
    assert {entity.recovered for entity in found} == {True, False}
