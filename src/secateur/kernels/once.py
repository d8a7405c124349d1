"""Derivatives that the backends other than the reference do not have, and say so.

Torch's `once_differentiable` cuts gradients off from what they depend on: asked for certain inputs,
`torch.autograd.grad` then takes them for constants without a word. So does forward mode
(`torch.func.jvp`, `jacfwd`) with an operator of one's own whose inputs ask for no gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad

Gradients = tuple[Tensor | None, ...]


def refuse_second_derivative(ctx: Any, *grads: Tensor) -> Gradients:
    """Stands in for the derivative of a gradient.

    Raises:
        RuntimeError: Always.
    """
    raise RuntimeError(
        "the gradient of attention cannot be differentiated again; backend='reference' can"
    )


def refuse_transforms(*inputs: Tensor | None) -> None:
    """Lets no input pass of which forward mode or `torch.func` want a derivative.

    Args:
        inputs: Tensors of a call, or None.

    Raises:
        RuntimeError: They want one.
    """
    if torch.compiler.is_compiling():
        return
    given = [x for x in inputs if x is not None]
    if any(forward_ad.unpack_dual(x).tangent is not None for x in given):
        raise RuntimeError(
            "attention has no forward-mode derivative (jvp, jacfwd); backend='reference' has"
        )
    if any(torch._C._functorch.is_gradtrackingtensor(x) for x in given):
        raise RuntimeError(
            "attention has gradients by torch.autograd, not by torch.func (grad, vjp, jacrev); "
            "backend='reference' has both"
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
