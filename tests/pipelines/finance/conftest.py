"""A word-piece tokenizer of a few words, and a tagger of that vocabulary with random weights."""

from __future__ import annotations

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

from secateur.core.models.tagger import TYPES_KEY, bio_labels
from secateur.core.models.word_kinds import CASES

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WORDS = ["the", "acme", "corp", "net", "income", "rose", "ohio", "paid", "and", "million"]
SIGNS = [*"$%.,()-'&#@:;/", *"abcdefghijklmnopqrstuvwxyz0123456789"]


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    pieces = [*SPECIAL, *WORDS, *SIGNS, *(f"##{sign}" for sign in SIGNS)]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    backend = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=True)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        model_max_length=64,
    )


@pytest.fixture
def tagger(tokenizer: PreTrainedTokenizerFast) -> BertForTokenClassification:
    torch.manual_seed(0)
    labels = bio_labels(["ORG", "MONEY", "ROLE"])
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=64,
        type_vocab_size=CASES,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    setattr(config, TYPES_KEY, True)
    config._attn_implementation = "sdpa"
    return BertForTokenClassification(config).eval()
