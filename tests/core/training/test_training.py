"""Partial labels, settings from files, pieces of chunks, and a training that repeats itself."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_models import tiny_encoder
from transformers import (
    BertModel,
)

from secateur.core.models.tagger import bio_labels, chunk_tokens, new_tagger
from secateur.core.models.word_kinds import CAPITALS, CASES, LOWER, NO_LETTERS, TITLE, letter_case
from secateur.core.training.annealing import PruningSettings
from secateur.core.training.pieces import PieceDataset, PieceSettings, first_position
from secateur.core.training.run import TrainingSettings
from secateur.core.training.settings import build_settings, read_toml
from secateur.core.training.tagged import (
    IGNORE,
    Piece,
    Source,
    TaggedTokens,
    collate,
    mention_pools,
)
from secateur.core.training.tagger import TaggerTraining, partial_label_loss, train_tagger

TYPES = ["ORG", "LOC"]
ANY = (1 << 5) - 1
FULL = PruningSettings(attention="full")


def test_one_allowed_label_is_cross_entropy() -> None:
    logits = torch.randn(2, 3, 5)
    labels = torch.randint(5, (2, 3))
    expected = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels.flatten(), reduction="sum"
    )
    torch.testing.assert_close(partial_label_loss(logits, 1 << labels), expected)


def test_known_labels_weigh_what_they_are_told() -> None:
    logits = torch.zeros(1, 3, 4)
    weights = torch.tensor([1.0, 5.0, 1.0, 1.0])
    allowed = torch.tensor([[0b0001, 0b0010, 0b0011]])
    expected = math.log(4) + 5 * math.log(4) + math.log(2)
    assert partial_label_loss(logits, allowed, weights).item() == pytest.approx(expected)


def test_any_label_costs_nothing() -> None:
    logits = torch.randn(1, 4, 5, requires_grad=True)
    loss = partial_label_loss(logits, torch.full((1, 4), ANY))
    loss.backward()
    assert loss.item() == pytest.approx(0.0, abs=1e-6)
    assert logits.grad is not None
    assert logits.grad.abs().max() < 1e-6


def test_several_allowed_labels_share_their_probability() -> None:
    logits = torch.zeros(1, 1, 4)
    assert partial_label_loss(logits, torch.tensor([[0b0011]])).item() == pytest.approx(math.log(2))


def test_tokens_that_do_not_count_change_nothing() -> None:
    logits = torch.randn(1, 3, 5)
    allowed = torch.tensor([[1, 2, IGNORE]])
    torch.testing.assert_close(
        partial_label_loss(logits, allowed), partial_label_loss(logits[:, :2], allowed[:, :2])
    )


def test_no_token_that_counts_gives_zero() -> None:
    assert partial_label_loss(torch.randn(1, 2, 5), torch.full((1, 2), IGNORE)).item() == 0.0


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"output": "o", "learning_rat": 1e-4}, "'learning_rat': did you mean learning_rate"),
        ({"output": "o", "steps": "many"}, "steps must be int, got 'many'"),
        ({"output": "o", "steps": True}, "steps must be int, got True"),
        (
            {"output": "o", "learning_rate": math.nan},
            "learning_rate must be a finite float, got nan",
        ),
        ({"output": "o", "gradient_accumulatio": 2}, "did you mean gradient_accumulation"),
        ({"output": "o", "steps": 0}, "steps must be 1 or more, got 0"),
        ({"output": "o", "precision": "fp8"}, "got 'fp8'"),
        ({"output": "o", "warmup_ratio": 2.0}, "warmup_ratio must be 0 to 1, got 2.0"),
        ({}, "output"),
        ([], "expected a table"),
    ],
)
def test_settings_refuse_what_is_not_in_order(table: object, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        build_settings(TrainingSettings, table, "a.toml, [training]")
    assert str(error.value).startswith("a.toml, [training]")


def test_settings_keep_defaults_and_take_whole_numbers_for_real_ones() -> None:
    settings = build_settings(TrainingSettings, {"output": "o", "weight_decay": 0}, "a.toml")
    assert settings.weight_decay == 0
    assert settings.steps == TrainingSettings("o").steps


def test_a_broken_config_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("steps = = 3")
    with pytest.raises(ValueError, match=r"a\.toml: cannot be read as TOML.*line 1"):
        read_toml(path, [])


def test_a_config_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xf8\x00")
    with pytest.raises(ValueError, match=r"a\.toml: is no text in UTF-8"):
        read_toml(path, [])
    with pytest.raises(ValueError, match=r"Is a directory; give a config file"):
        read_toml(tmp_path, [])


def test_keys_that_a_config_file_must_have_are_named() -> None:
    with pytest.raises(ValueError, match=r"^a\.toml, \[training\]: output missing$"):
        build_settings(TrainingSettings, {}, "a.toml, [training]")


def test_a_missing_config_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.toml: no such config file; configs/"):
        read_toml(tmp_path / "nowhere.toml", [])


def sentence(
    length: int, first: int = 10, mentions: Sequence[tuple[int, int, str]] = ()
) -> TaggedTokens:
    allowed = np.ones(length, dtype=np.int64)
    for start, end, _ in mentions:
        allowed[start:end] = 4
        allowed[start] = 2
    return TaggedTokens(
        np.arange(first, first + length), np.full(length, TITLE), allowed, tuple(mentions)
    )


def dataset(settings: PieceSettings, steps: int = 6, **others: object) -> PieceDataset:
    documents = tuple(tuple(sentence(5 + n % 7, 10 + n) for n in range(30)) for _ in range(3))
    return PieceDataset([Source("set", documents)], steps, settings, 2, 3, 1, 0, **others)


PLAIN = PieceSettings(min_chunk=8, max_tokens=600, lower=0, upper=0, replace=0)


def test_neighbouring_chunks_never_share_a_position() -> None:
    settings = PieceSettings(min_chunk=8, max_chunks=4, alone=0)
    for batch in (dataset(settings)[number] for number in range(6)):
        for ids, positions in zip(batch["input_ids"], batch["position_ids"], strict=True):
            opens = (ids == 2).nonzero()[:, 0].tolist()
            assert set(positions[opens].tolist()) <= {0, 256}
            assert all(positions[a] != positions[b] for a, b in pairwise(opens))


@pytest.mark.parametrize(
    ("longest", "expected"),
    [(512, [0, 0, 0]), (256, [0, 256, 0]), (200, [0, 200, 0]), (128, [0, 128, 256])],
)
def test_chunks_take_turns_in_the_positions(longest: int, expected: list[int]) -> None:
    assert [first_position(number, longest) for number in range(3)] == expected


def test_batches_stay_within_their_tokens() -> None:
    for number in range(6):
        assert dataset(PLAIN)[number]["input_ids"].numel() <= 600


def test_sentences_of_loose_sets_are_sampled_one_by_one() -> None:
    documents = (tuple(sentence(5, 10 + n) for n in range(40)),)
    source = Source("set", documents, repeat=0.5, loose=True)
    batches = PieceDataset([source], 1, PieceSettings(), 2, 3, 1, 0)
    seen = {int(first) for first in batches[0]["input_ids"].flatten()} - {0, 2, 3}
    assert 0 < len(seen) < 40 + 5


def test_the_same_seed_gives_the_same_batches_in_any_order() -> None:
    settings = PieceSettings(min_chunk=8, max_tokens=600)
    one, other = dataset(settings), dataset(settings)
    last = [other[number] for number in (5, 2)]
    for name, values in one[2].items():
        assert torch.equal(values, last[1][name])


def test_special_tokens_are_not_scored() -> None:
    batch = dataset(PLAIN)[0]
    special = (batch["input_ids"] == 2) | (batch["input_ids"] == 3)
    assert (batch["labels"][special] == IGNORE).all()


def test_an_empty_set_is_refused() -> None:
    with pytest.raises(ValueError, match="no labelled sentence"):
        PieceDataset([Source("set", ())], 1, PLAIN, 2, 3, 1, 0)


@pytest.mark.parametrize(
    ("settings", "case"),
    [({"lower": 1.0}, LOWER), ({"lower": 0.0, "upper": 1.0}, CAPITALS)],
    ids=["lower", "upper"],
)
def test_case_changes_whole_pieces_but_not_signs(settings: dict[str, float], case: int) -> None:
    batch = dataset(PieceSettings(min_chunk=8, max_tokens=600, **settings))[0]
    seen = batch["input_ids"] > 3
    assert set(batch["token_type_ids"][seen].tolist()) == {case}
    ends = (batch["input_ids"] == 2) | (batch["input_ids"] == 3)
    assert set(batch["token_type_ids"][ends].tolist()) == {NO_LETTERS}


def test_mentions_are_replaced_by_others_of_their_type() -> None:
    documents = ((sentence(6, 10, [(1, 3, "ORG")]),),)
    other = Source("other", ((sentence(3, 50, [(0, 3, "ORG")]),),))
    pools = mention_pools([other], ["ORG"])
    settings = PieceSettings(replace=1.0, lower=0, upper=0)
    batch = PieceDataset([Source("set", documents)], 1, settings, 2, 3, 1, 0, pools)[0]
    assert batch["input_ids"][0].tolist() == [2, 10, 50, 51, 52, 13, 14, 15, 3]
    assert batch["labels"][0].tolist() == [IGNORE, 1, 2, 4, 4, 1, 1, 1, IGNORE]


def test_padding_is_masked_and_not_scored() -> None:
    ones = torch.ones(3, dtype=torch.int64)
    columns = {"input_ids": torch.arange(3), "labels": ones}
    short = {name: values[:1] for name, values in columns.items()}
    batch = collate([Piece(columns, [2, 3]), Piece(short, [1])])
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["labels"][1].tolist() == [1, IGNORE, IGNORE]
    assert batch["span_offsets"].tolist() == [[0, 2, 3], [0, 1, 3]]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder(tmp_path_factory.mktemp("encoder"))


def inputs(length: int = 12) -> dict[str, torch.Tensor]:
    ids = torch.randint(4, 60, (1, length))
    return {"input_ids": ids, "position_ids": torch.arange(length)[None]}


def test_a_new_tagger_begins_blind_for_case(encoder: Path) -> None:
    model = new_tagger(encoder, TYPES, 0.1).eval()
    given = inputs()
    kinds = torch.randint(CASES, given["input_ids"].shape)
    with torch.no_grad():
        one = model.bert(**given, token_type_ids=kinds).last_hidden_state
        other = model.bert(**given).last_hidden_state
    torch.testing.assert_close(one, other)
    assert [model.config.id2label[number] for number in range(5)] == bio_labels(TYPES)


@pytest.mark.parametrize("length", [1, 7, 8, 20])
def test_chunks_of_tokens_change_no_number(encoder: Path, length: int) -> None:
    model = BertModel.from_pretrained(encoder).eval()
    given = inputs(length)
    with torch.no_grad():
        before = model(**given).last_hidden_state
        chunk_tokens(model, tokens=4)
        torch.testing.assert_close(model(**given).last_hidden_state, before)


@pytest.mark.parametrize(
    ("word", "case"),
    [
        ("the", LOWER), ("The", TITLE), ("A", TITLE), ("IBM", CAPITALS), ("2012", NO_LETTERS),
        ("$", NO_LETTERS), ("中", LOWER), ("éa", LOWER),
    ],
)  # fmt: skip
def test_letter_case(word: str, case: int) -> None:
    assert letter_case(word) == case


def train(encoder: Path, folder: Path, steps: int) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    model = new_tagger(encoder, TYPES, 0.1)
    settings = TaggerTraining(
        str(folder), steps=steps, save_steps=2, precision="fp32", gradient_accumulation=1
    )
    train_tagger(model, dataset(PLAIN, steps), settings, FULL)
    return {name: values.clone() for name, values in model.state_dict().items()}


def test_training_lowers_the_loss(encoder: Path, tmp_path: Path) -> None:
    model = new_tagger(encoder, TYPES, 0.0)
    settings = TaggerTraining(
        str(tmp_path), steps=12, learning_rate=5e-3, log_steps=1, precision="fp32",
        gradient_accumulation=1,
    )  # fmt: skip
    log = train_tagger(model, dataset(PLAIN, 12), settings, FULL)
    losses = [entry["loss"] for entry in log if "loss" in entry]
    assert losses[-1] < 0.5 * losses[0]


def test_the_same_seed_trains_to_the_same_weights(encoder: Path, tmp_path: Path) -> None:
    one = train(encoder, tmp_path / "one", 3)
    other = train(encoder, tmp_path / "other", 3)
    for name, values in one.items():
        assert torch.equal(values, other[name]), name


def test_a_killed_training_goes_on_to_the_same_weights(encoder: Path, tmp_path: Path) -> None:
    whole = train(encoder, tmp_path, 4)
    shutil.rmtree(tmp_path / "checkpoint-4")
    for name, values in train(encoder, tmp_path, 4).items():
        assert torch.equal(values, whole[name]), name


def test_labels_are_learnt_under_dap(encoder: Path, tmp_path: Path) -> None:
    model = new_tagger(encoder, TYPES, 0.0)
    settings = TaggerTraining(
        str(tmp_path), steps=12, learning_rate=5e-3, log_steps=1, precision="fp32",
        gradient_accumulation=1,
    )  # fmt: skip
    log = train_tagger(model, dataset(PLAIN, 12), settings, PruningSettings())
    losses = [entry["loss"] for entry in log if "loss" in entry]
    assert losses[-1] < 0.5 * losses[0]
    assert model.config._attn_implementation == "sdpa"


def test_a_weight_for_a_type_that_the_model_lacks_is_refused(encoder: Path, tmp_path: Path) -> None:
    model = new_tagger(encoder, TYPES, 0.0)
    settings = TaggerTraining(str(tmp_path), rare={"SHARE": 2.0})
    with pytest.raises(ValueError, match="no type 'SHARE'"):
        train_tagger(model, dataset(PLAIN, 1), settings, FULL)
