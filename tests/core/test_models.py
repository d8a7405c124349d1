"""Whole models under DAP against transformers' own attention."""

import copy
from types import SimpleNamespace

import pytest
import torch
from tiny_models import ALL, DECODERS, SEQ2SEQ, make, outputs, random_tokens
from transformers import (
    AutoModel,
    BigBirdPegasusConfig,
    BigBirdPegasusModel,
    CLIPConfig,
    CLIPModel,
    DebertaV2Config,
    DebertaV2Model,
    LEDConfig,
    LEDModel,
    LlamaForCausalLM,
    LongformerConfig,
    LongformerModel,
)

from secateur.core import hf
from secateur.core.kept import kept_spans
from secateur.core.states import asked, states
from secateur.kernels.ops import attention

LENGTH = 190
PEAKED = 300.0
PRUNE = {"exact_below": 0, "local": 8, "span_length": 8}

named = pytest.mark.parametrize("name", list(ALL))


@named
def test_threshold_zero_equals_torch_attention(name):
    model = make(name)
    tokens = random_tokens(2, LENGTH)
    with torch.no_grad():
        expected = outputs(model, tokens)
        actual = outputs(hf.enable(model, threshold=0.0, **PRUNE), tokens)
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)


@named
def test_floor_of_one_recovers_full_attention(name):
    model = make(name, peaked=5.0)
    tokens = random_tokens(1, LENGTH)
    with torch.no_grad():
        expected = outputs(model, tokens)
        actual = outputs(hf.enable(model, threshold=1.0, mass_floor=1.0, **PRUNE), tokens)
    torch.testing.assert_close(actual, expected, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("name", ["bert", "roberta", "llama", "qwen", "bart", "t5"])
def test_a_threshold_prunes_and_says_how_much(name):
    model = make(name, peaked=PEAKED)
    tokens = random_tokens(1, LENGTH)
    with torch.no_grad():
        expected = outputs(model, tokens)
        actual = outputs(hf.enable(model, threshold=1.0, fallback=False, **PRUNE), tokens)
    assert (actual - expected).abs().max() > 1e-4
    densities = [module["density"] for module in hf.statistics(model).values()]
    assert all(0 < density <= 1 for density in densities)
    assert min(densities) < 0.9


@pytest.mark.parametrize("name", ["bert", "llama"])
def test_autocast_is_as_exact_as_with_torch_attention(name):
    """Rotary positions leave Llama's queries and keys in fp32 where its values are bfloat16."""
    tokens = random_tokens(2, LENGTH)

    def run(attention, low):
        model = make(name)
        if attention == "dap":
            hf.enable(model, threshold=0.0, **PRUNE)
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            result = outputs(model, tokens)
        result.float().square().mean().backward()
        # Not all weights of an encoder without a head are in use.
        gradients = [p.grad.flatten() for p in model.parameters() if p.grad is not None]
        return result.detach().float(), torch.cat(gradients)

    exact, torchs, ours = run("sdpa", False), run("sdpa", True), run("dap", True)
    for true, theirs, own in zip(exact, torchs, ours, strict=True):
        assert (own - true).norm() <= 2 * (theirs - true).norm()


# Left padding would move the positions of encoders.
_PADDED = [(name, "right") for name in ALL] + [(name, "left") for name in DECODERS]


@pytest.mark.parametrize(("name", "side"), _PADDED)
def test_padding_changes_nothing_at_threshold_zero(name, side):
    model = hf.enable(make(name), threshold=0.0, **PRUNE)
    tokens = random_tokens(2, LENGTH)
    short = LENGTH - 37
    keep = slice(0, short) if side == "right" else slice(LENGTH - short, LENGTH)
    mask = torch.ones_like(tokens)
    mask[1] = 0
    mask[1, keep] = 1
    padded = torch.where(mask.bool(), tokens, model.config.pad_token_id)
    position = (mask.cumsum(1) - 1).clamp(min=0)
    with torch.no_grad():
        alone = outputs(model, tokens[1:, keep])
        if side == "left":
            together = model(padded, attention_mask=mask, position_ids=position).logits[1:, keep]
        else:
            together = outputs(model, padded, mask)[1:, : alone.shape[1]]
    if model.config.is_encoder_decoder:
        # The decoder reads no mask of its own, so only what it shares with the row alone compares.
        alone, together = alone[:, : short // 2], together[:, : short // 2]
    torch.testing.assert_close(together, alone, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("name", ["bert", "llama"])
def test_a_right_padded_row_is_pruned_as_alone(name):
    model = hf.enable(make(name, peaked=PEAKED), threshold=1.0, **PRUNE)
    tokens = random_tokens(2, LENGTH)
    short = 131
    mask = torch.ones_like(tokens)
    mask[1, short:] = 0
    with torch.no_grad():
        alone = outputs(model, tokens[1:, :short])
        together = outputs(model, tokens.masked_fill(mask == 0, 0), mask)[1:, :short]
    torch.testing.assert_close(together, alone, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("name", list(SEQ2SEQ))
def test_padding_of_the_source_changes_nothing_that_is_written(name):
    model = hf.enable(make(name, peaked=PEAKED), threshold=1.0, **PRUNE)
    alone, together = _written(model, 90)
    torch.testing.assert_close(together, alone, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("name", list(SEQ2SEQ))
def test_a_source_padded_to_the_length_of_what_is_written_is_not_taken_for_it(name):
    model = hf.enable(make(name, peaked=PEAKED), threshold=1.0, **PRUNE)
    alone, together = _written(model, LENGTH)
    # T5's scores are not scaled, so that rounding shows; it was off by more than 1.
    torch.testing.assert_close(together, alone, atol=3e-4, rtol=1e-4)


def _written(model, length):
    """Logits of a target of that length, the source alone and padded to `LENGTH`."""
    source, target = random_tokens(1, 131), random_tokens(1, length)
    padded = torch.nn.functional.pad(source, (0, LENGTH - 131))
    with torch.no_grad():
        alone = model(source, decoder_input_ids=target).logits
        together = model(padded, (padded > 0).long(), decoder_input_ids=target).logits
    return alone, together


@named
def test_gradients_reach_every_weight_that_torch_attention_reaches(name):
    tokens = random_tokens(1, 100)
    reached = []
    for pruned in (False, True):
        model = make(name)
        if pruned:
            hf.enable(model, threshold=0.3, **PRUNE)
        outputs(model, tokens).square().mean().backward()
        reached.append(
            {key for key, p in model.named_parameters() if p.grad is not None and p.grad.any()}
        )
        assert all(p.grad is None or p.grad.isfinite().all() for p in model.parameters())
    assert reached[0] == reached[1]


@pytest.mark.parametrize("name", list(DECODERS))
@pytest.mark.parametrize("padded", [False, True], ids=["plain", "left-padded"])
def test_generate_writes_what_torch_attention_writes(name, padded):
    model = make(name)
    tokens = random_tokens(2, 90)
    mask = torch.ones_like(tokens)
    if padded:
        mask[1, :20] = 0
    arguments = {"attention_mask": mask, "max_new_tokens": 12, "do_sample": False}
    expected = model.generate(tokens, **arguments)
    actual = hf.enable(model, threshold=0.0, exact_below=0).generate(tokens, **arguments)
    assert actual.tolist() == expected.tolist()


def test_static_cache_falls_back_to_the_explicit_mask():
    model = make("llama")
    tokens = random_tokens(1, 40)
    arguments = {"max_new_tokens": 8, "do_sample": False, "cache_implementation": "static"}
    expected = model.generate(tokens, disable_compile=True, **arguments)
    hf.enable(model, threshold=0.0, exact_below=0)
    actual = model.generate(tokens, disable_compile=True, **arguments)
    assert actual.tolist() == expected.tolist()


def test_packed_sequences_do_not_see_each_other():
    model = make("llama")
    tokens = random_tokens(1, 60)
    positions = torch.cat([torch.arange(25), torch.arange(35)])[None]
    with torch.no_grad():
        expected = model(tokens, position_ids=positions).logits
        hf.enable(model, threshold=0.0, exact_below=0)
        actual = model(tokens, position_ids=positions).logits
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)


def test_a_plain_script_needs_one_argument(tmp_path):
    make("llama").save_pretrained(tmp_path)
    plain = LlamaForCausalLM.from_pretrained(tmp_path)
    pruned = LlamaForCausalLM.from_pretrained(tmp_path, attn_implementation="dap")
    tokens = random_tokens(1, 50)
    with torch.no_grad():
        torch.testing.assert_close(pruned(tokens).logits, plain(tokens).logits)
    assert len(hf.statistics(pruned)) == pruned.config.num_hidden_layers


def test_saving_keeps_the_setting(tmp_path):
    model = hf.enable(make("bert", peaked=PEAKED), threshold=1.0, **PRUNE)
    tokens = random_tokens(1, LENGTH)
    with torch.no_grad():
        expected = outputs(model, tokens)
        model.save_pretrained(tmp_path)
        again = AutoModel.from_pretrained(tmp_path, attn_implementation="dap")
        torch.testing.assert_close(outputs(again, tokens), expected)


def test_disable_gives_torch_attention_back():
    model = make("bert", peaked=PEAKED)
    tokens = random_tokens(1, LENGTH)
    with torch.no_grad():
        expected = outputs(model, tokens)
        hf.disable(hf.enable(model, threshold=2.0, **PRUNE))
        torch.testing.assert_close(outputs(model, tokens), expected)
    assert not hf.statistics(model)
    assert not hasattr(model.config, "dap")


def test_disable_gives_a_model_its_own_settings_back():
    model = make("bert")
    model.config.dap = {"threshold": 3.0}
    hf.disable(hf.enable(model, threshold=2.0))
    assert hf.enable(model).config.dap["threshold"] == 3.0


def test_disable_gives_every_part_its_own_attention_and_settings_back():
    shape = {"hidden_size": 24, "intermediate_size": 24, "num_hidden_layers": 1}
    text = {**shape, "num_attention_heads": 12, "dap": {"threshold": 3.0}}
    parts = {"text_config": text, "vision_config": shape}
    own = {"text_config": "eager", "vision_config": "sdpa"}
    model = CLIPModel(CLIPConfig(**parts, attn_implementation=own))
    hf.enable(hf.enable(model), threshold=2.0)
    assert {model.config.text_config.dap["threshold"], model.config.dap["threshold"]} == {2.0}
    hf.disable(model)
    found = {name: getattr(model.config, name)._attn_implementation for name in own}
    assert found == own
    assert model.config.text_config.dap == {"threshold": 3.0}
    assert not hasattr(model.config.vision_config, "dap")


def test_a_part_that_torchs_attention_does_not_serve_gets_its_own(monkeypatch):
    shape = {"hidden_size": 24, "intermediate_size": 24, "num_hidden_layers": 1}
    parts = {"text_config": {**shape, "num_attention_heads": 12}, "vision_config": shape}
    model = CLIPModel(CLIPConfig(**parts, attn_implementation="dap"))
    monkeypatch.setattr(type(model.text_model), "_supports_sdpa", False)
    hf.disable(model)
    found = [getattr(model.config, part)._attn_implementation for part in parts]
    assert found == ["eager", "sdpa"]


def test_enable_keeps_saved_settings_unless_given_others(tmp_path):
    hf.enable(make("bert"), fallback=False, cap=7.0).save_pretrained(tmp_path)
    model = AutoModel.from_pretrained(tmp_path, attn_implementation="dap")
    kept = hf.enable(model).config.dap
    assert (kept["fallback"], kept["cap"]) == (False, 7.0)
    given = hf.enable(model, fallback="auto", cap=3.0).config.dap
    assert (given["fallback"], given["cap"]) == ("auto", 3.0)


def test_models_do_not_share_settings_or_counts():
    first = hf.enable(make("bert"), threshold=0.1)
    second = hf.enable(make("bert"), threshold=0.2)
    outputs(first, random_tokens(1, 20))
    assert hf.statistics(first)
    assert not hf.statistics(second)
    assert (first.config.dap["threshold"], second.config.dap["threshold"]) == (0.1, 0.2)


def test_a_copy_counts_for_itself():
    model = hf.enable(make("bert"))
    twin = copy.deepcopy(model)
    outputs(twin, random_tokens(1, 20))
    assert hf.statistics(twin)
    assert not hf.statistics(model)


def _led():
    return LEDModel(
        LEDConfig(
            vocab_size=60, d_model=16, encoder_layers=1, decoder_layers=1,
            encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16,
            decoder_ffn_dim=16, attention_window=[16],
        )
    )  # fmt: skip


def _longformer():
    return LongformerModel(
        LongformerConfig(
            vocab_size=60, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=16, attention_window=[16], max_position_embeddings=66,
        )
    )  # fmt: skip


def _deberta():
    return DebertaV2Model(
        DebertaV2Config(
            vocab_size=60, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=16,
        )
    )  # fmt: skip


def _bigbird():
    return BigBirdPegasusModel(
        BigBirdPegasusConfig(
            vocab_size=60, d_model=16, encoder_layers=1, decoder_layers=1,
            encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16,
            decoder_ffn_dim=16, attention_type="original_full",
        )
    )  # fmt: skip


@pytest.mark.parametrize("make_model", [_led, _longformer, _deberta, _bigbird])
def test_models_that_would_ignore_dap_are_refused(make_model):
    with pytest.raises(RuntimeError, match="would prune nothing"):
        hf.enable(make_model())


@pytest.mark.parametrize(("training", "layerdrop"), [(False, 0.0), (False, 0.5), (True, 0.0)])
def test_a_model_that_never_calls_the_interface_is_refused_at_its_first_call(training, layerdrop):
    model = hf.enable(make("bert")).train(training)
    model.config.layerdrop = layerdrop
    for layer in model.encoder.layer:
        layer.attention.forward = lambda hidden, *args, **kwargs: (hidden, None)
    with pytest.raises(RuntimeError, match="would prune nothing"):
        outputs(model, random_tokens(1, 20))


def test_a_model_is_judged_once():
    model = hf.enable(make("bert"))
    outputs(model, random_tokens(1, 20))
    assert not model._forward_hooks


def test_a_model_that_was_switched_elsewhere_is_not_judged():
    model = hf.enable(make("bert"))
    model.set_attn_implementation("sdpa")
    outputs(model, random_tokens(1, 20))
    assert not hf.statistics(model)


def test_a_model_under_full_attention_is_restored_without_a_trace():
    model = make("bert")
    with hf.restored(model):
        outputs(hf.enable(model, threshold=2.0), random_tokens(1, 20))
        hf.enable(model)
    assert model.config._attn_implementation == "sdpa"
    assert not hasattr(model.config, "dap")
    assert not states(model)
    assert not model._forward_hooks


def test_a_model_that_was_not_judged_yet_is_judged_after_it_was_restored():
    model = hf.enable(make("bert"))
    with hf.restored(model):
        outputs(hf.enable(model, threshold=2.0), random_tokens(1, 20))
    for layer in model.encoder.layer:
        layer.attention.forward = lambda hidden, *args, **kwargs: (hidden, None)
    with pytest.raises(RuntimeError, match="would prune nothing"):
        outputs(model, random_tokens(1, 20))


@named
def test_another_number_of_thresholds_than_heads_is_refused(name):
    model = make(name)
    with pytest.raises(ValueError, match="3 thresholds for 4 heads of module"):
        hf.enable(model, threshold=(0.1, 0.2, 0.3))
    assert model.config._attn_implementation == "sdpa"
    hf.enable(model, threshold=(0.1, 0.2, 0.3, 0.4))


def test_what_is_no_model_of_transformers_is_refused():
    for other in (torch.nn.Linear(3, 3), torch.nn.DataParallel(make("bert"))):
        with pytest.raises(ValueError, match=f"{type(other).__name__} is no model of transformers"):
            hf.enable(other)


@pytest.mark.parametrize(
    "ask",
    [hf.statistics, hf.reset_statistics, lambda model: kept_spans(model, print, 0, 1)],
    ids=["statistics", "reset", "kept"],
)
def test_what_holds_a_model_is_told_from_one(ask):
    with pytest.raises(ValueError, match="SimpleNamespace is no model"):
        ask(SimpleNamespace(model=make("bert")))


def test_unknown_names_are_refused_with_the_way_out(tmp_path):
    with pytest.raises(ValueError, match="does not exist"):
        hf.load(str(tmp_path / "nowhere"), "tokens")
    with pytest.raises(ValueError, match="unknown task"):
        hf.load("finance", "poetry")
    with pytest.raises(ValueError, match="NoneType is no name of a model"):
        hf.load(None, "tokens")


@pytest.mark.parametrize(("kind", "task"), [("llama", "tokens"), ("bert", "tokens")])
def test_a_model_without_a_trained_head_for_the_task_is_refused(tmp_path, kind, task):
    make(kind).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="was not trained for labelling tokens: it lacks"):
        hf.load(tmp_path, task)


def test_what_is_read_again_is_read_under_the_softcap(monkeypatch):
    torch.manual_seed(0)
    query, key, value = torch.randn(1, 2, 3, 8) * 4, *torch.randn(2, 1, 2, 90, 8)
    module = torch.nn.Module()
    own = key[:, :, :3], value[:, :, :3]
    hf.dap_attention_forward(module, query, *own, None, softcap=1.5)
    monkeypatch.setattr(asked, "recall", lambda *own: (key, value, False))
    output, _ = hf.dap_attention_forward(module, query, *own, None, softcap=1.5)
    expected, _ = attention(query, key, value, softcap=1.5, backend="reference")
    torch.testing.assert_close(output, expected.transpose(1, 2), atol=1e-5, rtol=1e-5)
