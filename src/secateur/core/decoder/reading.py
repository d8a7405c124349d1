"""How models read a text: by our own reader where it covers them, else by their own modules."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Protocol, cast

import torch
from torch import Tensor
from transformers import Cache, EncoderDecoderCache, LlamaForCausalLM, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput

from secateur.core.decoder import llama
from secateur.core.decoder.cache import roomy_cache


class Reader(Protocol):
    """Reads a text, keeping keys and values between the calls; for use in inference mode."""

    def __call__(self, tokens: Tensor, span_offsets: Tensor | None = None) -> Tensor:
        """Reads the next tokens `[1, n]`; returns logits of what follows `[1, vocabulary]`."""

    def branch(self, texts: int) -> None:
        """From now on reads the next token of each of several texts, `[texts, 1]`."""

    def keep(self, rows: Sequence[int]) -> None:
        """From now on reads these of its texts; the others have ended."""


def reader(model: PreTrainedModel) -> Reader:
    """Chooses how a causal language model, or an encoder with a decoder, reads a text."""
    if model.config.is_encoder_decoder:
        return _EncoderReader(model)
    if llama.covers(model):
        return llama.LlamaReader(cast(LlamaForCausalLM, model))
    return _ModuleReader(model)


class _ModuleReader:
    """Reads by calling the model."""

    def __init__(self, model: PreTrainedModel, cache: Cache | None = None) -> None:
        self._model = model
        self._cache = roomy_cache(model) if cache is None else cache
        self._memory = {_cache_keyword(model): self._cache, "use_cache": True}

    def __call__(self, tokens: Tensor, span_offsets: Tensor | None = None) -> Tensor:
        spans = {} if span_offsets is None else {"span_offsets": span_offsets}
        read = self._model(tokens, logits_to_keep=1, **self._memory, **spans)
        logits: Tensor = read.logits[:, -1]
        return logits

    def branch(self, texts: int) -> None:
        self.keep([0] * texts)

    def keep(self, rows: Sequence[int]) -> None:
        # Layers of every kind can do this; states without attention only this.
        self._cache.reorder_cache(torch.LongTensor(rows))


class _EncoderReader(_ModuleReader):
    """Reads the first text with the encoder, what follows with the decoder."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__(model, EncoderDecoderCache(roomy_cache(model), roomy_cache(model)))
        self._encoded: Tensor | None = None

    def __call__(self, tokens: Tensor, span_offsets: Tensor | None = None) -> Tensor:
        if self._encoded is None:
            spans = {} if span_offsets is None else {"span_offsets": span_offsets}
            self._encoded = self._model.get_encoder()(tokens, **spans).last_hidden_state
            tokens = torch.full_like(tokens[:, :1], self._model.config.decoder_start_token_id)
        read = self._model(
            encoder_outputs=BaseModelOutput(last_hidden_state=self._encoded),
            decoder_input_ids=tokens, **self._memory,
        )  # fmt: skip
        logits: Tensor = read.logits[:, -1]
        return logits

    def keep(self, rows: Sequence[int]) -> None:
        super().keep(rows)
        if self._encoded is not None:
            self._encoded = self._encoded[torch.LongTensor(rows)]


def _cache_keyword(model: PreTrainedModel) -> str:
    """Names the cache argument of `forward`, which transformers 5.24 renamed with a warning."""
    known = inspect.signature(model.forward).parameters
    return "cache" if "cache" in known else "past_key_values"
