"""Linear layers of a model, through `secateur.kernels.products`."""

from __future__ import annotations

from torch import Tensor, nn

from secateur.kernels import products


class Linear(nn.Linear):
    """A linear layer that takes the faster library; weights and state are its base's."""

    def forward(self, input: Tensor) -> Tensor:
        """Returns `[..., out_features]` of `[..., in_features]`."""
        return products.linear(input, self.weight, self.bias)


def use_fast_products(model: nn.Module) -> None:
    """Turns a model's plain linear layers into `Linear`, in place, where that is any faster."""
    if not (products.prefers_onednn() or products.widens_bfloat16()):
        return
    for module in model.modules():
        if type(module) is nn.Linear:
            module.__class__ = Linear
