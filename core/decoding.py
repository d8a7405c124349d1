"""Greedy decoding with its timings and token probabilities apart."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache, NoRepeatNGramLogitsProcessor, PreTrainedModel
from transformers.cache_utils import DynamicLayer


@dataclass(frozen=True)
class Generation:
    """What a decoder wrote.

    Attributes:
        tokens: The new tokens, the end token left out.
        probabilities: The model's probability of each, 0 to 1.
        prefill_s: Seconds to read the prompt and choose the first token.
        decode_s: Seconds for the tokens after it.
    """

    tokens: tuple[int, ...]
    probabilities: tuple[float, ...]
    prefill_s: float
    decode_s: float


@torch.inference_mode()
def greedy(
    model: PreTrainedModel,
    prompt: Tensor,
    *,
    max_new_tokens: int,
    end_tokens: Collection[int],
    stop: Callable[[tuple[int, ...]], bool] | None = None,
    no_repeat: int = 0,
    allowed: Tensor | None = None,
    span_offsets: Tensor | None = None,
) -> Generation:
    """Writes the likeliest token after the prompt, again and again.

    Args:
        model: A causal language model.
        prompt: int64 `[1, n]`.
        max_new_tokens: Most tokens written, 1 or more.
        end_tokens: Tokens that end the text.
        stop: Called with the tokens so far; True ends the text early.
        no_repeat: Runs of this many new tokens are never written twice; 0 allows it.
        allowed: bool `[vocabulary]`, True for the tokens that may be written; None allows all.
        span_offsets: int32 `[1, S + 1]` sentence boundaries of the prompt, for DAP.

    Returns:
        The tokens with probabilities and timings.

    Raises:
        ValueError: The prompt is not one row of tokens.
    """
    if prompt.ndim != 2 or prompt.shape[0] != 1 or not prompt.shape[1]:
        raise ValueError(f"the prompt must be one row of tokens, got {list(prompt.shape)}")
    memory = {_cache_keyword(model): _cache(model), "use_cache": True}
    spans = {} if span_offsets is None else {"span_offsets": span_offsets}
    unrepeated = NoRepeatNGramLogitsProcessor(no_repeat) if no_repeat else None
    begin = perf_counter()
    logits = model(prompt, logits_to_keep=1, **memory, **spans).logits
    token, probability = _likeliest(logits, [], unrepeated, allowed)
    prefilled = perf_counter()
    tokens: list[int] = []
    probabilities: list[float] = []
    while token not in end_tokens:
        tokens.append(token)
        probabilities.append(probability)
        if len(tokens) == max_new_tokens or (stop is not None and stop(tuple(tokens))):
            break
        step = torch.tensor([[token]], device=prompt.device)
        token, probability = _likeliest(model(step, **memory).logits, tokens, unrepeated, allowed)
    return Generation(
        tokens=tuple(tokens),
        probabilities=tuple(probabilities),
        prefill_s=prefilled - begin,
        decode_s=perf_counter() - prefilled,
    )


def _likeliest(
    logits: Tensor,
    written: list[int],
    unrepeated: NoRepeatNGramLogitsProcessor | None,
    allowed: Tensor | None,
) -> tuple[int, float]:
    scores = logits[:, -1].float()
    probabilities = scores.softmax(-1)
    if unrepeated is not None:
        scores = unrepeated(torch.tensor([written], dtype=torch.long), scores)
    if allowed is not None:
        scores = scores.masked_fill(~allowed.to(scores.device), float("-inf"))
    token = int(scores[0].argmax())
    return token, float(probabilities[0, token])


class _RoomyLayer(DynamicLayer):
    """A cache layer with room ahead.

    Transformers' own grows by copying all keys and values for every new token, which costs time
    and leaves the heap in pieces: gigabytes over a summary of 6,000 tokens.
    """

    _ROOM = 256
    _buffers: list[Tensor]

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Appends keys and values `[B, H, T, D]`; returns views of all so far."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self._buffers = [key_states[:, :, :0], value_states[:, :, :0]]
        used = self.get_seq_length()
        length = used + key_states.shape[2]
        if length > self._buffers[0].shape[2]:
            for number, old in enumerate(self._buffers):
                shape = (*old.shape[:2], length + self._ROOM, old.shape[3])
                self._buffers[number] = old.new_empty(shape)
                self._buffers[number][:, :, :used] = old[:, :, :used]
        for buffer, new in zip(self._buffers, (key_states, value_states), strict=True):
            buffer[:, :, used:length] = new
        keys, values = (buffer[:, :, :length] for buffer in self._buffers)
        self.keys, self.values = keys, values
        return keys, values


def _cache(model: PreTrainedModel) -> DynamicCache:
    cache = DynamicCache(config=model.config)
    cache.layers = [
        _RoomyLayer() if type(layer) is DynamicLayer else layer for layer in cache.layers
    ]
    return cache


def _cache_keyword(model: PreTrainedModel) -> str:
    """Names the cache argument of `forward`, which transformers 5.24 renamed with a warning."""
    known = inspect.signature(model.forward).parameters
    return "cache" if "cache" in known else "past_key_values"
