"""Batches hold every document once, fit what the memory model says, and halve by way of 64."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from secateur.core.batching import (
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


def test_memory_model_grows_with_the_model_and_the_batch():
    class Config:
        hidden_size, intermediate_size, num_attention_heads = 384, 1536, 12

    model = MemoryModel.of(Config, torch.float16)
    assert model.per_token == 2 * (8 * 384 + 2 * 1536)
    assert model.batch_bytes(4, 1000) > 4 * 1000 * model.per_token
    assert model.largest_batch(1000, 0) == 0
    free = model.batch_bytes(100, 1000)
    assert 75 <= model.largest_batch(1000, free) <= 80


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
