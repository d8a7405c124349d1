"""Batches hold every document once, fit what the memory model says, and halve by way of 64."""

import weakref
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from transformers import BertConfig, BertModel

from secateur.core.batching import (
    CudaMemory,
    MemoryModel,
    cut_batches,
    next_size,
    short_batches,
    working_dtype,
)

MODEL = MemoryModel(per_token=1.0, per_tile_span=0.0, safety=1.0)


@given(lengths=st.lists(st.integers(1, 5000), min_size=1, max_size=80))
def test_batches_hold_every_document_once_and_little_padding(lengths):
    batches = cut_batches(range(len(lengths)), lengths, MODEL, 20_000, largest=16, padding=0.2)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[i] for i in batch)
        assert len(batch) <= 16
        assert len(batch) == 1 or len(batch) * longest <= 20_000
        assert min(lengths[i] for i in batch) >= 0.8 * longest


@given(st.lists(st.integers(0, 900), max_size=40), st.integers(1, 4_000))
def test_shared_calls_hold_each_once_within_the_budget(lengths, budget):
    found = short_batches(range(len(lengths)), lengths, budget)
    assert sorted(i for batch in found for i in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= budget


@pytest.mark.parametrize(
    ("size", "expected"),
    [(512, 256), (256, 128), (300, 150), (150, 64), (128, 64), (64, 32), (2, 1)],
)
def test_halving_stops_at_64(size, expected):
    assert next_size(size, 64) == expected


class Live(TorchDispatchMode):
    """Counts the bytes of all tensors made inside that live at one time."""

    def __init__(self, model):
        super().__init__()
        self.held = {weight.untyped_storage()._cdata: 0 for weight in model.state_dict().values()}
        self.peak = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, torch.Tensor):
                storage = leaf.untyped_storage()
                if storage._cdata not in self.held:
                    self.held[storage._cdata] = storage.nbytes()
                    weakref.finalize(storage, self.held.pop, storage._cdata)
        self.peak = max(self.peak, sum(self.held.values()))
        return result


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_call_takes_no_more_than_the_memory_model_says_and_over_half(dtype):
    config = BertConfig(
        vocab_size=10, hidden_size=384, intermediate_size=1536, num_attention_heads=12,
        num_hidden_layers=2,
    )  # fmt: skip
    bert = BertModel(config).eval().to(dtype)
    tokens = torch.zeros(4, 256, dtype=torch.long)
    with torch.no_grad(), Live(bert) as live:
        bert(tokens)
    planned = MemoryModel.of(config, dtype).batch_bytes(4, 256)
    assert planned / 2 < live.peak <= planned


def test_the_memory_model_grows_with_the_batch():
    model = MemoryModel(per_token=12_288, per_tile_span=240)
    # Beside 4,000 tokens: pairs of 16 query tiles and 125 spans.
    assert model.batch_bytes(4, 1000) == 49_152_000 + 480_000
    assert model.largest_batch(1000, 0) == 0
    free = model.batch_bytes(100, 1000)
    assert 75 <= model.largest_batch(1000, free) <= 80


def test_memory_that_the_allocator_holds_unused_is_free(monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (1000, 5000))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: 300)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: 100)
    assert CudaMemory(torch.device("cuda")).free_bytes() == 1200


def test_memory_model_counts_the_tiles_of_the_models_own_settings():
    sizes = {"hidden_size": 384, "intermediate_size": 1536, "num_attention_heads": 12}
    model = MemoryModel.of(SimpleNamespace(**sizes, dap={"tile": 128}), torch.float16)
    selection = model.batch_bytes(0, 4096)
    assert selection == 20 * 12 * (4096 // 128) * (4096 // 8)


def test_the_cpu_works_in_fp32():
    assert working_dtype(torch.device("cpu")) == torch.float32


@pytest.mark.parametrize(
    ("capability", "expected"),
    [
        ((6, 1), torch.float32),
        ((7, 0), torch.float16),
        ((7, 5), torch.float16),
        ((8, 0), torch.bfloat16),
        ((9, 0), torch.bfloat16),
    ],
)
def test_a_gpu_works_in_what_it_computes_fastest(monkeypatch, capability, expected):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert working_dtype(torch.device("cuda")) == expected
