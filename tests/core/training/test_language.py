"""Batches of language modelling, the losses, and a new vocabulary."""

from __future__ import annotations

import pytest
import torch
from tiny_folders import save_decoder
from tiny_texts import WORDS, save_masked
from transformers import (
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoTokenizer,
    BertConfig,
    BertForMaskedLM,
    ModernBertConfig,
    ModernBertForMaskedLM,
    RobertaConfig,
    RobertaForMaskedLM,
)

from secateur.core.training.language import LanguageBatches, Reading, masked_loss, reading
from secateur.core.training.tagged import IGNORE
from secateur.core.training.vocabulary import renew_vocabulary

MASK, PAD, SPECIAL = 3, 0, (0, 1, 2, 3)


def how(objective="masked", **given):
    return Reading(objective, MASK, PAD, 200, SPECIAL, **given)


def rows(count=30, seed=0):
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.randint(8, 60, (count,), generator=generator).tolist()
    return [[1, *torch.randint(4, 200, (n - 2,), generator=generator).tolist(), 2] for n in lengths]


def test_a_pass_holds_every_row_once_in_batches_of_like_length():
    given = rows()
    batches = LanguageBatches(given, how("causal"), 200)
    found = []
    for number in range(len(batches)):
        batch = batches[number]
        assert batch["input_ids"].numel() <= 200
        for tokens, labels in zip(batch["input_ids"], batch["labels"], strict=True):
            there = labels != IGNORE
            assert tokens[1:][there[1:]].tolist() == labels[there][:-1].tolist()
            found.append([int(tokens[0]), *labels[there].tolist()])
    assert sorted(found) == sorted(given)
    widths = [batches[number]["input_ids"].shape[1] for number in range(len(batches))]
    assert widths == sorted(widths)


def test_batches_are_planned_for_all_steps_and_shuffled():
    batches = LanguageBatches(rows(), how(), 200, count=50, seed=1)
    assert len(batches) == 50
    assert batches.epochs > 1
    widths = [batches[number]["input_ids"].shape[1] for number in range(20)]
    assert widths != sorted(widths)


def test_the_same_seed_gives_the_same_batches_in_any_order():
    one, other = (LanguageBatches(rows(), how(), 200, count=9, seed=4) for _ in range(2))
    later = other[7]
    for name, values in one[7].items():
        assert torch.equal(values, later[name])
    third = LanguageBatches(rows(), how(), 200, count=9, seed=5)
    assert any(
        one[n]["input_ids"].shape != third[n]["input_ids"].shape
        or not torch.equal(one[n]["input_ids"], third[n]["input_ids"])
        for n in range(9)
    )


def test_tokens_are_masked_as_bert_was_trained():
    given = [[1, *[7] * 498, 2]] * 20
    batches = LanguageBatches(given, how(), 10_000)
    batch = batches[0]
    asked = batch["labels"] != IGNORE
    assert (batch["labels"][asked] == 7).all()
    assert not asked[:, 0].any()
    assert not asked[:, -1].any()
    share = asked.float().mean().item()
    assert share == pytest.approx(0.15, abs=0.015)
    seen = batch["input_ids"][asked]
    assert (seen == MASK).float().mean().item() == pytest.approx(0.8, abs=0.05)
    assert (seen == 7).float().mean().item() == pytest.approx(0.1, abs=0.04)
    assert (batch["input_ids"][~asked][batch["labels"][~asked] == IGNORE] != MASK).all()


def test_positions_begin_again_where_rows_are_longer():
    batch = LanguageBatches([[1, *[7] * 30]], how(positions=16), 64)[0]
    assert batch["position_ids"][0].tolist() == [place % 16 for place in range(31)]


@pytest.mark.parametrize(
    ("given", "message"), [([], "no text to learn from"), ([[7] * 300], "300 tokens does not fit")]
)
def test_rows_out_of_order_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        LanguageBatches(given, how(), 200)


SMALL = {
    "vocab_size": 200, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
    "intermediate_size": 48, "max_position_embeddings": 128, "pad_token_id": 0,
}  # fmt: skip
ENCODERS = {
    "bert": lambda: BertForMaskedLM(BertConfig(**SMALL)),
    "roberta": lambda: RobertaForMaskedLM(RobertaConfig(**SMALL)),
    "modernbert": lambda: ModernBertForMaskedLM(
        ModernBertConfig(**SMALL, cls_token_id=1, sep_token_id=2, bos_token_id=1, eos_token_id=2)
    ),
}


@torch.no_grad()
@pytest.mark.parametrize("name", ENCODERS)
def test_logits_at_the_asked_places_give_the_whole_loss(name):
    torch.manual_seed(0)
    model = ENCODERS[name]().eval()
    batch = LanguageBatches(rows(6), how(), 400)[0]
    given = {key: values for key, values in batch.items() if key != "labels"}
    expected = torch.nn.functional.cross_entropy(
        model(**given).logits.flatten(0, 1), batch["labels"].flatten(), reduction="sum"
    )
    torch.testing.assert_close(masked_loss(model, batch), expected, rtol=1e-4, atol=1e-3)


def test_a_decoder_cannot_be_masked_nor_read_beyond_its_positions(tmp_path):
    save_decoder(tmp_path, 128)
    model, words = (
        AutoModelForCausalLM.from_pretrained(tmp_path),
        AutoTokenizer.from_pretrained(tmp_path),
    )
    with pytest.raises(ValueError, match="no mask token"):
        reading(model, words, "masked", 64, 0.15)
    with pytest.raises(ValueError, match="max_seq_len 129 is above the model's 128 positions"):
        reading(model, words, "causal", 129, 0.15)
    assert reading(model, words, "causal", 128, 0.15).positions == 0


def test_a_new_vocabulary_keeps_what_the_old_one_knew(tmp_path):
    save_masked(tmp_path)
    model = AutoModelForMaskedLM.from_pretrained(tmp_path)
    old = AutoTokenizer.from_pretrained(tmp_path)
    before = model.get_input_embeddings().weight.detach().clone()
    new = renew_vocabulary(model, old, [" ".join(WORDS)] * 4, 220)
    after = model.get_input_embeddings().weight
    assert len(new) == after.shape[0] == model.config.vocab_size <= 220
    assert len(new.tokenize("region")) < len(old.tokenize("region"))
    torch.testing.assert_close(
        after[new.convert_tokens_to_ids("[MASK]")], before[old.mask_token_id]
    )
    pieces = old("region", add_special_tokens=False)["input_ids"]
    torch.testing.assert_close(after[new.convert_tokens_to_ids("region")], before[pieces].mean(0))
    tokens = new("net sales", return_tensors="pt")
    assert model(**tokens).logits.shape[-1] == len(new)
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight
