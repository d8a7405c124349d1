"""Models read from files: which class they get, and files that no model can be made of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_folders import save_decoder
from tiny_models import make, random_tokens

from secateur.core import hf
from secateur.core.models.quantised import quantise


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole decoder."""
    return save_decoder(tmp_path)


def change_config(folder: Path, **values: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def cut_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-2000])


def save_in_bytes(folder: Path) -> None:
    model = make("llama")
    quantise(model)
    model.save_pretrained(folder)


def save_an_encoder_decoder(folder: Path) -> None:
    make("t5").save_pretrained(folder)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (cut_weights, "cannot be loaded: .*; give a folder"),
        (save_an_encoder_decoder, "cannot be loaded: .*T5Config.*with a whole model for task"),
        (lambda folder: change_config(folder, model_type="none"), "cannot be loaded: .*`none`"),
        (
            lambda folder: change_config(folder, intermediate_size=80),
            r"config.json: model.layers.0.mlp.down_proj.weight is \[32, 48\] and should be",
        ),
        (save_in_bytes, "saved with weights in bytes; .*int8=True"),
        (
            lambda folder: change_config(folder, dap="yes"),
            "\"dap\" in the model's config holds no settings: 'yes'",
        ),
    ],
    ids=["cut off", "another kind", "no kind", "other sizes", "in bytes", "settings"],
)
def test_files_that_make_no_model_are_refused_with_its_name(
    folder: Path, damage: Callable[[Path], None], message: str
) -> None:
    damage(folder)
    with pytest.raises(ValueError, match=message) as refused:
        hf.load(folder, "causal-lm")
    text = str(refused.value)
    assert len(text.splitlines()) == 1
    assert str(folder) in text or "the model's config" in text


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"attention": "Dap"}, "unknown attention 'Dap'; one of dap, full"),
        ({"attention": "full", "threshold": 0.5}, 'needs "dap"'),
        ({"attention": "full", "domain": "finance"}, 'needs "dap"'),
    ],
    ids=["unknown", "threshold", "domain"],
)
def test_attention_that_is_unknown_or_not_pruned_takes_no_settings(
    folder: Path, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        hf.load(folder, "causal-lm", **asked)


def test_the_encoder_of_a_tagger_is_the_taggers_own() -> None:
    tokens = random_tokens(1, 500)
    tagger, _ = hf.load("finance", "tokens", attention="full")
    encoder, _ = hf.load("finance", "encoder", attention="full")
    with torch.no_grad():
        expected = tagger.bert(tokens).last_hidden_state
        torch.testing.assert_close(encoder(tokens).last_hidden_state, expected)
