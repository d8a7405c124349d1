"""A Llama-type decoder on the CPU without its module tree, which takes longer than its arithmetic.

The weights stay the modules' own: nothing is copied, and each text begins by asking for them anew,
so that a merged adapter or another attention is never missed. Attention goes through transformers'
interface like the modules' own call, with its settings and its statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, LlamaForCausalLM, PreTrainedModel
from transformers.activations import ACT2FN
from transformers.models.llama.modeling_llama import (
    LlamaAttention,
    LlamaDecoderLayer,
    LlamaMLP,
    LlamaModel,
    LlamaRMSNorm,
    LlamaRotaryEmbedding,
)

from secateur.core import hf
from secateur.core.decoder import branches
from secateur.core.decoder.cache import RoomyLayer
from secateur.core.models.linear import Linear
from secateur.core.models.quantised import Int8Linear, weight_of
from secateur.core.states import NAME, make_states
from secateur.kernels import layers as native
from secateur.kernels.layers import Norm, Weight

# Rows that go through a feed-forward network together, at least: many more would leave the
# processor's cache, and of fewer oneDNN makes products by register tiles that take twice as long.
_BLOCK = 1536
# Of the attention's implementations, those whose mask is none where nothing is padded.
_MASKLESS = ("sdpa", "dap")


_KNOWN = (
    nn.Embedding, nn.Linear, Linear, Int8Linear, nn.ModuleList, type(ACT2FN["silu"]),
    LlamaAttention, LlamaDecoderLayer, LlamaMLP, LlamaModel, LlamaRMSNorm, LlamaRotaryEmbedding,
)  # fmt: skip


@dataclass(frozen=True)
class _Layer:
    """The weights of one layer, those that meet the same input together."""

    attention: nn.Module
    before_attention: Norm
    before_mlp: Norm
    query_key_value: tuple[Weight, ...]
    output: Weight
    gate_up: tuple[Weight, ...]
    down: Weight

    @classmethod
    def of(cls, layer: Any) -> _Layer:
        attention, mlp = layer.self_attn, layer.mlp
        return cls(
            attention=attention,
            before_attention=_norm(layer.input_layernorm),
            before_mlp=_norm(layer.post_attention_layernorm),
            query_key_value=tuple(
                weight_of(part) for part in (attention.q_proj, attention.k_proj, attention.v_proj)
            ),
            output=weight_of(attention.o_proj),
            gate_up=(weight_of(mlp.gate_proj), weight_of(mlp.up_proj)),
            down=weight_of(mlp.down_proj),
        )

    def fused(self, dtype: torch.dtype) -> _Layer:
        """Copies what is multiplied together into one matrix of a dtype, for many rows."""
        (output,), (down,) = native.fused((self.output,), dtype), native.fused((self.down,), dtype)
        return replace(
            self,
            query_key_value=native.fused(self.query_key_value, dtype),
            output=output,
            gate_up=native.fused(self.gate_up, dtype),
            down=down,
        )


def _norm(module: Any) -> Norm:
    return Norm(module.weight, module.variance_epsilon)


def covers(model: PreTrainedModel) -> bool:
    """Tells whether a model is one that `LlamaReader` computes as its modules would."""
    if type(model) is not LlamaForCausalLM or model.training:
        return False
    weights, config = list(model.parameters()), model.config
    attention: Any = model.model.layers[0].self_attn
    return (
        config._attn_implementation in _MASKLESS
        and native.covers_heads(attention.head_dim, attention.num_key_value_groups)
        and config.hidden_act == "silu"
        and len({weight.dtype for weight in weights}) == 1
        and all(native.covers(weight) and weight.is_contiguous() for weight in weights)
        and set(model._forward_hooks.values()) <= {hf.refuse_ignored}
        and all(_is_plain(module) for module in model.model.modules())
        and _is_plain(model.lm_head)
        and not model._forward_pre_hooks
    )


def _is_plain(module: nn.Module) -> bool:
    """Tells whether a module computes what its class says: no adapter, hook or other forward."""
    hooked = module._forward_hooks or module._forward_pre_hooks or "forward" in vars(module)
    return type(module) in _KNOWN and not hooked and getattr(module, "bias", None) is None


class LlamaReader:
    """Reads tokens and says what may follow, keeping keys and values of all it has read.

    Args:
        model: A model that `covers` accepts; its weights must not move while it is read with.
    """

    def __init__(self, model: LlamaForCausalLM) -> None:
        self._model = model.model
        self._layers = [_Layer.of(layer) for layer in model.model.layers]
        self._last_norm = _norm(model.model.norm)
        self._head = (weight_of(model.lm_head),)
        config: Any = model.config
        self._heads, self._kv_heads = config.num_attention_heads, config.num_key_value_heads
        self._cache = [RoomyLayer() for _ in self._layers]
        self._trunks: list[branches.Trunk] = []
        self._attend: Any = AttentionInterface()[model.config._attn_implementation]
        if model.config._attn_implementation == NAME:
            make_states(model)  # an attention function finds no model among its callers here
        self._read = 0

    def branch(self, texts: int) -> None:
        """Ends the common text: from now on each call reads the next token of several texts.

        They attend to all that was read so far without copies of it, whatever their number.
        """
        layers = [layer.held() for layer in self._cache]
        self._trunks = [branches.Trunk(texts, self._read, layers)]
        self._cache = [RoomyLayer() for _ in self._layers]
        self._read = 0

    def keep(self, rows: Sequence[int]) -> None:
        """Reads these of its texts from now on; the others have ended."""
        self._trunks = branches.keep(self._trunks, rows)
        for layer in self._cache:
            layer.reorder_cache(torch.tensor(rows))

    def __call__(self, tokens: Tensor, span_offsets: Tensor | None = None) -> Tensor:
        """Reads a prompt, or the next token after it.

        Args:
            tokens: int64 `[1, n]`, after the prompt one at a time; `[R, 1]` after `branch`.
            span_offsets: See `secateur.core.decoder.decoding.Prompt`.

        Returns:
            Logits of what follows the last token `[1, vocabulary]`, of each text's after `branch`
            `[R, vocabulary]`, in the model's dtype.

        Raises:
            ValueError: Several tokens are to follow what was read; no attention here masks these.
        """
        texts, count = tokens.shape
        if count > 1 and (self._read or self._trunks):
            raise ValueError(f"{count} tokens at once after the prompt; give one at a time")
        hidden = self._model.embed_tokens(tokens)
        before = [trunk.length for trunk in self._trunks for _ in range(trunk.texts)] or [0]
        positions = torch.tensor(before)[:, None] + torch.arange(self._read, self._read + count)
        cosine, sine = self._model.rotary_emb(hidden, positions)
        angles = cosine.flatten(0, 1), sine.flatten(0, 1)
        self._read += count
        hidden = hidden.view(texts * count, -1)
        for number, layer in enumerate(self._layers):
            layer = layer.fused(hidden.dtype) if len(hidden) > native.FEW_ROWS else layer
            attended = self._attention(layer, number, hidden, angles, span_offsets)
            if number == len(self._layers) - 1:
                hidden, attended = hidden[-texts:], attended[-texts:]
            blocks = max(len(hidden) // _BLOCK, 1)
            for rows in zip(hidden.chunk(blocks), attended.chunk(blocks), strict=True):
                native.feed_forward_(
                    *rows, layer.output, layer.before_mlp, layer.gate_up, layer.down
                )
        return native.linear(native.rms_norm(hidden, *self._last_norm), self._head)

    def _attention(
        self,
        layer: _Layer,
        number: int,
        hidden: Tensor,
        angles: tuple[Tensor, Tensor],
        span_offsets: Tensor | None,
    ) -> Tensor:
        """What each token gathers from those before it: `[n, H * D]`."""
        module: Any = layer.attention
        kv_heads = self._kv_heads
        projected = native.project(
            hidden, layer.before_attention, layer.query_key_value, angles, self._heads + kv_heads
        )
        texts = len(hidden) if self._trunks else 1
        split = projected.view(texts, -1, *projected.shape[1:]).transpose(1, 2)
        query, key, value = split.split((self._heads, kv_heads, kv_heads), 1)
        own = self._cache[number].update(key, value)
        if self._trunks:
            output = branches.attend(module, query, self._trunks, number, own, module.scaling)
        else:
            spans = {} if span_offsets is None else {"span_offsets": span_offsets}
            output, _ = self._attend(
                module, query, *own, None, dropout=0.0, scaling=module.scaling, **spans
            )
        attended: Tensor = output.reshape(len(hidden), -1)
        return attended


def side_by_side(readers: Sequence[LlamaReader]) -> LlamaReader:
    """Joins readers of one model, each after `branch`: one call reads a token of all their texts.

    The first goes on with the texts of all, in the readers' order; the others are done with.
    """
    first, *others = readers
    first._trunks += [trunk for other in others for trunk in other._trunks]
    return first
