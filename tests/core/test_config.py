"""Settings of DAP for inputs of different lengths."""

from __future__ import annotations

import pytest
import torch

from secateur.core.attention import dap_attention
from secateur.core.config import DapConfig


def test_a_threshold_for_a_length_grows_with_longer_inputs_only() -> None:
    config = DapConfig(threshold=2.0, per_tokens=1000)
    assert [config.at(keys).threshold for keys in (1, 1000, 1500, 4000)] == [2.0, 2.0, 3.0, 8.0]
    assert DapConfig(threshold=(1.0, 2.0), per_tokens=10).at(30).threshold == (3.0, 6.0)
    assert DapConfig(threshold=2.0).at(10**6).threshold == 2.0
    with pytest.raises(ValueError, match="per_tokens"):
        DapConfig(per_tokens=-1)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf"), (0.4, float("nan")), ()])
def test_a_threshold_that_is_no_number_of_0_or_more_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="threshold must be a number of 0 or more"):
        DapConfig(threshold=wrong)
    with pytest.raises(ValueError, match="margin"):
        DapConfig(margin=float("nan"))


def test_attention_prunes_by_the_threshold_for_its_length() -> None:
    generator = torch.Generator().manual_seed(0)
    query, key, value = (torch.randn(1, 2, 768, 16, generator=generator) for _ in range(3))
    longer = DapConfig(threshold=0.5, per_tokens=256, fallback=False)
    same = DapConfig(threshold=1.5, fallback=False)
    scaled, plain = (dap_attention(query, key, value, config) for config in (longer, same))
    assert scaled[2].density == plain[2].density < 1
    assert torch.equal(scaled[0], plain[0])
