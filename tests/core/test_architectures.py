"""Models whose attention asks for more than padding and causality, against their own attention."""

import copy
from inspect import signature

import pytest
import torch
from tiny_models import VOCABULARY, build, random_tokens
from transformers import (
    AutoModelForCausalLM,
    DeepseekV3Config,
    DeepseekV3ForCausalLM,
    DeepseekV4Config,
    DeepseekV4ForCausalLM,
    DeepseekV32Config,
    DeepseekV32ForCausalLM,
    DynamicCache,
    Gemma2Config,
    Gemma2ForCausalLM,
    Gemma4ForCausalLM,
    Gemma4TextConfig,
    GptOssConfig,
    GptOssForCausalLM,
    Llama4ForCausalLM,
    Llama4TextConfig,
    MiniMaxConfig,
    MiniMaxForCausalLM,
    NllbMoeConfig,
    NllbMoeForConditionalGeneration,
    PhimoeConfig,
    PhimoeForCausalLM,
    Qwen2MoeConfig,
    Qwen2MoeForCausalLM,
    T5GemmaConfig,
    T5GemmaForConditionalGeneration,
)

from secateur.core import hf
from secateur.core.kept import kept_spans

LENGTH = 150
WINDOW = 24
PRUNE = {"threshold": 1.0, "exact_below": 0, "local": 8, "fallback": False}
_SMALL = {
    "vocab_size": VOCABULARY, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "intermediate_size": 32, "max_position_embeddings": 512,
    "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
}  # fmt: skip
_MLA = {
    "num_key_value_heads": 4, "q_lora_rank": 16, "kv_lora_rank": 16, "qk_nope_head_dim": 16,
    "qk_rope_head_dim": 8, "head_dim": 8, "n_routed_experts": 4, "n_group": 1, "topk_group": 1,
    "num_experts_per_tok": 2, "moe_intermediate_size": 16, "first_k_dense_replace": 1,
}  # fmt: skip


def _gpt_oss():
    """Sinks, and a window in every other layer."""
    experts = {"num_local_experts": 2, "num_experts_per_tok": 1}
    model = GptOssForCausalLM(GptOssConfig(**_SMALL, **experts, head_dim=16, sliding_window=WINDOW))
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.sinks.normal_()
    return model


def _gemma2():
    """Scores bent under a cap, and a window in every other layer."""
    config = Gemma2Config(
        **_SMALL, head_dim=16, sliding_window=WINDOW, attn_logit_softcapping=1.5,
        query_pre_attn_scalar=4,
    )  # fmt: skip
    return Gemma2ForCausalLM(config)


def _gemma4():
    """Last layers that take the keys of earlier ones, and the last queries of their masks."""
    config = Gemma4TextConfig(
        **{**_SMALL, "num_hidden_layers": 4}, head_dim=8, global_head_dim=16, sliding_window=WINDOW,
        layer_types=["sliding_attention", "full_attention"] * 2, num_kv_shared_layers=2,
        hidden_size_per_layer_input=8, vocab_size_per_layer_input=VOCABULARY,
    )  # fmt: skip
    return Gemma4ForCausalLM(config)


def _phimoe():
    """A window that only the mask knows."""
    config = PhimoeConfig(**_SMALL, num_local_experts=2, sliding_window=WINDOW)
    return PhimoeForCausalLM(config)


def _qwen2_moe():
    """A window in one of two layers that only the mask knows."""
    window = {"use_sliding_window": True, "sliding_window": WINDOW, "max_window_layers": 1}
    experts = {"num_experts": 2, "num_experts_per_tok": 1, "moe_intermediate_size": 16}
    config = Qwen2MoeConfig(**_SMALL, **window, **experts, shared_expert_intermediate_size=16)
    return Qwen2MoeForCausalLM(config)


def _llama4():
    """Chunks in some layers, and all that came before in the others."""
    config = Llama4TextConfig(
        **_SMALL, head_dim=8, intermediate_size_mlp=32, num_local_experts=2,
        attention_chunk_size=32, layer_types=["chunked_attention", "full_attention"],
    )  # fmt: skip
    return Llama4ForCausalLM(config)


def _deepseek(value_size):
    def make():
        return DeepseekV3ForCausalLM(
            DeepseekV3Config(**{**_SMALL, **_MLA, "v_head_dim": value_size})
        )

    return make


