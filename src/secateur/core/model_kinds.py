"""Kinds of models whose layers ask more of a mask than most, and how each kind is told.

Most masks hold causality, a window and padding, which the attention computes from positions and one
row of keys. These do not fit that:

    kind            what its layers do                           what they get
    adds_keys       lengthen the mask by keys that they make     an additive full mask
                    (DeepSeek V4)
    reads_chunks    see a chunk's keys, no window (Llama 4)      a full mask in layers with chunks
    slices_masks    take the last queries of a mask, on memory   none without padding, when the
                    that says all (Gemma 4's shared keys)        module knows; else a full mask
    skips_keys      keep no keys in some layers, of which caches the length of the padding that the
                    may tell the length (MiniMax)                model was given
    reads_another   read another text's keys, as many as it has  one hidden key more, so that nobody
                    queries (decoders of encoders)               takes them for its own

Other differences come with a call, not with a kind: sinks, caps, biases, values of another size
(`secateur.core.interface`), causality and windows that only the mask knows
(`secateur.core.model_masks.Reach`).
"""

from __future__ import annotations

from typing import Any

from torch import nn


def adds_keys(config: Any) -> bool:
    """Whether layers add keys that they make, and their mask, to what they get."""
    return any("compressed" in kind for kind in _layer_types(config))


def reads_chunks(config: Any) -> bool:
    """Whether what is local in a layer is a chunk of the text, not a window around each query."""
    return getattr(config, "attention_chunk_size", None) is not None


def slices_masks(config: Any) -> bool:
    """Whether layers take the last queries of a mask, which then says too much."""
    return str(getattr(config, "model_type", "")).startswith("gemma4")


def skips_keys(config: Any) -> bool:
    """Whether caches may tell the length of a layer that keeps no keys."""
    return "linear_attention" in _layer_types(config)


def window_of(module: nn.Module) -> int | None:
    """The window that a decoder's config gives to a layer, in keys, the query's own among them.

    Some modules leave it to their mask (PhiMoE, Qwen2-MoE).
    """
    config = getattr(module, "config", None)
    kinds, layer = _layer_types(config), getattr(module, "layer_idx", None)
    if kinds and (not isinstance(layer, int) or kinds[layer] != "sliding_attention"):
        return None
    used = getattr(config, "use_sliding_window", True)
    return (getattr(config, "sliding_window", None) or None) if used else None


def writes(module: nn.Module) -> bool:
    """Whether an attention is a decoder's, whose own text may be another than its encoder's."""
    return any(getattr(x, "is_decoder", False) for x in (module, getattr(module, "config", None)))


def reads_another(module: nn.Module, causal: bool) -> bool:
    """Whether an attention's keys are of another text, as what a decoder reads of its encoder."""
    return (writes(module) or "Cross" in type(module).__name__) and not causal


def _layer_types(config: Any) -> tuple[str, ...]:
    return tuple(getattr(config, "layer_types", None) or ())
