"""The climb of the threshold while a model trains, and the target that its entropy sets."""

from __future__ import annotations

import pytest
import tiny_models
import torch

from secateur.core.entropy import starting_threshold
from secateur.core.training.annealing import PruningSettings, recalibrated

HALF = (0.0, 0.25, 0.5, 1.0)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (PruningSettings(dap_threshold=2.0), [0.0, 1.0, 2.0, 2.0]),
        (PruningSettings(dap_threshold=2.0, anneal_ratio=0.0), [2.0, 2.0, 2.0, 2.0]),
        (
            PruningSettings(dap_threshold=8.0, start_threshold=2.0, anneal_ratio=1.0),
            [2.0, 2.0 * 2**0.5, 4.0, 8.0],
        ),
        (PruningSettings(dap_threshold=0.0), [0.0, 0.0, 0.0, 0.0]),
    ],
    ids=["from full", "at once", "geometric", "none"],
)
def test_the_threshold_climbs_to_its_target(settings, expected):
    assert [settings.threshold_at(done, 2048) for done in HALF] == pytest.approx(expected)


def test_a_calibrated_target_takes_the_place_of_the_given_one():
    assert PruningSettings(dap_threshold=2.0).threshold_at(1.0, 2048, 0.5) == 0.5


def test_thresholds_may_grow_with_the_length():
    settings = PruningSettings(dap_threshold=2.0, anneal_ratio=0.0, per_tokens=8192)
    assert settings.threshold_at(1.0, 2048) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"attention": "sparse"}, 'attention must be "full" or "dap"'),
        ({"dap_threshold": -1.0}, "dap_threshold must be 0 or more"),
        ({"anneal_ratio": 1.5}, "anneal_ratio must be 0 to 1, got 1.5"),
        ({"fallback_full_attention": "never"}, "fallback_full_attention must be"),
        ({"dap_threshold": 0.0, "start_threshold": 1.0}, "needs a dap_threshold above 0"),
    ],
)
def test_pruning_out_of_range_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        PruningSettings(**given)


class Batches(list):
    """A list is a data set."""


def batch(*lengths: int) -> dict[str, torch.Tensor]:
    tokens = tiny_models.random_tokens(len(lengths), max(lengths))
    mask = torch.stack([torch.arange(max(lengths)) < length for length in lengths]).long()
    return {"input_ids": tokens * mask, "labels": tokens, "attention_mask": mask}


def test_the_target_is_the_formula_of_the_measured_entropy():
    model = tiny_models.make("bert", peaked=40.0).train()
    model.config.max_position_embeddings = 512
    rows = batch(600)
    rows["position_ids"] = torch.arange(600)[None] % 512
    entropy, target = recalibrated(model, Batches([rows]), 0.45)
    assert 0 < entropy < 4.5
    assert target == pytest.approx(starting_threshold(entropy, 0.45))
    assert target == pytest.approx(0.45 * (1 - entropy / 4.5))
    assert model.training
    assert model.config._attn_implementation == "sdpa"


def test_even_attention_gives_a_lower_target_than_peaked():
    rows = batch(600)
    rows["position_ids"] = torch.arange(600)[None] % 512
    found = [
        recalibrated(tiny_models.make("bert", peaked=peaked), Batches([rows]), 1.0)[1]
        for peaked in (0.0, 4000.0)
    ]
    assert found[0] == pytest.approx(0.0, abs=1e-3)
    assert found[1] > found[0] + 0.01


def test_padding_is_cut_off_before_the_measurement():
    model = tiny_models.make("llama", peaked=40.0)
    long, both = tiny_models.random_tokens(1, 520), batch(520, 700)
    both["input_ids"][0, :520] = long
    alone = {"input_ids": long, "labels": long, "attention_mask": torch.ones_like(long)}
    both = {name: values[:1] for name, values in both.items()}
    assert recalibrated(model, Batches([both]), 1.0) == recalibrated(model, Batches([alone]), 1.0)


def test_short_rows_measure_nothing():
    assert recalibrated(tiny_models.make("bert"), Batches([batch(100, 40)]), 1.0) is None
