"""Sixty-four tokens after a prompt, by our decoding and by transformers' own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import torch
from torch import Tensor
from transformers import StoppingCriteria, StoppingCriteriaList

from secateur.core import decoding
from secateur.pipelines.clinical.prompt import Prompt
from secateur.pipelines.models import LoadedModel

NEW_TOKENS = 64


@dataclass(frozen=True)
class Written:
    """What a decoder wrote.

    Attributes:
        text: The words.
        prefill_s: Seconds until the first new token was known.
        decode_s: Seconds for the others.
    """

    text: str
    prefill_s: float
    decode_s: float

    def __add__(self, other: Written) -> Written:
        """The same text, and the time for both."""
        spent = self.prefill_s + other.prefill_s, self.decode_s + other.decode_s
        return Written(self.text, *spent)


Write = Callable[[Prompt, LoadedModel], Written]
"""Writes `NEW_TOKENS` tokens after a prompt, whatever they are."""


def write_pruned(prompt: Prompt, loaded: LoadedModel, drafts: int = 1) -> Written:
    """Writes with our decoding; the attention is what the model has."""
    generation, *_ = decoding.write(
        loaded.model, prompt.tokens, max_new_tokens=NEW_TOKENS, end_tokens=(),
        span_offsets=prompt.span_offsets, texts=drafts,
    )  # fmt: skip
    text = str(loaded.tokenizer.decode(list(generation.tokens), skip_special_tokens=True))
    return Written(text, generation.prefill_s, generation.decode_s)


def write_stock(prompt: Prompt, loaded: LoadedModel) -> Written:
    """Writes with transformers' own `generate`, greedily."""
    model: Any = loaded.model
    clock = _FirstToken()
    begin = perf_counter()
    with torch.inference_mode():
        tokens = model.generate(
            prompt.tokens,
            attention_mask=torch.ones_like(prompt.tokens),
            min_new_tokens=NEW_TOKENS,
            max_new_tokens=NEW_TOKENS,
            do_sample=False,
            pad_token_id=loaded.tokenizer.eos_token_id,
            stopping_criteria=StoppingCriteriaList([clock]),
        )
    end = perf_counter()
    new = tokens[0, prompt.tokens.shape[1] :]
    text = str(loaded.tokenizer.decode(new, skip_special_tokens=True))
    return Written(text, clock.at - begin, end - clock.at)


class _FirstToken(StoppingCriteria):
    """Remembers when the first new token was there; stops nothing."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self, input_ids: Tensor, scores: Any, **kwargs: Any) -> Tensor:
        """Asked after every token."""
        self.at = self.at or perf_counter()
        return torch.zeros(len(input_ids), dtype=torch.bool)
