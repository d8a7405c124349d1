"""The attention modules of a model: told by name, and known again by a few of their weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from secateur.core.models.quantised import Int8Linear

_SAMPLES = 16
"""Weights by which an attention module is known again."""


def body_of(model: nn.Module) -> PreTrainedModel:
    """Returns the model under peft's adapters, or the model itself.

    Raises:
        ValueError: It is no model of transformers.
    """
    base = getattr(model, "get_base_model", None)
    body = model if base is None else base()
    if not isinstance(body, PreTrainedModel):
        raise ValueError(
            f"{type(body).__name__} is no model of transformers; give the model that it holds"
        )
    return body


def is_attention(module: nn.Module) -> bool:
    """Tells whether a module attends, by its name."""
    return "attention" in type(module).__name__.lower()


def heads_of(module: nn.Module) -> int | None:
    """Returns an attention module's number of query heads, None where it does not say."""
    names = ("num_heads", "num_attention_heads", "n_heads")
    own = [getattr(module, name, None) for name in names]
    whole = getattr(getattr(module, "config", None), "num_attention_heads", None)
    return next((heads for heads in (*own, whole) if isinstance(heads, int)), None)


def module_name(body: PreTrainedModel, name: str) -> str:
    """Leaves out the base model's prefix, which depends on the head over it."""
    return name.removeprefix(f"{body.base_model_prefix}.")


def module_weights(body: PreTrainedModel) -> dict[str, tuple[float, ...]]:
    """Takes a few weights of every attention module, evenly from its first matrix."""
    found = {}
    for name, module in body.named_modules():
        matrix = _first_matrix(module)
        if matrix is None or not is_attention(module):
            continue
        matrix = matrix.detach()
        # Other weights are packed, as torchao's, and know little else than how to be unpacked.
        flat = (matrix if type(matrix) is Tensor else matrix.dequantize()).flatten()
        places = torch.linspace(0, flat.numel() - 1, _SAMPLES).long().to(flat.device)
        found[module_name(body, name)] = tuple(flat[places].float().tolist())
    return found


def _first_matrix(module: nn.Module) -> Tensor | None:
    for part in module.modules():
        if isinstance(part, Int8Linear):
            return part.weight
        for weight in part.parameters(recurse=False):
            if weight.ndim == 2:
                return weight
    return None
