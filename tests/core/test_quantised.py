"""Weights in bytes: half a step off at most, and read alike with and without modules."""

from __future__ import annotations

from itertools import pairwise

import pytest
import tiny_models
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM

from secateur.core import hf, llama
from secateur.core.decoding import reader
from secateur.core.quantised import Int8Linear, quantise
from secateur.kernels.ops import native_status
from secateur.pipelines.errors import UsageError
from secateur.pipelines.models import RunOptions, load_model

LENGTH = 600  # more than DAP leaves exact


def _layer(inputs, outputs, *, bias=False, dtype=torch.bfloat16):
    torch.manual_seed(inputs)
    return nn.Linear(inputs, outputs, bias=bias).to(dtype)


def _decoder(**settings):
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=60, hidden_size=32, intermediate_size=44, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=2048,
        initializer_range=0.3, **settings,
    )  # fmt: skip
    model = LlamaForCausalLM(config).bfloat16().eval()
    model.set_attn_implementation("sdpa")
    return model


@given(st.integers(1, 70), st.integers(1, 20), st.floats(-30, 30))
def test_a_weight_is_off_by_half_a_step_at_most(inputs, outputs, power):
    layer = _layer(inputs, outputs, dtype=torch.float32)
    with torch.no_grad():
        layer.weight.mul_(2.0**power)
    packed = Int8Linear(layer).packed
    error = (packed.widened(torch.float32) - layer.weight).abs()
    assert packed.values.dtype == torch.int8
    assert (error <= 0.501 * packed.scales).all()
    assert (packed.values.abs().amax(1) == 127).all()


@pytest.mark.parametrize("shape", [(1, 40), (1, 1, 40), (7, 40), (2, 3, 40)], ids=str)
@pytest.mark.parametrize("bias", [False, True], ids=["plain", "bias"])
def test_the_layer_computes_nearly_what_it_did(shape, bias):
    layer = _layer(40, 24, bias=bias)
    rows = torch.randn(shape, generator=torch.Generator().manual_seed(1)).bfloat16()
    with torch.inference_mode():
        expected, found = layer(rows), Int8Linear(layer)(rows)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    torch.testing.assert_close(found, expected, atol=0.03, rtol=0.02)


def test_a_weight_of_nothing_but_zeros_stays_so():
    layer = _layer(8, 3)
    nn.init.zeros_(layer.weight)
    assert not Int8Linear(layer)(torch.ones(1, 8).bfloat16()).any()


def test_every_linear_layer_is_packed_and_shared_embeddings_are_not():
    model = _decoder(tie_word_embeddings=True)
    embeddings = model.get_input_embeddings().weight
    before = embeddings.clone()
    quantise(model)
    assert not any(type(module) is nn.Linear for module in model.modules())
    assert isinstance(model.lm_head, Int8Linear)
    assert torch.equal(embeddings, before)


@pytest.mark.skipif(not native_status()[0], reason=native_status()[1])
@pytest.mark.parametrize("attention", ["full", "dap"])
@torch.inference_mode()
def test_logits_are_those_of_the_modules(attention, monkeypatch):
    model = _decoder()
    plain = model(tiny_models.random_tokens(1, 40)).logits
    quantise(model)
    rounded = model(tiny_models.random_tokens(1, 40)).logits
    assert 0 < (rounded - plain).abs().max() < 0.1 * plain.abs().max()
    if attention == "dap":
        hf.enable(model, threshold=0.45)
    found = reader(model)
    assert isinstance(found, llama.LlamaReader)
    monkeypatch.setattr(llama, "covers", lambda model: False)
    expected = reader(model)
    tokens = tiny_models.random_tokens(1, LENGTH + 5)
    for first, last in pairwise((0, LENGTH, *range(LENGTH + 1, LENGTH + 6))):
        piece = tokens[:, first:last]
        torch.testing.assert_close(found(piece), expected(piece), atol=0.25, rtol=0.02)


def test_a_decoder_is_loaded_in_bytes_and_the_entity_model_is_refused():
    loaded = load_model("clinical", RunOptions(dtype="int8"))
    assert isinstance(loaded.model.lm_head, Int8Linear)
    assert loaded.model.dtype == torch.bfloat16
    with pytest.raises(UsageError, match=r"int8 .* use bf16"):
        load_model("finance", RunOptions(dtype="int8"))
    with pytest.raises(UsageError, match="unknown dtype 'int4'; one of fp32, bf16, fp16, int8"):
        load_model("clinical", RunOptions(dtype="int4"))
