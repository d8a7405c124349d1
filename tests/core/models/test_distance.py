"""The code of distance: what it adds to a score, and what a trained encoder keeps beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import BertConfig, BertModel

from secateur.core import hf
from secateur.core.models.distance import (
    FREQUENCIES,
    STRENGTH,
    PlacedProjection,
    at_places,
    make_room,
    use_distance,
)
from secateur.core.models.tagger import EntityTagger, new_tagger

WIDTH, HEADS = 96, 3
SIZE, ROOM = WIDTH // HEADS, WIDTH // HEADS - 2 * len(FREQUENCIES)


@pytest.fixture
def model() -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=80, hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=HEADS,
        intermediate_size=64, max_position_embeddings=64, hidden_dropout_prob=0.0,
    )  # fmt: skip
    return BertModel(config, add_pooling_layer=False).eval()


def inputs(length: int = 40, seed: int = 1) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(80, (1, length), generator=generator)
    return placed(ids)


def placed(ids: Tensor) -> dict[str, Tensor]:
    """Positions that begin anew; with no mask transformers takes them for packed sequences."""
    places = (torch.arange(ids.shape[1]) % 64)[None]
    return {"input_ids": ids, "position_ids": places, "attention_mask": torch.ones_like(ids)}


def narrow(model: BertModel) -> None:
    """Leaves queries and keys no more dimensions a head than the code has room for."""
    for layer in model.encoder.layer:
        for projection in (layer.attention.self.query, layer.attention.self.key):
            heads = torch.arange(WIDTH) % SIZE >= ROOM
            projection.weight.data[heads] = projection.bias.data[heads] = 0.0


def silence(model: Any) -> None:
    for part in model.modules():
        if isinstance(part, PlacedProjection):
            part.amplitude.data.zero_()


def test_a_score_gains_the_mean_of_the_waves_of_its_distance() -> None:
    query, key = PlacedProjection(WIDTH, HEADS), PlacedProjection(WIDTH, HEADS)
    hidden = torch.randn(2, 300, WIDTH)
    with torch.no_grad():
        for projection in (query, key):
            projection.content.weight.zero_()
            projection.content.bias.zero_()
        left, right = (p(hidden).unflatten(-1, (HEADS, SIZE)).transpose(1, 2) for p in (query, key))
    scores = left @ right.mT / SIZE**0.5
    apart = (torch.arange(300)[:, None] - torch.arange(300)).double()
    waves = torch.stack([(frequency * apart).cos() for frequency in FREQUENCIES]).mean(0)
    expected = (STRENGTH * waves).float().expand(2, HEADS, 300, 300)
    torch.testing.assert_close(scores, expected, atol=1e-4, rtol=1e-4)


def test_the_code_fades_within_two_chunks_and_comes_back_nowhere() -> None:
    apart = torch.arange(131_072).double()
    waves = torch.stack([(frequency * apart).cos() for frequency in FREQUENCIES]).mean(0)
    assert waves[:64].min() > 0.9
    assert waves[512:].max() < 0.65
    assert (STRENGTH * waves[512:]).exp().mean().log() < 3.3


def test_what_fits_into_the_room_is_kept_to_the_last_digit(model: BertModel) -> None:
    narrow(model)
    given = inputs()
    with torch.no_grad():
        before = model(**given).last_hidden_state
    make_room(model, [inputs(seed=seed) for seed in range(2, 12)])
    silence(model)
    with torch.no_grad():
        torch.testing.assert_close(model(**given).last_hidden_state, before, atol=2e-5, rtol=1e-4)


def test_the_cut_keeps_more_than_leaving_out_the_last_dimensions(model: BertModel) -> None:
    given = inputs()
    with torch.no_grad():
        before = model(**given).last_hidden_state
    rough = BertModel(model.config, add_pooling_layer=False).eval()
    rough.load_state_dict(model.state_dict())
    narrow(rough)
    make_room(model, [inputs(seed=seed) for seed in range(2, 12)])
    silence(model)
    with torch.no_grad():
        lost, lost_roughly = (
            (other(**given).last_hidden_state - before).norm() for other in (model, rough)
        )
    assert lost < 0.5 * lost_roughly


def test_full_attention_keeps_to_a_chunk_among_many_alike(model: BertModel) -> None:
    """One chunk repeated with the same positions: without the code each reads all the others."""
    make_room(model, [inputs(seed=seed) for seed in range(2, 12)])
    other, own = inputs(64, seed=30)["input_ids"], inputs(64, seed=31)["input_ids"]
    document = torch.cat([own, other.repeat(1, 30)], 1)
    with torch.no_grad():
        alone = model(**placed(own)).last_hidden_state
        among = model(**placed(document)).last_hidden_state[:, :32]
        silence(model)
        lost = model(**placed(document)).last_hidden_state[:, :32]
    near, far = ((found - alone[:, :32]).norm() for found in (among, lost))
    assert near < 0.5 * far


def test_pruning_nothing_gives_torchs_own_attention(model: BertModel) -> None:
    use_distance(model)
    given = inputs(600)
    with torch.no_grad():
        expected = model(**given).last_hidden_state
        hf.enable(model, threshold=0.0)
        found = model(**given).last_hidden_state
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)


def test_the_strength_of_the_code_is_learnt_saved_and_loaded(tmp_path: Path) -> None:
    config = BertConfig(
        vocab_size=80, hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=HEADS,
        intermediate_size=64, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(tmp_path / "encoder")
    tagger = new_tagger(tmp_path / "encoder", ["ORG"], 0.0).eval()
    make_room(tagger, [inputs(seed=seed) for seed in range(2, 12)])
    given = inputs()
    tagger(**given).logits.sum().backward()
    amplitude = tagger.bert.encoder.layer[0].attention.self.query.amplitude
    assert amplitude.grad is not None
    assert bool((amplitude.grad != 0).all())
    amplitude.data += torch.tensor([0.5, 0.0, -0.5])
    tagger.save_pretrained(tmp_path / "tagger")
    loaded = EntityTagger.from_pretrained(tmp_path / "tagger").eval()
    with torch.no_grad():
        torch.testing.assert_close(loaded(**given).logits, tagger(**given).logits)


@pytest.mark.parametrize("lengths", [(33,), (33, 47)], ids=["one length", "any length"])
def test_an_export_computes_as_the_model_and_changes_no_later_call(
    model: BertModel, lengths: tuple[int, ...]
) -> None:
    """It runs on tensors without values: kept waves of these left uninitialised memory."""
    use_distance(model)
    given = inputs(lengths[0])
    free = {1: torch.export.Dim("length", min=2, max=512)} if len(lengths) > 1 else None
    shapes = dict.fromkeys(given, free)
    with torch.no_grad():
        exported = torch.export.export(model, (), given, dynamic_shapes=shapes, strict=False)
        for each in map(inputs, lengths):
            expected = told_waves(model, each)
            torch.testing.assert_close(model(**each).last_hidden_state, expected)
            torch.testing.assert_close(exported.module()(**each).last_hidden_state, expected)


def told_waves(model: BertModel, given: dict[str, Tensor]) -> Tensor:
    """What a model gives where it is told each token's place, which keeps nothing."""
    with at_places(torch.arange(given["input_ids"].shape[1])):
        found: Tensor = model(**given).last_hidden_state
    return found


def test_a_model_without_values_gives_shapes(model: BertModel) -> None:
    use_distance(model)
    ids = inputs()["input_ids"].to("meta")
    assert model.to("meta")(ids).last_hidden_state.shape == (1, 40, WIDTH)
