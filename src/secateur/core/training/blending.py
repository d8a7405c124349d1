"""The mean of several models' weights."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


@torch.no_grad()
def blend(model: nn.Module, others: Sequence[nn.Module], share: float) -> None:
    """Takes the mean of a model's weights and those of others alike, in place.

    Means of what one start became in several trainings mostly do better than each (Wortsman et al.,
    "Model soups", ICML 2022).

    Args:
        model: Changed.
        others: Of the same shapes.
        share: What each of the others counts, 0 to 1; the model has the rest.
    """
    rest = 1 - share * len(others)
    weights = [other.state_dict() for other in others]
    for name, weight in model.state_dict().items():
        if weight.is_floating_point():
            mean = rest * weight + sum(share * other[name].to(weight) for other in weights)
            weight.copy_(mean)
