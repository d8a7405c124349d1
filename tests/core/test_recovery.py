"""A second reading of some tokens of a document, against keys and values that a pruned run left."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import torch
from tiny_models import make, random_tokens
from torch import Tensor
from transformers import BertConfig, BertModel

from secateur.core import hf
from secateur.core.attention import AttentionCall, dap_attention
from secateur.core.config import DapConfig
from secateur.core.models.distance import use_distance
from secateur.core.recovery import Memory, read_again, remember
from secateur.core.states import ModuleState

TOKENS = 700


@pytest.fixture(params=[False, True], ids=["plain", "distance"])
def model(request: pytest.FixtureRequest) -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=80, hidden_size=96, num_hidden_layers=2, num_attention_heads=3,
        intermediate_size=64, max_position_embeddings=64, hidden_dropout_prob=0.0,
        initializer_range=0.3,
    )  # fmt: skip
    made = BertModel(config, add_pooling_layer=False).eval()
    if request.param:
        use_distance(made)
    return made


@pytest.fixture
def columns() -> dict[str, Tensor]:
    ids = torch.randint(80, (1, TOKENS), generator=torch.Generator().manual_seed(1))
    places = torch.arange(TOKENS)[None] % 64
    return {"input_ids": ids, "position_ids": places, "attention_mask": torch.ones_like(ids)}


def run(model: Any, columns: dict[str, Tensor], **settings: Any) -> tuple[Tensor, Memory]:
    hf.enable(model, **{"threshold": 8.0, "mass_floor": 0.0, **settings})
    with torch.no_grad(), remember(model) as memory:
        return model(**columns).last_hidden_state, memory


@torch.no_grad()
def test_reading_every_token_again_is_full_attention(
    model: BertModel, columns: dict[str, Tensor]
) -> None:
    full = model(**columns).last_hidden_state
    pruned, memory = run(model, columns)
    assert not torch.allclose(pruned, full, atol=1e-2)
    again = read_again(model, memory, torch.arange(TOKENS), columns).last_hidden_state
    torch.testing.assert_close(again, full, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_in_one_layer_a_few_tokens_come_out_as_in_full_attention(
    model: BertModel, columns: dict[str, Tensor]
) -> None:
    del model.encoder.layer[1]
    full = model(**columns).last_hidden_state
    _, memory = run(model, columns)
    rows = torch.tensor([0, 5, 6, 300, TOKENS - 1])
    again = read_again(model, memory, rows, columns).last_hidden_state
    torch.testing.assert_close(again, full[:, rows], atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_a_read_again_leaves_the_model_as_it_was(
    model: BertModel, columns: dict[str, Tensor]
) -> None:
    before, memory = run(model, columns)
    read_again(model, memory, torch.tensor([3, 4]), columns)
    torch.testing.assert_close(model(**columns).last_hidden_state, before)


@torch.no_grad()
def test_two_threads_read_on_one_model_as_one_after_the_other(
    model: BertModel, columns: dict[str, Tensor]
) -> None:
    """In the midst of each reading another thread reads a whole document of its own."""
    rows = torch.tensor([3, 4, 500])
    other = {name: column[:, :600].flip(1) for name, column in columns.items()}

    def read(own: dict[str, Tensor]) -> list[Tensor]:
        with torch.no_grad(), remember(model) as memory:
            once = model(**own).last_hidden_state
        with torch.no_grad():
            return [once, read_again(model, memory, rows, own).last_hidden_state]

    hf.enable(model, threshold=8.0, mass_floor=0.0)
    serial, serial_other = read(columns), read(other)
    meanwhile: list[list[Tensor]] = []
    with ThreadPoolExecutor(1) as elsewhere:

        def interrupt(*_: Any) -> None:
            if threading.current_thread() is threading.main_thread():
                meanwhile.append(elsewhere.submit(read, other).result())

        model.encoder.layer[1].register_forward_pre_hook(interrupt)
        found = read(columns)
    assert len(meanwhile) == 2
    torch.testing.assert_close([found, *meanwhile], [serial, serial_other, serial_other])


@torch.no_grad()
def test_statistics_count_what_was_looked_at_again(
    model: BertModel, columns: dict[str, Tensor]
) -> None:
    _, memory = run(model, columns)
    before = hf.statistics(model)
    read_again(model, memory, torch.arange(70), columns)
    assert before
    for name, after in hf.statistics(model).items():
        assert after["calls"] == before[name]["calls"]
        assert after["density"] == pytest.approx(before[name]["density"] + 0.1)
        assert after["recovered_share"] == pytest.approx(0.1)


def test_what_cannot_be_looked_at_again_is_not_kept(
    model: BertModel, columns: dict[str, Tensor]
) -> None:
    hf.enable(model, threshold=8.0)
    taken = 4 * 2 * 2 * 96 * TOKENS  # bytes: fp32, keys and values, two layers of 96
    for limit, kept in ((taken, True), (taken - 1, False)):
        with torch.no_grad(), remember(model, limit) as memory:
            model(**columns)
        assert bool(memory) is kept
    with pytest.raises(ValueError, match="not kept"):
        read_again(model, memory, torch.tensor([0]), columns)
    two = {name: column.repeat(2, 1) for name, column in columns.items()}
    assert not run(model, two)[1]
    padded = torch.ones(1, TOKENS, dtype=torch.long)
    padded[:, -5:] = 0
    assert not run(model, columns | {"attention_mask": padded})[1]
    for settings in ({"threshold": 0.0}, {"fallback": False}, {"exact_below": TOKENS}):
        assert not run(model, columns, **settings)[1]


def test_a_model_that_looks_back_only_is_not_kept() -> None:
    decoder = make("llama")
    hf.enable(decoder, threshold=8.0, exact_below=0)
    with torch.no_grad(), remember(decoder) as memory:
        decoder(random_tokens(1, 500))
    assert not memory


def call_of(*, pruned: bool = True, **changes: Any) -> AttentionCall:
    """A call of 100 tokens as a module of an encoder makes it."""
    tensors = [torch.randn(1, 2, 100, 8) for _ in range(3)]
    config = DapConfig(threshold=float(pruned), exact_below=0)
    output, lse, report = dap_attention(*tensors, config)
    nothing = (None, None, None, None, None)
    call = AttentionCall(*tensors, output, *nothing, False, None, lse, report.lists)
    return replace(call, **changes)


def remembered(*calls: AttentionCall) -> Memory:
    memory = Memory(len(calls), 1 << 20)
    for number, call in enumerate(calls):
        memory.take(ModuleState(f"layer.{number}", DapConfig()), call)
    return memory


@pytest.mark.parametrize(
    "changes",
    [{"window": (10, 10)}, {"bias": torch.zeros(1, 1, 100, 100)}, {"causal": True}],
    ids=["window", "bias", "causal"],
)
def test_one_call_that_cannot_be_kept_is_enough_wherever_it_comes(changes: dict[str, Any]) -> None:
    assert remembered(call_of(), call_of())
    assert not remembered(call_of(), call_of(**changes))
    assert not remembered(call_of(**changes), call_of())


def test_one_pruned_call_is_enough_wherever_it_comes() -> None:
    assert remembered(call_of(), call_of(pruned=False))
    assert remembered(call_of(pruned=False), call_of())
    assert not remembered(call_of(pruned=False))


def test_what_was_kept_before_a_call_that_cannot_be_is_given_back() -> None:
    calls = [call_of(), call_of(causal=True)]
    key = weakref.ref(calls[0].key)
    memory = remembered(*calls)
    calls.clear()
    gc.collect()
    assert not memory
    assert key() is None
