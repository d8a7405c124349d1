"""Greedy decoding with its timings and token probabilities apart."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from time import perf_counter

import torch
from torch import Tensor
from transformers import DynamicCache, NoRepeatNGramLogitsProcessor, PreTrainedModel


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
        span_offsets: int32 `[1, S + 1]` sentence boundaries of the prompt, for DAP.

    Returns:
        The tokens with probabilities and timings.

    Raises:
        ValueError: The prompt is not one row of tokens.
    """
    if prompt.ndim != 2 or prompt.shape[0] != 1 or not prompt.shape[1]:
        raise ValueError(f"the prompt must be one row of tokens, got {list(prompt.shape)}")
    memory = {_cache_keyword(model): DynamicCache(config=model.config), "use_cache": True}
    spans = {} if span_offsets is None else {"span_offsets": span_offsets}
    unrepeated = NoRepeatNGramLogitsProcessor(no_repeat) if no_repeat else None
    begin = perf_counter()
    logits = model(prompt, logits_to_keep=1, **memory, **spans).logits
    token, probability = _likeliest(logits, [], unrepeated)
    prefilled = perf_counter()
    tokens: list[int] = []
    probabilities: list[float] = []
    while token not in end_tokens:
        tokens.append(token)
        probabilities.append(probability)
        if len(tokens) == max_new_tokens or (stop is not None and stop(tuple(tokens))):
            break
        step = torch.tensor([[token]], device=prompt.device)
        token, probability = _likeliest(model(step, **memory).logits, tokens, unrepeated)
    return Generation(
        tokens=tuple(tokens),
        probabilities=tuple(probabilities),
        prefill_s=prefilled - begin,
        decode_s=perf_counter() - prefilled,
    )


def _likeliest(
    logits: Tensor, written: list[int], unrepeated: NoRepeatNGramLogitsProcessor | None
) -> tuple[int, float]:
    scores = logits[:, -1].float()
    probabilities = scores.softmax(-1)
    if unrepeated is not None:
        scores = unrepeated(torch.tensor([written], dtype=torch.long), scores)
    token = int(scores[0].argmax())
    return token, float(probabilities[0, token])


def _cache_keyword(model: PreTrainedModel) -> str:
    """Names the cache argument of `forward`, which transformers 5.24 renamed with a warning."""
    known = inspect.signature(model.forward).parameters
    return "cache" if "cache" in known else "past_key_values"
