"""A Llama-type decoder writes without its modules what it writes with them; others use theirs."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import pytest
import tiny_models
import torch
from hypothesis import given
from hypothesis import strategies as st
from peft import LoraConfig, inject_adapter_in_model
from transformers import LlamaConfig, LlamaForCausalLM

from secateur.core import hf
from secateur.core.decoder import decoding, llama
from secateur.core.decoder.decoding import Prompt, write
from secateur.core.decoder.reading import reader
from secateur.core.models.quantised import quantise
from secateur.kernels.ops import native_status

pytestmark = pytest.mark.skipif(not native_status()[0], reason=native_status()[1])

SCALED = {
    "rope_type": "llama3", "rope_theta": 1e4, "factor": 8.0, "low_freq_factor": 1.0,
    "high_freq_factor": 4.0, "original_max_position_embeddings": 64,
}  # fmt: skip
KINDS = {
    "grouped": {"num_key_value_heads": 2},
    "one-key-head": {"num_key_value_heads": 1},
    "tied": {"num_key_value_heads": 4, "tie_word_embeddings": True},
    "scaled-rotary": {"num_key_value_heads": 2, "rope_parameters": SCALED},
}
LENGTH = 600  # more than DAP leaves exact


def _model(*, dtype=torch.float32, **settings):
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=60, hidden_size=32, intermediate_size=44, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=2048, initializer_range=0.3, **settings,
    )  # fmt: skip
    model = LlamaForCausalLM(config).to(dtype).eval()
    model.set_attn_implementation("sdpa")
    return model


def _tokens(length=LENGTH):
    return tiny_models.random_tokens(1, length)


def _texts(model, spans=None, **options):
    """The texts after one prompt."""
    return write(model, [Prompt(_tokens(), spans)], **options).texts[0]


def _write(model, spans=None, **options):
    return _texts(model, spans, **{"max_new_tokens": 12, "end_tokens": (), **options})[0]


def _by_modules(model, monkeypatch, **options):
    with monkeypatch.context() as patch:
        patch.setattr(llama, "covers", lambda model: False)
        return _write(model, **options)


@pytest.mark.parametrize("attention", ["full", "dap"])
@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
@torch.inference_mode()
def test_logits_are_those_of_the_modules(settings, attention, monkeypatch):
    model = _model(**settings)
    if attention == "dap":
        hf.enable(model, threshold=0.45)
    _assert_read_alike(model, monkeypatch, atol=1e-4, rtol=0)


@pytest.mark.parametrize("attention", ["full", "dap"])
@torch.inference_mode()
def test_logits_of_weights_in_bytes_are_those_of_the_modules(attention, monkeypatch):
    model = _model(num_key_value_heads=2, dtype=torch.bfloat16)
    quantise(model)
    if attention == "dap":
        hf.enable(model, threshold=0.45)
    _assert_read_alike(model, monkeypatch, atol=0.25, rtol=0.02)


def _assert_read_alike(model, monkeypatch, **tolerance):
    found = reader(model)
    assert isinstance(found, llama.LlamaReader)
    monkeypatch.setattr(llama, "covers", lambda model: False)
    expected = reader(model)
    tokens = _tokens(LENGTH + 5)
    for first, last in pairwise((0, LENGTH, *range(LENGTH + 1, LENGTH + 6))):
        piece = tokens[:, first:last]
        torch.testing.assert_close(found(piece), expected(piece), **tolerance)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["fp32", "bf16"])
@pytest.mark.parametrize(
    "options",
    [{}, {"no_repeat": 2}, {"allowed": torch.arange(60) < 20}, {"stop": lambda t: len(t) == 5}],
    ids=["plain", "no-repeat", "allowed", "stop"],
)
def test_the_text_is_that_of_the_modules(dtype, options, monkeypatch):
    model = _model(num_key_value_heads=2, dtype=dtype)
    assert llama.covers(model)
    found = _write(model, **options)
    expected = _by_modules(model, monkeypatch, **options)
    assert found.tokens == expected.tokens
    tolerance = 1e-5 if dtype == torch.float32 else 2e-2
    assert found.probabilities == pytest.approx(expected.probabilities, abs=tolerance)


DRAFTS = {"end_tokens": {3}, "texts": 5, "temperature": 2.0}


@pytest.mark.parametrize("attention", ["full", "dap"])
@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
def test_several_texts_are_those_of_the_modules(settings, attention, monkeypatch):
    model = _model(**settings)
    if attention == "dap":
        hf.enable(model, threshold=0.45)
    found = _texts(model, max_new_tokens=40, **DRAFTS)
    with monkeypatch.context() as patch:
        patch.setattr(llama, "covers", lambda model: False)
        expected = _texts(model, max_new_tokens=40, **DRAFTS)
    assert [one.tokens for one in found] == [one.tokens for one in expected]
    for one, other in zip(found, expected, strict=True):
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)
    assert len({one.tokens for one in found}) > 1


@torch.inference_mode()
def test_each_of_several_texts_follows_from_its_own_tokens():
    model = _model(num_key_value_heads=2)
    for one in _texts(model, max_new_tokens=9, **DRAFTS):
        text = torch.cat([_tokens(), torch.tensor([one.tokens], dtype=torch.long)], 1)
        expected = model(text).logits[0, LENGTH - 1 : -1].softmax(-1)
        picked = expected.gather(1, torch.tensor(one.tokens)[:, None])[:, 0]
        assert one.probabilities == pytest.approx(picked.tolist(), abs=1e-4)


def test_the_first_of_several_texts_is_the_greedy_one_and_all_keep_the_rules():
    model = _model(num_key_value_heads=2, dtype=torch.bfloat16)
    rules = {"max_new_tokens": 30, "no_repeat": 2, "allowed": torch.arange(60) < 20}
    found = _texts(model, **rules, **DRAFTS)
    assert found[0].tokens == _write(model, **rules, end_tokens={3}).tokens
    assert found == _texts(model, **rules, **DRAFTS)
    for one in found:
        pairs = list(pairwise(one.tokens))
        assert len(set(pairs)) == len(pairs)
        assert max(one.tokens, default=0) < 20
        assert 3 not in one.tokens


@pytest.mark.parametrize("module_tree", [False, True])
def test_texts_that_have_ended_are_read_no_further(module_tree, monkeypatch):
    model = _model(num_key_value_heads=2)
    monkeypatch.setattr(llama, "covers", lambda model: not module_tree)
    kind, rows = type(reader(model)), []
    read = kind.__call__

    def count(self, tokens, *spans):
        rows.append(len(tokens))
        return read(self, tokens, *spans)

    monkeypatch.setattr(kind, "__call__", count)
    found = _texts(model, max_new_tokens=40, **DRAFTS)
    lengths = [len(one.tokens) for one in found]
    assert len(set(lengths)) > 1
    # The last of the most tokens is written, but not read.
    going = [sum(length > step for length in lengths) for step in range(39)]
    assert rows == [1, *filter(None, going)]


@pytest.mark.parametrize("module_tree", [False, True])
@pytest.mark.parametrize("texts", [1, 4])
def test_texts_after_several_prompts_are_those_after_each_alone(texts, module_tree, monkeypatch):
    model = _model(num_key_value_heads=2)
    monkeypatch.setattr(llama, "covers", lambda model: not module_tree)
    prompts = [Prompt(_tokens(length), None) for length in (LENGTH, 1, 30)]
    rules = DRAFTS | {"max_new_tokens": 40, "texts": texts}
    found = write(model, prompts, **rules).texts
    assert len({len(one.tokens) for group in found for one in group}) > 1
    for group, prompt in zip(found, prompts, strict=True):
        (alone,) = write(model, [prompt], **rules).texts
        assert [one.tokens for one in group] == [one.tokens for one in alone]
        for one, other in zip(group, alone, strict=True):
            assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)


def test_texts_after_several_prompts_are_read_together(monkeypatch):
    model = _model(num_key_value_heads=2)
    rows, read = [], llama.LlamaReader.__call__

    def count(self, tokens, *spans):
        rows.append(tokens.shape)
        return read(self, tokens, *spans)

    monkeypatch.setattr(llama.LlamaReader, "__call__", count)
    prompts = [Prompt(_tokens(length), None) for length in (LENGTH, 30)]
    write(model, prompts, max_new_tokens=3, end_tokens=(), texts=2)
    assert rows == [(1, LENGTH), (1, 30), (4, 1), (4, 1)]


def test_colder_texts_differ_less():
    model = _model(num_key_value_heads=2)
    same = [
        sum(
            one.tokens == first.tokens
            for first, *others in [_texts(model, max_new_tokens=6, **options)]
            for one in others
        )
        for options in (DRAFTS | {"texts": 9, "temperature": t} for t in (0.001, 5.0))
    ]
    assert same[0] == 8
    assert same[1] < 8


def test_tokens_are_drawn_as_often_as_they_are_likely():
    torch.manual_seed(0)
    scores = 2 * torch.randn(7)
    allowed = torch.arange(7) != 2
    expected = (scores / 0.7).masked_fill(~allowed, -torch.inf).softmax(-1)
    drafts = [decoding._Draft(number) for number in range(1, 4001)]
    choose = decoding._Choice(0, allowed, 0.7)
    tokens, probabilities = choose(scores.expand(len(drafts), -1), drafts)
    shares = torch.bincount(torch.tensor(tokens), minlength=7) / len(drafts)
    torch.testing.assert_close(shares, expected, atol=0.03, rtol=0)
    assert shares[2] == 0
    assert probabilities == pytest.approx(scores.softmax(-1)[tokens].tolist())


@given(st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=40))
def test_the_last_of_the_chances_is_drawn_as_a_token(logits):
    draft = decoding._Draft(1)
    draft.random = SimpleNamespace(random=lambda: 1 - 2**-53)  # the largest that is drawn
    scores = torch.tensor([logits])
    (token,), _ = decoding._Choice(0, None, 1.0)(scores, [draft])
    assert scores.softmax(-1)[0, token] > 0


def test_a_text_outgrows_the_room_of_the_cache(monkeypatch):
    model = _model(num_key_value_heads=2)
    options = {"max_new_tokens": 300}
    found = _write(model, **options)
    assert len(found.tokens) == 300
    assert found.tokens == _by_modules(model, monkeypatch, **options).tokens


def test_statistics_are_those_of_the_modules(monkeypatch):
    model = hf.enable(_model(num_key_value_heads=2), threshold=0.45)
    spans = torch.arange(0, LENGTH + 1, 6, dtype=torch.int32)[None]
    seen = []
    for way in (_write, lambda model, **options: _by_modules(model, monkeypatch, **options)):
        hf.reset_statistics(model)
        way(model, spans=spans)
        seen.append(hf.statistics(model))
    for name, expected in seen[1].items():
        for key in ("calls", "pruned_calls", "density", "kept_mass", "recovered_share"):
            assert seen[0][name][key] == pytest.approx(expected[key], abs=1e-4)
    assert all(0 < one["density"] < 1 for one in seen[0].values())


def test_weights_that_change_between_texts_are_read_anew(monkeypatch):
    model = _model(num_key_value_heads=2)
    before = _write(model)
    with torch.no_grad():
        model.model.layers[0].mlp.up_proj.weight.mul_(-2)  # in place, as an adapter is merged
    model.model.layers[1].self_attn.q_proj = torch.nn.Linear(32, 32, bias=False)
    after = _write(model)
    assert after.tokens != before.tokens
    assert after.tokens == _by_modules(model, monkeypatch).tokens


def _with_adapter():
    config = LoraConfig(r=2, target_modules=["q_proj"], init_lora_weights=False)
    return inject_adapter_in_model(config, _model()).eval()


def _with_hook():
    model = _model()
    model.model.layers[0].register_forward_hook(lambda module, args, output: None)
    return model


def _with_hook_before_the_whole():
    model = _model()
    model.register_forward_pre_hook(lambda module, args: None)
    return model


UNCOVERED = {
    "qwen": lambda: tiny_models.make("qwen"),
    "mistral": lambda: tiny_models.make("mistral"),
    "biases": lambda: _model(attention_bias=True),
    "narrow-heads": lambda: _model(head_dim=6),
    "gelu": lambda: _model(hidden_act="gelu"),
    "half": lambda: _model(dtype=torch.float16),
    "training": lambda: _model().train(),
    "adapter": _with_adapter,
    "hook": _with_hook,
    "hook-before-the-whole": _with_hook_before_the_whole,
}


@pytest.mark.parametrize("make", UNCOVERED.values(), ids=UNCOVERED)
def test_other_models_are_read_by_their_modules(make):
    model = make()
    assert not llama.covers(model)
    assert len(_write(model, max_new_tokens=3).tokens) == 3


def test_weights_of_several_types_are_not_covered():
    model = _model()
    model.lm_head.to(torch.bfloat16)
    assert not llama.covers(model)


@torch.inference_mode()
def test_several_tokens_after_the_prompt_are_refused():
    model = _model()
    read = llama.LlamaReader(model)
    read(_tokens(9))
    with pytest.raises(ValueError, match="2 tokens at once after the prompt"):
        read(_tokens(2))
    read.branch(2)
    with pytest.raises(ValueError, match="one at a time"):
        read(_tokens(2))


@pytest.mark.parametrize(
    ("option", "wrong"),
    [("max_new_tokens", 0), ("texts", 0), ("temperature", 0.0), ("temperature", float("nan"))],
)
def test_numbers_that_would_write_without_end_or_nothing_are_refused(option, wrong):
    with pytest.raises(ValueError, match=f"{option} must be .* got {wrong}"):
        _write(_model(), **{option: wrong})


def test_no_prompt_gives_no_text():
    assert write(_model(), [], max_new_tokens=3, end_tokens=()).texts == ()


def test_nothing_of_the_weights_is_copied():
    model = _model(num_key_value_heads=2)
    held_by = llama.LlamaReader(model)
    own = {weight.data_ptr() for weight in model.parameters()}
    held = [w for layer in held_by._layers for w in (*layer.query_key_value, *layer.gate_up)]
    assert {weight.data_ptr() for weight in held} <= own


@pytest.mark.parametrize("kind", tiny_models.SEQ2SEQ)
@torch.inference_mode()
def test_an_encoder_with_a_decoder_writes_what_generate_writes(kind):
    model = tiny_models.make(kind, peaked=8.0)
    prompt = tiny_models.random_tokens(1, 90)
    expected = model.generate(prompt, max_new_tokens=12, do_sample=False, num_beams=1)[0, 1:]
    rules = DRAFTS | {"end_tokens": {2}}
    (found,) = write(model, [Prompt(prompt, None)], max_new_tokens=12, **rules).texts
    assert list(found[0].tokens) == [token for token in expected.tolist() if token != 2]
    assert len({one.tokens for one in found}) > 1
    for one in found:
        begun = torch.tensor([[model.config.decoder_start_token_id, *one.tokens]])
        logits = model(input_ids=prompt, decoder_input_ids=begun).logits[0, :-1]
        picked = logits.softmax(-1).gather(1, torch.tensor(one.tokens)[:, None])[:, 0]
        assert one.probabilities == pytest.approx(picked.tolist(), abs=1e-5)