def _deepseek_v4():
    """Layers that add compressed keys, and their mask, to those in the window."""
    config = DeepseekV4Config(
        **{**_SMALL, "num_key_value_heads": 1}, head_dim=16, q_lora_rank=16, o_groups=2,
        o_lora_rank=8, n_routed_experts=2, num_experts_per_tok=1, moe_intermediate_size=16,
        hc_mult=2, sliding_window=WINDOW, index_topk=4, index_n_heads=2, index_head_dim=16,
        mlp_layer_types=["moe", "moe"],
        layer_types=["compressed_sparse_attention", "heavily_compressed_attention"],
        compress_rates={"compressed_sparse_attention": 4, "heavily_compressed_attention": 16},
    )  # fmt: skip
    return DeepseekV4ForCausalLM(config)


DECODERS = {
    "sinks": _gpt_oss,
    "softcap": _gemma2,
    "shared keys": _gemma4,
    "window by mask": _phimoe,
    "mixed windows": _qwen2_moe,
    "chunks": _llama4,
    "narrow values": _deepseek(16),
    "wide values": _deepseek(32),
    "compressed keys": _deepseek_v4,
}


def _nllb(dropout=0.1):
    """A decoder whose attention modules say that they are not causal."""
    config = NllbMoeConfig(
        vocab_size=VOCABULARY, d_model=32, encoder_layers=1, decoder_layers=1, num_experts=2,
        encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=32,
        decoder_ffn_dim=32, encoder_sparse_step=0, decoder_sparse_step=0,
        max_position_embeddings=512, decoder_start_token_id=2, pad_token_id=0, dropout=dropout,
        attention_dropout=dropout,
    )  # fmt: skip
    return NllbMoeForConditionalGeneration(config)


named = pytest.mark.parametrize("make", DECODERS.values(), ids=DECODERS)


def _inputs(kind):
    tokens = random_tokens(2, LENGTH)
    mask = torch.ones_like(tokens)
    inputs = {"input_ids": tokens}
    if kind == "right":
        mask[1, 110:] = 0
    elif kind == "left":
        mask[1, :40] = 0
    elif kind == "packed":
        positions = torch.cat([torch.arange(70), torch.arange(LENGTH - 70)])
        inputs["position_ids"] = positions.expand(2, -1)
    if kind in ("left", "right"):
        inputs["attention_mask"] = mask
        inputs["position_ids"] = (mask.cumsum(1) - 1).clamp(min=0)
    return inputs, mask.bool()


@pytest.mark.parametrize("kind", ["plain", "right", "left", "packed"])
@named
def test_threshold_zero_equals_the_models_own_attention(make, kind):
    model = build(make)
    inputs, real = _inputs(kind)
    with torch.no_grad():
        expected = model(**inputs).logits[real]
        actual = hf.enable(model, threshold=0.0, exact_below=0)(**inputs).logits[real]
    torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)


@named
def test_gradients_equal_those_of_the_models_own_attention(make):
    model = build(make)
    twin = hf.enable(copy.deepcopy(model), threshold=0.0, exact_below=0)
    inputs, _ = _inputs("plain")
    gradients = []
    for each in (model, twin):
        each(**inputs).logits.square().mean().backward()
        found = [p.grad.flatten() for p in each.parameters() if p.grad is not None]
        gradients.append(torch.cat(found))
    torch.testing.assert_close(gradients[1], gradients[0], atol=1e-4, rtol=1e-3)


# What DeepSeek V4 compresses depends on the pieces, under its own attention too.
@pytest.mark.parametrize("name", [name for name in DECODERS if name != "compressed keys"])
def test_a_cache_in_pieces_equals_one_call(name):
    model = hf.enable(build(DECODERS[name]), threshold=0.0, exact_below=0)
    tokens = random_tokens(2, LENGTH)
    # Transformers 5.24 renamed the argument, with a warning.
    keyword = "cache" if "cache" in signature(model.forward).parameters else "past_key_values"
    cache = {keyword: DynamicCache(config=model.config)}
    parts = []
    with torch.no_grad():
        whole = model(tokens).logits
        for first, last in ((0, 40), (40, 41), (41, 90), (90, LENGTH)):
            parts.append(model(tokens[:, first:last], **cache).logits)
    torch.testing.assert_close(torch.cat(parts, 1), whole, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("padded", [False, True], ids=["plain", "padded"])
@pytest.mark.parametrize("cache", [{}, {"cache_implementation": "static", "disable_compile": True}])
@pytest.mark.parametrize("name", ["window by mask", "mixed windows", "chunks", "shared keys"])
def test_a_prompt_read_in_pieces_is_gone_on_from_as_under_the_models_own(name, cache, padded):
    """A static cache's masks are made before the model is called."""
    model = build(DECODERS[name])
    tokens = random_tokens(2, 60)
    mask = torch.ones_like(tokens)
    if padded:
        mask[1, :20] = 0
    settings = {
        "attention_mask": mask, "max_new_tokens": 3, "min_new_tokens": 3, "do_sample": False,
        "output_logits": True, "return_dict_in_generate": True,
    }  # fmt: skip
    expected = model.generate(tokens, **settings).logits
    hf.enable(model, threshold=0.0, exact_below=0)
    actual = model.generate(tokens, prefill_chunk_size=30, **cache, **settings).logits
    torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)


