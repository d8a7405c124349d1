"""Linear layers with weights in bytes: half of what a decoder reads for each token in bfloat16.

The scheme is torchao's weight-only int8: a row of a matrix is its values, -127 to 127, times a
factor that makes the largest 127; what the matrix is multiplied with stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from transformers import PreTrainedModel

from secateur.kernels import layers
from secateur.kernels.layers import Bytes, Weight

_LARGEST = 127
"""Largest number in a signed byte; -128 is not used, so that scales are symmetric."""


class Int8Linear(nn.Module):
    """A linear layer with its weight in bytes.

    Attributes:
        values: int8 `[out_features, in_features]`.
        scales: float32 `[out_features, 1]`, whatever dtype the model is moved to.
        bias: As of the layer that it is made from.
    """

    values: Tensor
    scales: Tensor
    _like: Tensor

    def __init__(self, layer: nn.Linear) -> None:
        """Rounds a layer's weight.

        Args:
            layer: A layer of any floating dtype, which stays as it is.
        """
        super().__init__()
        self.in_features, self.out_features = layer.in_features, layer.out_features
        wide = layer.weight.detach().float()
        scales = (wide.abs().amax(1, keepdim=True) / _LARGEST).clamp(torch.finfo(wide.dtype).tiny)
        self.register_buffer("values", (wide / scales).round().to(torch.int8))
        self.register_buffer("scales", scales)
        # Goes with the model from dtype to dtype, which no other tensor here does.
        self.register_buffer("_like", layer.weight.new_empty(0), persistent=False)
        self.bias = layer.bias

    @property
    def packed(self) -> Bytes:
        """The weight as the native operators take it."""
        return Bytes(self.values, self.scales)

    @property
    def weight(self) -> Tensor:
        """The weight in the model's dtype, made anew, for models that look at it themselves."""
        return self.packed.widened(self._like.dtype)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        scales = self.scales
        super()._apply(fn, recurse)
        self.scales = scales.to(self.scales.device)
        return self

    def forward(self, input: Tensor) -> Tensor:
        """Returns `[..., out_features]` of `[..., in_features]`."""
        rows = input.reshape(-1, self.in_features)
        # The native operator has no gradient.
        learns = torch.is_grad_enabled() and input.requires_grad
        if len(rows) != 1 or learns or not layers.covers(input):
            return linear(input, self.packed.widened(input.dtype), self.bias)
        product = layers.linear(rows.contiguous(), [self.packed])
        product = product if self.bias is None else product + self.bias
        return product.view(*input.shape[:-1], self.out_features)


def quantise(model: PreTrainedModel) -> None:
    """Puts the weights of a model's linear layers in bytes, in place.

    Args:
        model: Its embeddings stay as they are, those that its output layer shares included.

    Raises:
        ValueError: A weight is packed already, as by torchao.
    """
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear) and type(module.weight.detach()) is not Tensor:
            kind = type(module.weight.detach()).__name__
            raise ValueError(f"{name} has its weight packed, as {kind}: load it without int8")
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.Linear):
            model.set_submodule(name, Int8Linear(module))


def weight_of(layer: Any) -> Weight:
    """Returns a linear layer's weight, in bytes where `quantise` has been at work."""
    weight: Weight = layer.packed if isinstance(layer, Int8Linear) else layer.weight
    return weight
