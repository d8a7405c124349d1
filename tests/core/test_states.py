"""A model loaded with attn_implementation="dap" is as one that `enable` switched.

Of a module's running totals: what they say, and that they do not grow.
"""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model
from tiny_models import make, outputs, random_tokens
from torch._subclasses.fake_tensor import FakeTensorMode
from transformers import AutoModel, BertModel, LlamaForCausalLM, PreTrainedModel

from secateur.core import hf
from secateur.core.attention import AttentionReport
from secateur.core.config import DapConfig
from secateur.core.kept import kept_spans
from secateur.core.recovery import read_again, remember
from secateur.core.states import ModuleState, states
from secateur.kernels.lists import KeyLists

TOKENS = random_tokens(1, 190)
PRUNE = {"exact_below": 0, "local": 8, "fallback": False}
FULL = AttentionReport.exact(8.0)
LISTS = KeyLists(torch.tensor([0, 1]), *torch.tensor([[0], [4]], dtype=torch.int32))
HEADS = {"bert": "encoder.layer.{}.attention.self", "llama": "layers.{}.self_attn"}


def with_thresholds(name: str) -> PreTrainedModel:
    """Its config holds settings and thresholds by head, but it is not switched yet."""
    model = make(name, peaked=5.0)
    model.config.dap = dict(PRUNE)
    heads = [0.1, 5.0, 5.0, 5.0]
    model.config.dap_thresholds = {HEADS[name].format(layer): heads for layer in (0, 1)}
    return model


@pytest.fixture(params=HEADS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def loaded(name: str, tmp_path: Path) -> PreTrainedModel:
    with_thresholds(name).save_pretrained(tmp_path)
    kind = LlamaForCausalLM if name == "llama" else BertModel
    return kind.from_pretrained(tmp_path, attn_implementation="dap").eval()


@torch.no_grad()
def test_it_has_the_settings_and_thresholds_that_were_saved(
    name: str, loaded: PreTrainedModel
) -> None:
    enabled = hf.enable(with_thresholds(name))
    torch.testing.assert_close(outputs(loaded, TOKENS), outputs(enabled, TOKENS))
    assert hf.statistics(loaded).keys() == hf.statistics(enabled).keys()
    first, second = (
        {key: state.config.threshold for key, state in states(model).items()}
        for model in (loaded, enabled)
    )
    assert first == second
    assert (0.1, 5.0, 5.0, 5.0) in first.values()


def test_a_threshold_that_is_given_is_that_of_every_head(name: str) -> None:
    model = hf.enable(with_thresholds(name), threshold=2.0)
    assert {state.config.threshold for state in states(model).values()} == {2.0}
    assert not hasattr(model.config, "dap_thresholds")
    hf.disable(model)
    assert hf.enable(model).config.dap_thresholds == with_thresholds(name).config.dap_thresholds


def test_every_layer_says_what_it_read_at_its_first_call(loaded: PreTrainedModel) -> None:
    found = kept_spans(loaded, lambda: outputs(loaded, TOKENS), 100, 110)
    assert [module.module for module in found] == list(hf.statistics(loaded))
    assert len(found) == 2


@torch.no_grad()
def test_a_second_reading_takes_each_layers_own_keys(tmp_path: Path) -> None:
    model = make("bert", peaked=5.0)
    model.config.dap = {**PRUNE, "fallback": "auto", "mass_floor": 0.0, "threshold": 8.0}
    full = outputs(model, TOKENS)
    model.save_pretrained(tmp_path)
    loaded = AutoModel.from_pretrained(tmp_path, attn_implementation="dap").eval()
    outputs(loaded, TOKENS)
    with remember(loaded) as memory:
        outputs(loaded, TOKENS)
    rows = torch.arange(TOKENS.shape[1])
    columns = {"input_ids": TOKENS, "position_ids": rows[None]}
    again = read_again(loaded, memory, rows, columns).last_hidden_state
    torch.testing.assert_close(again, full, atol=1e-4, rtol=1e-4)


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning")
@torch.no_grad()
def test_a_model_with_adapters_has_its_bases_thresholds(name: str) -> None:
    expected = outputs(hf.enable(with_thresholds(name)), TOKENS)
    modules = ["q_proj"] if name == "llama" else ["query"]
    adapted = get_peft_model(with_thresholds(name), LoraConfig(target_modules=modules)).eval()
    assert hf.enable(adapted) is adapted
    torch.testing.assert_close(outputs(adapted, TOKENS), expected)
    assert hf.statistics(adapted)
    hf.disable(adapted)
    assert adapted.config._attn_implementation == "sdpa"
    assert adapted.config.dap == PRUNE


def pruned(density: float, mass: float, recovered: float) -> AttentionReport:
    return AttentionReport(density, torch.tensor(mass), recovered, 2.0, 4.0, LISTS)


@pytest.fixture
def state() -> ModuleState:
    return ModuleState("layer", DapConfig())


def test_means_are_over_pruned_calls_and_times_over_all(state: ModuleState) -> None:
    for report in (FULL, pruned(0.2, 0.75, 0.0), FULL, pruned(0.4, 0.25, 0.5)):
        state.record(report)
    assert state.summary() == {
        "calls": 4, "pruned_calls": 2, "density": pytest.approx(0.3), "kept_mass": 0.5,
        "recovered_share": 0.25, "selection_ms": 4.0, "attention_ms": 24.0,
    }  # fmt: skip


@pytest.mark.parametrize("report", [FULL, pruned(0.5, 0.5, 0.0)], ids=["full", "pruned"])
def test_what_is_read_again_counts_with_its_call(
    state: ModuleState, report: AttentionReport
) -> None:
    state.record(report)
    state.record_again(0.25, 3.0, pruned=report.pruned)
    found = state.summary()
    assert found["calls"] == 1
    assert found["density"] == (0.75 if report.pruned else 1.0)
    assert found["recovered_share"] == (0.25 if report.pruned else 0.0)
    assert found["attention_ms"] == report.attention_ms + 3.0


def test_totals_take_no_more_memory_with_more_calls(state: ModuleState) -> None:
    sizes = []
    for _ in range(2):
        for _ in range(100):
            state.record(pruned(0.5, 0.5, 0.0))
        sizes.append(len(pickle.dumps(state)))
    assert sizes[1] <= sizes[0]


def test_totals_follow_a_model_to_another_gpu(state: ModuleState) -> None:
    with FakeTensorMode():
        for device in ("cuda:0", "cuda:1", "cuda:0"):
            state.record(replace(FULL, lists=LISTS, density=torch.ones((), device=device)))
    assert state.pruned_calls == 3


def test_a_reset_leaves_the_settings(state: ModuleState) -> None:
    state.record(pruned(0.5, 0.5, 0.0))
    state.reset()
    assert state.summary() == {
        "calls": 0, "pruned_calls": 0, "density": 1.0, "kept_mass": 1.0, "recovered_share": 0.0,
        "selection_ms": 0.0, "attention_ms": 0.0,
    }  # fmt: skip