def test_a_padded_row_is_gone_on_from_as_alone_where_other_layers_keep_no_keys():
    """Transformers' cache tells the length of such a layer: one key while decoding."""
    experts = {"num_local_experts": 2, "num_experts_per_tok": 1}
    kinds = {"layer_types": ["linear_attention", "full_attention"], "block_size": 16}
    config = MiniMaxConfig(**_SMALL, **experts, **kinds, head_dim=8)
    model = hf.enable(build(lambda: MiniMaxForCausalLM(config)), threshold=0.0, exact_below=0)
    tokens = random_tokens(2, 40)
    mask = torch.ones_like(tokens)
    mask[1, :5] = 0
    settings = {
        "max_new_tokens": 4, "min_new_tokens": 4, "do_sample": False,
        "output_logits": True, "return_dict_in_generate": True,
    }  # fmt: skip
    alone = model.generate(tokens[1:, 5:], **settings).logits
    together = model.generate(tokens, attention_mask=mask, **settings).logits
    torch.testing.assert_close([step[1:] for step in together], list(alone), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", ["sinks", "softcap", "shared keys", "chunks", "narrow values"])
def test_full_layers_are_pruned_and_say_what_they_read(name):
    model = hf.enable(build(DECODERS[name]), **PRUNE)
    tokens = random_tokens(1, LENGTH)
    found = kept_spans(model, lambda: model(tokens), 100, 110)
    assert min(module["density"] for module in hf.statistics(model).values()) < 0.95
    assert all(sum(module.mass) == pytest.approx(1.0, abs=1e-3) for module in found)


@pytest.mark.parametrize("make", [_gpt_oss, _gemma2])
def test_a_masked_row_under_a_full_mask_is_finite(make):
    model = build(make)
    tokens = random_tokens(1, 40)
    seen = torch.ones(40, 40).tril().bool()[None, None]
    hidden = torch.finfo(torch.float32).min
    mask = torch.zeros(1, 1, 40, 40).masked_fill(~seen, hidden)
    with torch.no_grad():
        expected = model(tokens, attention_mask=mask).logits
        hf.enable(model, threshold=0.0, exact_below=0)
        torch.testing.assert_close(
            model(tokens, attention_mask=seen).logits, expected, atol=1e-4, rtol=1e-4
        )
        seen[..., 5, :] = False
        assert model(tokens, attention_mask=seen).logits.isfinite().all()


def test_an_encoder_and_a_decoder_with_caps():
    """Their cross-attention has a cap, too."""
    side = {
        **_SMALL, "head_dim": 16, "sliding_window": WINDOW, "attn_logit_softcapping": 1.5,
        "query_pre_attn_scalar": 4,
    }  # fmt: skip
    config = T5GemmaConfig(encoder=side, decoder=side, vocab_size=VOCABULARY)
    model = build(lambda: T5GemmaForConditionalGeneration(config))
    tokens = random_tokens(2, LENGTH)
    inputs = {"input_ids": tokens, "decoder_input_ids": tokens[:, :40]}
    with torch.no_grad():
        expected = model(**inputs).logits
        actual = hf.enable(model, threshold=0.0, exact_below=0)(**inputs).logits
    torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("padded", [False, True], ids=["plain", "padded"])
def test_causality_is_the_masks_where_modules_say_otherwise(padded):
    model = build(_nllb)
    tokens = random_tokens(2, 60)
    mask = torch.ones_like(tokens)
    if padded:
        mask[1, 50:] = 0
    inputs = {
        "input_ids": tokens, "attention_mask": mask,
        "decoder_input_ids": tokens[:, :30], "decoder_attention_mask": mask[:, 30:].flip(1),
    }  # fmt: skip
    real = inputs["decoder_attention_mask"].bool()
    with torch.no_grad():
        expected = model(**inputs).logits[real]
        actual = hf.enable(model, threshold=0.0, exact_below=0)(**inputs).logits[real]
    torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("make", "inputs"),
    [
        (_nllb, {"input_ids": (2, 60), "decoder_input_ids": (2, 30)}),
        (_phimoe, {"input_ids": (2, 60)}),
        (_qwen2_moe, {"input_ids": (2, 60)}),
    ],
)
def test_causality_and_window_are_the_masks_on_a_second_gpu(make, inputs):
    """Moved there, a mask has other memory, which says nothing of them."""
    model = build(make)
    inputs = {name: random_tokens(*shape) for name, shape in inputs.items()}
    with torch.no_grad():
        expected = model(**inputs).logits
        hf.enable(model, threshold=0.0, exact_below=0)

        def move(module, args, kwargs):
            return args, {**kwargs, "attention_mask": kwargs["attention_mask"].clone()}

        for layer in model.get_decoder().layers:
            layer.self_attn.register_forward_pre_hook(move, with_kwargs=True)
        actual = model(**inputs).logits
    torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)


