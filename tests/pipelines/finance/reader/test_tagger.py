"""The tagger with a head for numbers is saved and loaded whole."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tiny_models import tiny_encoder
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import BertConfig, PreTrainedTokenizerFast

from secateur.core import hf
from secateur.core.models.distance import use_distance
from secateur.core.models.tagger import new_tagger
from secateur.core.models.word_weights import Texts
from secateur.pipelines.finance.candidates.number_types import CONCEPTS_KEY, KINDS_OF_TEXT
from secateur.pipelines.finance.reader.figure_head import FigureHead
from secateur.pipelines.finance.reader.tagger import FIGURES_KEY, FigureTagger, with_figure_head

TYPES = ["ORG", "LOC"]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder(tmp_path_factory.mktemp("encoder"))


def test_a_tagger_with_a_head_for_numbers_is_saved_whole(encoder: Path, tmp_path: Path) -> None:
    model = new_tagger(encoder, TYPES, 0.0).eval()
    use_distance(model)
    size = model.config.vocab_size, model.config.hidden_size
    head = FigureHead(size, 6, 4, 1, (8, 4), 2).eval()
    torch.nn.init.normal_(head.word_weights)
    whole = with_figure_head(model, head, {"us-gaap:Assets": "MONEY"})
    whole.save_pretrained(tmp_path)
    words = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(WordLevel({"a": 0})))
    words.save_pretrained(tmp_path)
    loaded, _ = hf.load(tmp_path, "tokens", attention="full")
    given = {"input_ids": torch.randint(4, 60, (1, 12)), "position_ids": torch.arange(12)[None]}
    texts = [Texts(torch.arange(5), torch.tensor([[0, 2], [2, 5], [3, 3]]))] * len(KINDS_OF_TEXT)
    numbers = model.get_input_embeddings().weight.detach(), texts, torch.randn(3, 6)
    with torch.no_grad():
        torch.testing.assert_close(loaded(**given).logits, model(**given).logits)
        torch.testing.assert_close(loaded.figure_head(*numbers), head(*numbers))
    assert loaded.config.concepts == {"us-gaap:Assets": "MONEY"}
    narrow, _ = hf.load(tmp_path, "tokens", attention="full", dtype=torch.bfloat16)
    assert next(narrow.parameters()).dtype == torch.bfloat16
    with torch.no_grad():  # the file's own numbers, rounded nowhere
        torch.testing.assert_close(narrow.figure_head(*numbers), head(*numbers), rtol=0, atol=0)


def test_a_head_of_an_older_kind_is_refused_with_the_way_out(encoder: Path) -> None:
    config = BertConfig.from_pretrained(encoder)
    setattr(config, FIGURES_KEY, [6, 4, 1, 8])
    with pytest.raises(ValueError, match="older kind; train it anew"):
        FigureTagger(config)
    setattr(config, FIGURES_KEY, [6, 4, 1, [8, 8], 1])
    setattr(config, CONCEPTS_KEY, ["us-gaap:Assets"])
    with pytest.raises(ValueError, match="older kind; train it anew"):
        FigureTagger(config)
