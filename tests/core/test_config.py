"""Settings of DAP for inputs of different lengths."""

from __future__ import annotations

import json
import math
import re
import sys
from typing import Any, get_args

import numpy as np
import pytest
import torch

from secateur.core.attention import dap_attention
from secateur.core.config import Backend, DapConfig
from secateur.kernels import ops


def test_a_threshold_for_a_length_grows_with_longer_inputs_only() -> None:
    config = DapConfig(threshold=2.0, per_tokens=1000)
    assert [config.at(keys).threshold for keys in (1, 1000, 1500, 4000)] == [2.0, 2.0, 3.0, 8.0]
    assert DapConfig(threshold=(1.0, 2.0), per_tokens=10).at(30).threshold == (3.0, 6.0)
    assert DapConfig(threshold=2.0).at(10**6).threshold == 2.0
    with pytest.raises(ValueError, match="per_tokens"):
        DapConfig(per_tokens=-1)


@pytest.mark.parametrize("wrong", [-1.0, math.nan, math.inf, (0.4, math.nan), (), "0.4", True])
def test_a_threshold_that_is_no_number_of_0_or_more_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="threshold must be a number of 0 or more"):
        DapConfig(threshold=wrong)


@pytest.mark.parametrize(
    ("field", "value", "asked"),
    [
        ("fallback", 0, '"auto", True or False'),
        ("fallback", 1, '"auto", True or False'),
        ("backend", "foo", "one of auto, native, triton, portable, reference"),
        ("margin", 0, "a number above 0"),
        ("margin", math.nan, "a number above 0"),
        ("cap", math.inf, "a number of 0 or more"),
        ("sections", math.inf, "a number of 0 or more"),
        ("look_low", math.inf, "a number of 0 or more"),
        ("mass_floor", "half", "a number of 0 to 1"),
        ("tile", 0, "a whole number of 1 to 4096"),
        ("tile", 1 << 24, "a whole number of 1 to 4096"),
        ("local", 2.5, "a whole number of 0 or more"),
        ("local", -1, "a whole number of 0 or more"),
        ("span_length", True, "a whole number of 1 to 64"),
        ("exact_below", 2.5, "a whole number of 0 or more"),
    ],
)
def test_settings_that_would_go_wrong_in_a_call_are_refused(
    field: str, value: Any, asked: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{field} must be {asked}, got {value!r}")):
        DapConfig(**{field: value})


@pytest.mark.parametrize(
    "settings",
    [
        {"cap": 1e300, "sections": 1e300, "local": sys.maxsize},
        {"cap": 0, "sections": 0, "local": 0, "look_low": 1e9},
        {"margin": 1e-6, "exact_below": sys.maxsize},
        {"tile": 4096},
    ],
)
@pytest.mark.parametrize("backend", ["auto", "portable"])
def test_the_largest_and_least_settings_run(settings: dict[str, Any], backend: Any) -> None:
    query, key, value = (torch.randn(1, 2, 700, 16) for _ in range(3))
    config = DapConfig(**settings, backend=backend)
    assert dap_attention(query, key, value, config)[0].isfinite().all()


def test_numbers_of_numpy_are_saved_as_plain_ones() -> None:
    """The model could not be saved."""
    config = DapConfig(
        threshold=tuple(np.float32([0.5, 2.0])), local=np.int64(8), cap=np.float32(4)
    )
    saved = json.loads(json.dumps(config.to_dict()))
    assert DapConfig.from_dict(saved) == config
    assert (saved["fallback"], saved["local"], saved["threshold"]) == ("auto", 8, [0.5, 2.0])


def test_every_backend_can_be_asked_for() -> None:
    assert get_args(Backend) == ops.BACKENDS


def test_attention_prunes_by_the_threshold_for_its_length() -> None:
    generator = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn(1, 2, 768, 16, generator=generator) for _ in range(3))
    longer = DapConfig(threshold=0.5, per_tokens=256, fallback=False)
    same = DapConfig(threshold=1.5, fallback=False)
    scaled, plain = (dap_attention(query, key, value, config) for config in (longer, same))
    assert scaled[2].density == plain[2].density < 1
    assert torch.equal(scaled[0], plain[0])
