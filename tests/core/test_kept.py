"""What a model read for some tokens, from the selection of the run itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from tiny_models import make, outputs, random_tokens
from torch import Tensor

from secateur.core import hf
from secateur.core.kept import KeptSpans, kept_spans
from secateur.kernels import ops

PRUNING = {"exact_below": 0, "decode_rows": 0, "local": 8, "tile": 16, "fallback": False}
FIRST, LAST = 70, 95


def look(name: str, tokens: Tensor, *, threshold: float, **settings: Any) -> list[KeptSpans]:
    model = make(name, peaked=4.0)
    hf.enable(model, threshold=threshold, **{**PRUNING, **settings})
    modules = list(kept_spans(model, lambda: outputs(model, tokens), FIRST, LAST))
    assert modules, "an empty list would let every check of its parts pass"
    return modules


@pytest.mark.parametrize("name", ["bert", "llama", "qwen", "t5", "mistral", "modernbert"])
@pytest.mark.parametrize("threshold", [0.0, 0.8])
def test_mass_of_what_was_read_adds_up_to_one(name: str, threshold: float) -> None:
    for module in look(name, random_tokens(1, 260), threshold=threshold):
        assert sum(module.mass) == pytest.approx(1.0, abs=1e-4)
        assert len(module.spans) == len(module.mass) == len(module.heads)
        assert 0 < min(module.heads) <= max(module.heads) <= 1 + 1e-6


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16], ids=str)
def test_models_of_other_dtypes_are_looked_at(dtype: torch.dtype) -> None:
    model = hf.enable(make("bert", peaked=4.0).to(dtype), threshold=0.8, **PRUNING)
    found = kept_spans(model, lambda: outputs(model, random_tokens(1, 260)), FIRST, LAST)
    assert [sum(module.mass) for module in found] == pytest.approx([1.0] * 2, abs=0.05)


def test_padding_read_nothing() -> None:
    model, tokens = hf.enable(make("llama"), threshold=0.8, **PRUNING), random_tokens(1, 260)
    mask = (torch.arange(260) >= LAST).long()[None]
    found = kept_spans(model, lambda: outputs(model, tokens, mask), FIRST, LAST)
    assert [(module.spans, module.mass) for module in found] == [((), ())] * 2


def test_without_a_selection_all_visible_spans_were_read() -> None:
    for module in look("bert", random_tokens(1, 260), threshold=0.0):
        assert not module.pruned
        assert (module.density, len(module.spans)) == (1.0, 33)
        assert set(module.heads) == {1.0}
    for module in look("llama", random_tokens(1, 260), threshold=0.0):
        assert module.density == 1.0
        assert module.spans[-1][0] < LAST


def test_spans_are_those_of_the_lists_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the lists where the kernel does, and compares them with what is told."""
    seen = []
    real = ops.attention

    def attention(*args: Any, **kwargs: Any) -> Any:
        seen.append(args)
        return real(*args, **kwargs)

    monkeypatch.setattr(ops, "attention", attention)
    modules = look("bert", random_tokens(1, 260), threshold=0.8)
    assert len(seen) == len(modules) == 2
    for (query, key, _, lists), module in zip(seen, modules, strict=True):
        dense = lists.mask(1, query.shape[1], query.shape[2], key.shape[2])[0, :, FIRST:LAST]
        assert module.pruned
        assert module.density == pytest.approx(float(dense.float().mean()))
        told = torch.zeros(key.shape[2], dtype=torch.bool)
        for start, end in module.spans:
            told[start:end] = True
        assert torch.equal(told, dense.any(0).any(0))


def test_sentences_given_to_the_model_are_the_spans_told() -> None:
    model = make("bert", peaked=4.0)
    hf.enable(model, threshold=0.0, **PRUNING)
    ends = torch.tensor([[0, 3, 10, 100, 120]], dtype=torch.int32)
    run = lambda: model(input_ids=random_tokens(1, 120), span_offsets=ends)  # noqa: E731
    told = [module.spans for module in kept_spans(model, run, 5, 6)]
    assert told == [((0, 3), (3, 10), (10, 100), (100, 120))] * 2


def test_looking_changes_neither_result_nor_later_runs() -> None:
    model, tokens = make("llama", peaked=4.0), random_tokens(1, 260)
    hf.enable(model, threshold=0.8, **PRUNING)
    with torch.no_grad():
        before = outputs(model, tokens)
    kept_spans(model, lambda: outputs(model, tokens), FIRST, LAST)
    with torch.no_grad():
        assert torch.equal(outputs(model, tokens), before)


def test_only_calls_of_its_own_thread_are_looked_at() -> None:
    model, tokens = make("llama", peaked=4.0), random_tokens(1, 260)
    hf.enable(model, threshold=0.8, **PRUNING)
    expected = kept_spans(model, lambda: outputs(model, tokens), FIRST, LAST)

    def run() -> None:
        outputs(model, tokens)
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(outputs, model, random_tokens(2, 300)).result()

    assert kept_spans(model, run, FIRST, LAST) == expected


def test_looking_within_a_look_leaves_the_outer_one_its_calls() -> None:
    model, tokens = make("llama", peaked=4.0), random_tokens(1, 260)
    hf.enable(model, threshold=0.8, **PRUNING)
    expected = kept_spans(model, lambda: outputs(model, tokens), FIRST, LAST)

    def run() -> None:
        kept_spans(model, lambda: outputs(model, random_tokens(1, 300)), 0, 5)
        outputs(model, tokens)

    assert kept_spans(model, run, FIRST, LAST) == expected


@pytest.mark.parametrize(
    ("first", "last", "batch", "message"),
    [
        (5, 5, 1, "no stretch"),
        (0, 261, 1, "reaches token 261"),
        (0, 9, 2, "batch of 2"),
    ],
    ids=["empty", "outside", "batch"],
)
def test_wrong_questions_are_refused(first: int, last: int, batch: int, message: str) -> None:
    model = make("bert")
    hf.enable(model, threshold=0.8, **PRUNING)
    with pytest.raises(ValueError, match=message):
        kept_spans(model, lambda: outputs(model, random_tokens(batch, 260)), first, last)


def test_model_under_full_attention_is_refused() -> None:
    model = make("bert")
    with pytest.raises(ValueError, match="not under attention"):
        kept_spans(model, lambda: outputs(model, random_tokens(1, 20)), 0, 9)
