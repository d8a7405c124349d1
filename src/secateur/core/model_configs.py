"""What the configs of a model and of its parts say of attention: read, and written back."""

from __future__ import annotations

from typing import Any

from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel

from secateur.core.states import CONFIG_KEY, NAME, THRESHOLDS_KEY

ATTENTION_KEY = "_attn_implementation"

Settings = list[tuple[PreTrainedConfig, dict[str, Any]]]
"""Each config, with its attention's name and what it holds for DAP."""


def own_attention(model: PreTrainedModel) -> str:
    """Names the full attention of a model: torch's, or where it has more to compute, its own."""
    return "sdpa" if model._supports_sdpa else "eager"


def _configs(body: nn.Module) -> list[tuple[PreTrainedConfig, nn.Module]]:
    """Finds each config of a model and who has it, a whole's before those of its parts."""
    found: dict[int, tuple[PreTrainedConfig, nn.Module]] = {}
    for module in body.modules():
        config = getattr(module, "config", None)
        if isinstance(config, PreTrainedConfig):
            found.setdefault(id(config), (config, module))
    return list(found.values())


def own_settings(body: PreTrainedModel) -> Settings:
    """Reads what each config of a model says of attention."""
    found = []
    for config, module in _configs(body):
        attention = config._attn_implementation
        if attention == NAME:
            attention = own_attention(module if isinstance(module, PreTrainedModel) else body)
        own = {key: getattr(config, key, None) for key in (CONFIG_KEY, THRESHOLDS_KEY)}
        found.append((config, {ATTENTION_KEY: attention, **own}))
    return found


def give_back(settings: Settings) -> None:
    """Writes into configs what they said of attention."""
    for config, own in settings:
        config._attn_implementation = own.pop(ATTENTION_KEY)
        for key, value in own.items():
            keep(config, key, value)


def keep(config: PreTrainedConfig, key: str, value: Any) -> None:
    """Writes settings into a config, or takes them out where there are none."""
    if hasattr(config, key):
        delattr(config, key)
    if value:
        setattr(config, key, value)


def drops_layers(model: nn.Module) -> bool:
    """Tells whether a call in training may leave layers out, perhaps all."""
    said = [item for config, _ in _configs(model) for item in vars(config).items()]
    return any(value for name, value in said if name.endswith("layerdrop"))
