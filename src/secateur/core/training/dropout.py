"""The dropout of attention weights, set on a model that is loaded."""

from __future__ import annotations

from torch import nn

from secateur.core.attention_modules import is_attention


def set_attention_dropout(model: nn.Module, chance: float) -> None:
    """Sets the chance of dropping an attention weight while training.

    Args:
        model: Modules whose class is named an attention, with a rate `attention_dropout` (decoders,
            ModernBERT) or a layer `dropout` (BERT's kind).
        chance: 0 to 1.

    Raises:
        ValueError: No attention module has either.
    """
    found = False
    for module in model.modules():
        if not is_attention(module):
            continue
        if isinstance(getattr(module, "attention_dropout", None), float | int):
            module.attention_dropout = chance  # type: ignore[assignment]
            found = True
        elif isinstance(getattr(module, "dropout", None), nn.Dropout):
            module.dropout.p = chance  # type: ignore[union-attr]
            found = True
    if not found:
        raise ValueError("the model's attention has no dropout that could be set")
