"""Overlapping windows: each piece is labelled once, from the window in whose middle it stands."""

import numpy as np
import pytest
import torch
from tiny_folders import save_tagger

from secateur.core.models.tagger import model_labels
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.finance.reader.entities import prepare
from secateur.pipelines.finance.reader.windows import score_windows
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions

WINDOW, STRIDE = 32, 20


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = save_tagger(tmp_path_factory.mktemp("tagger"))
    return load_model("finance", RunOptions(model=str(folder), attention="full"))


def encoded(loaded, words):
    text = " ".join("ab"[number % 3 == 0] for number in range(words))
    document = Document("a", text, (Passage(0, len(text)),), "text/plain")
    return prepare(document, loaded.model, loaded.tokenizer)


def windows(loaded, document, batch_size=3):
    return score_windows(
        document, loaded.model, loaded.tokenizer,
        batch_size=batch_size, window=WINDOW, stride=STRIDE,
    ).labels  # fmt: skip


@pytest.mark.parametrize("words", [1, 29, 30, 31, 50, 51, 90, 137])
def test_every_piece_gets_probabilities(loaded, words):
    document = encoded(loaded, words)
    labels = windows(loaded, document)
    assert labels.shape == (len(document.tokens), len(model_labels(loaded.model)))
    assert np.exp(labels).sum(1) == pytest.approx(np.ones(words), abs=1e-5)


def test_batches_change_nothing(loaded):
    document = encoded(loaded, 137)
    one, many = windows(loaded, document, 1), windows(loaded, document, 8)
    assert one == pytest.approx(many, abs=1e-5)


def test_a_piece_is_read_in_the_window_in_whose_middle_it_stands(loaded):
    document, room = encoded(loaded, 90), WINDOW - 2
    labels = windows(loaded, document)
    for piece, start in [(0, 0), (24, 0), (25, 20), (44, 20), (45, 40), (89, 60)]:
        ids = document.tokens.ids[start : start + room]
        tokenizer = loaded.tokenizer
        row = torch.tensor([[tokenizer.cls_token_id, *ids.tolist(), tokenizer.sep_token_id]])
        alone = loaded.model(row, token_type_ids=torch.zeros_like(row)).logits[0].log_softmax(-1)
        expected = alone[piece - start + 1].detach().numpy()
        assert labels[piece] == pytest.approx(expected, abs=1e-5), piece


def test_a_stride_that_leaves_pieces_out_is_refused(loaded):
    with pytest.raises(ValueError, match="a stride of 31 leaves tokens out of windows of 32"):
        score_windows(encoded(loaded, 50), loaded.model, loaded.tokenizer, window=32, stride=31)
