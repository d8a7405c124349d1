"""Weights in bytes are half a step off at most, and a decoder says nearly what it said."""

from __future__ import annotations

import pytest
import tiny_models
import torch
from hypothesis import given
from hypothesis import strategies as st
from packed_weights import pack
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM

from secateur.core.models.quantised import Int8Linear, quantise
from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions


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


@pytest.mark.parametrize("rows", [1, 2])
def test_gradients_pass_through_a_row_as_through_several(rows):
    layer = Int8Linear(_layer(40, 24))
    given = torch.randn(rows, 40).bfloat16().requires_grad_()
    layer(given).sum().backward()
    torch.testing.assert_close(given.grad, layer.weight.sum(0).expand(rows, -1), atol=0.1, rtol=0.1)


def test_weights_that_are_packed_already_are_refused():
    model = _decoder()
    pack(model)
    with pytest.raises(ValueError, match=r"q_proj has its weight packed, as PackedWeight: load it"):
        quantise(model)


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


@torch.inference_mode()
def test_a_decoder_says_nearly_what_it_said():
    model = _decoder()
    tokens = tiny_models.random_tokens(1, 40)
    plain = model(tokens).logits
    quantise(model)
    assert 0 < (model(tokens).logits - plain).abs().max() < 0.1 * plain.abs().max()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32], ids=str)
@torch.inference_mode()
def test_a_quantised_model_runs_in_the_dtype_that_it_is_moved_to(dtype):
    model = _decoder().float()
    tokens = tiny_models.random_tokens(1, 1)
    quantise(model)
    expected = model(tokens).logits
    scales = model.lm_head.scales.clone()
    model.bfloat16().to(dtype)
    found = model(tokens).logits
    assert found.dtype == model.lm_head.weight.dtype == dtype
    assert torch.equal(model.lm_head.scales, scales)
    assert (found - expected).abs().max() < 0.05 * expected.abs().max()


@pytest.mark.parametrize("name", tiny_models.SEQ2SEQ)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32], ids=str)
@torch.inference_mode()
def test_an_encoder_with_a_decoder_says_nearly_what_it_said(name, dtype):
    model = tiny_models.make(name).to(dtype)
    tokens = tiny_models.random_tokens(1, 40)
    plain = tiny_models.outputs(model, tokens)
    quantise(model)
    found = tiny_models.outputs(model, tokens)
    assert found.dtype == dtype
    assert 0 < (found - plain).abs().max() < 0.1 * plain.abs().max()


def test_a_decoder_is_loaded_in_bytes_and_the_entity_model_is_refused():
    loaded = load_model("clinical", RunOptions(dtype="int8"))
    assert isinstance(loaded.model.lm_head, Int8Linear)
    assert loaded.model.dtype == torch.bfloat16
    with pytest.raises(UsageError, match=r"int8 .* use bf16"):
        load_model("finance", RunOptions(dtype="int8"))
    with pytest.raises(UsageError, match="unknown dtype 'int4'; one of fp32, bf16, fp16, int8"):
        load_model("clinical", RunOptions(dtype="int4"))
