"""Documents in one model call, and the chunks of one."""

from dataclasses import replace

import numpy as np
import pytest
from tiny_folders import save_tagger

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.finance.reader.entities import prepare
from secateur.pipelines.finance.reader.scoring import score
from secateur.pipelines.finance.reader.shared_calls import score_batch
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions


@pytest.mark.parametrize("attention", ["dap", "full"])
def test_scores_of_a_shared_call_are_those_alone(attention, tmp_path):
    options = RunOptions(model=str(save_tagger(tmp_path)), attention=attention)
    loaded = load_model("finance", options)
    texts = ["Acme Corp. paid $3. " * count for count in (1, 4, 9)]
    documents = [Document("x", text, (Passage(0, len(text)),), "text/plain") for text in texts]
    encoded = [prepare(entry, loaded.model, loaded.tokenizer) for entry in documents]
    for entry, rows in zip(encoded, score_batch(encoded, loaded.model), strict=True):
        np.testing.assert_allclose(rows.labels, score(entry, loaded.model).labels, atol=1e-5)


def test_documents_without_a_token_share_a_call(tmp_path):
    loaded = load_model("finance", RunOptions(model=str(save_tagger(tmp_path))))
    empty = prepare(Document("x", "", (), "text/plain"), loaded.model, loaded.tokenizer)
    assert [len(rows.labels) for rows in score_batch([empty, empty], loaded.model)] == [0, 0]


@pytest.mark.parametrize("attention", ["dap", "full"])
def test_chunks_of_a_document_read_each_other(attention, tmp_path):
    """Positions begin anew at each: transformers 5.25 takes such rows for packed sequences."""
    loaded = load_model(
        "finance", RunOptions(model=str(save_tagger(tmp_path)), attention=attention)
    )
    text = "Acme Corp. paid $3. " * 40
    document = Document("x", text, (Passage(0, len(text)),), "text/plain")
    encoded = prepare(document, loaded.model, loaded.tokenizer)
    first, last = encoded.chunk_ends[0], encoded.source[encoded.chunk_ends[-2] + 1]
    ids = encoded.input_ids.copy()
    ids[1 : first - 1] = encoded.input_ids[1]
    other = replace(encoded, input_ids=ids)
    before, after = (score(entry, loaded.model).labels[last:] for entry in (encoded, other))
    assert np.abs(before - after).max() > 1e-4
