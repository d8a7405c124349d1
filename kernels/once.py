"""Gradients that cannot be differentiated again, and say so.

Torch's `once_differentiable` cuts them off from what they depend on: asked for certain inputs,
`torch.autograd.grad` then takes them for constants without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Gradients = tuple[Tensor | None, ...]


def refuse_second_derivative(ctx: Any, *grads: Tensor) -> Gradients:
    """Stands in for the derivative of a gradient.

    Raises:
        RuntimeError: Always.
    """
    raise RuntimeError(
        "the gradient of attention cannot be differentiated again; backend='reference' can"
    )


def differentiate_once(compute: Callable[..., Gradients], *inputs: Tensor | None) -> Gradients:
    """Computes gradients in a backward pass.

    Args:
        compute: Called on the inputs.
        inputs: All tensors that the gradients depend on.

    Returns:
        What was computed.
    """
    return _Once.apply(compute, *inputs)


class _Once(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, compute: Callable[..., Gradients], *inputs: Tensor | None) -> Gradients:
        (grad, *_) = (x for x in inputs if x is not None)
        # A backward pass called under autocast would round what its forward pass did not.
        with torch.autocast(grad.device.type, enabled=False):
            return compute(*inputs)

    backward = staticmethod(refuse_second_derivative)
