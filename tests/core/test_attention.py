"""Which calls are pruned, and what the margin of the scores may leave out of them and of others."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from secateur.core.attention import dap_attention, prunes
from secateur.core.config import DapConfig
from secateur.kernels.native import LOAD_ERROR

PRUNING = {"threshold": 0.5, "fallback": False, "exact_below": 100, "decode_rows": 4}


@pytest.mark.parametrize(
    ("queries", "keys", "settings", "window", "pruned"),
    [
        (101, 101, {}, None, True),
        (100, 100, {}, None, False),
        (5, 101, {}, None, True),
        (4, 101, {}, None, False),
        (101, 101, {}, (50, 0), False),
        (101, 101, {"fallback": True}, None, False),
        (101, 101, {"threshold": 0.0}, None, False),
        (101, 101, {"threshold": (0.0, 0.5)}, None, True),
        (0, 101, {"decode_rows": 0}, None, False),
    ],
    ids=["long", "short", "few rows", "fewer rows", "window", "asked to be exact", "threshold of 0",
         "one head's threshold of 0", "no rows"],
)  # fmt: skip
def test_a_call_is_pruned_where_there_is_something_to_gain(
    queries: int, keys: int, settings: dict[str, Any], window: Any, pruned: bool
) -> None:
    query, key = torch.zeros(1, 2, queries, 8), torch.zeros(1, 2, keys, 8)
    assert prunes(query, key, DapConfig(**{**PRUNING, **settings}), window) is pruned


@pytest.fixture
def fading() -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values: each key scores a little less than the one before, 10 in all."""
    query, key = torch.zeros(1, 2, 200, 16), torch.zeros(1, 2, 200, 16)
    query[..., 0], key[..., 0] = 4.0, torch.linspace(10, 0, 200)
    return query, key, torch.randn(1, 2, 200, 16, generator=torch.Generator().manual_seed(0))


@pytest.mark.skipif(bool(LOAD_ERROR), reason="the extension was not built")
@pytest.mark.parametrize(
    ("threshold", "margin", "is_full"),
    [(0.0, 1.0, True), (1e-9, 1.0, False), (1e-9, 30.0, True)],
    ids=["exact", "pruned, narrow", "pruned, wide"],
)
def test_the_margin_is_one_of_pruned_calls_alone(
    threshold: float, margin: float, is_full: bool, fading: tuple[Tensor, Tensor, Tensor]
) -> None:
    config = DapConfig(**{**PRUNING, "threshold": threshold, "margin": margin, "backend": "native"})
    output, _, report = dap_attention(*fading, config)
    assert report.density == 1.0
    assert torch.allclose(output, scaled_dot_product_attention(*fading), atol=1e-5) is is_full