@pytest.mark.filterwarnings("ignore:.*activation_checkpointing_enable:FutureWarning")
def test_causality_is_the_masks_when_layers_are_computed_again():
    """Reentrant checkpointing hands on masks that share no more than their memory."""
    tokens = random_tokens(2, 60)
    gradients = []
    for checkpointed in (False, True):
        model = hf.enable(build(lambda: _nllb(dropout=0.0)), threshold=0.0, exact_below=0).train()
        if checkpointed:
            model.gradient_checkpointing_enable({"use_reentrant": True})
        model(input_ids=tokens, decoder_input_ids=tokens[:, :30]).logits.square().mean().backward()
        found = [p.grad.flatten() for p in model.parameters() if p.grad is not None]
        gradients.append(torch.cat(found))
    torch.testing.assert_close(gradients[1], gradients[0])


def test_keys_that_the_model_chooses_itself_are_refused():
    indexer = {"index_topk": 8, "index_n_heads": 2, "index_head_dim": 16}
    model = DeepseekV32ForCausalLM(
        DeepseekV32Config(**{**_SMALL, **_MLA, **indexer, "v_head_dim": 16})
    )
    with pytest.raises(ValueError, match="chooses itself"):
        hf.enable(model)(random_tokens(1, 20))


def test_disable_gives_back_the_attention_that_the_model_had():
    model = hf.disable(hf.enable(build(_gpt_oss)))
    assert model.config._attn_implementation == "eager"


def test_disable_of_a_model_loaded_with_dap_takes_what_it_supports(tmp_path):
    build(_gpt_oss).save_pretrained(tmp_path)
    model = AutoModelForCausalLM.from_pretrained(tmp_path, attn_implementation="dap")
    assert hf.disable(hf.enable(model)).config._attn_implementation == "eager"


@pytest.mark.parametrize("padded", [True, False])
def test_a_graph_of_pruned_calls_is_refused(padded):
    model = hf.enable(build(_phimoe), threshold=1.0, exact_below=64)
    tokens = random_tokens(2, 100)
    inputs = {"attention_mask": torch.ones_like(tokens)} if padded else {}
    with torch.no_grad(), pytest.raises(RuntimeError, match=r"100 keys are more than exact_below"):
        torch.export.export(model, (tokens,), {"use_cache": False, **inputs}, strict=False)


def test_a_model_without_values_gives_shapes():
    model = hf.enable(build(_gemma2)).to("meta")
    logits = model(random_tokens(2, 600).to("meta")).logits
    assert logits.is_meta
    assert logits.shape == (2, 600, model.config.vocab_size)


def test_a_padded_batch_can_be_exported():
    model = hf.enable(build(_phimoe), threshold=0.0, exact_below=0)
    tokens = random_tokens(2, 40)
    mask = torch.ones_like(tokens)
    mask[1, :10] = 0
    inputs = {"attention_mask": mask, "use_cache": False}
    with torch.no_grad():
        exported = torch.export.export(model, (tokens,), inputs, strict=False).module()
        torch.testing.assert_close(
            exported(tokens, **inputs).logits, model(tokens, **inputs).logits
        )
