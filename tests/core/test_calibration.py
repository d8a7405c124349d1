"""Calibration: measured curves, and thresholds chosen by them."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from packed_weights import pack
from peft import LoraConfig, get_peft_model
from tiny_models import make, outputs, random_tokens
from transformers import AutoModel, BertForTokenClassification

from secateur.core import hf, pruned_calls
from secateur.core.attention import AttentionCall
from secateur.core.calibration import Described, calibrate, check, isotonic
from secateur.core.config import DapConfig
from secateur.core.entropy import mean_entropy, starting_threshold
from secateur.core.models.quantised import quantise
from secateur.core.profiles import interpolate
from secateur.core.pruned_calls import full_ms, kept_share, prune
from secateur.core.selection import select
from secateur.core.spans import SpanTable
from secateur.core.states import known_state
from secateur.kernels.ops import attention

LENGTH = 190
PEAKED = 300.0
LADDER = (0.05, 0.2, 0.8, 3.0)
DESCRIBED = Described("test", "tiny", {"torch": torch.__version__}, {"sha256": "0", "documents": 1})
SMALL = {"exact_below": 0, "local": 0, "decode_rows": 0, "tile": 16, "span_length": 4}


def tiny(name):
    """A model whose saved settings let short inputs be pruned."""
    model = make(name, peaked=PEAKED)
    model.config.dap = dict(SMALL)
    return model


def measured(model, *, count=2, **settings):
    documents = [random_tokens(1, LENGTH + 16 * extra) for extra in range(count)]
    runs = [lambda tokens=tokens: outputs(model, tokens) for tokens in documents]
    return calibrate(model, runs, DESCRIBED, ladder=LADDER, **settings)


@pytest.fixture(scope="module")
def bert_profile():
    return measured(tiny("bert"))


@pytest.mark.parametrize("name", ["bert", "modernbert", "llama", "qwen", "bart", "t5"])
def test_curves_are_monotone_and_cover_every_module_that_prunes(name):
    model = tiny(name)
    profile = measured(model, count=1)
    hf.enable(model, threshold=1.0)
    outputs(model, random_tokens(1, LENGTH))
    pruned = {n for n, found in hf.statistics(model).items() if found["pruned_calls"]}
    assert {n.removeprefix(f"{model.base_model_prefix}.") for n in pruned} == set(profile.modules)
    for curves in profile.modules.values():
        assert len(curves.error) == 4, "one curve a head"
        for error, density in zip(curves.error, curves.density, strict=True):
            assert list(error) == sorted(error)
            assert list(density) == sorted(density, reverse=True)
            assert 0 < density[-1] <= density[0] <= 1
    assert any(
        error[-1] > error[0] for curves in profile.modules.values() for error in curves.error
    )


def test_error_is_that_of_the_output_as_it_runs():
    model = tiny("bert")
    tokens = random_tokens(1, LENGTH)
    profile = calibrate(model, [lambda: outputs(model, tokens)] * 2, DESCRIBED, ladder=(0.8, 0.9))
    contexts = []
    for threshold in (0.0, 0.8):
        hf.enable(model, threshold=threshold, fallback=False)
        attention = model.encoder.layer[0].attention.self
        hook = attention.register_forward_hook(lambda m, a, output: contexts.append(output[0]))
        outputs(model, tokens)
        hook.remove()
    full, pruned = (context.view(LENGTH, 4, -1)[::3] for context in contexts)
    expected = ((pruned - full).norm(dim=-1) / full.norm(dim=-1)).mean(0)
    curves = profile.modules["encoder.layer.0.attention.self"]
    actual = torch.tensor([error[0] for error in curves.error])
    assert expected.max() > 0.01
    torch.testing.assert_close(actual, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("dense_ms", "sparse_ms", "cost"), [(3, 2, (1, 2)), (1, 3, (2, 0)), (3, 1, (0, 2.8))]
)
def test_no_part_of_a_calls_cost_is_negative(dense_ms, sparse_ms, cost, monkeypatch):
    def pruned(call, spans, config):
        density, ms = (1.0, dense_ms) if config.threshold == 0.1 else (0.5, sparse_ms)
        return torch.zeros(4), torch.full((4,), density), ms

    monkeypatch.setattr("secateur.core.calibration.prune", pruned)
    model, tokens = tiny("bert"), random_tokens(1, LENGTH)
    profile = calibrate(model, [lambda: outputs(model, tokens)], DESCRIBED, ladder=(0.1, 0.9))
    for curves in profile.modules.values():
        assert (curves.fixed_ms, curves.pairs_ms) == pytest.approx(cost)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize(("n_query", "n_key"), [(150, 150), (70, 150)])
def test_density_by_head_averages_to_the_selections(causal, n_query, n_key):
    torch.manual_seed(1)
    query, key = torch.randn(1, 4, n_query, 16) * 3, torch.randn(1, 2, n_key, 16)
    spans = SpanTable.uniform(1, n_key, 8, key.device)
    config = DapConfig(threshold=(0.1, 0.5, 2.0, 8.0), local=0, fallback=False)
    selection = select(query, key, spans, config, causal=causal)
    shares = kept_share(selection.lists, 4, n_query, n_key, causal)
    assert shares.mean().item() == pytest.approx(selection.density, rel=1e-5)
    assert shares[3] < shares[0]


def call_with_scores(query, key, *, causal=False):
    value = torch.zeros_like(key)
    lse = torch.zeros(query.shape[:3])
    none = (None, None, None, None, None)
    return AttentionCall(query, key, value, value, *none, causal, None, lse, None)


def test_calls_are_compared_under_the_cap_that_the_model_sets():
    torch.manual_seed(3)
    query, key, value = (torch.randn(1, 2, 200, 16) * 3 for _ in range(3))
    call = call_with_scores(query, key)
    output, lse = attention(query, key, value, softcap=2.0)
    call = replace(call, value=value, output=output, lse=lse, softcap=2.0)
    spans = SpanTable.uniform(1, 200, 8, torch.device("cpu"))
    config = DapConfig(threshold=1e-6, fallback=False, cap=100.0)
    assert prune(call, spans, config)[0].max() < 1e-4
    assert prune(replace(call, softcap=None), spans, config)[0].min() > 0.1
    assert mean_entropy(call, spans, 64) > 1.05 * mean_entropy(
        replace(call, softcap=None), spans, 64
    )


def test_calls_are_timed_in_milliseconds(monkeypatch):
    call = call_with_scores(torch.ones(1, 1, 64, 4), torch.ones(1, 1, 64, 4))
    clock = iter([1.0, 1.25, 2.0, 2.5])
    monkeypatch.setattr(pruned_calls, "perf_counter", lambda: next(clock))
    assert full_ms(call) == 250.0
    spans = SpanTable.uniform(1, 64, 8, torch.device("cpu"))
    assert prune(call, spans, DapConfig(threshold=0.5))[2] == 500.0


def test_entropy_is_highest_for_even_and_lowest_for_peaked_attention():
    spans = SpanTable.uniform(1, 128, 8, torch.device("cpu"))
    key = torch.zeros(1, 1, 128, 4)
    query = torch.ones(1, 1, 128, 4)
    assert mean_entropy(call_with_scores(query, key), spans, 64) == pytest.approx(4.5, rel=1e-4)
    key[:, :, 100] = 100.0
    assert mean_entropy(call_with_scores(query, key), spans, 64) == pytest.approx(0.0, abs=1e-4)


def test_entropy_of_half_the_mass_on_each_of_two_spans():
    spans = SpanTable.uniform(1, 128, 8, torch.device("cpu"))
    key = torch.zeros(1, 1, 128, 4)
    key[:, :, [3, 90]] = 100.0
    found = mean_entropy(call_with_scores(torch.ones(1, 1, 128, 4), key), spans, 64)
    assert found == pytest.approx(4.5 * math.log(2) / math.log(16), rel=1e-4)


@pytest.mark.parametrize(
    ("entropy", "expected"), [(0.0, 0.45), (2.25, 0.225), (4.5, 0.0), (9.0, 0.0), (-1.0, 0.45)]
)
def test_starting_formula(entropy, expected):
    assert starting_threshold(entropy) == pytest.approx(expected)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=12))
def test_isotonic_is_monotone_keeps_the_mean_and_what_is_monotone_already(values):
    fitted = isotonic(values)
    assert list(fitted) == pytest.approx(sorted(fitted))
    assert sum(fitted) == pytest.approx(sum(values), abs=1e-6)
    assert isotonic(sorted(values)) == pytest.approx(sorted(values))
    assert isotonic(values, rising=False) == pytest.approx(
        [-v for v in isotonic([-v for v in values])]
    )


def test_isotonic_pools_neighbours():
    assert isotonic([1.0, 3.0, 2.0, 6.0]) == (1.0, 2.5, 2.5, 6.0)


@pytest.mark.parametrize("target", [1e-9, 0.02, 0.1, 0.4, 10.0])
def test_thresholds_are_the_largest_within_the_target(bert_profile, target):
    choice = bert_profile.choose(target_error=target)
    for name, thresholds in choice.thresholds.items():
        for threshold, error in zip(thresholds, bert_profile.modules[name].error, strict=True):
            if LADDER[0] < threshold < LADDER[-1]:
                found = interpolate(LADDER, error, threshold)
                assert found == pytest.approx(target, rel=1e-5)
            elif threshold == LADDER[-1]:
                assert error[-1] <= target
            else:
                assert error[0] > target or error[1] > target


def test_a_larger_target_prunes_more(bert_profile):
    strict, lax = (bert_profile.choose(target_error=target) for target in (0.02, 0.5))
    assert lax.density < strict.density
    assert lax.error > strict.error


def test_out_of_reach_errors_are_counted(bert_profile):
    choice = bert_profile.choose(target_error=1e-9)
    heads = sum(len(curves.error) for curves in bert_profile.modules.values())
    assert 0 < choice.missed <= heads
    assert bert_profile.choose(target_error=10.0).missed == 0


def with_times(profile, full_ms, fixed_ms, pairs_ms):
    times = {"full_ms": full_ms, "fixed_ms": fixed_ms, "pairs_ms": pairs_ms}
    modules = {name: replace(curves, **times) for name, curves in profile.modules.items()}
    return replace(profile, modules=modules)


def test_speed_follows_the_cost_line(bert_profile):
    profile = with_times(bert_profile, 10.0, 1.0, 9.0)
    choice = profile.choose(target_error=0.1)
    assert choice.speedup == pytest.approx(10 / (1 + 9 * choice.density))


def test_target_speed_takes_the_smallest_error_that_is_fast_enough(bert_profile):
    profile = with_times(bert_profile, 10.0, 1.0, 9.0)
    slow, fast = (profile.choose(target_error=target).speedup for target in (0.02, 0.6))
    wanted = (slow + fast) / 2
    choice = profile.choose(target_speedup=wanted)
    assert choice.speedup >= wanted
    assert choice.speedup == pytest.approx(wanted, rel=0.05)


def test_a_speed_out_of_reach_is_refused_with_what_is_possible(bert_profile):
    with pytest.raises(ValueError, match=r"out of reach .* at most"):
        with_times(bert_profile, 10.0, 9.0, 9.0).choose(target_speedup=5.0)


@pytest.mark.parametrize(
    ("tokens", "far"), [(999, True), (1001, False), (2249, False), (2251, True)]
)
def test_a_length_is_far_from_half_as_long_again_on(bert_profile, tokens, far):
    profile = replace(bert_profile, data={**bert_profile.data, "tokens": 1500})
    assert bool(profile.caution(tokens)) is far
    assert not replace(profile, data={"sha256": "ab"}).caution(tokens)


@pytest.mark.parametrize(
    "targets",
    [{"target_error": 0.0}, {"target_error": math.nan}, {"target_speedup": -1.0},
     {"target_error": 0.1, "target_speedup": 2.0}],
)  # fmt: skip
def test_bad_targets_are_refused(bert_profile, targets):
    with pytest.raises(ValueError, match="target"):
        bert_profile.choose(**targets)


def test_a_profile_sets_the_thresholds_of_every_head(bert_profile):
    model = hf.enable(tiny("bert"), profile=bert_profile, target_error=0.1)
    chosen = bert_profile.choose(target_error=0.1).thresholds
    for name, thresholds in chosen.items():
        assert known_state(model.get_submodule(name)).config.threshold == thresholds
    outputs(model, random_tokens(1, LENGTH))
    density = [found["density"] for found in hf.statistics(model).values()]
    assert max(density) < 1


def test_a_speed_sets_the_thresholds_of_every_head(bert_profile):
    profile = with_times(bert_profile, 10.0, 1.0, 9.0)
    speed = profile.choose(target_error=0.3).speedup
    model = hf.enable(tiny("bert"), profile=profile, target_speedup=speed)
    assert model.config.dap_thresholds == profile.choose(target_speedup=speed).thresholds


def test_a_calibrated_model_is_saved_and_reloaded_with_its_thresholds(bert_profile, tmp_path):
    model = hf.enable(tiny("bert"), profile=bert_profile)
    expected = outputs(model, random_tokens(1, LENGTH))
    model.save_pretrained(tmp_path)
    again = hf.enable(AutoModel.from_pretrained(tmp_path).eval())
    torch.testing.assert_close(outputs(again, random_tokens(1, LENGTH)), expected)
    plain = hf.enable(again, threshold=0.0)
    assert not hasattr(plain.config, "dap_thresholds")
    assert (outputs(plain, random_tokens(1, LENGTH)) - expected).abs().max() > 1e-4


def test_disable_leaves_nothing_of_a_profile(bert_profile):
    model = hf.disable(hf.enable(tiny("bert"), profile=bert_profile))
    assert model.config.dap == SMALL
    assert not hasattr(model.config, "dap_thresholds")


def test_calibrating_leaves_torchs_attention_and_the_models_own_settings():
    model = tiny("bert")
    before = outputs(model, random_tokens(1, LENGTH))
    measured(model, count=1)
    assert model.config.dap == SMALL
    torch.testing.assert_close(outputs(model, random_tokens(1, LENGTH)), before)


def test_calibrating_a_model_under_dap_leaves_its_settings_and_counts(bert_profile):
    model = hf.enable(tiny("bert"), profile=bert_profile)
    before = outputs(model, random_tokens(1, LENGTH))
    thresholds, counts = model.config.dap_thresholds, hf.statistics(model)
    found = measured(model, count=1)
    check(model, [lambda: outputs(model, random_tokens(1, LENGTH))], [found.choose()])
    assert model.config._attn_implementation == "dap"
    assert (model.config.dap_thresholds, hf.statistics(model)) == (thresholds, counts)
    torch.testing.assert_close(outputs(model, random_tokens(1, LENGTH)), before)
    assert hf.disable(model).config._attn_implementation == "sdpa"
    assert model.config.dap == SMALL


def test_a_profile_with_fewer_heads_than_the_model_is_refused(bert_profile):
    name, curves = next(iter(bert_profile.modules.items()))
    fewer = replace(curves, error=curves.error[:3], density=curves.density[:3])
    profile = replace(bert_profile, modules={**bert_profile.modules, name: fewer})
    model = tiny("bert")
    with pytest.raises(ValueError, match=f"3 thresholds for 4 heads of module {name}"):
        hf.enable(model, profile=profile)
    assert model.config._attn_implementation == "sdpa"


def test_a_profile_fits_the_same_weights_under_another_head(bert_profile, tmp_path):
    tiny("bert").save_pretrained(tmp_path)
    other = BertForTokenClassification.from_pretrained(tmp_path)
    bert_profile.check(other)


def test_a_profile_fits_its_model_with_weights_in_bytes(bert_profile):
    model = tiny("bert")
    quantise(model)
    bert_profile.check(model)


def test_a_profile_fits_its_model_with_packed_weights(bert_profile):
    model = tiny("bert")
    pack(model)
    bert_profile.check(model)


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")
def test_a_profile_fits_a_model_with_adapters(bert_profile):
    expected = outputs(hf.enable(tiny("bert"), profile=bert_profile), random_tokens(1, LENGTH))
    adapted = get_peft_model(tiny("bert"), LoraConfig(target_modules=["query"])).eval()
    hf.enable(adapted, profile=bert_profile)
    torch.testing.assert_close(outputs(adapted, random_tokens(1, LENGTH)), expected)


def test_a_fine_tuned_copy_passes(bert_profile):
    model = tiny("bert")
    torch.manual_seed(2)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.2 * weight.std(correction=0) * torch.randn_like(weight))
    bert_profile.check(model)


@pytest.mark.parametrize("name", ["roberta", "llama"])
def test_a_profile_of_another_architecture_is_refused(bert_profile, name):
    with pytest.raises(ValueError, match=r"made for tiny \(bert\), not for a .* calibrate"):
        hf.enable(tiny(name), profile=bert_profile)


def test_a_profile_of_other_weights_is_refused(bert_profile):
    model = tiny("bert")
    torch.manual_seed(8)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.randn_like(weight) * 0.02)
    with pytest.raises(ValueError, match="other weights"):
        hf.enable(model, profile=bert_profile)
    assert model.config._attn_implementation == "sdpa"


def test_profile_and_threshold_exclude_each_other(bert_profile):
    with pytest.raises(ValueError, match="not both"):
        hf.enable(tiny("bert"), profile=bert_profile, threshold=1.0)
    for target in ({"target_error": 0.1}, {"target_speedup": 2.0}):
        with pytest.raises(ValueError, match="needs a profile"):
            hf.enable(tiny("bert"), **target)


def test_check_measures_what_the_profile_expects_on_its_own_document():
    model = tiny("bert")
    tokens = random_tokens(1, LENGTH)
    profile = calibrate(model, [lambda: outputs(model, tokens)], DESCRIBED, ladder=LADDER)
    choices = [profile.choose(target_error=target) for target in (0.05, 10.0)]
    (strict, lax) = check(model, [lambda: outputs(model, tokens)], choices)
    assert lax == pytest.approx((choices[1].error, choices[1].density), rel=1e-3)
    assert strict == pytest.approx((choices[0].error, choices[0].density), rel=0.5)
    assert strict[0] < lax[0]
    assert strict[1] > lax[1]


def test_short_documents_are_refused():
    model = make("bert")
    with pytest.raises(ValueError, match="more than 512 tokens"):
        measured(model, count=1)


def test_a_model_of_sliding_windows_alone_is_refused():
    with pytest.raises(ValueError, match="reads a sliding window"):
        measured(tiny("mistral"), count=1)


def test_padded_documents_are_refused():
    model = tiny("bert")
    tokens = random_tokens(1, LENGTH)
    mask = torch.ones_like(tokens)
    mask[:, -5:] = 0
    with pytest.raises(ValueError, match="without padding"):
        calibrate(model, [lambda: outputs(model, tokens, mask)], DESCRIBED, ladder=LADDER)
