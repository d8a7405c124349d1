"""Model calls that documents share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_folders import save_tagger

from secateur.pipelines.batch.tagging import batches, score_batch, short_length, tokens_within
from secateur.pipelines.document import Document, Passage
from secateur.pipelines.finance.entities import prepare, score
from secateur.pipelines.models import RunOptions, load_model


@given(st.lists(st.integers(0, 900), max_size=40), st.integers(1, 4_000))
def test_batches_hold_each_once_within_the_budget(lengths, budget):
    found = batches(lengths, 512, budget)
    assert sorted(number for batch in found for number in batch) == list(range(len(lengths)))
    for batch in found:
        longest = max(lengths[number] for number in batch)
        assert len(batch) == 1 or (longest <= 512 and longest * len(batch) <= budget)


@pytest.mark.parametrize("attention", ["dap", "full"])
def test_scores_of_a_shared_call_are_those_alone(attention, tmp_path):
    options = RunOptions(model=str(save_tagger(tmp_path)), attention=attention)
    loaded = load_model("finance", options)
    texts = ["Acme Corp. paid $3. " * count for count in (1, 4, 9)]
    documents = [Document("x", text, (Passage(0, len(text)),), "text/plain") for text in texts]
    encoded = [prepare(entry, loaded.model, loaded.tokenizer) for entry in documents]
    assert max(map(len, encoded)) <= short_length(loaded.model)
    for entry, rows in zip(encoded, score_batch(encoded, loaded.model), strict=True):
        np.testing.assert_allclose(rows, score(entry, loaded.model), atol=1e-5)


def test_a_larger_budget_holds_more_tokens(tmp_path):
    model = load_model("finance", RunOptions(model=str(save_tagger(tmp_path)))).model
    assert 0 < tokens_within(model, 1) < tokens_within(model, 2)
