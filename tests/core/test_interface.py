"""What transformers and torch do around the attention function."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tiny_models import make, outputs, random_tokens
from torch import Tensor
from torch._dynamo.testing import CompileCounter

from secateur.core import hf
from secateur.core.attention import dap_attention
from secateur.core.config import Backend, DapConfig
from secateur.core.spans import SpanTable
from secateur.kernels.masks import scaled_scores

PRUNE = {"threshold": 1.0, "exact_below": 0, "local": 8}


@torch.no_grad()
def test_a_compiled_model_computes_the_same_and_is_compiled_once() -> None:
    model = make("llama", peaked=5.0)
    del model.model.layers[1]
    hf.enable(model, **PRUNE)
    tokens = random_tokens(2, 190)
    mask = torch.ones_like(tokens)
    mask[1, 150:] = 0
    expected = outputs(model, tokens, mask)
    counter, counts = CompileCounter(), []
    torch._dynamo.reset()
    compiled = torch.compile(model, backend=counter)
    for _ in range(3):
        torch.testing.assert_close(outputs(compiled, tokens, mask), expected)
        counts.append(counter.frame_count)
    assert counts == [counts[0]] * 3


def test_drafted_tokens_are_verified_by_what_decoding_would_say() -> None:
    model = hf.enable(make("llama", peaked=5.0), **PRUNE)
    tokens = random_tokens(1, 90).repeat(1, 3)
    asked = {"max_new_tokens": 60, "do_sample": False, "eos_token_id": None}
    greedy = model.generate(tokens, **asked)
    assert model.generate(tokens, prompt_lookup_num_tokens=20, **asked).equal(greedy)
    assert hf.statistics(model)["model.layers.0.self_attn"]["pruned_calls"] == 2


@pytest.mark.parametrize(("rows", "pruned"), [(64, False), (65, True)])
def test_a_tile_of_queries_against_a_longer_cache_is_not_pruned(rows: int, pruned: bool) -> None:
    query, key, value = torch.randn(1, 2, rows, 16), *torch.randn(2, 1, 2, 700, 16)
    report = dap_attention(query, key, value, DapConfig(threshold=1.0), causal=True)[2]
    assert report.pruned is pruned


@pytest.mark.parametrize("backend", ["auto", "portable"])
def test_an_empty_batch_gives_an_empty_output(backend: Backend) -> None:
    query, key, value = torch.randn(3, 0, 2, 700, 16)
    output, lse, _ = dap_attention(query, key, value, DapConfig(backend=backend))
    assert (output.shape, lse.shape) == (query.shape, query.shape[:3])


@pytest.mark.parametrize(
    "offsets",
    [
        torch.arange(20, 191, 17),
        torch.arange(0, 180, 17),
        torch.tensor([0, 100, 60, 190]),
        torch.tensor([0, 100, 191]),
        torch.tensor([0]),
        torch.tensor([]),
    ],
    ids=["no 0", "too short", "falling", "too long", "no span", "nothing"],
)
def test_spans_that_do_not_cover_the_keys_are_refused(offsets: Tensor) -> None:
    model = hf.enable(make("llama"), **PRUNE)
    with pytest.raises(ValueError, match="span offsets"):
        model(random_tokens(1, 190), span_offsets=offsets[None].int())


def test_spans_of_fewer_rows_than_the_input_are_refused() -> None:
    model = hf.enable(make("llama"), **PRUNE)
    offsets = torch.tensor([[0, 100, 190]], dtype=torch.int32)
    with pytest.raises(ValueError, match=r"each row ascending from 0 to 190.*got \[1, 3\]"):
        model(random_tokens(2, 190), span_offsets=offsets)


@torch.no_grad()
@pytest.mark.parametrize("written", [40, 100, 200])
@pytest.mark.parametrize("name", ["bart", "t5"])
def test_padded_rows_and_a_decoder_of_another_length_may_have_spans(
    name: str, written: int
) -> None:
    """A model passes the keyword to encoder and decoder alike."""
    model = hf.enable(make(name), **PRUNE)
    tokens, mask = random_tokens(2, 190), torch.ones(2, 190, dtype=torch.int64)
    mask[1, 150:] = 0
    offsets = SpanTable.from_boundaries([[90, 190], [20, 150]], 190).offsets
    answer = random_tokens(2, written)
    given = {"input_ids": tokens, "attention_mask": mask, "decoder_input_ids": answer}
    assert model(**given, span_offsets=offsets).logits.isfinite().all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"key_mask": torch.ones(1, 700)}, "key_mask is torch.float32"),
        ({"key_mask": torch.ones(1, 699, dtype=torch.bool)}, r"key_mask is .*699"),
        ({"bias": torch.zeros(1, 1, 1, 700)}, "bias is"),
        ({"key": torch.zeros(1, 3, 700, 16), "value": torch.zeros(1, 3, 700, 16)}, "2 query heads"),
        ({"key": torch.zeros(2, 2, 700, 16)}, "do not fit together"),
        ({"key": torch.zeros(1, 2, 700, 8)}, "do not fit together"),
    ],
    ids=["mask dtype", "mask length", "bias", "heads", "batch", "head size"],
)
def test_tensors_that_do_not_fit_are_refused_before_they_are_pruned(
    changed: dict[str, Tensor], message: str
) -> None:
    tensors = {name: torch.zeros(1, 2, 700, 16) for name in ("query", "key", "value")}
    with pytest.raises(ValueError, match=message):
        dap_attention(**{**tensors, **changed}, config=DapConfig())


@pytest.mark.parametrize("shape", [(2, 1, 1, 30), (2, 4, 1, 30), (1, 4, 20, 30)], ids=str)
@pytest.mark.parametrize("more", [{}, {"softcap": 2.0}, {"sinks": True}], ids=str)
def test_a_float_mask_of_any_shape_is_added_to_scores(
    shape: tuple[int, ...], more: dict[str, Any]
) -> None:
    torch.manual_seed(0)
    query, key, value = torch.randn(2, 4, 20, 8), *torch.randn(2, 2, 2, 30, 8)
    mask = torch.randn(shape)
    sinks = torch.randn(4) if more.get("sinks") else None
    given = {"softcap": more.get("softcap"), "s_aux": sinks, "is_causal": False}
    found, _ = hf.dap_attention_forward(torch.nn.Module(), query, key, value, mask, **given)
    scores = scaled_scores(query, key.repeat_interleave(2, 1), 8**-0.5, given["softcap"] or 0.0)
    scores = scores + mask
    if sinks is not None:
        scores = torch.cat([scores, sinks.view(1, 4, 1, 1).expand(2, -1, 20, 1)], -1)
    expected = scores.softmax(-1)[..., :30] @ value.repeat_interleave(2, 1)
    torch.testing.assert_close(found, expected.transpose(1, 2), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("added", [False, True], ids=["bool", "float"])
def test_a_position_bias_does_not_overflow_what_a_float16_mask_hides(added: bool) -> None:
    """The lowest number and -17 would be -inf; a row hidden whole is averaged, as in float32."""
    query, key, value = torch.randn(3, 1, 2, 20, 8).half()
    query[:, :, 3] = 0
    shown = torch.ones(1, 1, 20, 20, dtype=torch.bool).tril()
    shown[:, :, 3] = False
    lowest = torch.finfo(torch.float16).min
    mask = torch.zeros(shown.shape).half().masked_fill(~shown, lowest) if added else shown
    bias = torch.full((1, 2, 20, 20), -17.0).half()
    found, _ = hf.dap_attention_forward(
        torch.nn.Module(), query, key, value, mask, position_bias=bias
    )
    torch.testing.assert_close(found[:, 3].float(), value.float().mean(2), atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("name", ["bert", "llama", "bart"])
def test_who_asks_for_attention_weights_is_told_that_there_are_none(name: str) -> None:
    model = hf.enable(make(name), threshold=0.0)
    tokens = random_tokens(1, 20)
    asked = {"decoder_input_ids": tokens} if name == "bart" else {}
    with pytest.warns(UserWarning, match="keeps no attention weights"):
        model(tokens, output_attentions=True, **asked)
