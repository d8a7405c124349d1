"""Weights that only know how to be multiplied with and how to be unpacked, as torchao's do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor, nn


class PackedWeight(Tensor):
    """A tensor in bytes that shows what it was."""

    @classmethod
    def __torch_function__(
        cls,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if func in (Tensor.flatten, Tensor.float):
            raise NotImplementedError(f"packed weights have no {func}")
        return super().__torch_function__(func, types, args, kwargs or {})

    def dequantize(self) -> Tensor:
        return self.as_subclass(Tensor)


def pack(model: nn.Module) -> None:
    """Packs the weights of a model's linear layers, in place."""
    for module in model.modules():
        if isinstance(module, nn.Linear):
            weight = module.weight.detach().as_subclass(PackedWeight)
            module.weight = nn.Parameter(weight, requires_grad=False)
