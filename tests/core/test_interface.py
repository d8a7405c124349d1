"""What transformers and torch do around the attention function."""

from __future__ import annotations

import torch
from tiny_models import make, outputs, random_tokens
from torch._dynamo.testing import CompileCounter

from secateur.core import hf

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
