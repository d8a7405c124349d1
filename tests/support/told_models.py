"""Models without training whose results are known, saved as folders that the page can load."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import (
    BertConfig,
    BertForTokenClassification,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
LABELS = ["O", "B-ORG", "I-ORG", "B-MONEY", "I-MONEY"]
ORGANISATION, AMOUNT = "marrowstone", "$"
SAID = "She admits skipping evening metformin . Valsartan 160 mg daily !".split()


def _tokenizer(text: str, *, lowercase: bool) -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.train_from_iterator([text], trainers.WordLevelTrainer(special_tokens=SPECIAL))
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", eos_token="[SEP]",
    )  # fmt: skip


def save_finder(folder: Path) -> Path:
    """Saves a classifier that finds `ORGANISATION` and `AMOUNT` wherever they stand."""
    tokenizer = _tokenizer(f"{ORGANISATION} {AMOUNT}", lowercase=True)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, max_position_embeddings=512,
        id2label=dict(enumerate(LABELS)), label2id={label: i for i, label in enumerate(LABELS)},
    )  # fmt: skip
    model = BertForTokenClassification(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "LayerNorm.weight" not in name:
                weight.zero_()
        for name, weight in model.named_parameters():
            # Without keys it changes nothing; a profile knows its model by these weights.
            if name.endswith("query.weight"):
                weight.fill_(1.0)
        embeddings = model.bert.embeddings.word_embeddings.weight
        for number, word in enumerate([ORGANISATION, AMOUNT]):
            embeddings[tokenizer.convert_tokens_to_ids(word), number] = 1.0
            model.classifier.weight[1 + 2 * number, number] = 1.0
        model.classifier.bias[0] = 1.0
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def save_speaker(folder: Path) -> Path:
    """Saves a decoder that answers every prompt with `SAID`: each word leads to the next."""
    tokenizer = _tokenizer(" ".join([*SAID, "]"]), lowercase=False)
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'] }} {% endfor %}]"
    size = len(tokenizer)
    config = LlamaConfig(
        vocab_size=size, hidden_size=32, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, max_position_embeddings=4096, tie_word_embeddings=False,
        eos_token_id=tokenizer.eos_token_id, bos_token_id=None, pad_token_id=0,
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    numbers = tokenizer.get_vocab()
    order = [numbers[word] for word in ("]", *SAID, "[SEP]")]
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" not in name:
                weight.zero_()
        model.model.embed_tokens.weight[:, :size] = torch.eye(size)
        for word, following in pairwise(order):
            model.lm_head.weight[following, word] = 1.0
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
