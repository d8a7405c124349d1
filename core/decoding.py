"""Greedy decoding with its timings and token probabilities apart."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from time import perf_counter
from typing import cast

import torch
from torch import Tensor
from transformers import LlamaForCausalLM, NoRepeatNGramLogitsProcessor, PreTrainedModel

from secateur.core import llama
from secateur.core.cache import roomy_cache


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
    read = reader(model)
    unrepeated = NoRepeatNGramLogitsProcessor(no_repeat) if no_repeat else None
    begin = perf_counter()
    token, probability = _likeliest(read(prompt, span_offsets), [], unrepeated, allowed)
    prefilled = perf_counter()
    tokens: list[int] = []
    probabilities: list[float] = []
    while token not in end_tokens:
        tokens.append(token)
        probabilities.append(probability)
        if len(tokens) == max_new_tokens or (stop is not None and stop(tuple(tokens))):
            break
        step = torch.tensor([[token]], device=prompt.device)
        token, probability = _likeliest(read(step), tokens, unrepeated, allowed)
    return Generation(
        tokens=tuple(tokens),
        probabilities=tuple(probabilities),
        prefill_s=prefilled - begin,
        decode_s=perf_counter() - prefilled,
    )


def reader(model: PreTrainedModel) -> Callable[..., Tensor]:
    """Chooses how a model reads a text, keeping keys and values between the calls.

    Args:
        model: A causal language model.

    Returns:
        A function of the next tokens `[1, n]`, and of `span_offsets` as `greedy` takes them; it
        returns the logits of what follows `[1, vocabulary]`. To be called in inference mode.
    """
    if llama.covers(model):
        return llama.LlamaReader(cast(LlamaForCausalLM, model))
    memory = {_cache_keyword(model): roomy_cache(model), "use_cache": True}

    def read(tokens: Tensor, span_offsets: Tensor | None = None) -> Tensor:
        spans = {} if span_offsets is None else {"span_offsets": span_offsets}
        logits: Tensor = model(tokens, logits_to_keep=1, **memory, **spans).logits
        return logits[:, -1]

    return read


def _likeliest(
    logits: Tensor,
    written: list[int],
    unrepeated: NoRepeatNGramLogitsProcessor | None,
    allowed: Tensor | None,
) -> tuple[int, float]:
    scores = logits.float()
    probabilities = scores.softmax(-1)
    if unrepeated is not None:
        scores = unrepeated(torch.tensor([written], dtype=torch.long), scores)
    if allowed is not None:
        scores = scores.masked_fill(~allowed.to(scores.device), float("-inf"))
    token = int(scores[0].argmax())
    return token, float(probabilities[0, token])


def _cache_keyword(model: PreTrainedModel) -> str:
    """Names the cache argument of `forward`, which transformers 5.24 renamed with a warning."""
    known = inspect.signature(model.forward).parameters
    return "cache" if "cache" in known else "past_key_values"
